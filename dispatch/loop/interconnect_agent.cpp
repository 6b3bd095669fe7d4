#include "dispatch/loop/interconnect_agent.hpp"

#include <algorithm>

namespace islandbench::dispatch {
namespace {

constexpr Duration after_refusal = 1s;

void take(std::optional<bool>& pending, const std::optional<bool>& wish) noexcept {
    if (wish) pending = wish;
}

/// What has been carried out is pending no more, unless it was changed meanwhile.
void done_with(std::optional<bool>& pending, const std::optional<bool>& written) noexcept {
    if (pending == written) pending.reset();
}

}  // namespace

InterconnectAgent::InterconnectAgent(AgentContext& context, Signals& signals, std::string device,
                                     const Slot<InterconnectPort>& slot)
    : Agent(context, signals, device, Role::interconnect, slot.settings),
      port_(*slot.port),
      tap_(signals, device) {}

void InterconnectAgent::order(const core::SiteOut& out) noexcept {
    ordered_ = true;
    sync_wanted_ = out.sync_request;
    island_wanted_ = out.island_request;
    tap_.ordered(out);
    note_age();
    wake();
}

void InterconnectAgent::consent(const InterconnectCommand& command) noexcept {
    take(consents_.permit_island, command.permit_island);
    take(consents_.permit_reclose, command.permit_reclose);
    wake();
}

InterconnectCommand InterconnectAgent::command() const noexcept {
    InterconnectCommand c = consents_;
    if (ordered_ && sync_wanted_ != sync_there_) c.sync_request = sync_wanted_;
    if (ordered_ && island_wanted_ != island_there_) c.island_request = island_wanted_;
    return c;
}

Instant InterconnectAgent::write_wanted() const {
    return command() == InterconnectCommand{} ? never : std::max(now(), retry_at_);
}

Task<Agent::Outcome> InterconnectAgent::read(Instant deadline) {
    const Instant asked = now();
    auto result = co_await port_.read(deadline);
    if (!result) co_return outcome_of(result.error());
    reading_ = *result;
    tap_.seen(*reading_);
    note_reading(reading_->reported, proven_by(*reading_));
    // The device may drop a request by itself; it is then made again as long as it is wanted.
    if (asked >= written_at_) sync_there_ = reading_->sync_requested;
    co_return Outcome::done;
}

Task<Agent::Outcome> InterconnectAgent::write(Instant deadline) {
    const InterconnectCommand c = command();
    const Done done = co_await port_.command(c, deadline);
    if (!done) {
        const Outcome outcome = outcome_of(done.error());
        if (outcome == Outcome::refused) retry_at_ = now() + after_refusal;
        co_return outcome;
    }
    if (c.sync_request) sync_there_ = *c.sync_request;
    if (c.island_request) island_there_ = *c.island_request;
    done_with(consents_.permit_island, c.permit_island);
    done_with(consents_.permit_reclose, c.permit_reclose);
    written_at_ = now();
    co_return Outcome::done;
}

Task<> InterconnectAgent::stop(Instant deadline) {
    InterconnectCommand withdraw;
    withdraw.sync_request = false;
    withdraw.island_request = false;
    while (now() < deadline) {
        const Instant answer_by = std::min(deadline, now() + settings().time_out);
        const Done done = co_await port_.command(withdraw, answer_by);
        if (done || outcome_of(done.error()) == Outcome::refused) break;
        co_await pause(between_attempts);
    }
}

}  // namespace islandbench::dispatch
