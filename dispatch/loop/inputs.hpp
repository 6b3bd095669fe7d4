#pragma once

#include <optional>

#include "base/roles.hpp"
#include "dispatch/core/data.hpp"

/// From what devices say (doubles, nanoseconds) to what the core works with (integers). A number
/// that is no number becomes one that the core refuses, so that it never looks like zero.
namespace islandbench::dispatch {

std::int64_t to_ms(Instant t) noexcept;

core::UnitIn unit_in(const std::optional<InverterReading>& inverter,
                     const std::optional<BmsReading>& bms, const InverterLimits& limits,
                     const core::UnitConfig& unit);

core::HomeIn home_in(const std::optional<LoadControlReading>& reading, bool carried_out);

/// The interconnect's and the meter's part; time and wishes are the loop's.
core::SiteIn site_in(const std::optional<InterconnectReading>& interconnect,
                     const std::optional<MeterReading>& meter);

}  // namespace islandbench::dispatch
