#pragma once

#include <string>
#include <vector>

#include "base/time.hpp"

namespace islandbench::reports {

/// A closed range of values.
struct Range {
    double low = 0.0;
    double high = 1.0;

    [[nodiscard]] double span() const noexcept { return high - low; }
    [[nodiscard]] bool has(double value) const noexcept { return value >= low && value <= high; }
    /// Grows to include `value`; NaN changes nothing.
    void include(double value) noexcept;
};

/// Values to places on the paper.
struct Scale {
    Range values;
    double at_low = 0.0;   ///< place of values.low
    double at_high = 1.0;  ///< place of values.high

    [[nodiscard]] double operator()(double value) const noexcept {
        return at_low + (value - values.low) / values.span() * (at_high - at_low);
    }
};

/// Round numbers inside the range, at most about `most`: steps of 1, 2, 2.5 or 5 times a power
/// of 10.
std::vector<double> round_ticks(Range range, int most);
/// The tick with as many digits as its neighbours need: 0, 0.25, 0.5.
std::string tick_text(double tick, const std::vector<double>& ticks);

/// Time from left to right, in stretches each of which is linear: one for a plain axis, several for
/// a folded one that gives a short phase as much room as a long one.
class TimeAxis {
  public:
    struct Stretch {
        Instant from, to;
        double x_from = 0.0, x_to = 0.0;
    };

    TimeAxis(Instant from, Instant to, double x_from, double x_to);
    /// Stretches follow each other without gaps in time and place.
    explicit TimeAxis(std::vector<Stretch> stretches);

    [[nodiscard]] Instant from() const noexcept { return stretches_.front().from; }
    [[nodiscard]] Instant to() const noexcept { return stretches_.back().to; }
    [[nodiscard]] double left() const noexcept { return stretches_.front().x_from; }
    [[nodiscard]] double right() const noexcept { return stretches_.back().x_to; }
    /// The place of a moment; outside the axis its nearer end.
    [[nodiscard]] double operator()(Instant t) const noexcept;
    [[nodiscard]] const std::vector<Stretch>& stretches() const noexcept { return stretches_; }

  private:
    std::vector<Stretch> stretches_;
};

struct TimeTick {
    Instant at{};
    std::string text;
};
/// Round times of a plain axis: seconds, minutes, hours.
std::vector<TimeTick> time_ticks(Instant from, Instant to, int most);

}  // namespace islandbench::reports
