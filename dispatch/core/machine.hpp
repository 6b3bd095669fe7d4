#pragma once

#include "dispatch/core/work.hpp"

namespace islandbench::dispatch::core {

/// Whether a guard holds on what is known now. Voltage, frequency and contact decide, never power.
bool holds(const Work& work, Guard guard) noexcept;

/// Counts how long each guard has held and makes at most one transition of the table.
void advance(Work& work) noexcept;

/// The interconnect device may be asked to close: to synchronise, or onto a street that is dead and
/// waits for nothing else.
bool wants_closing(const Work& work) noexcept;

/// Normal, saving, critical, full: from the formers' energy and from surplus that found no place.
void advance_mode(Work& work) noexcept;

/// How many tiers of a home may be closed in the present state.
std::int32_t tiers_allowed(const State& state) noexcept;

/// Something may be about to happen: the step then runs on its short period.
std::int32_t period_ms(const Work& work) noexcept;

}  // namespace islandbench::dispatch::core
