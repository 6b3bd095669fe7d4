#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace islandbench {

/// Length of time in integer nanoseconds; never a double, so that sums are exact and runs repeat.
using Duration = std::chrono::nanoseconds;

/// The clock of a run. It has no now(): time is asked of the Scheduler, or handed in as an
/// argument.
struct RunClock {
    using duration = Duration;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<RunClock>;
    static constexpr bool is_steady = true;
};

/// A moment of a run. The story of a scenario starts at zero; settling before it has negative
/// times.
using Instant = std::chrono::time_point<RunClock, Duration>;

using namespace std::chrono_literals;

inline constexpr Instant story_start{};
inline constexpr Instant never = Instant::max();

constexpr double to_seconds(Duration d) noexcept {
    return std::chrono::duration<double>(d).count();
}
constexpr double to_seconds(Instant t) noexcept {
    return to_seconds(t.time_since_epoch());
}

/// Rounds to the nearest nanosecond.
constexpr Duration from_seconds(double s) noexcept {
    return Duration{static_cast<std::int64_t>(s * 1e9 + (s < 0 ? -0.5 : 0.5))};
}
constexpr Instant at_seconds(double s) noexcept {
    return Instant{from_seconds(s)};
}

/// "3 min 40 s", "1.250 s", "30 ms": for people, three significant parts at most.
std::string format_duration(Duration d);

}  // namespace islandbench
