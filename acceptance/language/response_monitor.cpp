#include "acceptance/language/response_monitor.hpp"

#include <algorithm>

namespace islandbench::acceptance::language {
namespace {

/// Time has no moment nearer than this behind another.
constexpr Duration right_behind{1};

}  // namespace

void ResponseMonitor::doubt(Instant now, const Program& program) noexcept {
    const Cell& trigger = program.cell_at(claim_.trigger);
    const Cell& unknown =
        trigger.truth == Truth::unknown ? trigger : program.cell_at(claim_.condition);
    tally_.miss(now, unknown.doubt);
    tally_.unsure(unknown, program, now);
}

void ResponseMonitor::turn(Instant now, Truth trigger, Truth condition) noexcept {
    tally_.opened = true;
    tally_.tested = tally_.tested || trigger == Truth::yes;
    trigger_ = trigger;
    condition_ = condition;
    set(sure_, now, trigger == Truth::yes, condition != Truth::no);
    set(possible_, now, trigger != Truth::no, condition == Truth::yes);
    conclude();
}

void ResponseMonitor::set(Question& question, Instant now, bool asks, bool good) noexcept {
    elapse(question, now);
    if (good && question.good_since == never) question.good_since = now;
    if (!good) question.good_since = never;
    if (asks) question.pending.begin(now);
    if (!asks) question.pending.end(now);
    // What holds at once and need not last answers the moment itself.
    elapse(question, now);
}

void ResponseMonitor::elapse(Question& question, Instant now) noexcept {
    const Instant begin = question.good_since;
    Instant trigger = question.pending.first();
    if (trigger == never || trigger > now) return;
    if (begin != never && now - begin >= claim_.hold) {
        answer(question, trigger, begin);
        // Those behind the last moment that is answered wait for what follows.
        const Instant answered = now - claim_.hold;
        question.pending.drop(claim_.hold > Duration::zero() ? answered + right_behind : answered);
        trigger = question.pending.first();
    }
    if (trigger >= now - claim_.deadline || is_on_its_way(question, trigger)) return;
    question.broken = true;
    question.first = std::min(question.first, trigger + claim_.deadline);
}

/// C is so, began in time, and may last.
bool ResponseMonitor::is_on_its_way(const Question& question, Instant trigger) const noexcept {
    return question.good_since != never && question.good_since <= trigger + claim_.deadline;
}

/// The first moment that waited has its answer: it has waited longest.
void ResponseMonitor::answer(Question& question, Instant trigger, Instant begin) noexcept {
    const Duration waited = std::max(begin - trigger, Duration::zero());
    const double limit = to_seconds(claim_.deadline);
    const double margin = to_seconds(claim_.deadline - waited);
    if (waited > claim_.deadline) {
        question.broken = true;
        question.first = std::min(question.first, trigger + claim_.deadline);
    }
    if (question.closest.exists && question.closest.margin <= margin) return;
    question.closest = {true,
                        margin,
                        margin / (limit > 0.0 ? limit : 1.0),
                        to_seconds(waited),
                        limit,
                        -1,
                        std::max(begin, trigger)};
}

void ResponseMonitor::conclude() noexcept {
    if (sure_.broken) tally_.violate(sure_.first);
    tally_.undecided = tally_.undecided || possible_.broken;
    tally_.crowded = sure_.pending.crowded() || possible_.pending.crowded();
    tally_.closest = sure_.broken ? sure_.closest : possible_.closest;
}

void ResponseMonitor::elapse(Instant now) noexcept {
    elapse(sure_, now);
    elapse(possible_, now);
    conclude();
}

void ResponseMonitor::finish(Instant end) noexcept {
    elapse(end);
    close(sure_, end);
    close(possible_, end);
    conclude();
    const Instant open = possible_.pending.first();
    tally_.cut = open < end && !possible_.broken;
}

/// What is missed and never came is late by at least the rest of the run.
void ResponseMonitor::close(Question& question, Instant end) noexcept {
    const Instant trigger = question.pending.first();
    const bool missed = trigger < end - claim_.deadline && !is_on_its_way(question, trigger);
    if (!missed) return;
    tally_.never_met = true;
    answer(question, trigger, end);
}

}  // namespace islandbench::acceptance::language
