#include "dispatch/core/plans.hpp"

namespace islandbench::dispatch::core {
namespace {

using Groups = std::array<GroupBounds, max_groups>;

/// Per phase: load less the PV that comes anyway, filtered and as held peak.
struct NetLoad {
    std::array<std::int64_t, phase_count> filtered{}, peak{};
    std::int64_t total = 0;
};

/// A unit's starting point: its PV, as far as the ramp lets it show.
std::int32_t base_w(const Box& box) noexcept {
    return std::min(box.base_w, std::max(box.rise_w, 0));
}

NetLoad net_load(const Work& work) noexcept {
    NetLoad net;
    for (std::size_t p = 0; p < phase_count; ++p) {
        net.filtered[p] = work.state.phases[p].load_mw / 1000;
        net.peak[p] = work.state.phases[p].bound_mw / 1000;
    }
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        const Box& box = work.box[i];
        if (!box.usable) continue;
        for (std::size_t p = 0; p < phase_count; ++p) {
            const bool here = box.group == p;
            const std::int32_t pv = here                       ? base_w(box)
                                    : box.group == three_phase ? base_w(box) / phase_count
                                                               : 0;
            net.filtered[p] -= pv;
            net.peak[p] -= pv;
        }
    }
    for (const std::int64_t w : net.filtered) net.total += w;
    return net;
}

std::int64_t limit_w(const Work& work) noexcept {
    return permille(work.formers.phase_rating_w(), work.tuning.share_limit_permille);
}

/// What the formers have above their floor counts as one more unit that nobody orders.
Share slack(std::int64_t energy_wh, std::int64_t cap_w) noexcept {
    return {to_w(std::clamp<std::int64_t>(cap_w, 0, max_cap_w)), to_w(energy_wh), 0};
}

// ---- Discharge

/// The ramp gives way where the units of a phase cannot otherwise lift enough off the formers.
void lift_ramps(Work& work, const NetLoad& net) noexcept {
    for (std::size_t p = 0; p < phase_count; ++p) {
        std::int64_t ramped = 0;
        for (std::size_t i = 0; i < work.unit_count(); ++i) {
            const Box& box = work.box[i];
            if (!box.usable || box.group != p) continue;
            ramped += std::clamp(box.rise_w - base_w(box), 0, box.discharge_w);
        }
        work.relief[p] = net.peak[p] - limit_w(work) > ramped;
    }
}

std::int32_t discharge_cap_w(const Work& work, const Box& box) noexcept {
    if (!box.usable) return 0;
    if (work.relief[box.group]) return box.base_w - base_w(box) + box.discharge_w;
    return std::clamp(box.rise_w - base_w(box), 0, box.discharge_w);
}

void plan_discharge(Work& work, const NetLoad& net) noexcept {
    lift_ramps(work, net);
    Groups groups;
    for (std::size_t p = 0; p < phase_count; ++p) {
        groups[p].max_w = std::max<std::int64_t>(0, std::min(net.filtered[p], net.peak[p]));
        groups[p].min_w = std::max<std::int64_t>(0, net.peak[p] - limit_w(work));
    }
    std::array<Share, max_units> shares;
    std::array<std::int32_t, max_units> parts{};
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        const Box& box = work.box[i];
        shares[i] = {discharge_cap_w(work, box), to_w(box.above_wh), box.group};
    }
    split({shares.data(), work.unit_count()}, groups, slack(work.formers.weight_wh, max_cap_w),
          net.total, {parts.data(), work.unit_count()});
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        Box& box = work.box[i];
        if (!box.usable) continue;
        work.want_w[i] = base_w(box) + parts[i];
        box.low_w = base_w(box);
        box.high_w = base_w(box) + shares[i].cap_w;
    }
}

// ---- Charge, and curtailment of what finds no room

void curtail(Work& work, std::int64_t surplus_w) noexcept {
    std::array<Share, max_units> shares;
    std::array<std::int32_t, max_units> parts{};
    const Groups groups;
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        const Box& box = work.box[i];
        const std::int32_t pv = box.usable ? base_w(box) : 0;
        shares[i] = {pv, pv, box.group};
    }
    const SplitResult result = split({shares.data(), work.unit_count()}, groups, Share{}, surplus_w,
                                     {parts.data(), work.unit_count()});
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        work.want_w[i] -= parts[i];
        work.box[i].low_w -= parts[i];
    }
    if (result.units_w > 0) work.state.surplus_ms = work.now_ms;
    work.out.unplaced_w = surplus_w;
}

void plan_charge(Work& work, const NetLoad& net) noexcept {
    Groups groups;
    for (std::size_t p = 0; p < phase_count; ++p) {
        groups[p].max_w = std::max<std::int64_t>(0, limit_w(work) - net.peak[p]);
        groups[p].min_w = std::max<std::int64_t>(0, -limit_w(work) - net.filtered[p]);
    }
    std::array<Share, max_units> shares;
    std::array<std::int32_t, max_units> parts{};
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        const Box& box = work.box[i];
        shares[i] = {box.usable ? box.charge_w : 0, to_w(box.to_full_wh), box.group};
    }
    const SplitResult result = split({shares.data(), work.unit_count()}, groups,
                                     slack(work.formers.to_full_wh, work.formers.charge_w),
                                     -net.total, {parts.data(), work.unit_count()});
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        Box& box = work.box[i];
        if (!box.usable) continue;
        work.want_w[i] = base_w(box) - parts[i];
        box.low_w = base_w(box) - shares[i].cap_w;
        box.high_w = base_w(box);
    }
    if (result.rest_w > 0) curtail(work, result.rest_w);
}

bool nothing_can_charge(const Work& work) noexcept {
    std::int64_t room = work.formers.charge_w;
    for (std::size_t i = 0; i < work.unit_count(); ++i) room += work.box[i].charge_w;
    return room == 0;
}

}  // namespace

void plan_island(Work& work) noexcept {
    const NetLoad net = net_load(work);
    // A little surplus is left to the formers, unless they are full.
    const std::int64_t least = nothing_can_charge(work) ? 0 : work.tuning.idle_w;
    if (net.total < -least) {
        plan_charge(work, net);
    } else {
        plan_discharge(work, net);
    }
    for (std::size_t p = 0; p < phase_count; ++p) {
        work.out.load_w[p] = to_w(work.state.phases[p].load_mw / 1000);
    }
}

}  // namespace islandbench::dispatch::core
