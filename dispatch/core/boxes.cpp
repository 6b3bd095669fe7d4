#include "dispatch/core/boxes.hpp"

#include <algorithm>

#include "dispatch/core/tiers.hpp"

namespace islandbench::dispatch::core {
namespace {

bool fresh(const UnitState& unit) noexcept {
    return unit.quality == Quality::good || unit.quality == Quality::held;
}

bool soc_known(const Work& work, const UnitIn& in) noexcept {
    return work.age(in.soc_reported_ms) <= work.tuning.soc_hold_ms;
}

/// Energy between two states of charge, at least 0. A changed limit changes what may be used, never
/// what is stored.
std::int64_t energy_wh(const UnitConfig& unit, std::int32_t from_permille,
                       std::int32_t to_permille) noexcept {
    return permille(unit.capacity_wh, std::max(0, to_permille - from_permille));
}

/// Current of a phase, of the rated current: apparent power over voltage, so that a former whose
/// voltage gives way under overload does not look relieved.
std::int32_t current_permille(std::int64_t p_w, std::int64_t q_var, std::int64_t v_mv,
                              std::int64_t rating_w, std::int64_t nominal_mv) noexcept {
    constexpr std::int64_t most = 9999;
    if (rating_w <= 0) return 0;
    const std::int64_t s_va = root(p_w * p_w + q_var * q_var);
    // A voltage that is not told counts as nominal.
    const std::int64_t v = v_mv == 0 ? nominal_mv : std::max(v_mv, nominal_mv / 10);
    return static_cast<std::int32_t>(std::min(most, s_va * 1000 / rating_w * nominal_mv / v));
}

void add_former(Work& work, std::size_t i, PhaseArray& v_mv, std::int64_t& q_var) noexcept {
    const UnitIn& in = work.units[i];
    const UnitConfig& unit = work.config.units[i];
    Formers& f = work.formers;
    f.rating_w += unit.rating_w;
    if (work.state.units[i].quality == Quality::absent) return;
    f.heard = f.heard || fresh(work.state.units[i]);
    for (std::size_t phase = 0; phase < phase_count; ++phase) {
        f.p_w[phase] += in.p_phase_w[phase];
        v_mv[phase] = std::max(v_mv[phase], in.v_mv[phase]);
    }
    q_var += in.q_var;
    if (!soc_known(work, in)) return;
    const std::int32_t floor = floor_permille(work, i, false);
    const std::int32_t above = in.soc_permille - floor;
    f.above_permille = f.soc_known ? std::min(f.above_permille, above) : above;
    f.soc_known = true;
    f.above_wh += energy_wh(unit, floor, in.soc_permille);
    f.weight_wh += energy_wh(unit, floor + work.tuning.trust_permille, in.soc_permille);
    const std::int64_t room = energy_wh(unit, in.soc_permille, unit.normal_ceiling_permille);
    f.to_full_wh += room;
    f.charge_w += std::min<std::int64_t>(in.charge_max_w, room * work.tuning.empty_fastest_per_h);
}

std::int64_t island_ramp_mw(const Work& work, std::size_t i) noexcept {
    const Tuning& t = work.tuning;
    const bool gentle = work.state.units[i].gentle_ms > 0;
    const std::int64_t permille_per_s =
        gentle ? t.resume_ramp_permille_per_s : t.island_ramp_permille_per_s;
    return work.config.units[i].rating_w * permille_per_s * work.dt_ms / 1000;
}

/// After a silence falling is not free either.
void lower_gently(Work& work, std::size_t i, Box& box) noexcept {
    UnitState& unit = work.state.units[i];
    if (unit.gentle_ms <= 0 || work.on_grid()) {
        unit.gentle_ms = 0;
        return;
    }
    unit.floor_mw -= island_ramp_mw(work, i);
    box.fall_w = to_w(unit.floor_mw / 1000);
    unit.gentle_ms = to_w(std::max<std::int64_t>(0, unit.gentle_ms - work.dt_ms));
}

/// Moves the ramp on: the set-point may rise by so much, falling is free.
void raise_ceiling(Work& work, std::size_t i) noexcept {
    const std::int64_t rating = work.config.units[i].rating_w;
    UnitState& unit = work.state.units[i];
    const FsmState s = work.state.fsm;
    const std::int64_t per_minute = s == FsmState::rejoined
                                        ? work.tuning.rejoin_ramp_permille_per_min
                                        : work.tuning.grid_ramp_permille_per_min;
    const std::int64_t on_grid_mw = rating * per_minute * work.dt_ms / 60000;
    const std::int64_t in_island_mw = island_ramp_mw(work, i);
    unit.ceiling_mw += work.on_grid() ? on_grid_mw : in_island_mw;
    // In the island charging may end at once.
    if (!work.on_grid()) unit.ceiling_mw = std::max<std::int64_t>(unit.ceiling_mw, 0);
}

/// Battery room at the AC side. Near the floor and the ceiling it tapers.
void fill_battery(const Work& work, std::size_t i, Box& box) noexcept {
    const UnitIn& in = work.units[i];
    const UnitConfig& unit = work.config.units[i];
    if (!soc_known(work, in) || in.opted_out) return;
    const std::int32_t keep = floor_permille(work, i, work.on_grid()) + work.tuning.trust_permille;
    const std::int64_t per_h = work.tuning.empty_fastest_per_h;
    box.above_wh = to_w(energy_wh(unit, keep, in.soc_permille));
    box.to_full_wh = to_w(energy_wh(unit, in.soc_permille, unit.normal_ceiling_permille));
    box.discharge_w =
        to_w(std::min({std::int64_t{in.discharge_max_w}, std::int64_t{box.above_wh} * per_h,
                       std::int64_t{unit.rating_w} - box.base_w}));
    box.charge_w =
        to_w(std::min({std::int64_t{in.charge_max_w}, std::int64_t{box.to_full_wh} * per_h,
                       std::int64_t{unit.rating_w} + box.base_w}));
    box.discharge_w = std::max(box.discharge_w, 0);
    box.charge_w = std::max(box.charge_w, 0);
}

/// PV at the AC side. A full unit holds its PV down to its own set-point, so it is asked for a
/// little more than is seen. An empty one keeps a dead band of it: its battery must not help out
/// when a cloud comes.
std::int32_t pv_w(const Work& work, std::size_t i) noexcept {
    const UnitIn& in = work.units[i];
    const UnitConfig& unit = work.config.units[i];
    if (unit.pv_peak_w <= 0) return 0;
    std::int64_t pv = permille(in.pv_w, work.tuning.pv_to_ac_permille);
    const std::int32_t keep = floor_permille(work, i, work.on_grid()) + work.tuning.trust_permille;
    if (in.soc_permille <= keep) {
        pv -= unit.dead_band_w;
    } else if (in.soc_permille >= unit.normal_ceiling_permille && soc_known(work, in)) {
        pv += unit.dead_band_w + permille(unit.rating_w, work.tuning.pv_probe_permille);
    }
    return to_w(std::clamp<std::int64_t>(pv, 0, unit.rating_w));
}

void fill_box(Work& work, std::size_t i) noexcept {
    const UnitIn& in = work.units[i];
    const UnitConfig& unit = work.config.units[i];
    Box& box = work.box[i];
    box = Box{};
    box.group = static_cast<std::uint8_t>(group_of(work, i));
    box.usable = unit.takes_setpoint && unit.role == UnitRole::follower &&
                 fresh(work.state.units[i]) && in.connected && !in.fault;
    if (!box.usable) return;
    raise_ceiling(work, i);
    box.rise_w = to_w(work.state.units[i].ceiling_mw / 1000);
    lower_gently(work, i, box);

    box.base_w = pv_w(work, i);
    fill_battery(work, i, box);
    // Charging that the battery or its owner does not bear is no starting point for a ramp.
    box.rise_w = std::max(box.rise_w, std::min(0, box.base_w - box.charge_w));
}

/// Batteries below their floor serve their owners, as far as the street draws at all: a surplus
/// serves them too.
void serve_owners(Work& work) noexcept {
    if (!islanded(work.state.fsm) || work.state.balancing == 0) return;
    std::int64_t left = 0;
    std::int64_t asked = 0;
    for (const PhaseState& phase : work.state.phases) left += phase.load_mw / 1000;
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        const Box& box = work.box[i];
        if (!box.usable) continue;
        left -= box.base_w;
        asked += own_use_w(work, i);
    }
    for (std::size_t i = 0; i < work.unit_count() && left > 0 && asked > 0; ++i) {
        Box& box = work.box[i];
        if (!box.usable) continue;
        const std::int64_t own = own_use_w(work, i) * std::min(left, asked) / asked;
        box.base_w = to_w(std::min<std::int64_t>(work.config.units[i].rating_w, box.base_w + own));
    }
}

}  // namespace

std::int32_t floor_permille(const Work& work, std::size_t i, bool on_grid) noexcept {
    const UnitConfig& unit = work.config.units[i];
    if (on_grid) {
        // What was charged for a storm is given back, and no more.
        const bool returns = work.state.services.storm == StormState::returning;
        const std::int32_t before = returns ? work.state.units[i].storm_soc_permille : 0;
        return std::max({unit.owner_reserve_permille, unit.normal_floor_permille, before});
    }
    if (work.state.released != 0 && unit.emergency_release) return unit.technical_floor_permille;
    const std::int32_t at_start = work.state.units[i].event_soc_permille;
    const std::int32_t event = at_start < 0 ? 0 : at_start - unit.event_dod_permille;
    return std::max(unit.island_floor_permille, event);
}

std::int32_t own_use_w(const Work& work, std::size_t i) noexcept {
    const UnitConfig& unit = work.config.units[i];
    const UnitIn& in = work.units[i];
    const std::size_t home = static_cast<std::size_t>(unit.home);
    if (unit.home < 0 || home >= work.homes.size() || !islanded(work.state.fsm)) return 0;
    const std::int32_t trust = work.tuning.trust_permille;
    const bool lends = in.soc_permille > floor_permille(work, i, false) + trust;
    if (lends || in.soc_permille <= unit.technical_floor_permille + trust) return 0;
    if (!soc_known(work, in) || !home_fresh(work, home)) return 0;
    std::int64_t drawn = 0;
    for (const std::int32_t w : work.homes[home].p_w) drawn += std::max(0, w);
    const std::int64_t most = std::max(0, std::min(in.discharge_max_w, unit.rating_w));
    return to_w(std::clamp<std::int64_t>(drawn - pv_w(work, i), 0, most));
}

void sum_formers(Work& work) noexcept {
    PhaseArray v_mv{};
    std::int64_t q_var = 0;
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        if (work.config.units[i].role == UnitRole::former) add_former(work, i, v_mv, q_var);
    }
    Formers& f = work.formers;
    for (std::size_t phase = 0; phase < phase_count; ++phase) {
        f.permille[phase] = current_permille(f.p_w[phase], q_var / phase_count, v_mv[phase],
                                             f.phase_rating_w(), work.tuning.nominal_mv);
    }
}

void fill_boxes(Work& work) noexcept {
    for (std::size_t i = 0; i < work.unit_count(); ++i) fill_box(work, i);
    if (work.owners_served) serve_owners(work);
}

Reserve reserve_of(const Work& work) noexcept {
    Reserve reserve;
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        const Box& box = work.box[i];
        if (!box.usable) continue;
        const std::int32_t p_w = work.units[i].p_w;
        reserve.w += std::max(0, box.base_w + box.discharge_w - p_w);
        reserve.largest_unit_w = std::max(reserve.largest_unit_w, p_w);
    }
    if (!work.formers.heard) return reserve;
    const std::int64_t limit =
        permille(work.formers.phase_rating_w(), work.tuning.share_limit_permille);
    for (const std::int32_t p : work.formers.p_w) {
        reserve.w += std::clamp<std::int64_t>(limit - p, 0, 2 * limit);
    }
    return reserve;
}

std::int64_t room_on_phase_w(const Work& work, std::size_t phase) noexcept {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        const Box& box = work.box[i];
        if (!box.usable || box.group != phase) continue;
        sum += std::max(0, box.base_w + box.discharge_w - work.units[i].p_w);
    }
    return sum;
}

bool headroom_suffices(const Work& work, const Reserve& reserve) noexcept {
    std::int32_t tier_w = 0;
    for (std::size_t h = 0; h < work.homes.size(); ++h) {
        for (const std::int32_t w : work.state.homes[h].peak_w) tier_w = std::max(tier_w, w);
    }
    std::int64_t given_w = 0;
    for (const std::int32_t w : work.formers.p_w) given_w += w;
    return work.formers.rating_w - given_w >= std::int64_t{reserve.largest_unit_w} + tier_w;
}

}  // namespace islandbench::dispatch::core
