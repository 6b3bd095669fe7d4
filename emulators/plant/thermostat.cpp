#include "emulators/plant/thermostat.hpp"

#include <algorithm>

namespace islandbench::plant {
namespace {

constexpr Duration recovers_in = 45min;
constexpr Duration longest_full = 30min;
/// It decides anew so often whether it makes up.
constexpr Duration slot = 2min;

}  // namespace

Thermostat::Thermostat(double duty, Duration lock_out, Random chance, Instant start)
    : off_share_(std::max(1.0 - duty, 0.01)),
      most_(from_seconds(off_share_ * to_seconds(recovers_in + longest_full))),
      lock_out_(lock_out),
      chance_(std::move(chance)),
      last_(start) {}

/// What the time since the last call has added or taken.
void Thermostat::account(Instant now) noexcept {
    const Duration since = now - last_;
    last_ = now;
    if (planned_ && (!supplied_ || locked_)) missing_ = std::min(missing_ + since, most_);
    const bool makes_up = extra_ && !planned_ && supplied_ && !locked_;
    if (makes_up) missing_ = std::max(missing_ - since, Duration{});
}

void Thermostat::update(Instant now, bool planned, bool supplied) {
    account(now);
    if (supplied && !supplied_) {
        locked_until_ = now + lock_out_;
        slot_end_ = now;
    }
    planned_ = planned;
    supplied_ = supplied;
    locked_ = supplied && now < locked_until_;
    decide(now);
}

void Thermostat::decide(Instant now) {
    next_ = never;
    if (locked_) next_ = locked_until_;
    if (!supplied_ || locked_ || missing_ == 0s) {
        extra_ = false;
        return;
    }
    if (now >= slot_end_) {
        const double share = to_seconds(missing_) / (to_seconds(recovers_in) * off_share_);
        extra_ = chance_.chance(share);
        slot_end_ = now + slot;
    }
    next_ = slot_end_;
    if (extra_ && !planned_) next_ = std::min(next_, now + missing_);
}

}  // namespace islandbench::plant
