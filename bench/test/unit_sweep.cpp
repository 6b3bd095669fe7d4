#include "bench/test/unit_sweep.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "bench/test/program.hpp"
#include "emulators/plant/timing.hpp"

namespace islandbench::bench {

using acceptance::GridQuantity;

std::string code_text(const std::string& name) {
    return fixture("gridcodes/" + name + ".json");
}

acceptance::GridCode judged_code(const std::string& text) {
    Diagnostics found;
    auto code = acceptance::read_grid_code(text, "judged.json", found);
    EXPECT_TRUE(found.empty()) << found;
    return code;
}

const acceptance::Verdict& Swept::of(const std::string& id) const {
    for (const acceptance::Verdict& one : verdicts) {
        if (one.id == id) return one;
    }
    ADD_FAILURE() << "no verdict " << id;
    return verdicts.front();
}

namespace {

plant::Hybrid unit_set_to(const std::string& text) {
    Diagnostics found;
    const auto settings = devices::read_grid_settings(text, "set.json", found);
    EXPECT_TRUE(found.empty()) << found;
    HybridSpec spec;
    spec.rating = ApparentPower{5000.0};
    spec.battery.capacity = Energy{500e3};  // not empty before the end
    spec.battery.charge_limit = spec.battery.discharge_limit = Current{200.0};
    devices::set_up(spec, settings);
    return plant::Hybrid(spec, settings.nominal_v.value(), settings.nominal_f.value(), Ratio{0.6});
}

std::vector<acceptance::CriterionSpec> criteria_of(const acceptance::GridCode& code) {
    auto list = acceptance::unit_criteria(code);
    acceptance::CriterionSpec stays = list.front();
    stays.id = "STAYS";
    stays.triggered_by.clear();
    stays.formulas = {"for every hybrid: always: truth.{hybrid}.inverter_connected is true"};
    list.push_back(stays);
    return list;
}

}  // namespace

Swept sweep(const std::string& set_to, const std::string& judged_by, const Supply& supply,
            const plant::Hybrid::WrongSettings& wrong) {
    const acceptance::GridCode code = judged_code(judged_by);
    plant::Hybrid unit = unit_set_to(set_to);
    unit.set_wrong(wrong);
    unit.control().p_set = ActivePower{2500.0};

    acceptance::Figures figures;
    acceptance::add_own_code(figures, code);
    Signals signals;
    const SignalId v = signals.add({"truth.home1.v", Dimension::voltage, 0.0});
    const SignalId f = signals.add({"truth.island.f", Dimension::frequency, 0.0});
    const SignalId on = signals.add({"truth.home1.inverter_on", Dimension::none, 0.0});
    signals.add_event("stop.home1");
    const SignalId connected = signals.add({"truth.home1.inverter_connected", Dimension::none, 0});
    Diagnostics found;
    acceptance::Judge judge(criteria_of(code), signals, figures, {{"hybrid", {"home1"}}}, found);
    EXPECT_TRUE(found.empty()) << found;

    const double nominal_v = code.nominal->v.value(), nominal_f = code.nominal->f.value();
    double angle = 0.0;
    const auto steps = std::lround(supply.lasts / plant::step_s);
    for (long i = -2000; i <= steps; ++i) {
        const double t = double(i) * plant::step_s;
        const double volts = supply.v(t) * nominal_v, hertz = supply.f(t);
        angle += 2.0 * std::numbers::pi * (hertz - nominal_f) * plant::step_s;
        const plant::Phasor now = plant::polar(volts, angle);
        unit.measure(now);
        unit.advance(now, 0.0);
        signals.set(v, volts);
        signals.set(f, hertz);
        signals.set(on, unit.state().on());
        signals.set(connected, unit.state().connected);
        judge.step(story_start + i * plant::step);
    }
    return {judge.finish(story_start + steps * plant::step, acceptance::Ended::completed),
            unit.state().connected, unit.state().on(), unit.state().trip};
}

Supply voltage_step(const acceptance::GridCode& code, double to, double held, double lasts) {
    const double f = code.nominal->f.value();
    return {[=](double t) { return t >= 1.0 && t < 1.0 + held ? to : 1.0; },
            [=](double) { return f; }, lasts};
}

namespace {

/// Just inside the last limit on the way to a frequency, or that frequency if there is none.
double last_edge(const acceptance::GridCode& code, double to) {
    const double nominal = code.nominal->f.value();
    const double sign = to > nominal ? 1.0 : -1.0;
    double edge = nominal;
    bool any = false;
    for (const acceptance::TripStage& stage : code.trip) {
        if (stage.quantity != GridQuantity::frequency) continue;
        const double inside = stage.at.value - sign * 0.05;
        if (sign * (inside - edge) < 0.0 || sign * (to - stage.at.value) < 0.0) continue;
        edge = inside;
        any = true;
    }
    // A farther jump would swing beyond its end.
    return any && std::fabs(to - edge) < 0.4 ? edge : to;
}

}  // namespace

Supply frequency_step(const acceptance::GridCode& code, double to, double held, double lasts) {
    const double from = code.nominal->f.value(), edge = last_edge(code, to);
    const double sign = to > from ? 1.0 : -1.0;
    const double way = std::fabs(edge - from) / 0.5;
    const double there = 1.0 + way + 1.0, back = there + held;
    return {[](double) { return 1.0; },
            [=](double t) {
                if (t >= there && t < back) return to;
                const double gone = t < there ? t - 1.0 : way - (t - back - 1.0);
                return from + sign * 0.5 * std::clamp(gone, 0.0, way);
            },
            lasts + 2.0 * way + 2.0};
}

Supply beside(const acceptance::GridCode& code, const acceptance::TripStage& stage, int side,
              double held, double lasts) {
    const bool above = stage.beyond == acceptance::Beyond::above;
    const double out = (above ? 1.0 : -1.0) * side;
    double off_v = 0.0, off_f = 0.0;
    if (side > 0 && code.trip_tolerance) {
        off_v = code.trip_tolerance->voltage.value();
        off_f = code.trip_tolerance->frequency.value();
    }
    if (side > 0 && code.accuracy) {
        const bool fast = stage.delay < 5s;
        off_v = 2.0 * (fast ? code.accuracy->voltage_transient : code.accuracy->voltage).value();
        off_f =
            2.0 * (fast ? code.accuracy->frequency_transient : code.accuracy->frequency).value();
    }
    if (stage.quantity == GridQuantity::frequency) {
        return frequency_step(code, stage.at.value + out * (off_f + 0.02), held, lasts);
    }
    return voltage_step(code, stage.at.value + out * (off_v + 0.005), held, lasts);
}

}  // namespace islandbench::bench
