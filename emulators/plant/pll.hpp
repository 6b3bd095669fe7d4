#pragma once

#include "emulators/plant/frequency_meter.hpp"
#include "emulators/plant/phasor.hpp"
#include "emulators/plant/timing.hpp"

namespace islandbench::plant {

/// Phase-locked loop of a single-phase inverter, synchronous-frame form (kp 50, ki 900 on the
/// voltage in per unit, as REGFM and GridLAB-D's grid-following inverters use) on the phasor of its
/// own phase.
class Pll {
  public:
    explicit Pll(double nominal_v) : nominal_v_(nominal_v) {}

    void update(Phasor v) noexcept {
        const bool alive = norm(v) > square(dead_share * nominal_v_);
        if (alive && !alive_) {
            angle_ = arg(v);
            direction_ = polar(1.0, angle_);
            integral_ = omega_ = 0.0;
        }
        alive_ = alive;
        if (!alive) return;
        const double vq = (v * conj(direction_)).im / nominal_v_;
        integral_ += 900.0 * vq * step_s;
        omega_ = integral_ + 50.0 * vq;
        angle_ = wrap(angle_ + omega_ * step_s);
        direction_ = polar(1.0, angle_);
    }

    /// Something to follow is there.
    [[nodiscard]] bool alive() const noexcept { return alive_; }
    /// Unit phasor along the voltage.
    [[nodiscard]] Phasor direction() const noexcept { return direction_; }
    /// Hz above nominal.
    [[nodiscard]] double deviation() const noexcept { return omega_ / (2.0 * std::numbers::pi); }

  private:
    static constexpr double square(double x) noexcept { return x * x; }

    double nominal_v_;
    double angle_ = 0.0;
    Phasor direction_{1.0, 0.0};
    double integral_ = 0.0, omega_ = 0.0;
    bool alive_ = false;
};

}  // namespace islandbench::plant
