#include "emulators/plant/synchroniser.hpp"

#include <algorithm>
#include <cmath>

namespace islandbench::plant {
namespace {

// Found by simulation of one former against a grid: all starting angles close within 8 s, with load
// steps, and never faster than 0.3 Hz/s, far from any loss-of-mains relay.
constexpr int every = 10;             // steps between two corrections
constexpr double approach_s = 1.5;    // the angle is to vanish in this time
constexpr double most_slip = 0.20;    // Hz
constexpr double df_gain = 2.0;       // Hz/s per Hz
constexpr double most_df_rate = 0.3;  // Hz/s
constexpr double dv_gain = 2.0;       // 1/s
constexpr double most_dv_rate = 0.02;
constexpr double most_dv = 0.05;

// Own targets, inside those of the site file.
constexpr double target_df = 0.02;
constexpr double target_dv = 0.015;  // so that loads see less than 3 % with what is still trimmed
constexpr double target_dphi = 4.0;

constexpr Duration longest_attempt = 60s;
// Back to no trim after an attempt that did not close.
constexpr double relax_df = 0.05;  // Hz/s
constexpr double relax_dv = 0.01;  // 1/s

double towards_zero(double value, double by) {
    return value - std::clamp(value, -by, by);
}

}  // namespace

Synchroniser::Synchroniser(const InterconnectSpec& spec)
    : limits_(spec.sync), closing_s_(to_seconds(spec.closing_time)) {
    limits_.df = std::min(limits_.df, Frequency{target_df});
    limits_.dv = std::min(limits_.dv, Ratio{target_dv});
    limits_.dphi = std::min(limits_.dphi, Angle{target_dphi});
}

void Synchroniser::start() {
    running_ = true;
    since_ = {};
    inside_.reset();
}

bool Synchroniser::timed_out() const noexcept {
    return running_ && since_ >= longest_attempt;
}

void Synchroniser::advance(const SyncDifference& measured) {
    df_.update(measured.df);
    const bool correct = ++steps_ % every == 0;
    if (!running_) {
        inside_.reset();
        if (correct) relax();
        return;
    }
    since_ += step;
    if (correct) steer(measured);
    inside_.update(inside(measured));
}

void Synchroniser::steer(const SyncDifference& measured) {
    constexpr double dt = every * step_s;
    const double wanted = std::clamp(-measured.dphi / (360.0 * approach_s), -most_slip, most_slip);
    const double rate = df_gain * (wanted - df_.value());
    df_trim_ += dt * std::clamp(rate, -most_df_rate, most_df_rate);
    const double dv_rate = std::clamp(-dv_gain * measured.dv, -most_dv_rate, most_dv_rate);
    dv_trim_ = std::clamp(dv_trim_ + dt * dv_rate, -most_dv, most_dv);
}

void Synchroniser::relax() {
    df_trim_ = towards_zero(df_trim_, relax_df * every * step_s);
    dv_trim_ = towards_zero(dv_trim_, relax_dv * every * step_s);
}

bool Synchroniser::inside(const SyncDifference& measured) const {
    const double at_closing = measured.dphi + 360.0 * df_.value() * closing_s_;
    return std::fabs(df_.value()) <= limits_.df.value() &&
           std::fabs(measured.dv) <= limits_.dv.value() &&
           std::fabs(at_closing) <= limits_.dphi.value();
}

}  // namespace islandbench::plant
