#pragma once

#include "dispatch/core/work.hpp"

namespace islandbench::dispatch::core {

/// Tiers of the homes: which contactors are to be open. A home has one number, closed_tiers, so a
/// tier is never off while a less critical one of the same home is on.
///
/// Sheds on the overloaded phase of a former once the units there cannot take it over; watches that
/// the shed is seen in that phase; gives up on a phase, with an alarm, after several that were not.
/// Restores one step at a time, the most critical first, when the phase has room for what the tier
/// drew before and some more. All homes have been observed before.
void tend_tiers(Work& work) noexcept;

// The parts of it.

/// Its contactors are known and can be ordered.
inline bool home_fresh(const Work& work, const Home& home) noexcept {
    return work.age(home.state.reported_ms) <= home.config.hold_ms;
}
void order_tiers(Work& work, std::size_t home, std::int32_t closed_tiers) noexcept;
/// What every home is to be told.
void tell_tiers(const Work& work, Part part, std::span<HomeOut> homes) noexcept;
/// Remembers what each tier draws; takes over contactors that somebody else opened.
void observe_homes(Work& work, Part homes) noexcept;
/// Sheds on overloaded phases.
void watch_phases(Work& work) noexcept;
void forget_overload(Work& work) noexcept;
/// At most one step of one home.
void restore_tier(Work& work) noexcept;

}  // namespace islandbench::dispatch::core
