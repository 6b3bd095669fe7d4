#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>

#include "bench/test/program.hpp"
#include "links/socket_can.hpp"
#include "protocols/can/candump.hpp"

/// Batteries on CAN as a user meets them: links that a site may have, and the log of a run. What
/// needs an interface is in can_interface_test.cpp.
namespace islandbench::bench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::string story = R"({
  "name": "tale", "site": "wired", "duration": "20 s", "seed": 1,
  "steps": [{"at": "5 s", "silence": {"of": "home1", "for": "10 s"}},
            {"at": "19 s", "outage": {}}],
  "criteria": ["C1"]
})";
const std::string pair =
    R"("inverter": {"profile": "hybrid_inverter"}, "bms": {"profile": "pylontech_bms"})";

void write_site(const Folder& folder, const std::string& inverter, const std::string& bms) {
    folder.write("wired.json",
                 replaced(fixture("sites/miniature.json"), pair,
                          R"("inverter": {"profile": "hybrid_inverter")" + inverter +
                              R"(}, "bms": {"profile": "pylontech_bms")" + bms + "}"));
    folder.write("tale.json", story);
}

std::vector<can::CandumpLine> log_of(const std::filesystem::path& run) {
    std::vector<can::CandumpLine> all;
    std::ifstream in(run / "can.log");
    for (std::string line; std::getline(in, line);) {
        const auto one = can::parse_candump(line);
        EXPECT_TRUE(one) << line;
        if (one) all.push_back(*one);
    }
    return all;
}

TEST(CanLinks, TheTrafficOfARunStandsInItsFolderAndRepeats) {
    const Folder folder;
    write_site(folder, "", "");
    ASSERT_LE(islandbench(folder, {"run", "tale.json", "--quiet", "--out", "one"}).exit_code, 4);
    ASSERT_LE(islandbench(folder, {"run", "tale.json", "--quiet", "--out", "two"}).exit_code, 4);
    const auto log = log_of(folder.path() / "one");
    EXPECT_EQ(log, log_of(folder.path() / "two"));
    EXPECT_TRUE(std::is_sorted(log.begin(), log.end(),
                               [](const auto& a, const auto& b) { return a.stamp < b.stamp; }));
    // Each second a battery sends six frames, and its inverter answers with one; the bench does not
    // hear home1 for half of the story.
    std::map<std::string, std::size_t> frames;
    std::size_t while_silent = 0;
    for (const can::CandumpLine& line : log) {
        ++frames[line.interface];
        const bool silent = line.stamp > 5s && line.stamp < 15s;
        if (silent && line.interface == "home1") ++while_silent;
    }
    EXPECT_EQ(frames, (std::map<std::string, std::size_t>{{"home1", 70}, {"home2", 140}}));
    EXPECT_EQ(while_silent, 0u);
}

TEST(CanLinks, AnInterfaceIsRealAndNeedsTheWallClock) {
    const Folder folder;
    write_site(folder, R"(, "link": "tcp://127.0.0.1:9")", R"(, "link": "can:vcan0")");
    const Finished run = islandbench(folder, {"run", "tale.json"});
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_THAT(run.err, AllOf(HasSubstr("$.homes[0].hybrid.bms.link"),
                               HasSubstr("\"can:vcan0\" is real: it needs --clock wall"),
                               HasSubstr("$.steps[0].silence.of: home1.bms is real")));
}

TEST(CanLinks, AKernelWithoutSocketCanIsNamed) {
    if (links::SocketCanPort::is_supported()) GTEST_SKIP() << "Skipped: this kernel has AF_CAN";
    const Folder folder;
    write_site(folder, "", R"(, "listen": "can:vcan0")");
    const Finished run = islandbench(folder, {"run", "tale.json", "--clock", "wall"});
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_THAT(run.err, AllOf(HasSubstr("$.homes[0].hybrid.bms.listen"),
                               HasSubstr("this kernel has none (AF_CAN)")));
}

TEST(CanLinks, InSimulatedTimeNobodyListensOnAnInterface) {
    const Folder folder;
    write_site(folder, "", R"(, "listen": "can:vcan0")");
    EXPECT_THAT(islandbench(folder, {"run", "tale.json", "--quiet", "--out", "run"}).err,
                IsEmpty());
    EXPECT_FALSE(log_of(folder.path() / "run").empty());
}

TEST(SerialLinks, OfOneLineAgreeAndHaveTheirOwnUnits) {
    const Folder folder;
    const auto with_meters = [&](const std::string& one, const std::string& other) {
        std::string site = replaced(
            fixture("sites/miniature.json"), R"("side": "grid", "device": {"profile": "meter"})",
            R"("side": "grid", "device": {"profile": "meter", "link": ")" + one + R"("})");
        site = replaced(
            site, R"("side": "island", "device": {"profile": "meter"})",
            R"("side": "island", "device": {"profile": "meter", "link": ")" + other + R"("})");
        folder.write("street.json", site);
        folder.write("tale.json", R"({"name": "tale", "site": "street.json", "duration": "5 s",
          "seed": 1, "start": {}, "steps": [], "criteria": []})");
        return islandbench(folder, {"run", "tale.json", "--clock", "wall"});
    };
    const std::string line = "rtu:/dev/no-such-line?baud=9600&unit=";
    const Finished same = with_meters(line + "2", line + "2");
    EXPECT_EQ(same.exit_code, 2);
    EXPECT_THAT(same.err, HasSubstr("unit 2 of /dev/no-such-line is another device already"));
    const Finished other = with_meters(line + "2", "rtu:/dev/no-such-line?baud=19200&unit=3");
    EXPECT_EQ(other.exit_code, 2);
    EXPECT_THAT(other.err, HasSubstr("speaks on in another way"));
    const Finished absent = with_meters(line + "2", line + "3");
    EXPECT_EQ(absent.exit_code, 3);
    EXPECT_THAT(absent.err, HasSubstr("/dev/no-such-line"));
}

TEST(CanLinks, WhatIsNotOnCanCannotBePutThere) {
    const Folder folder;
    write_site(folder, R"(, "link": "can:vcan0", "listen": "can:vcan0")",
               R"(, "link": "tcp://127.0.0.1:9")");
    const Finished run = islandbench(folder, {"run", "tale.json", "--clock", "wall"});
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_THAT(
        run.err,
        AllOf(HasSubstr("inverter.link: its profile speaks Modbus, and this is a CAN bus"),
              HasSubstr("inverter.listen: its profile speaks Modbus, and this is a CAN bus"),
              HasSubstr("bms.link: its profile speaks on CAN, and this is Modbus TCP")));
}

TEST(CanLinks, InterfacesToListenOnAreCheckedWithTheSite) {
    const Folder folder;
    std::string site = replaced(fixture("sites/miniature.json"), pair,
                                R"("inverter": {"profile": "hybrid_inverter"},
            "bms": {"profile": "pylontech_bms", "listen": "can:vcan0"})");
    site = replaced(site, pair, R"("inverter": {"profile": "hybrid_inverter"},
            "bms": {"profile": "pylontech_bms", "listen": "can:vcan0"})");
    folder.write("wired.json", replaced(site, R"({"profile": "load_controller"})",
                                        R"({"profile": "load_controller", "listen": "can:a b"})"));
    folder.write("tale.json", story);
    const Finished run = islandbench(folder, {"run", "tale.json"});
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_THAT(run.err, AllOf(HasSubstr("home1.bms listens on can:vcan0 already"),
                               HasSubstr("an interface has 1..15 characters")));
}

}  // namespace
}  // namespace islandbench::bench
