#include "dispatch/loop/service_memory.hpp"

#include <gmock/gmock.h>

namespace islandbench::dispatch {
namespace {

using core::LimitState;
using core::never_reported;
using core::ServiceState;
using ::testing::HasSubstr;

constexpr std::int64_t now_ms = 1000000, wall_s = 1800000000;

ServiceState counted_twice() {
    ServiceState s;
    s.excess_since_ms = now_ms - 5000;
    s.counted_ms = {now_ms - 4000, now_ms - 300000, never_reported, never_reported};
    s.locked_until_ms = now_ms + 3600000;
    s.demand_mw = -12345678;
    s.calm_since_ms = now_ms - 77;
    s.aim_mw = 20000000;
    s.storm_until_ms = now_ms + 90000;
    s.excursions = 7;
    s.highest_w = 23456;
    s.limit = LimitState::locked;
    s.storm = core::StormState::charging;
    s.counted = 1;
    s.demand_known = 1;
    return s;
}

ServiceState read(const std::string& text, std::int64_t at_ms, std::int64_t at_wall_s) {
    const auto state = service_memory(text, at_ms, at_wall_s);
    EXPECT_TRUE(state) << (state ? "" : state.error().what);
    return state.value_or(ServiceState{});
}

std::string complaint(const std::string& text) {
    const auto state = service_memory(text, now_ms, wall_s);
    return state ? "" : state.error().what;
}

TEST(ServiceMemory, SaysAgainWhatItWasTold) {
    const ServiceState state = counted_twice();
    const ServiceState again = read(to_text(state, now_ms, wall_s), now_ms, wall_s);

    EXPECT_EQ(again.excess_since_ms, state.excess_since_ms);
    EXPECT_EQ(again.counted_ms, state.counted_ms);
    EXPECT_EQ(again.locked_until_ms, state.locked_until_ms);
    EXPECT_EQ(again.demand_mw, state.demand_mw);
    EXPECT_EQ(again.peak_since_ms, never_reported);
    EXPECT_EQ(again.calm_since_ms, state.calm_since_ms);
    EXPECT_EQ(again.aim_mw, state.aim_mw);
    EXPECT_EQ(again.storm_until_ms, state.storm_until_ms);
    EXPECT_EQ(again.excursions, 7);
    EXPECT_EQ(again.highest_w, 23456);
    EXPECT_EQ(again.limit, LimitState::locked);
    EXPECT_EQ(again.storm, core::StormState::charging);
    EXPECT_EQ(again.counted, 1);
    EXPECT_EQ(again.demand_known, 1);
    EXPECT_EQ(again.quarter, -1) << "a quarter-hour under way is forgotten";
}

TEST(ServiceMemory, AnotherProcessHasATimeOfItsOwn) {
    const std::string text = to_text(counted_twice(), now_ms, wall_s);

    const ServiceState later = read(text, 10000, wall_s + 600);

    EXPECT_EQ(later.locked_until_ms, 10000 + 3000000) << "ten minutes of the hour are over";
    EXPECT_EQ(later.counted_ms[0], 10000 - 604000);
}

TEST(ServiceMemory, AClockThatWasSetBackShortensNoLockOut) {
    const std::string text = to_text(counted_twice(), now_ms, wall_s);

    EXPECT_EQ(read(text, 0, wall_s - 86400).locked_until_ms, 3600000);
    EXPECT_EQ(read(text, 0, 0).locked_until_ms, 3600000) << "in simulated time";
}

TEST(ServiceMemory, EveryByteThatIsWrongOrMissingIsNoticed) {
    const std::string text = to_text(counted_twice(), now_ms, wall_s);
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (std::isspace(static_cast<unsigned char>(text[at])) != 0) continue;
        std::string wrong = text;
        wrong[at] = wrong[at] == '1' ? '2' : '1';
        EXPECT_NE(complaint(wrong), "") << at;
    }
    for (std::size_t size = 0; size + 2 < text.size(); ++size) {
        EXPECT_NE(complaint(text.substr(0, size)), "") << size;
    }
}

TEST(ServiceMemory, AnotherVersionOrAnotherFileIsNamed) {
    std::string old = to_text(counted_twice(), now_ms, wall_s);
    const std::string key = "\"services\": 1";
    old.replace(old.find(key), key.size(), "\"services\": 0");
    EXPECT_THAT(complaint(old), HasSubstr("version 0"));
    EXPECT_THAT(complaint("{\"name\": \"a street\"}"), HasSubstr("something else"));
    EXPECT_THAT(complaint("[]"), HasSubstr("something else"));
    EXPECT_THAT(complaint(""), HasSubstr("damaged"));
}

TEST(ServiceMemory, WhoKnowsNothingIsLockedForAWholeLockOut) {
    const ServiceState state = locked_services({}, now_ms);

    EXPECT_EQ(state.limit, LimitState::locked);
    EXPECT_EQ(state.locked_until_ms, now_ms + 4 * 3600 * 1000);
}

}  // namespace
}  // namespace islandbench::dispatch
