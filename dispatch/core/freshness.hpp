#pragma once

#include "dispatch/core/work.hpp"

namespace islandbench::dispatch::core {

/// By the age of the report, never by whether a value changed: a steady reading is no stale one.
Quality quality_of(std::int64_t age_ms, std::int32_t period_ms, std::int32_t hold_ms,
                   std::int32_t absent_ms) noexcept;

/// Numbers that a device can have. What cannot be is no report.
bool plausible(const UnitIn& in, const UnitConfig& unit, const Tuning& tuning,
               std::int64_t now_ms) noexcept;
bool plausible(const SiteIn& in, const Tuning& tuning) noexcept;

/// Notes which reports are new, rates every unit's data, and restarts the ramp of a unit that comes
/// back from what it does now, not from what it was last told.
void classify(Work& work, Part part) noexcept;

/// Notes which of the interconnect's and its meter's reports are new.
void classify_site(Work& work) noexcept;

}  // namespace islandbench::dispatch::core
