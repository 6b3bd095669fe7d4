#include "dispatch/loop/inverter_agent.hpp"

#include <cmath>

namespace islandbench::dispatch {
namespace {

/// An order older than this is not the core's any more.
constexpr Duration order_life = 3s;
/// Limits that differ by less are the same.
constexpr double limit_band = 0.02;
/// Between attempts to arm a device that refuses.
constexpr Duration arming_pause = 60s;

Duration whole_seconds(std::int32_t ms) noexcept {
    const auto s = std::chrono::floor<std::chrono::seconds>(std::chrono::milliseconds{ms});
    return std::max<Duration>(s, 2s);
}

ActivePower rating_of(const core::UnitConfig& unit) noexcept {
    return ActivePower{static_cast<double>(unit.rating_w)};
}

}  // namespace

InverterAgent::InverterAgent(AgentContext& context, Signals& signals, std::string device,
                             const Slot<InverterPort>& slot, const core::UnitConfig& unit,
                             std::optional<FrequencyResponse> response)
    : Agent(context, signals, device, Role::inverter, slot.settings),
      port_(*slot.port),
      forms_(unit.role == core::UnitRole::former),
      tap_(signals, device, rating_of(unit)),
      evidence_(slot.port->limits()),
      response_(response) {
    report_.rating = ApparentPower{static_cast<double>(unit.rating_w)};
}

void InverterAgent::order(const core::UnitOut& out) noexcept {
    order_ = out;
    ordered_at_ = now();
    wait_for_step_ = false;
    tap_.ordered(out);
    note_age();
    wake();
}

void InverterAgent::permit(bool in_service) noexcept {
    permit_wanted_ = in_service;
    permit_retry_at_ = Instant::min();
    tap_.permitted(in_service);
    wake();
}

bool InverterAgent::reads_fast() const noexcept {
    return forms_ && islanded() && full_read_at_ != Instant::min() &&
           now() < full_read_at_ + settings().poll_full;
}

Task<Agent::Outcome> InverterAgent::read(Instant deadline) {
    const bool fast = reads_fast();
    if (!fast) full_read_at_ = now();
    auto task = fast ? port_.read_fast(deadline) : port_.read(deadline);
    auto result = co_await std::move(task);
    if (!result) co_return outcome_of(result.error());
    // After a silence the core restarts from what the unit does now, before it is told anything.
    const Duration silence = now() - std::max(answered_at_, Instant{Duration{-1h}});
    if (silence > settings().hold(period())) wait_for_step_ = true;
    answered_at_ = now();
    reading_ = *result;
    tap_.seen(*reading_, port_.limits());
    evidence_.read(*reading_, islanded());
    note_reading(reading_->reported, evidence_.proven());
    co_return Outcome::done;
}

InverterCommand InverterAgent::command() const noexcept {
    InverterCommand c;
    c.p = ActivePower{static_cast<double>(order_.p_set_w)};
    c.p_default = ActivePower{static_cast<double>(order_.p_default_w)};
    c.valid_for = whole_seconds(order_.valid_ms);
    c.curtail_to = Ratio{order_.curtail_permille / 1000.0};
    return c;
}

bool InverterAgent::differs(const InverterCommand& c) const noexcept {
    const double change = std::fabs((c.p - written_->p).value());
    const bool to_rest = c.p.value() == 0.0 && change > 0.0;
    const double limit = std::fabs((c.curtail_to - written_->curtail_to).value());
    return change >= settings().write_dead_band.value() || to_rest || limit > limit_band;
}

Instant InverterAgent::write_wanted() const {
    if (permit_wanted_ != permit_given_ && permit_retry_at_ <= now()) return now();
    return arming_due() ? now() : set_point_wanted();
}

Instant InverterAgent::set_point_wanted() const noexcept {
    if (wait_for_step_ || ordered_at_ == Instant::min() || now() > ordered_at_ + order_life) {
        return never;
    }
    if (order_.action == core::UnitAction::leave) return never;
    if (order_.action == core::UnitAction::release) return released_ ? never : now();
    if (!written_) return std::max(now(), retry_at_);
    if (differs(command())) return now();
    return written_at_ + settings().refresh;
}

Task<Agent::Outcome> InverterAgent::write_permit(Instant deadline) {
    const bool wanted = permit_wanted_;
    const Done done = co_await port_.permit(wanted, deadline);
    if (done) {
        permit_given_ = wanted;
        co_return Outcome::done;
    }
    const Outcome outcome = outcome_of(done.error());
    if (outcome == Outcome::refused) permit_retry_at_ = now() + settings().refresh;
    co_return outcome;
}

bool InverterAgent::arming_due() const noexcept {
    const bool spoken =
        !wait_for_step_ && ordered_at_ != Instant::min() && now() <= ordered_at_ + order_life;
    const bool wanted = response_ && order_.respond;
    return spoken && wanted != armed_ && now() >= arming_retry_;
}

/// A device that has no such function, or refuses, is asked again after a while.
Task<Agent::Outcome> InverterAgent::write_arming(Instant deadline) {
    const bool wanted = order_.respond;
    std::optional<FrequencyResponse> response;
    if (wanted) response = response_;
    const Done done = co_await port_.arm(response, deadline);
    if (done) {
        armed_ = wanted;
        co_return Outcome::done;
    }
    const Outcome outcome = outcome_of(done.error());
    arming_retry_ = now() + (outcome == Outcome::refused ? arming_pause : settings().refresh);
    co_return outcome;
}

Task<Agent::Outcome> InverterAgent::write(Instant deadline) {
    if (permit_wanted_ != permit_given_ && permit_retry_at_ <= now()) {
        auto task = write_permit(deadline);
        co_return co_await std::move(task);
    }
    // A set-point that is due goes first: the street may have just become an island.
    if (arming_due() && set_point_wanted() > now()) {
        auto arming = write_arming(deadline);
        co_return co_await std::move(arming);
    }
    if (order_.action == core::UnitAction::release) {
        const Done done = co_await port_.release(deadline);
        if (!done) co_return outcome_of(done.error());
        released_ = true;
        written_.reset();
        co_return Outcome::done;
    }
    const InverterCommand order = command();
    released_ = false;  // even if no answer comes, it may have arrived
    const Instant began = now();
    const Done done = co_await port_.command(order, deadline);
    if (!done) {
        const Outcome outcome = outcome_of(done.error());
        written_.reset();
        if (outcome == Outcome::refused) retry_at_ = now() + settings().refresh;
        co_return outcome;
    }
    written_ = order;
    // Its validity may have begun as early as that.
    written_at_ = began;
    evidence_.commanded(order, began);
    co_return Outcome::done;
}

Task<> InverterAgent::stop(Instant deadline) {
    if (forms_) co_return;
    while (now() < deadline) {
        const Instant answer_by = std::min(deadline, now() + settings().time_out);
        const Done done = co_await port_.release(answer_by);
        if (done || outcome_of(done.error()) == Outcome::refused) break;
        co_await pause(between_attempts);
    }
    // Whoever stopped it for a test gives it back.
    if (!permit_given_) (void)co_await port_.permit(true, deadline);
    if (armed_) {
        const Instant answer_by = std::min(deadline, now() + settings().time_out);
        const std::optional<FrequencyResponse> none;
        (void)co_await port_.arm(none, answer_by);
    }
    tap_.ordered(core::UnitOut{});
}

}  // namespace islandbench::dispatch
