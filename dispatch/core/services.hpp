#pragma once

#include "dispatch/core/work.hpp"

/// What the street does for the grid. Only while it is connected: in an island every one of them
/// rests, and what it remembers waits.
namespace islandbench::dispatch::core {

/// Counts how long and how often a limit at the interconnect is exceeded, and locks what is behind
/// it when that is too much. Nothing is counted in an island, or while the meter is silent.
void watch_limits(Work& work) noexcept;

/// The import that peak shaving holds the street below, W; no_limit_w without such a service.
std::int64_t import_aim_w(const Work& work) noexcept;
/// Moves it on: down to the target while the energy above the owners' reserves lasts for that.
void aim_at_peak(Work& work) noexcept;

/// An announced storm: it is heard of, or over, before boxes are filled (that moves floors); when
/// charging has to begin, and when all of it is given back, is seen from them.
void hear_of_storm(Work& work) noexcept;
void prepare_for_storm(Work& work) noexcept;
/// Batteries are kept for the storm: no service takes anything out of them.
bool saved_for_storm(const Work& work) noexcept;
/// What a unit is to charge for it now, W >= 0.
std::int32_t storm_charge_w(const Work& work, std::size_t i) noexcept;

/// Who takes part in the frequency response: inside its corridor of charge, not opted out.
void arm_response(Work& work) noexcept;
/// Brings a unit back into the corridor, W: positive discharges.
std::int32_t corridor_w(const Work& work, std::size_t i) noexcept;

}  // namespace islandbench::dispatch::core
