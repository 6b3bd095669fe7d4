#pragma once

#include "base/site.hpp"
#include "emulators/plant/forming.hpp"
#include "emulators/plant/pll.hpp"

namespace islandbench::plant {

/// A virtual synchronous machine, with the interface of DroopControl and per unit as there: a swing
/// equation damped against the frequency of a PLL, and a voltage that falls with reactive power.
/// Its steady state is that of droop: 1 / kw is the droop, the raise/lower line and the offsets
/// move the no-load frequency. Equations and parameters: docs/plant-models.md.
class VsmControl {
  public:
    VsmControl(const FormerSpec& spec, Frequency nominal_f);

    using Input = FormingInput;

    void start_beside(double frequency_hz, double voltage, double p);
    void return_beside(double frequency_hz, double voltage);
    void start_alone(double voltage);

    void advance(const Input& in);

    [[nodiscard]] double frequency() const noexcept { return nominal_hz_ * (1.0 + omega_); }
    [[nodiscard]] double turned() const noexcept { return turned_; }
    [[nodiscard]] double voltage() const noexcept { return voltage_; }
    [[nodiscard]] double power_setpoint() const noexcept { return setpoints_.power(); }
    [[nodiscard]] double frequency_offset() const noexcept { return setpoints_.hz(); }
    [[nodiscard]] bool mitigating() const noexcept { return mitigation_.acting(); }

  private:
    void swing(const Input& in);

    double nominal_hz_;
    double kw_, kd_, kq_;
    double gain_;  ///< share of the way to the speed where all torques balance, per step
    double e_max_;
    Lag q_;
    Pll pll_;
    SetpointHold setpoints_;
    OverloadMitigation mitigation_;
    double omega_ = 0.0;  ///< per unit of nominal, above it
    double turned_ = 0.0;
    double voltage_ = 1.0;
    bool matching_ = false;  ///< the first step takes over the voltage that it found
};

}  // namespace islandbench::plant
