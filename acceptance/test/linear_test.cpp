#include <gmock/gmock.h>

#include <cmath>

#include "acceptance/test/story.hpp"
#include "base/random.hpp"

/// Signals that move steadily from sample to sample: what happens between two samples counts.
namespace islandbench::acceptance::test {
namespace {

/// One signal that is linear, one that holds; samples at whole seconds.
Verdict judge(const std::string& formula, const std::vector<double>& x,
              double seconds_per_sample = 1.0, std::vector<double> y = {}) {
    Signals signals;
    const SignalId of_x = signals.add({"truth.x", Dimension::voltage, 0.0, 0.0, Between::linear});
    const SignalId of_y = signals.add({"truth.y", Dimension::voltage, 0.0, 0.0, Between::linear});
    const SignalId step = signals.add({"truth.step", Dimension::voltage});
    Diagnostics found;
    Judge judge({criterion(formula)}, signals, Figures{}, Groups{}, found);
    EXPECT_TRUE(found.empty()) << formula << found;
    y.resize(x.size(), 0.0);
    for (std::size_t i = 0; i < x.size(); ++i) {
        signals.set(of_x, x[i]);
        signals.set(of_y, y[i]);
        signals.set(step, x[i]);
        judge.step(at_seconds(double(i) * seconds_per_sample));
    }
    return judge.finish(at_seconds(double(x.size() - 1) * seconds_per_sample), Ended::completed)
        .front();
}

double seconds(const std::optional<Instant>& at) {
    return at ? to_seconds(*at - story_start) : -1.0;
}

TEST(Linear, ALimitIsPassedBetweenSamples) {
    const Verdict verdict = judge("always: truth.x <= 6 V", {0, 10});
    EXPECT_EQ(verdict.outcome, Outcome::fail);
    EXPECT_NEAR(seconds(verdict.first), 0.6, 1e-8);
    EXPECT_NEAR(seconds(verdict.worst), 1.0, 1e-8);
    EXPECT_NEAR(seconds(judge("always: truth.step <= 6 V", {0, 10}).first), 1.0, 1e-8);
    EXPECT_EQ(judge("always: truth.x <= 6 V", {0, 6, 0}).outcome, Outcome::pass);
    EXPECT_EQ(judge("always: truth.x < 6 V", {0, 6, 0}).outcome, Outcome::fail);
    EXPECT_NEAR(seconds(judge("always: truth.x <= 0 V", {0, 10}).first), 0.0, 1e-8);
}

TEST(Linear, AnExcursionThatNoSampleShowsIsFound) {
    // x - y is 5 V at both samples and passes zero between none; |x - y| dips to 0 between them.
    const Verdict verdict = judge("always: abs(truth.x - truth.y) >= 3 V", {5, -5}, 1.0, {0, 0});
    EXPECT_EQ(verdict.outcome, Outcome::fail);
    EXPECT_NEAR(seconds(verdict.first), 0.2, 1e-8);
    EXPECT_NEAR(seconds(verdict.worst), 0.5, 1e-8);
    EXPECT_NEAR(verdict.margin->value, -3.0, 1e-8);
    const Verdict nested = judge("always: abs(abs(truth.x) - 2 V) <= 3 V", {5, -5});
    EXPECT_EQ(nested.outcome, Outcome::pass);
    EXPECT_EQ(judge("always: abs(abs(truth.x) - 2 V) >= 1 V", {5, -5}).outcome, Outcome::fail);
    EXPECT_EQ(judge("always: max(truth.x, truth.y) >= 5 V", {10, 0}, 1.0, {0, 10}).outcome,
              Outcome::pass);
    EXPECT_EQ(judge("always: max(truth.x, truth.y) >= 5.1 V", {10, 0}, 1.0, {0, 10}).outcome,
              Outcome::fail);
}

TEST(Linear, TimesAndSharesAreExact) {
    const Verdict share =
        judge("always: truth.x <= 6 V for at least 60 % of the time", {0, 10, 10, 0, 0});
    EXPECT_NEAR(share.margin->value, 2.2 / 4 - 0.6, 1e-8);
    const Verdict stretch = judge("never truth.x > 6 V for more than 1.8 s", {0, 10, 10, 0});
    EXPECT_EQ(stretch.outcome, Outcome::pass);
    EXPECT_NEAR(stretch.margin->value, 0.0, 1e-8);
    EXPECT_EQ(judge("never truth.x > 6 V for more than 1.79 s", {0, 10, 10, 0}).outcome,
              Outcome::fail);
    EXPECT_EQ(judge("always: truth.x <= 6 V or (truth.x > 6 V held for 0 s)", {0, 10}).outcome,
              Outcome::pass);
    EXPECT_EQ(judge("count of (truth.x > 6 V) in 10 s < 2", {0, 10, 0, 10}).outcome, Outcome::fail);
    EXPECT_EQ(judge("count of (truth.x > 6 V) in 10 s < 3", {0, 10, 0, 10}).outcome, Outcome::pass);
}

TEST(Linear, AMeanIsThatOfTheLine) {
    // Over the last second of 0..10..0 V: 5 V at 1 s, 7.5 V at 1.5 s.
    EXPECT_EQ(judge("always: mean(truth.x, 1 s) <= 7.501 V", {0, 10, 0}).outcome, Outcome::pass);
    // Of a line that rises it is the middle: 15 V at 2 s.
    EXPECT_EQ(judge("always: mean(truth.x, 1 s) <= 15.001 V", {0, 10, 20}).outcome, Outcome::pass);
    EXPECT_EQ(judge("always: mean(truth.x, 1 s) <= 14.98 V", {0, 10, 20}).outcome, Outcome::fail);
    const Verdict verdict = judge("always: mean(truth.x, 1 s) <= 7.4 V", {0, 10, 0});
    EXPECT_EQ(verdict.outcome, Outcome::fail);
    EXPECT_NEAR(seconds(verdict.worst), 1.5, 1e-3);
    EXPECT_NEAR(verdict.margin->value, -0.1, 1e-4);
}

TEST(Linear, ASlowCreepTakesNoLongerThanAnyOther) {
    // A slope so small that rounding hides where it passes.
    EXPECT_EQ(judge("always: truth.x <= 100 V", {100.0 - 1e-13, 100.0 + 1e-13}).outcome,
              Outcome::fail);
    EXPECT_EQ(judge("always: truth.x <= 100 V", {100.0, std::nextafter(100.0, 101.0)}).outcome,
              Outcome::fail);
}

TEST(Linear, BetweenAValueAndNoneNothingIsKnown) {
    const double none = Signals::no_value;
    EXPECT_EQ(judge("always: truth.x <= 6 V", {0, none, 0}).outcome, Outcome::inconclusive);
    EXPECT_EQ(judge("always: truth.x <= 6 V", {0, none, 7}).outcome, Outcome::fail);
    // Right at its limit beside a moment without a value: no time at which it passes.
    EXPECT_EQ(judge("always: truth.x <= 6 V", {6, none, 6}).outcome, Outcome::inconclusive);
    EXPECT_EQ(judge("always: truth.x <= 6 V", {0}).outcome, Outcome::inconclusive);
}

TEST(Linear, ComesOutAsTheSameLineSampledFinely) {
    Random random(5, "linear");
    for (int round = 0; round < 60; ++round) {
        std::vector<double> coarse, fine, other, other_fine;
        for (int i = 0; i < 8; ++i) {
            coarse.push_back(std::floor(random.uniform() * 9));
            other.push_back(std::floor(random.uniform() * 9));
        }
        constexpr int parts = 100;
        for (std::size_t i = 0; i + 1 < coarse.size(); ++i) {
            for (int k = 0; k < parts; ++k) {
                const double part = double(k) / parts;
                fine.push_back(coarse[i] + (coarse[i + 1] - coarse[i]) * part);
                other_fine.push_back(other[i] + (other[i + 1] - other[i]) * part);
            }
        }
        fine.push_back(coarse.back());
        other_fine.push_back(other.back());
        for (const char* formula :
             {"always: truth.x + truth.y <= 12.3 V", "always: abs(truth.x - truth.y) <= 6.3 V",
              "always: min(truth.x, truth.y) <= 5.3 V",
              "never truth.x - truth.y > 2.3 V for more than 1.3 s",
              "always: truth.x <= 5.3 V for at least 60 % of the time",
              "whenever truth.x >= 4.3 V: within 1.3 s: truth.y <= 4.3 V for 0.5 s"}) {
            const Verdict a = judge(formula, coarse, 1.0, other);
            const Verdict b = judge(formula, fine, 1.0 / parts, other_fine);
            EXPECT_EQ(a.outcome, b.outcome) << formula;
            if (!a.margin || !b.margin) continue;
            EXPECT_NEAR(a.margin->value, b.margin->value, 1e-6) << formula;
        }
    }
}

}  // namespace
}  // namespace islandbench::acceptance::test
