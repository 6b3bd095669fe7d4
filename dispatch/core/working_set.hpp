#pragma once

#include "dispatch/core/work.hpp"

namespace islandbench::dispatch::core {

using Groups = std::array<GroupBounds, max_groups>;

/// Where the split has cut the target into crumbs (shares below what units do well), lets fewer
/// units work: per phase the smallest set, by energy, that can give 1.2 times what the phase is to
/// give. Who works stays five minutes at least and is preferred for fifteen; then others are. A
/// unit that leaves hands over: it works on until the ramps of the others have caught up.
///
/// work.parts is the split over all. Takes caps off work.shares and pins each phase's sum.
void narrow_set(Work& work, Groups& groups, bool charging) noexcept;

}  // namespace islandbench::dispatch::core
