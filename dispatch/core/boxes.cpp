#include "dispatch/core/boxes.hpp"

#include <algorithm>

#include "dispatch/core/tiers.hpp"

namespace islandbench::dispatch::core {
namespace {

bool fresh(const UnitState& unit) noexcept {
    return unit.quality == Quality::good || unit.quality == Quality::held;
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

void add_former(Work& work, std::size_t i) noexcept {
    const UnitIn& in = work.units[i];
    const UnitConfig& unit = work.config.units[i];
    Formers& f = work.formers;
    f.rating_w += unit.rating_w;
    if (work.state.units[i].quality == Quality::absent) return;
    f.heard = f.heard || fresh(work.state.units[i]);
    for (std::size_t phase = 0; phase < phase_count; ++phase) {
        f.p_w[phase] += in.p_phase_w[phase];
        f.v_mv[phase] = std::max(f.v_mv[phase], in.v_mv[phase]);
    }
    f.q_var += in.q_var;
    if (!work.soc_known(in)) return;
    const std::int32_t floor = floor_permille(work, work.unit(i), false);
    const std::int32_t above = in.soc_permille - floor;
    f.above_permille = f.soc_known ? std::min(f.above_permille, above) : above;
    f.soc_known = true;
    f.above_wh += energy_wh(unit, floor, in.soc_permille);
    f.weight_wh += energy_wh(unit, floor + work.tuning.trust_permille, in.soc_permille);
    const std::int64_t room = energy_wh(unit, in.soc_permille, unit.normal_ceiling_permille);
    f.to_full_wh += room;
    f.charge_w += std::min<std::int64_t>(in.charge_max_w, room * work.tuning.empty_fastest_per_h);
}

std::int64_t island_ramp_mw(const Work& work, const Unit& unit) noexcept {
    const Tuning& t = work.tuning;
    const bool gentle = unit.state.gentle_ms > 0;
    const std::int64_t permille_per_s =
        gentle ? t.resume_ramp_permille_per_s : t.island_ramp_permille_per_s;
    return unit.config.rating_w * permille_per_s * work.dt_ms / 1000;
}

std::int64_t grid_ramp_mw(const Work& work, const Unit& unit) noexcept {
    const std::int64_t permille_per_min = work.state.fsm == FsmState::rejoined
                                              ? work.tuning.rejoin_ramp_permille_per_min
                                              : work.tuning.grid_ramp_permille_per_min;
    return unit.config.rating_w * permille_per_min * work.dt_ms / 60000;
}

/// Moves the ramp on: the set-point may rise by so much, falling is free. In the island charging
/// may end at once; but after a silence there, falling is not free either.
void move_ramp(const Work& work, const Unit& unit, bool on_grid, Box& box) noexcept {
    UnitState& state = unit.state;
    const std::int64_t ramp_mw = on_grid ? grid_ramp_mw(work, unit) : island_ramp_mw(work, unit);
    state.ceiling_mw += ramp_mw;
    if (!on_grid) state.ceiling_mw = std::max<std::int64_t>(state.ceiling_mw, 0);
    box.rise_w = to_w(state.ceiling_mw / 1000);
    if (state.gentle_ms <= 0 || on_grid) {
        state.gentle_ms = 0;
        return;
    }
    state.floor_mw -= ramp_mw;
    box.fall_w = to_w(state.floor_mw / 1000);
    state.gentle_ms = to_w(std::max<std::int64_t>(0, state.gentle_ms - work.dt_ms));
}

/// Battery room at the AC side. Near the floor and the ceiling it tapers.
void fill_battery(const Work& work, const Unit& unit, std::int32_t keep_permille,
                  Box& box) noexcept {
    const UnitIn& in = unit.in;
    const UnitConfig& config = unit.config;
    const std::int64_t per_h = work.tuning.empty_fastest_per_h;
    const std::int64_t rating = config.rating_w;
    const std::int64_t base = box.base_w;
    const std::int64_t above = to_w(energy_wh(config, keep_permille, in.soc_permille));
    const std::int64_t to_full =
        to_w(energy_wh(config, in.soc_permille, config.normal_ceiling_permille));
    box.above_wh = static_cast<std::int32_t>(above);
    box.to_full_wh = static_cast<std::int32_t>(to_full);
    const std::int64_t give = std::min<std::int64_t>(in.discharge_max_w, above * per_h);
    const std::int64_t take = std::min<std::int64_t>(in.charge_max_w, to_full * per_h);
    box.discharge_w = std::max(to_w(std::min(give, rating - base)), 0);
    box.charge_w = std::max(to_w(std::min(take, rating + base)), 0);
}

/// PV at the AC side. A full unit holds its PV down to its own set-point, so it is asked for a
/// little more than is seen. An empty one keeps a dead band of it: its battery must not help out
/// when a cloud comes.
std::int32_t pv_w(const Work& work, const Unit& unit, std::int32_t keep_permille) noexcept {
    const UnitIn& in = unit.in;
    const UnitConfig& config = unit.config;
    if (config.pv_peak_w <= 0) return 0;
    std::int64_t pv = permille(in.pv_w, work.tuning.pv_to_ac_permille);
    if (in.soc_permille <= keep_permille) {
        pv -= config.dead_band_w;
    } else if (in.soc_permille >= config.normal_ceiling_permille && work.soc_known(in)) {
        pv += config.dead_band_w + permille(config.rating_w, work.tuning.pv_probe_permille);
    }
    return to_w(std::clamp<std::int64_t>(pv, 0, config.rating_w));
}

/// Written where it belongs: a copy of what was just written in pieces would have to wait for them.
void fill_box(const Work& work, const Unit& unit, bool on_grid) noexcept {
    const UnitIn& in = unit.in;
    const UnitConfig& config = unit.config;
    Box& box = unit.box;
    box = Box{};
    box.group = std::min<std::uint8_t>(config.phase, three_phase);
    box.usable = config.takes_setpoint && config.role == UnitRole::follower && fresh(unit.state) &&
                 in.connected && !in.fault;
    if (!box.usable) return;
    box.in_force = unit.state.commanded != 0;
    box.last_w = unit.state.p_set_w;
    box.band_w = config.dead_band_w;
    move_ramp(work, unit, on_grid, box);

    const std::int32_t keep = floor_permille(work, unit, on_grid) + work.tuning.trust_permille;
    box.base_w = pv_w(work, unit, keep);
    if (work.soc_known(in) && !in.opted_out) fill_battery(work, unit, keep, box);
    // Charging that the battery or its owner does not bear is no starting point for a ramp.
    box.rise_w = std::max(box.rise_w, std::min(0, box.base_w - box.charge_w));
}

}  // namespace

std::int32_t own_use_below_floor_w(const Work& work, const Unit& unit) noexcept {
    const UnitConfig& config = unit.config;
    const UnitIn& in = unit.in;
    const std::size_t home = static_cast<std::size_t>(config.home);
    if (home >= work.homes.size() || !islanded(work.state.fsm)) return 0;
    const std::int32_t trust = work.tuning.trust_permille;
    const std::int32_t keep = floor_permille(work, unit, false) + trust;
    const bool lends = in.soc_permille > keep;
    if (lends || in.soc_permille <= config.technical_floor_permille + trust) return 0;
    if (!work.soc_known(in) || !home_fresh(work, work.home(home))) return 0;
    std::int64_t drawn = 0;
    for (const std::int32_t w : work.homes[home].p_w) drawn += std::max(0, w);
    const std::int64_t most = std::max(0, std::min(in.discharge_max_w, config.rating_w));
    return to_w(std::clamp<std::int64_t>(drawn - pv_w(work, unit, keep), 0, most));
}

void sum_formers(Work& work) noexcept {
    each_former(work, [&work](std::size_t i) { add_former(work, i); });
}

void rate_formers(Work& work) noexcept {
    Formers& f = work.formers;
    for (std::size_t phase = 0; phase < phase_count; ++phase) {
        f.permille[phase] = current_permille(f.p_w[phase], f.q_var / phase_count, f.v_mv[phase],
                                             f.phase_rating_w(), work.tuning.nominal_mv);
    }
}

void restart_ramps(Work& work, Part part) noexcept {
    if (work.state.fsm != FsmState::rejoined || work.before == FsmState::rejoined) return;
    each_unit(work, part, [](const Unit& unit, std::size_t) {
        unit.state.ceiling_mw = std::int64_t{unit.in.p_w} * 1000;
    });
}

void fill_boxes(Work& work, Part part) noexcept {
    const bool on_grid = work.on_grid();
    each_unit(work, part,
              [&work, on_grid](const Unit& unit, std::size_t) { fill_box(work, unit, on_grid); });
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
        asked += own_use_w(work, work.unit(i));
    }
    for (std::size_t i = 0; i < work.unit_count() && left > 0 && asked > 0; ++i) {
        Box& box = work.box[i];
        if (!box.usable) continue;
        const std::int64_t own = own_use_w(work, work.unit(i)) * std::min(left, asked) / asked;
        box.base_w = to_w(std::min<std::int64_t>(work.config.units[i].rating_w, box.base_w + own));
    }
}

void add_reserve(Work& work, Part part) noexcept {
    Reserve reserve = work.reserve;
    each_unit(work, part, [&reserve](const Unit& unit, std::size_t) {
        if (!unit.box.usable) return;
        const std::int32_t p_w = unit.in.p_w;
        reserve.w += std::max(0, unit.box.base_w + unit.box.discharge_w - p_w);
        reserve.largest_unit_w = std::max(reserve.largest_unit_w, p_w);
    });
    work.reserve = reserve;
}

void add_formers_reserve(Work& work) noexcept {
    if (!work.formers.heard) return;
    const std::int64_t limit =
        permille(work.formers.phase_rating_w(), work.tuning.share_limit_permille);
    for (const std::int32_t p : work.formers.p_w) {
        work.reserve.w += std::clamp<std::int64_t>(limit - p, 0, 2 * limit);
    }
}

void find_largest_tier(Work& work, Part part) noexcept {
    std::int32_t tier_w = work.reserve.largest_tier_w;
    each_home(work, part, [&tier_w](const Home& home, std::size_t) {
        for (const std::int32_t w : home.state.peak_w) tier_w = std::max(tier_w, w);
    });
    work.reserve.largest_tier_w = tier_w;
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

bool headroom_suffices(const Work& work) noexcept {
    std::int64_t given_w = 0;
    for (const std::int32_t w : work.formers.p_w) given_w += w;
    return work.formers.rating_w - given_w >=
           std::int64_t{work.reserve.largest_unit_w} + work.reserve.largest_tier_w;
}

}  // namespace islandbench::dispatch::core
