#include <gmock/gmock.h>

#include "acceptance/test/story.hpp"

/// "whenever A: within D: C for H" and "whenever A: B until C within D", at their edges.
namespace islandbench::acceptance::test {
namespace {

using ::testing::HasSubstr;

constexpr const char* dead = "truth.grid.dead";
constexpr const char* closed = "truth.pcc.closed";
constexpr const char* opens =
    "whenever truth.grid.dead: within 2 s: truth.pcc.closed is open for 1 s";

/// The grid is dead over one span, the switch open over another.
Story spans(double dead_from, double dead_to, double open_from, double open_to) {
    Story story;
    story.at(dead_from).set(dead, 1).at(dead_to).set(dead, 0);
    story.at(open_from).set(closed, 0).at(open_to).set(closed, 1);
    return story.end(30);
}

TEST(Whenever, TheFirstMomentHasTheFirstDeadline) {
    const Verdict in_time = spans(2, 5, 4, 6).judge(opens);
    EXPECT_EQ(in_time.outcome, Outcome::pass) << in_time.reason;
    EXPECT_NEAR(in_time.margin->value, 0.0, 1e-8);
    EXPECT_EQ(in_time.margin->dimension, Dimension::time);
    const Verdict late = spans(2, 5, 4.5, 6).judge(opens);
    EXPECT_EQ(late.outcome, Outcome::fail);
    EXPECT_EQ(late.first, at_seconds(4));
    EXPECT_NEAR(late.margin->value, -0.5, 1e-8);
    EXPECT_THAT(late.reason, HasSubstr("waited for 2.500 s up to 4.500 s, asked for within 2 s"));
}

TEST(Whenever, TheLastMomentsOfAStretchWaitForTheNextOne) {
    // What is left of the stretch is too short for the moments behind 5 s; they wait in vain.
    const Verdict left = spans(3, 5.5, 4, 6).judge(opens);
    EXPECT_EQ(left.outcome, Outcome::fail);
    EXPECT_EQ(left.first, at_seconds(7) + Duration{1});  // the first moment behind 5 s
    EXPECT_EQ(spans(3, 5, 4, 6).judge(opens).outcome, Outcome::pass);
    Story again = spans(3, 5.5, 4, 6);
    again.at(6.9).set(closed, 0).at(8).set(closed, 1);
    EXPECT_EQ(again.judge(opens).outcome, Outcome::pass);
}

TEST(Whenever, WhatIsAnsweredAsItEndsDoesNotWaitOn) {
    // Both end at the same moment.
    const char* at_once = "whenever truth.grid.dead: within 0 s: truth.pcc.closed is open";
    EXPECT_EQ(spans(2, 5, 2, 5).judge(at_once).outcome, Outcome::pass);
    EXPECT_EQ(spans(2, 5, 1, 6).judge(at_once).outcome, Outcome::pass);
    const Verdict late = spans(2, 5, 2, 4).judge(at_once);
    EXPECT_EQ(late.outcome, Outcome::fail);
    EXPECT_EQ(late.first, at_seconds(4));
}

TEST(Whenever, IsNotGreenWhereNothingAsked) {
    const Verdict verdict = spans(2, 2, 4, 6).judge(opens);
    EXPECT_EQ(verdict.outcome, Outcome::inconclusive);
    EXPECT_THAT(verdict.reason, HasSubstr("truth.grid.dead was never so"));
    EXPECT_THAT(Story().end(9).judge("whenever outage: within 2 s: truth.grid.dead").reason,
                HasSubstr("no outage in this run"));
}

TEST(Whenever, MoreStretchesThanAreFollowedAreInconclusive) {
    Story story;
    for (int i = 0; i < 300; ++i) {
        story.at(1 + i * 0.01).set(dead, 1).at(1.005 + i * 0.01).set(dead, 0);
    }
    const Verdict verdict = story.at(8).set(closed, 0).end(30).judge(
        "whenever truth.grid.dead: within 20 s: truth.pcc.closed is open");
    EXPECT_EQ(verdict.outcome, Outcome::inconclusive);
    EXPECT_THAT(verdict.reason, HasSubstr("more windows at once than are followed"));
}

TEST(Until, EndsWithItsGoalOrItsDeadline) {
    const char* formula =
        "whenever truth.grid.dead: truth.home1.v >= 195 V until (truth.pcc.closed is open) within "
        "2 s";
    const Verdict good = spans(2, 3, 4, 6).judge(formula);
    EXPECT_EQ(good.outcome, Outcome::pass) << good.reason;
    EXPECT_EQ(spans(2, 3, 4.001, 6).judge(formula).outcome, Outcome::fail);
    EXPECT_EQ(spans(2, 3, 4.001, 6).judge(formula).first, at_seconds(4));
    Story low = spans(2, 3, 4, 6);
    low.at(3.5).set("truth.home1.v", 190).at(3.6).set("truth.home1.v", 230);
    const Verdict broken = low.judge(formula);
    EXPECT_EQ(broken.outcome, Outcome::fail);
    EXPECT_EQ(broken.first, at_seconds(3.5));
}

TEST(Until, HasTheMarginOfWhatMustHold) {
    Story story = spans(2, 3, 5, 6);
    story.at(1).set("truth.home1.v", 180).at(2).set("truth.home1.v", 230);
    story.at(4).set("truth.home1.v", 200).at(5).set("truth.home1.v", 100);
    const Verdict verdict = story.judge(
        "whenever truth.grid.dead: truth.home1.v >= 195 V until (truth.pcc.closed is open)");
    EXPECT_EQ(verdict.outcome, Outcome::pass) << verdict.reason;
    EXPECT_NEAR(verdict.margin->value, 5.0, 1e-9);
    EXPECT_EQ(verdict.margin->dimension, Dimension::voltage);
    EXPECT_EQ(verdict.worst, at_seconds(4));
}

TEST(Before, AConditionDoesNotRememberTheMomentBeforeTheEvent) {
    // At 5 s "held for 3 s" would be reached, and the value changes at that very moment: it was
    // never so.
    const CriterionSpec since = criterion(
        "always: not (truth.pcc.closed since (truth.grid.ok held for 3 s)) or after island");
    const CriterionSpec before = criterion("before outage: truth.pcc.closed");
    Story quiet;
    quiet.at(-1).set("truth.grid.ok", 0).at(2.001).set("truth.grid.ok", 1);
    quiet.at(5.001).set("truth.grid.ok", 0).event("outage").end(10);
    EXPECT_EQ(quiet.judge(since).outcome, quiet.judge(std::vector{since, before}).front().outcome);
    const CriterionSpec count =
        criterion("always: count of (truth.grid.ok held for 3 s) in 9 s < 1");
    EXPECT_EQ(quiet.judge(count).outcome, quiet.judge(std::vector{count, before}).front().outcome);
}

}  // namespace
}  // namespace islandbench::acceptance::test
