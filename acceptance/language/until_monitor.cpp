#include "acceptance/language/until_monitor.hpp"

#include <algorithm>

namespace islandbench::acceptance::language {

void UntilMonitor::judge(Instant now, const Program& program) noexcept {
    const Truth trigger = program.cell_at(claim_.trigger).truth;
    const Cell& condition = program.cell_at(claim_.condition);
    const Truth goal = program.cell_at(claim_.goal).truth;
    tally_.opened = true;
    tally_.tested = tally_.tested || trigger == Truth::yes;
    for (const int place : {claim_.trigger, claim_.condition, claim_.goal}) {
        const Cell& cell = program.cell_at(place);
        if (cell.truth != Truth::unknown) continue;
        tally_.miss(now, cell.doubt);
        tally_.unsure(cell, program, now);
    }
    const Instant waited = possible_.waits_since;
    if (goal == Truth::yes && waited != never) consider_time(waited, now);
    set(sure_, now, trigger == Truth::yes, condition.truth != Truth::no, goal != Truth::no);
    const bool asked = possible_.waits_since != never || trigger != Truth::no;
    set(possible_, now, trigger != Truth::no, condition.truth == Truth::yes, goal == Truth::yes);
    if (asked && goal != Truth::yes && condition.truth != Truth::unknown) {
        tally_.consider(condition, program, now, claim_.by_share);
    }
    conclude();
}

void UntilMonitor::set(Question& question, Instant now, bool asks, bool holds,
                       bool comes) noexcept {
    elapse(question, now);
    if (comes) {
        question.waits_since = never;
        return;
    }
    if (asks && question.waits_since == never) question.waits_since = now;
    if (question.waits_since == never || holds) return;
    break_at(question, now);
    question.waits_since = never;  // all that waited
}

void UntilMonitor::elapse(Question& question, Instant now) noexcept {
    if (question.waits_since == never || !claim_.deadline) return;
    const Instant deadline = question.waits_since + *claim_.deadline;
    if (now > deadline) break_at(question, deadline);
}

void UntilMonitor::break_at(Question& question, Instant at) noexcept {
    question.broken = true;
    question.first = std::min(question.first, at);
}

void UntilMonitor::consider_time(Instant waits_since, Instant now) noexcept {
    if (!claim_.deadline) return;
    const double limit = to_seconds(*claim_.deadline);
    const double margin = to_seconds(*claim_.deadline - (now - waits_since));
    tally_.closest_from({true, margin, margin / (limit > 0.0 ? limit : 1.0),
                         to_seconds(now - waits_since), limit, -1, now},
                        true);
}

void UntilMonitor::conclude() noexcept {
    if (sure_.broken) tally_.violate(sure_.first);
    tally_.undecided = tally_.undecided || possible_.broken;
}

void UntilMonitor::elapse(Instant now) noexcept {
    elapse(sure_, now);
    elapse(possible_, now);
    conclude();
}

void UntilMonitor::finish(Instant end) noexcept {
    elapse(end);
    if (possible_.waits_since == never || possible_.waits_since >= end) return;
    const bool is_late = claim_.deadline && possible_.waits_since + *claim_.deadline < end;
    if (is_late) consider_time(possible_.waits_since, end);
    tally_.never_met = tally_.never_met || is_late;
    tally_.cut = !is_late;
}

}  // namespace islandbench::acceptance::language
