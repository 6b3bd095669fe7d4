#include "acceptance/test/story.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "base/fixtures.hpp"

namespace islandbench::acceptance::test {
namespace {

std::string source_file(const std::string& name) {
    const auto text = read_text_file(std::string(IB_SOURCE_DIR) + "/" + name);
    EXPECT_TRUE(text.has_value()) << name;
    return text.value_or("");
}

HomeSpec home(const std::string& name, bool with_hybrid) {
    HomeSpec spec;
    spec.name = name;
    if (with_hybrid) {
        spec.hybrid.emplace();
        spec.hybrid->rating = ApparentPower{5000};
        spec.hybrid->battery.discharge_limit = Current{100};
    }
    return spec;
}

}  // namespace

Site small_site() {
    Site site;
    site.name = "small";
    site.interconnect.rating = Current{160};
    site.interconnect.export_limit = ActivePower{17e3};
    site.services.peak_target = ActivePower{12e3};
    site.former.rating = ApparentPower{30e3};
    site.former.battery.discharge_limit = Current{100};
    site.homes = {home("home1", true), home("home2", true), home("home3", false)};
    PrioritySiteSpec clinic;
    clinic.name = "clinic";
    site.priority_sites = {clinic};
    MeterSpec meter;
    meter.name = "meter_grid";
    site.meters = {meter};
    site.place = {"site.json", 1, "$"};
    return site;
}

GridCode gb_code() {
    Diagnostics found;
    GridCode code =
        read_grid_code(source_file("fixtures/gridcodes/gb_g98_g99a_lv.json"), "gb.json", found);
    EXPECT_TRUE(found.empty()) << found;
    return code;
}

Catalogue pilot_catalogue() {
    Diagnostics found;
    Catalogue catalogue =
        read_catalogue(source_file("fixtures/criteria/pilot.json"), "pilot.json", found);
    EXPECT_TRUE(found.empty()) << found;
    return catalogue;
}

Signals street_signals() {
    Signals signals;
    const auto add = [&](const std::string& name, Dimension dimension, double value) {
        signals.set(signals.add({name, dimension, 0.0}), value);
    };
    add("truth.grid.f", Dimension::frequency, 50.0);
    add("truth.grid.dead", Dimension::none, 0.0);
    add("truth.grid.ok", Dimension::none, 1.0);
    add("truth.pcc.closed", Dimension::none, 1.0);
    add("truth.pcc.i", Dimension::current, 20.0);
    add("truth.pcc.p", Dimension::active_power, 4000.0);
    add("truth.pcc.s", Dimension::apparent_power, 4100.0);
    add("truth.pcc.permit_island", Dimension::none, 1.0);
    add("truth.former.p", Dimension::active_power, 0.0);
    add("truth.former.i_share", Dimension::ratio, 0.1);
    add("truth.former.limiting", Dimension::none, 0.0);
    add("truth.followers.on_share", Dimension::ratio, 1.0);
    add("truth.der.p", Dimension::active_power, 0.0);
    add("truth.island.f", Dimension::frequency, 50.0);
    add("truth.island.formed", Dimension::none, 0.0);
    add("truth.island.unbalance", Dimension::ratio, 0.005);
    add("truth.sync.df", Dimension::frequency, 0.0);
    add("truth.sync.dv", Dimension::ratio, 0.0);
    add("truth.sync.dphi", Dimension::angle, 0.0);
    for (const char* unit : {"former", "home1", "home2"}) {
        add(std::string("truth.") + unit + ".soc", Dimension::ratio, 0.6);
        const std::string name = unit;
        add("truth." + name + ".soc_floor", Dimension::ratio, 0.2);
        add("truth." + name + ".dc_i", Dimension::current, 10.0);
        add("truth." + name + ".bms.contact", Dimension::none, 1.0);
        add("truth." + name + ".discharged", Dimension::ratio, Signals::no_value);
        add("seen." + name + ".inverter.rating", Dimension::apparent_power,
            name == "former" ? 30e3 : 5e3);
        if (name == "former") add("link.former.inverter.age", Dimension::time, 1.0);
        add("link." + name + ".bms.age", Dimension::time, 1.0);
        add("seen." + name + ".bms.soc", Dimension::ratio, 0.6);
        add("seen." + name + ".bms.alarm", Dimension::none, 0.0);
        add("seen." + name + ".bms.charge_limit", Dimension::current, 100.0);
        add("seen." + name + ".bms.discharge_limit", Dimension::current, 100.0);
    }
    for (const char* hybrid : {"home1", "home2"}) {
        const std::string name = hybrid;
        add("truth." + name + ".inverter_p", Dimension::active_power, 1000.0);
        add("truth." + name + ".inverter_on", Dimension::none, 1.0);
        add("truth." + name + ".opted_out", Dimension::none, 0.0);
        add("truth." + name + ".rocof_tripped", Dimension::none, 0.0);
        add("truth." + name + ".f", Dimension::frequency, 50.0);
        add("seen." + name + ".inverter.w", Dimension::active_power, 1000.0);
        add("seen." + name + ".inverter.v", Dimension::voltage, 232.0);
        add("seen." + name + ".inverter.f", Dimension::frequency, 50.0);
        add("seen." + name + ".inverter.setpoint", Dimension::active_power, 1000.0);
        add("cmd." + name + ".inverter.w", Dimension::active_power, 1000.0);
        add("cmd." + name + ".inverter.limit", Dimension::ratio, 1.0);
        add("link." + name + ".inverter.age", Dimension::time, 1.0);
    }
    add("seen.former.soc", Dimension::ratio, 0.6);
    add("seen.pcc.grid_ok", Dimension::none, 1.0);
    add("seen.pcc.closed", Dimension::none, 1.0);
    add("seen.meter_grid.w", Dimension::active_power, 4000.0);
    add("link.meter_grid.age", Dimension::time, 1.0);
    add("dispatch.state", Dimension::none, 0.0);
    add("bench.record.missing", Dimension::none, 0.0);
    add("bench.record.contradicted", Dimension::none, 0.0);
    add("bench.verdicts.incomplete", Dimension::none, 0.0);
    add("bench.late", Dimension::time, 0.0);
    for (const char* load : {"home1", "home2", "home3", "clinic"}) {
        add(std::string("truth.") + load + ".v", Dimension::voltage, 232.0);
    }
    for (const char* home : {"home1", "home2", "home3"}) {
        add(std::string("link.") + home + ".loadctl.age", Dimension::time, 1.0);
        for (const char* tier : {".shed0", ".shed1", ".shed2", ".shed3", ".shed4"}) {
            add(std::string("truth.") + home + tier, Dimension::none, 0.0);
        }
    }
    for (const char* event :
         {"outage",           "island",           "island_formed",   "grid_back",
          "flicker",          "reclosed",         "load_step",       "half_step",
          "island_requested", "return_requested", "controller_lost", "controller_back",
          "grid_frequency",   "silent",           "audible",         "stop",
          "permitted",        "read_back",        "fault.sync30",    "storm"}) {
        signals.add_event(event);
    }
    for (const char* home : {"home1", "home2", "home3"}) {
        signals.add_event(std::string("silent.") + home);
        signals.add_event(std::string("audible.") + home);
        signals.add_event(std::string("stop.") + home);
    }
    return signals;
}

CriterionSpec criterion(std::string formula) {
    CriterionSpec spec;
    spec.id = "X";
    spec.title = "test";
    spec.certainty = Certainty::s;
    spec.formulas = {std::move(formula)};
    spec.place = {"test.json", 1, "$.criteria[0]"};
    return spec;
}

Story& Story::set(const std::string& signal, double value) {
    const auto id = signals_.find(signal);
    EXPECT_TRUE(id.has_value()) << signal;
    if (id) changes_.push_back({now_, *id, value, false});
    return *this;
}

Story& Story::loads(double volts) {
    for (const char* load : {"home1", "home2", "home3", "clinic"}) {
        set(std::string("truth.") + load + ".v", volts);
    }
    return *this;
}

Story& Story::event(const std::string& name) {
    const auto id = signals_.find("event." + name);
    EXPECT_TRUE(id.has_value()) << name;
    if (id) changes_.push_back({now_, *id, 1.0, true});
    return *this;
}

std::vector<Verdict> Story::judge(std::vector<CriterionSpec> criteria) const {
    Signals signals = signals_;
    Diagnostics found;
    const Figures figures = figures_of(gb_code(), site_, observation_);
    Judge judge(std::move(criteria), signals, figures, groups_of(site_), found);
    EXPECT_TRUE(found.empty()) << found;

    std::vector<Change> changes = changes_;
    std::stable_sort(changes.begin(), changes.end(),
                     [](const Change& a, const Change& b) { return a.at < b.at; });
    const Instant last = changes.empty() ? story_start : changes.back().at;
    const Instant end = end_.value_or(last);
    const Duration grid = sampling_ == Sampling::changes_only ? Duration{1s}
                          : sampling_ == Sampling::often      ? Duration{7ms}
                                                              : Duration{1ms};
    std::size_t next = 0;
    Instant now = std::min(story_start, changes.empty() ? story_start : changes.front().at);
    while (now <= end) {
        for (; next < changes.size() && changes[next].at <= now; ++next) {
            if (changes[next].is_event) {
                signals.happened(changes[next].signal);
            } else {
                signals.set(changes[next].signal, changes[next].value);
            }
        }
        judge.step(now);
        const Instant regular = now + grid;
        now = next < changes.size() ? std::min(changes[next].at, regular) : regular;
    }
    return judge.finish(end, how_);
}

Verdict Story::judge(const CriterionSpec& one) const {
    return judge(std::vector<CriterionSpec>{one}).front();
}

Verdict Story::judge(const std::string& formula) const {
    return judge(criterion(formula));
}

Verdict Story::pilot(const std::string& id) const {
    Diagnostics found;
    const Selection selection = select(pilot_catalogue(), {id}, {"test.json", 1, "$"}, found);
    EXPECT_TRUE(found.empty()) << found;
    return judge(selection.judged).front();
}

Story good_outage() {
    Story story;
    story.at(20).event("outage").set("truth.grid.dead", 1).set("truth.grid.ok", 0).loads(130);
    story.set("truth.sync.df", Signals::no_value);
    story.set("truth.sync.dv", Signals::no_value).set("truth.sync.dphi", Signals::no_value);
    story.at(20.15).event("island").set("truth.pcc.closed", 0).set("truth.pcc.i", 3).loads(225);
    story.at(20.16).set("truth.pcc.i", 0).set("truth.island.f", 49.9);
    story.at(20.2).event("island_formed").set("truth.island.formed", 1).loads(231);
    story.at(45.6).set("truth.home3.shed4", 1);
    story.at(80).set("truth.home3.shed4", 0);
    story.at(130).event("grid_back").set("truth.grid.dead", 0).set("truth.grid.ok", 1);
    story.set("truth.sync.df", -0.1).set("truth.sync.dv", 0.02).set("truth.sync.dphi", 90);
    story.at(159).set("truth.sync.df", 0.01).set("truth.sync.dphi", 4);
    story.at(160).event("reclosed").set("truth.pcc.closed", 1).set("truth.pcc.i", 10);
    story.set("truth.island.formed", 0).set("truth.island.f", 50.0);
    story.at(160.001).set("truth.sync.df", 0).set("truth.sync.dv", 0).set("truth.sync.dphi", 0);
    return story.end(200);
}

}  // namespace islandbench::acceptance::test
