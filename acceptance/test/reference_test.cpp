#include "acceptance/test/reference.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <iostream>

#include "acceptance/test/story.hpp"

/// The Judge against the slow reference, on random formulas and traces.
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
    Judge judge({criterion(formula)}, signals, Figures{}, Groups{}, found);
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

bool is_as_expected(const ReferenceClaim& claim, const ReferenceVerdict& expected,
                    const Verdict& got) {
    const Outcome outcome = expected.outcome == ReferenceVerdict::Outcome::pass ? Outcome::pass
                            : expected.outcome == ReferenceVerdict::Outcome::fail
                                ? Outcome::fail
                                : Outcome::inconclusive;
    if (got.outcome != outcome) return false;
    // What is broken right behind a millisecond counts for it.
    if (expected.first && !got.first) return false;
    if (expected.first && (*got.first - Instant{*expected.first * 1ms}) / 1ms != 0) return false;
    using Kind = ReferenceCondition::Kind;
    const bool missed_deadline =
        claim.kind == ReferenceClaim::Kind::within && outcome == Outcome::fail;
    const bool in_unlike_units =
        claim.requirement <= ReferenceClaim::Requirement::implication &&
        claim.kind != ReferenceClaim::Kind::within &&
        (claim.condition.has(Kind::held) || claim.condition.has(Kind::rises));
    if (outcome == Outcome::inconclusive || missed_deadline || in_unlike_units) return true;
    if (expected.margin.has_value() != got.margin.has_value()) return false;
    return !expected.margin || std::fabs(*expected.margin - got.margin->value) < 1e-9;
}

int rounds() {
    const char* more = std::getenv("ISLANDBENCH_REFERENCE_ROUNDS");
    return more == nullptr ? 3000 : std::atoi(more);
}

TEST(Reference, AgreesWithTheJudgeOnRandomFormulas) {
    Random random(1, "reference");
    int passes = 0, fails = 0;
    for (int i = 0; i < rounds(); ++i) {
        const ReferenceClaim claim = random_claim(random);
        const Trace trace = random_trace(random, random.chance(0.4));
        const ReferenceVerdict expected = evaluate(claim, trace);
        passes += expected.outcome == ReferenceVerdict::Outcome::pass ? 1 : 0;
        fails += expected.outcome == ReferenceVerdict::Outcome::fail ? 1 : 0;
        for (const bool every_millisecond : {true, false}) {
            const Verdict got = judge(claim.text(), trace, every_millisecond);
            ASSERT_TRUE(is_as_expected(claim, expected, got))
                << "round " << i << (every_millisecond ? "" : ", changes only") << "\n"
                << claim.text() << "\nexpected " << static_cast<int>(expected.outcome) << " first "
                << expected.first.value_or(-1) << " margin " << expected.margin.value_or(-99)
                << "\ngot " << json::enum_text(got.outcome) << " first "
                << (got.first ? to_seconds(*got.first) : -1) << " margin "
                << (got.margin ? got.margin->value : -99) << ": " << got.reason << "\n"
                << to_text(trace);
        }
    }
    EXPECT_GT(passes, rounds() / 20) << "the formulas say too little";
    EXPECT_GT(fails, rounds() / 20);
}

TEST(Reference, AgreesOnMeans) {
    Random random(2, "means");
    const ReferenceClaim shape;
    for (int i = 0; i < rounds() / 3; ++i) {
        const Trace trace = random_trace(random, random.chance(0.2));
        const int window = 1 + static_cast<int>(random.uniform() * 20);
        const int at_least = 1 + static_cast<int>(random.uniform() * window);
        const double limit = std::floor(random.uniform() * 6) + 0.3717;
        const std::string formula =
            "from start until stop: mean(truth.x, " + std::to_string(window) + " ms, at least " +
            std::to_string(at_least) + " ms) <= " + std::to_string(limit) + " V";
        const ReferenceVerdict expected = evaluate_mean(trace, window, at_least, limit);
        for (const bool every_millisecond : {true, false}) {
            ASSERT_TRUE(is_as_expected(shape, expected, judge(formula, trace, every_millisecond)))
                << i << ": " << formula << "\n"
                << to_text(trace);
        }
    }
}

TEST(Reference, AgreesOnChangesOfMeans) {
    Random random(3, "changes");
    const ReferenceClaim shape;
    int fails = 0;
    for (int i = 0; i < rounds() / 3; ++i) {
        const Trace trace = random_trace(random, random.chance(0.2));
        const int mean = 1 + static_cast<int>(random.uniform() * 8);
        const int delay = 1 + static_cast<int>(random.uniform() * 8);
        const int fixed = random.chance(0.5) ? 5 + static_cast<int>(random.uniform() * 30) : 0;
        const double limit = std::floor(random.uniform() * 4) + 0.3717;
        const std::string formula =
            "from start until " +
            (fixed > 0 ? "start + " + std::to_string(fixed) + " ms" : "stop") +
            ": change(mean(truth.x, " + std::to_string(mean) + " ms), " + std::to_string(delay) +
            " ms) <= " + std::to_string(limit) + " V";
        const ReferenceVerdict expected = evaluate_change_of_mean(trace, mean, delay, limit, fixed);
        fails += expected.outcome == ReferenceVerdict::Outcome::fail ? 1 : 0;
        for (const bool every_millisecond : {true, false}) {
            const Verdict got = judge(formula, trace, every_millisecond);
            ASSERT_TRUE(is_as_expected(shape, expected, got))
                << i << ": " << formula << "\nexpected " << static_cast<int>(expected.outcome)
                << " margin " << expected.margin.value_or(-99) << " got "
                << json::enum_text(got.outcome) << " " << got.reason << "\n"
                << to_text(trace);
        }
    }
    EXPECT_GT(fails, rounds() / 50) << "the formulas say too little";
}

}  // namespace
}  // namespace islandbench::acceptance::test
