#include <gmock/gmock.h>

#include <fstream>

#include "bench/rig.hpp"
#include "bench/run_checks.hpp"
#include "links/test/vcan_test.hpp"

/// A home's battery on a real CAN interface: an emulated street puts it there, a bench reaches it
/// there, and strangers listen.
namespace islandbench::bench {
namespace {

using links::test::frames_of;
using links::test::interface;
using links::test::parsed;
using ::testing::SizeIs;

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    const std::size_t at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return at == std::string::npos ? text : text.replace(at, what.size(), by);
}

class CanInterface : public links::test::VcanTest {
  protected:
    /// The miniature with further keys in the first home's inverter and battery.
    RunFiles files_with(const std::string& name, const std::string& inverter,
                        const std::string& bms) {
        const std::string pair =
            R"("inverter": {"profile": "hybrid_inverter"}, "bms": {"profile": "pylontech_bms"})";
        const std::string changed = R"("inverter": {"profile": "hybrid_inverter")" + inverter +
                                    R"(}, "bms": {"profile": "pylontech_bms")" + bms + "}";
        const auto site =
            read_text_file(std::filesystem::path(IB_SOURCE_DIR) / "fixtures/sites/miniature.json");
        std::ofstream(folder / (name + "_site.json")) << replaced(site.value_or(""), pair, changed);
        const std::filesystem::path story = folder / (name + ".json");
        std::ofstream(story) << R"({"name": "tale", "site": ")" << name
                             << R"(_site", "duration": "3 s", "seed": 1, "steps": [
              {"at": "1 s", "outage": {}}], "criteria": ["C1"]})";
        Diagnostics problems;
        auto files = load_run_files(Fixtures(std::filesystem::path(IB_SOURCE_DIR) / "fixtures"),
                                    story.string(), std::nullopt, problems);
        if (files) check_links(*files, true, problems);
        if (files) check_kernel(*files, problems);
        EXPECT_TRUE(problems.empty()) << problems;
        return files.value_or(RunFiles{});
    }

    /// As until(), while both streets live. They need not keep up with the wall.
    template <class Condition>
    bool until_in(World& one, World& other, Condition condition) {
        return until(
            [&] {
                one.step();
                other.step();
                return condition();
            },
            60s);
    }
};

TEST_F(CanInterface, ABenchReachesABatteryThatAnotherStreetPutsThere) {
    const RunFiles there = files_with("there", "", R"(, "listen": "can:)" + interface() + "\"");
    ASSERT_FALSE(HasFailure());
    World street(clock, network, there, 1);
    ASSERT_TRUE(street.open(true));
    const auto inverter = street.address_of("home1.inverter");
    ASSERT_TRUE(inverter);

    const RunFiles here = files_with("here", R"(, "link": "tcp://)" + *inverter + "\"",
                                     R"(, "link": "can:)" + interface() + "\"");
    ASSERT_FALSE(HasFailure());
    World elsewhere(clock, network, here, 1);
    ASSERT_TRUE(elsewhere.open(true));
    const drivers::WriteGuard nobody{{}};
    Signals signals;
    Rig sut(clock, network, elsewhere, here, nobody, signals);
    auto log = links::CanLog::create(folder / "can.log", clock);
    ASSERT_TRUE(log);
    sut.log_can(**log);
    run_for(50ms);
    constexpr std::size_t frames = 30;
    auto theirs = candump(frames, "theirs.log");

    sut.connect(clock.now() + 60s);
    EXPECT_TRUE(until_in(street, elsewhere, [&] { return sut.connected(); }))
        << ::testing::PrintToString(sut.not_connected());
    EXPECT_TRUE(until_in(street, elsewhere, [&] { return theirs->ended(); }));
    ASSERT_TRUE((*log)->flush());

    EXPECT_TRUE(sut.unarmed().empty()) << "a battery is only listened to";
    EXPECT_TRUE(sut.has_hardware()) << "nobody says on CAN that it is an emulator";
    EXPECT_FALSE(sut.all_emulated_here());
    // What candump heard since it began to listen, the log of the run has in the same order.
    auto ours = parsed(folder / "can.log");
    std::erase_if(ours, [](const can::CandumpLine& line) { return line.interface != "home1"; });
    const auto all = frames_of(ours);
    const auto heard = frames_of(parsed(folder / "theirs.log"));
    ASSERT_THAT(heard, SizeIs(frames));
    EXPECT_NE(std::search(all.begin(), all.end(), heard.begin(), heard.end()), all.end())
        << ::testing::PrintToString(all) << ::testing::PrintToString(heard);
    EXPECT_THAT(heard, ::testing::Contains("35E#50594C4F4E202020").Times(::testing::Ge(3)))
        << "the battery";
    EXPECT_THAT(heard, ::testing::Contains("305#0000000000000000").Times(::testing::Ge(3)))
        << "its inverter, from the bus inside the street";
}

TEST_F(CanInterface, AStrangersFramesReachTheInverterInsideTheStreet) {
    const RunFiles there = files_with("there", "", R"(, "listen": "can:)" + interface() + "\"");
    ASSERT_FALSE(HasFailure());
    World street(clock, network, there, 1);
    ASSERT_TRUE(street.open(true));
    auto inside = street.can_bus("home1")->attach();
    run_for(50ms);
    cansend("351#0000000000000000");
    EXPECT_EQ(hear(*inside), "351#0000000000000000");
}

}  // namespace
}  // namespace islandbench::bench
