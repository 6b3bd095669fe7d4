#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"

/// The time that a clock on the wall shows, as time since midnight.
namespace islandbench {

inline constexpr Duration day = 24h;

/// Reads "18:00" or "07:30:15": two digits each, from 00:00 to 23:59:59. Fails with a message for
/// people.
Result<Duration> parse_time_of_day(std::string_view text);

/// "18:00", and "07:30:15" where seconds matter. Only for times within a day.
std::string format_time_of_day(Duration since_midnight);

/// The time of day at `since_midnight`, which may be before or after that day.
constexpr Duration within_day(Duration since_midnight) noexcept {
    const Duration rest = since_midnight % day;
    return rest < 0s ? rest + day : rest;
}

}  // namespace islandbench
