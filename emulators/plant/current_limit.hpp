#pragma once

#include <array>
#include <numbers>

#include "emulators/plant/phasor.hpp"

namespace islandbench::plant {

/// Of a series impedance that limits a current: as resistive as inductive, its modulus is 1.
inline constexpr Phasor limiting_direction{0.5 * std::numbers::sqrt2, 0.5 * std::numbers::sqrt2};

/// The series impedance (ohm, along limiting_direction) that brings a current down to `ampere`: `i`
/// without it, `a` the change of the current per volt of its source; none where |i| is below.
double needed_ohm(Phasor i, Phasor a, double ampere);

/// Keeps the current of each phase of a voltage source at or below its limit, exactly and within
/// one solve: a phase that would exceed it gets as much series impedance as brings it to the limit
/// (a virtual-impedance limiter; REGFM_A1's back-calculated EMF solved together with the network).
/// Unlike a scaled EMF it has a solution in every passive network, also opposite to a stiff one.
/// The impedance is as resistive as inductive: a purely inductive one can raise the current of a
/// capacitive network.
class CurrentLimiter {
  public:
    /// `admittance`: change of the phase currents per volt of EMF, network included. `unlimited`:
    /// the currents with no limiter. Returns the currents; drop() is then what the EMF lost.
    /// Starts from the last call's solution.
    Phasor3 limit(const Matrix3& admittance, const Phasor3& unlimited,
                  const std::array<double, 3>& ampere);

    /// Voltage over the series impedances: the effective EMF is the EMF minus this.
    [[nodiscard]] const Phasor3& drop() const noexcept { return drop_; }
    [[nodiscard]] bool limiting(std::size_t phase) const noexcept { return ohm_[phase] > 0.0; }
    [[nodiscard]] bool limiting() const noexcept {
        return ohm_[0] > 0.0 || ohm_[1] > 0.0 || ohm_[2] > 0.0;
    }
    void reset() noexcept { *this = {}; }

  private:
    std::array<double, 3> ohm_{};
    Phasor3 drop_;
};

}  // namespace islandbench::plant
