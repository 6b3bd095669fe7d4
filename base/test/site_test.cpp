#include "base/site.hpp"

#include <gmock/gmock.h>

namespace islandbench {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* small_site = R"({
  "name": "small", "grid_code": "gb_g98_g99a_lv",
  "line_codes": {"c": {"r1": "0.3 ohm/km", "x1": "0.07 ohm/km", "r0": "1.2 ohm/km", "x0": "0.08 ohm/km"}},
  "grid": {"bus": "busbar", "transformer_rating": "100 kVA"},
  "interconnect": {"bus": "head", "device": {"profile": "pcc"}},
  "lines": [{"from": "head", "to": "n1", "code": "c", "length": "50 m"},
            {"from": "n1", "to": "n2", "code": "c", "length": "50 m"}],
  "former": {"bus": "head", "rating": "30 kVA",
    "battery": {"capacity": "60 kWh", "charge_limit": "80 A", "discharge_limit": "80 A"},
    "inverter": {"profile": "former"}, "bms": {"profile": "rack"}},
  "homes": [{"name": "home1", "bus": "n2", "phase": "A", "service_code": "c",
             "demand": {"daily": "7.2 kWh"}, "loadctl": {"profile": "loadctl"}}]
})";

std::vector<std::string> problems_of(std::string text) {
    Diagnostics found;
    (void)read_site(text, "s.json", found);
    std::vector<std::string> lines;
    for (const Diagnostic& one : found.list()) lines.push_back(to_text(one));
    return lines;
}

std::string with(std::string_view what, std::string_view instead) {
    std::string text = small_site;
    const std::size_t at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return text.replace(at, what.size(), instead);
}

TEST(Site, AcceptsASmallStreet) {
    EXPECT_THAT(problems_of(small_site), IsEmpty());
}

TEST(Site, ListsDevicesInAFixedOrder) {
    Diagnostics found;
    const Site site = read_site(small_site, "s.json", found);

    std::vector<std::string> names;
    for (const DeviceRef& device : devices_of(site)) names.push_back(device.name);

    EXPECT_THAT(names, ElementsAre("pcc", "former.inverter", "former.bms", "home1.loadctl"));
}

TEST(Site, FindsALoopInTheFeeder) {
    const auto problems = problems_of(with(
        R"({"from": "n1", "to": "n2")", R"({"from": "n2", "to": "n1", "code": "c", "length": "9 m"},
             {"from": "n1", "to": "n2")"));
    EXPECT_THAT(problems, Contains(HasSubstr("the feeder has a loop: bus \"n1\" is already fed")));
}

TEST(Site, FindsBusesThatHangInTheAir) {
    EXPECT_THAT(problems_of(with(R"("from": "head", "to": "n1")", R"("from": "n2", "to": "n1")")),
                Contains(HasSubstr("is not fed from the interconnect device")));
}

TEST(Site, SuggestsTheNearestName) {
    EXPECT_THAT(
        problems_of(with(R"("bus": "n2", "phase")", R"("bus": "m2", "phase")")),
        ElementsAre("s.json:11: $.homes[0].bus: unknown bus \"m2\" (did you mean \"n2\"?)"));
}

TEST(Site, FindsDuplicateIdsAndBadRanges) {
    EXPECT_THAT(problems_of(with(R"("name": "home1")", R"("name": "former")")),
                Contains(HasSubstr("duplicate id \"former\"")));
    EXPECT_THAT(problems_of(with("\"60 kWh\"", "\"0 kWh\"")),
                ElementsAre(HasSubstr("$.former.battery.capacity: must be greater than zero")));
}

TEST(Site, BoundsWhatAnInverterBurnsAndHowItRecovers) {
    EXPECT_THAT(problems_of(with("\"30 kVA\"", "\"30 kVA\", \"loss_square\": 0.5")),
                ElementsAre(HasSubstr("$.former.loss_square: must be between 0 and 0.2")));
    EXPECT_THAT(problems_of(with("\"30 kVA\"", "\"30 kVA\", \"cooling\": \"0 s\"")),
                ElementsAre(HasSubstr("$.former.cooling: must be greater than zero")));
    EXPECT_THAT(problems_of(with("\"30 kVA\"", "\"30 kVA\", \"surge_limit\": 0.9")),
                ElementsAre(HasSubstr("$.former.surge_limit: must be between 1 and 100")));
}

TEST(Site, HomeNeedsAppliancesOrADemand) {
    const char* demand = R"("demand": {"daily": "7.2 kWh"})";
    const char* appliance = R"("appliances": [{"name": "a", "tier": 2, "p": "50 W"}])";
    EXPECT_THAT(problems_of(with(demand, appliance)), IsEmpty());
    EXPECT_THAT(problems_of(with(demand, std::string(appliance) + ", " + demand)), IsEmpty());
    for (const char* none : {R"("appliances": [])", R"("service_length": "10 m")"}) {
        EXPECT_THAT(problems_of(with(demand, none)),
                    ElementsAre("s.json:11: $.homes[0].appliances: a home needs appliances, a "
                                "demand, or both"));
    }
}

TEST(Site, AnApplianceMayKeepATemperatureOrBeAMotor) {
    const auto told = [](const std::string& rest) {
        return problems_of(
            with(R"("demand": {"daily": "7.2 kWh"})",
                 R"("appliances": [{"name": "a", "tier": 1, "p": "90 W", )" + rest + "}]"));
    };
    const std::string means = R"("mean_on": "600 s", "mean_off": "1200 s", )";
    EXPECT_THAT(told(means + R"("thermostatic": true, "lock_out": "4 min", "motor": {})"),
                IsEmpty());
    EXPECT_THAT(told(R"("thermostatic": true)"),
                ElementsAre(HasSubstr("appliances[0].thermostatic: needs mean_on and mean_off")));
    EXPECT_THAT(told(R"("lock_out": "4 min")"),
                ElementsAre(HasSubstr("lock_out: is of a thermostatic appliance or of a motor")));
    for (const auto& [key, value, says] :
         {std::tuple{"locked_rotor", "0.5", "must be between 1 and 15"},
          {"locked_rotor_pf", "0", "must be between 0.05 and 1"},
          {"run_up", "\"1 ms\"", "must be at least 10 ms"},
          {"stall_v", "\"99 %\"", "must be between 10 % and 95 %"},
          {"drop_out", "\"80 %\"", "must be between 0 % and 70 %"},
          {"trip_after", "\"500 ms\"", "must be longer than run_up"},
          {"restart", "\"0 s\"", "must be at least 1 s"}}) {
        const std::string text = std::string("\"motor\": {\"") + key + "\": " + value + "}";
        EXPECT_THAT(told(text), ElementsAre(HasSubstr(std::string("motor.") + key + ": " + says)));
    }
}

TEST(Site, RefusesADemandThatNoHomeHas) {
    const auto told = [](const char* daily) {
        return problems_of(with(R"("daily": "7.2 kWh")", daily));
    };
    const auto range = ElementsAre(
        "s.json:12: $.homes[0].demand.daily: must be between 100 Wh and "
        "200 kWh");
    EXPECT_THAT(told(R"("daily": "-3 kWh")"), range);
    EXPECT_THAT(told(R"("daily": "0 kWh")"), range);
    EXPECT_THAT(told(R"("daily": "7.2 MWh")"), range);
    EXPECT_THAT(told(R"("daily": "7.2 kW")"), ElementsAre(HasSubstr("wrong unit")));
    EXPECT_THAT(told(R"("daily": 7.2)"), ElementsAre(HasSubstr("a text with a unit (energy)")));
    EXPECT_THAT(told(R"("hot_water": "tank")"),
                ElementsAre(HasSubstr("$.homes[0].demand: missing key \"daily\"")));
    EXPECT_THAT(told(R"("daily": "7 kWh", "hot_water": "showr")"),
                ElementsAre(HasSubstr("(did you mean \"shower\"?)")));
}

TEST(Site, SaysAMissingKeyOnce) {
    EXPECT_THAT(problems_of(with(R"("capacity": "60 kWh", )", "")),
                ElementsAre(HasSubstr("$.former.battery: missing key \"capacity\"")));
}

TEST(Site, ReportsReferencesAndKeysTogether) {
    const auto problems = problems_of(
        with(R"("bus": "n2", "phase": "A")", R"("bus": "m2", "phase": "D", "colour": 1)"));
    EXPECT_THAT(problems, Contains(HasSubstr("unknown bus \"m2\"")));
    EXPECT_THAT(problems,
                Contains(HasSubstr("$.homes[0].phase: expected one of \"A\", \"B\", \"C\"")));
    EXPECT_THAT(problems, Contains(HasSubstr("$.homes[0].colour: unknown key")));
}

TEST(Site, SurvivesBeingWrittenOut) {
    Diagnostics found;
    const Site site = read_site(small_site, "s.json", found);

    const std::string text = json::to_text(json::write_document(site));
    (void)read_site(text, "expanded.json", found);

    EXPECT_THAT(found.list(), IsEmpty());
    EXPECT_THAT(text, HasSubstr("\"t_detect_s\": \"1.6 s\""));
}

}  // namespace
}  // namespace islandbench
