#include "dispatch/core/freshness.hpp"

#include <algorithm>

namespace islandbench::dispatch::core {
namespace {

/// Reports from the future are no reports; a clock may differ by this much.
constexpr std::int64_t clock_slack_ms = 1000;

bool from_the_past(std::int64_t reported_ms, std::int64_t now_ms) noexcept {
    return reported_ms <= now_ms + clock_slack_ms;  // never_reported is before all times
}

bool fresh(Quality quality) noexcept {
    return quality == Quality::good || quality == Quality::held;
}

/// From here its ramp starts: from what it does.
void restart(UnitState& unit, const UnitIn& in) noexcept {
    unit.p_set_w = in.p_w;
    unit.ceiling_mw = unit.floor_mw = std::int64_t{in.p_w} * 1000;
    unit.commanded = 0;
}

void classify_unit(Work& work, const Unit& of) noexcept {
    const UnitIn& in = of.in;
    const UnitConfig& config = of.config;
    UnitState& unit = of.state;
    const bool was_fresh = fresh(unit.quality);
    const bool another = in.id != 0 && in.id != config.id;
    const bool nobody = unit.barred != 0 || config.phase > three_phase;
    if (another || nobody || !plausible(in, config, work.tuning, work.now_ms)) {
        work.alarm(Alarm::bad_input);
        unit.quality = Quality::absent;  // none of its numbers is used
        return;
    }
    const bool is_new = in.reported_ms > unit.reported_ms;
    if (is_new) unit.reported_ms = in.reported_ms;
    unit.quality = quality_of(work.age(in.reported_ms), config.report_period_ms, config.hold_ms,
                              work.tuning.absent_ms);
    if (fresh(unit.quality) && !was_fresh) {
        restart(unit, in);
        unit.gentle_ms = islanded(work.before) ? work.tuning.resume_ms : 0;
    }
    if (!fresh(unit.quality)) work.alarm(Alarm::unit_lost);
    if (config.role == UnitRole::former && fresh(unit.quality)) {
        work.formers.new_report |= is_new;
        work.state.former_ms = std::max(work.state.former_ms, in.reported_ms);
    }
}

}  // namespace

Quality quality_of(std::int64_t age_ms, std::int32_t period_ms, std::int32_t hold_ms,
                   std::int32_t absent_ms) noexcept {
    if (age_ms > absent_ms) return Quality::absent;
    if (age_ms > hold_ms) return Quality::stale;
    return age_ms <= 2 * std::int64_t{period_ms} ? Quality::good : Quality::held;
}

bool plausible(const UnitIn& in, const UnitConfig& unit, const Tuning& tuning,
               std::int64_t now_ms) noexcept {
    const Window power{-4 * unit.rating_w - 1000, 4 * unit.rating_w + 1000};
    const Window charge{0, 1000};
    const Window voltage{0, 2 * tuning.nominal_mv};
    bool ok = power.holds(in.p_w) && power.holds(in.q_var) && charge.holds(in.soc_permille) &&
              in.pv_w >= 0 && in.charge_max_w >= 0 && in.discharge_max_w >= 0 &&
              from_the_past(in.reported_ms, now_ms) && from_the_past(in.soc_reported_ms, now_ms);
    for (int phase = 0; phase < phase_count; ++phase) {
        ok = ok && power.holds(in.p_phase_w[phase]) && voltage.holds(in.v_mv[phase]);
    }
    return ok;
}

bool plausible(const SiteIn& in, const Tuning& tuning) noexcept {
    const Window voltage{0, 2 * tuning.nominal_mv};
    const Window frequency{0, 100000};
    return voltage.holds(in.v_grid_mv) && voltage.holds(in.v_island_mv) &&
           frequency.holds(in.f_grid_mhz) && frequency.holds(in.f_island_mhz) &&
           from_the_past(in.reported_ms, in.now_ms) && in.timer_remaining_ms >= 0 &&
           !(in.closed && in.island_stable);
}

void classify(Work& work, Part part) noexcept {
    each_unit(work, part, [&work](const Unit& unit, std::size_t) { classify_unit(work, unit); });
}

void classify_site(Work& work) noexcept {
    const SiteIn& site = work.site;
    State& state = work.state;
    if (!plausible(site, work.tuning)) {
        work.alarm(Alarm::bad_input);
        return;
    }
    work.new_interconnect = site.reported_ms > state.interconnect_ms;
    if (work.new_interconnect) state.interconnect_ms = site.reported_ms;
    work.new_poi = site.poi_reported_ms > state.poi_ms;
    if (!work.new_poi) return;
    const std::int64_t flow_mw = std::int64_t{site.poi_w} * 1000;
    const bool forgotten = since(site.poi_reported_ms, state.poi_ms) > work.tuning.blind_ms;
    state.tie_mw =
        forgotten ? flow_mw
                  : state.tie_mw + (flow_mw - state.tie_mw) / std::max(1, work.tuning.tie_readings);
    state.poi_ms = site.poi_reported_ms;
}

}  // namespace islandbench::dispatch::core
