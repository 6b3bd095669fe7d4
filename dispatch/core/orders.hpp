#pragma once

#include "dispatch/core/work.hpp"

namespace islandbench::dispatch::core {

/// Turns the plan into orders. Set-points are whole quanta; a change smaller than a unit's dead
/// band is not ordered, and what a phase's units then lack together goes whole to one of them. So
/// the sum over a phase is within a dead band of the plan, and nobody is told trifles.
void give_orders(Work& work) noexcept;

/// What every output says when nothing else may be said: each unit in its default, no requests.
void give_safe_orders(Work& work, std::span<UnitOut> units) noexcept;

/// Fills in validity and the named default of every unit.
void describe_orders(Work& work, std::span<UnitOut> units) noexcept;

}  // namespace islandbench::dispatch::core
