#include <algorithm>
#include <cmath>
#include <cstdio>

#include "conformance/rules.hpp"

/// What a device declares that it can be told, against what it does then.
namespace islandbench::conformance {
namespace {

std::string figure(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.6g", value);
    return text;
}

double rating_of(const Snapshot& device) {
    return number(device.find(702), "WMaxRtg").value_or(0.0);
}

/// The experiment, when it was done; else what to say.
const Experiment* done(const Snapshot& device, std::string_view name, Judgement& otherwise) {
    const Experiment* const one = device.experiment(name);
    if (!device.armed) {
        otherwise = Judgement::unknown("writing is not armed");
    } else if (one == nullptr) {
        otherwise = Judgement::unknown("the device does not offer it, or the check ended before");
    } else if (!one->done()) {
        otherwise = Judgement::unknown(one->not_done);
    } else {
        return one;
    }
    return nullptr;
}

std::optional<std::size_t> frames_of(const Experiment& experiment) {
    if (experiment.writes.empty()) return std::nullopt;
    return experiment.writes.back();
}

bool near(double a, double b, double tolerance) {
    return std::fabs(a - b) <= tolerance;
}

/// Somebody has left a timer: a setting that is made now falls back when it runs out.
Judgement stored_reversion(const Snapshot& device) {
    const ModelData* const model = device.find(704);
    Judgement judgement;
    bool any = false;
    for (const std::string_view name :
         {"WSetRvrtTms", "WMaxLimPctRvrtTms", "VarSetRvrtTms", "PFWInjRvrtTms"}) {
        const sunspec::Reading timer = number(model, name);
        any = any || timer;
        if (timer && *timer != 0.0) {
            judgement.add("704 " + std::string(name) + " is " + figure(*timer) +
                          " s already: what is set falls back after that");
        }
    }
    return any ? judgement : Judgement::unknown("it has no timers");
}

Judgement whole_percent(const Snapshot& device) {
    const sunspec::Reading exponent = number(device.find(704), "WMaxLimPct_SF");
    if (!exponent) return Judgement::unknown("it has no power limit");
    Judgement judgement;
    if (*exponent >= 0.0) judgement.add("704 WMaxLimPct takes whole percent only");
    return judgement;
}

Judgement maximum(const Snapshot& device) {
    const Experiment* const one = device.experiment("maximum");
    if (!device.armed) return Judgement::unknown("writing is not armed");
    if (one == nullptr || one->writes.empty()) return Judgement::unknown("it has no power limit");
    Judgement judgement;
    const Exchange& last = device.journal[one->writes.back()];
    if (last.exception == modbus::ExceptionCode::illegal_data_value) {
        judgement.add("704 WMaxLimPct = 100 is refused: " + modbus::to_text(*last.exception),
                      one->writes.back());
    }
    return judgement;
}

Judgement read_back(const Snapshot& device) {
    Judgement judgement;
    const Experiment* const one = done(device, "set_point", judgement);
    if (one == nullptr) return judgement;
    for (const Sample& sample : one->shown) {
        if (!near(sample.value, one->asked, 1.0)) continue;
        const Duration late = sample.at - one->written;
        if (late > 1s) {
            judgement.add(
                "704 WSet shows what was written after " + figure(to_seconds(late)) + " s",
                frames_of(*one));
        }
        return judgement;
    }
    judgement.add("704 WSet never showed what was written", frames_of(*one));
    return judgement;
}

/// It showed the new value, and then another again, with its timer still running.
Judgement undone(const Snapshot& device) {
    Judgement judgement;
    const Experiment* const one = done(device, "set_point", judgement);
    if (one == nullptr) return judgement;
    bool shown = false;
    for (const Sample& sample : one->shown) {
        if (one->falls_back && sample.at + 1s >= one->written + *one->falls_back) break;
        const bool same = near(sample.value, one->asked, 1.0);
        if (shown && !same) {
            judgement.add("704 WSet went from " + figure(one->asked) + " back to " +
                              figure(sample.value) + " after " +
                              figure(to_seconds(sample.at - one->written)) + " s",
                          frames_of(*one));
            break;
        }
        shown = shown || same;
    }
    return judgement;
}

/// The measured power follows the set-point, at some time while it is in force.
Judgement set_point(const Snapshot& device) {
    Judgement judgement;
    const Experiment* const one = done(device, "set_point", judgement);
    if (one == nullptr) return judgement;
    if (one->measured.empty()) return Judgement::unknown("no power was measured");
    const double tolerance = std::max(50.0, 0.05 * rating_of(device));
    const bool reached =
        std::any_of(one->measured.begin(), one->measured.end(),
                    [&](const Sample& s) { return near(s.value, one->asked, tolerance); });
    if (!reached) {
        judgement.add("704 WSet = " + figure(one->asked) + " was written; the power came to " +
                          figure(one->measured.back().value) + " W",
                      frames_of(*one));
    }
    return judgement;
}

Judgement limit(const Snapshot& device) {
    Judgement judgement;
    const Experiment* const one = done(device, "limit", judgement);
    if (one == nullptr) return judgement;
    const Experiment* const before = device.experiment("set_point");
    const double most = one->asked / 100.0 * rating_of(device);
    if (one->measured.empty() || before == nullptr || before->measured.empty() ||
        before->measured.back().value < 1.5 * most) {
        return Judgement::unknown("there was no power to limit");
    }
    if (one->measured.back().value > most + std::max(50.0, 0.03 * rating_of(device))) {
        judgement.add("with a limit of " + figure(one->asked) + " % (" + figure(most) +
                          " W) the power came to " + figure(one->measured.back().value) + " W",
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
    const Experiment* const before = device.experiment("set_point");
    const double tolerance = std::max(50.0, 0.1 * rating_of(device));
    const bool had = before != nullptr && !before->measured.empty() &&
                     near(before->measured.back().value, one->asked, tolerance);
    if (!had || one->measured.empty()) return Judgement::unknown("there was no power to limit");
    if (!near(one->measured.back().value, one->asked, tolerance)) {
        judgement.add("after a limit of 1 % was lifted the power stayed at " +
                          figure(one->measured.back().value) + " W, its set-point is " +
                          figure(one->asked),
                      frames_of(*one));
    }
    return judgement;
}

Judgement reversion(const Snapshot& device) {
    Judgement judgement;
    const Experiment* const one = done(device, "reversion", judgement);
    if (one == nullptr) return judgement;
    if (one->shown.empty()) return Judgement::unknown("704 WSet could not be read back");
    if (!near(one->shown.back().value, 0.0, 1.0)) {
        judgement.add("704 WSet is " + figure(one->shown.back().value) +
                          " after its timer of 6 s ran out, WSetRvrt is 0",
                      frames_of(*one));
    }
    return judgement;
}

Judgement permission(const Snapshot& device) {
    Judgement judgement;
    const Experiment* const off = done(device, "permit_off", judgement);
    if (off == nullptr) return judgement;
    const double floor_w = std::max(20.0, 0.02 * rating_of(device));
    if (!off->measured.empty() && std::fabs(off->measured.back().value) > floor_w) {
        judgement.add(
            "703 ES is 0, and after 12 s the power is " + figure(off->measured.back().value) + " W",
            frames_of(*off));
    }
    const Experiment* const on = device.experiment("permit_on");
    const Experiment* const before = device.experiment("permit_power");
    const bool had = before != nullptr && !before->measured.empty() &&
                     std::fabs(before->measured.back().value) > floor_w;
    if (on != nullptr && on->done() && had && !on->measured.empty() &&
        std::none_of(on->measured.begin(), on->measured.end(),
                     [&](const Sample& s) { return std::fabs(s.value) > floor_w; })) {
        judgement.add("703 ES is 1 again, and the unit did not come back into service",
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
            not_done = one.not_done;
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
    if (any) return judgement;
    return Judgement::unknown(not_done.empty() ? "it has no curves to adopt" : not_done);
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
    {"control.reversion", Kind::violation, "A set-point runs out", reversion},
    {"control.permission", Kind::violation, "Permission to serve is obeyed", permission},
    {"control.curves", Kind::violation, "Curves are adopted", curves},
    {"control.restored", Kind::violation, "All that was written is set back", restored},
};

}  // namespace

const std::span<const Rule> detail::control_rules = table;

}  // namespace islandbench::conformance
