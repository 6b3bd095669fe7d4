#include <gtest/gtest.h>

#include <cmath>
#include <tuple>

#include "acceptance/test/reference.hpp"
#include "acceptance/test/story.hpp"
#include "base/random.hpp"

/// Criteria of a street are judged as loops over its homes, and share what they have in common.
/// What comes of it has to be what each comes to alone, where there is one home, one formula, and
/// nothing to share.
namespace islandbench::acceptance::test {
namespace {

constexpr int homes = 4;

std::string name_of(int home) {
    return "home" + std::to_string(home);
}

/// truth.x becomes truth.NAME.x; members of the group m stay what they are.
std::string about(const std::string& formula, const std::string& name) {
    std::string text;
    for (std::size_t i = 0; i < formula.size(); ++i) {
        text += formula[i];
        const bool is_signal = text.ends_with("truth.") && formula[i + 1] != '{';
        if (is_signal) text += name + ".";
    }
    return text;
}

/// A street with a trace for every home; truth.x and truth.y are those of the first.
class Street {
  public:
    explicit Street(Choices& random) {
        for (int home = 0; home < homes; ++home) {
            traces_.push_back(random_trace(random, random.chance(0.3)));
            size_ = home == 0 ? traces_[0].size() : std::min(size_, traces_.back().size());
        }
    }

    std::vector<Verdict> judge(std::vector<std::string> formulas) const {
        Signals signals;
        std::vector<std::vector<SignalId>> ids;
        for (int home = -1; home < homes; ++home) {
            const std::string begin = home < 0 ? "truth." : "truth." + name_of(home) + ".";
            ids.push_back({signals.add({begin + "x", Dimension::voltage}),
                           signals.add({begin + "y", Dimension::voltage}),
                           signals.add({begin + "p"}), signals.add({begin + "q"})});
        }
        const SignalId start = signals.add_event("start");
        const SignalId stop = signals.add_event("stop");
        Groups groups{{"m", {"x", "y"}}, {"home", {}}};
        for (int home = 0; home < homes; ++home) groups["home"].push_back(name_of(home));
        std::vector<CriterionSpec> specs;
        for (std::string& formula : formulas) specs.push_back(criterion(std::move(formula)));
        Diagnostics found;
        Judge judge(std::move(specs), signals, Figures{}, groups, found);
        EXPECT_TRUE(found.empty()) << found;
        for (int t = 0; t < size_; ++t) {
            for (std::size_t i = 0; i < ids.size(); ++i) {
                const Trace& trace = traces_[i == 0 ? 0 : i - 1];
                const std::size_t at = static_cast<std::size_t>(t);
                signals.set(ids[i][0], trace.x[at]);
                signals.set(ids[i][1], trace.y[at]);
                signals.set(ids[i][2], trace.p[at]);
                signals.set(ids[i][3], trace.q[at]);
            }
            if (traces_[0].start[static_cast<std::size_t>(t)]) signals.happened(start);
            if (traces_[0].stop[static_cast<std::size_t>(t)]) signals.happened(stop);
            judge.step(Instant{t * 1ms});
        }
        return judge.finish(Instant{size_ * 1ms}, Ended::completed);
    }

  private:
    std::vector<Trace> traces_;
    int size_ = 0;
};

template <class Some>
std::string text_of(const Some& one) {
    return std::string(json::enum_text(one.outcome)) + " margin " +
           (one.margin ? std::to_string(one.margin->value) : "none") + " first " +
           (one.first ? std::to_string(to_seconds(*one.first - story_start)) : "none") + " worst " +
           (one.worst ? std::to_string(to_seconds(*one.worst - story_start)) : "none") + ": " +
           one.reason;
}

/// One home of which a claim says nothing passes beside others of which it does, and says so; alone
/// it is no evidence.
bool says_nothing(const DeviceVerdict& got, const Verdict& alone) {
    return got.reason.starts_with("not tested") && alone.outcome == Outcome::inconclusive &&
           alone.reason.find("never triggered") != std::string::npos;
}

/// What changes by itself is looked at right behind a moment too, a nanosecond later, where
/// anything else asks for that.
bool is_same(const DeviceVerdict& got, const Verdict& alone) {
    const bool same = got.outcome == alone.outcome && got.first == alone.first &&
                      got.margin.has_value() == alone.margin.has_value();
    if (!same || !got.margin || *got.margin == *alone.margin) return same;
    return got.margin->dimension == Dimension::time &&
           std::fabs(got.margin->value - alone.margin->value) < 2e-9;
}

/// What is wrong; empty: nothing.
std::string difference(const Street& street, const std::vector<std::string>& formulas) {
    std::vector<std::string> together;
    for (const std::string& one : formulas) {
        together.push_back("for every home: " + about(one, "{home}"));
    }
    const std::vector<Verdict> all = street.judge(together);
    for (std::size_t k = 0; k < formulas.size(); ++k) {
        if (all[k].devices.size() != homes) return together[k] + ": not judged by home";
        for (int home = 0; home < homes; ++home) {
            const DeviceVerdict& got = all[k].devices[static_cast<std::size_t>(home)];
            const Verdict alone = street.judge({about(formulas[k], name_of(home))}).front();
            if (is_same(got, alone) || says_nothing(got, alone)) continue;
            return together[k] + "\n" + got.device + "\ntogether " + text_of(got) + "\nalone    " +
                   text_of(alone);
        }
    }
    return "";
}

Choices random_choices(int number) {
    Random random(static_cast<std::uint64_t>(number), "together");
    std::vector<std::uint8_t> bytes(4000);
    for (std::uint8_t& one : bytes) one = static_cast<std::uint8_t>(random.uniform() * 256);
    return Choices(std::move(bytes));
}

/// Three random claims, changes and a mean, which rest while their windows are closed.
std::vector<std::string> random_formulas(Choices& random) {
    std::vector<std::string> formulas;
    for (int k = 0; k < 3; ++k) formulas.push_back(random_claim(random).text());
    const std::string span = std::to_string(1 + static_cast<int>(random.uniform() * 8)) + " ms";
    formulas.push_back("from start until stop: change(truth.x, " + span + ") <= 2.3717 V");
    formulas.push_back("from start until stop: not (truth.p and change(truth.x, " + span +
                       ") > 1.3717 V)");
    formulas.push_back(
        "from start until stop + 9 ms, except from stop until stop + 3 ms: truth.p implies "
        "mean(truth.x, " +
        span + ") <= 3.3717 V");
    return formulas;
}

TEST(Together, AStreetIsJudgedAsItsHomesAreAlone) {
    for (int number = 0; number < 1500; ++number) {
        Choices random = random_choices(number);
        const std::vector<std::string> formulas = random_formulas(random);
        ASSERT_EQ(difference(Street(random), formulas), "") << "number " << number;
    }
}

TEST(Together, WhatOneAsksJustBeforeAnEventBreaksNothingThatAnotherHolds) {
    // x climbs by 5 V at 40 ms and at 50 ms: its change over 10 ms is 5 V up to 60 ms, without a
    // break. Just before 50 ms, with the values of before, it would be none.
    const auto outcome_of = [](const std::vector<std::string>& formulas) {
        Signals signals;
        const SignalId x = signals.add({"truth.x", Dimension::voltage});
        const SignalId event = signals.add_event("start");
        std::vector<CriterionSpec> specs;
        for (const std::string& formula : formulas) specs.push_back(criterion(formula));
        Diagnostics found;
        Judge judge(std::move(specs), signals, Figures{}, Groups{}, found);
        EXPECT_TRUE(found.empty()) << found;
        for (int t = 0; t < 100; ++t) {
            signals.set(x, t < 40 ? 0.0 : t < 50 ? 5.0 : 10.0);
            if (t == 50) signals.happened(event);
            judge.step(Instant{t * 1ms});
        }
        return judge.finish(Instant{100ms}, Ended::completed).front().outcome;
    };
    const std::string held = "always: not ((change(truth.x, 10 ms) > 2 V) held for 15 ms)";
    EXPECT_EQ(outcome_of({held}), Outcome::fail);
    EXPECT_EQ(outcome_of({held, "before start: truth.x <= 6 V"}), Outcome::fail);
}

/// What a formula comes to where these values of p and x hold from these moments on.
Verdict verdict_of(const std::string& formula,
                   const std::vector<std::tuple<int, double, double>>& values) {
    Signals signals;
    const SignalId p = signals.add({"truth.p"});
    const SignalId x = signals.add({"truth.x", Dimension::voltage});
    const SignalId start = signals.add_event("start");
    signals.add_event("stop");
    Diagnostics found;
    Judge judge({criterion(formula)}, signals, Figures{}, Groups{}, found);
    EXPECT_TRUE(found.empty()) << found;
    for (int t = 0; t < 100; ++t) {
        for (const auto& [from, its_p, its_x] : values) {
            if (from != t) continue;
            signals.set(p, its_p);
            signals.set(x, its_x);
        }
        if (t == 10) signals.happened(start);
        judge.step(Instant{t * 1ms});
    }
    return judge.finish(Instant{100ms}, Ended::completed).front();
}

TEST(Together, WhatTurnedWhileNobodyAskedIsSeenOnceSomebodyDoes) {
    // At its limit it holds by nothing, and a moment later it does not, by nothing.
    const Verdict got = verdict_of("always: truth.p implies 1 V <= truth.x < 3 V",
                                   {{0, 1, 1}, {10, 0, 3}, {20, 1, 3}, {40, 0, 3}});
    EXPECT_EQ(got.outcome, Outcome::fail);
    EXPECT_EQ(got.first, Instant{20ms});
}

TEST(Together, AChangeThatRestedIsKnownOnceItsDelayHasPassed) {
    // 2.5 ms are no whole number of the milliseconds at which it is looked at.
    for (const char* delay : {"2 ms", "2.5 ms", "40 ms"}) {
        const Verdict got =
            verdict_of("from start until stop: change(truth.x, " + std::string(delay) + ") <= 5 V",
                       {{0, 0, 7}});
        EXPECT_EQ(got.outcome, Outcome::pass) << delay << ": " << got.reason;
    }
}

TEST(Together, WhatImpliesItselfHasItsMargin) {
    const Verdict got = verdict_of("always: truth.x <= 5 V implies truth.x <= 5 V",
                                   {{0, 0, 1}, {10, 0, 4}, {20, 0, 1}});
    ASSERT_TRUE(got.margin.has_value());
    EXPECT_EQ(got.margin->value, 1.0);
}

}  // namespace
}  // namespace islandbench::acceptance::test
