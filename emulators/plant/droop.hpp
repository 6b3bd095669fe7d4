#pragma once

#include "base/site.hpp"
#include "emulators/plant/phasor.hpp"
#include "emulators/plant/timing.hpp"

namespace islandbench::plant {

/// Power that the DC side and the rating allow, of the rating.
struct PowerWindow {
    double lowest = -1.0, highest = 1.0;
};

/// The control of a droop grid-forming inverter, structure REGFM_A1 (WECC), in per
/// unit of its rating: measured P, Q, V through 10 ms filters, frequency from P, voltage from Q
/// through an integrator, and an overload mitigation that lowers (raises) the frequency while the
/// power is above (below) its window, so that frequency-driven stages and frequency-watt act.
///
/// Beside a grid a slow integrator moves the no-load frequency to hold a power set-point, and
/// another moves the voltage set-point to hold no reactive power (a grid 3 % above the set-point
/// would draw 60 % of the rating otherwise). In the island both offsets run back to zero and droop
/// alone acts.
class DroopControl {
  public:
    DroopControl(const FormerSpec& spec, Frequency nominal_f);

    /// Starts beside a live grid at this frequency, delivering `p`.
    void start_beside(double frequency_hz, double voltage, double p);
    /// The same after a stop: without power at first, then as after a reclosing.
    void return_beside(double frequency_hz, double voltage);
    /// Starts alone.
    void start_alone(double voltage);

    struct Input {
        double p = 0.0, q = 0.0, v = 0.0;  ///< at the terminals; v the mean of the phases
        double p_set = 0.0;                ///< held beside a grid
        double v_set = 1.0;
        double df_hz = 0.0, dv = 0.0;  ///< raise/lower line
        bool connected = true;         ///< contact signal
        bool hold_voltage = false;     ///< a current limit acts: the integrator must not wind up
        PowerWindow window;
    };
    void advance(const Input& in);

    /// Of the internal voltage, now (Hz).
    [[nodiscard]] double frequency() const noexcept { return nominal_hz_ + deviation_hz_; }
    /// Angle turned in the nominal frame during the last step (radians).
    [[nodiscard]] double turned() const noexcept { return turned_; }
    [[nodiscard]] double voltage() const noexcept { return voltage_; }
    /// The power set-point in force: after a reclosing it ramps to Input::p_set.
    [[nodiscard]] double power_setpoint() const noexcept { return p_set_; }
    [[nodiscard]] double frequency_offset() const noexcept { return offset_hz_; }
    /// The overload mitigation acts.
    [[nodiscard]] bool mitigating() const noexcept { return high_ < 0.0 || low_ > 0.0; }

  private:
    void contact_moved(const Input& in);
    void hold_setpoints(const Input& in);
    void let_go();
    double mitigation(const PowerWindow& window);

    double nominal_hz_;
    double droop_hz_;  ///< per unit of power
    double voltage_droop_;
    double grid_pi_s_;
    Lag p_{0.010}, q_{0.010}, v_{0.010};
    double voltage_ = 1.0;
    double offset_hz_ = 0.0, offset_v_ = 0.0;
    double high_ = 0.0, low_ = 0.0;  ///< integrators of the mitigation, rad/s
    double deviation_hz_ = 0.0;
    double turned_ = 0.0;
    double p_set_ = 0.0;
    bool ramping_ = false;  ///< p_set_ is on its way after a reclosing
    bool connected_ = true;
    double line_df_hz_ = 0.0, line_dv_ = 0.0;  ///< of the last step
};

}  // namespace islandbench::plant
