#include "emulators/plant/forming.hpp"

#include <algorithm>
#include <numbers>

namespace islandbench::plant {
namespace {

constexpr double most_offset_v = 0.10;
constexpr double release_hz = 0.05;  // Hz/s, of the frequency offset after opening
constexpr double release_v = 0.01;   // 1/s
/// After a reclosing, of the rating: 8 %/min, so that with measuring error it stays below the
/// 10 %/min of the usual connection rules.
constexpr double return_ramp = 0.08 / 60.0;
constexpr double most_mitigation = 2.0 * std::numbers::pi * 3.0;  // rad/s, 3 Hz

double towards(double value, double target, double by) {
    return value + std::clamp(target - value, -by, by);
}

}  // namespace

double power_at_limit(double given, double without) noexcept {
    return given > 0.0 ? std::max(given, without) : without;
}

void SetpointHold::start_alone() noexcept {
    offset_hz_ = offset_v_ = 0.0;
    ramping_ = false;
    connected_ = false;
}

void SetpointHold::start_beside(double deviation_hz, double p) noexcept {
    start_alone();
    p_set_ = p;
    connected_ = true;
    offset_hz_ = std::clamp(deviation_hz + droop_hz_ * p, -droop_hz_, droop_hz_);
}

void SetpointHold::match_voltage(double offset) noexcept {
    offset_v_ = std::clamp(offset, -most_offset_v, most_offset_v);
}

void SetpointHold::advance(const FormingInput& in, double p, double q,
                           const OverloadMitigation& mitigation) noexcept {
    if (in.connected != connected_) contact_moved(in);
    if (in.connected) {
        hold(in, p, q, mitigation);
    } else {
        let_go();
    }
    line_df_hz_ = in.df_hz;
    line_dv_ = in.dv;
}

/// At closing the integrators take over where the synchroniser's trims have brought the street.
void SetpointHold::contact_moved(const FormingInput& in) noexcept {
    connected_ = in.connected;
    if (!in.connected) return;
    offset_hz_ = std::clamp(offset_hz_ + line_df_hz_, -droop_hz_, droop_hz_);
    offset_v_ = std::clamp(offset_v_ + line_dv_, -most_offset_v, most_offset_v);
    p_set_ = in.given;
    ramping_ = true;
}

void SetpointHold::hold(const FormingInput& in, double p, double q,
                        const OverloadMitigation& mitigation) noexcept {
    p_set_ = ramping_ ? towards(p_set_, in.p_set, return_ramp * step_s) : in.p_set;
    if (p_set_ == in.p_set) ramping_ = false;
    const double error = p_set_ - p;
    // While the mitigation pushes, the integrator does not push against it.
    if (!mitigation.against(error)) {
        offset_hz_ += step_s / pi_s_ * droop_hz_ * error;
        offset_hz_ = std::clamp(offset_hz_, -droop_hz_, droop_hz_);
    }
    if (!in.hold_voltage) match_voltage(offset_v_ - step_s / pi_s_ * droop_v_ * q);
}

void SetpointHold::let_go() noexcept {
    offset_hz_ = towards(offset_hz_, 0.0, release_hz * step_s);
    offset_v_ = towards(offset_v_, 0.0, release_v * step_s);
}

double OverloadMitigation::advance(double p, const PowerWindow& window) noexcept {
    const double above = window.highest - p;  // negative while too high
    const double below = window.lowest - p;   // positive while too low
    high_ = std::clamp(high_ + kip_ * above * step_s, -most_mitigation, 0.0);
    low_ = std::clamp(low_ + kip_ * below * step_s, 0.0, most_mitigation);
    return high_ + low_ + kpp_ * (std::min(above, 0.0) + std::max(below, 0.0));
}

}  // namespace islandbench::plant
