#include "dispatch/loop/loadctl_agent.hpp"

#include <algorithm>

namespace islandbench::dispatch {
namespace {

constexpr Duration after_refusal = 1s;

}  // namespace

LoadControlAgent::LoadControlAgent(AgentContext& context, Signals& signals, std::string device,
                                   const Slot<LoadControlPort>& slot)
    : Agent(context, signals, device, Role::loadctl, slot.settings),
      port_(*slot.port),
      tap_(signals, device) {}

void LoadControlAgent::order(const core::HomeOut& out) noexcept {
    for (int t = 0; t < tiers; ++t) {
        const auto tier = static_cast<std::size_t>(t);
        if (t >= out.closed_tiers) to_close_[tier] = false;
        if (t < out.closed_tiers && t >= closed_tiers_) to_close_[tier] = true;
    }
    closed_tiers_ = out.closed_tiers;
    tap_.ordered(out);
    note_age();
    wake();
}

int LoadControlAgent::next_coil() const noexcept {
    if (!reading_) return -1;
    for (int t = tiers - 1; t >= closed_tiers_; --t) {
        if (closed_[static_cast<std::size_t>(t)]) return t;
    }
    for (int t = 0; t < closed_tiers_; ++t) {
        if (to_close_[static_cast<std::size_t>(t)]) return t;
    }
    return -1;
}

Instant LoadControlAgent::write_wanted() const {
    return next_coil() < 0 ? never : std::max(now(), retry_at_);
}

Task<Agent::Outcome> LoadControlAgent::read(Instant deadline) {
    const Instant asked = now();
    auto result = co_await port_.read(deadline);
    if (!result) co_return outcome_of(result.error());
    reading_ = *result;
    tap_.seen(*reading_);
    note_reading(reading_->reported, proven_by(*reading_));
    if (asked >= written_at_) closed_ = reading_->closed;
    co_return Outcome::done;
}

Task<Agent::Outcome> LoadControlAgent::write(Instant deadline) {
    const int coil = next_coil();
    const auto tier = static_cast<std::size_t>(coil);
    const bool close = coil < closed_tiers_;
    const Done done = co_await port_.set_tier(coil, close, deadline);
    if (!done) {
        const Outcome outcome = outcome_of(done.error());
        if (outcome == Outcome::refused) retry_at_ = now() + after_refusal;
        co_return outcome;
    }
    closed_[tier] = close;
    // Only an order that still stands is done with.
    if (close) to_close_[tier] = false;
    written_at_ = now();
    co_return Outcome::done;
}

}  // namespace islandbench::dispatch
