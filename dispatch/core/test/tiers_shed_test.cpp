#include "dispatch/core/test/tiers_fixture.hpp"

namespace islandbench::dispatch::core {
namespace {

TEST_F(TiersTest, TwoSamplesOfOverloadShedTheLargestTier4OfThatPhase) {
    settle();
    live(0, 5000);
    ASSERT_EQ(phase_c(), 9000);
    live(2500, 250);
    EXPECT_EQ(tiers(large), 5);

    live(2500, 250);

    EXPECT_EQ(tiers(large), 4);
    EXPECT_EQ(tiers(small), 5);
    EXPECT_EQ(tiers(other), 5);
    live(2500, 250);
    EXPECT_LE(phase_c(), 9000);
}

TEST_F(TiersTest, OneSampleOfOverloadShedsNothing) {
    settle();
    live(0, 5000);
    live(2500, 250);
    live(0, 5000);

    EXPECT_EQ(lowest_tier_seen, 5);
}

TEST_F(TiersTest, SevereOverloadShedsAtOnce) {
    settle();
    live(0, 5000);

    live(4600, 250);

    EXPECT_EQ(tiers(large), 4);
}

TEST_F(TiersTest, OfHomesNotHeardSinceTheOverloadBeganOnlyTier4IsOpened) {
    settle();
    live(0, 5000);
    street.muted_home = {true, true, true};

    live(7500, 1000);

    EXPECT_EQ(tiers(small), 4);
    EXPECT_EQ(tiers(large), 4);

    street.muted_home = {false, false, false};
    live(7500, 1000);

    EXPECT_LT(tiers(large), 4);
}

TEST_F(TiersTest, ALoadBelowTheRatingShedsNothing) {
    settle();
    live(950, 20000);

    EXPECT_EQ(lowest_tier_seen, 5);
}

TEST_F(TiersTest, WhenTier4IsNotEnoughHigherOnesFollowInOrder) {
    settle();
    live(0, 5000);

    live(7500, 500);

    // 16.5 kW is 7.5 kW too much: both tiers 4 (4.5 kW), both 3 (1 kW) and both 2 (2 kW).
    EXPECT_EQ(tiers(small), 2);
    EXPECT_EQ(tiers(large), 2);
}

TEST_F(TiersTest, TierZeroStaysOnWhateverHappens) {
    settle();
    live(20000, 30000);

    EXPECT_EQ(lowest_tier_seen, 1);
    EXPECT_TRUE(street.out.alarms & (bit(Alarm::overload_stays) | bit(Alarm::shed_futile)));
}

TEST_F(TiersTest, EmptyHigherTiersAreOpenedToo) {
    for (const std::size_t h : {small, large}) draw[h][4] = 0;
    settle();
    live(3500, 5000);
    ASSERT_LT(phase_c(), 10000);

    live(5600, 500);

    // closed_tiers names the lowest open tier: 4 would be an opened empty tier alone.
    EXPECT_NE(tiers(small), 4);
    EXPECT_NE(tiers(large), 4);
    EXPECT_LT(std::min(tiers(small), tiers(large)), 4);
}

TEST_F(TiersTest, UnitsOfThePhaseAreAskedFirst) {
    settle();
    live(0, 5000);
    draw[other] = {200, 300, 6000, 2000, 4000};  // phase A, where the hybrid is

    live(0, 3000);

    EXPECT_EQ(tiers(other), 5);
    EXPECT_GE(street.units_out[hybrid].p_set_w, 3500);
    EXPECT_LE(street.units[former].p_phase_w[0], 10000);
}

TEST_F(TiersTest, UnitsThatDoNotHelpInTimeDoNotStopAShed) {
    settle();
    live(0, 5000);
    draw[other] = {200, 300, 6000, 2000, 4000};
    // The hybrid acknowledges and does nothing.
    for (int i = 0; i < 16; ++i) {
        live(0, 250);
        street.set_p(hybrid, 0);
    }

    EXPECT_EQ(tiers(other), 4);
}

TEST_F(TiersTest, AShedWithoutEffectIsRepeatedThreeTimesAtMost) {
    settle();
    live(0, 5000);
    for (const std::size_t h : {small, large}) street.homes[h].p_w = {200, 300, 1000, 500, 3500};
    // What the load controllers say changes; what the former carries does not.
    int changes = 0;
    for (int i = 0; i < 120; ++i) {
        street.set_former(former, {500, 500, 11500});
        const std::int32_t before = tiers(small) + tiers(large);
        street.step();
        changes += tiers(small) + tiers(large) < before ? 1 : 0;
    }

    EXPECT_EQ(changes, 3);
    EXPECT_TRUE(street.out.alarms & bit(Alarm::shed_futile));
}

TEST_F(TiersTest, AfterFutileShedsAQuietPhaseMayBeShedAgain) {
    settle();
    live(0, 5000);
    for (int i = 0; i < 60; ++i) {
        street.set_former(former, {500, 500, 11500});
        street.step();
    }
    ASSERT_TRUE(street.out.alarms & bit(Alarm::shed_futile));
    live(-5000, 120000);
    ASSERT_EQ(tiers(large), 5);

    live(2500, 1000);

    EXPECT_LT(tiers(large) + tiers(small), 10);
}

TEST_F(TiersTest, AMiswiredCoilLeadsToTheNextTierByTheRules) {
    miswired = true;
    settle();
    live(0, 5000);

    live(2500, 8000);

    EXPECT_LE(tiers(large), 3);
    EXPECT_GE(tiers(large), 1);
    EXPECT_LE(phase_c(), 10000);
}

TEST_F(TiersTest, AShedThatIsNotCarriedOutIsNotCountedAsFutile) {
    settle();
    live(0, 5000);
    street.follow_tiers = false;
    for (const std::size_t h : {small, large}) street.homes[h].carried_out = false;

    live(2500, 4000);

    EXPECT_EQ(street.state.phases[2].futile, 0);
    EXPECT_LT(tiers(large), 5);
}

TEST_F(TiersTest, SavingShedsTier4EverywhereAndBringsItBackOnTheGrid) {
    settle();
    live(0, 5000);
    street.units[former].soc_permille = 225;
    live(0, 2000);
    for (const std::size_t h : {small, large, other}) EXPECT_EQ(tiers(h), 4);
    live(0, 120000);
    for (const std::size_t h : {small, large, other}) EXPECT_EQ(tiers(h), 4);

    ASSERT_TRUE(street.to_grid());
    street.run(10000, 1000);

    for (const std::size_t h : {small, large, other}) EXPECT_EQ(tiers(h), 5);
}

TEST_F(TiersTest, InCriticalOnlyTiersZeroAndOneStay) {
    settle();
    street.units[former].soc_permille = 203;

    live(0, 2000);

    for (const std::size_t h : {small, large, other}) EXPECT_EQ(tiers(h), 2);
}

TEST_F(TiersTest, ABlackStreetIsPreparedForAColdStart) {
    settle();
    street.site.island_stable = false;
    street.site.v_island_mv = 0;
    street.set_former(former, {0, 0, 0});

    street.run(2000);

    ASSERT_EQ(street.state.fsm, FsmState::black);
    for (const std::size_t h : {small, large, other}) EXPECT_EQ(tiers(h), 1);
}

TEST_F(TiersTest, OnTheGridNothingIsShed) {
    ASSERT_TRUE(street.to_grid());
    live(20000, 10000);

    EXPECT_EQ(lowest_tier_seen, 5);
}

TEST_F(TiersTest, ASaggingVoltageDoesNotHideAnOverload) {
    settle();
    live(0, 5000);
    street.units[former].v_mv[2] = 150000;
    street.set_former(former, {500, 500, 8000});  // 8 kW at 150 V is 1.23 of the rated current

    street.step();
    street.step();

    EXPECT_LT(tiers(large), 5);
}

TEST_F(TiersTest, AHomeThatIsNotHeardIsNotCounted) {
    settle();
    live(0, 5000);
    street.muted_home = {false, true, false};
    live(0, 4000);

    live(1500, 1000);

    EXPECT_EQ(tiers(large), 5);
    EXPECT_EQ(tiers(small), 3);  // 1.5 kW too much, found without the home that is not heard
}

TEST_F(TiersTest, OverloadIsWatchedInAnIslandThatIsForming) {
    settle();
    const auto samples = [this](FsmState fsm, bool closed) {
        street.state.fsm = fsm;
        street.site.closed = closed;
        street.state.phases[2].overload_samples = 0;
        Work work{street.config, street.site, street.units, street.homes, street.state, street.out};
        work.formers.heard = work.formers.new_report = true;
        work.formers.permille = {0, 0, 1001};
        work.formers.rating_w = 30000;
        observe_homes(work, work.all_homes());
        tend_tiers(work);
        return street.state.phases[2].overload_samples;
    };
    EXPECT_EQ(samples(FsmState::island, false), 1);
    EXPECT_EQ(samples(FsmState::islanding, false), 1);
    EXPECT_EQ(samples(FsmState::islanding, true), 0) << "the grid is still there";
    EXPECT_EQ(samples(FsmState::black, false), 0);
    EXPECT_EQ(samples(FsmState::hold, false), 0);
}

TEST_F(TiersTest, AHomeOfNoPhaseIsLeftAloneAndHindersNobody) {
    settle();
    street.config.homes[small].phase = 3;
    street.units[former].soc_permille = 204;  // critical: tiers 2 to 4 are off
    live(0, 30000);
    EXPECT_EQ(tiers(large), 2);
    EXPECT_EQ(tiers(small), 5);
    street.units[former].soc_permille = 800;
    live(0, 120000);
    EXPECT_EQ(tiers(large), 5);
    EXPECT_TRUE(street.out.alarms & bit(Alarm::bad_input));
    street.state.homes[small].closed_tiers = 3;
    live(0, 30000);
    EXPECT_EQ(tiers(small), 3);
}

}  // namespace
}  // namespace islandbench::dispatch::core
