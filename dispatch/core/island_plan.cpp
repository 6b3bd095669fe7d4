#include "dispatch/core/branches.hpp"
#include "dispatch/core/plans.hpp"
#include "dispatch/core/working_set.hpp"

namespace islandbench::dispatch::core {
namespace {

std::int32_t ramped_w(const Box& box) noexcept {
    return std::clamp(box.rise_w - box.base_w, 0, box.discharge_w);
}

/// Per phase: load less the PV that comes anyway, filtered and as held peak.
struct NetLoad {
    std::array<std::int64_t, phase_count> filtered{}, peak{};
    std::int64_t total = 0;
};

NetLoad net_load(const Work& work, const Boxes& boxes) noexcept {
    NetLoad net;
    for (std::size_t p = 0; p < phase_count; ++p) {
        const std::int64_t pv = boxes.pv_w[p] + boxes.pv_w[three_phase];
        net.filtered[p] = work.state.phases[p].load_mw / 1000 - pv;
        net.peak[p] = work.state.phases[p].bound_mw / 1000 - pv;
        net.total += net.filtered[p];
    }
    return net;
}

std::int64_t limit_w(const Work& work) noexcept {
    return permille(work.formers.phase_rating_w(), work.tuning.share_limit_permille);
}

/// What the formers have above their floor counts as one more unit that nobody orders.
Share slack(std::int64_t energy_wh, std::int64_t cap_w) noexcept {
    return {to_w(std::clamp<std::int64_t>(cap_w, 0, max_cap_w)), to_w(energy_wh), 0};
}

std::int32_t discharge_cap_w(const Work& work, const Box& box) noexcept {
    if (!box.usable) return 0;
    return work.relief[box.group] ? box.discharge_w : ramped_w(box);
}

void cap_to_ramps(Work& work) noexcept {
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        work.shares[i].cap_w = std::min(work.shares[i].cap_w, discharge_cap_w(work, work.box[i]));
    }
}

/// The split, over all units or, where their shares would be crumbs, over a set of them. Who is in
/// it is decided as if there were no ramps: those that rest would never get far.
SplitResult share_out(Work& work, Groups& groups, Share slack, std::int64_t target_w,
                      bool charging) noexcept {
    const std::span<const BranchLimit> branches = bound_branches(work, charging);
    SplitScratch& scratch = work.state.scratch.split;
    if (work.efficiency_matters) {
        split(work.shares, groups, branches, slack, target_w, work.parts, scratch);
        narrow_set(work, groups, charging);
        if (!charging) cap_to_ramps(work);
    }
    return split(work.shares, groups, branches, slack, target_w, work.parts, scratch);
}

/// Fixes the set-point and its range. PV beyond the ramp stays in the unit's own battery, or is
/// curtailed by the device.
void settle(Work& work, Box& box, std::size_t i, std::int32_t low_w, std::int32_t high_w,
            std::int32_t want_w) noexcept {
    const bool relieves = work.relief[box.group];
    box.high_w = relieves ? high_w : std::min(high_w, std::max(box.rise_w, 0));
    box.low_w = std::min(low_w, box.high_w);
    work.want_w[i] = std::min(want_w, box.high_w);
}

// ---- Discharge

/// The ramp gives way where the units of a phase cannot otherwise lift enough off the formers.
void lift_ramps(Work& work, const NetLoad& net, const Boxes& boxes) noexcept {
    for (std::size_t p = 0; p < phase_count; ++p) {
        work.relief[p] = net.peak[p] - limit_w(work) > boxes.ramped_w[p];
    }
}

void settle_discharge(Work& work, Part units) noexcept {
    const Share* const shares = work.shares.data();
    const std::int32_t* const parts = work.parts.data();
    each_box(work, units, [&work, shares, parts](Box& box, std::size_t i) {
        if (!box.usable) return;
        // What its battery can give comes first, and what its cable can carry.
        const std::int32_t gently =
            shares[i].branch == 0 ? std::min(box.fall_w, box.base_w + box.discharge_w) : box.base_w;
        const std::int32_t want = std::max(box.base_w + parts[i], gently);
        const std::int32_t high = std::max(box.base_w + shares[i].cap_w, want);
        settle(work, box, i, box.base_w, high, want);
    });
}

/// Where ramps do not bind after all. Who is in a set is decided without them, too: share_out()
/// puts them on.
void lift_caps(Work& work) noexcept {
    std::array<bool, max_groups> lifted = work.relief;
    if (work.efficiency_matters) lifted.fill(true);
    if (lifted == std::array<bool, max_groups>{}) return;
    each_box(work, work.all_units(), [&](const Box& box, std::size_t i) {
        if (box.usable && lifted[box.group]) work.shares[i].cap_w = box.discharge_w;
    });
}

Settle plan_discharge(Work& work, const NetLoad& net) noexcept {
    Groups groups;
    for (std::size_t p = 0; p < phase_count; ++p) {
        groups[p].max_w = std::max<std::int64_t>(0, std::min(net.filtered[p], net.peak[p]));
        groups[p].min_w = std::max<std::int64_t>(0, net.peak[p] - limit_w(work));
    }
    lift_caps(work);
    share_out(work, groups, slack(work.formers.weight_wh, max_cap_w), net.total, false);
    return settle_discharge;
}

// ---- Charge, and curtailment of what finds no room

/// Takes the surplus off the PV of the units that feed in, in proportion.
void curtail(Work& work, std::int64_t surplus_w) noexcept {
    const Groups groups;
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        const std::int32_t fed_in = work.box[i].usable ? std::max(0, work.want_w[i]) : 0;
        work.shares[i] = {fed_in, fed_in, work.box[i].group};
    }
    const SplitResult result =
        split(work.shares, groups, {}, Share{}, surplus_w, work.parts, work.state.scratch.split);
    for (std::size_t i = 0; i < work.unit_count(); ++i) work.want_w[i] -= work.parts[i];
    if (result.units_w > 0) work.state.surplus_ms = work.now_ms;
    work.out.unplaced_w = surplus_w;
}

void settle_charge(Work& work, Part units) noexcept {
    each_box(work, units, [&work](Box& box, std::size_t i) {
        if (!box.usable) return;
        const std::int32_t charge = box.to_full_wh > 0 ? box.charge_w : 0;
        const std::int32_t least = std::min(work.want_w[i], box.base_w - charge);
        settle(work, box, i, least, box.base_w, work.want_w[i]);
    });
}

Settle plan_charge(Work& work, const NetLoad& net) noexcept {
    Groups groups;
    for (std::size_t p = 0; p < phase_count; ++p) {
        groups[p].max_w = std::max<std::int64_t>(0, limit_w(work) - net.peak[p]);
        groups[p].min_w = std::max<std::int64_t>(0, -limit_w(work) - net.filtered[p]);
    }
    const std::span<Share> shares = work.shares;
    const std::span<std::int32_t> parts = work.parts;
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        const Box& box = work.box[i];
        shares[i] = share_of(work, i, box.usable ? box.charge_w : 0, box.to_full_wh);
    }
    const SplitResult result = share_out(
        work, groups, slack(work.formers.to_full_wh, work.formers.charge_w), -net.total, true);
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        work.want_w[i] = work.box[i].base_w - parts[i];
    }
    if (result.rest_w > 0) curtail(work, result.rest_w);
    return settle_charge;
}

}  // namespace

void add_boxes(Work& work, Part part) noexcept {
    if (!islanded(work.state.fsm)) return;
    Boxes sum = work.boxes;
    Share* const shares = work.shares.data();
    each_box(work, part, [&sum, &work, shares](const Box& box, std::size_t i) {
        const std::int32_t ramped = box.usable ? ramped_w(box) : 0;
        shares[i] = share_of(work, i, ramped, box.above_wh);
        if (!box.usable) return;
        const bool three = box.group == three_phase;
        sum.pv_w[box.group] += three ? box.base_w / phase_count : box.base_w;
        sum.ramped_w[box.group] += ramped;
        sum.can_charge |= box.charge_w > 0;
    });
    work.boxes = sum;
}

Settle plan_island(Work& work) noexcept {
    const Boxes& boxes = work.boxes;
    const NetLoad net = net_load(work, boxes);
    // A little surplus is left to the formers, unless they are full.
    const bool all_full = work.formers.charge_w <= 0 && !boxes.can_charge;
    for (std::size_t p = 0; p < phase_count; ++p) {
        work.out.load_w[p] = to_w(work.state.phases[p].load_mw / 1000);
    }
    if (net.total < (all_full ? 0 : -work.tuning.idle_w)) return plan_charge(work, net);
    lift_ramps(work, net, boxes);
    return plan_discharge(work, net);
}

}  // namespace islandbench::dispatch::core
