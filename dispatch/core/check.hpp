#pragma once

#include "dispatch/core/work.hpp"

namespace islandbench::dispatch::core {

/// Promises that every step's outputs keep. The numbers are those of the invariants list in
/// ARCHITECTURE; the first one that is broken is reported.
enum class Promise : std::uint8_t {
    none_broken,
    sum_matches_plan,       ///< per phase, the orders add up to the plan within a dead band
    inside_box,             ///< no set-point outside what the unit can do, after rounding too
    ramp_kept,              ///< no rise beyond the ramp unless it relieves a former
    one_direction,          ///< no battery charges from another
    reserve_is_fresh,       ///< no stale or absent unit counts as reserve
    opt_out_wins,           ///< an owner who opted out lends nothing
    floor_kept,             ///< no discharge at or below the floor and its trust margin
    validity_and_default,   ///< every order has both
    formers_left_forming,   ///< no former is ever ordered anything
    closing_asked_rightly,  ///< sync is requested only in syncing and closing
    services_on_grid_only,  ///< no trim for limits while not connected
    tiers_in_order,         ///< tier 0 on; sheds only where allowed
    restore_one_by_one,     ///< one restore at a time, and its gap kept
};

/// Judges the outputs from the inputs, by other formulas than those that made them.
Promise broken_promise(const Work& work, std::span<const UnitOut> units,
                       std::span<const HomeOut> homes) noexcept;

}  // namespace islandbench::dispatch::core
