#include <gmock/gmock.h>

#include "acceptance/test/story.hpp"

/// What each kind of claim means at its edges: first and last moments, limits that are just
/// reached, events that come twice, windows that are cut, values that are missing.
namespace islandbench::acceptance::test {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

constexpr const char* f = "truth.island.f";
constexpr const char* v = "truth.home1.v";
constexpr const char* closed = "truth.pcc.closed";
constexpr double none = Signals::no_value;

Outcome outcome(const Story& story, const std::string& formula) {
    return story.judge(formula).outcome;
}

TEST(Always, KeepsTheWorstMomentAndTheFirst) {
    Story story;
    story.at(2).set(f, 51.2).at(3).set(f, 50).at(5).set(f, 51.5).at(6).set(f, 50).end(10);
    const Verdict verdict = story.judge("always: truth.island.f <= 51 Hz");
    EXPECT_EQ(verdict.outcome, Outcome::fail);
    EXPECT_EQ(verdict.first, at_seconds(2));
    EXPECT_EQ(verdict.worst, at_seconds(5));
    EXPECT_EQ(verdict.margin->dimension, Dimension::frequency);
    EXPECT_NEAR(verdict.margin->value, -0.5, 1e-12);
    EXPECT_THAT(verdict.reason, HasSubstr("truth.island.f was 51.500 Hz at 5 s, limit 51.000 Hz"));
}

TEST(Always, HoldsAtItsLimitUnlessItIsStrict) {
    Story story;
    story.at(2).set(f, 51).end(10);
    EXPECT_EQ(outcome(story, "always: truth.island.f <= 51 Hz"), Outcome::pass);
    EXPECT_EQ(outcome(story, "always: truth.island.f < 51 Hz"), Outcome::fail);
    EXPECT_EQ(outcome(story, "always: truth.island.f >= 51 Hz"), Outcome::fail);
    EXPECT_EQ(outcome(story, "always: 50 Hz <= truth.island.f < 51 Hz"), Outcome::fail);
    EXPECT_EQ(outcome(story, "always: 51 Hz >= truth.island.f >= 50 Hz"), Outcome::pass);
}

TEST(Always, AFailIsAFailWhateverIsMissing) {
    Story story;
    story.at(2).set(f, none).at(3).set(f, 52).at(4).set(f, 50).end(10);
    EXPECT_EQ(outcome(story, "always: truth.island.f <= 51 Hz"), Outcome::fail);
}

TEST(Always, AMissingValueIsNeverGreen) {
    Story story;
    story.at(2).set(f, none).at(2.001).set(f, 50).end(10);
    const Verdict verdict = story.judge("always: truth.island.f <= 51 Hz");
    EXPECT_EQ(verdict.outcome, Outcome::inconclusive);
    EXPECT_THAT(verdict.reason, HasSubstr("no value at 2 s, 1 ms in all"));
    EXPECT_FALSE(verdict.margin);
}

TEST(Always, AnInfiniteValueIsNone) {
    Story story;
    story.at(2).set(f, -INFINITY).at(2.001).set(f, 50).end(10);
    EXPECT_EQ(outcome(story, "always: truth.island.f <= 51 Hz"), Outcome::inconclusive);
}

TEST(Always, KnowsNothingBeforeTheStoryAndOfARunWithoutLength) {
    Story settling;
    settling.at(-5).set(f, 60).at(-1).set(f, 50).end(10);
    EXPECT_EQ(outcome(settling, "always: truth.island.f <= 51 Hz"), Outcome::pass);
    Story nothing;
    nothing.end(0);
    EXPECT_EQ(outcome(nothing, "always: truth.island.f <= 51 Hz"), Outcome::inconclusive);
}

TEST(Always, BeginsAtTheStoryEvenBetweenSamples) {
    Story story;  // samples at -5 ms and at 3 ms; what holds in between is wrong
    story.at(-0.005).set(f, 60).at(0.003).set(f, 50).end(10);
    const Verdict verdict = story.judge("always: truth.island.f <= 51 Hz");
    EXPECT_EQ(verdict.outcome, Outcome::fail);
    EXPECT_EQ(verdict.first, story_start);
}

TEST(Never, IsAlwaysNot) {
    Story story;
    story.at(2).set(closed, 0).at(2.001).set(closed, 1).end(10);
    EXPECT_EQ(outcome(story, "never truth.pcc.closed is open"), Outcome::fail);
    EXPECT_EQ(outcome(story, "never: truth.island.f > 51 Hz"), Outcome::pass);
    EXPECT_EQ(outcome(story, "never truth.pcc.closed is open for more than 1 ms"), Outcome::pass);
    EXPECT_EQ(outcome(story, "never truth.pcc.closed is open for more than 0.9 ms"), Outcome::fail);
}

TEST(Implication, CountsOnlyWhereItsLeftSideIsSo) {
    const std::string formula = "always: truth.pcc.closed is open implies truth.island.f <= 51 Hz";
    Story story;
    story.at(2).set(f, 52).at(3).set(f, 50).end(10);
    EXPECT_EQ(outcome(story, formula), Outcome::inconclusive) << "never tested";
    EXPECT_THAT(story.judge(formula).reason, HasSubstr("truth.pcc.closed is open was never so"));
    story.at(5).set(closed, 0).set(f, 50.4);
    EXPECT_EQ(outcome(story, formula), Outcome::pass);
    EXPECT_NEAR(story.judge(formula).margin->value, 0.6, 1e-12);
    story.at(6).set(f, 51.1);
    EXPECT_EQ(outcome(story, formula), Outcome::fail);
}

TEST(Implication, AnUnknownLeftSideIsOpenUnlessTheRightSideHolds) {
    const std::string formula = "always: truth.pcc.closed is open implies truth.island.f <= 51 Hz";
    Story story;
    story.at(1).set(closed, 0).at(2).set(closed, none).at(3).set(closed, 1).end(10);
    EXPECT_EQ(outcome(story, formula), Outcome::pass);
    story.at(2.5).set(f, 52).at(2.6).set(f, 50);
    EXPECT_EQ(outcome(story, formula), Outcome::inconclusive);
}

TEST(Window, HoldsItsFirstMomentAndNotItsLast) {
    const std::string formula = "from island until reclosed: truth.island.f <= 51 Hz";
    Story before;
    before.at(1).set(f, 52).at(2).set(f, 50).event("island").at(4).event("reclosed").set(f, 52);
    EXPECT_EQ(outcome(before.end(10), formula), Outcome::pass);
    Story first;
    first.at(2).event("island").set(f, 52).at(2.001).set(f, 50).at(4).event("reclosed").end(10);
    EXPECT_EQ(outcome(first, formula), Outcome::fail);
    Story last;
    last.at(2).event("island").at(3.999).set(f, 52).at(4).event("reclosed").set(f, 50).end(10);
    EXPECT_EQ(outcome(last, formula), Outcome::fail);
}

TEST(Window, MayBeShiftedAgainstItsEvents) {
    const std::string formula = "from island + 1 s until reclosed + 2 s: truth.island.f <= 51 Hz";
    Story outside;
    outside.at(2).event("island").set(f, 52).at(3).set(f, 50).at(4).event("reclosed");
    outside.at(6).set(f, 52).end(10);
    EXPECT_EQ(outcome(outside, formula), Outcome::pass);
    Story inside = outside;
    inside.at(5.999).set(f, 52);
    EXPECT_EQ(outcome(inside, formula), Outcome::fail);
}

TEST(Window, OpensBetweenSamples) {
    const std::string formula = "from island + 1.5 ms until reclosed: truth.island.f <= 51 Hz";
    Story story;  // right between two samples, and right again at the next one
    story.at(2).event("island").set(f, 52).at(2.002).set(f, 50).at(4).event("reclosed").end(10);
    const Verdict verdict = story.judge(formula);
    EXPECT_EQ(verdict.outcome, Outcome::fail);
    EXPECT_EQ(verdict.first, at_seconds(2.0015));
}

TEST(Window, ASecondEventDoesNotStartItAnew) {
    const std::string formula =
        "from island until reclosed: truth.island.f > 51 Hz lasts at most 3 s in total";
    Story story;
    story.at(2).event("island").set(f, 52).at(4).event("island").at(6).event("reclosed").set(f, 50);
    EXPECT_EQ(outcome(story.end(10), formula), Outcome::fail);
}

TEST(Window, EveryOneIsJudgedAndTheWorstKept) {
    const std::string formula = "from island until reclosed: truth.island.f <= 51 Hz";
    Story story;
    story.at(1).event("island").at(2).event("reclosed").set(f, 60).at(3).set(f, 50);
    EXPECT_EQ(outcome(story.end(10), formula), Outcome::pass);
    story.at(4).event("island").set(f, 51.5).at(5).event("reclosed").set(f, 50);
    story.at(6).event("island").at(7).event("reclosed");
    EXPECT_EQ(outcome(story, formula), Outcome::fail);
}

TEST(Window, ThatClosesBeforeItOpensWasNeverThere) {
    const std::string formula = "from island + 5 s until reclosed: truth.island.f <= 51 Hz";
    Story story;
    story.at(1).event("island").set(f, 52).at(2).event("reclosed").end(10);
    EXPECT_EQ(outcome(story, formula), Outcome::inconclusive);
}

TEST(Window, BothEventsAtOnceOpenIt) {
    const std::string formula = "from island until reclosed: truth.island.f <= 51 Hz";
    Story story;
    story.at(1).event("island").event("reclosed").at(2).set(f, 52).end(10);
    EXPECT_EQ(outcome(story, formula), Outcome::fail);
}

TEST(Window, OpenAtTheEndIsJudgedAndSaysSo) {
    const std::string formula = "from island until reclosed: truth.island.f <= 51 Hz";
    Story story;
    story.at(2).event("island").end(10);
    const Verdict verdict = story.judge(formula);
    EXPECT_EQ(verdict.outcome, Outcome::pass);
    EXPECT_THAT(verdict.notes, Contains(HasSubstr("the run ended 8 s into this window")));
    EXPECT_EQ(outcome(story.ended(Ended::interrupted), formula), Outcome::inconclusive);
}

TEST(Window, ThatOpensWithTheLastSampleIsNoEvidence) {
    Story story;
    story.at(10).event("island").end(10);
    EXPECT_EQ(outcome(story, "from island until reclosed: truth.island.f <= 51 Hz"),
              Outcome::inconclusive);
}

TEST(Window, OfFixedLengthThatIsCutIsInconclusive) {
    const std::string formula = "from island until island + 5 s: truth.island.f <= 51 Hz";
    Story story;
    story.at(2).event("island");
    EXPECT_EQ(outcome(story.end(6.999), formula), Outcome::inconclusive);
    EXPECT_EQ(outcome(story.end(7), formula), Outcome::pass);
    story.at(3).set(f, 52).at(4).set(f, 50);
    EXPECT_EQ(outcome(story.end(6), formula), Outcome::fail) << "broken is broken";
}

TEST(Window, EveryEventHasItsOwnFixedLength) {
    const std::string formula =
        "from load_step until load_step + 4 s: truth.island.f > 51 Hz lasts at most 1 s in total";
    Story story;  // half a second in each, and one that both share
    story.at(2).event("load_step").set(f, 52).at(2.5).set(f, 50).at(4).event("load_step");
    story.at(7).set(f, 52).at(7.5).set(f, 50).end(10);
    EXPECT_EQ(outcome(story, formula), Outcome::pass);
    story.at(5).set(f, 52).at(5.501).set(f, 50);
    EXPECT_EQ(outcome(story, formula), Outcome::fail);
}

TEST(Window, TooManyAtOnceAreNotGuessed) {
    Story story;
    for (int i = 0; i < 9; ++i) story.at(1 + 0.1 * i).event("load_step");
    const std::string formula = "from load_step until load_step + 5 s: truth.island.f <= 51 Hz";
    EXPECT_EQ(outcome(story.end(20), formula), Outcome::inconclusive);
}

TEST(Except, LeavesOutAndNothingElse) {
    const std::string formula =
        "from island until reclosed, except from load_step until load_step + 1 s: "
        "truth.island.f <= 51 Hz";
    Story story;
    story.at(1).event("island").at(3).event("load_step").set(f, 52).at(4).set(f, 50);
    EXPECT_EQ(outcome(story.end(10), formula), Outcome::pass);
    story.at(6).event("load_step").set(f, 52).at(7.001).set(f, 50);
    EXPECT_EQ(outcome(story, formula), Outcome::fail);
}

TEST(Except, ThatLeavesOutEverythingIsNoTest) {
    Story story;
    story.at(1).event("island").event("load_step").end(10);
    EXPECT_EQ(outcome(story,
                      "from island until reclosed, except from load_step until grid_back: "
                      "truth.island.f <= 51 Hz"),
              Outcome::inconclusive);
}

TEST(Share, CountsTimeAndNotSamples) {
    const std::string formula = "always: truth.island.f <= 51 Hz for at least 90 % of the time";
    Story story;  // many samples while it is wrong, few while it is right
    for (int i = 0; i < 999; ++i) story.at(1 + 0.001 * i).set(f, 52 + 0.001 * i);
    story.at(2).set(f, 50).end(10);
    const Verdict verdict = story.judge(formula);
    EXPECT_EQ(verdict.outcome, Outcome::pass);
    EXPECT_EQ(verdict.margin->dimension, Dimension::ratio);
    EXPECT_NEAR(verdict.margin->value, 0.0, 1e-12);
    EXPECT_EQ(outcome(story.end(9.999), formula), Outcome::fail);
}

TEST(Share, MissingTimeIsNotIn) {
    const std::string formula = "always: truth.island.f <= 51 Hz for at least 90 % of the time";
    Story story;
    story.at(2).set(f, none).at(3).set(f, 50).end(10);
    EXPECT_EQ(outcome(story, formula), Outcome::pass) << "whatever it was, nine tenths were good";
    EXPECT_THAT(story.judge(formula).notes, Contains(HasSubstr("without a value for 1 s")));
    story.at(3).set(f, none).at(3.001).set(f, 50);
    EXPECT_EQ(outcome(story, formula), Outcome::inconclusive);
    story.at(5).set(f, 52).at(6.1).set(f, 50);
    EXPECT_EQ(outcome(story, formula), Outcome::fail);
}

TEST(Longest, IsAtAStretch) {
    const std::string formula = "always: truth.island.f > 51 Hz lasts at most 0.1 s";
    Story story;
    story.at(1).set(f, 52).at(1.1).set(f, 50).at(1.101).set(f, 52).at(1.2).set(f, 50).end(10);
    EXPECT_EQ(outcome(story, formula), Outcome::pass);
    EXPECT_NEAR(story.judge(formula).margin->value, 0.0, 1e-12);
    story.at(2).set(f, 52).at(2.101).set(f, 50);
    const Verdict verdict = story.judge(formula);
    EXPECT_EQ(verdict.outcome, Outcome::fail);
    EXPECT_EQ(verdict.first, at_seconds(2.1));
    EXPECT_EQ(verdict.worst, at_seconds(2.101));
}

TEST(Longest, AMissingValueMayJoinStretches) {
    const std::string formula = "always: truth.island.f > 51 Hz lasts at most 0.1 s";
    Story story;
    story.at(1).set(f, 52).at(1.06).set(f, none).at(1.07).set(f, 52).at(1.1).set(f, 50).end(10);
    EXPECT_EQ(outcome(story, formula), Outcome::pass) << "0.1 s at the very most";
    story.at(1.1).set(f, 52).at(1.101).set(f, 50);
    EXPECT_EQ(outcome(story, formula), Outcome::inconclusive);
}

TEST(Longest, StillRunningAtTheEndCounts) {
    Story story;
    story.at(9.8).set(f, 52).end(10);
    EXPECT_EQ(outcome(story, "always: truth.island.f > 51 Hz lasts at most 0.1 s"), Outcome::fail);
}

TEST(Within, IsMetUpToTheDeadlineItself) {
    const std::string formula = "within 2 s after outage: truth.pcc.closed is open";
    Story story;
    story.at(1).event("outage").at(3).set(closed, 0).end(10);
    const Verdict verdict = story.judge(formula);
    EXPECT_EQ(verdict.outcome, Outcome::pass);
    EXPECT_EQ(verdict.margin->dimension, Dimension::time);
    EXPECT_NEAR(verdict.margin->value, 0.0, 1e-12);
    Story late;
    late.at(1).event("outage").at(3.001).set(closed, 0).end(10);
    EXPECT_EQ(outcome(late, formula), Outcome::fail);
    EXPECT_NEAR(late.judge(formula).margin->value, -0.001, 1e-12);
    EXPECT_EQ(late.judge(formula).first, at_seconds(3));
}

TEST(Within, MayAskThatItStays) {
    const std::string formula = "within 2 s after outage: truth.pcc.closed is open for 1 s";
    Story bouncing;
    bouncing.at(1).event("outage").at(1.5).set(closed, 0).at(2.499).set(closed, 1);
    EXPECT_EQ(outcome(bouncing.end(10), formula), Outcome::fail);
    bouncing.at(2.9).set(closed, 0);
    EXPECT_EQ(outcome(bouncing, formula), Outcome::pass);
    EXPECT_EQ(outcome(bouncing.end(3.899), formula), Outcome::inconclusive) << "not seen to stay";
    EXPECT_EQ(outcome(bouncing.end(3.9), formula), Outcome::pass);
}

TEST(Within, ThatIsStillOpenAtTheEndIsInconclusive) {
    const std::string formula = "within 2 s after outage: truth.pcc.closed is open";
    Story story;
    story.at(9).event("outage");
    EXPECT_EQ(outcome(story.end(10), formula), Outcome::inconclusive);
    EXPECT_EQ(outcome(story.end(11.001), formula), Outcome::fail);
    EXPECT_THAT(story.judge(formula).reason, HasSubstr("not in the 2.001 s after outage"));
}

TEST(Within, EveryEventHasItsOwnDeadline) {
    const std::string formula = "within 2 s after outage: truth.pcc.closed is open";
    Story story;
    story.at(1).event("outage").at(2).set(closed, 0).at(3).set(closed, 1).at(4).event("outage");
    EXPECT_EQ(outcome(story.end(10), formula), Outcome::fail);
    EXPECT_EQ(story.judge(formula).first, at_seconds(6));
}

TEST(Within, AMissingValueMayHaveMetIt) {
    const std::string formula = "within 2 s after outage: truth.pcc.closed is open";
    Story story;
    story.at(1).event("outage").at(2).set(closed, none).at(2.1).set(closed, 1).end(10);
    EXPECT_EQ(outcome(story, formula), Outcome::inconclusive);
    story.at(2.5).set(closed, 0);
    EXPECT_EQ(outcome(story, formula), Outcome::pass);
}

TEST(Within, CanWaitForAnEdge) {
    const std::string formula = "within 2 s after outage: truth.pcc.closed becomes open";
    Story open_before;
    open_before.at(0.5).set(closed, 0).at(1).event("outage").end(10);
    EXPECT_EQ(outcome(open_before, formula), Outcome::fail);
    Story opens;
    opens.at(1).event("outage").at(2).set(closed, 0).end(10);
    EXPECT_EQ(outcome(opens, formula), Outcome::pass);
}

TEST(At, JudgesTheVeryMoment) {
    const std::string formula = "at reclosed: truth.island.f <= 51 Hz";
    Story story;
    story.at(1).set(f, 52).at(2).set(f, 50).event("reclosed").at(2.001).set(f, 52).end(10);
    EXPECT_EQ(outcome(story, formula), Outcome::pass);
    story.at(5).event("reclosed");
    EXPECT_EQ(outcome(story, formula), Outcome::fail);
    EXPECT_EQ(story.judge(formula).first, at_seconds(5));
}

TEST(Before, JudgesTheMomentJustBefore) {
    const std::string formula = "before reclosed: truth.island.f <= 51 Hz";
    Story story;
    story.at(1).set(f, 50).at(2).set(f, 52).event("reclosed").at(2.001).set(f, 50).end(10);
    EXPECT_EQ(outcome(story, formula), Outcome::pass);
    story.at(4).set(f, 52).at(5).set(f, 50).event("reclosed");
    EXPECT_EQ(outcome(story, formula), Outcome::fail);
}

TEST(Before, AnEventInTheFirstSampleHasNoBefore) {
    Story story;
    story.at(0).event("reclosed").at(5).event("reclosed").end(10);
    EXPECT_EQ(outcome(story, "before reclosed: truth.island.f <= 51 Hz"), Outcome::inconclusive);
}

TEST(Events, ACounterThatRisesByTwoIsOneEvent) {
    Story story;
    story.at(2).event("outage").event("outage").at(3).set(closed, 0).end(10);
    EXPECT_EQ(outcome(story, "within 2 s after outage: truth.pcc.closed is open"), Outcome::pass);
}

TEST(Events, InTheFirstSampleCount) {
    Story story;
    story.at(0).event("outage").end(10);
    EXPECT_EQ(outcome(story, "within 2 s after outage: truth.pcc.closed is open"), Outcome::fail);
}

TEST(Events, BeforeTheStoryDoNot) {
    Story story;
    story.at(-5).event("outage").end(10);
    EXPECT_EQ(outcome(story, "within 2 s after outage: truth.pcc.closed is open"),
              Outcome::inconclusive);
}

TEST(Events, MayHaveDotsInTheirNames) {
    Story story;
    story.at(2).event("fault.sync30").end(10);
    EXPECT_EQ(outcome(story, "at fault.sync30: truth.pcc.closed is closed"), Outcome::pass);
}

TEST(Held, NeedsTheWholeTime) {
    const std::string formula =
        "always: truth.pcc.closed is open held for 2 s implies truth.island.f <= 51 Hz";
    Story story;
    story.at(1).set(closed, 0).set(f, 52).at(2.999).set(f, 50).end(10);
    EXPECT_EQ(outcome(story, formula), Outcome::pass);
    Story late;
    late.at(1).set(closed, 0).set(f, 52).at(3.001).set(f, 50).end(10);
    EXPECT_EQ(outcome(late, formula), Outcome::fail);
    EXPECT_EQ(late.judge(formula).first, at_seconds(3)) << "between two samples of the story";
}

TEST(Becomes, IsTheMomentOnly) {
    Story story;
    story.at(2).set(closed, 0).set(f, 52).at(2.001).set(f, 50).end(10);
    EXPECT_EQ(outcome(story, "never truth.pcc.closed becomes open and truth.island.f > 51 Hz"),
              Outcome::fail);
    Story after;
    after.at(2).set(closed, 0).at(2.001).set(f, 52).end(10);
    EXPECT_EQ(outcome(after, "never truth.pcc.closed becomes open and truth.island.f > 51 Hz"),
              Outcome::pass);
    EXPECT_EQ(outcome(after, "always: truth.pcc.closed becomes open"), Outcome::fail);
}

TEST(Becomes, IsNotAskedOfTheFirstSample) {
    Story story;
    story.at(0).set(closed, 0).end(10);
    EXPECT_EQ(outcome(story, "never truth.pcc.closed becomes open"), Outcome::pass);
}

TEST(Becomes, OutOfNowhereIsUnknown) {
    Story story;
    story.at(2).set(closed, none).at(3).set(closed, 0).end(10);
    EXPECT_EQ(outcome(story, "never truth.pcc.closed becomes closed"), Outcome::inconclusive);
}

TEST(Previous, IsTheValueJustBefore) {
    const std::string formula = "always: abs(truth.home1.v - previous(truth.home1.v)) <= 7 V";
    Story story;
    story.at(2).set(v, 225).at(3).set(v, 232).at(4).set(v, 239).end(10);
    EXPECT_EQ(outcome(story, formula), Outcome::pass);
    story.at(5).set(v, 231.9);
    EXPECT_EQ(outcome(story, formula), Outcome::fail);
    EXPECT_EQ(story.judge(formula).first, at_seconds(5));
}

TEST(Arithmetic, ComputesWithUnits) {
    Story story;
    story.at(1).set(v, 230).set("truth.home2.v", 220).set("truth.clinic.v", 246).end(10);
    for (const char* so :
         {"always: max(truth.home1.v, truth.home2.v, truth.clinic.v) <= 246 V",
          "always: min(truth.home1.v, truth.home2.v, truth.clinic.v) >= 220 V",
          "always: truth.home1.v / site.nominal_v <= 101 %", "always: -truth.home1.v <= -230 V",
          "always: (truth.home1.v + truth.home2.v) / 2 >= 225 V",
          "always: truth.home1.v - truth.home2.v <= 10000 mV",
          "always: truth.home1.v * 50 % <= 116 V",
          "always: (truth.island.f - 49 Hz) / 2 s <= 0.5 Hz/s",
          "always: 0.5 Hz/s * 2 s <= truth.island.f", "always: abs(-truth.home1.v) >= 230 V"}) {
        EXPECT_EQ(outcome(story, so), Outcome::pass) << so;
    }
}

TEST(Arithmetic, AMissingPartLeavesNothing) {
    Story story;
    story.at(1).set(v, none).at(2).set(v, 230).end(10);
    for (const char* doubtful : {"always: max(truth.home1.v, truth.home2.v) <= 246 V",
                                 "always: min(truth.home2.v, truth.home1.v) >= 100 V",
                                 "always: truth.home1.v + truth.home2.v >= 100 V",
                                 "always: truth.home1.v / truth.home2.v <= 200 %"}) {
        EXPECT_EQ(outcome(story, doubtful), Outcome::inconclusive) << doubtful;
    }
}

TEST(Connectives, DecideWhatTheyCanWithoutAValue) {
    Story story;
    story.at(1).set(f, none).at(2).set(f, 50).end(10);
    EXPECT_EQ(outcome(story, "always: truth.island.f <= 51 Hz or truth.home1.v >= 200 V"),
              Outcome::pass);
    EXPECT_EQ(outcome(story, "always: truth.island.f <= 51 Hz and truth.home1.v >= 200 V"),
              Outcome::inconclusive);
    EXPECT_EQ(outcome(story, "always: truth.island.f <= 51 Hz and truth.home1.v >= 300 V"),
              Outcome::fail);
}

TEST(Connectives, CompareUnlikeUnitsByTheirShareOfTheLimit) {
    Story story;
    story.at(1).set(f, 50.9).set(v, 210).end(10);  // 5 % of the half band; 5 % of the limit
    const Verdict verdict =
        story.judge("always: 49 Hz <= truth.island.f <= 51 Hz and truth.home1.v >= 190 V");
    EXPECT_EQ(verdict.margin->dimension, Dimension::frequency);
    EXPECT_NEAR(verdict.margin->value, 0.1, 1e-9);
    EXPECT_NEAR(verdict.margin->of_limit, 0.1, 1e-9);
}

TEST(States, OpenAndClosedGoByTheName) {
    Story story;
    story.at(1).set(closed, 0).end(10);
    EXPECT_EQ(outcome(story, "from outage until reclosed: truth.pcc.closed is open"),
              Outcome::inconclusive);
    story.at(1).event("outage");
    EXPECT_EQ(outcome(story, "from outage until reclosed: truth.pcc.closed is open"),
              Outcome::pass);
    EXPECT_EQ(outcome(story, "from outage until reclosed: truth.pcc.closed is false"),
              Outcome::pass);
    EXPECT_EQ(outcome(story, "from outage until reclosed: truth.pcc.closed is closed"),
              Outcome::fail);
    EXPECT_EQ(outcome(story, "from outage until reclosed: (truth.pcc.closed is open) is true"),
              Outcome::pass);
}

TEST(After, RemembersThatAnEventHasHappened) {
    Story story;
    story.at(2).event("outage").set(f, 49).end(10);
    EXPECT_EQ(outcome(story, "always: after outage implies truth.island.f < 50 Hz"), Outcome::pass);
    EXPECT_EQ(outcome(story, "always: truth.island.f < 50 Hz implies after outage"), Outcome::pass);
}

TEST(Groups, NameTheirWorstMember) {
    Story story;
    story.at(2).set("truth.home2.v", 190).set("truth.clinic.v", 180).end(10);
    const Verdict verdict = story.judge("for every load: always: truth.{load}.v >= 195 V");
    EXPECT_EQ(verdict.device, "clinic");
    ASSERT_EQ(verdict.devices.size(), 4U);
    EXPECT_EQ(verdict.devices[0].outcome, Outcome::pass);
    EXPECT_EQ(verdict.devices[1].outcome, Outcome::fail);
    EXPECT_NEAR(verdict.devices[1].margin->value, -5, 1e-9);
}

TEST(Groups, MayBeNested) {
    Story story;
    story.at(2).set("truth.home2.v", 190).set("truth.clinic.v", 180).end(10);
    const Verdict verdict = story.judge(
        "for every home: for every priority: always: truth.{home}.v - truth.{priority}.v <= 20 V");
    EXPECT_EQ(verdict.outcome, Outcome::fail);
    EXPECT_EQ(verdict.devices.size(), 3U);
    EXPECT_EQ(verdict.device, "home1/clinic");
}

TEST(Groups, OfNobodyAreNoTest) {
    Story story;
    story.site().priority_sites.clear();
    const Verdict verdict =
        story.end(10).judge("for every priority: always: truth.{priority}.v >= 195 V");
    EXPECT_EQ(verdict.outcome, Outcome::inconclusive);
    EXPECT_THAT(verdict.reason, HasSubstr("nothing in this site to judge"));
}

}  // namespace
}  // namespace islandbench::acceptance::test
