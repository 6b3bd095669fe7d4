#include "acceptance/test/reference.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <cstdlib>

#include "acceptance/test/story.hpp"

/// The Judge against the slow reference, on random formulas and traces, made and shrunk by
/// rapidcheck. RC_PARAMS sets how many ("max_success=100000") and repeats a failure
/// ("reproduce=...").
namespace islandbench::acceptance::test {
namespace {

Verdict judge(const std::string& formula, const Trace& trace, bool every_millisecond) {
    Signals signals;
    const SignalId x = signals.add({"truth.x", Dimension::voltage, 0.0});
    const SignalId y = signals.add({"truth.y", Dimension::voltage, 0.0});
    const SignalId p = signals.add({"truth.p", Dimension::none, 0.0});
    const SignalId q = signals.add({"truth.q", Dimension::none, 0.0});
    const SignalId start = signals.add_event("start");
    const SignalId stop = signals.add_event("stop");
    Diagnostics found;
    Judge judge({criterion(formula)}, signals, Figures{}, Groups{{"m", {"x", "y"}}}, found);
    EXPECT_TRUE(found.empty()) << formula << '\n' << found;
    for (int t = 0; t < trace.size(); ++t) {
        if (!every_millisecond && !trace.changes_at(t)) continue;
        signals.set(x, trace.x[t]);
        signals.set(y, trace.y[t]);
        signals.set(p, trace.p[t]);
        signals.set(q, trace.q[t]);
        if (trace.start[t]) signals.happened(start);
        if (trace.stop[t]) signals.happened(stop);
        judge.step(Instant{t * 1ms});
    }
    return judge.finish(Instant{trace.size() * 1ms}, Ended::completed).front();
}

std::string to_text(const Trace& trace) {
    std::string text;
    for (int t = 0; t < trace.size(); ++t) {
        text += std::to_string(t) + ": x " + std::to_string(trace.x[t]) + " y " +
                std::to_string(trace.y[t]) + " p " + std::to_string(trace.p[t]) + " q " +
                std::to_string(trace.q[t]) + (trace.start[t] ? " start" : "") +
                (trace.stop[t] ? " stop" : "") + "\n";
    }
    return text;
}

bool has_gaps(const Trace& trace) {
    for (const auto* series : {&trace.x, &trace.y, &trace.p, &trace.q}) {
        for (const double value : *series) {
            if (std::isnan(value)) return true;
        }
    }
    return false;
}

/// Does the reference know the margin too?
bool margin_is_known(const ReferenceClaim& claim, const Trace& trace, Outcome outcome) {
    using Kind = ReferenceClaim::Kind;
    using Requirement = ReferenceClaim::Requirement;
    if (outcome == Outcome::inconclusive) return false;
    const bool waits = claim.kind == Kind::within || claim.kind >= Kind::response;
    if (waits && outcome == Outcome::fail) return false;  // how late is not asked
    if (claim.kind == Kind::waiting && (claim.has_limit || has_gaps(trace))) return false;
    const bool in_time = claim.kind == Kind::within || claim.kind == Kind::response ||
                         claim.requirement >= Requirement::share;
    return in_time || claim.condition.is_in_volts();
}

bool is_as_expected(const ReferenceClaim& claim, const Trace& trace,
                    const ReferenceVerdict& expected, const Verdict& got) {
    const Outcome outcome = expected.outcome == ReferenceVerdict::Outcome::pass ? Outcome::pass
                            : expected.outcome == ReferenceVerdict::Outcome::fail
                                ? Outcome::fail
                                : Outcome::inconclusive;
    if (got.outcome != outcome) return false;
    // What is broken right behind a millisecond counts for it.
    if (expected.first && !got.first) return false;
    if (expected.first && (*got.first - Instant{*expected.first * 1ms}) / 1ms != 0) return false;
    if (!margin_is_known(claim, trace, outcome)) return true;
    if (expected.margin.has_value() != got.margin.has_value()) return false;
    // Behind a moment begins the next nanosecond.
    return !expected.margin || std::fabs(*expected.margin - got.margin->value) < 3e-9;
}

/// What is wrong with the two kinds of sampling; empty: nothing.
std::string difference(const std::string& formula, const ReferenceClaim& claim, const Trace& trace,
                       const ReferenceVerdict& expected) {
    for (const bool every_millisecond : {true, false}) {
        const Verdict got = judge(formula, trace, every_millisecond);
        if (is_as_expected(claim, trace, expected, got)) continue;
        return std::string(every_millisecond ? "every millisecond" : "changes only") + "\n" +
               formula + "\nexpected " + std::to_string(static_cast<int>(expected.outcome)) +
               " first " + std::to_string(expected.first.value_or(-1)) + " margin " +
               std::to_string(expected.margin.value_or(-99)) + "\ngot " +
               std::string(json::enum_text(got.outcome)) + " first " +
               std::to_string(got.first ? to_seconds(*got.first - story_start) : -1) + " margin " +
               std::to_string(got.margin ? got.margin->value : -99) + ": " + got.reason + "\n" +
               to_text(trace);
    }
    return "";
}

/// A list of choices, long enough for a formula and a trace.
rc::Gen<std::vector<std::uint8_t>> choices() {
    return rc::gen::resize(rc::kNominalSize * 5,
                           rc::gen::container<std::vector<std::uint8_t>>(rc::gen::resize(
                               rc::kNominalSize, rc::gen::arbitrary<std::uint8_t>())));
}

/// How often each property is tried by default, and its seed; RC_PARAMS has the last word.
void use_default_parameters() {
    setenv("RC_PARAMS", "max_success=10000 seed=1", 0);
}

template <class Property>
void check(const char* what, Property property) {
    use_default_parameters();
    EXPECT_TRUE(rc::check(what, [&] {
        Choices random(*choices());
        const std::string wrong = property(random);
        if (!wrong.empty()) RC_FAIL(wrong);
    }));
}

TEST(Reference, AgreesWithTheJudgeOnRandomFormulas) {
    int passes = 0, fails = 0, all = 0;
    check("the judge says what the reference says", [&](Choices& random) {
        const ReferenceClaim claim = random_claim(random);
        const Trace trace = random_trace(random, random.chance(0.4));
        const ReferenceVerdict expected = evaluate(claim, trace);
        ++all;
        passes += expected.outcome == ReferenceVerdict::Outcome::pass ? 1 : 0;
        fails += expected.outcome == ReferenceVerdict::Outcome::fail ? 1 : 0;
        return difference(claim.text(), claim, trace, expected);
    });
    RecordProperty("passes", passes);
    EXPECT_GT(passes, all / 50) << "the formulas say too little";
    EXPECT_GT(fails, all / 50);
}

TEST(Reference, AgreesOnMeans) {
    check("a mean is what the reference says", [](Choices& random) {
        const int window = 1 + static_cast<int>(random.uniform() * 20);
        const int at_least = 1 + static_cast<int>(random.uniform() * window);
        const double limit = std::floor(random.uniform() * 6) + 0.3717;
        const Trace trace = random_trace(random, random.chance(0.2));
        const std::string formula =
            "from start until stop: mean(truth.x, " + std::to_string(window) + " ms, at least " +
            std::to_string(at_least) + " ms) <= " + std::to_string(limit) + " V";
        return difference(formula, {}, trace, evaluate_mean(trace, window, at_least, limit));
    });
}

TEST(Reference, AgreesOnSharesOfTime) {
    check("a share of time is what the reference says", [](Choices& random) {
        const int window = 1 + static_cast<int>(random.uniform() * 12);
        const int percent = 5 * (1 + static_cast<int>(random.uniform() * 20));
        const ReferenceCondition condition = random_condition(random, 1, false);
        const Trace trace = random_trace(random, random.chance(0.2));
        if (condition.ready_after() > 0) return std::string();
        const std::string formula = "from start until stop: share of (" + condition.text() +
                                    ") in " + std::to_string(window) +
                                    " ms >= " + std::to_string(percent) + " % - 0.17 %";
        return difference(formula, {}, trace, evaluate_share(condition, trace, window, percent));
    });
}

TEST(Reference, AgreesOnChangesOfMeans) {
    check("a change of a mean is what the reference says", [](Choices& random) {
        const int mean = 1 + static_cast<int>(random.uniform() * 8);
        const int delay = 1 + static_cast<int>(random.uniform() * 8);
        const int fixed = random.chance(0.5) ? 5 + static_cast<int>(random.uniform() * 30) : 0;
        const double limit = std::floor(random.uniform() * 4) + 0.3717;
        const Trace trace = random_trace(random, random.chance(0.2));
        const std::string formula =
            "from start until " +
            (fixed > 0 ? "start + " + std::to_string(fixed) + " ms" : "stop") +
            ": change(mean(truth.x, " + std::to_string(mean) + " ms), " + std::to_string(delay) +
            " ms) <= " + std::to_string(limit) + " V";
        return difference(formula, {}, trace,
                          evaluate_change_of_mean(trace, mean, delay, limit, fixed));
    });
}

}  // namespace
}  // namespace islandbench::acceptance::test
