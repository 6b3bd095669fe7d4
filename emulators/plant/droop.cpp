#include "emulators/plant/droop.hpp"

#include <algorithm>

namespace islandbench::plant {
namespace {

constexpr double two_pi = 2.0 * std::numbers::pi;
// REGFM_A1 defaults.
constexpr double voltage_gain = 5.86;  // kiv, 1/s
constexpr double most_voltage = 1.25;  // Emax
constexpr double kpp = 3.0;            // rad/s per unit beyond the window
constexpr double kip = 30.0;           // rad/s^2 per unit beyond the window
constexpr double most_mitigation_hz = 3.0;

constexpr double most_offset_v = 0.10;
constexpr double release_hz = 0.05;  // Hz/s, of the frequency offset after opening
constexpr double release_v = 0.01;   // 1/s
/// After a reclosing, of the rating: 8 %/min, so that with measuring error it stays below the
/// 10 %/min of the usual connection rules.
constexpr double return_ramp = 0.08 / 60.0;

double towards(double value, double target, double by) {
    return value + std::clamp(target - value, -by, by);
}

}  // namespace

DroopControl::DroopControl(const FormerSpec& spec, Frequency nominal_f)
    : nominal_hz_(nominal_f.value()),
      droop_hz_(spec.droop.value() * nominal_f.value()),
      voltage_droop_(spec.voltage_droop.value()),
      grid_pi_s_(to_seconds(spec.grid_pi)) {}

void DroopControl::start_beside(double frequency_hz, double voltage, double p) {
    start_alone(voltage);
    p_.reset(p);
    p_set_ = p;
    connected_ = true;
    deviation_hz_ = frequency_hz - nominal_hz_;
    offset_hz_ = std::clamp(deviation_hz_ + droop_hz_ * p, -droop_hz_, droop_hz_);
}

void DroopControl::return_beside(double frequency_hz, double voltage) {
    start_beside(frequency_hz, voltage, 0.0);
    ramping_ = true;
}

void DroopControl::start_alone(double voltage) {
    p_.reset(0.0);
    q_.reset(0.0);
    v_.reset(voltage);
    voltage_ = voltage;
    offset_hz_ = offset_v_ = high_ = low_ = deviation_hz_ = 0.0;
    ramping_ = false;
    connected_ = false;
}

void DroopControl::advance(const Input& in) {
    p_.update(in.p);
    q_.update(in.q);
    v_.update(in.v);
    if (in.connected != connected_) contact_moved(in);
    if (in.connected) {
        hold_setpoints(in);
    } else {
        let_go();
    }
    const double before = deviation_hz_;
    deviation_hz_ = offset_hz_ + in.df_hz - droop_hz_ * p_.value() + mitigation(in.window) / two_pi;
    turned_ = two_pi * 0.5 * (before + deviation_hz_) * step_s;

    const double reference = in.v_set + in.dv + offset_v_ - voltage_droop_ * q_.value();
    if (!in.hold_voltage) voltage_ += voltage_gain * (reference - v_.value()) * step_s;
    voltage_ = std::clamp(voltage_, 0.0, most_voltage);
    line_df_hz_ = in.df_hz;
    line_dv_ = in.dv;
}

/// At closing the integrators take over where the synchroniser's trims have brought the street.
void DroopControl::contact_moved(const Input& in) {
    connected_ = in.connected;
    if (!in.connected) return;
    offset_hz_ = std::clamp(offset_hz_ + line_df_hz_, -droop_hz_, droop_hz_);
    offset_v_ = std::clamp(offset_v_ + line_dv_, -most_offset_v, most_offset_v);
    p_set_ = p_.value();
    ramping_ = true;
}

void DroopControl::hold_setpoints(const Input& in) {
    p_set_ = ramping_ ? towards(p_set_, in.p_set, return_ramp * step_s) : in.p_set;
    if (p_set_ == in.p_set) ramping_ = false;
    const double error = p_set_ - p_.value();
    // While the mitigation pushes, the integrator does not push against it.
    const bool against = (high_ < 0.0 && error > 0.0) || (low_ > 0.0 && error < 0.0);
    if (!against) {
        offset_hz_ += step_s / grid_pi_s_ * droop_hz_ * error;
        offset_hz_ = std::clamp(offset_hz_, -droop_hz_, droop_hz_);
    }
    if (!in.hold_voltage) {
        offset_v_ -= step_s / grid_pi_s_ * voltage_droop_ * q_.value();
        offset_v_ = std::clamp(offset_v_, -most_offset_v, most_offset_v);
    }
}

void DroopControl::let_go() {
    offset_hz_ = towards(offset_hz_, 0.0, release_hz * step_s);
    offset_v_ = towards(offset_v_, 0.0, release_v * step_s);
}

/// Rad/s. Each integrator only acts on its own side and runs empty again.
double DroopControl::mitigation(const PowerWindow& window) {
    const double above = window.highest - p_.value();  // negative while too high
    const double below = window.lowest - p_.value();   // positive while too low
    high_ = std::clamp(high_ + kip * above * step_s, -two_pi * most_mitigation_hz, 0.0);
    low_ = std::clamp(low_ + kip * below * step_s, 0.0, two_pi * most_mitigation_hz);
    return high_ + low_ + kpp * (std::min(above, 0.0) + std::max(below, 0.0));
}

}  // namespace islandbench::plant
