#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "base/signals.hpp"
#include "base/time.hpp"

namespace islandbench::acceptance::language {

/// What numbers that are asked for together were so long ago: one of each home, say.
///
/// They are looked at at most 6000 times per delay, at steps of at least 1 ms counted from the
/// first value (10 min: every 100 ms). So `ago` is the value of the step that was the newest one a
/// delay ago: exact for values that change at whole milliseconds and delays of up to 6 s, up to a
/// 6000th of the delay older for longer ones. Kept are the steps at which any of them became
/// another value, a row of all each, so memory and time per sample do not grow with the sample
/// rate, and what holds costs nothing.
class Lag {
  public:
    static constexpr int most_parts = 6000;
    static constexpr Duration shortest_part{1'000'000};

    Lag(Duration delay, std::size_t numbers)
        : part_(part_of(delay)),
          parts_(std::max<std::int64_t>(1, (delay + part_ - Duration{1}) / part_)),
          numbers_(numbers),
          steps_(2 * (static_cast<std::size_t>(parts_) + 2) + least_moved, -1),
          rows_(steps_.size() * numbers, Signals::no_value),
          held_(numbers, Signals::no_value),
          newest_(parts_),
          is_longer_(parts_ * part_ > delay) {}

    /// The first values come at `now`.
    void start(Instant now) noexcept { next_ = now; }
    /// `value_of(k)` of number k is so from `now` on, and what was told last has been so until now.
    /// Has to be told at next() too, not only when a value changes; told twice of one moment, the
    /// last word counts.
    template <class ValueOf>
    void note(Instant now, ValueOf value_of) noexcept {
        if (now > next_) turn(newest_ + 1);
        go_to(now);
        hold(value_of);
        if (now == written_) turn(newest_);
        while (size_ > 1 && steps_[first_ + 1] <= oldest()) {
            ++first_;
            --size_;
        }
    }
    /// Nobody has told it anything for a while, and from now on it is told again: what was before
    /// is not known, but for the step that `now` lies in.
    template <class ValueOf>
    void resume(Instant now, ValueOf value_of) noexcept {
        go_to(now);
        hold(value_of);
        first_ = 0;
        size_ = 1;
        steps_[0] = oldest() - 1;
        std::fill_n(rows_.begin(), numbers_, Signals::no_value);
        // Steps that are longer than the delay together look back a step further.
        turn(is_longer_ ? newest_ - 1 : newest_);
    }
    /// By number. No value until a delay has passed.
    [[nodiscard]] const double* ago() const noexcept { return row(0); }
    /// The first step at which any of ago() is another value; never, if that is not known yet.
    [[nodiscard]] Instant next() const noexcept {
        if (size_ > 1) return when_oldest(steps_[first_ + 1]);
        return holds(0) ? never : when_oldest(newest_ + 1);
    }

    /// The next step at which what it has been told is kept.
    [[nodiscard]] Instant next_step() const noexcept { return next_; }

  private:
    /// So many that have been dropped are worth a move.
    static constexpr std::size_t least_moved = 16;

    /// Whole milliseconds: samples come on them, and between two nothing has to be looked at.
    static Duration part_of(Duration delay) noexcept {
        const std::int64_t parts =
            (delay / most_parts + shortest_part - Duration{1}) / shortest_part;
        return std::max<std::int64_t>(parts, 1) * shortest_part;
    }
    [[nodiscard]] std::int64_t oldest() const noexcept { return newest_ - parts_; }
    [[nodiscard]] Instant when_oldest(std::int64_t step) const noexcept {
        return next_ + (step - oldest() - 1) * part_;
    }
    [[nodiscard]] const double* row(std::size_t turn) const noexcept {
        return &rows_[(first_ + turn) * numbers_];
    }
    template <class ValueOf>
    void hold(ValueOf value_of) noexcept {
        for (std::size_t k = 0; k < numbers_; ++k) held_[k] = value_of(k);
    }
    /// Is what has been told last what this turn says, bit by bit?
    [[nodiscard]] bool holds(std::size_t turn) const noexcept {
        return std::memcmp(row(turn), held_.data(), numbers_ * sizeof(double)) == 0;
    }

    /// The newest step is the last one up to `now`.
    void go_to(Instant now) noexcept {
        if (now < next_) return;
        const std::int64_t steps = (now - next_) / part_ + 1;
        newest_ += steps;
        written_ = next_ + (steps - 1) * part_;
        next_ = written_ + part_;
    }
    /// From this step on what has been told last is so. It is the newest step, or the one behind
    /// it. There is room for a turn at every step.
    void turn(std::int64_t step) noexcept {
        if (steps_[first_ + size_ - 1] == step) --size_;
        if (holds(size_ - 1)) return;
        if (first_ >= std::max(size_, least_moved)) move_to_front();
        steps_[first_ + size_] = step;
        std::copy_n(held_.begin(), numbers_,
                    rows_.begin() + static_cast<std::ptrdiff_t>((first_ + size_) * numbers_));
        ++size_;
    }
    /// So that few turns take little memory. Costs as much as adding them did.
    void move_to_front() noexcept {
        const auto from = static_cast<std::ptrdiff_t>(first_);
        const auto width = static_cast<std::ptrdiff_t>(numbers_);
        std::copy_n(steps_.begin() + from, size_, steps_.begin());
        std::copy_n(rows_.begin() + from * width, size_ * numbers_, rows_.begin());
        first_ = 0;
    }

    Duration part_;
    std::int64_t parts_;
    std::size_t numbers_;
    // From a step on there is the row of its turn.
    std::vector<std::int64_t> steps_;
    std::vector<double> rows_;
    std::vector<double> held_;  ///< what has been told last
    std::int64_t newest_;       ///< step, counted so that the oldest one kept is never below 0
    bool is_longer_;            ///< all parts together than the delay
    std::size_t first_ = 0;
    std::size_t size_ = 1;  ///< turns that are kept; the first one is what ago() says
    Instant next_ = never;
    Instant written_ = Instant::min();
};

}  // namespace islandbench::acceptance::language
