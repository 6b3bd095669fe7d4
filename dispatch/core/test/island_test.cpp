#include <gtest/gtest.h>

#include "dispatch/core/test/street.hpp"

namespace islandbench::dispatch::core {
namespace {

struct IslandTest : ::testing::Test {
    IslandTest() {
        former = street.add_former(30000, 60000, 600);
        home1 = street.add_hybrid(0, 600);
        home2 = street.add_hybrid(1, 400);
    }
    /// A world that obeys at once: the former carries what the homes do not.
    void live(PhaseArray load_w, std::int64_t ms) {
        for (std::int64_t t = 0; t < ms; t += 250) {
            PhaseArray rest = load_w;
            for (const std::size_t i : {home1, home2}) {
                if (street.units_out[i].action == UnitAction::set) {
                    street.set_p(i, street.units_out[i].p_set_w);
                }
                rest[street.config.units[i].phase] -= street.units[i].p_w;
            }
            street.set_former(former, rest);
            street.step();
        }
    }
    std::int32_t p(std::size_t i) const { return street.units_out[i].p_set_w; }

    test::Street street;
    std::size_t former = 0, home1 = 0, home2 = 0;
};

TEST_F(IslandTest, LoadIsSharedByEnergyAboveTheFloor) {
    ASSERT_TRUE(street.to_grid() && street.to_island());

    live({4000, 4000, 4000}, 60000);

    // Above 20 % and 1 % of trust: 23,400 Wh, 5,265 Wh, 2,565 Wh.
    const double per_wh = 12000.0 / (23400 + 5265 + 2565);
    EXPECT_NEAR(p(home1), 5265 * per_wh, 100);
    EXPECT_NEAR(p(home2), 2565 * per_wh, 100);
}

TEST_F(IslandTest, AHomeLiftsEnoughOffItsPhaseOfTheFormer) {
    ASSERT_TRUE(street.to_grid() && street.to_island());

    live({12000, 1000, 1000}, 20000);

    EXPECT_LE(street.units[former].p_phase_w[0], 9000 + 100);
    EXPECT_NEAR(p(home1), 3000, 100);
}

TEST_F(IslandTest, NoHomeChargesTheFormerThroughItsPhase) {
    street.units[former].soc_permille = 200;  // empty: everything would be the homes'
    ASSERT_TRUE(street.to_grid() && street.to_island());

    live({500, 3000, 3000}, 30000);

    EXPECT_LE(p(home1), 500);
    EXPECT_GE(street.units[former].p_phase_w[0], 0);
    EXPECT_NEAR(p(home2), 3000, 100);
}

TEST_F(IslandTest, AtTheFloorAndItsMarginABatteryRests) {
    street.units[home1].soc_permille = 210;
    ASSERT_TRUE(street.to_grid() && street.to_island());

    live({12000, 1000, 1000}, 20000);

    EXPECT_EQ(p(home1), 0);
}

TEST_F(IslandTest, ReachingTheFloorEndsDischargeAtOnce) {
    ASSERT_TRUE(street.to_grid() && street.to_island());
    live({6000, 1000, 1000}, 20000);
    ASSERT_GT(p(home1), 500);
    street.units[home1].soc_permille = 210;

    street.step();

    EXPECT_EQ(p(home1), 0);
}

TEST_F(IslandTest, AJumpOfTheReportedSocIsBelieved) {
    street.units[home1].soc_permille = 210;
    ASSERT_TRUE(street.to_grid() && street.to_island());
    live({6000, 1000, 1000}, 5000);
    street.units[home1].soc_permille = 360;

    live({6000, 1000, 1000}, 20000);

    EXPECT_GT(p(home1), 300);
}

TEST_F(IslandTest, SetPointsRiseSlowlyAndFallAtOnce) {
    ASSERT_TRUE(street.to_grid() && street.to_island());
    live({2000, 2000, 2000}, 20000);
    const std::int32_t before = p(home1);
    std::int32_t most = 0;
    for (int i = 0; i < 20; ++i) {
        const std::int32_t last = p(home1);
        live({8000, 8000, 8000}, 250);
        most = std::max(most, p(home1) - last);
    }
    ASSERT_GT(p(home1), before);
    EXPECT_LE(most, 125 + 100);  // 10 %/s of 5 kW, and what a dead band may save up

    street.units[home1].opted_out = true;
    street.step();

    EXPECT_EQ(p(home1), 0);
}

TEST_F(IslandTest, TrifleChangesAreNotOrdered) {
    ASSERT_TRUE(street.to_grid() && street.to_island());
    live({4000, 4000, 4000}, 60000);
    int changes = 0;
    for (int i = 0; i < 20; ++i) {
        const std::int32_t before = p(home1);
        const std::int32_t load = i % 2 == 0 ? 3900 : 4100;  // moves the share by 33 W
        live({load, load, load}, 2000);
        changes += p(home1) != before;
    }

    EXPECT_LE(changes, 1);
}

TEST_F(IslandTest, EveryOrderSaysHowLongItHoldsAndWhatFollows) {
    ASSERT_TRUE(street.to_grid() && street.to_island());
    live({6000, 1000, 1000}, 20000);

    const UnitOut& out = street.units_out[home1];

    EXPECT_EQ(out.action, UnitAction::set);
    EXPECT_EQ(out.fallback, UnitDefault::hold_last);
    EXPECT_EQ(out.valid_ms, 6000);
    EXPECT_EQ(out.p_default_w, out.p_set_w);
    EXPECT_EQ(street.units_out[former].fallback, UnitDefault::keep_forming);
    EXPECT_EQ(street.units_out[former].action, UnitAction::leave);
}

TEST_F(IslandTest, TheDefaultLastsAnHourAboveTheFloorAtMost) {
    street.units[home1].soc_permille = 240;  // 405 Wh above floor and margin
    ASSERT_TRUE(street.to_grid() && street.to_island());

    live({12000, 1000, 1000}, 20000);

    ASSERT_GT(p(home1), 2000);
    EXPECT_EQ(street.units_out[home1].p_default_w, 405);
}

TEST_F(IslandTest, ASilentUnitKeepsItsOrderAndHelpsNobody) {
    ASSERT_TRUE(street.to_grid() && street.to_island());
    const std::int64_t reserve = street.out.reserve_w;
    street.muted[home1] = true;
    live({6000, 1000, 1000}, 4000);
    const std::int32_t before = p(home1);

    live({9500, 1000, 1000}, 10000);

    EXPECT_EQ(p(home1), before);
    EXPECT_LT(street.out.reserve_w, reserve - 1000);
    EXPECT_TRUE(street.out.alarms & bit(Alarm::unit_lost));
}

TEST_F(IslandTest, AUnitThatComesBackRampsFromWhatItDoes) {
    ASSERT_TRUE(street.to_grid() && street.to_island());
    live({8000, 1000, 1000}, 30000);
    ASSERT_GT(p(home1), 1000);
    street.muted[home1] = true;
    street.run(10000);
    street.muted[home1] = false;
    street.set_p(home1, 0);  // its order ran out meanwhile

    street.step();

    EXPECT_LE(p(home1), 125 + 100);
}

TEST_F(IslandTest, OneLostExchangeOfTwoSecondsMakesNobodyStale) {
    street.config.units[home1].report_period_ms = 250;
    street.config.units[home1].hold_ms = 2250;
    ASSERT_TRUE(street.to_grid() && street.to_island());
    street.muted[home1] = true;

    street.run(2250);

    EXPECT_FALSE(street.out.alarms & bit(Alarm::unit_lost));
    street.step();
    EXPECT_TRUE(street.out.alarms & bit(Alarm::unit_lost));
}

TEST_F(IslandTest, UntilTheLoadIsKnownOrdersStay) {
    ASSERT_TRUE(street.to_grid() && street.to_island());
    live({8000, 1000, 1000}, 30000);
    const std::int32_t before = p(home1);
    ASSERT_GT(before, 500);
    street.muted[former] = true;
    street.step(2500);
    street.state.balancing = 0;
    for (PhaseState& phase : street.state.phases) phase.load_mw = phase.bound_mw = 0;
    street.step();

    EXPECT_EQ(street.state.fsm, FsmState::island);
    EXPECT_EQ(p(home1), before);
}

TEST_F(IslandTest, ATrippedUnitIsToComeBackAtRest) {
    ASSERT_TRUE(street.to_grid() && street.to_island());
    live({8000, 1000, 1000}, 30000);
    street.units[home1].connected = false;
    street.set_p(home1, 0);

    street.step();

    EXPECT_EQ(street.units_out[home1].action, UnitAction::set);
    EXPECT_EQ(p(home1), 0);
}

struct SunnyIslandTest : ::testing::Test {
    SunnyIslandTest() {
        former = street.add_former(30000, 60000, 600);
        home1 = street.add_hybrid(0, 600, 3500);
        home2 = street.add_hybrid(1, 600);
    }
    /// PV gives what the sun allows and the set-point (with a full battery) lets through.
    void live(PhaseArray load_w, std::int32_t sun_w, std::int64_t ms) {
        for (std::int64_t t = 0; t < ms; t += 250) {
            PhaseArray rest = load_w;
            for (const std::size_t i : {home1, home2}) {
                street.set_p(i, street.units_out[i].p_set_w);
                rest[street.config.units[i].phase] -= street.units[i].p_w;
            }
            const bool full = street.units[home1].soc_permille >= 950;
            street.units[home1].pv_w = full ? std::clamp(street.units[home1].p_w, 0, sun_w) : sun_w;
            street.set_former(former, rest);
            street.step();
        }
    }
    std::int32_t p(std::size_t i) const { return street.units_out[i].p_set_w; }

    test::Street street;
    std::size_t former = 0, home1 = 0, home2 = 0;
};

TEST_F(SunnyIslandTest, PvIsUsedBeforeBatteries) {
    ASSERT_TRUE(street.to_grid() && street.to_island());

    live({1000, 1000, 1000}, 2000, 60000);

    // Phase A has more PV than load: home 1's battery must not add to that.
    EXPECT_NEAR(p(home1), 1940, 100);
    EXPECT_NEAR(p(home2), 1060.0 * 5265 / (23400 + 2 * 5265), 100);
}

TEST_F(SunnyIslandTest, SurplusIsStoredByRoomToTheCeiling) {
    ASSERT_TRUE(street.to_grid() && street.to_island());

    live({500, 500, 500}, 3500, 60000);

    // Room: former 21,000 Wh, homes 4,725 Wh each; surplus 3,395 - 1,500 W.
    EXPECT_NEAR(p(home2), -1895.0 * 4725 / 30450, 110);
    EXPECT_NEAR(p(home1), 3395 - 1895.0 * 4725 / 30450, 150);
    EXPECT_EQ(street.state.mode, IslandMode::normal);
}

TEST_F(SunnyIslandTest, SurplusWithoutRoomIsCurtailed) {
    for (const std::size_t i : {former, home1, home2}) street.units[i].soc_permille = 960;
    ASSERT_TRUE(street.to_grid() && street.to_island());

    live({500, 500, 500}, 3500, 60000);

    EXPECT_NEAR(p(home1), 1500, 200);
    EXPECT_EQ(street.state.mode, IslandMode::full);
    EXPECT_LT(street.units_out[home1].curtail_permille, 500);
    const std::int32_t former_w = street.units[former].p_w;
    EXPECT_GT(former_w, -250);
}

TEST_F(SunnyIslandTest, CurtailedPvComesBackWhenItIsNeeded) {
    for (const std::size_t i : {former, home1, home2}) street.units[i].soc_permille = 960;
    ASSERT_TRUE(street.to_grid() && street.to_island());
    live({500, 500, 500}, 3500, 30000);

    live({2000, 2000, 2000}, 3500, 60000);

    EXPECT_GT(street.units[home1].pv_w, 3300);
}

TEST_F(SunnyIslandTest, AnEmptyBatteryGivesItsPvButNeverItself) {
    street.units[home1].soc_permille = 200;
    ASSERT_TRUE(street.to_grid() && street.to_island());

    live({3000, 1000, 1000}, 2000, 30000);

    EXPECT_LE(p(home1), 1940);
    EXPECT_GE(p(home1), 1940 - 250);
}

}  // namespace
}  // namespace islandbench::dispatch::core
