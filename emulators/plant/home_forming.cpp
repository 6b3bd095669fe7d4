#include "emulators/plant/home_forming.hpp"

#include <algorithm>

namespace islandbench::plant {
namespace {

constexpr double v_set = 1.0;  // without load

}  // namespace

HomeForming::HomeForming(const HomeFormingSpec& spec, double nominal_v, double nominal_hz,
                         double rating_w)
    : nominal_v_(nominal_v),
      nominal_hz_(nominal_hz),
      rated_w_(rating_w),
      rated_a_(rating_w / nominal_v),
      ohm_((nominal_v / rated_a_) * Phasor{spec.rf.value(), spec.xf.value()}),
      law_(spec, Frequency{nominal_hz}),
      overload_(spec.overload, spec.cooling),
      stays_in_step_(spec.control.stays_in_step) {}

void HomeForming::start(Phasor v) {
    angle_ = arg(v);
    law_.start_beside(nominal_hz_, abs(v) / nominal_v_, 0.0);
    law_.match(v_set);
    started_ = true;
}

void HomeForming::rest() noexcept {
    overload_.cool();
    started_ = false;
}

double HomeForming::without_limit(Phasor v) const noexcept {
    return power(v, (emf() - v) / ohm_).re / rated_w_;
}

/// The network is solved to a thousandth of the limit, which is no overload.
void HomeForming::heat(const Input& in) noexcept {
    const double multiple = abs(in.i) / rated_a_;
    const double limit = overload_.limit(0);
    const bool at_limit = in.limiting && multiple <= 1.002 * limit;
    overload_.update({at_limit ? std::min(multiple, limit) : multiple, 0.0, 0.0});
}

void HomeForming::advance(const Input& in) {
    if (!started_) start(in.v);
    heat(in);
    const Phasor s = (1.0 / rated_w_) * power(in.v, in.i);
    const bool held = in.limiting && stays_in_step_;
    law_.advance({.p = held ? power_at_limit(s.re, without_limit(in.v)) : s.re,
                  .given = s.re,
                  .q = s.im,
                  .v = abs(in.v) / nominal_v_,
                  .terminal = (1.0 / nominal_v_) * in.v,
                  .v_set = v_set,
                  .df_hz = in.line.df_hz + law_.droop_hz() * in.p_set,
                  .dv = in.line.dv,
                  .connected = in.line.connected,
                  .hold_voltage = in.limiting,
                  .window = in.window,
                  .window_bounds_p = in.line.connected && overload_.spent(0)});
    angle_ = wrap(angle_ + law_.turned());
}

Phasor HomeForming::emf() const noexcept {
    return polar(law_.voltage() * nominal_v_, angle_);
}

}  // namespace islandbench::plant
