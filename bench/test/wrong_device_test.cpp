#include <gmock/gmock.h>

#include "bench/test/program.hpp"

/// Devices that are wrong on purpose, by fault steps that any story may use: the criterion that is
/// meant for them fails and names them, and the same story without the fault passes.
namespace islandbench::bench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

struct WrongDevice {
    const char* name;
    std::string story;  ///< with FAULT where the step belongs
    std::string fault;
    const char* must_fail;
    const char* device;  ///< that the verdict names; "" where nobody can tell
};

std::string inverter(const std::string& fault) {
    return R"({"at": "2 s", "fault": {"id": "wrong", "device": "home1.inverter", )" + fault + "}},";
}

/// The grid code with another time of the first under-frequency stage than 20 s.
std::string code_with_uf1(const std::string& delay) {
    return replaced(fixture("gridcodes/gb_g98_g99a_lv.json"),
                    R"("limit": "47.5 Hz", "delay": "20 s")",
                    "\"limit\": \"47.5 Hz\", \"delay\": \"" + delay + "\"");
}

/// The miniature whose switch lets the frequency through; home1's inverter is set to `own`.
std::string wide_site(const std::string& code, const std::string& own) {
    std::string text = replaced(fixture("sites/miniature.json"), R"("rating": "160 A",)",
                                R"("rating": "160 A", "f_min": "45 Hz", "f_max": "55 Hz",)");
    text = replaced(text, R"("grid_code": "gb_g98_g99a_lv")", R"("grid_code": ")" + code + "\"");
    return replaced(text, R"("rating": "5 kVA", "pv_peak")",
                    R"("grid_code": ")" + own + R"(", "rating": "5 kVA", "pv_peak")");
}

/// The grid's frequency sinks so slowly that the former can follow, below the first
/// under-frequency stage for longer than its 20 s, and returns. The switch lets it through.
const std::string low_frequency = R"({
  "name": "low_frequency", "site": "wide", "duration": "125 s", "seed": 3,
  "steps": [FAULT
    {"at": "5 s", "grid_frequency": {"to": "47.3 Hz", "rate": "0.06 Hz/s"}},
    {"at": "85 s", "grid_frequency": {"to": "50 Hz", "rate": "0.06 Hz/s"}}
  ],
  "criteria": ["B2", "B3", "H7"]
})";

/// One battery that is asked for much, beside two others that are as empty.
const std::string low_charge = R"({
  "name": "low_charge", "site": "miniature", "duration": "1560 s", "seed": 3,
  "start": {"soc": {"former": "28 %", "home1": "24.5 %", "home2": "28 %"}, "sun": "0 %"},
  "steps": [FAULT
    {"at": "20 s", "outage": {}},
    {"at": "22 s", "load_step": {"at": "home1", "tier": 2, "p": "3 kW", "for": "1530 s"}}
  ],
  "criteria": ["C1", "C2", "D1", "E1", "F1"]
})";

/// home3 has no battery: what it asks for beyond the former's phase, its load controller must shed.
const std::string overload = R"({
  "name": "overload", "site": "miniature", "duration": "70 s", "seed": 20260117,
  "start": {"soc": {"former": "60 %", "home1": "64 %", "home2": "55 %"}, "sun": "0 %"},
  "steps": [FAULT
    {"at": "10 s", "outage": {"kind": "upstream_break", "neighbour_p": "60 kW", "neighbour_q": "20 kvar"}},
    {"at": "35 s", "load_step": {"at": "home3", "tier": 2, "p": "5.5 kW", "for": "35 s"}}
  ],
  "criteria": ["C1", "C2", "D1", "E1", "E2", "F1"]
})";

/// A calm island: nobody acts on what one home tells, and it must be true all the same.
const std::string calm_island = R"({
  "name": "calm_island", "site": "miniature", "duration": "200 s", "seed": 20260117,
  "start": {"soc": {"former": "60 %", "home1": "64 %", "home2": "55 %"}, "sun": "60 %"},
  "steps": [FAULT
    {"at": "80 s", "outage": {"kind": "upstream_break", "neighbour_p": "20 kW", "neighbour_q": "6 kvar"}}
  ],
  "criteria": ["A1", "A3", "D1", "F3"]
})";

/// The pilot street at noon is asked to leave the grid: the core brings the flow to zero first.
std::string planned() {
    std::string text = fixture("scenarios/pilot_sunny.json");
    text = replaced(text, "\"1200 s\"", "\"100 s\"");
    text = replaced(text, "{\"at\": \"20 s\", \"request\": {\"island\": true}},",
                    "FAULT {\"at\": \"20 s\", \"request\": {\"island\": true}}");
    text = replaced(text, "{\"at\": \"540 s\", \"consent\": {\"reclose\": true}},", "");
    text = replaced(text, "{\"at\": \"570 s\", \"request\": {\"island\": false}}", "");
    return replaced(text,
                    R"("A4", "C3", "D1", "D2", "D3", "E1", "F1", "F4", "H1", "H2", "H3", "H4")",
                    R"("C3", "D1", "E1")");
}

class WrongDevices : public ::testing::TestWithParam<WrongDevice> {};

TEST_P(WrongDevices, FailTheCriterionThatIsMeantForThem) {
    const WrongDevice& wrong = GetParam();
    const Folder folder;
    folder.write("wide.json", wide_site("gb_g98_g99a_lv", "gb_g98_g99a_lv"));
    const auto sick = folder.write("sick.json", replaced(wrong.story, "FAULT", wrong.fault));
    const ToldStory told = tell_story(folder, "sick", {sick});
    EXPECT_EQ(told.exit_code, 1);
    EXPECT_EQ(verdict_of(told.results, wrong.must_fail), "fail") << verdicts(told.results);
    for (const json::Value& one : told.results.find("criteria")->items()) {
        if (one.find("id")->text() != wrong.must_fail) continue;
        EXPECT_EQ(one.find("device")->text(), wrong.device);
    }
    const auto well = folder.write("well.json", replaced(wrong.story, "FAULT", ""));
    const ToldStory healthy = tell_story(folder, "well", {well});
    EXPECT_EQ(healthy.exit_code, 0) << verdicts(healthy.results);
}

INSTANTIATE_TEST_SUITE_P(
    All, WrongDevices,
    ::testing::Values(
        WrongDevice{"trips_late", low_frequency, inverter(R"("trips_late": "10 s")"), "B2",
                    "home1"},
        WrongDevice{"rides_through_too_little", low_frequency,
                    inverter(R"("rides_through": "200 ms")"), "B3", "home1"},
        WrongDevice{"reconnects_early", low_frequency, inverter(R"("reconnects_after": "2 s")"),
                    "H7", "home1"},
        WrongDevice{"frozen_charge", low_charge,
                    R"({"at": "25 s", "fault": {"id": "wrong", "device": "home1.bms",
                       "soc_frozen": true}},)",
                    "F1", "home1"},
        WrongDevice{"deaf_load_controller", overload,
                    R"({"at": "2 s", "fault": {"id": "wrong", "device": "home3.loadctl",
                       "ignores_orders": true}},)",
                    "E1", "home3"},
        WrongDevice{"former_reports_a_tenth", overload,
                    R"({"at": "2 s", "fault": {"id": "wrong", "device": "former.inverter",
                       "power_report": 0.1}},)",
                    "E1", "home3"},
        WrongDevice{"wrong_sign", calm_island, inverter(R"("power_report": -1)"), "A3", "home1"},
        WrongDevice{"wrong_scale", calm_island, inverter(R"("power_report": 10)"), "A3", "home1"},
        WrongDevice{"wrong_charge", calm_island,
                    R"({"at": "2 s", "fault": {"id": "wrong", "device": "home2.bms",
                       "soc_report_offset": "8 %"}},)",
                    "F3", "home2"},
        WrongDevice{"meter_offset", planned(),
                    R"({"at": "2 s", "fault": {"id": "wrong", "device": "meter_grid",
                       "meter_offset": "20 kW"}},)",
                    "C3", ""}),
    [](const auto& one) { return std::string(one.param.name); });

TEST(WrongSettings, OfOneInverterAreNamed) {
    const Folder folder;
    folder.write("slow.json", code_with_uf1("60 s"));
    folder.write("wide.json", wide_site("gb_g98_g99a_lv", "slow.json"));
    const auto story = folder.write("story.json", replaced(low_frequency, "FAULT", ""));
    const json::Value results = tell_story(folder, "run", {story}).results;
    EXPECT_EQ(verdict_of(results, "B2"), "fail") << verdicts(results);
    for (const json::Value& one : results.find("criteria")->items()) {
        if (one.find("id")->text() != "B2") continue;
        EXPECT_EQ(one.find("device")->text(), "home1");
    }
}

TEST(WrongSettings, OfTheJudgeAreNoticedByAnInverterThatIsSetRight) {
    const Folder folder;
    folder.write("quick.json", code_with_uf1("5 s"));
    folder.write("wide.json", wide_site("quick.json", "gb_g98_g99a_lv"));
    const auto story = folder.write("story.json", replaced(low_frequency, "FAULT", ""));
    const json::Value results = tell_story(folder, "run", {story}).results;
    EXPECT_EQ(verdict_of(results, "B2"), "fail") << "it leaves at 20 s: " << verdicts(results);
}

TEST(WrongSettings, ThatDoNotFitTheSiteAreRefused) {
    const Folder folder;
    folder.write("site.json", wide_site("gb_g98_g99a_lv", "ieee1547_cat_ii"));
    const Finished refused = islandbench(folder, {"validate", "site.json"});
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_THAT(refused.err, HasSubstr("\"ieee1547_cat_ii\" is for 240 V and 60.000 Hz"));
    folder.write("site.json", wide_site("gb_g98_g99a_lv", "itic"));
    EXPECT_THAT(islandbench(folder, {"validate", "site.json"}).err,
                HasSubstr("a unit cannot be set to a code without nominal values"));
}

TEST(FaultSteps, AreCheckedAllAtOnce) {
    const Folder folder;
    const auto fault = [](const std::string& id, const std::string& what) {
        return R"({"at": "1 s", "fault": {"id": ")" + id + "\", " + what + "}},";
    };
    folder.write(
        "bad.json",
        replaced(overload, "FAULT",
                 fault("a", R"("device": "meter_grid", "trips_late": "1 s")") +
                     fault("b", R"("device": "home1.inverter", "rides_through": "2 h")") +
                     fault("c", R"("device": "home1.inverter", "power_report": 1000)") +
                     fault("d", R"("device": "former.inverter", "reconnects_after": "1 s")") +
                     fault("e", R"("device": "home1.loadctl", "meter_offset": "1 kW")") +
                     fault("f", R"("device": "home1.bms", "ignores_orders": true)") +
                     fault("g", R"("device": "home1.inverter", "trips_late": "1 s",
                                            "rides_through": "1 s")")));
    const Finished said = islandbench(folder, {"validate", "bad.json"});
    EXPECT_EQ(said.exit_code, 2);
    EXPECT_THAT(said.err,
                AllOf(HasSubstr("$.steps[0].fault.trips_late: is a fault of a inverter, not of"),
                      HasSubstr("$.steps[1].fault.rides_through: must be between 0 s and 1 h"),
                      HasSubstr("$.steps[2].fault.power_report: must be between -100 and 100"),
                      HasSubstr("$.steps[3].fault.reconnects_after: is a fault of a home's"),
                      HasSubstr("$.steps[4].fault.meter_offset: is a fault of a meter"),
                      HasSubstr("$.steps[5].fault.ignores_orders: is a fault of a loadctl"),
                      HasSubstr("$.steps[6].fault: needs exactly one kind")));
}

TEST(Stops, AreObeyedAndTold) {
    const Folder folder;
    const ToldStory told = tell_story(folder, "run", {"miniature_fault"});
    EXPECT_EQ(told.exit_code, 0) << verdicts(told.results);
    for (const char* id : {"A5", "B3", "B5", "D5", "H7", "I1", "I2", "I3"}) {
        EXPECT_EQ(verdict_of(told.results, id), "pass") << id;
    }
}

TEST(Stops, ThatMakeNoSenseAreRefused) {
    const Folder folder;
    folder.write("bad.json", replaced(overload, "FAULT",
                                      R"({"at": "1 s", "stop": {"of": "home3"}},
                             {"at": "20 s", "stop": {"of": "home1", "for": "60 s"}},
                             {"at": "1 s", "stop": {"of": "home2", "for": "0 s"}},)"));
    const Finished said = islandbench(folder, {"validate", "bad.json"});
    EXPECT_EQ(said.exit_code, 2);
    EXPECT_THAT(said.err, AllOf(HasSubstr("$.steps[0].stop.of: unknown home with an inverter"),
                                HasSubstr("$.steps[1].stop.for: outlasts the story"),
                                HasSubstr("$.steps[2].stop.for: must be greater than zero")));
}

}  // namespace
}  // namespace islandbench::bench
