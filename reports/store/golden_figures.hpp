#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ability.hpp"
#include "base/site.hpp"
#include "reports/store/json_fields.hpp"

/// The three figures that stand on every report, with all that is needed to recompute them by hand.
/// reports/golden.hpp computes them.
namespace islandbench::reports {

/// From the outage to the first instant from which every priority site stays inside the island
/// voltage and frequency limits for `required`, or, in a shorter run, to its end and for no less
/// than `required_at_end`: a street that is lit in the last moment proves nothing.
struct SustainedPower {
    bool reached = false;
    Duration from_outage{};        ///< meaningful when reached
    Duration held{};               ///< how long it then held
    bool run_ended_first = false;  ///< it still held when the run ended
    /// When the sites lost it after that, if they did; meaningful when reached, as the next four.
    std::optional<Instant> lost_again;
    Duration lost_again_for{};
    std::int64_t losses = 0;   ///< how often
    Duration lost_in_all{};    ///< time without, up to the end of the run
    bool lost_at_end = false;  ///< the last loss lasted to the end of the run
    Duration required{10min};
    Duration required_at_end{30s};
    std::vector<std::string> sites;
    Voltage v_min, v_max;
    Frequency f_min, f_max;
    std::string reason;  ///< why there is no value, for people
};
template <class V>
void declare(V& v, SustainedPower& s) {
    v.required("reached", s.reached, "every priority site got sustained power");
    seconds(v, "from_outage_s", s.from_outage, "from the outage");
    seconds(v, "held_s", s.held, "for so long");
    v.required("run_ended_first", s.run_ended_first, "it still held when the run ended");
    nullable_moment(v, "lost_again_at_s", s.lost_again, "when it was lost after that");
    seconds(v, "lost_again_for_s", s.lost_again_for, "for so long");
    v.required("losses", s.losses, "how often it was lost after that");
    seconds(v, "lost_in_all_s", s.lost_in_all, "time without it after that");
    v.required("lost_at_end", s.lost_at_end, "the run ended without it");
    seconds(v, "required_s", s.required, "time that counts as sustained");
    seconds(v, "required_at_end_s", s.required_at_end, "less will do at the end of the run");
    v.required("sites", s.sites, "priority sites");
    number(v, "v_min_v", s.v_min, 1.0, "lowest voltage");
    number(v, "v_max_v", s.v_max, 1.0, "highest voltage");
    number(v, "f_min_hz", s.f_min, 1.0, "lowest frequency");
    number(v, "f_max_hz", s.f_max, 1.0, "highest frequency");
    v.required("reason", s.reason, "why there is no value");
}

struct DeviceOpenness {
    std::string device;
    bool published = true;        ///< its protocol is a published local one; else nothing counts
    ActivePower weight;           ///< its rating
    std::vector<Ability> proven;  ///< in this run
};
template <class V>
void declare(V& v, DeviceOpenness& s) {
    v.required("device", s.device, "name");
    v.required("published", s.published, "published local protocol");
    number(v, "weight_w", s.weight, 1.0, "rating");
    v.required("proven", s.proven, "abilities proven in this run");
}

struct Openness {
    Ratio share;  ///< of the abilities, weighted by power
    std::vector<DeviceOpenness> devices;
};
template <class V>
void declare(V& v, Openness& s) {
    number(v, "share", s.share, 1.0, "of the abilities, weighted by power");
    v.required("devices", s.devices, "per device");
}

struct PackWear {
    std::string device;
    Energy capacity;
    Ratio soh_lost;  ///< state of health that the emergency cost it
};
template <class V>
void declare(V& v, PackWear& s) {
    v.required("device", s.device, "name");
    number(v, "capacity_kwh", s.capacity, 1e3, "capacity");
    number(v, "soh_lost", s.soh_lost, 1.0, "state of health lost");
}

/// Cost of a kWh delivered in the emergency: energy, wear, and the fixed cost of the event.
struct EmergencyCost {
    std::optional<EnergyPrice> per_kwh;  ///< absent when nothing was delivered
    EnergyPrice energy, wear, fixed;     ///< its three parts
    Energy delivered;
    EconomicsSpec prices;
    std::vector<PackWear> packs;
};
template <class V>
void declare(V& v, EmergencyCost& s) {
    std::optional<double> per_kwh;
    if (s.per_kwh) per_kwh = s.per_kwh->value();
    nullable(v, "eur_per_kwh", per_kwh, "cost per kWh delivered");
    s.per_kwh.reset();
    if (per_kwh) s.per_kwh = EnergyPrice{*per_kwh};
    number(v, "energy_eur_per_kwh", s.energy, 1.0, "energy, with losses");
    number(v, "wear_eur_per_kwh", s.wear, 1.0, "wear of the batteries");
    number(v, "fixed_eur_per_kwh", s.fixed, 1.0, "share of the fixed cost");
    number(v, "delivered_kwh", s.delivered, 1e3, "energy delivered");
    v.required("prices", s.prices, "inputs from the site file");
    v.required("packs", s.packs, "inputs from the run");
}

struct GoldenFigures {
    std::optional<SustainedPower> sustained;  ///< absent when there was no outage
    std::optional<Openness> openness;
    std::optional<EmergencyCost> cost;
};
template <class V>
void declare(V& v, GoldenFigures& s) {
    nullable(v, "sustained_power", s.sustained, "time to sustained power");
    nullable(v, "openness", s.openness, "openness of the devices");
    nullable(v, "cost", s.cost, "cost per kWh delivered in the emergency");
}

}  // namespace islandbench::reports
