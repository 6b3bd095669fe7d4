#include <gmock/gmock.h>

#include <csignal>
#include <fstream>
#include <set>
#include <sstream>

#include "bench/check/capabilities.hpp"
#include "bench/check/check_device.hpp"
#include "bench/test/program.hpp"

/// "islandbench check" as a user has it: against an emulated device in another process.
namespace islandbench::bench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string content(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

json::Value read_json(const std::filesystem::path& path) {
    Diagnostics problems;
    json::Value value = json::parse(content(path), path.string(), problems);
    EXPECT_TRUE(problems.empty()) << problems;
    return value;
}

/// One emulated device, until the test ends.
class Served {
  public:
    explicit Served(const Folder& folder, const std::string& device)
        : program_(folder, {"emulate", device}) {
        EXPECT_TRUE(program_.says("serving"));
        const std::string out = program_.out();
        const std::size_t begin = out.find("tcp://");
        link_ = out.substr(begin, out.find(' ', begin) - begin);
    }
    [[nodiscard]] const std::string& link() const { return link_; }

  private:
    Program program_;
    std::string link_;
};

/// What a device's writable points show.
std::string settings_of(const Folder& folder, const std::string& link, const std::string& name) {
    const std::string out = (folder.path() / name).string();
    EXPECT_EQ(islandbench(folder, {"scan", link, "--out", out}).exit_code, 0);
    const json::Value map = read_json(folder.path() / name / "device_map.json");
    std::string text;
    for (const json::Value& model : map.find("models")->items()) {
        for (const json::Value& point : model.find("points")->items()) {
            const json::Value* const value = point.find("value");
            if (point.find("writable") == nullptr || value == nullptr) continue;
            text += point.find("name")->text() + "=" + value->text() + " ";
        }
    }
    return text;
}

TEST(Check, SaysTheSameInEveryReport) {
    const Folder folder;
    const Served device(folder, "kostal_plenticore");
    const Finished check = islandbench(
        folder, {"check", device.link(), "--only", "access", "--quiet", "--out", "found"});
    EXPECT_EQ(check.exit_code, 1) << check.err;
    EXPECT_THAT(check.out, HasSubstr("FAIL"));
    const json::Value results = read_json(folder.path() / "found" / "results.json");
    EXPECT_EQ(results.find("verdict")->text(), "fail");
    EXPECT_FALSE(results.find("armed")->flag());
    int failed = 0;
    for (const json::Value& rule : results.find("rules")->items()) {
        if (rule.find("outcome")->text() != "fail") continue;
        ++failed;
        const std::string id = rule.find("id")->text();
        for (const char* const page : {"junit.xml", "report.html"}) {
            EXPECT_THAT(content(folder.path() / "found" / page), HasSubstr(id)) << page;
        }
        EXPECT_THAT(check.out, HasSubstr(id));
    }
    EXPECT_GE(failed, 1) << "its chain ends with 0";
    const std::string junit = content(folder.path() / "found" / "junit.xml");
    EXPECT_THAT(junit, HasSubstr("failures=\"" + std::to_string(failed) + "\""));
}

/// A profile, and what such a device calls itself.
struct Armed {
    const char *profile, *name;
};
class CheckInterrupted : public ::testing::TestWithParam<Armed> {};

INSTANTIATE_TEST_SUITE_P(Check, CheckInterrupted,
                         ::testing::Values(Armed{"hybrid_inverter", "hybrid 5k"},
                                           Armed{"hybrid_inverter_100", "hybrid 5k classic"}),
                         [](const auto& tested) { return std::string(tested.param.profile); });

TEST_P(CheckInterrupted, AtCtrlCSetsBackWhatItWrote) {
    const Folder folder;
    const Served device(folder, GetParam().profile);
    const std::string before = settings_of(folder, device.link(), "before");
    Program check(folder, {"check", device.link(), "--arm", GetParam().name, "--only", "control",
                           "--out", "found"});
    ASSERT_TRUE(check.says("setting a power"));
    bool written = false;
    for (int i = 0; i < 40 && !written; ++i) {
        written = settings_of(folder, device.link(), "meanwhile" + std::to_string(i)) != before;
    }
    ASSERT_TRUE(written);
    check.signal(SIGINT);
    EXPECT_EQ(check.wait().exit_code, 130);
    EXPECT_EQ(settings_of(folder, device.link(), "after"), before);
    const json::Value results = read_json(folder.path() / "found" / "results.json");
    EXPECT_TRUE(results.find("interrupted")->flag());
    EXPECT_NE(results.find("verdict")->text(), "pass");
    int done = 0;
    for (const json::Value& write : results.find("writes")->items()) {
        done += write.find("done")->flag() ? 1 : 0;
        EXPECT_TRUE(write.find("restored")->flag()) << write.find("what")->text();
    }
    EXPECT_GE(done, 1);
}

/// What would be written is listed; nothing is.
TEST(Check, WithoutAnArmTheOlderModelsAreOnlyRead) {
    const Folder folder;
    const Served device(folder, "hybrid_inverter_100");
    const std::string before = settings_of(folder, device.link(), "before");
    const Finished check = islandbench(
        folder, {"check", device.link(), "--only", "control", "--quiet", "--out", "found"});
    EXPECT_EQ(check.exit_code, 0) << check.out << check.err;
    EXPECT_THAT(check.out, HasSubstr("Nothing was written"));
    EXPECT_THAT(check.out, HasSubstr("124 MinRsvPct"));
    EXPECT_EQ(settings_of(folder, device.link(), "after"), before);
}

TEST(Check, ANameThatTheDeviceDoesNotHaveArmsNothing) {
    const Folder folder;
    const Served device(folder, "hybrid_inverter");
    const Finished check = islandbench(
        folder, {"check", device.link(), "--arm", "another", "--only", "control", "--quiet"});
    EXPECT_EQ(check.exit_code, 2);
    EXPECT_THAT(check.err, HasSubstr("hybrid 5k"));
    EXPECT_THAT(check.out, HasSubstr("Nothing was written"));
}

TEST(Check, SaysWhatIsWrong) {
    const Folder folder;
    EXPECT_EQ(islandbench(folder, {"check", "inverter"}).exit_code, 2);
    EXPECT_EQ(islandbench(folder, {"check", "can:can0"}).exit_code, 2);
    const Finished profile =
        islandbench(folder, {"check", "tcp://127.0.0.1:1", "--profile", "hybrid_invertre"});
    EXPECT_EQ(profile.exit_code, 2);
    EXPECT_THAT(profile.err, HasSubstr("did you mean \"hybrid_inverter\""));
    const std::string meter = "eastron_sdm630";
    EXPECT_EQ(islandbench(folder, {"check", "tcp://127.0.0.1:1", "--profile", meter}).exit_code, 2);
    const std::string none = (folder.path() / "none.json").string();
    EXPECT_EQ(islandbench(folder, {"check", "tcp://127.0.0.1:1", "--against", none}).exit_code, 2);
    EXPECT_EQ(islandbench(folder, {"emulate", "kostal_plentycore"}).exit_code, 2);
}

/// The link of a street's device, from what the street said.
std::string link_in(const std::string& out, const std::string& device) {
    std::istringstream lines(out);
    std::string name, role, address;
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        words >> name >> role >> address;
        if (name == device) return address;
    }
    return "";
}

TEST(Check, MeterAndBatteryOfTheSamePlaceAgree) {
    const Folder folder;
    Program street(folder, {"emulate", "--site", "miniature"});
    ASSERT_TRUE(street.says("serving"));
    const Finished check =
        islandbench(folder, {"check", link_in(street.out(), "home1.inverter"), "--only", "values",
                             "--quiet", "--meter", link_in(street.out(), "meter_grid"), "--bms",
                             link_in(street.out(), "home1.bms"), "--out", "found"});
    ASSERT_EQ(check.exit_code, 0) << check.out << check.err;
    const json::Value results = read_json(folder.path() / "found" / "results.json");
    std::string held;
    std::set<std::string> groups;
    for (const json::Value& rule : results.find("rules")->items()) {
        const std::string id = rule.find("id")->text();
        if (id.starts_with("witness.") && rule.find("outcome")->text() == "held") held += id + " ";
        groups.insert(id.substr(0, id.find('.')));
    }
    EXPECT_THAT(groups, ElementsAre("map", "plausible", "value", "witness"));
    EXPECT_EQ(held, "witness.grid witness.charge witness.battery_power witness.battery_limits ");
}

json::Value statement(const std::string& text) {
    Diagnostics problems;
    json::Value value = json::parse(text, "statement", problems);
    EXPECT_TRUE(problems.empty()) << problems;
    return value;
}

TEST(Capabilities, TellWhatANewFirmwareHasLostAndGained) {
    const json::Value before = statement(R"({
      "read_max": 125, "models": [{"id": 701, "points": ["W", "Hz"]}, {"id": 713, "points": ["SoC"]}],
      "abilities": {"limit": "proven", "set_point": "declared"}, "rules_held": ["value.pad"]})");
    const json::Value after = statement(R"({
      "read_max": 50, "models": [{"id": 701, "points": ["W", "Var"]}, {"id": 714, "points": ["DCW"]}],
      "abilities": {"limit": "failed", "set_point": "proven"}, "rules_held": [],
      "rules_broken": ["value.pad"]})");
    const CapabilityChange change = compare_capabilities(before, after);
    EXPECT_THAT(change.lost,
                ElementsAre("model 713", "point 701 Hz", "rule value.pad",
                            "limit was proven, is failed", "reads of 125 registers, now 50"));
    EXPECT_THAT(change.gained,
                ElementsAre("model 714", "point 701 Var", "set_point was declared, is proven"));
    const CapabilityChange none = compare_capabilities(before, before);
    EXPECT_THAT(none.lost, IsEmpty());
    EXPECT_THAT(none.gained, IsEmpty());
}

/// Somebody armed it, and it refused all there was: that is no pass.
TEST(Check, ThatCouldWriteNothingIsInconclusive) {
    conformance::Snapshot device;
    device.armed = true;
    device.base = std::uint16_t{40000};
    device.chains.resize(2);
    device.writes = {{"704 WMaxLimPct", false, false}};
    reports::CheckRecord record = record_of(device, {}, {});
    record.rows.clear();
    EXPECT_EQ(verdict_of(record), acceptance::Outcome::inconclusive);
    EXPECT_THAT(check_headline(record), HasSubstr("took nothing"));
    device.writes.push_back({"704 WSet", true, true});
    record = record_of(device, {}, {});
    record.rows.clear();
    EXPECT_EQ(verdict_of(record), acceptance::Outcome::pass);
}

TEST(Check, NamesTheKindOfItsModelsAndTheWaysIn) {
    const Folder folder;
    const Served device(folder, "hybrid_inverter_100");
    const Finished check = islandbench(
        folder, {"check", device.link(), "--only", "access", "--quiet", "--out", "found"});
    EXPECT_THAT(check.out, HasSubstr("inverter, single phase (101)"));
    EXPECT_THAT(check.out, HasSubstr("123 and 124"));
    const json::Value can = read_json(folder.path() / "found" / "capabilities.json");
    EXPECT_EQ(can.find("kind")->text(), "inverter, single phase (101)");
    EXPECT_EQ(can.find("orders_by")->items().front().text(), "123 and 124");
}

TEST(Capabilities, WhatNobodyTriedIsNotLost) {
    const json::Value armed = statement(R"({"models": [], "abilities": {"limit": "proven"},
      "rules_held": ["control.limit"]})");
    const json::Value read = statement(R"({"models": [], "abilities": {"limit": "declared"},
      "rules_held": []})");
    EXPECT_THAT(compare_capabilities(armed, read).lost, IsEmpty());
}

}  // namespace
}  // namespace islandbench::bench
