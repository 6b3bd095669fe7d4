#include "dispatch/loop/agent.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace islandbench::dispatch {

Agent::Agent(AgentContext& context, Signals& signals, std::string device, Role role,
             PortSettings settings)
    : context_(context),
      settings_(settings),
      signals_(signals),
      age_(signals.add({"link." + device + ".age", Dimension::time, 1.0})),
      wake_(context.clock) {
    IB_ASSERT(settings.poll > 0ns && settings.poll_island > 0ns && settings.time_out > 0ns);
    report_.device = std::move(device);
    report_.role = role;
}

Task<> Agent::run() {
    while (!context_.stopping) {
        if (!context_.answering) {
            (void)co_await wake_.wait_until(never);
            continue;
        }
        if (write_due() <= now()) {
            co_await attempt_write();
            continue;
        }
        const Instant read_due = read_started_ == Instant::min() ? now() : read_started_ + period();
        if (read_due <= now()) {
            co_await attempt_read();
            continue;
        }
        const Instant next = std::min(read_due, write_due());
        (void)co_await wake_.wait_until(next);  // woken or due: the loop looks for itself
    }
    co_await stop(context_.stop_deadline);
    finished_ = true;
    context_.done.notify_all();
}

void Agent::come_back() noexcept {
    read_started_ = Instant::min();
    answering_ = asked_ = false;
    wake();
}

Instant Agent::write_due() const {
    // A device that did not answer is first asked what it does, then told something new.
    const Instant wanted = answering_ ? write_wanted() : never;
    if (wanted == never || write_ended_ == Instant::min()) return wanted;
    return std::max(wanted, write_ended_ + settings_.write_gap);
}

Task<> Agent::attempt_read() {
    read_started_ = now();
    const Instant answer_by = read_started_ + settings_.time_out;
    const Outcome outcome = co_await read(answer_by);
    answering_ = outcome != Outcome::silent;
    // One that began before the controller was back tells nothing new.
    if (read_started_ != Instant::min()) asked_ = true;
    ++(outcome == Outcome::done ? report_.reads : report_.read_failures);
}

Task<> Agent::attempt_write() {
    for (int attempt = 0; attempt <= settings_.write_retries; ++attempt) {
        // The newest order each time: what was wanted before the time-out may be out of date.
        if (write_wanted() > now() || context_.stopping || !context_.answering) break;
        const Instant answer_by = now() + settings_.time_out;
        const Outcome outcome = co_await write(answer_by);
        answering_ = outcome != Outcome::silent;
        ++(outcome == Outcome::done ? report_.writes : report_.write_failures);
        if (answering_) break;
    }
    write_ended_ = now();
}

Task<Agent::Outcome> Agent::write(Instant /*deadline*/) {
    co_return Outcome::refused;
}

Task<> Agent::stop(Instant /*deadline*/) {
    co_return;
}

Task<> Agent::pause(Duration d) {
    co_await context_.clock.sleep_for(d);
}

void Agent::note_reading(Instant reported, const Abilities& proven) noexcept {
    report_.heard = true;
    report_.last_reported = reported;
    report_.proven |= proven;
    note_age();
}

void Agent::note_age() noexcept {
    if (report_.heard) signals_.set(age_, to_seconds(now() - report_.last_reported));
}

Agent::Outcome Agent::outcome_of(const Error& error) noexcept {
    report_.last_error = error.code;
    switch (error.code) {
        case ErrorCode::timed_out:
        case ErrorCode::closed:
        case ErrorCode::refused:
        case ErrorCode::io: return Outcome::silent;
        default: return Outcome::refused;
    }
}

}  // namespace islandbench::dispatch
