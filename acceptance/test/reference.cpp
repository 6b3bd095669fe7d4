#include "acceptance/test/reference.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace islandbench::acceptance::test {
Three invert(Three a) {
    return a == Three::yes ? Three::no : a == Three::no ? Three::yes : Three::unknown;
}

/// All of them yes: yes; one no: no.
Three all_of(const std::vector<Three>& values) {
    Three whole = Three::yes;
    for (const Three v : values) {
        if (v == Three::no) return Three::no;
        if (v == Three::unknown) whole = Three::unknown;
    }
    return whole;
}

Three any_of(const std::vector<Three>& values) {
    std::vector<Three> inverted;
    for (const Three v : values) inverted.push_back(invert(v));
    return invert(all_of(inverted));
}

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();

using Kind = ReferenceCondition::Kind;

Three truth(bool so) {
    return so ? Three::yes : Three::no;
}
std::string ms(int t) {
    return std::to_string(t) + " ms";
}
/// x as it is with the values of that millisecond, less what it was so long before t.
double change_of(const std::vector<double>& x, int t, int values_of, int delay) {
    return t < delay ? none : x[values_of] - x[t - delay];
}
double lesser(double a, double b) {
    return std::isnan(a) || std::isnan(b) ? none : std::min(a, b);
}
double greater(double a, double b) {
    return std::isnan(a) || std::isnan(b) ? none : std::max(a, b);
}
std::string volts(double v) {
    return std::to_string(static_cast<int>(v)) + " V";
}
int pick(Choices& random, int low, int high) {
    return low + static_cast<int>(random.uniform() * (high - low + 1));
}

template <class Value>
std::vector<Value> random_series(Choices& random, int n, double change, Value (*draw)(Choices&)) {
    std::vector<Value> series;
    Value now = draw(random);
    for (int t = 0; t < n; ++t) {
        if (random.chance(change)) now = draw(random);
        series.push_back(now);
    }
    return series;
}

void make_gaps(Choices& random, std::vector<double>& series) {
    for (std::size_t t = 0; t < series.size(); ++t) {
        if (!random.chance(0.02)) continue;
        for (std::size_t k = t; k < std::min(series.size(), t + 3); ++k) series[k] = none;
    }
}

std::vector<bool> random_events(Choices& random, int n) {
    std::vector<bool> events;
    for (int t = 0; t < n; ++t) events.push_back(random.chance(0.06));
    return events;
}

}  // namespace

bool Trace::changes_at(int t) const {
    if (t == 0 || start[t] || stop[t]) return true;
    const auto differs = [t](const std::vector<double>& s) {
        return !(s[t] == s[t - 1] || (std::isnan(s[t]) && std::isnan(s[t - 1])));
    };
    return differs(x) || differs(y) || differs(p) || differs(q);
}

Trace random_trace(Choices& random, bool with_gaps) {
    const int n = pick(random, 3, 60);
    const auto level = +[](Choices& r) { return static_cast<double>(pick(r, 0, 6)); };
    const auto flag = +[](Choices& r) { return r.chance(0.6) ? 1.0 : 0.0; };
    Trace trace;
    trace.x = random_series<double>(random, n, 0.2, level);
    trace.y = random_series<double>(random, n, 0.2, level);
    trace.p = random_series<double>(random, n, 0.2, flag);
    trace.q = random_series<double>(random, n, 0.2, flag);
    trace.start = random_events(random, n);
    trace.stop = random_events(random, n);
    if (!with_gaps) return trace;
    for (auto* series : {&trace.x, &trace.y, &trace.p, &trace.q}) make_gaps(random, *series);
    return trace;
}

// Conditions ----------------------------------------------------------------------------------

std::string ReferenceCondition::text() const {
    switch (kind) {
        case Kind::x_most: return "truth.x <= " + volts(high);
        case Kind::y_above: return "truth.y > " + volts(low);
        case Kind::x_band: return volts(low) + " <= truth.x < " + volts(high);
        case Kind::p_true: return "truth.p is true";
        case Kind::q_known: return "truth.q is known";
        case Kind::negation: return "not (" + parts[0].text() + ")";
        case Kind::both: return "(" + parts[0].text() + ") and (" + parts[1].text() + ")";
        case Kind::either: return "(" + parts[0].text() + ") or (" + parts[1].text() + ")";
        case Kind::held: return "(" + parts[0].text() + ") held for " + ms(duration);
        case Kind::rises: return "truth.p becomes true";
        case Kind::x_change: return "abs(change(truth.x, " + ms(duration) + ")) <= " + volts(high);
        case Kind::x_slope:
            return "slope(truth.x, " + ms(duration) + ") <= " + std::to_string(1000 * high + 500) +
                   " V/s / " + std::to_string(duration);
        case Kind::lately: return "(" + parts[0].text() + ") within the last " + ms(duration);
        case Kind::since_start: return "(" + parts[0].text() + ") since start";
        case Kind::since: return "(" + parts[0].text() + ") since (" + parts[1].text() + ")";
        case Kind::count_start:
            return "count of start in " + ms(duration) + " < " + std::to_string(limit());
        case Kind::count:
            return "count of (" + parts[0].text() + ") in " + ms(duration) + " < " +
                   std::to_string(limit());
        case Kind::at_least: return "at least " + std::to_string(1 + limit() % 2) + member_text();
        case Kind::every: return "every m: truth.{m} <= " + volts(high);
        case Kind::any: return "any m: truth.{m} <= " + volts(high);
        case Kind::spread: return "spread(m: truth.{m}) <= " + volts(high);
        case Kind::highest: return "highest(m: truth.{m}) <= " + volts(high);
        case Kind::lowest: return "lowest(m: truth.{m}) > " + volts(low);
    }
    return "";
}

Three ReferenceCondition::at(const Trace& trace, int t) const {
    if (known_of_ != &trace) {
        known_of_ = &trace;
        known_.assign(static_cast<std::size_t>(trace.size()), std::nullopt);
    }
    std::optional<Three>& known = known_[static_cast<std::size_t>(t)];
    if (!known) known = computed(trace, t);
    return *known;
}

Three ReferenceCondition::computed(const Trace& trace, int t) const {
    const double x = trace.x[t];
    switch (kind) {
        case Kind::x_most: return std::isnan(x) ? Three::unknown : truth(x <= high);
        case Kind::y_above:
            return std::isnan(trace.y[t]) ? Three::unknown : truth(trace.y[t] > low);
        case Kind::x_band: return std::isnan(x) ? Three::unknown : truth(low <= x && x < high);
        case Kind::p_true:
            return std::isnan(trace.p[t]) ? Three::unknown : truth(trace.p[t] == 1.0);
        case Kind::q_known: return truth(!std::isnan(trace.q[t]));
        case Kind::negation: return invert(parts[0].at(trace, t));
        case Kind::both: return all_of({parts[0].at(trace, t), parts[1].at(trace, t)});
        case Kind::either:
            return invert(all_of({invert(parts[0].at(trace, t)), invert(parts[1].at(trace, t))}));
        case Kind::held: {
            std::vector<Three> past;
            for (int k = t - duration; k <= t; ++k) {
                past.push_back(k < 0 ? Three::unknown : parts[0].at(trace, k));
            }
            return all_of(past);
        }
        case Kind::rises: {
            if (t == 0) return behind(trace, t);
            const auto p_at = [&](int k) {
                return std::isnan(trace.p[k]) ? Three::unknown : truth(trace.p[k] == 1.0);
            };
            return all_of({p_at(t), invert(p_at(t - 1))});
        }
        case Kind::x_change: {
            const double change = change_of(trace.x, t, t, duration);
            return std::isnan(change) ? Three::unknown : truth(std::fabs(change) <= high);
        }
        case Kind::x_slope: {
            const double change = change_of(trace.x, t, t, duration);
            return std::isnan(change) ? Three::unknown : truth(change <= high + 0.5);
        }
        case Kind::lately: {
            std::vector<Three> past;
            for (int k = t - duration; k <= t; ++k) {
                past.push_back(k < 0 ? Three::unknown : parts[0].at(trace, k));
            }
            return any_of(past);
        }
        case Kind::since_start:
        case Kind::since: return since_at(trace, t);
        case Kind::count_start: {
            int count = 0;
            for (int k = std::max(0, t - duration + 1); k <= t; ++k)
                count += trace.start[k] ? 1 : 0;
            return truth(count < limit());
        }
        case Kind::count: return counted(trace, t, t);
        case Kind::at_least:
        case Kind::every:
        case Kind::any: return members_at(trace, t);
        case Kind::spread:
        case Kind::highest:
        case Kind::lowest: {
            const double margin_now = margin(trace, t, t);
            if (std::isnan(margin_now)) return Three::unknown;
            return truth(kind == Kind::lowest ? margin_now > 0.0 : margin_now >= 0.0);
        }
    }
    return Three::unknown;
}

/// It has begun at some moment, and been so from there on.
Three ReferenceCondition::since_at(const Trace& trace, int t) const {
    Three all_since = Three::yes, begun = Three::no;
    for (int from = t; from >= 0; --from) {
        all_since = all_of({all_since, parts[0].at(trace, from)});
        const Three begins =
            kind == Kind::since_start ? truth(trace.start[from]) : parts[1].at(trace, from);
        begun = any_of({begun, all_of({begins, all_since})});
    }
    // It may have begun before the run; an event has not.
    const Three before = kind == Kind::since ? Three::unknown : Three::no;
    return any_of({begun, all_of({before, all_since})});
}

/// How often it has become so in the last while before t, seen up to `last`.
Three ReferenceCondition::counted(const Trace& trace, int t, int last) const {
    int count = 0;
    for (int k = 0; k <= last; ++k) {
        const Three now = parts[0].at(trace, k);
        const Three before = k > 0 ? parts[0].at(trace, k - 1) : now;
        const bool inside = k > t - duration;
        const bool doubtful = now == Three::unknown || before == Three::unknown;
        if (doubtful && inside) return Three::unknown;
        // What was unknown up to here was so right before k.
        if (now == Three::yes && before == Three::no && inside) ++count;
    }
    if (parts[0].at(trace, last) == Three::unknown) return Three::unknown;
    return truth(count < limit());
}

Three ReferenceCondition::members_at(const Trace& trace, int t) const {
    std::vector<Three> members;
    for (const double value : {trace.x[t], trace.y[t]}) {
        members.push_back(std::isnan(value) ? Three::unknown : truth(value <= high));
    }
    const bool all = kind == Kind::every || (kind == Kind::at_least && 1 + limit() % 2 == 2);
    return all ? all_of(members) : any_of(members);
}

bool ReferenceCondition::is_in_volts() const {
    for (const Kind other :
         {Kind::held, Kind::rises, Kind::x_slope, Kind::lately, Kind::since_start, Kind::since,
          Kind::count_start, Kind::count, Kind::at_least}) {
        if (has(other)) return false;
    }
    return true;
}

std::string ReferenceCondition::member_text() const {
    return " of m: truth.{m} <= " + volts(high);
}

Three ReferenceCondition::behind(const Trace& trace, int t) const {
    switch (kind) {
        case Kind::negation: return invert(parts[0].behind(trace, t));
        case Kind::both: return all_of({parts[0].behind(trace, t), parts[1].behind(trace, t)});
        case Kind::either:
            return invert(
                all_of({invert(parts[0].behind(trace, t)), invert(parts[1].behind(trace, t))}));
        case Kind::rises: return std::isnan(trace.p[t]) ? Three::unknown : Three::no;
        default: return at(trace, t);
    }
}

Three ReferenceCondition::before(const Trace& trace, int t) const {
    if (t == 0) return Three::unknown;
    switch (kind) {
        case Kind::negation: return invert(parts[0].before(trace, t));
        case Kind::both: return all_of({parts[0].before(trace, t), parts[1].before(trace, t)});
        case Kind::either:
            return invert(
                all_of({invert(parts[0].before(trace, t)), invert(parts[1].before(trace, t))}));
        case Kind::held: {
            std::vector<Three> past{parts[0].before(trace, t)};
            for (int k = t - duration; k < t; ++k) {
                past.push_back(k < 0 ? Three::unknown : parts[0].at(trace, k));
            }
            return all_of(past);
        }
        case Kind::x_change: {
            const double change = change_of(trace.x, t, t - 1, duration);
            return std::isnan(change) ? Three::unknown : truth(std::fabs(change) <= high);
        }
        case Kind::x_slope: {
            const double change = change_of(trace.x, t, t - 1, duration);
            return std::isnan(change) ? Three::unknown : truth(change <= high + 0.5);
        }
        case Kind::lately: {
            std::vector<Three> past{parts[0].before(trace, t)};
            for (int k = t - duration; k < t; ++k) {
                past.push_back(k < 0 ? Three::unknown : parts[0].at(trace, k));
            }
            return any_of(past);
        }
        case Kind::since_start:
        case Kind::since: {
            const Three so = parts[0].before(trace, t);
            const Three begins = kind == Kind::since ? parts[1].before(trace, t) : Three::no;
            return all_of({so, any_of({begins, since_at(trace, t - 1)})});
        }
        case Kind::count_start: {
            int count = 0;
            for (int k = std::max(0, t - duration + 1); k < t; ++k) count += trace.start[k] ? 1 : 0;
            return truth(count < limit());
        }
        case Kind::count: return counted(trace, t, t - 1);
        default: return at(trace, t - 1);
    }
}

double ReferenceCondition::margin(const Trace& trace, int t, int values_of) const {
    const auto so = [&](const ReferenceCondition& part) {
        return values_of < t ? part.before(trace, t) : part.at(trace, t);
    };
    const auto combined = [&](bool least) {
        const Three a = so(parts[0]);
        const Three b = so(parts[1]);
        const double left = parts[0].margin(trace, t, values_of);
        const double right = parts[1].margin(trace, t, values_of);
        if (a == Three::unknown) return right;
        if (b == Three::unknown) return left;
        return least ? std::min(left, right) : std::max(left, right);
    };
    switch (kind) {
        case Kind::x_most: return high - trace.x[values_of];
        case Kind::y_above: return trace.y[values_of] - low;
        case Kind::x_band: return std::min(trace.x[values_of] - low, high - trace.x[values_of]);
        case Kind::x_change: return high - std::fabs(change_of(trace.x, t, values_of, duration));
        // Of an unknown part the margin is that of the other one.
        case Kind::every: return high - std::fmax(trace.x[values_of], trace.y[values_of]);
        case Kind::any: return high - std::fmin(trace.x[values_of], trace.y[values_of]);
        case Kind::highest: return high - greater(trace.x[values_of], trace.y[values_of]);
        case Kind::spread:
            return high - (greater(trace.x[values_of], trace.y[values_of]) -
                           lesser(trace.x[values_of], trace.y[values_of]));
        case Kind::lowest: return lesser(trace.x[values_of], trace.y[values_of]) - low;
        case Kind::negation: return -parts[0].margin(trace, t, values_of);
        case Kind::both: return combined(true);
        case Kind::either: return combined(false);
        default: return so(*this) == Three::yes ? infinite : -infinite;
    }
}

int ReferenceCondition::ready_after() const {
    int ready = kind == Kind::x_change || kind == Kind::x_slope ? duration : 0;
    for (const ReferenceCondition& part : parts) ready = std::max(ready, part.ready_after());
    return ready;
}

bool ReferenceCondition::has(Kind what) const {
    if (kind == what) return true;
    return std::any_of(parts.begin(), parts.end(),
                       [what](const ReferenceCondition& part) { return part.has(what); });
}

ReferenceCondition random_condition(Choices& random, int depth, bool edges) {
    static const std::vector<Kind> flat{
        Kind::p_true, Kind::x_most,   Kind::y_above, Kind::x_band,      Kind::q_known,
        Kind::rises,  Kind::x_change, Kind::x_slope, Kind::count_start, Kind::at_least,
        Kind::every,  Kind::any,      Kind::spread,  Kind::highest,     Kind::lowest};
    static const std::vector<Kind> made_of{Kind::negation, Kind::both,   Kind::either,
                                           Kind::held,     Kind::lately, Kind::since_start,
                                           Kind::since,    Kind::count};
    ReferenceCondition made;
    const auto& kinds = depth > 0 && random.chance(0.6) ? made_of : flat;
    made.kind =
        kinds[static_cast<std::size_t>(pick(random, 0, static_cast<int>(kinds.size()) - 1))];
    if (!edges && made.kind == Kind::rises) made.kind = Kind::p_true;
    made.low = pick(random, 0, 3);
    made.high = made.low + pick(random, 1, 4);
    const bool needs_time = made.kind == Kind::x_change || made.kind == Kind::x_slope ||
                            made.kind == Kind::count_start || made.kind == Kind::count;
    made.duration = pick(random, needs_time ? 1 : 0, 9);
    const bool two =
        made.kind == Kind::both || made.kind == Kind::either || made.kind == Kind::since;
    const int parts = &kinds == &flat ? 0 : two ? 2 : 1;
    // A change says nothing at first, and a count of what says nothing counts nothing.
    const bool below_may_have_edges = edges && made.kind <= Kind::either;
    for (int i = 0; i < parts; ++i) {
        made.parts.push_back(random_condition(random, depth - 1, below_may_have_edges));
    }
    return made;
}

// Claims --------------------------------------------------------------------------------------

namespace {

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
