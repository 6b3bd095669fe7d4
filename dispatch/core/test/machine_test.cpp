#include <gtest/gtest.h>

#include "dispatch/core/test/street.hpp"

namespace islandbench::dispatch::core {
namespace {

struct MachineTest : ::testing::Test {
    MachineTest() {
        street.add_former(30000, 60000, 800);
        street.add_hybrid(0, 800);
    }
    test::Street street;
};

TEST_F(MachineTest, TheGridIsBelievedAfterFiveSeconds) {
    street.run(4750);
    EXPECT_EQ(street.state.fsm, FsmState::init);

    street.run(750);

    EXPECT_EQ(street.state.fsm, FsmState::grid);
}

TEST_F(MachineTest, NothingIsOrderedBeforeItIsKnownWhereWeAre) {
    street.step();

    EXPECT_EQ(street.units_out[1].action, UnitAction::leave);
    EXPECT_FALSE(street.out.sync_request);
}

TEST_F(MachineTest, OneOpenSampleIsNotAnIsland) {
    ASSERT_TRUE(street.to_grid());
    street.separate();
    street.step();
    street.connect();

    street.run(5000);

    EXPECT_EQ(street.state.fsm, FsmState::grid);
}

TEST_F(MachineTest, TheSameReportTwiceIsOneSample) {
    ASSERT_TRUE(street.to_grid());
    street.separate();
    street.step();
    street.muted_interconnect = true;

    street.run(3000);

    EXPECT_EQ(street.state.fsm, FsmState::grid);
}

TEST_F(MachineTest, ASuspicionMakesItLookMoreOften) {
    ASSERT_TRUE(street.to_grid());
    EXPECT_EQ(street.out.period_ms, 1000);
    street.separate();

    street.step();

    EXPECT_EQ(street.out.period_ms, 250);
}

TEST_F(MachineTest, AnUnplannedIslandIsConfirmedWithinASecond) {
    ASSERT_TRUE(street.to_grid());
    street.separate();

    EXPECT_TRUE(street.run_until(FsmState::island, 1000));
}

TEST_F(MachineTest, AStreetThatDoesNotStandBecomesBlack) {
    ASSERT_TRUE(street.to_grid());
    street.separate();
    street.site.island_stable = false;
    street.site.v_island_mv = 0;

    ASSERT_TRUE(street.run_until(FsmState::black, 12000));

    EXPECT_TRUE(street.out.alarms & bit(Alarm::black));
    street.separate();
    EXPECT_TRUE(street.run_until(FsmState::island, 3000));
}

TEST_F(MachineTest, ABlackStreetIsJoinedToAHealthyGrid) {
    ASSERT_TRUE(street.to_grid());
    street.separate();
    street.site.island_stable = false;
    street.site.v_island_mv = 0;
    street.site.permit_reclose = false;
    ASSERT_TRUE(street.run_until(FsmState::black, 12000));
    street.site.v_grid_mv = 230000;
    street.site.f_grid_mhz = 50000;
    street.site.grid_ok = true;
    street.site.timer_remaining_ms = 2000;
    street.run(1000);
    EXPECT_FALSE(street.out.sync_request) << "not observed yet";
    street.site.timer_remaining_ms = 0;
    street.run(1000);
    EXPECT_FALSE(street.out.sync_request) << "no consent";

    street.site.permit_reclose = true;
    street.run(1000);
    EXPECT_TRUE(street.out.sync_request);
    street.site.grid_ok = false;
    street.run(250);
    EXPECT_FALSE(street.out.sync_request) << "withdrawn at once";

    street.site.grid_ok = true;
    street.run(1000);
    street.connect();
    EXPECT_TRUE(street.run_until(FsmState::rejoined, 3000));
    EXPECT_FALSE(street.out.sync_request);
}

TEST_F(MachineTest, ASagThatDoesNotOpenTheContactEndsInARamp) {
    ASSERT_TRUE(street.to_grid());
    street.site.v_grid_mv = 150000;
    ASSERT_TRUE(street.run_until(FsmState::islanding, 1000));
    street.connect();

    EXPECT_TRUE(street.run_until(FsmState::rejoined, 3000));
}

TEST_F(MachineTest, ReclosingNeedsGridObservationAndConsent) {
    ASSERT_TRUE(street.to_grid() && street.to_island());
    street.grid_back();
    street.site.timer_remaining_ms = 20000;
    street.run(10000);
    EXPECT_EQ(street.state.fsm, FsmState::grid_seen);
    street.site.timer_remaining_ms = 0;
    street.run(10000);
    EXPECT_EQ(street.state.fsm, FsmState::grid_seen);
    EXPECT_FALSE(street.out.sync_request);

    street.site.permit_reclose = true;

    EXPECT_TRUE(street.run_until(FsmState::syncing, 1000));
    EXPECT_TRUE(street.out.sync_request);
}

TEST_F(MachineTest, TheRequestIsWithdrawnWhenConsentIs) {
    ASSERT_TRUE(street.to_grid() && street.to_island());
    street.grid_back();
    street.site.permit_reclose = true;
    ASSERT_TRUE(street.run_until(FsmState::syncing, 5000));
    street.site.permit_reclose = false;

    street.run(500);

    EXPECT_FALSE(street.out.sync_request);
}

TEST_F(MachineTest, AConsentWithdrawnWhileTheInterconnectIsSilentCountsAtOnce) {
    ASSERT_TRUE(street.to_grid() && street.to_island());
    street.grid_back();
    street.site.permit_reclose = true;
    ASSERT_TRUE(street.run_until(FsmState::syncing, 5000));
    street.muted_interconnect = true;
    street.site.permit_reclose = false;

    street.step();

    EXPECT_EQ(street.state.fsm, FsmState::syncing);
    EXPECT_FALSE(street.out.sync_request);
    EXPECT_EQ(street.out.broken, Promise::none_broken);
}

TEST_F(MachineTest, ABlackStreetAsksForNothingThatItsLastReadingForbids) {
    ASSERT_TRUE(street.to_grid());
    street.separate();
    street.site.island_stable = false;
    street.site.v_island_mv = 0;
    ASSERT_TRUE(street.run_until(FsmState::black, 12000));
    street.site.v_grid_mv = 230000;
    street.site.f_grid_mhz = 50000;
    street.site.grid_ok = street.site.permit_reclose = true;
    street.run(1000);
    ASSERT_TRUE(street.out.sync_request);
    street.muted_interconnect = true;
    street.site.timer_remaining_ms = 3000;

    street.step();

    EXPECT_EQ(street.state.fsm, FsmState::black);
    EXPECT_FALSE(street.out.sync_request);
    EXPECT_EQ(street.out.broken, Promise::none_broken);
}

TEST_F(MachineTest, AGridThatGoesAgainStopsSynchronising) {
    ASSERT_TRUE(street.to_grid() && street.to_island());
    street.grid_back();
    street.site.permit_reclose = true;
    ASSERT_TRUE(street.run_until(FsmState::syncing, 5000));
    street.separate();

    EXPECT_TRUE(street.run_until(FsmState::island, 3000));
    EXPECT_FALSE(street.out.sync_request);
}

TEST_F(MachineTest, ASynchronisingThatTakesTooLongIsRetried) {
    ASSERT_TRUE(street.to_grid() && street.to_island());
    street.grid_back();
    street.site.permit_reclose = true;
    ASSERT_TRUE(street.run_until(FsmState::syncing, 5000));

    ASSERT_TRUE(street.run_until(FsmState::grid_seen, 91000));

    EXPECT_FALSE(street.out.sync_request);
    EXPECT_TRUE(street.run_until(FsmState::syncing, 2000));
}

TEST_F(MachineTest, SynchronismClosingAndTheRampLeadBackToTheGrid) {
    ASSERT_TRUE(street.to_grid() && street.to_island());
    street.grid_back();
    street.site.permit_reclose = true;
    ASSERT_TRUE(street.run_until(FsmState::syncing, 5000));
    street.site.sync_ok = true;
    ASSERT_TRUE(street.run_until(FsmState::closing, 2000));
    EXPECT_TRUE(street.out.sync_request);
    street.connect();
    ASSERT_TRUE(street.run_until(FsmState::rejoined, 1000));
    EXPECT_FALSE(street.out.sync_request);

    EXPECT_TRUE(street.run_until(FsmState::grid, 15000));
}

TEST_F(MachineTest, AContactThatClosesUnaskedIsAnAlarm) {
    ASSERT_TRUE(street.to_grid() && street.to_island());
    street.connect();
    street.step();

    street.step();

    EXPECT_EQ(street.state.fsm, FsmState::rejoined);
    EXPECT_TRUE(street.out.alarms & bit(Alarm::closed_unasked));
}

TEST_F(MachineTest, ASilentInterconnectOnTheGridLeadsToHoldAndBack) {
    ASSERT_TRUE(street.to_grid());
    street.muted_interconnect = true;
    ASSERT_TRUE(street.run_until(FsmState::hold, 11000));
    EXPECT_TRUE(street.out.alarms & bit(Alarm::interconnect_lost));
    street.muted_interconnect = false;

    EXPECT_TRUE(street.run_until(FsmState::rejoined, 3000));
}

TEST_F(MachineTest, ASilentInterconnectInTheIslandDoesNotBlindTheBalance) {
    ASSERT_TRUE(street.to_grid() && street.to_island());
    street.muted_interconnect = true;

    street.run(60000);

    EXPECT_EQ(street.state.fsm, FsmState::island);
}

TEST_F(MachineTest, ASilentFormerInTheIslandLeadsToHoldUntilItIsHeard) {
    ASSERT_TRUE(street.to_grid() && street.to_island());
    street.muted[0] = true;
    ASSERT_TRUE(street.run_until(FsmState::hold, 11000));
    street.run(30000);
    EXPECT_EQ(street.state.fsm, FsmState::hold);
    street.muted[0] = false;

    EXPECT_TRUE(street.run_until(FsmState::island, 3000));
}

TEST_F(MachineTest, HoldEndsInSafeAndSafeStartsAgain) {
    ASSERT_TRUE(street.to_grid());
    street.muted_interconnect = true;
    ASSERT_TRUE(street.run_until(FsmState::safe, 620000, 1000));
    EXPECT_EQ(street.units_out[1].action, UnitAction::release);
    street.muted_interconnect = false;

    ASSERT_TRUE(street.run_until(FsmState::init, 61000, 1000));

    EXPECT_TRUE(street.run_until(FsmState::grid, 10000));
}

TEST_F(MachineTest, APlannedIslandWaitsForAnIdleTie) {
    ASSERT_TRUE(street.to_grid());
    street.site.island_wanted = true;
    street.site.poi_w = 5000;
    street.site.poi_reported_ms = street.site.now_ms;
    ASSERT_TRUE(street.run_until(FsmState::prepare_island, 3000));
    street.run(8000);
    EXPECT_FALSE(street.out.island_request);
    // One reading near zero is none: the islanding probe of the formers swings through it.
    street.site.poi_w = 200;
    street.site.poi_reported_ms = street.site.now_ms;
    street.run(6000);
    EXPECT_FALSE(street.out.island_request);

    // Reading by reading 1.8 kW up and down, as the probe does, around 100 W.
    for (int i = 0; i < 20 && street.state.fsm == FsmState::prepare_island; ++i) {
        street.site.poi_w = i % 2 == 0 ? 1900 : -1700;
        street.site.poi_reported_ms = street.site.now_ms;
        street.run(1000);
    }
    ASSERT_EQ(street.state.fsm, FsmState::opening);

    EXPECT_TRUE(street.out.island_request);
    street.separate();
    street.grid_back();
    EXPECT_TRUE(street.run_until(FsmState::island, 3000));
    street.run(5000);
    EXPECT_EQ(street.state.fsm, FsmState::island);  // the grid is there, but not wanted
}

TEST_F(MachineTest, WithoutConsentNoIslandIsPlanned) {
    ASSERT_TRUE(street.to_grid());
    street.site.island_wanted = true;
    street.site.permit_island = false;

    street.run(10000);

    EXPECT_EQ(street.state.fsm, FsmState::grid);
}

TEST_F(MachineTest, UndefinedInputsNeverLookLikeAnIsland) {
    ASSERT_TRUE(street.to_grid());
    street.separate();
    street.site.v_grid_mv = -1;  // cannot be: the whole report is no report

    street.run(5000);

    EXPECT_EQ(street.state.fsm, FsmState::grid);
    EXPECT_TRUE(street.out.alarms & bit(Alarm::bad_input));
}

TEST_F(MachineTest, ZeroPowerAtTheInterconnectIsNoIsland) {
    ASSERT_TRUE(street.to_grid());
    street.site.poi_w = 0;
    street.site.poi_reported_ms = street.site.now_ms;
    street.set_former(0, {10000, 10000, 10000});

    street.run(10000);

    EXPECT_EQ(street.state.fsm, FsmState::grid);
}

TEST_F(MachineTest, ABrokenInvariantMakesItSafeWithinOneStep) {
    ASSERT_TRUE(street.to_grid());
    street.add_home(0, {100, 100, 100, 100, 100});
    street.state.homes[0].closed_tiers = -5;  // memory that no rule could have made
    street.follow_tiers = false;

    street.step();

    EXPECT_TRUE(street.out.alarms & bit(Alarm::invariant_broken));
    EXPECT_EQ(street.units_out[1].action, UnitAction::release);
    EXPECT_EQ(street.units_out[0].fallback, UnitDefault::keep_forming);
    EXPECT_TRUE(street.run_until(FsmState::safe, 500));
}

TEST_F(MachineTest, SavingBeginsAtItsThresholdAndEndsWellAboveIt) {
    ASSERT_TRUE(street.to_grid() && street.to_island());
    street.units[0].soc_permille = 233;  // 1,980 Wh above the floor
    street.run(1000);
    EXPECT_EQ(street.state.mode, IslandMode::saving);
    street.units[0].soc_permille = 250;
    street.run(1000);
    EXPECT_EQ(street.state.mode, IslandMode::saving);

    street.units[0].soc_permille = 270;
    street.run(1000);

    EXPECT_EQ(street.state.mode, IslandMode::normal);
}

TEST_F(MachineTest, CriticalComesBelowSaving) {
    ASSERT_TRUE(street.to_grid() && street.to_island());
    street.units[0].soc_permille = 208;

    street.run(1000);

    EXPECT_EQ(street.state.mode, IslandMode::critical);
    EXPECT_TRUE(street.out.alarms & bit(Alarm::energy_low));
}

TEST_F(MachineTest, ASupplyOutsideItsRangeIsToldWhileConnected) {
    const auto told = [this] { return (street.out.alarms & bit(Alarm::bad_supply)) != 0; };
    street.site.v_grid_mv = 100000;
    street.step();
    EXPECT_FALSE(told()) << "it is not yet known where we are";
    ASSERT_TRUE(street.to_grid());
    street.step();
    EXPECT_FALSE(told());
    street.site.v_grid_mv = 100000;
    street.step();
    EXPECT_TRUE(told());
}

TEST_F(MachineTest, LittleEnergyAndLittleHeadroomAreToldInAnIslandThatHasLittle) {
    const auto told = [this](Alarm which) { return (street.out.alarms & bit(which)) != 0; };
    ASSERT_TRUE(street.to_grid());
    street.set_former(0, {9900, 9900, 9900});
    street.units[0].soc_permille = 210;
    street.step();
    EXPECT_FALSE(told(Alarm::energy_low) || told(Alarm::headroom_low));
    ASSERT_TRUE(street.to_island());
    street.run(1000);
    EXPECT_EQ(street.out.mode, IslandMode::saving);
    EXPECT_TRUE(told(Alarm::energy_low));
    street.units[1].p_w = street.units[1].p_phase_w[0] = 400;
    street.step();
    EXPECT_TRUE(told(Alarm::headroom_low)) << "300 W are left for 400";
    street.set_former(0, {1000, 1000, 1000});
    street.units[0].soc_permille = 800;
    street.run(1000);
    EXPECT_EQ(street.out.mode, IslandMode::normal);
    EXPECT_FALSE(told(Alarm::energy_low) || told(Alarm::headroom_low));
    street.state.mode = street.state.mode_next = IslandMode::full;
    street.state.surplus_ms = street.site.now_ms;
    street.step();
    EXPECT_EQ(street.out.mode, IslandMode::full);
    EXPECT_FALSE(told(Alarm::energy_low));
}

TEST_F(MachineTest, LostDevicesAreToldAndOthersNot) {
    const auto told = [this](Alarm which) { return (street.out.alarms & bit(which)) != 0; };
    ASSERT_TRUE(street.to_grid());
    street.step();
    EXPECT_FALSE(told(Alarm::former_lost) || told(Alarm::interconnect_lost));
    street.muted[0] = true;
    street.step(2250);
    EXPECT_FALSE(told(Alarm::former_lost));
    street.step(1);
    EXPECT_TRUE(told(Alarm::former_lost));
    street.muted[0] = false;
    street.step();
    EXPECT_FALSE(told(Alarm::former_lost));
    street.muted_interconnect = true;
    street.step(4000);
    street.step(4000);
    street.step(2000);
    EXPECT_FALSE(told(Alarm::interconnect_lost));
    street.step(1);
    EXPECT_TRUE(told(Alarm::interconnect_lost));

    test::Street without;
    without.add_hybrid(0, 800);
    without.step();
    EXPECT_FALSE(without.out.alarms & bit(Alarm::former_lost)) << "there is none";
}

TEST_F(MachineTest, TimeMayStandButNotRunBack) {
    const auto told = [this] { return (street.out.alarms & bit(Alarm::bad_input)) != 0; };
    street.step(250);
    street.step(0);
    EXPECT_FALSE(told());
    street.step(-1);
    EXPECT_TRUE(told());
    street.step(1);
    EXPECT_FALSE(told());
}

}  // namespace
}  // namespace islandbench::dispatch::core
