#include <gmock/gmock.h>

#include "acceptance/test/story.hpp"

/// Reference traces of the first nine criteria: one that holds, one that does not, one that never
/// comes to the point and one without values; and every trace that has been thought up to fool
/// them.
namespace islandbench::acceptance::test {
namespace {

using ::testing::Contains;
using ::testing::DoubleNear;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Those that any outage tests; of the others tell the traces in pilot_traces.cpp.
const std::vector<std::string> all_ids{"C1", "C2", "D1", "D2", "E1", "E2", "F1", "H1", "H2"};

void expect_outcome(const Story& story, const std::string& id, Outcome outcome) {
    Story copy = story;
    for (const auto sampling : {Story::Sampling::changes_only, Story::Sampling::often}) {
        const Verdict verdict = copy.sampled(sampling).pilot(id);
        EXPECT_EQ(verdict.outcome, outcome) << id << ": " << verdict.reason;
        if (verdict.outcome == Outcome::pass && verdict.margin) {
            EXPECT_GE(verdict.margin->value, 0.0) << id;
        }
        if (verdict.outcome == Outcome::fail && verdict.margin) {
            EXPECT_LE(verdict.margin->value, 0.0) << id;
        }
    }
}
void expect_pass(const Story& story, const std::string& id) {
    expect_outcome(story, id, Outcome::pass);
}
void expect_fail(const Story& story, const std::string& id) {
    expect_outcome(story, id, Outcome::fail);
}
void expect_inconclusive(const Story& story, const std::string& id) {
    expect_outcome(story, id, Outcome::inconclusive);
}

TEST(Pilot, AllPassOnAGoodOutage) {
    for (const std::string& id : all_ids) expect_pass(good_outage(), id);
}

TEST(Pilot, GivesTheSameVerdictsHoweverOftenItIsSampled) {
    Story story = good_outage();
    for (const std::string& id : all_ids) {
        const Verdict rare = story.sampled(Story::Sampling::changes_only).pilot(id);
        const Verdict often = story.sampled(Story::Sampling::every_millisecond).pilot(id);
        EXPECT_EQ(rare.outcome, often.outcome) << id;
        EXPECT_EQ(rare.worst, often.worst) << id;
        ASSERT_EQ(rare.margin.has_value(), often.margin.has_value()) << id;
        if (!rare.margin) continue;
        EXPECT_NEAR(rare.margin->value, often.margin->value, 1e-9) << id;
    }
}

TEST(Pilot, IsNeverGreenWhereNothingHappens) {
    Story quiet;
    quiet.end(200);
    for (const std::string& id : all_ids) {
        if (id != "F1") expect_inconclusive(quiet, id);
    }
    expect_pass(quiet, "F1");  // a state of charge is always there
}

TEST(Pilot, CountsFivePassesAndFourOnUnverifiedLimits) {
    Diagnostics found;
    const Selection nine = select(pilot_catalogue(), all_ids, {"test.json", 1, "$"}, found);
    const RunVerdict run = combine(good_outage().judge(nine.judged));

    EXPECT_EQ(counts_text(run), "5 pass, 4 pass with limit not verified");
    EXPECT_EQ(exit_code(run, false), 0);
    EXPECT_EQ(exit_code(run, true), 4);
}

TEST(Pilot, AnAgreedFigureIsVerified) {
    Story story = good_outage();
    EXPECT_FALSE(story.pilot("C2").limit_verified);
    EXPECT_TRUE(story.agreed("class.t3.gap").pilot("C2").limit_verified);
    EXPECT_FALSE(story.pilot("E1").limit_verified) << "its own 99.9 % is not agreed";
    EXPECT_TRUE(story.agreed("E1").pilot("E1").limit_verified);
}

TEST(Pilot, AnInterruptedRunLeavesOpenClaimsOpen) {
    Story story = good_outage();
    story.end(100).ended(Ended::interrupted);
    for (const std::string& id : all_ids) {
        if (id != "C2") expect_inconclusive(story, id);
    }
    expect_pass(story, "C2");  // its windows were over
}

TEST(Pilot, ABrokenRunIsAnError) {
    Story story = good_outage();
    story.end(100).ended(Ended::broken);
    expect_outcome(story, "F1", Outcome::error);
    expect_outcome(story, "D1", Outcome::error);
    expect_inconclusive(story, "H1");  // never triggered is the better word
}

// C1 ------------------------------------------------------------------------------------------

TEST(C1, SaysHowMuchTimeWasLeft) {
    const Verdict verdict = good_outage().pilot("C1");
    ASSERT_TRUE(verdict.margin);
    EXPECT_EQ(verdict.margin->dimension, Dimension::time);
    EXPECT_NEAR(verdict.margin->value, 1.45, 1e-9);
}

TEST(C1, FailsWhenTheSwitchOpensTooLate) {
    Story late;
    late.at(20).event("outage").set("truth.grid.dead", 1);
    late.at(21.601).event("island").set("truth.pcc.closed", 0).set("truth.pcc.i", 0).end(30);
    expect_fail(late, "C1");
    EXPECT_EQ(late.pilot("C1").first, at_seconds(21.6));
}

TEST(C1, PassesExactlyAtItsLimit) {
    Story just;
    just.at(20).event("outage").set("truth.grid.dead", 1);
    just.at(21.6).event("island").set("truth.pcc.closed", 0).set("truth.pcc.i", 0).end(30);
    expect_pass(just, "C1");
}

TEST(C1, FailsOnAWeldedSwitch) {
    Story welded;
    welded.at(20).event("outage").set("truth.grid.dead", 1).end(60);
    expect_fail(welded, "C1");
}

TEST(C1, FailsOnCurrentThroughAnOpenSwitch) {
    Story leaking = good_outage();
    leaking.at(100).set("truth.pcc.i", 1.7);
    expect_fail(leaking, "C1");
}

TEST(C1, ToleratesCurrentForATenthOfASecondAfterOpening) {
    Story arc = good_outage();
    arc.at(20.16).set("truth.pcc.i", 50).at(20.25).set("truth.pcc.i", 0);
    expect_pass(arc, "C1");
    arc.at(20.25).set("truth.pcc.i", 50).at(20.251).set("truth.pcc.i", 0);
    expect_fail(arc, "C1");
}

TEST(C1, AddsUpWhatASwitchFeedsInPieces) {
    Story pieces;  // opens after 1.59 s, closes on to the dead grid for another second
    pieces.at(20).event("outage").set("truth.grid.dead", 1);
    pieces.at(21.59).event("island").set("truth.pcc.closed", 0).set("truth.pcc.i", 0);
    pieces.at(40).event("reclosed").set("truth.pcc.closed", 1);
    pieces.at(41).set("truth.pcc.closed", 0).end(60);
    expect_fail(pieces, "C1");
}

TEST(C1, FailsOnClosingOnToADeadGridEvenForOneTick) {
    Story tick = good_outage();
    tick.at(100).set("truth.pcc.closed", 1).at(100.001).set("truth.pcc.closed", 0);
    expect_fail(tick, "C1");
}

TEST(C1, FailsWithoutTheEventThatShouldHaveTriggeredIt) {
    Story silent;
    silent.at(20).set("truth.grid.dead", 1).end(60);
    expect_fail(silent, "C1");
}

TEST(C1, DoesNotKnowWithoutValues) {
    Story blind = good_outage();
    blind.at(20).set("truth.pcc.closed", Signals::no_value);
    blind.at(20.1).set("truth.pcc.closed", Signals::no_value);
    blind.at(100).set("truth.pcc.i", Signals::no_value).at(101).set("truth.pcc.i", 0);
    expect_inconclusive(blind, "C1");
}

TEST(C1, ALongDetectionTimeIsNoVerifiedLimit) {
    Story story = good_outage();
    story.site().t_detect = 5s;
    const Verdict verdict = story.pilot("C1");
    EXPECT_EQ(verdict.outcome, Outcome::pass);
    EXPECT_FALSE(verdict.limit_verified);
    EXPECT_THAT(verdict.notes, Contains(HasSubstr("longer than the 2 s")));
}

// C2 ------------------------------------------------------------------------------------------

TEST(C2, NamesTheLoadThatWasDarkTooLong) {
    Story dark = good_outage();
    dark.at(20.2).set("truth.home2.v", 0).at(22.2).set("truth.home2.v", 230);
    expect_fail(dark, "C2");
    EXPECT_EQ(dark.pilot("C2").device, "home2");
}

TEST(C2, PassesExactlyAtItsLimitAndFailsATickLater) {
    Story dark = good_outage();  // home2: dark from the outage on
    dark.at(20.15).set("truth.home2.v", 0).at(20.2).set("truth.home2.v", 0);
    Story just = dark;
    just.at(22.101).set("truth.home2.v", 230);
    expect_pass(just, "C2");
    Story late = dark;
    late.at(22.102).set("truth.home2.v", 230);
    expect_fail(late, "C2");
}

TEST(C2, IsNotFooledByAGoodFirstSecond) {
    Story late;  // 1.55 s of perfect voltage, then 30 s dark
    late.at(20).event("outage").set("truth.grid.dead", 1);
    late.at(21.55).loads(0).at(51.55).loads(230).end(60);
    expect_fail(late, "C2");
}

TEST(C2, IsNotFooledByAFlickeringRecovery) {
    Story flicker;  // in the band again and again, dark for 2.2 s in all
    flicker.at(20).event("outage").loads(0).at(21.1).loads(230).at(21.2).loads(0);
    flicker.at(22.3).loads(230).end(60);
    expect_fail(flicker, "C2");
}

TEST(C2, CountsTooMuchVoltageAsWell) {
    Story high = good_outage();
    high.at(20.2).set("truth.clinic.v", 254).at(23).set("truth.clinic.v", 230);
    expect_fail(high, "C2");
    EXPECT_EQ(high.pilot("C2").device, "clinic");
}

TEST(C2, JudgesEveryOutage) {
    Story second = good_outage();
    second.at(180).event("outage").loads(0).at(184).loads(230).end(220);
    expect_fail(second, "C2");
}

TEST(C2, DoesNotKnowWhenTheRunEndsTooEarly) {
    Story cut = good_outage();
    expect_inconclusive(cut.end(22), "C2");
    expect_pass(cut.end(24), "C2");
}

TEST(C2, DoesNotKnowWithoutValues) {
    Story blind = good_outage();
    blind.at(22.5).set("truth.home1.v", Signals::no_value).at(22.6).set("truth.home1.v", 230);
    expect_inconclusive(blind, "C2");
}

// D1 ------------------------------------------------------------------------------------------

TEST(D1, FailsBelowNinetyFivePercent) {
    Story low = good_outage();  // the island lasts 139.85 s: 6.9925 s may be outside
    low.at(50).set("truth.island.f", 48.9).at(56.9).set("truth.island.f", 50);
    expect_pass(low, "D1");
    low.at(60).set("truth.island.f", 51.1).at(60.1).set("truth.island.f", 50);
    expect_fail(low, "D1");
}

TEST(D1, FailsOutsideTheTripBandForMoreThanATenth) {
    Story trip = good_outage();
    trip.at(50).set("truth.island.f", 47.4).at(50.1).set("truth.island.f", 50);
    expect_pass(trip, "D1");
    trip.at(60).set("truth.island.f", 51.6).at(60.101).set("truth.island.f", 50);
    expect_fail(trip, "D1");
}

TEST(D1, ADarkStreetIsNotGreen) {
    Story dark;
    dark.at(20).event("outage").event("island").set("truth.island.f", 49.9);
    dark.at(30).set("truth.island.f", Signals::no_value).end(130);
    expect_fail(dark, "D1");
}

TEST(D1, AShortGapInTheFrequencyIsOutside) {
    Story gap = good_outage();
    gap.at(50).set("truth.island.f", Signals::no_value).at(50.1).set("truth.island.f", 50);
    expect_pass(gap, "D1");
    gap.at(60).set("truth.island.f", Signals::no_value).at(60.101).set("truth.island.f", 50);
    expect_fail(gap, "D1");
}

TEST(D1, SaysThatTheRunEndedInside) {
    Story open = good_outage();
    const Verdict verdict = open.end(150).pilot("D1");
    EXPECT_EQ(verdict.outcome, Outcome::pass);
    EXPECT_THAT(verdict.notes, Contains(HasSubstr("the run ended 2 min 9.850 s into")));
}

// D2 ------------------------------------------------------------------------------------------

TEST(D2, FailsOnTheMeanAlone) {
    Story low = good_outage();  // inside 0.85..1.10 all the time, but 213 V on average
    low.at(20.2).set("truth.home3.v", 213);
    expect_fail(low, "D2");
    const Verdict verdict = low.pilot("D2");
    EXPECT_EQ(verdict.device, "home3");
    EXPECT_THAT(verdict.reason, HasSubstr("mean(truth.home3.v, 10 min, at least 60 s) was 213 V"));
    EXPECT_NEAR(verdict.margin->value, -3.2, 1e-6);
}

TEST(D2, FailsOutsideTheBandForOneTick) {
    Story dip = good_outage();
    dip.at(50).set("truth.home1.v", 195.4).at(50.001).set("truth.home1.v", 230);
    expect_fail(dip, "D2");
    EXPECT_EQ(dip.pilot("D2").first, at_seconds(50));
}

TEST(D2, TheMeanDoesNotReachIntoTheTransfer) {
    Story good = good_outage();  // 130 V before the island has formed
    EXPECT_NEAR(good.pilot("D2").margin->value, 253 - 231, 1e-6);
}

TEST(D2, SaysThatTheWindowIsShort) {
    EXPECT_THAT(good_outage().pilot("D2").notes,
                Contains("short window: mean over at most 2 min 19.800 s"));
}

TEST(D2, AnIslandTooShortForAMeanIsNoEvidence) {
    Story brief = good_outage();
    brief.at(80.2).event("reclosed");
    expect_inconclusive(brief, "D2");
    EXPECT_THAT(brief.pilot("D2").reason, HasSubstr("a window of 1 min is too short"));
    Story enough = good_outage();
    enough.at(80.201).event("reclosed");
    expect_pass(enough, "D2");
}

TEST(D2, FormingAgainDoesNotStartAnew) {
    Story again = good_outage();  // 70 s at 200 V, a dip, formed again at 230 V
    again.at(20.2).loads(200).at(90.2).loads(100).set("truth.island.formed", 0);
    again.at(91).loads(230).event("island_formed").set("truth.island.formed", 1);
    expect_fail(again, "D2");
    Story dip_only = good_outage();  // what lies between collapse and forming again counts
    dip_only.at(90).loads(100).at(91).loads(230).event("island_formed");
    expect_fail(dip_only, "D2");
}

TEST(D2, JudgesTheClinicToo) {
    Story high = good_outage();
    high.at(100).set("truth.clinic.v", 253.1);
    expect_fail(high, "D2");
    EXPECT_EQ(high.pilot("D2").device, "clinic");
}

TEST(D2, DoesNotKnowWithoutValues) {
    Story blind = good_outage();
    blind.at(50).set("truth.home1.v", Signals::no_value).at(50.01).set("truth.home1.v", 230);
    expect_inconclusive(blind, "D2");
}

// E1 ------------------------------------------------------------------------------------------

TEST(E1, FailsOnALossLongerThanItsClass) {
    Story lost = good_outage();
    lost.at(60).set("truth.clinic.v", 0).at(62.2).set("truth.clinic.v", 230);
    expect_fail(lost, "E1");
    EXPECT_EQ(lost.pilot("E1").device, "clinic");
}

TEST(E1, ManyShortLossesAreTooManyAllTheSame) {
    Story lost = good_outage();  // 137.9 s of island behind the transfer: 0.1379 s may be lost
    lost.at(60).set("truth.home1.v", 0).at(60.137).set("truth.home1.v", 230);
    expect_pass(lost, "E1");
    lost.at(70).set("truth.home1.v", 0).at(70.002).set("truth.home1.v", 230);
    expect_fail(lost, "E1");
}

TEST(E1, TierZeroOfEveryHomeIsCritical) {
    Story coil = good_outage();  // coil 4 drops tier 0 for a second
    coil.at(60).set("truth.home2.shed0", 1).at(61).set("truth.home2.shed0", 0);
    expect_fail(coil, "E1");
    EXPECT_EQ(coil.pilot("E1").device, "home2");
}

TEST(E1, AnIslandThatNeverFormsFails) {
    Story dark;
    dark.at(20).event("outage").set("truth.grid.dead", 1).loads(0).end(300);
    expect_fail(dark, "E1");
}

TEST(E1, TheTransferItselfMayLastItsClass) {
    Story slow;
    slow.at(20).event("outage").loads(0).at(22.1).loads(230).end(300);
    expect_pass(slow, "E1");
}

TEST(E1, ALossThatStraddlesTheEndOfTheTransferIsOneLoss) {
    Story straddling;
    straddling.at(20).event("outage").at(21).loads(0).at(23.5).loads(230).end(3000);
    expect_fail(straddling, "E1");
}

TEST(E1, DoesNotKnowWithoutValues) {
    Story blind = good_outage();
    blind.at(50).set("truth.home1.shed0", Signals::no_value).at(51).set("truth.home1.shed0", 0);
    expect_inconclusive(blind, "E1");
}

// E2 ------------------------------------------------------------------------------------------

TEST(E2, FailsWhenATierGoesOneTickTooEarly) {
    Story wrong = good_outage();
    wrong.at(50).set("truth.home1.shed3", 1).at(50.001).set("truth.home1.shed4", 1);
    expect_fail(wrong, "E2");
    const Verdict verdict = wrong.pilot("E2");
    EXPECT_EQ(verdict.device, "home1");
    EXPECT_EQ(verdict.first, at_seconds(50));
}

TEST(E2, BothAtOneTickAreInOrder) {
    Story both = good_outage();
    both.at(50).set("truth.home1.shed3", 1).set("truth.home1.shed4", 1);
    both.at(60).set("truth.home1.shed3", 0).at(61).set("truth.home1.shed4", 0);
    expect_pass(both, "E2");
}

TEST(E2, FailsWhenTheHighestTierComesBackFirst) {
    Story back = good_outage();
    back.at(50).set("truth.home1.shed3", 1).set("truth.home1.shed4", 1);
    back.at(60).set("truth.home1.shed4", 0);
    expect_fail(back, "E2");
}

TEST(E2, SheddingTierZeroAloneFails) {
    Story zero = good_outage();
    zero.at(50).set("truth.home2.shed0", 1);
    expect_fail(zero, "E2");
}

TEST(E2, TheLastTierAloneIsATest) {
    Story last;  // nothing follows from tier 4, but something was shed, and rightly
    last.at(10).set("truth.home3.shed4", 1).end(60);
    expect_pass(last, "E2");
}

TEST(E2, NothingShedIsNoTest) {
    Story none;
    none.at(20).event("outage").end(60);
    expect_inconclusive(none, "E2");
    EXPECT_THAT(none.pilot("E2").reason, HasSubstr("never triggered"));
}

TEST(E2, DoesNotKnowWithoutValues) {
    Story blind = good_outage();
    blind.at(50).set("truth.home1.shed3", 1).set("truth.home1.shed4", Signals::no_value);
    expect_inconclusive(blind, "E2");
}

// F1 ------------------------------------------------------------------------------------------

TEST(F1, JudgesEveryUnitWithTheFormer) {
    for (const char* unit : {"former", "home1", "home2"}) {
        Story low = good_outage();
        low.at(100).set(std::string("truth.") + unit + ".soc", 0.1799);
        expect_fail(low, "F1");
        EXPECT_EQ(low.pilot("F1").device, unit);
    }
}

TEST(F1, FollowsTheFloorInForce) {
    Story island = good_outage();
    island.at(50).set("truth.home1.soc_floor", 0.1).at(51).set("truth.home1.soc", 0.09);
    expect_pass(island, "F1");
    island.at(60).set("truth.home1.soc_floor", 0.2);
    expect_fail(island, "F1");
}

TEST(F1, HasACeiling) {
    Story high = good_outage();
    high.at(100).set("truth.home2.soc", 0.9701);
    expect_fail(high, "F1");
}

TEST(F1, JudgesTheTruthAndNotWhatIsReported) {
    Story lie = good_outage();
    lie.set("seen.former.soc", 0.33).at(100).set("truth.former.soc", 0.179);
    expect_fail(lie, "F1");
    EXPECT_NEAR(lie.pilot("F1").margin->value, -0.001, 1e-12);
}

TEST(F1, DoesNotKnowWithoutValues) {
    Story blind = good_outage();
    blind.at(50).set("truth.former.soc", Signals::no_value).at(50.001).set("truth.former.soc", 0.5);
    expect_inconclusive(blind, "F1");
}

TEST(F1, SeesTheFirstAndTheLastSample) {
    Story first;
    first.at(0).set("truth.former.soc", 0.1).at(0.001).set("truth.former.soc", 0.5).end(60);
    expect_fail(first, "F1");
    Story last;
    last.at(60).set("truth.former.soc", 0.1).end(60);
    expect_fail(last, "F1");
}

// H1 ------------------------------------------------------------------------------------------

TEST(H1, SaysHowLongTheGridHadBeenHealthy) {
    const Verdict verdict = good_outage().pilot("H1");
    ASSERT_TRUE(verdict.margin);
    EXPECT_EQ(verdict.margin->dimension, Dimension::time);
    EXPECT_NEAR(verdict.margin->value, 10.0, 1e-9);
}

TEST(H1, FailsOnTooShortAnObservation) {
    Story early = good_outage();
    early.at(140.001).set("truth.grid.ok", 0).at(140.002).set("truth.grid.ok", 1);
    expect_fail(early, "H1");
    EXPECT_NEAR(early.pilot("H1").margin->value, -0.002, 1e-9);
}

TEST(H1, PassesExactlyAtItsLimit) {
    Story just = good_outage();
    just.at(139).set("truth.grid.ok", 0).at(140).set("truth.grid.ok", 1);
    expect_pass(just, "H1");
}

TEST(H1, SeesADipThatAFilterWouldNot) {
    Story dip = good_outage();  // 5 ms, 15 s before closing
    dip.at(145).set("truth.grid.ok", 0).at(145.005).set("truth.grid.ok", 1);
    expect_fail(dip, "H1");
}

TEST(H1, WhatClosingItselfDoesIsNotItsMatter) {
    Story jolt = good_outage();
    jolt.at(160).set("truth.grid.ok", 0).at(160.1).set("truth.grid.ok", 1);
    expect_pass(jolt, "H1");
}

TEST(H1, ADipThatLastsUntilClosingFails) {
    Story dip = good_outage();
    dip.at(159.999).set("truth.grid.ok", 0).at(160).set("truth.grid.ok", 1);
    expect_fail(dip, "H1");
}

TEST(H1, AShortenedObservationIsSaid) {
    Story story = good_outage();
    story.at(154).set("truth.grid.ok", 0).at(155).set("truth.grid.ok", 1);
    expect_fail(story, "H1");
    expect_pass(story.observation(5s), "H1");
    const Verdict verdict = story.pilot("H1");
    EXPECT_THAT(verdict.notes, Contains(HasSubstr("observation time shortened to 5 s")));
    EXPECT_THAT(verdict.formulas, Contains("before reclosed: truth.grid.ok is true held for 5 s"));
}

TEST(H1, JudgesEveryClosing) {
    Story twice = good_outage();
    twice.at(170).set("truth.grid.ok", 0).at(171).set("truth.grid.ok", 1);
    twice.at(180).event("reclosed");
    expect_fail(twice, "H1");
}

TEST(H1, DoesNotKnowWhatWasBeforeTheRecord) {
    Story early;
    early.at(15).event("reclosed").end(60);
    expect_inconclusive(early, "H1");
    Story settled;  // settling belongs to the record
    settled.at(-10).set("truth.grid.ok", 1).at(15).event("reclosed").end(60);
    expect_pass(settled, "H1");
}

TEST(H1, DoesNotKnowWithoutValues) {
    Story blind = good_outage();
    blind.at(150).set("truth.grid.ok", Signals::no_value).at(150.001).set("truth.grid.ok", 1);
    expect_inconclusive(blind, "H1");
}

// H2 ------------------------------------------------------------------------------------------

TEST(H2, FailsOnEachDifference) {
    const std::vector<std::pair<std::string, double>> wrong{
        {"truth.sync.df", -0.31}, {"truth.sync.dv", 0.101}, {"truth.sync.dphi", -20.5}};
    for (const auto& [signal, value] : wrong) {
        Story out = good_outage();
        out.at(159).set(signal, value);
        expect_fail(out, "H2");
    }
}

TEST(H2, IsNotFooledByTheTickAfterClosing) {
    Story angle = good_outage();  // 30 degrees, then 0 because the switch is closed
    angle.at(159).set("truth.sync.dphi", 30);
    expect_fail(angle, "H2");
    const Verdict verdict = angle.pilot("H2");
    EXPECT_NEAR(verdict.margin->value, -10, 1e-9);
    EXPECT_EQ(verdict.margin->dimension, Dimension::angle);
}

TEST(H2, ClosingOnToADeadSideFails) {
    Story dead = good_outage();
    dead.at(159).set("truth.grid.dead", 1).set("truth.sync.df", Signals::no_value);
    dead.set("truth.sync.dv", Signals::no_value).set("truth.sync.dphi", Signals::no_value);
    expect_fail(dead, "H2");
    Story fed = good_outage();  // the neighbour's generator keeps the busbar alive
    fed.at(159).set("truth.grid.dead", 1);
    expect_fail(fed, "H2");
    Story street = good_outage();  // the street is the dead side
    street.at(159).set("truth.sync.dphi", Signals::no_value);
    expect_fail(street, "H2");
}

TEST(H2, TellsTargets) {
    Story near = good_outage();
    near.at(159).set("truth.sync.dphi", 15);
    const Verdict verdict = near.pilot("H2");
    EXPECT_EQ(verdict.outcome, Outcome::pass);
    EXPECT_THAT(verdict.notes,
                Contains(HasSubstr("target missed: at reclosed: abs(truth.sync.dphi) <= 10 deg")));
    EXPECT_THAT(verdict.notes,
                Contains(HasSubstr("target held: at reclosed: abs(truth.sync.df) <= 0.1 Hz")));
}

TEST(H2, JudgesEveryClosing) {
    Story twice = good_outage();
    twice.at(180).event("reclosed").set("truth.sync.df", 0.4);
    expect_fail(twice, "H2");
}

}  // namespace
}  // namespace islandbench::acceptance::test
