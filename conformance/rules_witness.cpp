#include <algorithm>
#include <cmath>

#include "conformance/controls.hpp"
#include "conformance/rules.hpp"

/// What a device tells, beside what a meter and a battery of the same place tell.
namespace islandbench::conformance {
namespace {

const Judgement no_meter = Judgement::unknown("no meter stands beside it (--meter)");
const Judgement no_battery = Judgement::unknown("no battery stands beside it (--bms)");

double mean(const std::vector<Sample>& samples, std::size_t last) {
    const std::size_t count = std::min(last, samples.size());
    double sum = 0.0;
    for (std::size_t i = samples.size() - count; i < samples.size(); ++i) sum += samples[i].value;
    return sum / static_cast<double>(count);
}

/// Of the rounds, the last that has both.
const Poll* last_with(const Snapshot& device, bool meter) {
    for (auto poll = device.polls.rbegin(); poll != device.polls.rend(); ++poll) {
        if (meter ? poll->meter.has_value() : poll->bms.has_value()) return &*poll;
    }
    return nullptr;
}

/// The set-point is a known step: import falls by what the device gives more.
Judgement step(const Snapshot& device) {
    if (!device.has_meter) return no_meter;
    const Experiment* const before = device.experiment("before_set_point");
    const Experiment* const after = device.experiment("set_point");
    if (before == nullptr || after == nullptr || before->metered.empty() ||
        after->metered.empty() || before->measured.empty() || after->measured.empty()) {
        return Judgement::unknown("no set-point was written, or one of the two told nothing");
    }
    constexpr std::size_t some = 5;
    const double given = mean(after->measured, some) - mean(before->measured, some);
    const double fell = mean(before->metered, some) - mean(after->metered, some);
    if (std::fabs(given) < 300.0) return Judgement::unknown("its power hardly moved");
    Judgement judgement;
    const double ratio = fell / given;
    const char* const what = ratio < -0.5                  ? "the signs differ"
                             : ratio > 5.0 || ratio < 0.02 ? "the scales differ"
                             : ratio > 2.0 || ratio < 0.5  ? "they do not agree"
                                                           : nullptr;
    if (what != nullptr) {
        judgement.add("its power rose by " + figure(given) + " W, and the meter's import fell by " +
                      figure(fell) + " W: " + what);
    }
    return judgement;
}

Judgement same_grid(const Snapshot& device) {
    if (!device.has_meter) return no_meter;
    const Poll* const poll = last_with(device, true);
    if (poll == nullptr) return Judgement::unknown("the meter told nothing");
    const ModelData* const ac = ac_of(*poll);
    const bool der = ac != nullptr && ac->where.id == 701;
    const sunspec::Reading hz = number(ac, "Hz"), v = number(ac, der ? "LNV" : "PhVphA");
    Judgement judgement;
    bool any = false;
    const double meter_hz = poll->meter->f.value();
    if (hz && std::isfinite(meter_hz)) {
        any = true;
        if (std::fabs(*hz - meter_hz) > 0.2) {
            judgement.add("it tells " + figure(*hz) + " Hz, the meter " + figure(meter_hz));
        }
    }
    double nearest = 1e9;
    for (const Voltage& one : poll->meter->v_phase) {
        if (v && std::isfinite(one.value()) && one.value() > 0.0) {
            nearest = std::min(nearest, std::fabs(*v - one.value()) / one.value());
        }
    }
    if (nearest < 1e8) any = true;
    if (nearest < 1e8 && nearest > 0.08) {
        judgement.add("its voltage of " + figure(*v) + " V is that of no phase of the meter");
    }
    return any ? judgement : Judgement::unknown("one of the two tells no voltage or frequency");
}

Judgement same_charge(const Snapshot& device) {
    if (!device.has_bms) return no_battery;
    const Poll* const poll = last_with(device, false);
    const sunspec::Reading soc =
        poll == nullptr ? sunspec::Reading::without(sunspec::Problem::not_read) : charge_of(*poll);
    if (!soc || !std::isfinite(poll->bms->soc.value())) {
        return Judgement::unknown("one of the two tells no state of charge");
    }
    Judgement judgement;
    const double battery = 100.0 * poll->bms->soc.value();
    if (std::fabs(*soc - battery) > 3.0) {
        judgement.add("it tells a state of charge of " + figure(*soc) + " %, its battery " +
                      figure(battery) + " %");
    }
    return judgement;
}

/// Positive = discharge, at both.
Judgement battery_power(const Snapshot& device) {
    if (!device.has_bms) return no_battery;
    const Poll* const poll = last_with(device, false);
    const sunspec::Reading dc = poll == nullptr
                                    ? sunspec::Reading::without(sunspec::Problem::not_read)
                                    : number(poll->find(714), "Prt.DCW");
    if (!dc) return Judgement::unknown("it tells no power of its battery's port");
    const double battery = poll->bms->v.value() * poll->bms->i.value();
    if (!std::isfinite(battery)) return Judgement::unknown("the battery tells no power");
    const double rating = rated_power(device);
    Judgement judgement;
    if (std::fabs(*dc - battery) > std::max(200.0, 0.1 * rating)) {
        const bool opposite = std::fabs(*dc + battery) < std::max(200.0, 0.1 * rating);
        judgement.add("its battery's port has " + figure(*dc) + " W, the battery tells " +
                      figure(battery) + " W" + (opposite ? ": the signs differ" : ""));
    }
    return judgement;
}

Judgement battery_limits(const Snapshot& device) {
    if (!device.has_bms) return no_battery;
    Judgement judgement;
    bool any = false;
    for (const Poll& poll : device.polls) {
        if (!poll.bms || !std::isfinite(poll.bms->i.value())) continue;
        any = true;
        const double i = poll.bms->i.value();
        const double most =
            i > 0 ? poll.bms->discharge_limit.value() : poll.bms->charge_limit.value();
        if (std::fabs(i) > 1.1 * most + 1.0) {
            judgement.add("the battery carries " + figure(std::fabs(i)) + " A and allows " +
                          figure(most));
            break;
        }
    }
    return any ? judgement : Judgement::unknown("the battery told nothing");
}

constexpr Rule table[] = {
    {"witness.step", Kind::violation, "The meter sees what the device gives", step},
    {"witness.grid", Kind::violation, "Device and meter see one grid", same_grid},
    {"witness.charge", Kind::violation, "Device and battery tell one charge", same_charge},
    {"witness.battery_power", Kind::violation, "Device and battery tell one power", battery_power},
    {"witness.battery_limits", Kind::violation, "The battery's limits are kept", battery_limits},
};

}  // namespace

const std::span<const Rule> detail::witness_rules = table;

}  // namespace islandbench::conformance
