#include "acceptance/language/deadline_monitor.hpp"

#include <algorithm>

namespace islandbench::acceptance::language {

void DeadlineMonitor::update(Instant now, const Events& events) noexcept {
    if (!events.fired(claim_.event)) return;
    tally_.opened = true;
    for (Slot& slot : slots_) {
        if (slot.in_use) continue;
        slot = {};
        slot.in_use = true;
        slot.trigger = now;
        ++open_;
        return;
    }
    tally_.crowded = true;
}

void DeadlineMonitor::judge(Instant now, const Program& program) noexcept {
    if (open_ == 0) return;
    const Cell& cell = program.cell_at(claim_.condition);
    const Truth truth = cell.truth;
    tally_.tested = true;
    if (truth == Truth::unknown) {
        tally_.miss(now, cell.doubt);
        tally_.unsure(cell, program, now);
    }
    for (Slot& slot : slots_) {
        if (!slot.in_use) continue;
        meet(slot, now);  // a stretch that ends now may have lasted long enough
        if (!slot.in_use) continue;
        follow(slot, truth, now);
        meet(slot, now);
        if (slot.in_use) expire(slot, now);
    }
}

void DeadlineMonitor::follow(Slot& slot, Truth truth, Instant now) noexcept {
    if (truth != Truth::yes) slot.yes_since = never;
    if (truth == Truth::yes && slot.yes_since == never) slot.yes_since = now;
    if (truth == Truth::no) slot.possible_since = never;
    if (truth != Truth::no && slot.possible_since == never) slot.possible_since = now;
}

void DeadlineMonitor::meet(Slot& slot, Instant now) noexcept {
    const auto has_lasted = [&](Instant since) {
        return since != never && now - since >= claim_.hold;
    };
    if (has_lasted(slot.possible_since) && slot.possible_since <= deadline(slot)) {
        slot.perhaps_met = true;
    }
    if (has_lasted(slot.yes_since)) {
        settle(slot, slot.yes_since - slot.trigger, slot.yes_since);
    }
}

/// Nothing that begins after the deadline can meet it any more.
void DeadlineMonitor::expire(Slot& slot, Instant now) noexcept {
    const bool may_still = slot.possible_since != never && slot.possible_since <= deadline(slot);
    if (slot.missed || now <= deadline(slot) || may_still) return;
    if (slot.perhaps_met) {
        tally_.undecided = true;
        slot.in_use = false;
        --open_;
        return;
    }
    slot.missed = true;
    tally_.violate(deadline(slot));
}

void DeadlineMonitor::settle(Slot& slot, Duration after, Instant at) noexcept {
    slot.in_use = false;
    --open_;
    const bool late = after > claim_.deadline;
    if (late && slot.perhaps_met && !slot.missed) {
        tally_.undecided = true;
        return;
    }
    if (late) tally_.violate(deadline(slot));
    const double limit = to_seconds(claim_.deadline);
    const double margin = to_seconds(claim_.deadline - after);
    tally_.closest_from(
        {true, margin, margin / (limit > 0.0 ? limit : 1.0), to_seconds(after), limit, -1, at},
        false);
}

void DeadlineMonitor::finish(Instant end) noexcept {
    for (Slot& slot : slots_) {
        if (!slot.in_use) continue;
        meet(slot, end);
        if (!slot.in_use) continue;
        const bool runs = slot.possible_since != never && slot.possible_since <= deadline(slot);
        if (!slot.missed && (runs || end <= deadline(slot))) {
            tally_.undecided = tally_.undecided || slot.perhaps_met;
            tally_.cut = true;
            continue;
        }
        // Never met: late by at least the rest of the run.
        tally_.never_met = tally_.never_met || !slot.perhaps_met;
        settle(slot, std::max(end - slot.trigger, claim_.deadline + Duration{1}), end);
    }
}

}  // namespace islandbench::acceptance::language
