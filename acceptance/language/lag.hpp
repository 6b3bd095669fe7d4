#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
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
          ring_(static_cast<std::size_t>(parts_) + 1, Signals::no_value),
          newest_(parts_),
          differs_(parts_ + 1) {}

    /// The first value comes at `now`.
    void start(Instant now) noexcept { next_ = now; }
    /// `value` is so from `now` on, and what was told last has been so until now. Has to be told at
    /// next(), not only when the value changes; told twice of one moment, the last word counts.
    void note(Instant now, double value) noexcept {
        for (; now >= next_; next_ += part_) {
            ++newest_;
            written_ = next_;
            slot(newest_) = held_;
        }
        if (now == written_) slot(newest_) = value;
        held_ = value;
        look_ahead();
    }
    /// No value until a delay has passed.
    [[nodiscard]] double ago() const noexcept { return slot(oldest()); }
    /// The first step at which ago() may be another value.
    [[nodiscard]] Instant next() const noexcept { return next_ + (differs_ - oldest() - 1) * part_; }

  private:
    /// Whole milliseconds: samples come on them, and between two nothing has to be looked at.
    static Duration part_of(Duration delay) noexcept {
        const std::int64_t parts =
            (delay / most_parts + shortest_part - Duration{1}) / shortest_part;
        return std::max<std::int64_t>(parts, 1) * shortest_part;
    }
    [[nodiscard]] std::int64_t oldest() const noexcept { return newest_ - parts_; }
    [[nodiscard]] double& slot(std::int64_t step) noexcept {
        return ring_[static_cast<std::size_t>(step) % ring_.size()];
    }
    [[nodiscard]] const double& slot(std::int64_t step) const noexcept {
        return ring_[static_cast<std::size_t>(step) % ring_.size()];
    }
    /// Values that hold for many steps need no look at each of them. Goes over a step once.
    void look_ahead() noexcept {
        differs_ = std::max(differs_, oldest() + 1);
        const auto same = [](double a, double b) {
            return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
        };
        while (differs_ < newest_ && same(slot(differs_), ago())) ++differs_;
    }

    Duration part_;
    std::int64_t parts_;
    std::vector<double> ring_;
    std::int64_t newest_;   ///< step, counted so that the oldest one kept is never below 0
    std::int64_t differs_;  ///< first step after the oldest whose value may differ from it
    double held_ = Signals::no_value;
    Instant next_ = never;
    Instant written_ = Instant::min();
};

}  // namespace islandbench::acceptance::language
