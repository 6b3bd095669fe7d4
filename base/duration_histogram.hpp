#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/time.hpp"

namespace islandbench {

/// Counts durations in fixed buckets, sixteen to each doubling: a percentile is at most a sixteenth
/// above the truth, and never below it. Takes nothing from the heap.
///
///     histogram.add(pump.lateness());
///     const Duration p99 = histogram.percentile(0.99).value();
class DurationHistogram {
  public:
    /// What is negative counts as zero; what is beyond a day as a day.
    void add(Duration value) noexcept;

    [[nodiscard]] std::int64_t count() const noexcept { return count_; }
    /// The longest, to the nanosecond; zero without any.
    [[nodiscard]] Duration longest() const noexcept { return longest_; }
    /// That which a share of all does not exceed, 0 < share <= 1; nothing without any.
    [[nodiscard]] std::optional<Duration> percentile(double share) const noexcept;

  private:
    static constexpr int octaves = 47;  // 2^47 ns are 39 hours
    static constexpr int parts = 16;
    std::array<std::int64_t, std::size_t{octaves} * parts> counts_{};
    std::int64_t count_ = 0;
    Duration longest_{};
};

}  // namespace islandbench
