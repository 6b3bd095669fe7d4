#pragma once

#include "dispatch/core/work.hpp"

namespace islandbench::dispatch::core {

/// A unit's or home's branch, from 1; 0 where it has none that is watched.
inline std::size_t branch_of(const Work& work, std::uint16_t configured) noexcept {
    return configured <= work.branch_count ? configured : 0;
}

/// A unit's branch in the split; 0 = none. There are four of each cable: a phase, or the
/// three-phase units.
inline std::size_t node_of(const Work& work, std::size_t i) noexcept {
    if (work.branch_count == 0) return 0;
    const std::size_t branch = branch_of(work, work.config.units[i].branch);
    return branch == 0 ? 0 : 1 + (branch - 1) * max_groups + work.box[i].group;
}

/// A unit's share of the split.
inline Share share_of(const Work& work, std::size_t i, std::int32_t cap_w,
                      std::int64_t weight) noexcept {
    return {cap_w, to_w(weight), work.box[i].group, static_cast<std::uint16_t>(node_of(work, i))};
}

/// What the batteries on each branch may give together, or take (`charging`), beyond the PV and the
/// loads there. Consumption that is not known for sure makes no room: a silent home counts as
/// nothing when it would relieve the cable, and as all that it drew before when it would burden it.
///
/// A cable's limit is per phase. Three-phase units keep the part of it that their rating is of all
/// units there, so that the bounds stay nested.
std::span<const BranchLimit> bound_branches(Work& work, bool charging) noexcept;

/// Takes so much of the room on a unit's branch that bound_branches() found; what there is of it.
std::int32_t take_room(Work& work, std::size_t i, std::int32_t w) noexcept;

/// With these orders no branch carries more than its limit, but for what dead bands and quanta
/// move.
bool branches_kept(Work& work, std::span<const UnitOut> units) noexcept;

}  // namespace islandbench::dispatch::core
