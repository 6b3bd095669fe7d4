#include <algorithm>
#include <cmath>

#include "conformance/controls.hpp"
#include "conformance/rules.hpp"

/// Reactive power against what was ordered, and what 122 says of all orders.
namespace islandbench::conformance {
namespace {

const Judgement unarmed = Judgement::unknown("writing is not armed");
const Judgement not_offered =
    Judgement::unknown("the device does not offer it, or the check ended before");

/// Both experiments of a pair, done and with a reactive power; else what to say.
struct Pair {
    const Experiment *over = nullptr, *under = nullptr;
    Judgement otherwise;
};
Pair pair_of(const Snapshot& device, std::string_view over, std::string_view under) {
    Pair pair{device.experiment(over), device.experiment(under), {}};
    if (!device.armed) {
        pair.otherwise = unarmed;
    } else if (pair.over == nullptr || pair.under == nullptr) {
        pair.otherwise = not_offered;
    } else if (!pair.over->done() || !pair.under->done()) {
        pair.otherwise = Judgement::unknown((pair.over->done() ? pair.under : pair.over)->not_done);
    } else if (pair.over->reactive.empty() || pair.under->reactive.empty()) {
        pair.otherwise = Judgement::unknown("no reactive power was measured");
    }
    return pair;
}

double tolerance_of(const Snapshot& device, double expected) {
    return std::max({30.0, 0.02 * power_base(device), 0.15 * std::fabs(expected)});
}

/// The sides of a pair must differ: which of them is which sign the models leave open.
void demand_two_signs(const Pair& pair, Judgement& judgement) {
    const double over = pair.over->reactive.back().value;
    const double under = pair.under->reactive.back().value;
    if (over * under < 0.0 || !judgement.found.empty()) return;
    judgement.add(pair.over->point + " was set on either side, and the reactive power is " +
                      figure(over) + " var and " + figure(under) + " var: the sign does not follow",
                  frames_of(*pair.under));
}

}  // namespace

Judgement detail::power_factor(const Snapshot& device) {
    const Pair pair = pair_of(device, "factor_over", "factor_under");
    if (!pair.otherwise.not_tested.empty()) return pair.otherwise;
    Judgement judgement;
    for (const Experiment* const one : {pair.over, pair.under}) {
        const double cos_phi = std::fabs(one->asked);
        const double w = one->measured.empty() ? 0.0 : std::fabs(one->measured.back().value);
        const double expected = w * std::sqrt(1.0 - cos_phi * cos_phi) / cos_phi;
        const double tolerance = tolerance_of(device, expected);
        if (expected < 1.5 * tolerance) return Judgement::unknown("there was too little power");
        const double came = std::fabs(one->reactive.back().value);
        if (std::fabs(came - expected) <= tolerance) continue;
        judgement.add(one->point + " = " + figure(one->asked) + " was written; with " + figure(w) +
                          " W the reactive power is " + figure(one->reactive.back().value) +
                          " var, expected " + figure(expected) + " on one side",
                      frames_of(*one));
    }
    demand_two_signs(pair, judgement);
    return judgement;
}

Judgement detail::reactive(const Snapshot& device) {
    const Pair pair = pair_of(device, "reactive_over", "reactive_under");
    if (!pair.otherwise.not_tested.empty()) return pair.otherwise;
    Judgement judgement;
    for (const Experiment* const one : {pair.over, pair.under}) {
        const double came = one->reactive.back().value;
        const double off = std::fabs(std::fabs(came) - std::fabs(one->watts));
        if (off <= tolerance_of(device, one->watts)) continue;
        judgement.add(one->point + " = " + figure(one->asked) + " (" + figure(one->watts) +
                          " var) was written; the reactive power came to " + figure(came) + " var",
                      frames_of(*one));
    }
    demand_two_signs(pair, judgement);
    return judgement;
}

namespace {

/// What 122 said last during an experiment.
std::optional<std::uint64_t> told_last(const Snapshot& device, std::string_view experiment,
                                       const std::string& point) {
    const Experiment* const one = device.experiment(experiment);
    if (one == nullptr || !one->done()) return std::nullopt;
    const auto found = one->told.find(point);
    if (found == one->told.end() || found->second.empty()) return std::nullopt;
    return static_cast<std::uint64_t>(found->second.back().value);
}

}  // namespace

/// 122: StActCtl while orders act, ECPConn while it may not serve, StorConn while its battery
/// works.
Judgement detail::told(const Snapshot& device) {
    if (!device.armed) return unarmed;
    struct Acting {
        std::string_view experiment;
        int bit;
        std::string_view name;
    };
    constexpr Acting acting[] = {
        {"limit", 0, "FixedW"}, {"factor_over", 2, "FixedPF"}, {"reactive_over", 1, "FixedVAR"}};
    Judgement judgement;
    bool any = false;
    for (const Acting& one : acting) {
        const auto bits = told_last(device, one.experiment, "StActCtl");
        any = any || bits;
        if (!bits || (*bits >> one.bit & 1U) != 0) continue;
        const Experiment& done = *device.experiment(one.experiment);
        judgement.add("122 StActCtl is " + std::to_string(*bits) + " while " + done.point +
                          " acts: its bit " + std::string(one.name) + " is not set",
                      frames_of(done));
    }
    const auto before = told_last(device, "permit_power", "ECPConn");
    const auto off = told_last(device, "permit_off", "ECPConn");
    any = any || (before && off);
    if (before && off && *before == *off) {
        judgement.add("122 ECPConn is " + std::to_string(*off) + " in service and out of it",
                      frames_of(*device.experiment("permit_off")));
    }
    const auto battery = told_last(device, "set_point", "StorConn");
    any = any || battery;
    if (battery && (*battery & 1U) == 0) {
        judgement.add("122 StorConn says that no battery is connected while 124 has orders for it",
                      frames_of(*device.experiment("set_point")));
    }
    return any ? judgement : Judgement::unknown("it has no model 122 that tells");
}

}  // namespace islandbench::conformance
