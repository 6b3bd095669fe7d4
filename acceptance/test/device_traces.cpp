#include "acceptance/test/pilot_traces.hpp"

/// What inverters, batteries and the wire must show. Home 1 and 2 have 5 kVA and 100 A each.
namespace islandbench::acceptance::test {
namespace {

constexpr const char* own_p = "truth.home1.inverter_p";
constexpr const char* own_f = "truth.home1.f";
constexpr const char* own_rocof = "truth.home1.rocof_tripped";

/// Beside the grid for two minutes; one value is otherwise for so long.
Story otherwise(const std::string& signal, double value, double usual, double seconds) {
    Story story;
    story.at(50).set(signal, value).at(50 + seconds).set(signal, usual);
    return story.end(120);
}

/// Both the truth and what is told of it move together.
Story told(const std::string& truth, const std::string& seen, double value) {
    Story story;
    return story.at(20).set(truth, value).at(21).set(seen, value).end(120);
}

/// What an inverter is told, what it reads back and what it gives, from 60 s on.
Story ordered(double order, double read_back, double given) {
    Story story = island();
    story.at(60).set("cmd.home1.inverter.w", order);
    story.at(62).set("seen.home1.inverter.setpoint", read_back).set(own_p, given);
    return story.set("seen.home1.inverter.w", given);
}

Story limited(double limit, double given, double after) {
    Story story;
    story.at(30).set(own_p, 4000).at(40).set("cmd.home1.inverter.limit", limit);
    return story.at(40 + after).set(own_p, given).end(120);
}

/// Told to cease at 40 s (5 s in Great Britain): it does after `ceases`, and gives again `back` s
/// behind the order.
Story stopped(double ceases, double back) {
    Story story;
    story.at(40).event("stop").event("stop.home1").at(40 + ceases).set(own_p, 0);
    if (back < 80) story.at(40 + back).set(own_p, 1000);
    return story.end(120);
}

std::vector<CriterionTraces> of_the_wire() {
    Story deaf = ordered(3000, 1000, 1000);  // it does not hear: G4 and G5 speak of that
    for (int s = 0; s <= 58; ++s) deaf.at(60 + s).set("link.home1.inverter.age", s);
    Story moving;  // never steady for 30 s
    for (int s = 0; s < 60; ++s) moving.at(2 * s).set(own_p, s % 2 == 0 ? 1000 : 1200);
    return {
        {"A1",
         {{"as it says", Story().end(60)}},
         {{"a former of 25 kVA", spoilt(Story().end(60), 0, "seen.former.inverter.rating", 25e3)}}},
        {"A2",
         {{"taken after 2 s", ordered(3000, 3000, 3000)}, {"it cannot be heard", deaf}},
         {{"read back otherwise", ordered(3000, 2600, 3000)}}},
        {"A3",
         {{"true", told(own_p, "seen.home1.inverter.w", 2500)}},
         {{"wrong scale",
           told(own_p, "seen.home1.inverter.w", 2500).at(22).set("seen.home1.inverter.w", 250)},
          {"wrong sign",
           told(own_p, "seen.home1.inverter.w", 2500).at(22).set("seen.home1.inverter.w", -2500)},
          {"3 V too much", spoilt(Story().end(120), 20, "seen.home1.inverter.v", 235)},
          {"20 mHz too much", spoilt(Story().end(120), 20, "seen.home1.inverter.f", 50.02)},
          {"a meter 3 kW off", spoilt(Story().end(120), 20, "seen.meter_grid.w", 7e3)}}},
        {"A4",
         {{"obeyed after 4 s", limited(0.3, 1800, 4)}},
         {{"after 31 s", limited(0.3, 1500, 31)}, {"never", limited(0.3, 1900, 4)}}},
        {"A5",
         {{"ceases after 4 s", stopped(4, 1e6)}, {"in service again later", stopped(1, 16)}},
         {{"after 6 s", stopped(6, 1e6)}, {"it comes back", stopped(2, 10)}}},
        {"A6",
         {{"within", otherwise("truth.home1.dc_i", 105, 10, 60)},
          {"2 s too much", otherwise("truth.home1.dc_i", 120, 10, 2)}},
         {{"giving", otherwise("truth.home1.dc_i", 110, 10, 4)},
          {"taking", otherwise("truth.former.dc_i", -110, 10, 4)}}},
        {"B5",
         {{"heard after 0.2 s", spoilt(island(), 20.2, "seen.pcc.grid_ok", 0)},
          {"open after 0.2 s", spoilt(island(), 20.2, "seen.pcc.closed", 0)}},
         {{"heard after 0.3 s", spoilt(island(), 20.3, "seen.pcc.closed", 0)}}},
        {"D5",
         {{"given", ordered(3000, 3000, 3000)}, {"it cannot be heard", deaf}},
         {{"600 W too little", ordered(3000, 3000, 2400)}}},
        {"F3",
         {{"4 points", spoilt(Story().end(60), 30, "seen.home1.bms.soc", 0.64)}},
         {{"6 points", spoilt(Story().end(60), 30, "seen.former.bms.soc", 0.54)}}},
    };
}

/// The frequency at home 1 moves for 2 s; its relay opens after 1 s.
Story moved(double hz_per_s, bool opens) {
    Story story;
    story.at(50).event("grid_frequency");
    for (int k = 1; k <= 20; ++k) story.at(50 + 0.1 * k).set(own_f, 50 - 0.1 * k * hz_per_s);
    if (opens) story.at(51).set(own_rocof, 1);
    return story.end(60);
}

std::vector<CriterionTraces> of_the_protection() {
    Story dark = island();
    dark.at(60).set("truth.pcc.permit_island", 0).at(61.9).loads(4);
    Story one_lives = dark;
    one_lives.at(61.9).set("truth.home2.v", 60);
    Story comes_back = dark;
    comes_back.at(70).set("truth.home2.v", 60);
    Story given_again = dark;
    given_again.at(65).set("truth.pcc.permit_island", 1).at(66).loads(231);
    return {
        {"B1",
         {{"dark after 1.9 s", dark}, {"consent again", given_again}},
         {{"one load lives on", one_lives}, {"it comes back", comes_back}}},
        {"B4",
         {{"0.9 Hz/s borne", moved(0.9, false)}, {"1.2 Hz/s not borne", moved(1.2, true)}},
         {{"0.6 Hz/s not borne", moved(0.6, true)}}},
    };
}

Story four_hours() {
    Story story = island(20.15 + 4 * 3600 + 10);
    return story;
}

Story exported(double watt, double seconds) {
    Story story;
    story.at(30).set("truth.pcc.p", -watt).at(30 + seconds).set("truth.pcc.p", -3000);
    return story.end(120);
}

/// Everybody gives the same since the opening; then home 2 gives this much.
Story discharged(double share, double home2) {
    Story story = island();
    for (const char* unit : {"former", "home1", "home2"}) {
        story.at(20.15).set(std::string("truth.") + unit + ".discharged", 0.0);
        story.at(80).set(std::string("truth.") + unit + ".discharged", share);
    }
    return story.at(90).set("truth.home2.discharged", home2).at(110).event("reclosed");
}

/// The owner of home 2's battery agreed to so much for one outage, and it gave this much.
Story agreed(double event_dod, double given) {
    Story story = discharged(0.1, given);
    story.site().homes[1].hybrid->battery.event_dod = Ratio{event_dod};
    return story;
}

std::vector<CriterionTraces> of_the_batteries() {
    Story under_load = island();
    under_load.at(60).set("truth.home1.dc_i", 6).at(61).set("truth.home1.bms.contact", 0);
    Story at_rest = island();
    at_rest.at(60).set("truth.home1.dc_i", 4).at(61).set("truth.home1.bms.contact", 0);
    at_rest.set("truth.home1.dc_i", 0);
    Story alarmed = island();
    alarmed.at(60).set("seen.home1.bms.alarm", 1).set("seen.home1.bms.discharge_limit", 20);
    Story heeded = alarmed;
    alarmed.at(30).set("truth.home1.dc_i", 60);
    heeded.at(30).set("truth.home1.dc_i", 60).at(69).set("truth.home1.dc_i", 20);
    return {
        {"D3",
         {{"3 % for a short while", spoilt(spoilt(island(), 60, "truth.island.unbalance", 0.03), 63,
                                           "truth.island.unbalance", 0.01)}},
         {{"3 %", spoilt(island(), 60, "truth.island.unbalance", 0.03)}}},
        {"E4",
         {{"four hours", four_hours()}},
         {{"a home in the dark for a minute",
           spoilt(spoilt(four_hours(), 9000, "truth.home3.v", 0), 9060, "truth.home3.v", 231)},
          {"the clinic too",
           spoilt(spoilt(four_hours(), 9000, "truth.clinic.v", 0), 9060, "truth.clinic.v", 231)}}},
        {"E5",
         {{"alike", discharged(0.3, 0.45)}},
         {{"one gives more", discharged(0.3, 0.51)},
          {"below its reserve", spoilt(discharged(0.3, 0.4), 95, "truth.home1.soc", 0.05)}}},
        {"F2",
         {{"80 %", discharged(0.8, 0.8)}, {"as its owner agreed", agreed(0.3, 0.32)}},
         {{"81 %", discharged(0.8, 0.81)}, {"more than its owner agreed", agreed(0.3, 0.33)}}},
        {"F5",
         {{"at rest", at_rest}, {"an alarm is heeded", heeded}},
         {{"under load", under_load}, {"an alarm is not heeded", alarmed}}},
    };
}

/// A contactor of home 2 opens seven times in five minutes.
Story opened_often(const std::string& tier) {
    Story story = island(400);
    for (int k = 0; k < 7; ++k) {
        story.at(60 + 40 * k).set("truth.home2." + tier, 1);
        story.at(65 + 40 * k).set("truth.home2." + tier, 0);
    }
    return story;
}

/// The street draws so much for so long.
Story imported(double watt, double seconds) {
    Story story;
    story.at(60).set("truth.pcc.p", watt).at(60 + seconds).set("truth.pcc.p", 4000);
    return story.end(1000);
}

/// The grid is low for so long, and both batteries give so much a while later.
Story low_grid(double hz, double seconds, double watt) {
    Story story;
    story.at(60).set("truth.grid.f", hz);
    for (const char* home : {"home1", "home2"}) {
        story.at(68).set(std::string("truth.") + home + ".inverter_p", watt);
    }
    return story.at(60 + seconds).set("truth.grid.f", 50).end(200);
}

Story storm(double soc) {
    Story story;
    story.at(50).set("truth.home1.soc", 0.94).set("truth.home2.soc", soc);
    return story.at(100).event("storm").end(200);
}

Story opted_out(double ampere) {
    Story story;
    story.at(50).set("truth.home2.opted_out", 1).at(59).set("truth.home2.dc_i", ampere);
    return story.end(200);
}

std::vector<CriterionTraces> of_the_services() {
    Story left_out = storm(0.5);
    left_out.at(60).set("truth.home2.opted_out", 1);
    return {
        {"J1",
         {{"at the target", imported(12e3, 600)}, {"a minute above", imported(14e3, 59)}},
         {{"a mean above", imported(13e3, 600)}, {"far above for 62 s", imported(14e3, 62)}}},
        {"J2",
         {{"they give", low_grid(49.4, 60, 4000)}, {"a while longer", low_grid(49.4, 90, 2600)}},
         {{"they do not", low_grid(49.4, 60, 2000)}}},
        {"J3",
         {{"full", storm(0.93)}, {"an owner keeps out", left_out}},
         {{"half full", storm(0.5)}}},
        {"J4",
         {{"at rest", opted_out(1)}, {"charging", opted_out(-20)}},
         {{"it goes on", opted_out(9)}}},
    };
}

std::vector<CriterionTraces> of_the_limits() {
    Story lost;
    lost.at(20).event("controller_lost").set("truth.pcc.p", -20e3);
    Story safe = lost;
    safe.at(54).set("truth.pcc.p", -16e3);
    Story flapping = island(400), calm = island(400);
    for (int k = 0; k < 4; ++k) {
        flapping.at(100 + 14 * k).event("reclosed");
        calm.at(100 + 40 * k).event("reclosed");
    }
    return {
        {"G1", {{"down after 34 s", safe.end(120)}}, {{"it goes on", lost.end(120)}}},
        {"G2",
         {{"14 s above", exported(18e3, 14)}, {"below", exported(17e3, 60)}},
         {{"16 s above", exported(18e3, 16)}}},
        {"H6",
         {{"four in two minutes", calm}},
         {{"four in 42 s", flapping},
          {"a contactor of tier 1", opened_often("shed1")},
          {"of tier 2", opened_often("shed2")},
          {"of tier 3", opened_often("shed3")},
          {"of tier 4", opened_often("shed4")}}},
    };
}

/// The record is read back at the end, and one thing is found.
Story read_back(const std::string& signal, double value) {
    return Story().at(60).set(signal, value).event("read_back").end(60);
}

std::vector<CriterionTraces> of_the_bench() {
    return {
        {"I1",
         {{"nothing is missing", read_back("bench.record.missing", 0)}},
         {{"a sample is missing", read_back("bench.record.missing", 1)},
          {"a verdict without a reason", read_back("bench.verdicts.incomplete", 1)}}},
        {"I2",
         {{"9 ms late", read_back("bench.late", 0.009)}},
         {{"11 ms late", read_back("bench.late", 0.011)}}},
        {"I3",
         {{"the same", read_back("bench.record.contradicted", 0)}},
         {{"one criterion says otherwise", read_back("bench.record.contradicted", 1)}}},
    };
}

}  // namespace

std::vector<CriterionTraces> device_traces() {
    std::vector<CriterionTraces> all;
    for (const auto& some : {of_the_wire(), of_the_protection(), of_the_batteries(),
                             of_the_limits(), of_the_bench(), of_the_services()}) {
        all.insert(all.end(), some.begin(), some.end());
    }
    return all;
}

}  // namespace islandbench::acceptance::test
