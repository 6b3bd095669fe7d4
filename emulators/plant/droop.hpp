#pragma once

#include "base/site.hpp"
#include "emulators/plant/forming.hpp"
#include "emulators/plant/timing.hpp"

namespace islandbench::plant {

/// The control of a droop grid-forming inverter, structure REGFM_A1 (WECC) but at a current limit
/// (FormingInput::p), in per unit of its rating: P, Q, V through filters, frequency from P, voltage
/// from Q through a PI controller, overload mitigation. Equations and parameters:
/// docs/plant-models.md.
class DroopControl {
  public:
    DroopControl(const FormerSpec& spec, Frequency nominal_f);
    /// Of a home: its power set-point comes in on the raise/lower input, nothing integrates it.
    DroopControl(const HomeFormingSpec& spec, Frequency nominal_f);

    using Input = FormingInput;

    /// Starts beside a live grid at this frequency, delivering `p`.
    void start_beside(double frequency_hz, double voltage, double p);
    /// The same after a stop: without power at first, then as after a reclosing.
    void return_beside(double frequency_hz, double voltage);
    /// Starts alone.
    void start_alone(double voltage);

    /// Takes the voltage offset at once that holds the present voltage against this set-point.
    void match(double v_set) noexcept { setpoints_.match_voltage(voltage_ - v_set); }

    void advance(const Input& in);

    /// Of the internal voltage, now (Hz).
    [[nodiscard]] double frequency() const noexcept { return nominal_hz_ + deviation_hz_; }
    /// Angle turned in the nominal frame during the last step (radians).
    [[nodiscard]] double turned() const noexcept { return turned_; }
    [[nodiscard]] double voltage() const noexcept { return voltage_; }
    /// The power set-point in force: after a reclosing it ramps to Input::p_set.
    [[nodiscard]] double power_setpoint() const noexcept { return setpoints_.power(); }
    [[nodiscard]] double frequency_offset() const noexcept { return setpoints_.hz(); }
    /// The overload mitigation acts.
    [[nodiscard]] bool mitigating() const noexcept { return mitigation_.acting(); }

    /// Of the frequency, per unit of power.
    [[nodiscard]] double droop_hz() const noexcept { return droop_hz_; }

  private:
    struct Settings {
        Ratio droop, voltage_droop;
        const FormingSpec& control;
        Duration grid_pi;
        SetpointHold::Power power;
    };
    DroopControl(const Settings& settings, Frequency nominal_f);

    double nominal_hz_;
    double droop_hz_;  ///< per unit of power
    double voltage_droop_;
    double kpv_, kiv_, e_max_;
    Lag p_, q_, given_, v_;
    SetpointHold setpoints_;
    OverloadMitigation mitigation_;
    double integral_ = 1.0;  ///< of the voltage control
    double voltage_ = 1.0;
    double deviation_hz_ = 0.0;
    double turned_ = 0.0;
};

}  // namespace islandbench::plant
