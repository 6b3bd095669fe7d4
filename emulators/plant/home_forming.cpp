#include "emulators/plant/home_forming.hpp"

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
      overload_(spec.overload, spec.cooling) {}

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

void HomeForming::advance(const Input& in) {
    if (!started_) start(in.v);
    const double multiple = abs(in.i) / rated_a_;
    overload_.update({multiple, 0.0, 0.0});
    const Phasor s = (1.0 / rated_w_) * power(in.v, in.i);
    law_.advance({.p = s.re,
                  .q = s.im,
                  .v = abs(in.v) / nominal_v_,
                  .terminal = (1.0 / nominal_v_) * in.v,
                  .v_set = v_set,
                  .df_hz = in.line.df_hz + law_.droop_hz() * in.p_set,
                  .dv = in.line.dv,
                  .connected = in.line.connected,
                  .hold_voltage = in.limiting,
                  .window = in.window});
    angle_ = wrap(angle_ + law_.turned());
}

Phasor HomeForming::emf() const noexcept {
    return polar(law_.voltage() * nominal_v_, angle_);
}

}  // namespace islandbench::plant
