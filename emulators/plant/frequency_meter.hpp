#pragma once

#include <limits>

#include "emulators/plant/phasor.hpp"
#include "emulators/plant/timing.hpp"

namespace islandbench::plant {

/// Frequency of a voltage as a device sees it: the filtered derivative of the phasor's angle. Every
/// device that measures has its own.
class FrequencyMeter {
  public:
    /// Below `dead_below` volts there is no frequency.
    FrequencyMeter(double nominal_hz, double time_constant_s, double dead_below)
        : nominal_hz_(nominal_hz), dead_below_(dead_below), deviation_(time_constant_s) {}

    void update(Phasor v) noexcept {
        const bool alive = norm(v) > dead_below_ * dead_below_;
        if (alive && alive_) {
            const double turned = arg(v * conj(last_));
            deviation_.update(turned / (2.0 * std::numbers::pi * step_s));
        } else {
            deviation_.reset(0.0);
        }
        alive_ = alive;
        last_ = v;
    }
    [[nodiscard]] bool alive() const noexcept { return alive_; }
    /// Hz above nominal; 0 while dead.
    [[nodiscard]] double deviation() const noexcept { return deviation_.value(); }
    /// NaN while dead.
    [[nodiscard]] double hz() const noexcept {
        return alive_ ? nominal_hz_ + deviation() : std::numeric_limits<double>::quiet_NaN();
    }

  private:
    double nominal_hz_;
    double dead_below_;
    Lag deviation_;
    Phasor last_;
    bool alive_ = false;
};

/// A voltage below this share of nominal is dead: no frequency, no angle, nothing to follow.
inline constexpr double dead_share = 0.1;

}  // namespace islandbench::plant
