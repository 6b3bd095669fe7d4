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

TEST(Steps, AStreetWithoutItsFormerIsJoinedToTheGridThatCameBack) {
    const Folder folder;
    const auto events = events_of(tell(folder, "80 s", R"(
        {"at": "5 s", "outage": {}},
        {"at": "20 s", "fault": {"id": "dead", "device": "former.inverter", "out_of_service": true}},
        {"at": "40 s", "grid_back": {}})",
                                       R"("F1")"));
    EXPECT_EQ(events.at("island"), 1);
    ASSERT_TRUE(events.contains("reclosed")) << "a dead street waits for nobody to form it";
    EXPECT_EQ(events.at("reclosed"), 1);
}

TEST(Steps, AnInverterOutOfServiceStaysAway) {
    const Folder folder;
    const json::Value results = tell(folder, "60 s", R"(
        {"at": "5 s", "fault": {"id": "dead", "device": "home1.inverter", "out_of_service": true}},
        {"when": "truth.home1.inverter_on is false for 25 s", "fault": {"id": "mended",
         "device": "home1.inverter", "out_of_service": false}},
        {"when": "after fault.mended and truth.home1.inverter_on",
         "load_step": {"at": "clinic", "p": "1 kW"}})",
                                     R"("F1")");
    EXPECT_EQ(events_of(results).at("load_step"), 1) << "it rejoins after its observation time";
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

TEST(Steps, ABadLinkIsBadForAWhile) {
    const Folder folder;
    const json::Value results = tell(folder, "60 s", R"(
        {"at": "10 s", "link": {"of": "home1.inverter", "for": "20 s", "loss": "100 %"}},
        {"at": "15 s", "link": {"of": "home2", "for": "5 s", "reset": "100 %"}},
        {"at": "25 s", "link": {"of": "home1.loadctl", "for": "6 s", "corrupt": "100 %"}},
        {"at": "35 s", "link": {"of": "former.inverter", "half_open": true, "for": "1 s"}},
        {"when": "after link_bad and link.home1.inverter.age >= 10 s",
         "load_step": {"at": "clinic", "p": "1 kW"}},
        {"when": "link.home1.loadctl.age >= 2 s", "load_step": {"at": "clinic", "p": "1 kW"}},
        {"when": "link.former.inverter.age >= 2 s", "load_step": {"at": "clinic", "p": "1 kW"}})",
                                     R"("F1")");
    const auto events = events_of(results);
    EXPECT_EQ(events.at("link_bad"), 4);
    EXPECT_EQ(events.at("link_mended"), 4);
    EXPECT_EQ(events.at("load_step"), 3) << "what is lost, corrupt or half open is not heard";
}

TEST(Steps, ABadLinkIsHeldAgainstTheSite) {
    const Folder folder;
    folder.write("story.json", R"({"name": "steps", "site": "miniature", "seed": 7,
  "duration": "20 s", "criteria": ["F1"], "steps": [
    {"at": "1 s", "link": {"of": "home1.bms", "loss": "5 %"}},
    {"at": "1 s", "link": {"of": "home1"}},
    {"at": "1 s", "link": {"of": "home1", "loss": "120 %"}},
    {"at": "1 s", "link": {"of": "home1", "delay_median": "1 s"}},
    {"at": "1 s", "link": {"of": "home1", "drip": "20 s", "for": "0 s"}}]})");
    const Finished ended = islandbench(folder, {"run", "story.json"});
    EXPECT_EQ(ended.exit_code, 2);
    for (const char* said :
         {"story.json:3: $.steps[0].link.of: unknown home or device on Modbus \"home1.bms\"",
          "story.json:4: $.steps[1].link: says nothing that is bad about it",
          "story.json:5: $.steps[2].link.loss: must be between 0 % and 100 %",
          "story.json:6: $.steps[3].link.delay_p99: is below the median",
          "story.json:7: $.steps[4].link.for: must be greater than zero",
          "story.json:7: $.steps[4].link.drip: must be above 0 s and at most 10 s"}) {
        EXPECT_THAT(ended.err, HasSubstr(said));
    }
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

/// The details of the events of a name, in their order.
std::vector<std::string> told_of(const json::Value& results, const std::string& name) {
    std::vector<std::string> details;
    for (const json::Value& event : results.find("events")->items()) {
        if (event.find("name")->text() == name) details.push_back(event.find("detail")->text());
    }
    return details;
}

TEST(Steps, ABatteryMayErrInEveryWayThatIsKnown) {
    const Folder folder;
    const json::Value results = tell(folder, "60 s", R"(
        {"at": "1 s", "fault": {"id": "offset", "device": "home1.bms", "sensor_offset": "-2 A"}},
        {"at": "2 s", "fault": {"id": "drain", "device": "former.bms", "unseen_load": "3 kW"}},
        {"at": "3 s", "fault": {"id": "frozen", "device": "home2.bms", "soc_frozen": true}},
        {"at": "4 s", "fault": {"id": "stuck", "device": "former.bms", "soc_stuck": "99 %"}},
        {"at": "5 s", "fault": {"id": "whole", "device": "home1.bms", "soc_resolution": "1 %"}},
        {"at": "9 s", "fault": {"id": "jump", "device": "home1.bms",
                                "soc_recalibration": {"to": "14 %"}}},
        {"at": "10 s", "fault": {"id": "knee", "device": "home2.bms",
                                 "soc_recalibration": {"to": "20 %", "cell": "2.9 V"}}})",
                                     R"("F1")");
    const auto said = [&](const char* id) {
        return told_of(results, std::string("fault.") + id).at(0);
    };
    EXPECT_THAT(said("offset"), HasSubstr("its current sensor sees 2 A too much charge"));
    EXPECT_THAT(said("drain"), HasSubstr("3 kW are drawn from its battery past its sensor"));
    EXPECT_THAT(said("frozen"), HasSubstr("the state of charge that it reports stays"));
    EXPECT_THAT(said("stuck"), HasSubstr("reports a state of charge of 99 %, whatever it is"));
    EXPECT_THAT(said("whole"), HasSubstr("reports its state of charge in steps of 1 %"));
    EXPECT_THAT(said("jump"), HasSubstr("sets its state of charge to 14 % at once"));
    EXPECT_THAT(said("knee"), HasSubstr("to 20 % when its cells reach 2.9 V"));
    const auto jumps = told_of(results, "recalibrated");
    ASSERT_EQ(jumps.size(), 1U) << "home2's cells never sag so far";
    EXPECT_THAT(jumps[0], HasSubstr("home1.bms reported a state of charge of"));
    EXPECT_THAT(jumps[0], HasSubstr("and now reports 14 %"));
}

TEST(Steps, AWellPumpStartsAsAMotor) {
    const Folder folder;
    const json::Value results = tell(folder, "30 s", R"(
        {"at": "5 s", "load_step": {"at": "home1", "tier": 2, "p": "1.1 kW", "q": "0.8 kvar",
                                    "for": "10 s", "motor": {"locked_rotor": 6}}},
        {"at": "20 s", "load_step": {"at": "home1", "tier": 2, "p": "2 kW", "q": "1.6 kvar",
                                     "for": "2 s", "motor": {}}})",
                                     R"("F1")");
    EXPECT_THAT(told_of(results, "load_step").at(0),
                HasSubstr("home1 switches on a motor of 1.1 kW for 10 s"));
    EXPECT_EQ(events_of(results).at("half_step"), 1) << "15 kVA while the second one starts";
}

TEST(Steps, AClosingFarOutOfPhaseDamagesTheFormer) {
    const Folder folder;
    const json::Value results = tell(folder, "60 s", R"(
        {"at": "2 s", "fault": {"id": "far_off", "device": "pcc", "sync_angle_error": "90 deg"}},
        {"at": "5 s", "outage": {}},
        {"at": "15 s", "grid_back": {}})",
                                     R"("E1", "H2")");
    EXPECT_EQ(verdict_of(results, "H2"), "fail");
    EXPECT_EQ(verdict_of(results, "E1"), "pass") << "the grid carries the street";
    const auto damaged = told_of(results, "damaged");
    ASSERT_EQ(damaged.size(), 1U);
    EXPECT_THAT(damaged[0], HasSubstr("former is damaged and stays off: "));
    EXPECT_THAT(damaged[0], HasSubstr("times its rated current as the switch closed"));
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
    {"at": "4 s", "fault": {"id": "w", "device": "home1.bms", "welded": true}},
    {"at": "5 s", "fault": {"id": "a", "device": "pcc", "soc_frozen": true}},
    {"at": "5 s", "fault": {"id": "b", "device": "home1.bms", "soc_stuck": "120 %"}},
    {"at": "5 s", "fault": {"id": "c", "device": "home1.bms", "unseen_load": "-1 W"}},
    {"at": "5 s", "fault": {"id": "d", "device": "home1.bms", "soc_resolution": "0 %"}},
    {"at": "5 s", "fault": {"id": "e", "device": "home1.bms", "soc_recalibration": {"to": "-1 %", "cell": "51 V"}}},
    {"at": "5 s", "fault": {"id": "f", "device": "home1.bms", "sensor_offset": "1 A", "soc_frozen": true}},
    {"at": "6 s", "load_step": {"at": "clinic", "p": "0 W", "motor": {"stall_v": "99 %"}}},
    {"at": "7 s", "load_step": {"at": "home1", "p": "-1 kW"}},)"));
    const std::string told = islandbench(folder, {"validate", "bad.json"}).err;
    EXPECT_THAT(told, HasSubstr("$.steps[0].controller.lost_for: must be greater than zero"));
    EXPECT_THAT(told, HasSubstr("$.steps[1]: needs exactly one of"));
    EXPECT_THAT(told, HasSubstr("fault.welded: is a fault of a switch, not of home1.bms"));
    EXPECT_THAT(told, HasSubstr("[3].fault.soc_frozen: is a fault of a bms, not of pcc"));
    EXPECT_THAT(told, HasSubstr("fault.soc_stuck: must be between 0 % and 100 %"));
    EXPECT_THAT(told, HasSubstr("fault.unseen_load: must not be negative"));
    EXPECT_THAT(told, HasSubstr("fault.soc_resolution: must be above 0 %"));
    EXPECT_THAT(told, HasSubstr("fault.soc_recalibration.to: must be between 0 % and 100 %"));
    EXPECT_THAT(told, HasSubstr("fault.soc_recalibration.cell: must be between 2 V and 4 V"));
    EXPECT_THAT(told, HasSubstr("[8].fault: needs exactly one kind of fault"));
    EXPECT_THAT(told, HasSubstr("load_step.motor: a motor has one phase"));
    EXPECT_THAT(told, HasSubstr("load_step.p: must be greater than zero"));
    EXPECT_THAT(told, HasSubstr("[10].load_step.p: must not be negative"));
    EXPECT_THAT(told, HasSubstr("load_step.motor.stall_v: must be between 10 % and 95 %"));
}

}  // namespace
}  // namespace islandbench::bench
