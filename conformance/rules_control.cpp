#include <algorithm>
#include <cmath>

#include "conformance/controls.hpp"
#include "conformance/rules.hpp"

/// What a device declares that it can be told, against what it does then.
namespace islandbench::conformance {
namespace {

/// The experiment, when it was done; else what to say.
const Experiment* done(const Snapshot& device, std::string_view name, Judgement& otherwise) {
    const Experiment* const one = device.experiment(name);
    if (!device.armed) {
        otherwise = Judgement::unknown("writing is not armed");
    } else if (one == nullptr) {
        otherwise = Judgement::absent("the device does not offer it, or the check ended before");
    } else if (!one->done()) {
        otherwise = Judgement::unknown(one->not_done);
    } else {
        return one;
    }
    return nullptr;
}

bool near(double a, double b, double tolerance) {
    return std::fabs(a - b) <= tolerance;
}

/// Somebody has left a timer: a setting that is made now falls back when it runs out.
Judgement stored_reversion(const Snapshot& device) {
    struct Timer {
        std::uint16_t model;
        std::string_view point;
    };
    constexpr Timer timers[] = {
        {704, "WSetRvrtTms"},      {704, "WMaxLimPctRvrtTms"}, {704, "VarSetRvrtTms"},
        {704, "PFWInjRvrtTms"},    {123, "Conn_RvrtTms"},      {123, "WMaxLimPct_RvrtTms"},
        {123, "OutPFSet_RvrtTms"}, {123, "VArPct_RvrtTms"},    {124, "InOutWRte_RvrtTms"}};
    Judgement judgement;
    bool any = false;
    for (const Timer& one : timers) {
        const sunspec::Reading timer = number(device.find(one.model), one.point);
        any = any || timer;
        if (timer && *timer != 0.0) {
            judgement.add(std::to_string(one.model) + " " + std::string(one.point) + " is " +
                          figure(*timer) + " s already: what is set falls back after that");
        }
    }
    return any ? judgement : Judgement::absent("it has no timers");
}

Judgement whole_percent(const Snapshot& device) {
    const Lever& limit = controls_of(device).limit;
    const sunspec::Reading exponent = number(device.find(limit.model), "WMaxLimPct_SF");
    if (!exponent) return Judgement::absent("it has no power limit");
    Judgement judgement;
    if (*exponent >= 0.0) judgement.add(limit.text() + " takes whole percent only");
    return judgement;
}

Judgement maximum(const Snapshot& device) {
    const Experiment* const one = device.experiment("maximum");
    if (!device.armed) return Judgement::unknown("writing is not armed");
    if (one == nullptr || one->writes.empty()) return Judgement::absent("it has no power limit");
    Judgement judgement;
    const Exchange& last = device.journal[one->writes.back()];
    if (!last.ok() && last.exception != modbus::ExceptionCode::illegal_data_value) {
        return Judgement::unknown("the device took no limit");
    }
    if (!last.ok()) {
        judgement.add(controls_of(device).limit.text() +
                          " = 100 is refused: " + modbus::to_text(*last.exception),
                      one->writes.back());
    }
    return judgement;
}

/// The order that is read back: a set-point, or the limit of a unit that takes none.
const Experiment* read_back_of(const Snapshot& device, Judgement& otherwise) {
    const bool limit_only = device.experiment("set_point") == nullptr;
    return done(device, limit_only ? "limit" : "set_point", otherwise);
}

/// How near a register comes to what was written there.
double step_of(const Experiment& one) {
    return one.point.ends_with("WSet") ? 1.0 : 0.5;
}

Judgement read_back(const Snapshot& device) {
    Judgement judgement;
    const Experiment* const one = read_back_of(device, judgement);
    if (one == nullptr) return judgement;
    bool other = false;  // a look that was lost on the way shows nothing late
    for (const Sample& sample : one->shown) {
        const bool same = near(sample.value, one->asked, step_of(*one));
        other = other || !same;
        if (!same) continue;
        const Duration late = sample.at - one->written;
        if (other && late > 1s) {
            judgement.add(
                one->point + " shows what was written after " + figure(to_seconds(late)) + " s",
                frames_of(*one));
        }
        return judgement;
    }
    judgement.add(one->point + " never showed what was written", frames_of(*one));
    return judgement;
}

/// It showed the new value, and then another again, with its timer still running.
Judgement undone(const Snapshot& device) {
    Judgement judgement;
    const Experiment* const one = read_back_of(device, judgement);
    if (one == nullptr) return judgement;
    bool shown = false;
    for (const Sample& sample : one->shown) {
        if (one->falls_back && sample.at + 1s >= one->written + *one->falls_back) break;
        const bool same = near(sample.value, one->asked, step_of(*one));
        if (shown && !same) {
            judgement.add(one->point + " went from " + figure(one->asked) + " back to " +
                              figure(sample.value) + " after " +
                              figure(to_seconds(sample.at - one->written)) + " s",
                          frames_of(*one));
            break;
        }
        shown = shown || same;
    }
    return judgement;
}

/// The measured power follows the set-point: it stands there in two looks on end while that is in
/// force, and not only passes by. That of 124 is the battery's: what PV gives beside is taken off,
/// and where the device does not tell that, more power says nothing.
Judgement set_point(const Snapshot& device) {
    Judgement judgement;
    const Experiment* const one = done(device, "set_point", judgement);
    if (one == nullptr) return judgement;
    if (one->measured.empty()) return Judgement::unknown("no power was measured");
    const bool basic = controls_of(device).basic();
    const double tolerance = std::max(50.0, 0.05 * power_base(device));
    double pv = 0.0, came = 0.0;
    int on_end = 0;
    for (std::size_t i = 0; i < one->measured.size(); ++i) {
        if (i < one->pv.size()) pv = one->pv[i].value;
        came = one->measured[i].value - pv;
        on_end = near(came, one->watts, tolerance) ? on_end + 1 : 0;
        if (on_end == 2) return judgement;
    }
    if (basic && one->pv.empty() && came > one->watts) {
        return Judgement::unknown("it gives more, and does not tell how much of that is PV");
    }
    const std::string whose = one->pv.empty() ? "the power" : "the power without its PV";
    const std::string asked =
        basic ? figure(one->asked) + " % (" + figure(one->watts) + " W)" : figure(one->asked);
    judgement.add(
        one->point + " = " + asked + " was written; " + whose + " came to " + figure(came) + " W",
        frames_of(*one));
    return judgement;
}

/// The last power of an experiment; NaN where none was measured.
double last_power(const Snapshot& device, std::string_view name) {
    const Experiment* const one = device.experiment(name);
    if (one == nullptr || one->measured.empty()) return std::nan("");
    return one->measured.back().value;
}

/// An order that holds the power down: it had 1.5 times as much before, or nothing is shown.
Judgement holds_down(const Snapshot& device, std::string_view name, std::string_view before,
                     const std::string& with) {
    Judgement judgement;
    const Experiment* const one = done(device, name, judgement);
    if (one == nullptr) return judgement;
    const bool had = last_power(device, before) >= 1.5 * one->watts;
    if (one->measured.empty() || !had) return Judgement::unknown("there was no power to limit");
    const double slack = std::max(50.0, 0.03 * power_base(device));
    if (one->measured.back().value > one->watts + slack) {
        judgement.add("with " + with + " (" + figure(one->watts) + " W) the power came to " +
                          figure(one->measured.back().value) + " W",
                      frames_of(*one));
    }
    return judgement;
}

Judgement limit(const Snapshot& device) {
    const Experiment* const one = device.experiment("limit");
    const std::string asked = one == nullptr ? "" : figure(one->asked);
    return holds_down(device, "limit", "before_limit", "a limit of " + asked + " %");
}

Judgement most_power(const Snapshot& device) {
    const Experiment* const one = device.experiment("most_power");
    const std::string asked = one == nullptr ? "" : figure(one->asked);
    return holds_down(device, "most_power", "before_most_power", "121 WMax = " + asked);
}

Judgement reserve(const Snapshot& device) {
    Judgement judgement;
    const Experiment* const one = done(device, "reserve", judgement);
    if (one == nullptr) return judgement;
    const double before = last_power(device, "before_reserve");
    if (one->measured.empty() || !(before > 0.5 * one->watts)) {
        return Judgement::unknown("its battery gave no power");
    }
    const double came = one->measured.back().value;
    if (came > before - 0.5 * one->watts) {
        judgement.add("124 MinRsvPct = " + figure(one->asked) +
                          " is above the charge, and the power is " + figure(came) + " W, it was " +
                          figure(before),
                      frames_of(*one));
    }
    return judgement;
}

Judgement low_cap(const Snapshot& device) {
    if (device.armed && !device.patient) return Judgement::unknown("it takes minutes (--patient)");
    Judgement judgement;
    const Experiment* const one = done(device, "low_cap_back", judgement);
    if (one == nullptr) return judgement;
    if (!undone(device).found.empty()) return Judgement::unknown("settings do not stay");
    const double tolerance = std::max(50.0, 0.1 * power_base(device));
    const double before = last_power(device, "before_low_cap");
    if (one->measured.empty() || !(before > tolerance)) {
        return Judgement::unknown("there was no power to limit");
    }
    if (!near(one->measured.back().value, before, tolerance)) {
        judgement.add("after a limit of 1 % was lifted the power stayed at " +
                          figure(one->measured.back().value) + " W, it was " + figure(before),
                      frames_of(*one));
    }
    return judgement;
}

/// Orders that run out by themselves; what was watched shows their end.
Judgement reversion(const Snapshot& device) {
    if (!device.armed) return Judgement::unknown("writing is not armed");
    Judgement judgement;
    bool any = false;
    std::string why;
    for (const auto& [name, one] : device.experiments) {
        if (!name.starts_with("reversion")) continue;
        if (!one.done() || one.shown.empty()) {
            why = one.done() ? one.point + " could not be read back" : one.not_done;
            continue;
        }
        any = true;
        const bool connection = name == "reversion_connection";
        const double expected = connection ? 1.0 : 0.0;
        if (!near(one.shown.back().value, expected, 0.5)) {
            const std::string_view after = connection ? "16" : "6";
            judgement.add(one.point + " is " + figure(one.shown.back().value) +
                              " after its timer of " + std::string(after) +
                              " s ran out, expected " + figure(expected),
                          frames_of(one));
        }
    }
    const Experiment* const lifted = device.experiment("reversion_limit");
    const Experiment* const limited = device.experiment("limit");
    if (lifted != nullptr && lifted->done() && !lifted->measured.empty() && limited != nullptr &&
        last_power(device, "power") >= 1.5 * limited->watts) {
        const double came = lifted->measured.back().value;
        if (came < 1.2 * limited->watts) {
            judgement.add("after its timer of 6 s ran out " + limited->point +
                              " still holds the power at " + figure(came) + " W",
                          frames_of(*lifted));
        }
    }
    judgement.not_tested = why;  // one that runs out says nothing of the others
    if (any || !judgement.found.empty() || !why.empty()) return judgement;
    return Judgement::absent("the device does not offer it, or the check ended before");
}

Judgement permission(const Snapshot& device) {
    Judgement judgement;
    const Experiment* const off = done(device, "permit_off", judgement);
    if (off == nullptr) return judgement;
    const double floor_w = std::max(20.0, 0.02 * power_base(device));
    const std::string point = controls_of(device).permission.text();
    const bool stays = !off->measured.empty() && std::fabs(off->measured.back().value) > floor_w;
    const bool had = std::fabs(last_power(device, "permit_power")) > floor_w;
    if (!stays && (!had || off->measured.empty())) {
        return Judgement::unknown("there was no power to stop");
    }
    if (stays) {
        judgement.add(point + " is 0, and after 12 s the power is " +
                          figure(off->measured.back().value) + " W",
                      frames_of(*off));
    }
    const Experiment* const on = device.experiment("permit_on");
    if (on == nullptr || !on->done() || on->measured.empty()) {
        judgement.not_tested = "whether it comes back into service was not seen";
    } else if (had && std::none_of(on->measured.begin(), on->measured.end(),
                                   [&](const Sample& s) { return std::fabs(s.value) > floor_w; })) {
        judgement.add(point + " is 1 again, and the unit did not come back into service",
                      frames_of(*on));
    }
    return judgement;
}

Judgement curves(const Snapshot& device) {
    if (!device.armed) return Judgement::unknown("writing is not armed");
    Judgement judgement;
    bool any = false;
    std::string not_done;
    for (const auto& [name, one] : device.experiments) {
        if (!name.starts_with("adopt_")) continue;
        if (!one.done() || one.shown.empty()) {
            not_done = one.done() ? "model " + name.substr(6) + ": the result could not be read"
                                  : one.not_done;
            continue;
        }
        any = true;
        const double completed = 1.0;
        if (one.shown.back().value != completed) {
            judgement.add("model " + name.substr(6) +
                              ": a curve like the one in force was asked for, "
                              "the result is " +
                              figure(one.shown.back().value),
                          frames_of(one));
        }
    }
    judgement.not_tested = not_done;  // one that adopts says nothing of the others
    if (any || !not_done.empty()) return judgement;
    return Judgement::absent("it has no curves to adopt");
}

Judgement restored(const Snapshot& device) {
    if (!device.armed) return Judgement::unknown("writing is not armed");
    Judgement judgement;
    for (const Write& write : device.writes) {
        if (write.done && !write.restored) {
            judgement.add(write.what + " could not be set back to what it was");
        }
    }
    return judgement;
}

constexpr Rule table[] = {
    {"control.stored_reversion", Kind::condition, "No timer is left over", stored_reversion},
    {"control.whole_percent", Kind::variant, "Limits are finer than 1 %", whole_percent},
    {"control.maximum", Kind::violation, "A limit of 100 % is taken", maximum},
    {"control.read_back", Kind::variant, "What is written shows at once", read_back},
    {"control.undone", Kind::violation, "What is written stays", undone},
    {"control.set_point", Kind::violation, "The power follows the set-point", set_point},
    {"control.limit", Kind::violation, "The power keeps the limit", limit},
    {"control.low_cap", Kind::violation, "It comes back from a low limit", low_cap},
    {"control.most_power", Kind::violation, "The power keeps the most that is set", most_power},
    {"control.reserve", Kind::violation, "The battery keeps its reserve", reserve},
    {"control.reversion", Kind::violation, "Orders run out", reversion},
    {"control.power_factor", Kind::violation, "The power factor is kept", detail::power_factor},
    {"control.reactive", Kind::violation, "The reactive power follows", detail::reactive},
    {"control.permission", Kind::violation, "Permission to serve is obeyed", permission},
    {"control.told", Kind::violation, "It tells what it was told to do", detail::told},
    {"control.curves", Kind::violation, "Curves are adopted", curves},
    {"control.restored", Kind::violation, "All that was written is set back", restored},
};

}  // namespace

const std::span<const Rule> detail::control_rules = table;

}  // namespace islandbench::conformance
