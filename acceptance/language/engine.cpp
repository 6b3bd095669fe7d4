#include "acceptance/language/engine.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace islandbench::acceptance::language {

void Engine::sample(Instant now, const Signals& signals) noexcept {
    if (started_) {
        if (program.has_linear()) program.aim(signals, sampled_, now);
        pass_time(now);
    }
    events.look(signals);
    if (events.any() && !before.empty()) judge_before(now);
    program.elapse(now);
    program.load(signals);
    events.remember(signals);
    sampled_ = now;
    blank_ = false;
    move_to(now, true);
    started_ = true;
    events.clear();
}

void Engine::prepare() {
    active_.reserve(windows.size());
    gathering_.reserve(windows.size());
    watches_.reserve(windows.size());
    runs_.reserve(windows.size());
    pending_.reserve(deadlines.size());
    for (const WindowMonitor& one : windows) {
        const WindowClaim& claim = one.claim();
        program.want(claim.condition);
        if (claim.antecedent >= 0) program.want(claim.antecedent);
        for (const int mean : claim.means) program.let_rest(mean);
        if (one.looks_at_margins()) program.want_margin(claim.condition, claim.antecedent);
    }
    for (const auto* all : {&moments, &before}) {
        for (const MomentMonitor& one : *all) {
            program.want_margin(one.claim().condition);
            program.want_history(one.claim().condition);
            if (one.claim().antecedent >= 0) program.want_history(one.claim().antecedent);
        }
    }
    for (const DeadlineMonitor& one : deadlines) program.want_history(one.claim().condition);
    for (const ResponseMonitor& one : responses) {
        program.want(one.claim().trigger);
        program.want(one.claim().condition);
    }
    for (const UntilMonitor& one : untils) {
        program.want_margin(one.claim().condition);
        program.want(one.claim().trigger);
        program.want(one.claim().goal);
    }
    for (const int cell : kept) program.want_history(cell);
    program.prepare();
    select();
}

/// Everything that changes by time alone before `until`.
void Engine::pass_time(Instant until) noexcept {
    const Instant stale = sampled_ + longest_hold;
    while (true) {
        Instant next = std::min(program.next_wake(), boundary_);
        if (!blank_) next = std::min(next, stale);
        if (program.has_linear() && !blank_) next = std::min(next, program.next_bend(moved_));
        if (next >= until) return;
        IB_ASSERT(next > moved_);  // or time would stand still here
        program.elapse(next);
        const bool turns_blank = !blank_ && next == stale;
        if (turns_blank) {
            program.blank();
            blank_ = true;
        }
        move_to(next, turns_blank || program.has_linear());
    }
}

/// "before E" asks for the moment just before the new values: time has come, they have not.
void Engine::judge_before(Instant now) noexcept {
    if (now < story_start) return;
    if (!started_) {
        for (MomentMonitor& one : before) one.miss(now, events);
        return;
    }
    program.elapse(now);
    program.evaluate_before(now);
    for (MomentMonitor& one : before) one.judge(now, events, program);
}

void Engine::move_to(Instant now, bool fresh) noexcept {
    moved_ = now;
    const bool begins = !story_ && now >= story_start;
    if (begins || (story_ && (events.any() || now >= boundary_))) {
        story_ = true;
        update(now);
    }
    program.evaluate(now, fresh, events.any());
    if (story_) judge(now);
}

void Engine::update(Instant now) noexcept {
    boundary_ = never;
    active_.clear();
    gathering_.clear();
    for (std::size_t i = 0; i < windows.size(); ++i) {
        windows[i].update(now, events, program);
        boundary_ = std::min(boundary_, windows[i].next_boundary(now));
        if (windows[i].is_judging()) active_.push_back(static_cast<int>(i));
        if (windows[i].is_gathering()) gathering_.push_back(static_cast<int>(i));
    }
    if (events.any()) {
        for (DeadlineMonitor& one : deadlines) one.update(now, events);
    }
    pending_.clear();
    for (std::size_t i = 0; i < deadlines.size(); ++i) {
        if (!deadlines[i].is_idle()) pending_.push_back(static_cast<int>(i));
    }
    select();
    watch();
}

/// What is judged at moments is computed at events, with everything else.
void Engine::select() noexcept {
    program.select_begin();
    for (const int cell : kept) program.select(cell);
    for (const auto* some : {&active_, &gathering_}) {
        for (const int i : *some) {
            const WindowClaim& claim = windows[static_cast<std::size_t>(i)].claim();
            program.select(claim.condition);
            if (claim.antecedent >= 0) program.select(claim.antecedent);
        }
    }
    for (const int i : pending_) {
        program.select(deadlines[static_cast<std::size_t>(i)].claim().condition);
    }
    for (const ResponseMonitor& one : responses) {
        program.select(one.claim().trigger);
        program.select(one.claim().condition);
    }
    for (const UntilMonitor& one : untils) {
        program.select(one.claim().trigger);
        program.select(one.claim().condition);
        program.select(one.claim().goal);
    }
    program.select_end();
}

/// Windows of one formula stand one behind the other, and so do the cells that they look at.
void Engine::watch() noexcept {
    watches_.clear();
    runs_.clear();
    program.watch_none();
    for (const int i : active_) {
        const WindowMonitor& window = windows[static_cast<std::size_t>(i)];
        const int at = static_cast<int>(watches_.size());
        const WatchRun run{at, at, program.batch_of(window.claim().condition),
                           program.batch_of(window.claim().antecedent)};
        const bool goes_on = !runs_.empty() &&
                             runs_.back().condition_batch == run.condition_batch &&
                             runs_.back().antecedent_batch == run.antecedent_batch;
        if (!goes_on) runs_.push_back(run);
        program.watch(run.condition_batch);
        program.watch(run.antecedent_batch);
        ++runs_.back().end;
        const int antecedent = window.claim().antecedent;
        watches_.push_back(Watch{&program.cell_at(window.claim().condition),
                                 antecedent < 0 ? nullptr : &program.cell_at(antecedent), i});
    }
}

/// Only where something has moved that a window looks at, and only if that tells it anything.
void Engine::judge_windows(Instant now) noexcept {
    if (!program.has_any_moved()) return;
    for (const WatchRun& run : runs_) {
        if (!has_moved(run)) continue;
        for (int k = run.begin; k < run.end; ++k) {
            Watch& watch = watches_[static_cast<std::size_t>(k)];
            if (watch.finds_nothing()) continue;
            WindowMonitor& window = windows[static_cast<std::size_t>(watch.window)];
            window.judge(now, program);
            window.tell(watch);
        }
    }
}

void Engine::judge(Instant now) noexcept {
    judge_windows(now);
    for (const int i : pending_) deadlines[static_cast<std::size_t>(i)].judge(now, program);
    for (ResponseMonitor& one : responses) one.judge(now, program);
    for (UntilMonitor& one : untils) one.judge(now, program);
    if (!events.any()) return;
    for (MomentMonitor& one : moments) one.judge(now, events, program);
}

void Engine::finish(Instant end, Ending ending) noexcept {
    if (started_) pass_time(end);
    for (WindowMonitor& one : windows) one.finish(end, ending);
    for (DeadlineMonitor& one : deadlines) one.finish(end);
    for (ResponseMonitor& one : responses) one.finish(end);
    for (UntilMonitor& one : untils) one.finish(end);
}

const Tally& Engine::tally(MonitorRef ref) const noexcept {
    const auto at = static_cast<std::size_t>(ref.index);
    switch (ref.kind) {
        case ClaimKind::window: return windows[at].tally();
        case ClaimKind::deadline: return deadlines[at].tally();
        case ClaimKind::moment: return moments[at].tally();
        case ClaimKind::response: return responses[at].tally();
        case ClaimKind::waiting: return untils[at].tally();
        case ClaimKind::just_before: break;
    }
    return before[at].tally();
}

}  // namespace islandbench::acceptance::language
