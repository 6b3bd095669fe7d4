#include "emulators/plant/vsm.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace islandbench::plant {
namespace {

constexpr double two_pi = 2.0 * std::numbers::pi;

double kw_of(const FormerSpec& spec) {
    return spec.control.vsm.kw.value_or(1.0 / spec.droop.value());
}
double kq_of(const FormerSpec& spec) {
    return spec.control.vsm.kq.value_or(spec.voltage_droop.value());
}

}  // namespace

VsmControl::VsmControl(const FormerSpec& spec, Frequency nominal_f)
    : nominal_hz_(nominal_f.value()),
      kw_(kw_of(spec)),
      kd_(spec.control.vsm.kd),
      kq_(kq_of(spec)),
      gain_(1.0 - std::exp(-step_s * (kw_ + kd_) / spec.control.vsm.ta)),
      e_max_(spec.control.e_max.value()),
      q_(1.0 / spec.control.vsm.wf),
      pll_(1.0, spec.control.vsm.pll),
      setpoints_(nominal_hz_ / kw_, kq_ + spec.xf.value() + spec.control.vsm.lv.value(),
                 spec.grid_pi),
      mitigation_(spec.control.kpp, spec.control.kip) {}

void VsmControl::start_beside(double frequency_hz, double voltage, double p) {
    start_alone(voltage);
    omega_ = frequency_hz / nominal_hz_ - 1.0;
    setpoints_.start_beside(frequency_hz - nominal_hz_, p);
    matching_ = true;
}

void VsmControl::return_beside(double frequency_hz, double voltage) {
    start_beside(frequency_hz, voltage, 0.0);
    setpoints_.ramp();
}

void VsmControl::start_alone(double voltage) {
    q_.reset(0.0);
    pll_.reset();
    setpoints_.start_alone();
    mitigation_.reset();
    omega_ = 0.0;
    voltage_ = voltage;
    matching_ = false;
}

void VsmControl::advance(const Input& in) {
    q_.update(in.q);
    pll_.update(in.terminal);
    setpoints_.advance(in, in.p, q_.value(), mitigation_);
    swing(in);
    if (matching_) setpoints_.match_voltage(voltage_ - in.v_set - in.dv + kq_ * q_.value());
    matching_ = false;
    voltage_ = std::clamp(in.v_set + in.dv + setpoints_.v() - kq_ * q_.value(), 0.0, e_max_);
}

/// Exact for powers and a PLL frequency that stand still over the step, so that any inertia is
/// stable.
void VsmControl::swing(const Input& in) {
    const double no_load_hz = setpoints_.hz() + in.df_hz +
                              mitigation_.advance(in.bounded(in.p, in.given), in.window) / two_pi;
    const double measured = pll_.alive() ? pll_.deviation() / nominal_hz_ : omega_;
    const double balance = (kw_ * no_load_hz / nominal_hz_ + kd_ * measured - in.p) / (kw_ + kd_);
    const double before = omega_;
    omega_ += gain_ * (balance - omega_);
    turned_ = two_pi * nominal_hz_ * 0.5 * (before + omega_) * step_s;
}

}  // namespace islandbench::plant
