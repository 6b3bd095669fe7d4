#include "dispatch/core/orders.hpp"

#include <cstdlib>

#include "dispatch/core/boxes.hpp"

namespace islandbench::dispatch::core {
namespace {

/// It reports, but it is off the bus: it is to come back at rest.
bool out_of_service(const Work& work, std::size_t i) noexcept {
    const Quality q = work.state.units[i].quality;
    const bool fresh = q == Quality::good || q == Quality::held;
    return fresh && (!work.units[i].connected || work.units[i].fault);
}

/// Rounds to the quantum, inside the plan's range; what is lost is carried to the next unit.
std::int32_t quantised(const Work& work, const Box& box, std::int64_t want_w) noexcept {
    const std::int64_t q = std::max(1, work.tuning.quantum_w);
    const std::int64_t half = want_w >= 0 ? q / 2 : -(q / 2);
    const std::int64_t rounded = (want_w + half) / q * q;
    return to_w(std::clamp<std::int64_t>(rounded, box.low_w, box.high_w));
}

/// May the last order stand although the plan has moved a little?
bool may_stand(const Work& work, std::size_t i) noexcept {
    const Box& box = work.box[i];
    const UnitState& unit = work.state.units[i];
    const std::int32_t last = unit.p_set_w;
    const std::int32_t band = work.config.units[i].dead_band_w;
    if (unit.commanded == 0 || std::abs(work.want_w[i] - last) >= band) return false;
    // Zero is no trifle: a battery told to rest must rest.
    if (work.want_w[i] == 0 && last != 0) return false;
    // A battery with nothing to give holds its PV to a dead band below what is seen. What it gives
    // its owner has no such margin.
    const bool sun_alone = box.base_w > 0 && own_use_w(work, i) == 0;
    const std::int32_t most = std::max(box.base_w, 0) + (sun_alone ? band : 0);
    return box.discharge_w > 0 || last <= most;
}

/// Small changes of a group's units that were not ordered; Box::stands tells whose.
struct Trifles {
    std::int64_t waiting_w = 0;  ///< their sum
    /// The largest change down and up, and whose it is.
    std::array<std::int64_t, 2> largest{};
    std::array<std::uint32_t, 2> who{};

    void add(std::uint32_t unit, std::int64_t change) noexcept {
        const std::size_t way = change > 0 ? 1 : 0;
        waiting_w += change;
        if (std::abs(change) <= largest[way]) return;
        largest[way] = std::abs(change);
        who[way] = unit;
    }
    /// The way that the sum goes.
    [[nodiscard]] std::size_t way() const noexcept { return waiting_w > 0 ? 1 : 0; }
};
using TriflesOfGroups = std::array<Trifles, max_groups>;

/// Sums the plan up, rounds all, and lets small changes wait. One pass for all groups, as the fleet
/// may be larger than the processor's caches.
TriflesOfGroups quantise(Work& work) noexcept {
    std::array<std::int64_t, max_groups> carry{};
    TriflesOfGroups trifles;
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        Box& box = work.box[i];
        if (!box.usable) continue;
        work.out.target_w += work.want_w[i];
        const std::int64_t want = work.want_w[i] + carry[box.group];
        work.want_w[i] = quantised(work, box, want);
        carry[box.group] = want - work.want_w[i];
        if (!may_stand(work, i)) continue;
        box.stands = true;
        trifles[box.group].add(static_cast<std::uint32_t>(i),
                               std::int64_t{work.want_w[i]} - work.state.units[i].p_set_w);
    }
    return trifles;
}

/// Gives all that waits in its group to one unit, as far as it can take it and if that is no
/// trifle.
void give_all(Work& work, Trifles& t, std::size_t i) noexcept {
    const std::int32_t last = work.state.units[i].p_set_w;
    const std::int32_t all = quantised(work, work.box[i], last + t.waiting_w);
    work.box[i].stands = false;
    work.want_w[i] = last;
    if (std::abs(all - last) < work.config.units[i].dead_band_w) return;
    work.want_w[i] = all;
    t.waiting_w -= all - last;
}

/// What the ramp may save up while the set-point rests: a dead band, or a second's rise.
void settle_ceiling(Work& work, std::size_t i) noexcept {
    UnitState& unit = work.state.units[i];
    const std::int64_t p_mw = std::int64_t{unit.p_set_w} * 1000;
    const std::int64_t saved = std::int64_t{work.config.units[i].dead_band_w} * 1000;
    unit.ceiling_mw = std::clamp(unit.ceiling_mw, p_mw, p_mw + saved);
    unit.floor_mw = std::clamp(unit.floor_mw, p_mw - saved, p_mw);
}

void order_unit(Work& work, std::size_t i) noexcept {
    UnitState& unit = work.state.units[i];
    if (work.state.fsm == FsmState::init) {
        // Nothing is ordered yet: the first order starts from what the unit does by itself.
        unit.p_set_w = work.units[i].p_w;
        unit.ceiling_mw = std::int64_t{unit.p_set_w} * 1000;
        unit.commanded = 0;
        return;
    }
    if (!work.box[i].usable && !out_of_service(work, i)) return;
    unit.p_set_w = work.box[i].usable ? work.want_w[i] : 0;
    unit.commanded = 1;
    unit.ordered_ms = work.now_ms;
    settle_ceiling(work, i);
}

/// What a follower in the island does without news: its last power, but no more than its energy
/// above the floor lasts an hour for. Charging stops.
std::int32_t hold_last_w(const Work& work, std::size_t i) noexcept {
    const std::int64_t lasting = std::int64_t{work.box[i].above_wh} * work.tuning.hold_last_per_h;
    return to_w(std::clamp<std::int64_t>(work.state.units[i].p_set_w, 0, lasting));
}

UnitOut silent_unit(const Work& work, std::size_t i) noexcept {
    const UnitState& unit = work.state.units[i];
    UnitOut out;
    out.fallback = work.on_grid() ? UnitDefault::zero : UnitDefault::hold_last;
    if (unit.commanded == 0) return out;
    // It still does its last order until that runs out; nothing new is asked of it.
    const bool in_force = work.age(unit.ordered_ms) < work.tuning.valid_ms;
    out.action = UnitAction::set;
    out.p_set_w = in_force || !work.on_grid() ? unit.p_set_w : 0;
    out.p_default_w = work.on_grid() ? 0 : std::max(0, unit.p_set_w);
    return out;
}

UnitOut described(const Work& work, std::size_t i) noexcept {
    const UnitConfig& unit = work.config.units[i];
    UnitOut out;
    if (unit.role == UnitRole::former) out.fallback = UnitDefault::keep_forming;
    if (unit.role == UnitRole::former || !unit.takes_setpoint) return out;
    if (work.state.fsm == FsmState::init) return out;
    if (!work.box[i].usable && !out_of_service(work, i)) return silent_unit(work, i);
    out.action = UnitAction::set;
    out.p_set_w = work.state.units[i].p_set_w;
    out.fallback = work.on_grid() ? UnitDefault::zero : UnitDefault::hold_last;
    out.p_default_w = work.on_grid() ? 0 : hold_last_w(work, i);
    out.respond = work.response_offered && work.state.units[i].armed != 0;
    if (work.state.mode == IslandMode::full && unit.pv_peak_w > 0 && unit.rating_w > 0) {
        const std::int64_t most = std::max(0, out.p_set_w) + unit.dead_band_w;
        out.curtail_permille = to_w(std::min<std::int64_t>(1000, most * 1000 / unit.rating_w + 1));
    }
    return out;
}

}  // namespace

/// The sum of the changes that wait in a group, once it is no trifle, goes to the unit that waits
/// most for it; what that one cannot take goes to the others in turn.
void give_orders(Work& work) noexcept {
    TriflesOfGroups trifles = quantise(work);
    for (Trifles& t : trifles) {
        if (t.largest[t.way()] > 0) give_all(work, t, t.who[t.way()]);
    }
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        if (work.box[i].stands) give_all(work, trifles[work.box[i].group], i);
        order_unit(work, i);
    }
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

void describe_orders(Work& work, std::span<UnitOut> units) noexcept {
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        units[i] = described(work, i);
        units[i].valid_ms = units[i].action == UnitAction::set ? work.tuning.valid_ms : 0;
        work.out.p_set_sum_w += units[i].action == UnitAction::set ? units[i].p_set_w : 0;
    }
}

}  // namespace islandbench::dispatch::core
