#include <gmock/gmock.h>

#include <map>

#include "bench/test/program.hpp"

/// The steps of a story beyond an outage: what they do to the street, and which events they raise.
namespace islandbench::bench {
namespace {

using ::testing::HasSubstr;

/// Tells a story of the miniature with these steps and criteria.
json::Value tell(const Folder& folder, const std::string& duration, const std::string& steps,
                 const std::string& criteria, const std::string& site = "miniature") {
    folder.write("story.json", R"({"name": "steps", "site": ")" + site +
                                   R"(", "seed": 7, "duration": ")" + duration +
                                   R"(", "observation": "20 s", "start": {"permit_reclose": true},
  "steps": [)" + steps + R"(], "criteria": [)" +
                                   criteria + "]}");
    const Finished ended = islandbench(folder, {"run", "story.json", "--quiet", "--out", "run"});
    EXPECT_EQ(ended.err, "");
    return results_of(folder.path() / "run");
}

/// How often each event came.
std::map<std::string, int> events_of(const json::Value& results) {
    std::map<std::string, int> counts;
    for (const json::Value& event : results.find("events")->items()) {
        ++counts[event.find("name")->text()];
    }
    return counts;
}

TEST(Steps, LoadStepsOfOneInstantAreOneStepToTheStreet) {
    const Folder folder;
    const auto events = events_of(tell(folder, "30 s", R"(
        {"at": "5 s", "load_step": {"at": "clinic", "p": "9 kW", "for": "2 s"}},
        {"at": "10 s", "load_step": {"at": "clinic", "p": "9 kW", "for": "2 s"}},
        {"at": "10 s", "load_step": {"at": "home1", "p": "6 kW", "for": "2 s"}},
        {"at": "20 s", "load_step": {"at": "clinic", "p": "9 kW", "q": "13 kvar", "for": "2 s"}})",
                                       R"("F1")"));
    EXPECT_EQ(events.at("half_step"), 2);
    EXPECT_EQ(events.at("load_step"), 3) << "two of them at one instant";
}

TEST(Steps, GridFrequencyGoesToAValueAndFollowsARecord) {
    const Folder folder;
    folder.write("day.csv", "t_s,f_hz\n0,49.9\n4,49.5\n5,49.5\n7,50\n");
    const json::Value results = tell(folder, "40 s", R"(
        {"at": "5 s", "grid_frequency": {"to": "49.8 Hz", "rate": "0.1 Hz/s"}},
        {"when": "truth.grid.f < 49.82 Hz for 1 s", "grid_frequency": {"record": "day.csv"}},
        {"when": "truth.grid.f < 49.52 Hz", "load_step": {"at": "clinic", "p": "1 kW"}})",
                                     R"("F1")");
    const auto events = events_of(results);
    EXPECT_EQ(events.at("grid_frequency"), 2);
    EXPECT_EQ(events.at("load_step"), 1) << "the record's lowest has been there";
    EXPECT_FALSE(events.contains("island")) << "49.5 Hz is no loss of mains";
}

TEST(Steps, GridFrequencyThatMakesNoSenseIsTold) {
    const Folder folder;
    folder.write("day.csv", "t_s,f_hz\n0,49.9\nsoon,49.5\n");
    folder.write("story.json", R"({"name": "steps", "site": "miniature", "seed": 7,
  "duration": "20 s", "criteria": ["F1"], "steps": [
    {"at": "1 s", "grid_frequency": {"to": "49 Hz", "record": "day.csv"}},
    {"at": "2 s", "grid_frequency": {"rate": "1 Hz/s", "record": "day.csv"}},
    {"at": "3 s", "grid_frequency": {"to": "5 Hz"}},
    {"at": "4 s", "grid_frequency": {"record": "night.csv"}}]})");
    const Finished ended = islandbench(folder, {"run", "story.json"});
    EXPECT_EQ(ended.exit_code, 2);
    for (const char* said :
         {"story.json:3: $.steps[0].grid_frequency: needs one of \"to\" and \"record\"",
          "story.json:4: $.steps[1].grid_frequency.rate: goes with \"to\"",
          "story.json:5: $.steps[2].grid_frequency.to: must be between 40 Hz and 70 Hz",
          "story.json:6: $.steps[3].grid_frequency.record: no file \"night.csv\"",
          "day.csv:3: time: \"soon\" is no time"}) {
        EXPECT_THAT(ended.err, HasSubstr(said));
    }
}

TEST(Steps, AHomeIsAudibleOnceNothingOfItIsSilent) {
    const Folder folder;
    const auto events = events_of(tell(folder, "40 s", R"(
        {"at": "5 s", "silence": {"of": "home1", "for": "10 s"}},
        {"at": "10 s", "silence": {"of": "home1.inverter", "for": "10 s"}},
        {"at": "25 s", "silence": {"of": "former.bms", "for": "5 s"}})",
                                       R"("F1")"));
    EXPECT_EQ(events.at("silent"), 3);
    EXPECT_EQ(events.at("audible"), 3);
    EXPECT_EQ(events.at("silent.home1"), 2);
    EXPECT_EQ(events.at("audible.home1"), 1);
    EXPECT_FALSE(events.contains("silent.home2"));
}

TEST(Steps, ALostControllerLeavesTheStreetToItsDevices) {
    const Folder folder;
    const json::Value results = tell(folder, "100 s", R"(
        {"at": "10 s", "outage": {}},
        {"at": "30 s", "controller": {"lost_for": "40 s"}},
        {"at": "31 s", "consent": {"reclose": false}})",
                                     R"("D1", "F1", "G3")");
    EXPECT_THAT(verdicts(results), HasSubstr("D1 pass"));
    EXPECT_THAT(verdicts(results), HasSubstr("G3 inconclusive")) << "it came back too early";
    const auto events = events_of(results);
    EXPECT_EQ(events.at("controller_lost"), 1);
    EXPECT_EQ(events.at("controller_back"), 1);
}

TEST(Steps, APlannedIslandAndAPlannedReturn) {
    const Folder folder;
    // With less at the clinic, so that the homes' inverters can bring the flow to zero.
    folder.write("calm.json",
                 replaced(fixture("sites/miniature.json"), R"("p": "4.5 kW")", R"("p": "1.5 kW")"));
    const json::Value results =
        tell(folder, "220 s", R"(
        {"at": "20 s", "request": {"island": true}},
        {"at": "160 s", "request": {"island": false}})",
             R"("C3", "C4", "C5", "C6", "C7", "D1", "D2", "H1", "H2", "H3")", "calm.json");
    for (const char* id : {"C3", "C4", "C5", "C6", "C7", "D1", "D2", "H1", "H2", "H3"}) {
        EXPECT_EQ(verdict_of(results, id), "pass") << id;
    }
    const auto events = events_of(results);
    EXPECT_EQ(events.at("island_requested"), 1);
    EXPECT_EQ(events.at("return_requested"), 1);
    EXPECT_FALSE(events.contains("outage"));
}

TEST(Steps, AWeldedSwitchFeedsTheDeadGrid) {
    const Folder folder;
    const json::Value results = tell(folder, "40 s", R"(
        {"at": "5 s", "fault": {"id": "welded", "device": "pcc", "welded": true}},
        {"at": "10 s", "outage": {}})",
                                     R"("C1")");
    EXPECT_EQ(verdict_of(results, "C1"), "fail");
}

TEST(Steps, WhatCannotBeIsRefused) {
    const Folder folder;
    folder.write("bad.json", R"({"name": "bad", "site": "miniature", "seed": 1, "duration": "9 s",
  "steps": [
    {"at": "1 s", "controller": {"lost_for": "0 s"}},
    {"at": "2 s", "request": {}},
    {"at": "3 s", "request": {"island": true}, "controller": {}},
    {"at": "4 s", "fault": {"id": "w", "device": "home1.bms", "welded": true}}
  ], "criteria": []})");
    const Finished ended = islandbench(folder, {"validate", "bad.json"});
    EXPECT_EQ(ended.exit_code, 2);
    EXPECT_THAT(ended.err, HasSubstr("bad.json:4: $.steps[1].request: missing key \"island\""));
    folder.write("bad.json", replaced(fixture("scenarios/miniature_short.json"), R"("steps": [)",
                                      R"("steps": [
    {"at": "1 s", "controller": {"lost_for": "0 s"}},
    {"at": "3 s", "request": {"island": true}, "controller": {}},
    {"at": "4 s", "fault": {"id": "w", "device": "home1.bms", "welded": true}},)"));
    const std::string told = islandbench(folder, {"validate", "bad.json"}).err;
    EXPECT_THAT(told, HasSubstr("$.steps[0].controller.lost_for: must be greater than zero"));
    EXPECT_THAT(told, HasSubstr("$.steps[1]: needs exactly one of"));
    EXPECT_THAT(told, HasSubstr("fault.welded: is a fault of a switch, not of home1.bms"));
}

}  // namespace
}  // namespace islandbench::bench
