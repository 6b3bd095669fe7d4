#include "acceptance/test/pilot_traces.hpp"

#include <algorithm>

/// The numbers: the small street has a former of 30 kVA and two hybrids of 5 kVA, 40 kVA together.
namespace islandbench::acceptance::test {
namespace {

constexpr const char* f = "truth.island.f";
constexpr const char* v = "truth.home1.v";
constexpr const char* der = "truth.der.p";
constexpr const char* own_p = "truth.home1.inverter_p";

/// Good traces of their kinds; what follows them in a table spoils them.

/// Asked for at 20 s, open at 60 s with 1 kVA through the switch.
Story planned(double opens = 60) {
    Story story;
    story.at(20).event("island_requested");
    story.at(opens - 5).set("truth.pcc.s", 1000);
    story.at(opens).event("island").event("island_formed").set("truth.pcc.closed", 0);
    story.set("truth.pcc.s", 0).set("truth.pcc.i", 0).set(f, 49.98).loads(231);
    return story.end(opens + 60);
}

/// The good outage, told until ten minutes after its end: ramped back at 9 %/min.
Story returned() {
    Story story = good_outage();
    story.at(40).set(der, 9000).at(160.05).set(der, 1000);
    for (int minute = 0; minute < 8; ++minute) {
        for (int s = 0; s < 60; ++s) {
            story.at(170 + 60 * minute + s).set(der, 1000 + 3600.0 * (minute + s / 60.0));
        }
    }
    return story.end(800);
}

Story half_step() {
    Story story = island();
    story.at(60).event("half_step").set(v, 190).set(f, 48.9);
    story.at(60.3).set(v, 215).at(61).set(f, 49.5).at(70).set(f, 49.9);
    return story;
}

Story overload() {
    Story story = island();
    story.at(60).set("truth.former.i_share", 1.3).at(60.9).set("truth.former.i_share", 1.1);
    story.at(69.9).set("truth.former.i_share", 0.9);
    return story;
}

Story controller_lost() {
    Story story = island(1870);
    story.at(60).event("controller_lost");
    // A minute at 210 V is no breach of a mean over ten.
    story.at(400).set(v, 210).set(f, 48.9).at(460).set(v, 231).set(f, 49.9);
    return story;
}

Story silent() {
    Story story = island();
    story.at(50).event("silent").event("silent.home2").set("truth.former.p", 20e3);
    story.at(55).set("truth.former.p", 26e3).at(70).set("truth.former.p", 22e3);
    for (int s = 0; s <= 65; ++s) story.at(50 + s).set("link.home2.loadctl.age", s);
    return story;
}

/// Home 1 cannot be heard from 50 s to 80 s.
Story audible() {
    Story story = island(160);
    for (int s = 0; s <= 30; ++s) {
        story.at(50 + s).set("link.home1.inverter.age", s).set("link.home1.loadctl.age", s);
    }
    story.at(80).event("audible").event("audible.home1");
    story.at(83).set("link.home1.inverter.age", 0.5).set("link.home1.loadctl.age", 0.5);
    for (int step = 1; step < 20; ++step) story.at(84 + step).set(own_p, 1000.0 + 200.0 * step);
    return story;
}

Story dip(Story story, double at, double volts, double seconds) {
    return story.at(at).set(v, volts).at(at + seconds).set(v, 231);
}

std::vector<CriterionTraces> of_the_transfer() {
    Story never_opens;
    never_opens.at(20).event("island_requested").end(100);
    Story forced = planned();  // later an outage forces another island: that one is not planned
    forced.at(80).event("reclosed").set("truth.pcc.closed", 1).set("truth.pcc.s", 9000);
    forced.at(90).event("outage").at(90.2).event("island").set("truth.pcc.closed", 0).end(130);
    Story steady = good_outage();  // 0.9 Hz/s down from the opening on
    Story steep = good_outage();   // 1 Hz/s
    for (int i = 0; i < 120; ++i) {
        steady.at(20.15 + 0.01 * i).set(f, 50.5 - 0.009 * i);
        steep.at(20.15 + 0.01 * i).set(f, 50.5 - 0.01 * std::min(i, 75));
    }
    Story fault = good_outage();  // what the grid's fault had pushed down comes back
    fault.at(20).set(f, 48.1).at(20.1).set(f, 48.6).at(20.2).set(f, 49.5).at(20.3).set(f, 49.9);
    Story jump = good_outage();
    jump.at(25).set(f, 49.4).at(25.1).set(f, 49.9);
    Story late = good_outage();
    late.at(20.2).set("truth.followers.on_share", 0.5).at(30.2);
    late.set("truth.followers.on_share", 0.96);
    return {
        {"C2",
         {{"a good outage", good_outage()}},
         {{"dark for 3 s", dip(good_outage(), 20.2, 0, 3)}}},
        {"C3",
         {{"planned", planned()}, {"at the last moment", planned(80)}, {"a forced one", forced}},
         {{"too late", planned(80.001)},
          {"never", never_opens},
          {"too much flow", spoilt(planned(), 59, "truth.pcc.s", 2001)},
          {"a dip before", dip(planned(), 30, 206.9, 0.001)},
          {"a dip behind", dip(planned(), 69.9, 206.9, 0.001)},
          {"frequency", spoilt(planned(), 69, f, 48.99)},
          {"no frequency at all",
           spoilt(spoilt(planned(), 69, f, Signals::no_value), 69.1, f, 50)}}},
        {"C4",
         {{"a good outage", good_outage()},
          {"20 ms without voltage", dip(good_outage(), 20.4, 0, 0.020)},
          {"0.5 s at 75 %", dip(good_outage(), 20.4, 172.5, 0.5)}},
         {{"21 ms without voltage", dip(good_outage(), 20.4, 0, 0.021)},
          {"0.501 s at 75 %", dip(good_outage(), 20.4, 172.5, 0.501)},
          {"10 s at 85 %", dip(good_outage(), 20.3, 195.5, 12)},
          {"0.501 s at 115 %", dip(good_outage(), 20.4, 264.5, 0.501)},
          {"4 ms at 130 %", dip(good_outage(), 20.4, 299, 0.004)},
          {"2 ms at 150 %", dip(good_outage(), 20.4, 345, 0.002)}}},
        {"C5",
         {{"a good outage", good_outage()}, {"rough at first", dip(good_outage(), 22, 210, 3.1)}},
         {{"49.0 Hz after 5 s", spoilt(good_outage(), 30, f, 48.99)},
          {"216 V after 5 s", dip(good_outage(), 30, 216.1, 0.001)},
          {"no frequency", spoilt(spoilt(good_outage(), 30, f, Signals::no_value), 31, f, 50)}}},
        {"C6",
         {{"a good outage", good_outage()}, {"0.9 Hz/s", steady}, {"after a fault", fault}},
         {{"1 Hz/s", steep}, {"a jump, later", jump}}},
        {"C7",
         {{"a good outage", good_outage()}},
         {{"too late", late},
          {"gone again", spoilt(good_outage(), 40, "truth.followers.on_share", 0.9)}}},
    };
}

std::vector<CriterionTraces> of_the_island() {
    Story swapped = good_outage();
    swapped.at(50).set("truth.home1.shed3", 1);
    Story limited = overload();
    limited.at(80).set("truth.former.limiting", 1).at(81.1).set("truth.former.limiting", 0);
    Story deep = half_step();
    deep.at(60).set(v, 183.9);
    Story lasting = half_step();
    lasting.at(60.3).set(v, 200).at(60.6).set(v, 215);

    Story low = half_step();
    low.at(65).set(f, 48.99).at(66).set(f, 49.9);
    return {
        {"C1",
         {{"a good outage", good_outage()}},
         {{"a current", spoilt(good_outage(), 100, "truth.pcc.i", 1.7)}}},
        {"D1",
         {{"a good outage", good_outage()}},
         {{"47.4 Hz", spoilt(good_outage(), 50, f, 47.4)}}},
        {"D2",
         {{"a good outage", good_outage()}, {"a half step", half_step()}},
         {{"195 V", dip(good_outage(), 50, 195.4, 0.001)},
          {"195 V, long after a half step", dip(half_step(), 60.5, 195.4, 0.001)}}},
        {"D4",
         {{"a half step", half_step()}},
         {{"too deep", deep}, {"too long", lasting}, {"frequency stays", low}}},
        {"E1", {{"a good outage", good_outage()}}, {{"dark", dip(good_outage(), 60, 0, 3)}}},
        {"E2", {{"a good outage", good_outage()}}, {{"tier 3 first", swapped}}},
        {"E3",
         {{"shed after 0.9 s, helped in 9.9 s", overload()}},
         {{"1.1 s", spoilt(spoilt(overload(), 60.9, "truth.former.i_share", 1.3), 61.1,
                           "truth.former.i_share", 1.1)},
          {"helped in 10.1 s", spoilt(spoilt(overload(), 69.9, "truth.former.i_share", 1.1), 70.1,
                                      "truth.former.i_share", 0.9)},
          {"held down by its limiter", limited}}},
        {"F1",
         {{"a good outage", good_outage()}},
         {{"empty", spoilt(good_outage(), 100, "truth.former.soc", 0.17)}}},
        {"F4",
         {{"a good outage", good_outage()}},
         {{"no black start", spoilt(good_outage(), 100, "truth.former.soc", 0.0999)}}},
    };
}

std::vector<CriterionTraces> of_lost_communication() {
    Story low = controller_lost();
    low.at(500).set(v, 212);
    Story half = controller_lost();
    half.at(600).event("half_step").set(v, 190).at(600.4).set(v, 231);
    Story rough = controller_lost();
    rough.at(500).set(f, 48.9).at(600).set(f, 49.9);
    Story dark = controller_lost();
    dark.at(900).set(f, Signals::no_value).at(900.2).set(f, 49.9);
    Story never_back = audible();
    never_back.at(83).set("link.home1.inverter.age", 33).set("link.home1.loadctl.age", 0.5);
    Story deaf_loads = audible();
    deaf_loads.at(83).set("link.home1.loadctl.age", 33);
    Story stale = audible();
    stale.at(88).set("link.home1.inverter.age", 9).at(89).set("link.home1.inverter.age", 1);
    Story reclosing = audible();
    reclosing.at(110).event("reclosed").set("truth.pcc.closed", 1).at(110.5).set(own_p, 0);
    return {
        {"G3",
         {{"30 min on defaults", controller_lost()}, {"with a half step", half}},
         {{"a mean of 212 V", low},
          {"200 V for a tick", dip(controller_lost(), 700, 195.4, 0.001)},
          {"160 s at 48.9 Hz", rough},
          {"47 Hz", spoilt(spoilt(controller_lost(), 1000, f, 47.4), 1000.101, f, 50)},
          {"a dark street", dark}}},
        {"G4",
         {{"the former below its share", silent()}},
         {{"the former above its share", spoilt(silent(), 95, "truth.former.p", 28e3)},
          {"frequency", spoilt(silent(), 109, f, 48.99)}}},
        {"G5",
         {{"back within 3 s", audible()},
          {"a bad moment at first", stale},
          {"reclosing meanwhile", reclosing}},
         {{"its inverter stays silent", never_back},
          {"its load controller stays silent", deaf_loads},
          {"a jump", spoilt(audible(), 120, own_p, 4000)},
          {"a jump down", spoilt(audible(), 120, own_p, 1000)}}},
    };
}

std::vector<CriterionTraces> of_the_return() {
    Story hard = returned();  // 231 V in the island, 240 V behind it
    hard.at(160).set(v, 240);
    Story trimmed = returned();  // the synchroniser fits the voltage, a second before closing
    trimmed.at(159).set(v, 222).at(159.7).set(v, 231);
    Story drift = returned();  // 10 V in the second behind it, in steps
    for (int i = 1; i <= 10; ++i) drift.at(160 + 0.1 * i).set(v, 231 + i);
    Story hole = returned();
    hole.at(160.5).set(v, 0).at(160.51).set(v, 231);
    Story probing = returned();  // as a former does that probes for an island: no ramp
    for (int i = 0; i < 2500; ++i) {
        probing.at(200 + 0.2 * i).set(der, 1000 + (i % 2 == 0 ? 3000 : -3000));
    }
    Story steep = returned();
    for (int s = 0; s < 60; ++s) steep.at(660 + s).set(der, 30000 + 75.0 * s);
    Story falling = returned();
    falling.at(700).set(der, -20000);
    Story step = returned();
    step.at(700).set(der, 38200);
    return {
        {"H1",
         {{"a good outage", good_outage()}},
         {{"too early",
           spoilt(spoilt(good_outage(), 150, "truth.grid.ok", 0), 151, "truth.grid.ok", 1)}}},
        {"H2",
         {{"a good outage", good_outage()}},
         {{"30 degrees", spoilt(good_outage(), 159, "truth.sync.dphi", 30)}}},
        {"H3",
         {{"hardly noticed", returned()},
          {"6.8 V", spoilt(returned(), 160.3, v, 224.2)},
          {"trimmed before", trimmed}},
         {{"a jump of 9 V", hard}, {"an interruption", hole}, {"a drift", drift}}},
        {"H4",
         {{"9 %/min", returned()}, {"down", falling}, {"a probe", probing}},
         {{"11 %/min", steep}}},
        {"H5", {{"9 %/min", returned()}, {"down", falling}}, {{"8.4 kW at once", step}}},
    };
}

}  // namespace

Story island(double end) {
    Story story;
    story.at(20).event("outage").set("truth.grid.dead", 1).set("truth.grid.ok", 0).loads(130);
    story.at(20.15).event("island").set("truth.pcc.closed", 0).loads(225).set(f, 49.9);
    story.at(20.2).event("island_formed").loads(231);
    return story.end(end);
}

Story spoilt(Story story, double at, const std::string& signal, double value) {
    return story.at(at).set(signal, value);
}

std::vector<CriterionTraces> pilot_traces() {
    std::vector<CriterionTraces> all;
    for (const auto& some : {of_the_transfer(), of_the_island(), of_lost_communication(),
                             of_the_return(), device_traces()}) {
        all.insert(all.end(), some.begin(), some.end());
    }
    return all;
}

}  // namespace islandbench::acceptance::test
