#include <gmock/gmock.h>

#include "acceptance/test/story.hpp"

/// What a verdict may not be sure of, and says so: values within their uncertainty, values that are
/// missing, late or stale.
namespace islandbench::acceptance::test {
namespace {

using ::testing::HasSubstr;

/// A meter that is sure to 2 V, a frequency to 10 mHz, and telemetry with its age.
struct Measured {
    Measured() {
        signals.set(signals.add({"truth.v", Dimension::voltage, 0.0, 2.0}), 230.0);
        signals.set(signals.add({"truth.u", Dimension::voltage, 0.0, 1.0}), 230.0);
        signals.set(signals.add({"truth.share", Dimension::ratio, 0.0, 0.01}), 0.5);
        signals.set(signals.add({"truth.sure", Dimension::voltage}), 230.0);
        signals.set(signals.add({"truth.ok", Dimension::none}), 1.0);
        signals.set(signals.add({"seen.home1.meter.p", Dimension::active_power}), 100.0);
        signals.set(signals.add({"link.home1.meter.age", Dimension::time}), 0.1);
        signals.add_event("outage");
    }

    /// What comes of a formula where a signal takes these values, a second each.
    Verdict judge(const std::string& formula, const std::string& signal,
                  const std::vector<double>& values) {
        CriterionSpec spec = criterion(formula);
        if (formula.find("seen.") != std::string::npos) spec.source = "seen";
        Diagnostics found;
        Judge judge({spec}, signals, Figures{}, Groups{{"meter", {"v", "u"}}}, found);
        EXPECT_TRUE(found.empty()) << formula << found;
        const SignalId id = *signals.find(signal);
        int second = 0;
        for (const double value : values) {
            signals.set(id, value);
            judge.step(at_seconds(second++));
        }
        return judge.finish(at_seconds(second), Ended::completed).front();
    }

    Signals signals;
};

Outcome outcome(const std::string& formula, const std::string& signal,
                const std::vector<double>& values) {
    return Measured().judge(formula, signal, values).outcome;
}

TEST(Uncertainty, AMarginBelowItIsInconclusive) {
    const std::string formula = "always: truth.v <= 253 V";
    EXPECT_EQ(outcome(formula, "truth.v", {251.0}), Outcome::pass);  // 2 V away: sure
    EXPECT_EQ(outcome(formula, "truth.v", {251.1}), Outcome::inconclusive);
    EXPECT_EQ(outcome(formula, "truth.v", {254.9}), Outcome::inconclusive);
    EXPECT_EQ(outcome(formula, "truth.v", {255.0}), Outcome::fail);
    EXPECT_EQ(outcome(formula, "truth.v", {252.0, 256.0}), Outcome::fail);
    const Verdict verdict = Measured().judge(formula, "truth.v", {252.0, 254.0, 230.0});
    EXPECT_EQ(verdict.outcome, Outcome::inconclusive);
    EXPECT_THAT(verdict.reason, HasSubstr("within uncertainty: truth.v was 254 V at 1 s, limit 253 "
                                          "V, known to 2 V"));
}

TEST(Uncertainty, OfASureSignalIsNone) {
    EXPECT_EQ(outcome("always: truth.sure <= 253 V", "truth.sure", {253.0}), Outcome::pass);
    EXPECT_EQ(outcome("always: truth.sure <= 253 V", "truth.sure", {253.1}), Outcome::fail);
}

TEST(Uncertainty, AddsUpInWhatIsComputed) {
    // 3 V of a difference, 4 V of a double, 0.5 V of a share of 50 V, 4.6 V of a product.
    const std::string difference = "always: truth.v - truth.u <= 10 V";
    EXPECT_EQ(outcome(difference, "truth.v", {236.9}), Outcome::pass);
    EXPECT_EQ(outcome(difference, "truth.v", {237.1}), Outcome::inconclusive);
    EXPECT_EQ(outcome("always: 2 * truth.v <= 500 V", "truth.v", {248.0}), Outcome::pass);
    EXPECT_EQ(outcome("always: 2 * truth.v <= 500 V", "truth.v", {248.1}), Outcome::inconclusive);
    EXPECT_EQ(outcome("always: truth.v / 230 V <= 110 %", "truth.v", {250.9}), Outcome::pass);
    EXPECT_EQ(outcome("always: truth.v / 230 V <= 110 %", "truth.v", {251.1}),
              Outcome::inconclusive);
    // |0.5| * 2 V + |v| * 0.01 + 0.02 V
    const std::string product = "always: truth.v * truth.share <= 120 V";
    EXPECT_EQ(outcome(product, "truth.v", {233.2}), Outcome::pass);
    EXPECT_EQ(outcome(product, "truth.v", {233.3}), Outcome::inconclusive);
    // (2 V + v / u * 1 V) / u
    const std::string quotient = "always: truth.v / truth.u <= 110 %";
    EXPECT_EQ(outcome(quotient, "truth.v", {249.9}), Outcome::pass);
    EXPECT_EQ(outcome(quotient, "truth.v", {250.1}), Outcome::inconclusive);
    const std::string higher = "always: max(truth.v, truth.u) <= 253 V";
    EXPECT_EQ(outcome(higher, "truth.u", {251.1}), Outcome::inconclusive);
    EXPECT_EQ(outcome(higher, "truth.u", {251.0}), Outcome::pass);
    // Of a spread twice the worst of its members: 4 V.
    const std::string spread = "always: spread(meter: truth.{meter}) <= 10 V";
    EXPECT_EQ(outcome(spread, "truth.v", {236.0}), Outcome::pass);
    EXPECT_EQ(outcome(spread, "truth.v", {236.1}), Outcome::inconclusive);
    const std::string lowest = "always: lowest(meter: truth.{meter}) >= 200 V";
    EXPECT_EQ(outcome(lowest, "truth.v", {202.0}), Outcome::pass);
    EXPECT_EQ(outcome(lowest, "truth.v", {201.9}), Outcome::inconclusive);
    const std::string step = "always: change(truth.v, 1 s) <= 10 V";
    EXPECT_EQ(outcome(step, "truth.v", {230, 230, 236}), Outcome::pass);
    EXPECT_EQ(outcome(step, "truth.v", {230, 230, 236.1}), Outcome::inconclusive);
    const std::string slope = "always: slope(truth.v, 2 s) <= 10 V/s";
    EXPECT_EQ(outcome(slope, "truth.v", {230, 230, 246, 246}), Outcome::pass);
    EXPECT_EQ(outcome(slope, "truth.v", {230, 230, 246.1, 246.1}), Outcome::inconclusive);
}

TEST(Uncertainty, ReachesIntoEveryKindOfClaim) {
    const std::vector<double> in_doubt{230, 252, 230}, sure{230, 250, 230};
    for (const char* formula :
         {"always: truth.v <= 253 V", "never truth.v > 253 V for more than 0.5 s",
          "always: truth.v <= 253 V for at least 90 % of the time",
          "always: truth.v <= 253 V or truth.ok is false",
          "always: count of (truth.v > 253 V) in 10 s < 1",
          "always: truth.ok implies truth.v <= 253 V"}) {
        EXPECT_NE(outcome(formula, "truth.v", in_doubt), Outcome::pass) << formula;
        EXPECT_NE(outcome(formula, "truth.v", in_doubt), Outcome::fail) << formula;
    }
    EXPECT_EQ(outcome("never truth.v > 253 V for more than 0.5 s", "truth.v", sure), Outcome::pass);
    EXPECT_EQ(outcome("count of (truth.v > 253 V) in 10 s < 1", "truth.v", sure), Outcome::pass);
}

TEST(Doubts, SayWhetherAValueIsMissingLateOrStale) {
    const auto reason = [](const std::string& formula, const std::string& signal,
                           const std::vector<double>& values) {
        return Measured().judge(formula, signal, values).reason;
    };
    EXPECT_THAT(reason("always: truth.sure <= 253 V", "truth.sure", {230, Signals::no_value}),
                HasSubstr("no value at 1 s"));
    const std::string seen = "always: seen.home1.meter.p <= 1 kW";
    EXPECT_THAT(reason(seen, "link.home1.meter.age", {1, 10, 10.1, 0.1}),
                HasSubstr("stale at 2 s: the device was not heard"));
    EXPECT_EQ(outcome(seen, "link.home1.meter.age", {1, 10, 0.1}), Outcome::pass);
    EXPECT_EQ(outcome(seen, "seen.home1.meter.p", {100, 1001, 100}), Outcome::fail);

    Measured late;
    Diagnostics found;
    Judge judge({criterion("always: truth.sure <= 253 V")}, late.signals, Figures{}, Groups{},
                found);
    judge.step(at_seconds(0));
    judge.step(at_seconds(2.5));
    EXPECT_THAT(judge.finish(at_seconds(3), Ended::completed).front().reason,
                HasSubstr("late at 2 s: no sample for 2 s, 500 ms in all"));
}

TEST(Doubts, OfTelemetryAreWhatItsCriterionBears) {
    Measured measured;
    CriterionSpec spec = criterion("always: seen.home1.meter.p <= 1 kW");
    spec.source = "seen";
    spec.stale_after = 2s;
    Diagnostics found;
    Judge judge({spec}, measured.signals, Figures{}, Groups{}, found);
    measured.signals.set(*measured.signals.find("link.home1.meter.age"), 2.1);
    judge.step(at_seconds(0));
    judge.step(at_seconds(1));
    const Verdict verdict = judge.finish(at_seconds(1), Ended::completed).front();
    EXPECT_EQ(verdict.outcome, Outcome::inconclusive);
    EXPECT_THAT(verdict.reason, HasSubstr("stale at 0 s"));
}

}  // namespace
}  // namespace islandbench::acceptance::test
