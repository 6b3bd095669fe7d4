#include "acceptance/test/reference_parts.hpp"

/// Random traces, and what conditions are in them.
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

using Kind = ReferenceCondition::Kind;

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

}  // namespace islandbench::acceptance::test
