#include "bench/test/sabotage.hpp"

#include <gtest/gtest.h>

#include <set>

namespace islandbench::bench {
namespace {

/// The miniature with a limit of what may flow into the grid.
std::string site() {
    return replaced(fixture("sites/miniature.json"), R"("rating": "160 A",)",
                    R"("rating": "160 A", "export_limit": "8 kW",)");
}

/// The same whose switch lets the frequency through, where the inverters' own protection is meant.
std::string wide_site() {
    return replaced(site(), R"("export_limit")",
                    R"("f_min": "45 Hz", "f_max": "55 Hz", "export_limit")");
}

/// The same with a clinic that hardly draws, and PV that is more than the street can use.
std::string light_site() {
    std::string text = replaced(site(), R"("8 kW")", R"("2 kW")");
    text = replaced(text, R"("pv_peak": "3.5 kW")", R"("pv_peak": "5 kW")");
    text = replaced(text, R"("p": "3.5 kW", "power_factor": 0.99})",
                    R"("p": "500 W", "power_factor": 0.99})");
    return replaced(text, R"("p": "4.5 kW", "q": "0.6 kvar")", R"("p": "0.6 kW", "q": "0.1 kvar")");
}

/// The same with a small battery in home1.
std::string small_site() {
    return replaced(light_site(), R"("capacity": "13.5 kWh")", R"("capacity": "2 kWh")");
}

/// One inverter of the wide site is set to leave at a quarter of the rate that must be borne.
std::string sensitive_code() {
    return replaced(fixture("gridcodes/gb_g98_g99a_lv.json"),
                    R"("limit": "1 Hz/s", "delay": "500 ms")",
                    R"("limit": "0.25 Hz/s", "delay": "100 ms")");
}
std::string sensitive_site() {
    return replaced(wide_site(), R"("rating": "5 kVA", "pv_peak")",
                    R"("grid_code": "sensitive_code", "rating": "5 kVA", "pv_peak")");
}

const std::string half_full =
    R"("start": {"soc": {"former": "60 %", "home1": "64 %", "home2": "55 %"},
  "sun": "0 %"},)";
const std::string lost = R"({"at": "20 s", "outage": {"kind": "upstream_break",
  "neighbour_p": "60 kW", "neighbour_q": "20 kvar"}})";
const std::string back = R"({"at": "245 s", "consent": {"reclose": true}},
  {"at": "245 s", "grid_back": {"f": "50.02 Hz"}})";

std::string story(const std::string& name, const std::string& site, const std::string& duration,
                  const std::string& start, const std::string& steps) {
    return R"({"name": ")" + name + R"(", "site": ")" + site + R"(", "duration": ")" + duration +
           R"(", "seed": 20260117, )" + start + R"( "steps": [FAULT )" + steps +
           R"(], "criteria": [ALL]})";
}

/// An evening: an overload, half a step, a silent home, a stop, and the return.
std::string evening() {
    return story("evening", "site", "320 s", half_full,
                 lost + R"(,
      {"at": "45 s", "load_step": {"at": "home3", "tier": 2, "p": "5.5 kW", "for": "35 s"}},
      {"at": "100 s", "load_step": {"at": "clinic", "p": "15.5 kW", "for": "15 s"}},
      {"at": "130 s", "silence": {"of": "home2", "for": "40 s"}},
      {"at": "190 s", "load_step": {"at": "home1", "tier": 2, "p": "3 kW", "for": "45 s"}},
      {"at": "205 s", "stop": {"of": "home1", "for": "18 s"}},)" +
                     back);
}

/// Little is drawn; the return, and the ten minutes of ramp behind it.
std::string quiet() {
    return story("quiet", "light", "640 s", R"("observation": "5 s", )" + half_full,
                 R"({"at": "20 s", "outage": {}}, {"at": "21 s", "consent": {"reclose": true}},
                    {"at": "25 s", "grid_back": {"f": "50.02 Hz"}})");
}

/// Noon with full packs: a planned island, curtailed, and back.
std::string noon() {
    return story("noon", "light", "160 s",
                 R"("start": {"soc": {"former": "97 %", "home1": "99.5 %", "home2": "97 %"},
                    "sun": "100 %", "time_of_day": "14:00", "permit_reclose": true},)",
                 R"({"at": "20 s", "request": {"island": true}},
                    {"at": "30 s", "load_step": {"at": "clinic", "p": "3 kW", "for": "30 s"}},
                    {"at": "110 s", "request": {"island": false}})");
}

/// While a home cannot be heard the load changes, and with it what the home should give.
std::string changed_meanwhile() {
    return story("changed_meanwhile", "site", "150 s", half_full, lost + R"(,
      {"at": "40 s", "silence": {"of": "home2", "for": "40 s"}},
      {"at": "50 s", "load_step": {"at": "clinic", "p": "9 kW", "for": "95 s"}})");
}

/// The grid's frequency sinks below the first stage of under-frequency for longer than its 20 s.
std::string low_frequency() {
    return story("low_frequency", "wide", "125 s", "",
                 R"({"at": "5 s", "grid_frequency": {"to": "47.3 Hz", "rate": "0.06 Hz/s"}},
                    {"at": "85 s", "grid_frequency": {"to": "50 Hz", "rate": "0.06 Hz/s"}})");
}

/// The grid's frequency moves faster than 1 Hz/s, and for a tenth of a second only.
std::string quick_frequency() {
    return story("quick_frequency", "wide", "40 s", "",
                 R"({"at": "10 s", "grid_frequency": {"to": "49.7 Hz", "rate": "3 Hz/s"}})");
}

/// One battery that is asked for much, beside two others that are as empty.
std::string low_charge() {
    return story("low_charge", "site", "1560 s",
                 R"("start": {"soc": {"former": "28 %", "home1": "24.5 %", "home2": "28 %"},
                    "sun": "0 %"},)",
                 R"({"at": "20 s", "outage": {}},
                    {"at": "22 s", "load_step": {"at": "home1", "tier": 2, "p": "3 kW", "for": "1530 s"}})");
}

/// Home1 has a small battery and little to give.
std::string small_battery() {
    return story("small_battery", "small", "1300 s",
                 R"("start": {"soc": {"former": "60 %", "home1": "96 %", "home2": "96 %"},
                    "sun": "0 %"},)",
                 R"({"at": "20 s", "outage": {}})");
}

/// The same, told for a shorter time.
std::string small_battery_short() {
    return story("small_battery_short", "small", "240 s",
                 R"("start": {"soc": {"former": "60 %", "home1": "90 %", "home2": "90 %"},
                    "sun": "0 %"},)",
                 R"({"at": "20 s", "outage": {}})");
}

/// A calm island: nobody acts on what one home tells, and it must be true all the same.
std::string calm() {
    return story("calm", "light", "200 s", half_full, R"({"at": "80 s", "outage": {}})");
}

/// A short circuit takes the grid, and the loop asks its switch often.
std::string fault() {
    return story(
        "fault", "site", "60 s",
        R"("grid_period": "50 ms", "links": {"delay_median": "5 ms", "delay_p99": "20 ms"}, )" +
            half_full,
        R"({"at": "20 s", "outage": {"kind": "bolted_fault"}})");
}

/// The controller is lost beside the grid.
std::string alone_on_grid() {
    return story("alone_on_grid", "light", "140 s", half_full,
                 R"({"at": "40 s", "controller": {}})");
}

/// The controller is lost in the island, for half an hour.
std::string alone() {
    return story("alone", "light", "1850 s", half_full,
                 R"({"at": "10 s", "outage": {}}, {"at": "40 s", "controller": {}})");
}

/// The grid is lost, and nobody may form an island.
std::string no_consent() {
    return story("no_consent", "light", "40 s",
                 R"("start": {"sun": "0 %", "permit_island": false},)",
                 R"({"at": "10 s", "outage": {}})");
}

std::string device(const std::string& name, const std::string& fault,
                   const std::string& at = "2 s") {
    return R"({"at": ")" + at + R"(", "fault": {"id": "wrong", "device": ")" + name + "\", " +
           fault + "}},";
}

std::vector<Sabotage> wrong_inverters() {
    const std::string home1 = "home1.inverter";
    const std::string former = "former.inverter";
    return {
        {"device", "inverter trips late", "low_frequency",
         device(home1, R"("trips_late": "10 s")")},
        {"device", "inverter rides through too little", "low_frequency",
         device(home1, R"("rides_through": "200 ms")")},
        {"device", "inverter is set too sensitive", "quick_frequency", "", &dispatch::core::step,
         nullptr, "sensitive"},
        {"device", "inverter reconnects early", "low_frequency",
         device(home1, R"("reconnects_after": "2 s")")},
        {"device", "inverter reports a wrong sign", "calm", device(home1, R"("power_report": -1)")},
        {"device", "inverter reports a wrong scale", "calm",
         device(home1, R"("power_report": 10)")},
        {"device", "former reports a tenth", "evening", device(former, R"("power_report": 0.1)")},
        {"device", "former fails", "evening", device(former, R"("out_of_service": true)", "50 s")},
        {"device", "former fails", "alone", device(former, R"("out_of_service": true)", "60 s")},
        {"device", "inverter fails", "evening", device(home1, R"("out_of_service": true)", "25 s")},
        {"device", "inverter ignores orders", "evening",
         device(home1, R"("ignores_orders": true)", "204 s")},
        {"device", "inverter ignores orders", "evening",
         device(home1, R"("ignores_orders": true)", "30 s")},
        {"device", "inverter feigns orders", "noon",
         device(home1, R"("feigns_orders": true)", "55 s")},
        {"device", "inverter feigns orders", "evening",
         device(home1, R"("feigns_orders": true)", "204 s")},
        {"device", "inverter ignores its BMS", "noon", device(home1, R"("ignores_bms": true)")},
    };
}

std::vector<Sabotage> other_wrong_devices() {
    return {
        {"device", "sync check 30 deg off", "quiet",
         device("pcc", R"("sync_angle_error": "30 deg")")},
        {"device", "switch does not detect", "evening", device("pcc", R"("detection_off": true)")},
        {"device", "switch is welded", "evening", device("pcc", R"("welded": true)")},
        {"device", "switch recloses early", "evening",
         device("pcc", R"("reconnects_after": "2 s")")},
        {"device", "switch ignores consent", "no_consent",
         device("pcc", R"("ignores_consent": true)")},
        {"device", "load controller is miswired", "evening",
         device("home3.loadctl", R"("miswired": [4, 1, 2, 3, 0])")},
        {"device", "load controller ignores orders", "evening",
         device("home3.loadctl", R"("ignores_orders": true)")},
        {"device", "meter on the grid's side is off", "noon",
         device("meter_grid", R"("meter_offset": "20 kW")")},
        {"device", "meter on the street's side is off", "noon",
         device("meter_island", R"("meter_offset": "5 kW")")},
        {"device", "BMS reports too much charge", "calm",
         device("home2.bms", R"("soc_report_offset": "8 %")")},
        {"device", "BMS is frozen", "low_charge",
         device("home1.bms", R"("soc_frozen": true)", "25 s")},
        {"device", "BMS's sensor is off", "small_battery_short",
         device("home1.bms", R"("sensor_offset": "-60 A")")},
        {"device", "BMS does not see a load", "small_battery_short",
         device("home1.bms", R"("unseen_load": "3 kW")")},
        {"device", "former's BMS does not see a load", "low_charge",
         device("former.bms", R"("unseen_load": "40 kW")")},
        {"device", "BMS is stuck", "calm", device("home2.bms", R"("soc_stuck": "90 %")")},
        {"device", "BMS reports in coarse steps", "calm",
         device("home2.bms", R"("soc_resolution": "20 %")")},
        {"device", "BMS recalibrates wrongly", "calm",
         device("home2.bms", R"("soc_recalibration": {"to": "80 %"})")},
    };
}

bool loses_every_seventh(Instant at, SignalId signal) {
    return (at.time_since_epoch().count() / 1000000 + std::int64_t(Signals::index(signal))) % 7 ==
           0;
}

std::vector<Sabotage> wrong_cores_and_recorders() {
    return {
        {"core", "sheds tier 0", "evening", "", sheds_tier_zero},
        {"core", "discharges below the floor", "small_battery", "", ignores_the_floor},
        {"core", "feeds back", "alone_on_grid", "", back_feeds},
        {"core", "feeds back", "quiet", "", back_feeds},
        {"core", "ignores stale data", "changed_meanwhile", "", ignores_stale_data},
        {"core", "flaps", "evening", "", flaps},
        {"core", "does nothing", "evening", "", does_nothing},
        {"core", "does nothing", "noon", "", does_nothing},
        {"recorder", "drops samples", "calm", "", &dispatch::core::step, loses_every_seventh},
    };
}

std::vector<Sabotage> turns_of_a_story() {
    return {
        {"story", "the switch falls silent", "fault",
         R"({"at": "19.9 s", "silence": {"of": "pcc", "for": "5 s"}},)"},
        {"story", "a load beyond the former", "evening",
         R"({"at": "21 s", "load_step": {"at": "clinic", "p": "60 kW", "for": "20 s"}},)"},
        {"story", "a load on one phase", "calm",
         R"({"at": "82 s", "load_step": {"at": "home3", "tier": 2, "p": "7 kW", "for": "110 s"}},)"},
        {"story", "a home falls silent again", "evening",
         R"({"at": "171 s", "silence": {"of": "home2", "for": "100 s"}},)"},
    };
}

}  // namespace

std::vector<SabotageStory> sabotage_stories() {
    return {{"evening", evening()},
            {"quiet", quiet()},
            {"noon", noon()},
            {"changed_meanwhile", changed_meanwhile()},
            {"low_frequency", low_frequency()},
            {"quick_frequency", quick_frequency()},
            {"low_charge", low_charge()},
            {"small_battery", small_battery()},
            {"small_battery_short", small_battery_short()},
            {"calm", calm()},
            {"fault", fault()},
            {"alone_on_grid", alone_on_grid()},
            {"alone", alone()},
            {"no_consent", no_consent()}};
}

std::vector<Sabotage> sabotages() {
    std::vector<Sabotage> all;
    for (const auto& some : {wrong_inverters(), other_wrong_devices(), wrong_cores_and_recorders(),
                             turns_of_a_story()}) {
        all.insert(all.end(), some.begin(), some.end());
    }
    return all;
}

std::vector<std::string> all_criteria() {
    // They judge what a street has agreed to give: only the services' own stories have that.
    const std::set<std::string> of_services{"J1", "J2", "J3", "J4"};
    Diagnostics problems;
    const json::Value pilot = json::parse(fixture("criteria/pilot.json"), "pilot.json", problems);
    EXPECT_TRUE(problems.empty()) << problems;
    std::vector<std::string> ids;
    for (const json::Value& one : pilot.find("criteria")->items()) {
        const std::string id = one.find("id")->text();
        if (!of_services.contains(id)) ids.push_back(id);
    }
    for (const char* of_the_code : {"B2", "B3", "H7"}) ids.emplace_back(of_the_code);
    return ids;
}

std::map<std::string, std::string> judged_by_all(const SabotageStory& story,
                                                 const Sabotage& sabotage) {
    std::string list;
    for (const std::string& id : all_criteria()) list += (list.empty() ? "\"" : ", \"") + id + "\"";
    const Folder folder;
    folder.write("site.json", site());
    folder.write("wide.json", wide_site());
    folder.write("light.json", light_site());
    folder.write("small.json", small_site());
    folder.write("sensitive_code.json", sensitive_code());
    folder.write("sensitive.json", sensitive_site());
    RunOptions options;
    std::string text = replaced(story.text, "FAULT", sabotage.steps);
    text = replaced(text, "ALL", list);
    if (!sabotage.site.empty()) {
        text = replaced(text, R"("site": "wide")", R"("site": ")" + sabotage.site + "\"");
    }
    options.scenario = folder.write("story.json", text);
    options.core = sabotage.core;
    options.loses = sabotage.loses;
    const RanStory ran = run_here(options, folder.path() / "run");
    std::map<std::string, std::string> verdicts;
    for (const std::string& id : all_criteria()) verdicts[id] = verdict_of(ran.results, id);
    return verdicts;
}

}  // namespace islandbench::bench
