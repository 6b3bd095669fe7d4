#pragma once

#include "dispatch/core/work.hpp"

namespace islandbench::dispatch::core {

/// Notes when an outage begins and ends. A consent to use the owners' reserves that is withdrawn
/// ends here, before anything is planned with them.
void mark_event(Work& work) noexcept;

/// Notes the charge that every battery began the outage with.
void mark_charge(Work& work, Part part) noexcept;

/// Sums up what batteries could add in an outage, from their boxes, and notes who opts out.
void add_help(Work& work, Part units) noexcept;

/// Sums up what nobody may shed, tiers 0 and 1, as homes told it before this step.
void add_critical_load(Work& work, Part homes) noexcept;

/// Rates every commitment, announces those that cannot be kept, with the time that is left, and
/// lets others save for those that ask it.
///
/// A promise needs energy and power for itself and for what nobody may shed.
void keep_promises(Work& work) noexcept;

}  // namespace islandbench::dispatch::core
