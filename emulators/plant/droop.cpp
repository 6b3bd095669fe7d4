#include "emulators/plant/droop.hpp"

#include <algorithm>
#include <numbers>

namespace islandbench::plant {

namespace {
constexpr double two_pi = 2.0 * std::numbers::pi;
}  // namespace

DroopControl::DroopControl(const FormerSpec& spec, Frequency nominal_f)
    : DroopControl({spec.droop, spec.voltage_droop, spec.control, spec.grid_pi,
                    SetpointHold::Power::integrated},
                   nominal_f) {}

DroopControl::DroopControl(const HomeFormingSpec& spec, Frequency nominal_f)
    : DroopControl(
          {spec.droop, spec.voltage_droop, spec.control, spec.grid_pi, SetpointHold::Power::droop},
          nominal_f) {}

DroopControl::DroopControl(const Settings& spec, Frequency nominal_f)
    : nominal_hz_(nominal_f.value()),
      droop_hz_(spec.droop.value() * nominal_f.value()),
      voltage_droop_(spec.voltage_droop.value()),
      kpv_(spec.control.kpv),
      kiv_(spec.control.kiv),
      e_max_(spec.control.e_max.value()),
      p_(to_seconds(spec.control.tp)),
      q_(to_seconds(spec.control.tq)),
      given_(to_seconds(spec.control.tp)),
      v_(to_seconds(spec.control.tv)),
      setpoints_(droop_hz_, voltage_droop_, spec.grid_pi, spec.power),
      mitigation_(spec.control.kpp, spec.control.kip) {}

void DroopControl::start_beside(double frequency_hz, double voltage, double p) {
    start_alone(voltage);
    p_.reset(p);
    given_.reset(p);
    deviation_hz_ = frequency_hz - nominal_hz_;
    setpoints_.start_beside(deviation_hz_, p);
}

void DroopControl::return_beside(double frequency_hz, double voltage) {
    start_beside(frequency_hz, voltage, 0.0);
    setpoints_.ramp();
}

void DroopControl::start_alone(double voltage) {
    p_.reset(0.0);
    q_.reset(0.0);
    given_.reset(0.0);
    v_.reset(voltage);
    integral_ = voltage_ = voltage;
    deviation_hz_ = 0.0;
    setpoints_.start_alone();
    mitigation_.reset();
}

void DroopControl::advance(const Input& in) {
    p_.update(in.p);
    q_.update(in.q);
    given_.update(in.given);
    v_.update(in.v);
    setpoints_.advance(in, p_.value(), q_.value(), mitigation_);
    const double before = deviation_hz_;
    deviation_hz_ = setpoints_.hz() + in.df_hz - droop_hz_ * p_.value() +
                    mitigation_.advance(in.bounded(p_.value(), given_.value()), in.window) / two_pi;
    turned_ = two_pi * 0.5 * (before + deviation_hz_) * step_s;

    if (in.hold_voltage) return;
    const double error =
        in.v_set + in.dv + setpoints_.v() - voltage_droop_ * q_.value() - v_.value();
    integral_ = std::clamp(integral_ + kiv_ * error * step_s, 0.0, e_max_);
    voltage_ = std::clamp(integral_ + kpv_ * error, 0.0, e_max_);
}

}  // namespace islandbench::plant
