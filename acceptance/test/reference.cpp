#include "acceptance/test/reference_parts.hpp"

/// Claims about windows and events. Those that wait stand in reference_whenever.cpp.
namespace islandbench::acceptance::test {

namespace {

using Kind = ReferenceCondition::Kind;

/// A mean or change has no window here.
void take_out_changes(ReferenceCondition& condition) {
    if (condition.kind == Kind::x_change || condition.kind == Kind::x_slope) {
        condition.kind = Kind::x_most;
    }
    for (ReferenceCondition& part : condition.parts) take_out_changes(part);
}

ReferenceClaim random_whenever(Choices& random, ReferenceClaim claim) {
    claim.antecedent = random_condition(random, 1, true);
    claim.condition = random_condition(random, 2, false);
    claim.goal = random_condition(random, 1, false);
    claim.at_start = random.chance(0.4);
    claim.limit = pick(random, 0, 12);
    claim.hold = random.chance(0.5) ? pick(random, 0, 8) : 0;
    claim.has_limit = claim.kind == ReferenceClaim::Kind::response || random.chance(0.5);
    for (ReferenceCondition* one : {&claim.antecedent, &claim.condition, &claim.goal}) {
        take_out_changes(*one);
    }
    return claim;
}

}  // namespace

ReferenceClaim random_claim(Choices& random) {
    using Requirement = ReferenceClaim::Requirement;
    ReferenceClaim claim;
    claim.kind = static_cast<ReferenceClaim::Kind>(pick(random, 0, 7));
    if (claim.kind >= ReferenceClaim::Kind::response) return random_whenever(random, claim);
    const bool windows = claim.kind <= ReferenceClaim::Kind::fixed;
    const bool within = claim.kind == ReferenceClaim::Kind::within;
    if (windows) claim.requirement = static_cast<Requirement>(pick(random, 0, 5));
    if (!windows && !within && random.chance(0.3)) claim.requirement = Requirement::implication;
    const bool edges = claim.requirement <= Requirement::sometime &&
                       claim.kind != ReferenceClaim::Kind::before && !within;
    claim.condition = random_condition(random, 3, edges);
    claim.antecedent = random_condition(random, 1, edges);
    claim.from_offset = random.chance(0.5) ? pick(random, 0, 8) : 0;
    claim.until_offset = claim.kind == ReferenceClaim::Kind::fixed
                             ? claim.from_offset + pick(random, 1, 20)
                             : (random.chance(0.3) ? pick(random, 0, 8) : 0);
    claim.limit =
        claim.requirement == Requirement::share ? 5 * pick(random, 1, 20) : pick(random, 0, 15);
    claim.hold = random.chance(0.5) ? pick(random, 0, 10) : 0;
    claim.except = windows && claim.kind != ReferenceClaim::Kind::always && random.chance(0.2);
    return claim;
}

std::string ReferenceClaim::whenever_text() const {
    const std::string head = "whenever " + (at_start ? "start" : antecedent.text()) + ": ";
    const std::string so = "(" + condition.text() + ")";
    if (kind == Kind::response) {
        return head + "within " + ms(limit) + ": " + so + (hold > 0 ? " for " + ms(hold) : "");
    }
    return head + so + " until (" + goal.text() + ")" + (has_limit ? " within " + ms(limit) : "");
}

std::string ReferenceClaim::text() const {
    std::string head;
    switch (kind) {
        case Kind::always: head = "always"; break;
        case Kind::from_until:
            head = "from start + " + ms(from_offset) + " until stop + " + ms(until_offset);
            break;
        case Kind::fixed:
            head = "from start + " + ms(from_offset) + " until start + " + ms(until_offset);
            break;
        case Kind::within: head = "within " + ms(limit) + " after start"; break;
        case Kind::at: head = "at start"; break;
        case Kind::before: head = "before start"; break;
        case Kind::response:
        case Kind::waiting: return whenever_text();
    }
    if (except) head += ", except from stop until stop + 5 ms";
    head += ": ";
    const std::string so = condition.text();
    if (kind == Kind::within) return head + so + (hold > 0 ? " for " + ms(hold) : "");
    switch (requirement) {
        case Requirement::throughout: return head + so;
        case Requirement::implication:
            return head + "(" + antecedent.text() + ") implies (" + so + ")";
        case Requirement::sometime: return head + "eventually " + so;
        case Requirement::share:
            return head + so + " for at least " + std::to_string(limit) + " % of the time";
        case Requirement::longest: return head + so + " lasts at most " + ms(limit);
        case Requirement::total: return head + so + " lasts at most " + ms(limit) + " in total";
    }
    return "";
}

namespace {

struct Window {
    int opens = 0;
    int closes = 0;
    bool is_cut = false;   ///< the run ended before its length was reached
    bool is_open = false;  ///< the run ended before anything closed it
};

std::vector<Window> windows_of(const ReferenceClaim& claim, const Trace& trace) {
    const int n = trace.size();
    std::vector<Window> windows;
    if (claim.kind == ReferenceClaim::Kind::always) return {{0, n, false}};
    int free_from = 0;
    for (int t = 0; t < n; ++t) {
        if (!trace.start[t]) continue;
        Window window{t + claim.from_offset, t + claim.until_offset, false};
        if (claim.kind == ReferenceClaim::Kind::from_until) {
            if (t < free_from) continue;
            int stop = t + 1;
            while (stop < n && !trace.stop[stop]) ++stop;
            const bool stopped = stop < n;
            window.closes = stopped ? stop + claim.until_offset : n;
            free_from = stopped ? window.closes : n;
            window.is_cut = !stopped && window.opens >= n;
            window.is_open = !stopped;
        }
        window.is_cut = window.is_cut || window.closes > n;
        if (window.opens < window.closes || window.is_cut) windows.push_back(window);
    }
    return windows;
}

bool is_left_out(const ReferenceClaim& claim, const Trace& trace, int t) {
    if (!claim.except) return false;
    for (int s = std::max(0, t - 4); s <= t; ++s) {
        if (trace.stop[s]) return true;
    }
    return false;
}

/// Gathers what all windows or moments of a claim come to.
struct Sum {
    bool violated = false, doubtful = false, tested = false;
    int first = 1 << 30;
    double margin = infinite;

    void violate(int t) {
        violated = true;
        first = std::min(first, t);
    }
    [[nodiscard]] ReferenceVerdict verdict() const {
        ReferenceVerdict v;
        using Outcome = ReferenceVerdict::Outcome;
        v.outcome = violated              ? Outcome::fail
                    : doubtful || !tested ? Outcome::inconclusive
                                          : Outcome::pass;
        if (violated) v.first = first;
        if (std::isfinite(margin)) v.margin = margin;
        return v;
    }
};

void judge_moment(const ReferenceClaim& claim, Three applies, Three so, double margin, int t,
                  Sum& sum) {
    const bool implication = claim.requirement == ReferenceClaim::Requirement::implication;
    if (implication && applies == Three::no) return;
    if (implication && applies == Three::unknown) {
        if (so != Three::yes) sum.doubtful = true;
        return;
    }
    sum.tested = true;
    if (so == Three::unknown) sum.doubtful = true;
    if (so == Three::no) sum.violate(t);
    if (so != Three::unknown) sum.margin = std::min(sum.margin, margin);
}

int ready_after(const ReferenceClaim& claim) {
    const bool implication = claim.requirement == ReferenceClaim::Requirement::implication;
    return std::max(claim.condition.ready_after(),
                    implication ? claim.antecedent.ready_after() : 0);
}

/// The moments of a window that are judged, or -1 where one is left out.
std::vector<int> moments_of(const ReferenceClaim& claim, const Trace& trace, const Window& w) {
    std::vector<int> moments;
    for (int t = w.opens + ready_after(claim); t < std::min(w.closes, trace.size()); ++t) {
        moments.push_back(is_left_out(claim, trace, t) ? -1 : t);
    }
    return moments;
}

void judge_share(const ReferenceClaim& claim, const Trace& trace, const std::vector<int>& moments,
                 Sum& sum) {
    int whole = 0, yes = 0, unknown = 0, first_not = -1;
    for (const int t : moments) {
        if (t < 0) continue;
        const Three so = claim.condition.at(trace, t);
        ++whole;
        yes += so == Three::yes ? 1 : 0;
        unknown += so == Three::unknown ? 1 : 0;
        if (so != Three::yes && first_not < 0) first_not = t;
    }
    if (whole == 0) return;
    const double needed = claim.limit / 100.0 - 1e-9;
    if ((yes + unknown) / double(whole) < needed) {
        sum.violate(first_not);
    } else if (yes / double(whole) < needed) {
        sum.doubtful = true;
        return;
    }
    sum.margin = std::min(sum.margin, yes / double(whole) - claim.limit / 100.0);
}

/// Longest stretch, or total, of moments that are at least `least`; when it goes beyond the limit.
int measure(const ReferenceClaim& claim, const Trace& trace, const std::vector<int>& moments,
            Three least, int& beyond_at) {
    const bool total = claim.requirement == ReferenceClaim::Requirement::total;
    int run = 0, longest = 0;
    for (const int t : moments) {
        const bool counts = t >= 0 && claim.condition.at(trace, t) >= least;
        if (!counts && !total) run = 0;
        if (!counts) continue;
        ++run;
        if (run == claim.limit + 1 && beyond_at < 0) beyond_at = t;
        longest = std::max(longest, run);
    }
    return longest;
}

void judge_time(const ReferenceClaim& claim, const Trace& trace, const std::vector<int>& moments,
                bool is_cut, Sum& sum) {
    int at = -1, perhaps_at = -1;
    const int sure = measure(claim, trace, moments, Three::yes, at);
    const int possible = measure(claim, trace, moments, Three::unknown, perhaps_at);
    if (sure > claim.limit) sum.violate(at);
    if (sure <= claim.limit && possible > claim.limit) sum.doubtful = true;
    const bool decided = sure > claim.limit || possible <= claim.limit;
    const bool anything = std::any_of(moments.begin(), moments.end(), [](int t) { return t >= 0; });
    // A window that was cut says nothing but how far beyond the limit it already is.
    if (decided && anything && (!is_cut || sure > claim.limit)) {
        sum.margin = std::min(sum.margin, (claim.limit - sure) / 1000.0);
    }
}

/// One moment is enough. A window that is cut, or that the run leaves open, is decided only by
/// that.
void judge_sometime(const ReferenceClaim& claim, const Trace& trace, const Window& window,
                    const std::vector<int>& moments, Sum& sum) {
    std::vector<Three> all;
    double best = -infinite;
    for (const int t : moments) {
        if (t < 0) continue;
        for (const Three so : {claim.condition.at(trace, t), claim.condition.behind(trace, t)}) {
            all.push_back(so);
            if (so != Three::unknown) best = std::max(best, claim.condition.margin(trace, t, t));
        }
    }
    const int ready = ready_after(claim);
    const bool too_short = ready > 0 && window.closes <= window.opens + ready;
    sum.tested = sum.tested || !all.empty();
    const bool met = any_of(all) == Three::yes;
    const bool is_open = window.is_open && claim.kind == ReferenceClaim::Kind::from_until;
    sum.doubtful = sum.doubtful || too_short || ((window.is_cut || is_open) && !met);
    if (all.empty() || (!met && (window.is_cut || is_open))) return;
    if (!met && any_of(all) == Three::unknown) {
        sum.doubtful = true;
        return;
    }
    if (!met) sum.violate(window.closes);
    sum.margin = std::min(sum.margin, best);
}

void judge_window(const ReferenceClaim& claim, const Trace& trace, const Window& window, Sum& sum) {
    using Requirement = ReferenceClaim::Requirement;
    const std::vector<int> moments = moments_of(claim, trace, window);
    if (claim.requirement == Requirement::sometime) {
        return judge_sometime(claim, trace, window, moments, sum);
    }
    const bool every_moment = claim.requirement <= Requirement::implication;
    for (const int t : moments) {
        if (t < 0) continue;
        if (!every_moment) sum.tested = true;
        if (!every_moment) continue;
        judge_moment(claim, claim.antecedent.at(trace, t), claim.condition.at(trace, t),
                     claim.condition.margin(trace, t, t), t, sum);
        judge_moment(claim, claim.antecedent.behind(trace, t), claim.condition.behind(trace, t),
                     claim.condition.margin(trace, t, t), t, sum);
    }
    if (claim.requirement == Requirement::share && !window.is_cut) {
        judge_share(claim, trace, moments, sum);
    }
    if (!every_moment && claim.requirement != Requirement::share) {
        judge_time(claim, trace, moments, window.is_cut, sum);
    }
    const int ready = ready_after(claim);
    const bool too_short = ready > 0 && window.closes <= window.opens + ready;
    sum.doubtful = sum.doubtful || window.is_cut || too_short;
}

/// Does C begin at s and last `hold`? What lies behind the end of the run is unknown.
Three begins_at(const ReferenceClaim& claim, const Trace& trace, int s) {
    std::vector<Three> future;
    for (int t = s; t < s + std::max(claim.hold, 1); ++t) {
        future.push_back(t < trace.size() ? claim.condition.at(trace, t) : Three::unknown);
    }
    return all_of(future);
}

void judge_deadline(const ReferenceClaim& claim, const Trace& trace, int event, Sum& sum) {
    Three met = Three::no;
    sum.tested = true;
    for (int s = event; s <= event + claim.limit; ++s) {
        const Three begins = begins_at(claim, trace, s);
        if (begins == Three::yes) {
            sum.margin = std::min(sum.margin, (event + claim.limit - s) / 1000.0);
            return;
        }
        if (begins == Three::unknown) met = Three::unknown;
    }
    if (met == Three::unknown) sum.doubtful = true;
    if (met == Three::no) sum.violate(event + claim.limit);
}

}  // namespace

ReferenceVerdict evaluate(const ReferenceClaim& claim, const Trace& trace) {
    if (claim.kind >= ReferenceClaim::Kind::response) return evaluate_whenever(claim, trace);
    Sum sum;
    if (claim.kind <= ReferenceClaim::Kind::fixed) {
        for (const Window& w : windows_of(claim, trace)) judge_window(claim, trace, w, sum);
        return sum.verdict();
    }
    for (int t = 0; t < trace.size(); ++t) {
        if (!trace.start[t]) continue;
        if (claim.kind == ReferenceClaim::Kind::within) judge_deadline(claim, trace, t, sum);
        if (claim.kind == ReferenceClaim::Kind::at) {
            judge_moment(claim, claim.antecedent.at(trace, t), claim.condition.at(trace, t),
                         claim.condition.margin(trace, t, t), t, sum);
        }
        if (claim.kind != ReferenceClaim::Kind::before) continue;
        const double margin = t > 0 ? claim.condition.margin(trace, t, t - 1) : none;
        const Three so = claim.condition.before(trace, t);
        if (t == 0) sum.doubtful = true;
        if (t > 0) judge_moment(claim, claim.antecedent.before(trace, t), so, margin, t, sum);
    }
    return sum.verdict();
}

ReferenceVerdict evaluate_change_of_mean(const Trace& trace, int mean, int delay, double limit,
                                         int fixed) {
    ReferenceClaim shape;
    shape.kind = fixed > 0 ? ReferenceClaim::Kind::fixed : ReferenceClaim::Kind::from_until;
    shape.until_offset = fixed;
    const auto mean_before = [&](int t) {
        double sum = 0.0;
        for (int k = t - mean; k < t; ++k) sum += trace.x[k] / mean;
        return sum;
    };
    Sum sum;
    for (const Window& w : windows_of(shape, trace)) {
        if (w.is_cut || w.closes <= w.opens + mean + delay) sum.doubtful = true;
        for (int t = w.opens + mean + delay; t < std::min(w.closes, trace.size()); ++t) {
            const double change = mean_before(t) - mean_before(t - delay);
            const Three so = std::isnan(change) ? Three::unknown : truth(change <= limit);
            judge_moment(shape, Three::yes, so, limit - change, t, sum);
        }
    }
    return sum.verdict();
}

ReferenceVerdict evaluate_share(const ReferenceCondition& condition, const Trace& trace, int window,
                                int percent) {
    ReferenceClaim shape;
    shape.kind = ReferenceClaim::Kind::from_until;
    Sum sum;
    for (const Window& w : windows_of(shape, trace)) {
        if (w.closes <= w.opens + window) sum.doubtful = true;
        for (int t = w.opens + window; t < w.closes; ++t) {
            double so = 0.0;
            for (int k = t - window; k < t; ++k) {
                const Three value = condition.at(trace, k);
                so += value == Three::unknown ? none : value == Three::yes ? 1.0 / window : 0.0;
            }
            const double margin = so - (percent / 100.0 - 0.0017);
            const Three enough = std::isnan(so) ? Three::unknown : truth(margin >= 0.0);
            judge_moment(shape, Three::yes, enough, margin, t, sum);
        }
    }
    return sum.verdict();
}

ReferenceVerdict evaluate_mean(const Trace& trace, int window, int at_least, double limit) {
    ReferenceClaim shape;
    shape.kind = ReferenceClaim::Kind::from_until;
    Sum sum;
    for (const Window& w : windows_of(shape, trace)) {
        if (w.closes <= w.opens + at_least) sum.doubtful = true;
        for (int t = w.opens + at_least; t < w.closes; ++t) {
            const int from = std::max(w.opens, t - window);
            double mean = 0.0;
            for (int k = from; k < t; ++k) mean += trace.x[k] / (t - from);
            const Three so = std::isnan(mean) ? Three::unknown : truth(mean <= limit);
            judge_moment(shape, Three::yes, so, limit - mean, t, sum);
        }
    }
    return sum.verdict();
}

}  // namespace islandbench::acceptance::test