#pragma once

#include <cstdlib>

#include "dispatch/core/plans.hpp"

namespace islandbench::dispatch::core {

/// Small changes of a group's units that were not ordered; Box::stands tells whose.
struct Trifles {
    std::int64_t waiting_w = 0;  ///< their sum
    /// The largest change down and up, and whose it is.
    std::array<std::int64_t, 2> largest{};
    std::array<std::uint32_t, 2> who{};

    void add(std::size_t unit, std::int64_t change) noexcept {
        const std::size_t way = change > 0 ? 1 : 0;
        waiting_w += change;
        if (std::abs(change) <= largest[way]) return;
        largest[way] = std::abs(change);
        who[way] = static_cast<std::uint32_t>(unit);
    }
    /// The way that the sum goes.
    [[nodiscard]] std::size_t way() const noexcept { return waiting_w > 0 ? 1 : 0; }
};
using TriflesOfGroups = std::array<Trifles, max_groups>;

/// Settles the plan and turns it into orders, first of two passes: set-points are whole quanta; a
/// change smaller than a unit's dead band is not ordered, and what a phase's units then lack
/// together goes whole to one of them, the one that lacks most. So the sum over a phase is within a
/// dead band of the plan, and nobody is told trifles.
TriflesOfGroups round_plan(Work& work, Settle settle) noexcept;

/// Second pass: what that one could not take goes to the others in turn.
void give_orders(Work& work, Part units, TriflesOfGroups& trifles) noexcept;

/// What every output says when nothing else may be said: each unit in its default, no requests.
void give_safe_orders(Work& work, std::span<UnitOut> units) noexcept;

/// Fills in validity and the named default of every unit.
void describe_orders(Work& work, Part part, std::span<UnitOut> units) noexcept;

}  // namespace islandbench::dispatch::core
