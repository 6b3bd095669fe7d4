#pragma once

#include "dispatch/core/work.hpp"

namespace islandbench::dispatch::core {

/// Once a second, as a look at the whole fleet costs: sums up what units tell of use and PV.
void note_use(Work& work, Part units) noexcept;

/// Watches demand and PV, and tells, once a minute, how long the batteries would last if an island
/// began now, or goes on: with all tiers on, and with less of them. Before an hour has been seen it
/// says little; it never says that P90 is longer than P50.
void look_ahead(Work& work) noexcept;

}  // namespace islandbench::dispatch::core
