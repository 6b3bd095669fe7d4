#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "base/signals.hpp"
#include "base/time.hpp"

namespace islandbench::acceptance::language {

/// The mean over the last `window` of a value that holds between its samples, weighted by time.
///
/// The window is kept as 200 parts, of 1 ms to 50 ms, or 6000 where that is not enough (2 s: parts
/// of 10 ms; 10 s: of 50 ms; 10 min: of 100 ms). The mean is
/// renewed whenever a part is full, is exact at these moments and holds in between, so memory and
/// time per sample do not grow with the sample rate. It never reaches before its anchor: until the
/// window is full it is the mean since the anchor, once `at_least` has passed. A moment without a
/// value makes every window that holds it a window without a mean.
class SlidingMean {
  public:
    static constexpr int most_parts = 6000;
    static constexpr int enough_parts = 200;
    static constexpr Duration shortest_part{1'000'000};
    static constexpr Duration usual_part{50'000'000};

    SlidingMean(Duration window, Duration at_least);

    /// Forgets everything and starts at `anchor`.
    void restart(Instant anchor) noexcept;
    /// `value` has held for another `ns` (whole nanoseconds: sums of flags stay exact), not beyond
    /// renewed_at().
    void add(double value, double ns) noexcept {
        if (std::isnan(base_) && std::isfinite(value)) base_ = value;
        // Without a value this part has none, whatever follows.
        current_ += std::isfinite(value) ? (value - base_) * ns : Signals::no_value;
    }
    /// renewed_at() is reached: the mean is renewed.
    void close_part() noexcept;
    /// close_part() comes soon. Many means are renewed at one moment, and what each has to fetch
    /// from far away is under way by then.
    void fetch_part() const noexcept { __builtin_prefetch(&ring_[next_]); }

    [[nodiscard]] double value() const noexcept { return mean_; }
    /// When the next part will be full.
    [[nodiscard]] Instant renewed_at() const noexcept { return part_end_; }
    /// Time from the anchor to the first mean.
    [[nodiscard]] Duration ready_after() const noexcept { return part_ * ready_parts_; }
    [[nodiscard]] Duration window() const noexcept {
        return part_ * static_cast<int>(ring_.size());
    }

  private:
    void push(double integral) noexcept;

    // First what every moment takes.
    double base_ = Signals::no_value;  ///< keeps a constant exact
    double current_ = 0.0;
    Instant part_end_{};
    double mean_ = Signals::no_value;
    Duration part_;
    int ready_parts_;
    std::vector<double> ring_;  ///< integral of value - base over each part; NaN without a value
    std::size_t next_ = 0;
    int filled_ = 0;
    int missing_ = 0;  ///< parts in the ring that have no value
    double sum_ = 0.0;
};

}  // namespace islandbench::acceptance::language
