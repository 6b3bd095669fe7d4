#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <vector>

#include "dispatch/core/forecast.hpp"

/// Invariant 24, and what else a forecast may never do, whatever it was shown.
namespace islandbench::dispatch::core {
namespace {

struct Shown {
    ForecastState demand, pv;
    std::int64_t now_ms = 0;
};

Shown shown(const std::vector<std::pair<std::int32_t, std::uint16_t>>& samples) {
    Shown s;
    for (const auto& [w, seconds] : samples) {
        const std::int64_t dt = seconds % 70 * 1000;
        s.now_ms += seconds * 97;  // days pass within a list
        observe(s.demand, s.now_ms, dt, w);
        observe(s.pv, s.now_ms, dt, (w ^ seconds) % 20000);
    }
    return s;
}

const auto samples = rc::gen::container<std::vector<std::pair<std::int32_t, std::uint16_t>>>(
    rc::gen::arbitrary<std::pair<std::int32_t, std::uint16_t>>());

TEST(Invariant, RuntimeP90IsNeverLongerThanP50) {
    EXPECT_TRUE(rc::check([] {
        const Shown s = shown(*samples);
        const auto wh = *rc::gen::inRange<std::int64_t>(-1000, 1000000000);
        const auto share = *rc::gen::inRange<std::int64_t>(-100, 1200);
        const Runtime lasts = runtime(days_ahead(s.demand, s.pv, s.now_ms), wh, share);
        RC_ASSERT(lasts.p90_ms >= 0);
        RC_ASSERT(lasts.p90_ms <= lasts.p50_ms);
        RC_ASSERT(lasts.p50_ms <= runtime_most_ms);
    }));
}

TEST(Invariant, RuntimeGrowsWithEnergyAndWithWhatIsOff) {
    EXPECT_TRUE(rc::check([] {
        const Shown s = shown(*samples);
        const auto wh = *rc::gen::inRange<std::int64_t>(0, 1000000);
        const auto more = wh + *rc::gen::inRange<std::int64_t>(0, 1000000);
        const auto share = *rc::gen::inRange<std::int64_t>(0, 1000);
        const Runtime lasts = runtime(days_ahead(s.demand, s.pv, s.now_ms), wh, share);
        const Runtime with_more = runtime(days_ahead(s.demand, s.pv, s.now_ms), more, share);
        RC_ASSERT(with_more.p50_ms >= lasts.p50_ms && with_more.p90_ms >= lasts.p90_ms);
        const Runtime with_less_on = runtime(days_ahead(s.demand, s.pv, s.now_ms), wh, share / 2);
        RC_ASSERT(with_less_on.p50_ms >= lasts.p50_ms);
    }));
}

TEST(Invariant, TheSameObservationsGiveTheSameForecast) {
    EXPECT_TRUE(rc::check([] {
        const auto list = *samples;
        const auto ahead = *rc::gen::inRange<std::int64_t>(0, 48 * 3600000);
        const Shown a = shown(list), b = shown(list);
        RC_ASSERT(high_w(a.demand, a.now_ms, ahead) == high_w(b.demand, b.now_ms, ahead));
        RC_ASSERT(high_w(a.demand, a.now_ms, ahead) >= expected_w(a.demand, a.now_ms, ahead));
    }));
}

}  // namespace
}  // namespace islandbench::dispatch::core
