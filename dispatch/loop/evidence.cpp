#include "dispatch/loop/evidence.hpp"

#include <algorithm>
#include <cmath>

namespace islandbench::dispatch {
namespace {

constexpr Duration follow_within = 10s;

template <Dimension D>
bool real(Quantity<D> q) noexcept {
    return std::isfinite(q.value());
}

bool any_real(const std::array<Voltage, phases>& v) noexcept {
    return std::any_of(v.begin(), v.end(),
                       [](Voltage one) { return real(one) && one.value() > 0; });
}

ActivePower distance(ActivePower a, ActivePower b) noexcept {
    return ActivePower{std::fabs((a - b).value())};
}

}  // namespace

ActivePower InverterEvidence::tolerance() const noexcept {
    return std::max(ActivePower{0.05 * limits_.s_max.value()}, ActivePower{100.0});
}

void InverterEvidence::prove(Ability ability, bool is) noexcept {
    if (is) proven_.set(index(ability));
}

void InverterEvidence::read(const InverterReading& reading, bool island) noexcept {
    prove(Ability::read_p, real(reading.p));
    prove(Ability::read_q, real(reading.q));
    prove(Ability::read_v, any_real(reading.v_phase));
    prove(Ability::read_f, real(reading.f) && reading.f.value() > 0);
    prove(Ability::read_soc, reading.soc && real(*reading.soc));
    prove(Ability::read_limits, limits_.p_discharge_max.value() > 0);
    prove(Ability::read_state, true);
    prove(Ability::island_state, island && (reading.forming || reading.connected));
    watch_power(reading);
    watch_reversion(reading);
    last_ = reading;
}

void InverterEvidence::watch_power(const InverterReading& reading) noexcept {
    if (!command_ || reading.reported <= commanded_at_) return;
    const ActivePower rating{limits_.s_max.value()};
    const ActivePower limit = command_->curtail_to.value() * rating;
    // A limit is proven where it held back a unit that was above it.
    const bool was_above = last_ && last_->p > limit + tolerance();
    const bool limited = command_->curtail_to < Ratio{1.0} && reading.p <= limit + tolerance();
    if (limited && was_above) proven_.set(index(Ability::set_limit));
    if (!change_open_) return;
    if (reading.reported > changed_at_ + follow_within) {
        change_open_ = false;
        return;
    }
    if (distance(reading.p, command_->p) > tolerance()) return;
    proven_.set(index(Ability::set_power));
    change_open_ = false;
}

void InverterEvidence::watch_reversion(const InverterReading& reading) noexcept {
    if (!command_ || !last_ || last_->reported <= commanded_at_) return;
    const bool counts =
        last_->reversion_left && reading.reversion_left &&
        *reading.reversion_left<*last_->reversion_left&& * last_->reversion_left> 0ns;
    const bool ran_out = reading.reported > commanded_at_ + command_->valid_for;
    const bool fell_back = ran_out && last_->p_setpoint && last_->p_setpoint == command_->p &&
                           reading.p_setpoint != last_->p_setpoint;
    prove(Ability::reversion, counts || fell_back);
}

void InverterEvidence::commanded(const InverterCommand& command, Instant now) noexcept {
    const bool apart = last_ && distance(last_->p, command.p) > 2.0 * tolerance();
    const bool moved = !command_ || command_->p != command.p;
    if (apart && moved && !change_open_) {
        change_open_ = true;
        changed_at_ = now;
    }
    command_ = command;
    commanded_at_ = now;
}

Abilities proven_by(const BmsReading& reading) noexcept {
    Abilities a;
    a.set(index(Ability::read_soc), real(reading.soc));
    a.set(index(Ability::read_v), real(reading.v) && reading.v.value() > 0);
    a.set(index(Ability::read_limits), real(reading.charge_limit) && real(reading.discharge_limit));
    a.set(index(Ability::read_state));
    return a;
}

Abilities proven_by(const MeterReading& reading) noexcept {
    Abilities a;
    a.set(index(Ability::read_p), real(reading.p));
    a.set(index(Ability::read_q), real(reading.q));
    a.set(index(Ability::read_v), any_real(reading.v_phase));
    a.set(index(Ability::read_f), real(reading.f) && reading.f.value() > 0);
    return a;
}

Abilities proven_by(const InterconnectReading& reading) noexcept {
    Abilities a;
    a.set(index(Ability::read_v), real(reading.v_grid) && real(reading.v_island));
    a.set(index(Ability::read_f), real(reading.f_grid) || real(reading.f_island));
    a.set(index(Ability::read_state));
    a.set(index(Ability::island_state), !reading.closed && reading.island_stable);
    return a;
}

Abilities proven_by(const LoadControlReading& reading) noexcept {
    Abilities a;
    a.set(index(Ability::read_p), real(reading.p_total));
    a.set(index(Ability::read_v), real(reading.v));
    a.set(index(Ability::read_f), real(reading.f));
    a.set(index(Ability::read_state));
    return a;
}

}  // namespace islandbench::dispatch
