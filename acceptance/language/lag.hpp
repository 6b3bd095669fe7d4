#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "base/signals.hpp"
#include "base/time.hpp"

namespace islandbench::acceptance::language {

/// What a number was so long ago.
///
/// It is kept at most 6000 times per delay, at steps of at least 1 ms counted from the first value
/// (10 min: every 100 ms). So `ago` is the value of the step that was the newest one a delay ago:
/// exact for values that change at whole milliseconds and delays of up to 6 s, up to a 6000th of
/// the delay older for longer ones. Memory and time per sample do not grow with the sample rate.
class Lag {
  public:
    static constexpr int most_parts = 6000;
    static constexpr Duration shortest_part{1'000'000};

    explicit Lag(Duration delay)
        : part_(part_of(delay)),
          parts_(std::max<std::int64_t>(1, (delay + part_ - Duration{1}) / part_)),
          ring_(static_cast<std::size_t>(parts_) + 1, Signals::no_value) {}

    /// The first value comes at `now`.
    void start(Instant now) noexcept { next_ = now; }
    /// `value` is so from `now` on. Has to be told at next(), not only when the value changes; told
    /// twice of one moment, the last word counts.
    void note(Instant now, double value) noexcept {
        if (now >= next_) {
            at_ = (at_ + 1) % ring_.size();
            written_ = now;
            next_ += part_;
        }
        if (now == written_) ring_[at_] = value;
    }
    /// No value until a delay has passed.
    [[nodiscard]] double ago() const noexcept { return ring_[(at_ + 1) % ring_.size()]; }
    /// The next step.
    [[nodiscard]] Instant next() const noexcept { return next_; }

  private:
    /// Whole milliseconds: samples come on them, and between two nothing has to be looked at.
    static Duration part_of(Duration delay) noexcept {
        const std::int64_t parts =
            (delay / most_parts + shortest_part - Duration{1}) / shortest_part;
        return std::max<std::int64_t>(parts, 1) * shortest_part;
    }

    Duration part_;
    std::int64_t parts_;
    std::vector<double> ring_;
    std::size_t at_ = 0;
    Instant next_ = never;
    Instant written_ = Instant::min();
};

}  // namespace islandbench::acceptance::language
