#include <algorithm>
#include <cmath>

#include "conformance/controls.hpp"
#include "conformance/rules.hpp"

/// Reactive power against what was ordered, and what 122 says of all orders.
namespace islandbench::conformance {
namespace {

const Judgement unarmed = Judgement::unknown("writing is not armed");
const Judgement not_offered =
    Judgement::absent("the device does not offer it, or the check ended before");

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

/// Of the last looks the one that comes nearest to what was asked for: a reading may be lost or
/// odd.
struct Look {
    double w = 0.0, var = 0.0, expected = 0.0;  ///< sizes, but for `var`
    [[nodiscard]] double off() const { return std::fabs(std::fabs(var) - expected); }
};
template <class Expected>
Look nearest_look(const Experiment& one, Expected expected) {
    constexpr std::size_t last = 3;
    const std::size_t size = one.reactive.size();
    std::optional<Look> nearest;
    for (std::size_t i = size - std::min(size, last); i < size; ++i) {
        const double w = i < one.measured.size() ? std::fabs(one.measured[i].value) : 0.0;
        const Look look{w, one.reactive[i].value, expected(w)};
        if (!nearest || look.off() < nearest->off()) nearest = look;
    }
    return *nearest;
}

/// The sides of a pair must differ: which of them is which sign the models leave open.
void demand_two_signs(const Pair& pair, double over, double under, Judgement& judgement) {
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
    std::vector<double> came;
    for (const Experiment* const one : {pair.over, pair.under}) {
        const double cos_phi = std::fabs(one->asked);
        const double share = std::sqrt(1.0 - cos_phi * cos_phi) / cos_phi;
        const Look look = nearest_look(*one, [share](double w) { return share * w; });
        const double tolerance = tolerance_of(device, look.expected);
        if (look.expected < 1.5 * tolerance)
            return Judgement::unknown("there was too little power");
        came.push_back(look.var);
        if (look.off() <= tolerance) continue;
        judgement.add(one->point + " = " + figure(one->asked) + " was written; with " +
                          figure(look.w) + " W the reactive power is " + figure(look.var) +
                          " var, expected " + figure(look.expected) + " on one side",
                      frames_of(*one));
    }
    demand_two_signs(pair, came[0], came[1], judgement);
    return judgement;
}

Judgement detail::reactive(const Snapshot& device) {
    const Pair pair = pair_of(device, "reactive_over", "reactive_under");
    if (!pair.otherwise.not_tested.empty()) return pair.otherwise;
    Judgement judgement;
    std::vector<double> came;
    for (const Experiment* const one : {pair.over, pair.under}) {
        const Look look = nearest_look(*one, [one](double) { return std::fabs(one->watts); });
        came.push_back(look.var);
        if (look.off() <= tolerance_of(device, one->watts)) continue;
        judgement.add(one->point + " = " + figure(one->asked) + " (" + figure(one->watts) +
                          " var) was written; the reactive power came to " + figure(look.var) +
                          " var",
                      frames_of(*one));
    }
    demand_two_signs(pair, came[0], came[1], judgement);
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
    return any ? judgement : Judgement::absent("it has no model 122 that tells");
}

}  // namespace islandbench::conformance
