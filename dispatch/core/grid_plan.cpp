#include "dispatch/core/branches.hpp"
#include "dispatch/core/plans.hpp"
#include "dispatch/core/services.hpp"
#include "dispatch/core/unseen.hpp"

#include <cstdlib>

namespace islandbench::dispatch::core {
namespace {

/// The flow at the interconnect is to be inside low..high (positive = import).
struct FlowLimits {
    std::int64_t low_w = 0, high_w = 0;
    bool any = false;
};

/// Limits less a dead band, so that the limit itself holds while the control rests: the formers'
/// islanding probe alone moves the flow by some per cent of their rating.
FlowLimits flow_limits(const Work& work) noexcept {
    const Tuning& t = work.tuning;
    const FsmState s = work.state.fsm;
    if (s == FsmState::prepare_island || s == FsmState::opening) {
        const std::int64_t idle = tie_idle_w(work);
        return {-idle / 2, idle / 2, true};
    }
    const std::int64_t band = permille(work.formers.rating_w, t.grid_dead_band_permille);
    const std::int64_t aim = import_aim_w(work);
    const bool returns = work.state.services.storm == StormState::returning;
    FlowLimits limits;
    limits.low_w = -std::max<std::int64_t>(0, t.export_limit_w - band);
    // A peak is a mean over minutes: the probe is no part of it.
    limits.high_w = std::min(std::max<std::int64_t>(0, t.import_limit_w - band), aim);
    // What was charged for a storm goes to the street, not beyond it.
    if (returns) limits.high_w = std::min(limits.high_w, band);
    limits.any = (t.export_limit_w != no_limit_w || t.import_limit_w != no_limit_w ||
                  aim != no_limit_w || returns) &&
                 s == FsmState::grid;
    return limits;
}

/// Gain of the integrator, permille. With a reading d steps old, x <- x - k e overshoots above
/// d^d / (d+1)^(d+1); 1 / (4 (d+1)) stays below that for every d. Of an age that is counted on
/// (unseen.hpp) the delay is none: one sample stays, for what nobody can tell.
std::int64_t gain_permille(const Work& work) noexcept {
    const std::int64_t period = std::max<std::int64_t>(1, work.dt_ms);
    const std::int64_t age = work.age(work.site.poi_reported_ms);
    const std::int64_t delay = 1 + permille(age, 1000 - work.tuning.predict_permille) / period;
    return 1000 / (4 * (std::min<std::int64_t>(delay, 100) + 1));
}

/// How far the units together can go up (batteries) and down (batteries, then curtailment).
struct Room {
    std::int64_t up_w = 0, down_w = 0, base_w = 0;
    FlowSums flow;
};

/// From the plan up: charging can end, and the battery can give unless it is kept for a storm.
std::int32_t up_w(const Work& work, std::size_t i) noexcept {
    const Box& box = work.box[i];
    const std::int32_t most = box.base_w + (saved_for_storm(work) ? 0 : box.discharge_w);
    return std::max(0, most - work.want_w[i]);
}

/// From base down: the battery takes what it can, PV is curtailed to nothing at most.
std::int32_t down_w(const Box& box) noexcept {
    return std::max(box.charge_w, box.base_w);
}

Room room_of(const Work& work) noexcept {
    Room room;
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        const Box& box = work.box[i];
        room.flow.add(work, i);
        if (!box.usable) continue;
        room.up_w += up_w(work, i);
        room.down_w += down_w(box);
        room.base_w += box.base_w;
    }
    return room;
}

/// Moves the one integrator of the metering point; positive asks the units for more power.
void move_trim(Work& work, const Room& room) noexcept {
    State& state = work.state;
    const FlowLimits limits = flow_limits(work);
    const std::int64_t unseen = unseen_w(work, room.flow);
    if (!limits.any) {
        state.trim_mw = 0;
        return;
    }
    if (work.age(work.site.poi_reported_ms) > work.config.services.limit_blind_ms) {
        // Blind: what is fed in must fit the export limit even if nobody uses anything.
        state.trim_mw =
            std::clamp<std::int64_t>(-limits.low_w - room.base_w, -room.down_w, 0) * 1000;
        return;
    }
    if (!work.new_poi) return;
    const std::int64_t seen = work.site.poi_w;
    if (-seen > work.tuning.export_limit_w || seen > work.tuning.import_limit_w) {
        work.alarm(Alarm::import_export);
    }
    // As it will be when all that was ordered has been done.
    const std::int64_t flow = seen - permille(unseen, work.tuning.predict_permille);
    // An active trim stays until the flow is off the limit it guards without it.
    std::int64_t error = flow - std::clamp(flow, limits.low_w, limits.high_w);
    if (state.trim_mw < 0) error = flow - limits.low_w;
    if (state.trim_mw > 0) error = flow - limits.high_w;
    const std::int64_t next = state.trim_mw + error * gain_permille(work);
    const bool crosses = (state.trim_mw < 0 && next > 0) || (state.trim_mw > 0 && next < 0);
    state.trim_mw = crosses ? 0 : std::clamp(next, -room.down_w * 1000, room.up_w * 1000);
}

/// On the grid for so long that services may begin.
bool settled_in(const Work& work) noexcept {
    return work.state.fsm == FsmState::grid &&
           work.now_ms - work.state.entered_ms >= work.tuning.charge_delay_ms;
}

/// Below the owner's reserve a unit charges slowly, but not right after the grid came.
std::int32_t reserve_charge_w(Work& work, std::size_t i) noexcept {
    const UnitIn& in = work.units[i];
    const UnitConfig& unit = work.config.units[i];
    UnitState& state = work.state.units[i];
    const std::int32_t short_of = unit.owner_reserve_permille - in.soc_permille;
    if (short_of <= 0) state.charging = 0;
    if (short_of > work.tuning.charge_hysteresis_permille) state.charging = 1;
    if (state.charging == 0 || work.state.trim_mw > 0) return 0;
    const std::int64_t slow = permille(unit.rating_w, work.tuning.charge_permille);
    return to_w(std::min<std::int64_t>(slow, work.box[i].charge_w));
}

/// Of what all would charge for a storm, so much as fits under the limit of import beside what the
/// street uses: charging begins at the limit, not beyond it.
std::int64_t storm_share_permille(const Work& work) noexcept {
    const FlowLimits limits = flow_limits(work);
    if (!limits.any || !saved_for_storm(work)) return 1000;
    std::int64_t wish = 0;
    std::int64_t import = work.site.poi_w;  // with every battery at rest
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        if (!work.box[i].usable) continue;
        wish += storm_charge_w(work, i);
        import += std::int64_t{work.units[i].p_w} - work.box[i].base_w;
    }
    if (wish == 0) return 1000;
    return std::clamp<std::int64_t>((limits.high_w - import) * 1000 / wish, 0, 1000);
}

/// Cuts what units wish to charge, in parts, to the room on their cables. There it is shared by the
/// energy that they lack to full, so that where one stands in the list decides nothing.
void share_room(Work& work, std::span<const BranchLimit> branches) noexcept {
    const std::array<GroupBounds, max_groups> groups;
    std::int64_t wish = 0;
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        wish += work.parts[i];
        work.shares[i] = share_of(work, i, work.parts[i], work.box[i].to_full_wh);
    }
    split(work.shares, groups, branches, Share{}, wish, work.parts, work.state.scratch.split);
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        work.parts[i] = take_room(work, i, work.parts[i]);
    }
}

/// What each unit does before any limit is looked at: PV, less what its battery charges for its
/// owner's reserve or for a storm, or what brings it into the corridor of the frequency response.
void plan_units(Work& work, std::span<const BranchLimit> branches) noexcept {
    const std::int64_t share = storm_share_permille(work);
    const bool begins = settled_in(work);
    std::int64_t behind_cables = 0;
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        const Box& box = work.box[i];
        work.parts[i] = 0;
        if (!box.usable) continue;
        const std::int32_t reserve = reserve_charge_w(work, i);
        const std::int32_t storm = to_w(permille(storm_charge_w(work, i), share));
        const std::int32_t drift = corridor_w(work, i);
        const std::int32_t charge = std::max({reserve, storm, -drift});
        work.want_w[i] = box.base_w;
        if (!begins) continue;
        work.parts[i] = charge;
        const bool free = work.config.units[i].branch == 0;
        behind_cables += free ? 0 : charge;
        // A cable's room is for limits first.
        if (charge == 0 && free) work.want_w[i] += std::max(0, drift);
    }
    if (behind_cables > 0) share_room(work, branches);
    for (std::size_t i = 0; i < work.unit_count(); ++i) work.want_w[i] -= work.parts[i];
}

/// Shares the trim: up by energy above the reserve, down by room to the ceiling.
void share_trim(Work& work, std::span<const BranchLimit> branches) noexcept {
    const std::int64_t trim = work.state.trim_mw / 1000;
    const std::array<GroupBounds, max_groups> groups;
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        const Box& box = work.box[i];
        // What it charges already is no room any more.
        const std::int32_t charging = box.base_w - work.want_w[i];
        const std::int32_t cap = trim > 0 ? up_w(work, i) : std::max(0, down_w(box) - charging);
        const std::int64_t weight = trim > 0 ? std::int64_t{box.above_wh} + std::max(0, charging)
                                             : std::int64_t{box.to_full_wh} + box.base_w;
        work.shares[i] = share_of(work, i, box.usable ? cap : 0, weight);
    }
    split(work.shares, groups, branches, Share{}, std::abs(trim), work.parts,
          work.state.scratch.split);
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        work.want_w[i] += trim > 0 ? work.parts[i] : -work.parts[i];
    }
}

/// Fixes set-points and ranges inside the ramps, and notes what those hold back.
void settle_on_grid(Work& work, Part units) noexcept {
    each_unit(work, units, [&work](const Unit& unit, std::size_t i) {
        Box& box = unit.box;
        if (!box.usable) return;
        const std::int32_t close = unit.config.dead_band_w;
        work.state.flow.held_back_w += std::max(0, work.want_w[i] - box.rise_w);
        if (work.want_w[i] > box.rise_w + close) work.state.settled = 0;
        work.want_w[i] = std::min(work.want_w[i], box.rise_w);
        const bool gives = work.state.trim_mw > 0 || work.want_w[i] > box.base_w;
        box.low_w = std::min(box.base_w - down_w(box), work.want_w[i]);
        box.high_w = std::min(box.rise_w, box.base_w + (gives ? box.discharge_w : 0));
        box.high_w = std::max(box.high_w, box.low_w);
    });
}

}  // namespace

Settle plan_grid(Work& work) noexcept {
    if (work.state.services.limit == LimitState::locked) {
        work.state.trim_mw = 0;
        forget_flow(work.state);
        // Charging ends at once, too.
        work.relief.fill(true);
        work.state.settled = 1;
        return plan_rest(work);
    }
    std::span<const BranchLimit> branches = bound_branches(work, true);
    plan_units(work, branches);
    move_trim(work, room_of(work));
    if (work.state.trim_mw > 0) branches = bound_branches(work, false);
    if (work.state.trim_mw != 0) share_trim(work, branches);
    work.state.settled = 1;
    work.state.flow.held_back_w = 0;
    return settle_on_grid;
}

}  // namespace islandbench::dispatch::core
