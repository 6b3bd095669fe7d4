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
/// It is looked at at most 6000 times per delay, at steps of at least 1 ms counted from the first
/// value (10 min: every 100 ms). So `ago` is the value of the step that was the newest one a delay
/// ago: exact for values that change at whole milliseconds and delays of up to 6 s, up to a 6000th
/// of the delay older for longer ones. Kept are the steps at which it became another value, so
/// memory and time per sample do not grow with the sample rate, and what holds costs nothing.
class Lag {
  public:
    static constexpr int most_parts = 6000;
    static constexpr Duration shortest_part{1'000'000};

    explicit Lag(Duration delay)
        : part_(part_of(delay)),
          parts_(std::max<std::int64_t>(1, (delay + part_ - Duration{1}) / part_)),
          turns_(2 * (static_cast<std::size_t>(parts_) + 2) + least_moved,
                 Turn{-1, Signals::no_value}),
          newest_(parts_),
          is_longer_(parts_ * part_ > delay) {}

    /// The first value comes at `now`.
    void start(Instant now) noexcept { next_ = now; }
    /// `value` is so from `now` on, and what was told last has been so until now. Has to be told at
    /// next() too, not only when the value changes; told twice of one moment, the last word counts.
    void note(Instant now, double value) noexcept {
        if (now >= next_) turn(newest_ + 1, held_);
        go_to(now);
        if (now == written_) turn(newest_, value);
        held_ = value;
        while (size_ > 1 && at(1).step <= oldest()) {
            ++first_;
            --size_;
        }
    }
    /// Nobody has told it anything for a while, and from now on it is told again: what was before
    /// is not known, but for the step that `now` lies in.
    void resume(Instant now, double value) noexcept {
        go_to(now);
        first_ = 0;
        size_ = 1;
        turns_[0] = {oldest() - 1, Signals::no_value};
        // Steps that are longer than the delay together look back a step further.
        turn(is_longer_ ? newest_ - 1 : newest_, value);
        held_ = value;
    }
    /// No value until a delay has passed.
    [[nodiscard]] double ago() const noexcept { return at(0).value; }
    /// The first step at which ago() is another value; never, if that is not known yet.
    [[nodiscard]] Instant next() const noexcept {
        if (size_ > 1) return when_oldest(at(1).step);
        return same(held_, at(0).value) ? never : when_oldest(newest_ + 1);
    }

    /// The next step at which what it has been told is kept.
    [[nodiscard]] Instant next_step() const noexcept { return next_; }

  private:
    /// So many that have been dropped are worth a move.
    static constexpr std::size_t least_moved = 16;

    /// From this step on it has this value.
    struct Turn {
        std::int64_t step;
        double value;
    };

    /// Whole milliseconds: samples come on them, and between two nothing has to be looked at.
    static Duration part_of(Duration delay) noexcept {
        const std::int64_t parts =
            (delay / most_parts + shortest_part - Duration{1}) / shortest_part;
        return std::max<std::int64_t>(parts, 1) * shortest_part;
    }
    static bool same(double a, double b) noexcept {
        return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
    }
    [[nodiscard]] std::int64_t oldest() const noexcept { return newest_ - parts_; }
    [[nodiscard]] Instant when_oldest(std::int64_t step) const noexcept {
        return next_ + (step - oldest() - 1) * part_;
    }
    [[nodiscard]] const Turn& at(std::size_t turn) const noexcept { return turns_[first_ + turn]; }

    /// The newest step is the last one up to `now`.
    void go_to(Instant now) noexcept {
        if (now < next_) return;
        const std::int64_t steps = (now - next_) / part_ + 1;
        newest_ += steps;
        written_ = next_ + (steps - 1) * part_;
        next_ = written_ + part_;
    }
    /// `step` is the newest one, or the one behind it. There is room for a turn at every step.
    void turn(std::int64_t step, double value) noexcept {
        if (at(size_ - 1).step == step) --size_;
        if (same(at(size_ - 1).value, value)) return;
        if (first_ >= std::max(size_, least_moved)) {
            // To the front, so that few turns take little memory. Costs as much as adding them did.
            std::copy_n(turns_.begin() + static_cast<std::ptrdiff_t>(first_), size_,
                        turns_.begin());
            first_ = 0;
        }
        turns_[first_ + size_] = {step, value};
        ++size_;
    }

    Duration part_;
    std::int64_t parts_;
    std::vector<Turn> turns_;
    std::int64_t newest_;  ///< step, counted so that the oldest one kept is never below 0
    bool is_longer_;       ///< all parts together than the delay
    std::size_t first_ = 0;
    std::size_t size_ = 1;  ///< turns that are kept; the first one is what ago() says
    double held_ = Signals::no_value;
    Instant next_ = never;
    Instant written_ = Instant::min();
};

}  // namespace islandbench::acceptance::language
