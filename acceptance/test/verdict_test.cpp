#include "acceptance/verdict.hpp"

#include <gtest/gtest.h>

namespace islandbench::acceptance {
namespace {

Verdict of(Outcome outcome, bool limit_verified = true) {
    Verdict verdict;
    verdict.outcome = outcome;
    verdict.limit_verified = limit_verified;
    return verdict;
}

TEST(RunVerdict, KeepsTheWorstAndCounts) {
    const RunVerdict run = combine({of(Outcome::pass), of(Outcome::pass, false),
                                    of(Outcome::inconclusive), of(Outcome::fail)});

    EXPECT_EQ(run.conclusion, Conclusion::fail);
    EXPECT_EQ(counts_text(run), "1 pass, 1 pass with limit not verified, 1 fail, 1 inconclusive");
}

TEST(RunVerdict, HasOneExitCode) {
    EXPECT_EQ(exit_code(combine({of(Outcome::pass)}), true), 0);
    EXPECT_EQ(exit_code(combine({of(Outcome::pass, false)}), false), 0);
    EXPECT_EQ(exit_code(combine({of(Outcome::pass, false)}), true), 4);
    EXPECT_EQ(exit_code(combine({of(Outcome::pass), of(Outcome::fail)}), false), 1);
    EXPECT_EQ(exit_code(combine({of(Outcome::fail), of(Outcome::error)}), false), 3);
    EXPECT_EQ(exit_code(combine({of(Outcome::pass), of(Outcome::inconclusive)}), false), 4);
    EXPECT_EQ(exit_code(combine({}), false), 5) << "nothing selected is not green";
}

TEST(RunVerdict, IsInconclusiveAboutATruthThatNobodyKnows) {
    Verdict dead = of(Outcome::fail), wire = of(Outcome::fail);
    dead.signals = {"link.pcc.age", "truth.island.f"};
    dead.margin = Margin{-9.8};
    dead.devices.push_back({"home1", Outcome::fail});
    wire.signals = {"link.pcc.age"};
    std::vector<Verdict> criteria{dead, of(Outcome::pass), wire};

    forget_truth(criteria, "nobody knows");

    EXPECT_EQ(criteria[0].outcome, Outcome::inconclusive);
    EXPECT_EQ(criteria[0].reason, "nobody knows");
    EXPECT_FALSE(criteria[0].margin);
    EXPECT_TRUE(criteria[0].devices.empty());
    EXPECT_EQ(criteria[1].outcome, Outcome::pass);
    EXPECT_EQ(criteria[2].outcome, Outcome::fail);
}

Verdict known(Outcome outcome) {
    Verdict verdict = of(outcome);
    verdict.known_failure = "the device cannot do better";
    return verdict;
}

TEST(KnownFailure, IsNeverAPassAndNeverHidesAnything) {
    struct Case {
        std::vector<Verdict> criteria;
        Conclusion conclusion;
        int code, strict_code;
    };
    const Verdict pass = of(Outcome::pass), fail = of(Outcome::fail), error = of(Outcome::error);
    const Verdict open = of(Outcome::inconclusive);
    const Verdict known_fail = known(Outcome::fail), surprise = known(Outcome::pass);
    const Case cases[] = {
        {{known_fail}, Conclusion::known_failure, 0, 1},
        {{pass, known_fail}, Conclusion::known_failure, 0, 1},
        {{of(Outcome::pass, false), known_fail}, Conclusion::known_failure, 0, 1},
        {{known_fail, known_fail}, Conclusion::known_failure, 0, 1},
        {{known_fail, fail}, Conclusion::fail, 1, 1},
        {{known_fail, open}, Conclusion::inconclusive, 4, 1},
        {{known_fail, error}, Conclusion::error, 3, 3},
        {{known_fail, surprise}, Conclusion::unexpected_pass, 1, 1},
        {{surprise}, Conclusion::unexpected_pass, 1, 1},
        {{pass, surprise}, Conclusion::unexpected_pass, 1, 1},
        {{surprise, open}, Conclusion::unexpected_pass, 1, 1},
        {{surprise, fail}, Conclusion::fail, 1, 1},
        {{known(Outcome::inconclusive)}, Conclusion::inconclusive, 4, 4},
        {{known(Outcome::error)}, Conclusion::error, 3, 3},
    };
    for (const Case& one : cases) {
        const RunVerdict run = combine(one.criteria);
        EXPECT_EQ(run.conclusion, one.conclusion) << counts_text(run);
        EXPECT_EQ(exit_code(run, false), one.code) << counts_text(run);
        EXPECT_EQ(exit_code(run, true), one.strict_code) << "strict: " << counts_text(run);
    }
}

TEST(KnownFailure, IsCountedApart) {
    const RunVerdict run = combine({of(Outcome::pass), known(Outcome::fail), of(Outcome::fail),
                                    known(Outcome::pass), known(Outcome::inconclusive)});

    EXPECT_EQ(counts_text(run),
              "1 pass, 1 known failure, 1 fail, 1 unexpected pass, 1 inconclusive");
}

TEST(KnownFailure, IsThatOfTheCriteriaNamed) {
    std::vector<Verdict> criteria{of(Outcome::fail), of(Outcome::fail)};
    criteria[0].id = "D1";
    criteria[1].id = "D2";

    expect_failures(criteria, {"D2"}, "why");

    EXPECT_FALSE(criteria[0].known_failure);
    EXPECT_EQ(criteria[1].known_failure, "why");
    EXPECT_EQ(combine(criteria).conclusion, Conclusion::fail) << "D1 was not announced";
}

}  // namespace
}  // namespace islandbench::acceptance
