#include "dispatch/core/orders.hpp"

#include <cstdlib>

#include "dispatch/core/boxes.hpp"

namespace islandbench::dispatch::core {
namespace {

/// It reports, but it is off the bus: it is to come back at rest.
bool out_of_service(const Unit& unit) noexcept {
    const Quality q = unit.state.quality;
    const bool fresh = q == Quality::good || q == Quality::held;
    return fresh && (!unit.in.connected || unit.in.fault);
}

std::int64_t quantum_w(const Work& work) noexcept {
    return std::max(1, work.tuning.quantum_w);
}

/// Rounds to the quantum, inside the plan's range; what is lost is carried to the next unit.
std::int32_t quantised(const Work& work, const Box& box, std::int64_t want_w) noexcept {
    const std::int64_t q = quantum_w(work);
    const std::int64_t half = want_w >= 0 ? q / 2 : -(q / 2);
    const std::int64_t rounded = (want_w + half) / q * q;
    return static_cast<std::int32_t>(std::clamp<std::int64_t>(rounded, box.low_w, box.high_w));
}

/// May the last order stand although the plan has moved a little?
bool may_stand(const Work& work, std::size_t i, const Box& box, std::int32_t want_w) noexcept {
    const std::int32_t last = box.last_w;
    if (!box.in_force || std::abs(want_w - last) >= box.band_w) return false;
    // Zero is no trifle: a battery told to rest must rest.
    if (want_w == 0 && last != 0) return false;
    if (box.discharge_w > 0) return true;
    // A battery with nothing to give holds its PV to a dead band below what is seen. What it gives
    // its owner has no such margin.
    const bool sun_alone = box.base_w > 0 && own_use_w(work, work.unit(i)) == 0;
    return last <= std::max(box.base_w, 0) + (sun_alone ? box.band_w : 0);
}

/// Gives all that waits in its group to one unit, as far as it can take it and if that is no
/// trifle; its new set-point.
std::int32_t give_all(const Work& work, Trifles& t, Box& box) noexcept {
    const std::int32_t last = box.last_w;
    box.stands = false;
    // The usual case: so little waits that rounding makes no more than a trifle of it.
    if (std::abs(t.waiting_w) + quantum_w(work) < box.band_w) return last;
    const std::int32_t all = quantised(work, box, last + t.waiting_w);
    if (std::abs(all - last) < box.band_w) return last;
    t.waiting_w -= all - last;
    return all;
}

/// What the ramp may save up while the set-point rests: a dead band, or a second's rise.
void settle_ceiling(const Unit& unit) noexcept {
    UnitState& state = unit.state;
    const std::int64_t p_mw = std::int64_t{state.p_set_w} * 1000;
    const std::int64_t saved = std::int64_t{unit.config.dead_band_w} * 1000;
    state.ceiling_mw = std::clamp(state.ceiling_mw, p_mw, p_mw + saved);
    state.floor_mw = std::clamp(state.floor_mw, p_mw - saved, p_mw);
}

void order_unit(const Work& work, const Unit& unit, std::int32_t want_w) noexcept {
    UnitState& state = unit.state;
    if (work.state.fsm == FsmState::init) {
        // Nothing is ordered yet: the first order starts from what the unit does by itself.
        state.p_set_w = unit.in.p_w;
        state.ceiling_mw = std::int64_t{state.p_set_w} * 1000;
        state.commanded = 0;
        return;
    }
    const bool usable = unit.box.usable;
    if (!usable && !out_of_service(unit)) return;
    state.p_set_w = usable ? want_w : 0;
    state.commanded = 1;
    state.ordered_ms = work.now_ms;
    settle_ceiling(unit);
}

/// What a follower in the island does without news: its last power, but no more than its energy
/// above the floor lasts an hour for. Charging stops.
std::int32_t hold_last_w(const Work& work, const Unit& unit) noexcept {
    const std::int64_t lasting = std::int64_t{unit.box.above_wh} * work.tuning.hold_last_per_h;
    return to_w(std::clamp<std::int64_t>(unit.state.p_set_w, 0, lasting));
}

void describe_silent(const Work& work, const UnitState& unit, bool on_grid, UnitOut& out) noexcept {
    if (unit.commanded == 0) return;
    // It still does its last order until that runs out; nothing new is asked of it.
    const bool in_force = work.age(unit.ordered_ms) < work.tuning.valid_ms;
    out.action = UnitAction::set;
    out.p_set_w = in_force || !on_grid ? unit.p_set_w : 0;
    out.p_default_w = on_grid ? 0 : std::max(0, unit.p_set_w);
}

/// Written where it belongs: a copy of what was just written in pieces would have to wait for them.
void describe(const Work& work, const Unit& unit, bool on_grid, UnitOut& out) noexcept {
    const UnitConfig& config = unit.config;
    out = UnitOut{};
    if (config.role == UnitRole::former) out.fallback = UnitDefault::keep_forming;
    if (config.role == UnitRole::former || !config.takes_setpoint) return;
    if (work.state.fsm == FsmState::init) return;
    out.fallback = on_grid ? UnitDefault::zero : UnitDefault::hold_last;
    if (!unit.box.usable && !out_of_service(unit)) {
        describe_silent(work, unit.state, on_grid, out);
        return;
    }
    out.action = UnitAction::set;
    out.p_set_w = unit.state.p_set_w;
    out.p_default_w = on_grid ? 0 : hold_last_w(work, unit);
    out.respond = work.response_offered && unit.state.armed != 0;
    if (work.state.mode == IslandMode::full && config.pv_peak_w > 0 && config.rating_w > 0) {
        const std::int64_t most = std::max(0, out.p_set_w) + config.dead_band_w;
        out.curtail_permille =
            to_w(std::min<std::int64_t>(1000, most * 1000 / config.rating_w + 1));
    }
}

}  // namespace

/// Sums the plan up, rounds all, and lets small changes wait: for all groups in one pass.
TriflesOfGroups round_plan(Work& work, Settle settle) noexcept {
    std::array<std::int64_t, max_groups> carry{};
    TriflesOfGroups trifles;
    std::int64_t target_w = 0;
    std::int32_t* const want_w = work.want_w.data();
    in_parts(work.unit_count(), [&](Part units) {
        settle(work, units);
        each_box(work, units, [&](Box& box, std::size_t i) {
            if (!box.usable) return;
            target_w += want_w[i];
            const std::int64_t want = want_w[i] + carry[box.group];
            const std::int32_t rounded = quantised(work, box, want);
            want_w[i] = rounded;
            carry[box.group] = want - rounded;
            if (!may_stand(work, i, box, rounded)) return;
            box.stands = true;
            trifles[box.group].add(i, std::int64_t{rounded} - box.last_w);
        });
    });
    work.out.target_w += target_w;
    for (Trifles& t : trifles) {
        const std::uint32_t i = t.who[t.way()];
        if (t.largest[t.way()] > 0) work.want_w[i] = give_all(work, t, work.box[i]);
    }
    return trifles;
}

void give_orders(Work& work, Part part, TriflesOfGroups& trifles) noexcept {
    std::int32_t* const want_w = work.want_w.data();
    each_unit(work, part, [&](const Unit& unit, std::size_t i) {
        if (unit.box.stands) want_w[i] = give_all(work, trifles[unit.box.group], unit.box);
        order_unit(work, unit, want_w[i]);
    });
}

void give_safe_orders(Work& work, std::span<UnitOut> units) noexcept {
    for (std::size_t i = 0; i < units.size(); ++i) {
        units[i] = UnitOut{};
        if (i >= work.unit_count()) continue;
        const UnitConfig& unit = work.config.units[i];
        work.state.units[i].commanded = 0;
        if (unit.role == UnitRole::former) {
            units[i].fallback = UnitDefault::keep_forming;
        } else if (unit.takes_setpoint) {
            units[i].action = UnitAction::release;
        }
    }
    work.out.sync_request = false;
    work.out.island_request = false;
}

void describe_orders(Work& work, Part part, std::span<UnitOut> units) noexcept {
    const bool on_grid = work.on_grid();
    std::int64_t sum_w = 0;
    each_unit(work, part, [&](const Unit& unit, std::size_t i) {
        UnitOut& out = units[i];
        describe(work, unit, on_grid, out);
        if (out.action != UnitAction::set) return;
        out.valid_ms = work.tuning.valid_ms;
        sum_w += out.p_set_w;
    });
    work.out.p_set_sum_w += sum_w;
}

}  // namespace islandbench::dispatch::core
