#include "emulators/plant/current_loop.hpp"

#include <cmath>

namespace islandbench::plant {
namespace {

/// Of the plain current source, 5 ms.
const double source_gain = 1.0 - std::exp(-step_s / 0.005);

}  // namespace

CurrentLoop::CurrentLoop(const std::optional<CurrentLoopSpec>& spec, double nominal_v,
                         double rating_w)
    : has_filter_(spec.has_value()) {
    if (!spec) return;
    volt_per_ampere_ = nominal_v * nominal_v / rating_w;
    kp_ = spec->kp * volt_per_ampere_;
    ki_ = spec->ki * volt_per_ampere_;
    filter_ = Phasor{1.0, 0.0} / (volt_per_ampere_ * Phasor{spec->rf.value(), spec->xf.value()});
}

void CurrentLoop::cut() noexcept {
    dq_ = integral_ = injection_ = {};
    gated_ = false;
}

void CurrentLoop::advance(Phasor v, Phasor wanted, const Frame& frame) noexcept {
    if (has_filter_) {
        control(v, wanted, frame);
    } else {
        follow(wanted, frame);
    }
}

void CurrentLoop::follow(Phasor wanted, const Frame& frame) noexcept {
    dq_ += source_gain * (wanted - dq_);
    if (wanted == Phasor{} && norm(dq_) < 1e-18) dq_ = {};  // no denormal numbers
    injection_ = dq_ * frame.next;
}

void CurrentLoop::control(Phasor v, Phasor wanted, const Frame& frame) noexcept {
    const Phasor error = wanted - current(v) * conj(frame.measured);
    integral_ += step_s * ki_ * error;
    const Phasor emf = v * conj(frame.measured) + integral_ + kp_ * error;
    injection_ = filter_ * emf * frame.next;
    gated_ = true;
}

}  // namespace islandbench::plant
