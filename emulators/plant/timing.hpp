#pragma once

#include <cmath>

#include "base/time.hpp"

namespace islandbench::plant {

/// The plant advances by this and nothing else; every event lands on a step's boundary.
inline constexpr Duration step = 1ms;
inline constexpr double step_s = 1e-3;

/// First-order lag, exact for an input that is constant over a step.
class Lag {
  public:
    explicit Lag(double time_constant_s, double value = 0.0)
        : gain_(1.0 - std::exp(-step_s / time_constant_s)), value_(value) {}
    double update(double input) noexcept { return value_ += gain_ * (input - value_); }
    void reset(double value) noexcept { value_ = value; }
    [[nodiscard]] double value() const noexcept { return value_; }

  private:
    double gain_;
    double value_;
};

/// How long a condition has held without a break. The step that first sees it counts as zero.
class Hold {
  public:
    void update(bool condition) noexcept { held_ = !condition ? -step : held_ + step; }
    void reset() noexcept { held_ = -step; }
    [[nodiscard]] bool reached(Duration d) const noexcept { return held_ >= 0s && held_ >= d; }
    [[nodiscard]] Duration held() const noexcept { return held_ < 0s ? Duration{} : held_; }

  private:
    Duration held_ = -step;
};

}  // namespace islandbench::plant
