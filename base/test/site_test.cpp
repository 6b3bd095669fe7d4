#include "base/site.hpp"

#include <gmock/gmock.h>

#include "base/fixtures.hpp"

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

TEST(Site, ACableMayHaveALimit) {
    const auto limited = [](const std::string& lines) {
        return problems_of(with(R"({"from": "head", "to": "n1", "code": "c", "length": "50 m"},
            {"from": "n1", "to": "n2", "code": "c", "length": "50 m"})",
                                lines));
    };
    const std::string first =
        R"({"from": "head", "to": "n1", "code": "c", "length": "50 m", "phase_limit": "9 kW"})";
    const std::string second = R"({"from": "n1", "to": "n2", "code": "c", "length": "50 m")";
    EXPECT_THAT(limited(first + ", " + second + "}"), IsEmpty());
    EXPECT_THAT(limited(first + ", " + second + R"(, "phase_limit": "0 W"})"),
                ElementsAre(HasSubstr("$.lines[1].phase_limit: must be greater than zero"),
                            HasSubstr("$.lines[1].phase_limit: lies itself behind a cable with a "
                                      "limit, to \"n1\"")));
}

TEST(Site, BehindACableWithALimitThereAreOnlyHomes) {
    const std::string limited =
        with(R"("to": "n1", "code": "c", "length": "50 m")",
             R"("to": "n1", "code": "c", "length": "50 m", "phase_limit": "9 kW")");
    const auto changed = [&](const std::string& what, const std::string& by) {
        std::string text = limited;
        return problems_of(text.replace(text.find(what), what.size(), by));
    };
    EXPECT_THAT(changed(R"("former": {"bus": "head")", R"("former": {"bus": "n1")"),
                ElementsAre(HasSubstr("phase_limit: the former \"former\" hangs behind it")));
    EXPECT_THAT(
        changed(R"("homes": [)",
                R"("priority_sites": [{"name": "hall", "bus": "n2", "p": "1 kW"}], "homes": [)"),
        ElementsAre(HasSubstr("phase_limit: \"hall\" hangs behind it")));
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

TEST(Site, OwnersAgreeToWhatTheirBatteriesLend) {
    const auto told = [](const std::string& keys) {
        return problems_of(
            with(R"("demand": {"daily": "7.2 kWh"})",
                 R"("demand": {"daily": "7.2 kWh"}, "hybrid": {"rating": "5 kVA",
            "battery": {"capacity": "13.5 kWh", "charge_limit": "100 A", "discharge_limit": "100 A", )" +
                     keys + R"(}, "inverter": {"profile": "i"}, "bms": {"profile": "b"}})"));
    };
    EXPECT_THAT(
        told(
            R"("participation": "firm", "event_dod": "40 %", "emergency_release": true, "own_use": true)"),
        IsEmpty());
    EXPECT_THAT(told(R"("event_dod": "140 %")"),
                ElementsAre(HasSubstr("event_dod: must be between 0 % and 100 %")));
    EXPECT_THAT(told(R"("participation": "perhaps")"), ElementsAre(HasSubstr("participation")));
}

TEST(Site, NobodyOwnsTheMunicipalBattery) {
    const auto told = [](const std::string& key) {
        return problems_of(with("\"60 kWh\"", "\"60 kWh\", " + key));
    };
    for (const char* key :
         {"\"own_use\": true", "\"emergency_release\": true", "\"participation\": \"firm\""}) {
        EXPECT_THAT(told(key), ElementsAre(HasSubstr("nobody owns this one"))) << key;
    }
    EXPECT_THAT(told("\"event_dod\": \"70 %\""), IsEmpty());
}

TEST(Site, MakesNoMorePromisesThanItCanKeepAccountsOf) {
    std::string nine;
    for (int k = 0; k < 9; ++k) {
        nine += (k == 0 ? "" : ", ") + std::string(R"({"name": "clinic)") + std::to_string(k) +
                R"(", "bus": "n1", "p": "1 kW"})";
    }
    EXPECT_THAT(problems_of(with("\"homes\":", "\"priority_sites\": [" + nine + "], \"homes\":")),
                ElementsAre(HasSubstr("at most 8 promises")));
}

TEST(Site, BoundsWhatAnInverterBurnsAndHowItRecovers) {
    EXPECT_THAT(problems_of(with("\"30 kVA\"", "\"30 kVA\", \"loss_square\": 0.5")),
                ElementsAre(HasSubstr("$.former.loss_square: must be between 0 and 0.2")));
    EXPECT_THAT(problems_of(with("\"30 kVA\"", "\"30 kVA\", \"cooling\": \"0 s\"")),
                ElementsAre(HasSubstr("$.former.cooling: must be greater than zero")));
    EXPECT_THAT(problems_of(with("\"30 kVA\"", "\"30 kVA\", \"surge_limit\": 0.9")),
                ElementsAre(HasSubstr("$.former.surge_limit: must be between 1 and 100")));
}

TEST(Site, BoundsHowAFormerIsControlled) {
    const auto told = [](const char* control) {
        return problems_of(
            with("\"30 kVA\"", "\"30 kVA\", \"control\": {" + std::string(control) + "}"));
    };
    EXPECT_THAT(told(R"("law": "vsm", "vsm": {"ta": 1.0, "kd": 200, "lv": "10 %"}, "kiv": 10)"),
                IsEmpty());
    EXPECT_THAT(told(R"("law": "isochronous")"),
                ElementsAre(HasSubstr("$.former.control.law: expected one of \"droop\", \"vsm\"")));
    EXPECT_THAT(told(R"("tp": "0 ms", "e_max": "300 %")"),
                ElementsAre(HasSubstr("$.former.control.tp: must be between 0.001 and 1"),
                            HasSubstr("$.former.control.e_max: must be between 1 and 1.5")));
    EXPECT_THAT(told(R"("vsm": {"kw": 20})"),
                ElementsAre(HasSubstr("$.former.control.vsm.kw: must be between 100 and 2000")));
    EXPECT_THAT(told(R"("vsm": {"ta": 0, "pll": {"kp": -1}})"),
                ElementsAre(HasSubstr("$.former.control.vsm.ta: must be between 0.05 and 20"),
                            HasSubstr("$.former.control.vsm.pll.kp: must be between 1 and 500")));
}

TEST(Site, BoundsHowAHybridAnswersItsGrid) {
    const auto told = [](const std::string& keys) {
        return problems_of(with(R"("demand": {"daily": "7.2 kWh"})",
                                R"("demand": {"daily": "7.2 kWh"}, "hybrid": {"rating": "5 kVA",
             "battery": {"capacity": "10 kWh", "charge_limit": "80 A", "discharge_limit": "80 A"},
             "inverter": {"profile": "h"}, "bms": {"profile": "b"}, )" +
                                    keys + "}"));
    };
    EXPECT_THAT(told(R"("frequency_droop": {"db_of": "36 mHz", "k_uf": "5 %", "response": "5 s"},
                        "volt_var": {"k": "10 %"}, "current_loop": {"xf": "15 %"},
                        "protection": {"uv2": {"limit": "50 %", "delay": "2 s"},
                                       "rocof": {"limit": "0 Hz/s", "delay": "0 s"}})"),
                IsEmpty());
    const std::string at = "$.homes[0].hybrid.";
    EXPECT_THAT(told(R"("frequency_droop": {"k_of": "0 %"}, "f_filter": "0 s")"),
                ElementsAre(HasSubstr(at + "f_filter: must be between 0.001 and 10"),
                            HasSubstr(at + "frequency_droop.k_of: must be between 0.001 and 1")));
    EXPECT_THAT(told(R"("volt_var": {"v_ref": "230 %", "filter": "0 s"})"),
                ElementsAre(HasSubstr(at + "volt_var.v_ref: must be between 0.8 and 1.2"),
                            HasSubstr(at + "volt_var.filter: must be between 0.001 and 10")));
    EXPECT_THAT(told(R"("current_loop": {"kp": 0.37})"),
                ElementsAre(HasSubstr(
                    at + "current_loop.kp: must be between 0 and 0.9 of the filter's impedance")));
    EXPECT_THAT(told(R"("protection": {"uv3": {"limit": "120 %", "delay": "1 s"},
                                       "uf1": {"limit": "53 Hz", "delay": "1 s"}})"),
                ElementsAre(HasSubstr(at + "protection.uv3.limit: must be between 0 and 1"),
                            HasSubstr(at + "protection.uf1.limit: must be below that of \"of\"")));
    EXPECT_THAT(told(R"("protection": {"uv4": {"limit": "40 %", "delay": "1 s"}})"),
                ElementsAre(HasSubstr("protection.uv4: unknown key")));
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

TEST(Site, BoundsWhatIsASlipOfAUnit) {
    EXPECT_THAT(
        problems_of(with(R"("length": "50 m")", R"("length": "50 km")")),
        ElementsAre(HasSubstr("$.lines[0].length: must be greater than zero and at most 20000 m")));
    EXPECT_THAT(problems_of(with(R"("service_code": "c")",
                                 R"("service_code": "c", "service_length": "0 m")")),
                ElementsAre(HasSubstr("$.homes[0].service_length: must be greater than zero")));
    EXPECT_THAT(
        problems_of(with(R"("charge_limit": "80 A", "discharge_limit": "80 A")",
                         R"("charge_limit": "80 kA", "discharge_limit": "80 A")")),
        ElementsAre(HasSubstr("$.former.battery.charge_limit: is 68.27 times the current")));
}

TEST(Site, AnApplianceIsOnAndOffForSecondsAtLeast) {
    const auto appliance = [](const char* times) {
        return problems_of(with(
            R"("demand": {"daily": "7.2 kWh"})",
            std::string(R"("appliances": [{"name": "a", "tier": 1, "p": "1 kW")") + times + "}]"));
    };
    const auto told = ElementsAre(
        HasSubstr("appliances[0].mean_on: mean_on and mean_off go together, each 1 s or more"));
    EXPECT_THAT(appliance(""), IsEmpty());
    EXPECT_THAT(appliance(R"(, "mean_on": "1 s", "mean_off": "1 s")"), IsEmpty());
    EXPECT_THAT(appliance(R"(, "mean_on": "1 s")"), told);
    EXPECT_THAT(appliance(R"(, "mean_on": "1 s", "mean_off": "999 ms")"), told);
    EXPECT_THAT(appliance(R"(, "mean_on": "-1 s", "mean_off": "-1 s")"), told);
    EXPECT_THAT(appliance(R"(, "mean_on": "-1 s")"), told);
}

TEST(Site, HasAsManyHomesAsADispatchCoreHolds) {
    const auto street_of = [](std::size_t homes) {
        const std::string text = small_site;
        const std::size_t at = text.find(R"({"name": "home1")");
        const std::string home = text.substr(at, text.rfind("}]") + 1 - at);
        std::string all = home;
        for (std::size_t h = 2; h <= homes; ++h) {
            std::string next = home;
            all += ",\n" + next.replace(next.find("home1"), 5, "home" + std::to_string(h));
        }
        return text.substr(0, at) + all + "]}";
    };
    EXPECT_THAT(problems_of(street_of(most_homes)), IsEmpty());
    EXPECT_THAT(problems_of(street_of(most_homes + 1)),
                ElementsAre(HasSubstr("$.homes: 256 homes: one street takes at most 255")));
}

TEST(Site, AHomeMayForm) {
    const std::string text =
        *read_text_file(IB_SOURCE_DIR "/fixtures/sites/miniature_forming.json");
    const auto told = [&](const std::string& forming) {
        const std::string from = R"("forming": {})";
        std::string changed = text;
        changed.replace(changed.find(from), from.size(), R"("forming": )" + forming);
        return problems_of(changed);
    };
    EXPECT_THAT(told("{}"), IsEmpty());
    for (const auto& [forming, says] :
         {std::pair{R"({"droop": "20 %"})", "forming.droop: must be between 0.005 and 0.1"},
          {R"({"xf": "0 %"})", "forming.xf: must be between 0.01 and 1"},
          {R"({"control": {"law": "vsm"}})", "forming.control.law: a home forms by droop"},
          {R"({"overload": []})", "forming.overload: needs at least one step"},
          {R"({"overload": [{"multiple": 1.0, "for": "10 s"}]})",
           "forming.overload: each multiple must be greater"},
          {R"({}, "current_loop": {})", "forming.control: does not go with current_loop"}}) {
        EXPECT_THAT(told(forming), ElementsAre(HasSubstr(says))) << forming;
    }
}

TEST(Site, AFormerOrAHomeMaySlipAtItsLimit) {
    std::string text = *read_text_file(IB_SOURCE_DIR "/fixtures/sites/miniature_forming.json");
    const auto change = [&](const std::string& from, const std::string& to) {
        text.replace(text.find(from), from.size(), to);
    };
    Diagnostics found;
    const Site as_shipped = read_site(text, "s.json", found);
    EXPECT_TRUE(as_shipped.former.control.stays_in_step);
    EXPECT_TRUE(as_shipped.homes[0].hybrid->forming->control.stays_in_step);
    change(R"("forming": {})", R"("forming": {"control": {"stays_in_step": false}})");
    change(R"("droop": "1 %",)", R"("droop": "1 %", "control": {"stays_in_step": false},)");
    const Site site = read_site(text, "s.json", found);
    EXPECT_FALSE(site.former.control.stays_in_step);
    EXPECT_FALSE(site.homes[0].hybrid->forming->control.stays_in_step);
    EXPECT_TRUE(site.homes[1].hybrid->forming->control.stays_in_step);
    EXPECT_TRUE(found.empty()) << found;
    change(R"("stays_in_step": false)", R"("stays_in_step": "no")");
    EXPECT_THAT(problems_of(text), ElementsAre(HasSubstr("control.stays_in_step")));
}

TEST(Site, HomeMayBeWithoutAServiceCableOfItsOwn) {
    EXPECT_THAT(problems_of(with(R"(, "service_code": "c")", "")), IsEmpty());
    EXPECT_THAT(problems_of(with(R"("service_code": "c")", R"("service_code": "d")")),
                ElementsAre(HasSubstr("$.homes[0].service_code: unknown line code \"d\"")));
    EXPECT_THAT(problems_of(with(R"("service_code": "c")",
                                 R"("service_code": "c", "service_length": "0 m")")),
                ElementsAre(HasSubstr("service_length: must be greater than zero")));
}

/// What a run keeps of its files must read back as the same: every shipped site, and what it wrote.
TEST(Site, EveryShippedSiteReadsBackAsItself) {
    int sites = 0;
    const Fixtures fixtures(IB_SOURCE_DIR "/fixtures");
    for (const std::string& name : fixtures.list("sites")) {
        Diagnostics found;
        const Site site = read_site(*read_text_file(*fixtures.find("sites", name)), name, found);
        const std::string once = json::to_text(json::write_document(site));
        const Site again = read_site(once, name, found);
        EXPECT_THAT(found.list(), IsEmpty()) << found;
        EXPECT_EQ(json::to_text(json::write_document(again)), once);
        EXPECT_EQ(again.homes.size(), site.homes.size());
        ++sites;
    }
    EXPECT_GE(sites, 2);
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
