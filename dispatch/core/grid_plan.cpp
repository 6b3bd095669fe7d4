#include "dispatch/core/branches.hpp"
#include "dispatch/core/plans.hpp"

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
    const bool any = t.export_limit_w != no_limit_w || t.import_limit_w != no_limit_w;
    return {-std::max<std::int64_t>(0, t.export_limit_w - band),
            std::max<std::int64_t>(0, t.import_limit_w - band), any && s == FsmState::grid};
}

/// Gain of the integrator, permille. With a reading d steps old, x <- x - k e overshoots above
/// d^d / (d+1)^(d+1); 1 / (4 (d+1)) stays below that for every d.
std::int64_t gain_permille(const Work& work) noexcept {
    const std::int64_t period = std::max<std::int64_t>(1, work.dt_ms);
    const std::int64_t delay = 1 + work.age(work.site.poi_reported_ms) / period;
    return 1000 / (4 * (std::min<std::int64_t>(delay, 100) + 1));
}

/// How far the units together can go up (batteries) and down (batteries, then curtailment).
struct Room {
    std::int64_t up_w = 0, down_w = 0, base_w = 0;
};

/// From base down: the battery takes what it can, PV is curtailed to nothing at most.
std::int32_t down_w(const Box& box) noexcept {
    return std::max(box.charge_w, box.base_w);
}

Room room_of(const Work& work) noexcept {
    Room room;
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        const Box& box = work.box[i];
        if (!box.usable) continue;
        room.up_w += box.discharge_w;
        room.down_w += down_w(box);
        room.base_w += box.base_w;
    }
    return room;
}

/// Moves the one integrator of the metering point; positive asks the units for more power.
void move_trim(Work& work, const Room& room) noexcept {
    State& state = work.state;
    const FlowLimits limits = flow_limits(work);
    if (!limits.any) {
        state.trim_mw = 0;
        return;
    }
    if (work.age(work.site.poi_reported_ms) > work.tuning.blind_ms) {
        // Blind: what is fed in must fit the export limit even if nobody uses anything.
        state.trim_mw =
            std::clamp<std::int64_t>(-limits.low_w - room.base_w, -room.down_w, 0) * 1000;
        return;
    }
    if (!work.new_poi) return;
    const std::int64_t flow = work.site.poi_w;
    if (-flow > work.tuning.export_limit_w || flow > work.tuning.import_limit_w) {
        work.alarm(Alarm::import_export);
    }
    // An active trim stays until the flow is off the limit it guards without it.
    std::int64_t error = flow - std::clamp(flow, limits.low_w, limits.high_w);
    if (state.trim_mw < 0) error = flow - limits.low_w;
    if (state.trim_mw > 0) error = flow - limits.high_w;
    const std::int64_t next = state.trim_mw + error * gain_permille(work);
    const bool crosses = (state.trim_mw < 0 && next > 0) || (state.trim_mw > 0 && next < 0);
    state.trim_mw = crosses ? 0 : std::clamp(next, -room.down_w * 1000, room.up_w * 1000);
}

/// Below the owner's reserve a unit charges slowly, but not right after the grid came.
std::int32_t charge_w(Work& work, std::size_t i) noexcept {
    const UnitIn& in = work.units[i];
    const UnitConfig& unit = work.config.units[i];
    UnitState& state = work.state.units[i];
    const std::int32_t short_of = unit.owner_reserve_permille - in.soc_permille;
    if (short_of <= 0) state.charging = 0;
    if (short_of > work.tuning.charge_hysteresis_permille) state.charging = 1;
    const bool settled_in = work.state.fsm == FsmState::grid &&
                            work.now_ms - work.state.entered_ms >= work.tuning.charge_delay_ms;
    if (state.charging == 0 || !settled_in || work.state.trim_mw > 0) return 0;
    const std::int64_t slow = permille(unit.rating_w, work.tuning.charge_permille);
    return to_w(std::min<std::int64_t>(slow, work.box[i].charge_w));
}

/// Shares the trim: up by energy above the reserve, down by room to the ceiling.
void share_trim(Work& work, std::span<const BranchLimit> branches) noexcept {
    const std::int64_t trim = work.state.trim_mw / 1000;
    const std::array<GroupBounds, max_groups> groups;
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        const Box& box = work.box[i];
        // What it charges already is no room any more.
        const std::int32_t charging = box.base_w - work.want_w[i];
        const std::int32_t cap = trim > 0 ? box.discharge_w : std::max(0, down_w(box) - charging);
        const std::int64_t weight =
            trim > 0 ? box.above_wh : std::int64_t{box.to_full_wh} + box.base_w;
        work.shares[i] = share_of(work, i, box.usable ? cap : 0, weight);
    }
    split(work.shares, groups, branches, Share{}, std::abs(trim), work.parts,
          work.state.scratch.split);
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        work.want_w[i] += trim > 0 ? work.parts[i] : -work.parts[i];
    }
}

}  // namespace

void plan_grid(Work& work) noexcept {
    move_trim(work, room_of(work));
    const std::span<const BranchLimit> branches = bound_branches(work, work.state.trim_mw <= 0);
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        const Box& box = work.box[i];
        if (box.usable) work.want_w[i] = box.base_w - take_room(work, i, charge_w(work, i));
    }
    if (work.state.trim_mw != 0) share_trim(work, branches);
    work.state.settled = 1;
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        Box& box = work.box[i];
        if (!box.usable) continue;
        const std::int32_t close = work.config.units[i].dead_band_w;
        if (work.want_w[i] > box.rise_w + close) work.state.settled = 0;
        work.want_w[i] = std::min(work.want_w[i], box.rise_w);
        const bool gives = work.state.trim_mw > 0;
        box.low_w = std::min(box.base_w - down_w(box), work.want_w[i]);
        box.high_w = std::min(box.rise_w, box.base_w + (gives ? box.discharge_w : 0));
        box.high_w = std::max(box.high_w, box.low_w);
    }
}

}  // namespace islandbench::dispatch::core
