#pragma once

#include <array>
#include <cstddef>

#include "emulators/plant/timing.hpp"

namespace islandbench::plant {

/// Sliding mean of the last 10 minutes, exact at every step but for the oldest second, which leaves
/// evenly. Before it has seen so much it takes what it has not seen for nominal.
class TenMinuteMean {
  public:
    TenMinuteMean() { seconds_.fill(1.0); }

    void push(double share) noexcept {
        part_ += share * step_s;
        if (++steps_ < per_second) return;
        sum_ += part_ - seconds_[next_];
        seconds_[next_] = part_;
        next_ = (next_ + 1) % seconds_.size();
        steps_ = 0;
        part_ = 0.0;
    }
    [[nodiscard]] double value() const noexcept {
        const double begun = steps_ * step_s;
        return (sum_ + part_ - begun * seconds_[next_]) / double(seconds_.size());
    }

  private:
    static constexpr int per_second = int(Duration{1s} / step);
    std::array<double, 600> seconds_{};
    std::size_t next_ = 0;
    double sum_ = 600.0;
    double part_ = 0.0;
    int steps_ = 0;
};

}  // namespace islandbench::plant
