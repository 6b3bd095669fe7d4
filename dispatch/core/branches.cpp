#include "dispatch/core/branches.hpp"

#include "dispatch/core/tiers.hpp"

namespace islandbench::dispatch::core {
namespace {

std::span<BranchLoad> loads_of(Work& work) noexcept {
    return std::span(work.state.scratch.branch_loads).first(work.branch_count);
}

/// What the home may draw: what its closed tiers drew at most.
std::int64_t remembered_w(const HomeState& home) noexcept {
    std::int64_t sum = 0;
    for (std::int32_t t = 0; t < std::clamp(home.closed_tiers, 0, tier_count); ++t) {
        sum += home.peak_w[static_cast<std::size_t>(t)];
    }
    return sum;
}

void add_homes(Work& work, std::span<BranchLoad> loads) noexcept {
    for (std::size_t h = 0; h < work.homes.size(); ++h) {
        const HomeConfig& config = work.config.homes[h];
        const std::size_t branch = branch_of(work, config.branch);
        if (branch == 0 || config.phase >= phase_count) continue;
        std::int64_t now = 0;
        for (const std::int32_t w : work.homes[h].p_w) now += std::max(0, w);
        const bool known = home_fresh(work, work.home(h));
        loads[branch - 1].load_w[config.phase] += known ? now : 0;
        loads[branch - 1].most_w[config.phase] += known ? now : remembered_w(work.state.homes[h]);
    }
}

void add_units(Work& work, std::span<BranchLoad> loads) noexcept {
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        const UnitConfig& unit = work.config.units[i];
        const std::size_t branch = branch_of(work, unit.branch);
        if (branch == 0) continue;
        const Box& box = work.box[i];
        const bool heard = work.state.units[i].quality != Quality::absent;
        const std::size_t group = group_of(work, i);
        const std::int32_t silent = heard ? work.units[i].p_w : 0;
        BranchLoad& load = loads[branch - 1];
        load.base_w[group] += box.usable ? box.base_w : silent;
        load.ramped_w[group] += box.usable ? std::min(box.base_w, box.rise_w) : silent;
        load.rating_w[group] += unit.rating_w;
    }
}

/// What of a phase's limit is the three-phase units', permille.
std::int64_t kept_permille(const BranchLoad& load, std::size_t phase) noexcept {
    const std::int64_t three = load.rating_w[three_phase] / phase_count;
    const std::int64_t all = three + load.rating_w[phase];
    return all == 0 ? 0 : three * 1000 / all;
}

void add_orders(Work& work, std::span<BranchLoad> loads, std::span<const UnitOut> units) noexcept {
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        const std::size_t branch = branch_of(work, work.config.units[i].branch);
        if (branch == 0 || units[i].action != UnitAction::set) continue;
        BranchLoad& load = loads[branch - 1];
        const std::size_t group = group_of(work, i);
        load.ordered_w[group] += units[i].p_set_w;
        load.play_w[group] += work.config.units[i].dead_band_w + work.tuning.quantum_w;
    }
}

}  // namespace

std::int32_t take_room(Work& work, std::size_t i, std::int32_t w) noexcept {
    const std::size_t node = node_of(work, i);
    if (node == 0) return w;
    std::int64_t& room = work.state.scratch.branches[node - 1].max_w;
    const std::int32_t taken = to_w(std::clamp<std::int64_t>(room, 0, w));
    room -= taken;
    return taken;
}

bool branches_kept(Work& work, std::span<const UnitOut> units) noexcept {
    const std::span<BranchLoad> loads = loads_of(work);
    if (loads.empty()) return true;
    std::fill(loads.begin(), loads.end(), BranchLoad{});
    add_homes(work, loads);
    add_orders(work, loads, units);
    for (std::size_t b = 0; b < loads.size(); ++b) {
        for (std::size_t p = 0; p < phase_count; ++p) {
            const BranchLoad& load = loads[b];
            const std::int64_t p_w = load.ordered_w[p] + load.ordered_w[three_phase] / phase_count;
            const std::int64_t most = work.config.branches[b].limit_w[p] + phase_count +
                                      load.play_w[p] + load.play_w[three_phase];
            if (p_w - load.load_w[p] > most || load.most_w[p] - p_w > most) return false;
        }
    }
    return true;
}

std::span<const BranchLimit> bound_branches(Work& work, bool charging) noexcept {
    const std::span<BranchLoad> loads = loads_of(work);
    if (loads.empty()) return {};
    std::fill(loads.begin(), loads.end(), BranchLoad{});
    add_homes(work, loads);
    add_units(work, loads);
    const std::span<BranchLimit> limits =
        std::span(work.state.scratch.branches).first(loads.size() * max_groups);
    for (std::size_t b = 0; b < loads.size(); ++b) {
        const BranchLoad& load = loads[b];
        std::int64_t three = max_cap_w;
        for (std::size_t p = 0; p < phase_count; ++p) {
            const std::int64_t limit = std::max(0, work.config.branches[b].limit_w[p]);
            const std::int64_t kept = permille(limit, kept_permille(load, p));
            const std::int64_t room =
                charging ? load.ramped_w[p] - load.most_w[p] : load.load_w[p] - load.base_w[p];
            const std::int64_t single = limit - kept + room;
            limits[b * max_groups + p] = {static_cast<std::uint8_t>(p), single};
            // What loads and PV have used up of a phase already is no room for anybody.
            three = std::min(three, kept + std::min<std::int64_t>(0, single));
        }
        limits[b * max_groups + three_phase] = {
            three_phase, phase_count * three +
                             (charging ? load.ramped_w[three_phase] : -load.base_w[three_phase])};
    }
    return limits;
}

}  // namespace islandbench::dispatch::core
