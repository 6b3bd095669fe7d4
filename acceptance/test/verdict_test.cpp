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

    EXPECT_EQ(run.outcome, Outcome::fail);
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

}  // namespace
}  // namespace islandbench::acceptance
