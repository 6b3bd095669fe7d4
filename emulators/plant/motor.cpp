#include "emulators/plant/motor.hpp"

#include <algorithm>
#include <cmath>

namespace islandbench::plant {
namespace {

/// A contactor lets go this long after its voltage has fallen, and pulls in from this voltage on
/// (engineering judgement).
constexpr Duration drop_out_time = 20ms;
constexpr double pull_in = 0.70;
/// Let go by a low voltage, it does not pull in again before this: relays of its control come first
/// (engineering judgement). Without, a weak street would see it chatter every 22 ms.
constexpr Duration back_after = 200ms;
/// A motor that has lost so much of its speed is beyond its breakdown slip.
constexpr double stalled_speed = 0.8;

constexpr ZipShares impedance{1.0, 0.0, 0.0};

}  // namespace

Motor::Motor(const MotorSpec& spec, Phasor running, ZipShares shares, Duration lock_out)
    : spec_(spec), lock_out_(lock_out) {
    const double va = spec.locked_rotor * abs(running);
    const double pf = spec.locked_rotor_pf;
    locked_.add({va * pf, va * std::sqrt(1.0 - pf * pf)}, impedance);
    running_.add(running, shares);
}

const ZipSum& Motor::load() const noexcept {
    static constexpr ZipSum nothing{};
    if (state_ == State::starting) return locked_;
    return state_ == State::running ? running_ : nothing;
}

/// Speed and thermal relay over one step under voltage.
void Motor::turn(double v_pu) noexcept {
    const double stall = spec_.stall_v.value();
    const double torque = (v_pu * v_pu - stall * stall) / (1.0 - stall * stall);
    speed_ = std::clamp(speed_ + torque * step_s / to_seconds(spec_.run_up), 0.0, 1.0);
    if (state_ == State::starting) heat_ += step_s / to_seconds(spec_.trip_after);
}

void Motor::rest() noexcept {
    speed_ = 0.0;
    wait_ = std::max(wait_ - step, Duration{});
}

Motor::State Motor::next(bool wanted, double v_pu) noexcept {
    const bool on = state_ == State::starting || state_ == State::running;
    low_.update(v_pu < spec_.drop_out.value());
    if (on && heat_ >= 1.0) {
        wait_ = spec_.restart;
        return State::tripped;
    }
    if (on && low_.reached(drop_out_time)) {
        wait_ = std::max(lock_out_, back_after);
        return State::off;
    }
    if (on && !wanted) {
        wait_ = lock_out_;
        return State::off;
    }
    if (on)
        return speed_ >= 1.0 || (state_ == State::running && speed_ >= stalled_speed)
                   ? State::running
                   : State::starting;
    if (wait_ > 0s) return state_;
    return wanted && v_pu >= pull_in ? State::starting : State::off;
}

bool Motor::advance(bool wanted, double v_pu) noexcept {
    const State before = state_;
    if (state_ == State::starting || state_ == State::running) {
        turn(v_pu);
    } else {
        rest();
    }
    if (state_ != State::starting) {
        heat_ = std::max(heat_ - step_s / to_seconds(spec_.restart), 0.0);
    }
    state_ = next(wanted, v_pu);
    return state_ != before;
}

}  // namespace islandbench::plant
