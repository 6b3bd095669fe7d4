#include "acceptance/language/window_monitor.hpp"

#include <algorithm>
#include <limits>

namespace islandbench::acceptance::language {
namespace {

/// Shares of long windows are compared with this grain.
constexpr double share_grain = 1e-9;

}  // namespace

WindowMonitor::WindowMonitor(WindowClaim claim)
    : claim_(std::move(claim)), windows_(claim_.window) {
    for (const WindowRule& rule : claim_.except) except_.emplace_back(rule);
    accounts_.resize(static_cast<std::size_t>(windows_.used()));
}

void WindowMonitor::update(Instant now, const Events& events, Program& program) noexcept {
    elapse(now);
    update_except(now, events);
    // Slots are settled with what they were, so their opening times are kept before the update.
    std::array<Instant, Windows::most> opened{};
    for (int i = 0; i < windows_.used(); ++i) {
        opened[static_cast<std::size_t>(i)] = windows_.slot(i).opens;
    }
    const Windows::Changes changes = windows_.update(now, events);
    tally_.opened = tally_.opened || changes.triggered;
    tally_.crowded = tally_.crowded || changes.crowded;
    for (int i = 0; i < windows_.used(); ++i) {
        Account& account = accounts_[static_cast<std::size_t>(i)];
        if ((changes.closed >> i & 1U) != 0) {
            settle(account, opened[static_cast<std::size_t>(i)], now);
        }
        if ((changes.opened >> i & 1U) != 0) {
            account = {};
            for (const int mean : claim_.means) program.restart_mean(mean, now);
        }
    }
    judging_ = !masked_ && windows_.judges(now);
    moved_ = true;
}

void WindowMonitor::update_except(Instant now, const Events& events) noexcept {
    masked_ = false;
    for (Windows& except : except_) {
        except.update(now, events);
        masked_ = masked_ || except.judges(now);
    }
    if (!masked_) return;
    // What is left out ends a stretch and counts for nothing.
    for (Account& account : accounts_) account.stretch = account.possible = Duration::zero();
}

/// From now on the condition is as `cell` says.
void WindowMonitor::turn(const Cell& cell, Instant now, const Program& program) noexcept {
    const Truth truth = cell.truth;
    elapse(now);
    standing_ = truth;
    moved_ = false;
    if (claim_.requirement == Requirement::throughout) return;
    tally_.tested = true;
    if (truth == Truth::unknown) {
        tally_.miss(now, cell.doubt);
        tally_.unsure(cell, program, now);
    }
    if (truth == Truth::yes) return;
    for (int i = 0; i < windows_.used(); ++i) {
        Account& account = accounts_[static_cast<std::size_t>(i)];
        if (windows_.judges(i, now)) account.first_not = std::min(account.first_not, now);
    }
}

void WindowMonitor::tell(Watch& watch) const noexcept {
    using Looks = Watch::Looks;
    watch.standing = standing_;
    if (!looks_at_margins()) {
        watch.looks = Looks::for_turns;
    } else if (claim_.requirement == Requirement::throughout) {
        const double least = claim_.by_share ? tally_.closest.share : tally_.closest.margin;
        watch.looks = claim_.by_share ? Looks::for_share : Looks::for_margin;
        watch.least = tally_.closest.exists ? least : Signals::no_value;
    }
}

void WindowMonitor::judge_moment(const Cell& cell, Instant now, const Program& program) noexcept {
    if (claim_.antecedent >= 0 && !applies(cell, now, program)) return;
    tally_.tested = true;
    if (cell.truth == Truth::unknown) {
        tally_.miss(now, cell.doubt);
        tally_.unsure(cell, program, now);
        tally_.undecided = true;
        return;
    }
    if (cell.truth == Truth::no) tally_.violate(now);
    tally_.consider(cell, program, now, claim_.by_share);
}

/// Of a window in which one moment is enough, the best moment counts.
void WindowMonitor::look_for_best(const Cell& cell, Instant now, const Program& program) noexcept {
    for (int i = 0; i < windows_.used(); ++i) {
        if (!windows_.judges(i, now)) continue;
        Account& account = accounts_[static_cast<std::size_t>(i)];
        if (cell.truth == Truth::unknown) {
            account.perhaps_met = true;
            continue;
        }
        account.met = account.met || cell.truth == Truth::yes;
        const double best = claim_.by_share ? account.best.share : account.best.margin;
        const double mine = claim_.by_share ? cell.share : cell.margin;
        if (account.best.exists && mine <= best) continue;
        account.best = closest_of(cell, program, now);
    }
}

/// Is the left side of the implication so? Where nobody knows, only a right side that is not so
/// leaves anything open.
bool WindowMonitor::applies(const Cell& cell, Instant now, const Program& program) noexcept {
    const Cell& condition = program.cell_at(claim_.antecedent);
    const Truth left = condition.truth;
    if (left == Truth::unknown && cell.truth != Truth::yes) {
        tally_.miss(now, condition.doubt);
        tally_.unsure(condition, program, now);
        tally_.undecided = true;
    }
    return left == Truth::yes;
}

void WindowMonitor::elapse(Instant now) noexcept {
    const Instant since = seen_;
    seen_ = now;
    if (!judging_ || now <= since) return;
    tally_.judged += now - since;
    if (standing_ == Truth::unknown) tally_.without_value += now - since;
    if (claim_.requirement == Requirement::throughout) return;
    for (int i = 0; i < windows_.used(); ++i) {
        if (!windows_.judges(i, since)) continue;
        count(accounts_[static_cast<std::size_t>(i)], now - since);
    }
}

/// The condition has stood as it is for another `dt`, up to seen_.
void WindowMonitor::count(Account& account, Duration dt) noexcept {
    account.judged += dt;
    if (claim_.requirement == Requirement::sometime) return;
    if (standing_ == Truth::no) {
        account.stretch = account.possible = Duration::zero();
        return;
    }
    account.possible += dt;
    account.longest_possible = std::max(account.longest_possible, account.possible);
    if (standing_ == Truth::unknown) {
        account.unknown += dt;
        account.stretch = Duration::zero();
        return;
    }
    account.yes += dt;
    account.stretch += dt;
    const bool total = claim_.requirement == Requirement::total;
    const Duration spent = total ? account.yes : account.stretch;
    if (total || account.stretch > account.longest) account.at = seen_;
    account.longest = std::max(account.longest, account.stretch);
    if (claim_.requirement != Requirement::share && spent > claim_.limit) {
        tally_.violate(seen_ - (spent - claim_.limit));
    }
}

void WindowMonitor::settle(const Account& account, Instant opened, Instant closed) noexcept {
    const Duration ready = claim_.window.ready_after;
    if (ready > Duration::zero() && closed <= opened + ready) tally_.too_short = true;
    tally_.shortest = std::min(tally_.shortest, closed - opened);
    if (account.judged == Duration::zero()) return;
    if (claim_.requirement == Requirement::sometime) settle_sometime(account, closed);
    if (claim_.requirement == Requirement::share) settle_share(account);
    if (claim_.requirement == Requirement::longest || claim_.requirement == Requirement::total) {
        settle_time(account);
    }
}

void WindowMonitor::settle_sometime(const Account& account, Instant closed) noexcept {
    if (!account.met && account.perhaps_met) {
        tally_.undecided = true;
        return;
    }
    if (!account.met) tally_.violate(closed);
    tally_.closest_from(account.best, claim_.by_share);
}

void WindowMonitor::settle_share(const Account& account) noexcept {
    const double whole = to_seconds(account.judged);
    const double sure = to_seconds(account.yes) / whole;
    const double possible = to_seconds(account.yes + account.unknown) / whole;
    const double room = claim_.share < 1.0 ? 1.0 - claim_.share : 1.0;
    const bool none_missed = account.first_not == never;
    if (possible + share_grain < claim_.share) {
        tally_.violate(account.first_not);
    } else if (sure + share_grain < claim_.share) {
        tally_.undecided = true;
        return;
    }
    const double margin = sure - claim_.share;
    tally_.closest_from({true, margin, margin / room, sure, claim_.share, -1,
                         none_missed ? seen_ : account.first_not},
                        false);
}

void WindowMonitor::settle_time(const Account& account) noexcept {
    const bool total = claim_.requirement == Requirement::total;
    const Duration sure = total ? account.yes : account.longest;
    const Duration possible = total ? account.yes + account.unknown : account.longest_possible;
    if (possible > claim_.limit && sure <= claim_.limit) {
        tally_.undecided = true;
        return;
    }
    const double limit = to_seconds(claim_.limit);
    const double margin = to_seconds(claim_.limit - sure);
    tally_.closest_from({true, margin, margin / (limit > 0.0 ? limit : 1.0), to_seconds(sure),
                         limit, -1, sure > Duration::zero() ? account.at : seen_},
                        false);
}

/// Has the limit of a time been passed for sure?
bool WindowMonitor::is_beyond(const Account& account) const noexcept {
    if (claim_.requirement == Requirement::longest) return account.longest > claim_.limit;
    return claim_.requirement == Requirement::total && account.yes > claim_.limit;
}

void WindowMonitor::finish(Instant end, Ending ending) noexcept {
    elapse(end);
    for (int i = 0; i < windows_.used(); ++i) {
        finish_slot(windows_.slot(i), accounts_[static_cast<std::size_t>(i)], end, ending);
    }
    judging_ = false;
}

void WindowMonitor::finish_slot(const Windows::Slot& slot, const Account& account, Instant end,
                                Ending ending) noexcept {
    if (slot.state == Windows::Slot::State::idle) return;
    if (slot.state == Windows::Slot::State::pending) {
        tally_.cut = tally_.cut || slot.closes > end;
        return;
    }
    if (end >= slot.closes) return settle(account, slot.opens, slot.closes);
    const bool end_is_known = slot.closes != never;
    if (ending != Ending::completed || end_is_known || end <= slot.opens) {
        if (account.met) return settle_sometime(account, end);
        tally_.cut = true;
        if (is_beyond(account)) settle_time(account);  // by how much, so far
        return;
    }
    const bool waits = claim_.requirement == Requirement::sometime && !account.met;
    if (waits && claim_.window.from >= 0) {
        tally_.cut = true;
        return;
    }
    // Open until an event that did not come: what was seen is judged, and the verdict says so.
    tally_.ran_out = tally_.ran_out || claim_.window.from >= 0;
    settle(account, slot.opens, end);
}

Instant WindowMonitor::next_boundary(Instant now) const noexcept {
    Instant next = windows_.next_boundary(now);
    for (const Windows& except : except_) next = std::min(next, except.next_boundary(now));
    return next;
}

}  // namespace islandbench::acceptance::language
