#pragma once

#include <numbers>

#include "base/site.hpp"
#include "emulators/plant/frequency_meter.hpp"
#include "emulators/plant/phasor.hpp"
#include "emulators/plant/timing.hpp"

namespace islandbench::plant {

/// Phase-locked loop of a converter, synchronous-frame form, on one phasor: that of its own phase,
/// or a positive sequence. Its default gains (kp 50, ki 900 on the voltage in per unit) are those
/// of REGFM and GridLAB-D's grid-following inverters. With a low-pass, it locks on the angle of the
/// filtered voltage instead of its q component (Kaura and Blasko, IEEE Trans. Ind. Appl. 33, 1997).
class Pll {
  public:
    explicit Pll(double nominal_v, const PllSpec& spec = {})
        : spec_(spec),
          nominal_v_(nominal_v),
          filter_(spec.w_lp > 0.0 ? 1.0 - std::exp(-step_s * spec.w_lp) : 1.0) {}

    void update(Phasor v) noexcept {
        const bool alive = norm(v) > square(dead_share * nominal_v_);
        if (alive && !alive_) {
            angle_ = arg(v);
            direction_ = polar(1.0, angle_);
            seen_ = {abs(v), 0.0};
            integral_ = omega_ = 0.0;
        }
        alive_ = alive;
        if (!alive) return;
        const double error = error_of(v * conj(direction_));
        integral_ += spec_.ki * error * step_s;
        omega_ = integral_ + spec_.kp * error;
        angle_ = wrap(angle_ + omega_ * step_s);
        direction_ = polar(1.0, angle_);
    }
    /// Forgets what it followed.
    void reset() noexcept { alive_ = false; }

    /// Something to follow is there.
    [[nodiscard]] bool alive() const noexcept { return alive_; }
    /// Unit phasor along the voltage.
    [[nodiscard]] Phasor direction() const noexcept { return direction_; }
    /// Hz above nominal.
    [[nodiscard]] double deviation() const noexcept { return omega_ / (2.0 * std::numbers::pi); }

  private:
    static constexpr double square(double x) noexcept { return x * x; }

    double error_of(Phasor in_frame) noexcept {
        if (filter_ == 1.0) return in_frame.im / nominal_v_;
        seen_ += filter_ * (in_frame - seen_);
        return arg(seen_);
    }

    PllSpec spec_;
    double nominal_v_;
    double filter_;  ///< gain of the low-pass; 1: none
    double angle_ = 0.0;
    Phasor direction_{1.0, 0.0};
    Phasor seen_;  ///< in the frame, filtered
    double integral_ = 0.0, omega_ = 0.0;
    bool alive_ = false;
};

}  // namespace islandbench::plant
