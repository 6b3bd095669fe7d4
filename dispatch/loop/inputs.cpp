#include "dispatch/loop/inputs.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace islandbench::dispatch {
namespace {

/// DC to AC of a battery inverter, and back.
constexpr double conversion = 0.96;

std::int32_t whole(double value, double scale = 1.0) noexcept {
    constexpr double most = 2e9;
    if (!std::isfinite(value)) return std::numeric_limits<std::int32_t>::min();
    return static_cast<std::int32_t>(std::lround(std::clamp(value * scale, -most, most)));
}

/// What is useful but can be missing: 0 then.
std::int32_t whole_or_zero(double value, double scale = 1.0) noexcept {
    return std::isfinite(value) ? whole(value, scale) : 0;
}

std::int32_t milli(double value) noexcept {
    return whole(value, 1000.0);
}

/// AC power for a DC current limit; 0 where the battery does not allow the direction.
double battery_w(const BmsReading& bms, Current limit, bool enabled, double efficiency) noexcept {
    return enabled ? std::max(0.0, bms.v.value() * limit.value() * efficiency) : 0.0;
}

/// The lower of what BMS and inverter say, when both have spoken; else the one that has.
void take_soc(core::UnitIn& in, const std::optional<InverterReading>& inverter,
              const std::optional<BmsReading>& bms) noexcept {
    std::optional<double> soc;
    if (bms) {
        soc = bms->soc.value();
        in.soc_reported_ms = to_ms(bms->reported);
    }
    if (inverter && inverter->soc) {
        const double own = inverter->soc->value();
        soc = soc ? std::min(*soc, own) : own;
        in.soc_reported_ms = std::max(in.soc_reported_ms, to_ms(inverter->reported));
    }
    if (soc) in.soc_permille = milli(*soc);
}

void take_limits(core::UnitIn& in, const std::optional<BmsReading>& bms,
                 const InverterLimits& limits) noexcept {
    double discharge = limits.p_discharge_max.value();
    double charge = limits.p_charge_max.value();
    if (bms) {
        discharge = std::min(
            discharge, battery_w(*bms, bms->discharge_limit, bms->discharge_enabled, conversion));
        charge = std::min(charge,
                          battery_w(*bms, bms->charge_limit, bms->charge_enabled, 1 / conversion));
    }
    in.discharge_max_w = whole(discharge);
    in.charge_max_w = whole(charge);
}

}  // namespace

std::int64_t to_ms(Instant t) noexcept {
    return std::chrono::floor<std::chrono::milliseconds>(t.time_since_epoch()).count();
}

core::UnitIn unit_in(const std::optional<InverterReading>& inverter,
                     const std::optional<BmsReading>& bms, const InverterLimits& limits,
                     const core::UnitConfig& unit) {
    core::UnitIn in;
    take_soc(in, inverter, bms);
    take_limits(in, bms, limits);
    if (!inverter) return in;
    in.reported_ms = to_ms(inverter->reported);
    in.p_w = whole(inverter->p.value());
    in.q_var = whole_or_zero(inverter->q.value());
    if (inverter->pv) in.pv_w = std::max(0, whole_or_zero(inverter->pv->value()));
    for (std::size_t phase = 0; phase < core::phase_count; ++phase) {
        if (unit.phase != core::three_phase && unit.phase != phase) continue;
        in.p_phase_w[phase] = whole(inverter->p_phase[phase].value());
        in.v_mv[phase] = std::max(0, whole_or_zero(inverter->v_phase[phase].value(), 1000.0));
    }
    in.connected = inverter->connected;
    in.fault = inverter->fault;
    return in;
}

core::HomeIn home_in(const std::optional<LoadControlReading>& reading, bool carried_out) {
    core::HomeIn in;
    in.carried_out = carried_out;
    if (!reading) return in;
    in.reported_ms = to_ms(reading->reported);
    for (std::size_t tier = 0; tier < core::tier_count; ++tier) {
        in.p_w[tier] = std::max(0, whole_or_zero(reading->p[tier].value()));
        in.closed[tier] = reading->closed[tier];
    }
    return in;
}

core::SiteIn site_in(const std::optional<InterconnectReading>& interconnect,
                     const std::optional<MeterReading>& meter) {
    core::SiteIn in;
    if (meter && std::isfinite(meter->p.value())) {
        in.poi_reported_ms = to_ms(meter->reported);
        in.poi_w = whole(meter->p.value());
    }
    if (!interconnect) return in;
    const InterconnectReading& r = *interconnect;
    in.reported_ms = to_ms(r.reported);
    in.closed = r.closed;
    in.island_stable = r.island_stable;
    in.grid_ok = r.grid_ok;
    in.permit_island = r.permit_island;
    in.permit_reclose = r.permit_reclose;
    in.sync_ok = r.sync_ok;
    in.timer_remaining_ms = whole(to_seconds(r.timer_remaining), 1000.0);
    in.v_grid_mv = milli(r.v_grid.value());
    in.v_island_mv = milli(r.v_island.value());
    // A dead side has no frequency: that is no reason to distrust the report.
    in.f_grid_mhz = whole_or_zero(r.f_grid.value(), 1000.0);
    in.f_island_mhz = whole_or_zero(r.f_island.value(), 1000.0);
    return in;
}

}  // namespace islandbench::dispatch
