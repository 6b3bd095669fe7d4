#include <gtest/gtest.h>

#include "dispatch/core/test/street.hpp"

namespace islandbench::dispatch::core {
namespace {

struct GridTest : ::testing::Test {
    GridTest() {
        street.add_former(30000, 60000, 800);
        pv_home = street.add_hybrid(0, 600, 3500);
        home = street.add_hybrid(1, 600);
    }
    std::int32_t p(std::size_t i) const { return street.units_out[i].p_set_w; }
    void meter(std::int32_t import_w) {
        street.site.poi_w = import_w;
        street.site.poi_reported_ms = street.site.now_ms;
    }
    /// Units obey; the street uses `load_w`; every step has a meter reading of the step before.
    void live(std::int32_t load_w, std::int64_t ms) {
        for (std::int64_t t = 0; t < ms; t += 1000) {
            for (const std::size_t i : {pv_home, home}) street.set_p(i, p(i));
            meter(load_w - street.units[pv_home].p_w - street.units[home].p_w);
            street.step(1000);
        }
    }

    test::Street street;
    std::size_t pv_home = 0, home = 0;
};

TEST_F(GridTest, BatteriesRestAndPvPasses) {
    street.units[pv_home].pv_w = 2000;
    ASSERT_TRUE(street.to_grid());

    live(3000, 60000);

    EXPECT_NEAR(p(pv_home), 1940, 100);
    EXPECT_EQ(p(home), 0);
    EXPECT_EQ(street.units_out[home].fallback, UnitDefault::zero);
    EXPECT_EQ(street.units_out[home].p_default_w, 0);
}

TEST_F(GridTest, BelowTheOwnersReserveItChargesSlowlyButNotAtOnce) {
    street.units[home].soc_permille = 250;
    ASSERT_TRUE(street.to_grid());
    live(3000, 28000);
    EXPECT_EQ(p(home), 0);

    live(3000, 5000);

    EXPECT_EQ(p(home), -250);
}

TEST_F(GridTest, AtTheReserveChargingEndsAndDoesNotChatter) {
    street.units[home].soc_permille = 250;
    ASSERT_TRUE(street.to_grid());
    live(3000, 40000);
    street.units[home].soc_permille = 300;
    live(3000, 2000);
    EXPECT_EQ(p(home), 0);
    street.units[home].soc_permille = 295;

    live(3000, 5000);

    EXPECT_EQ(p(home), 0);
}

TEST_F(GridTest, AFullUnitIsAskedForMoreThanItShowsUntilItsPvIsFound) {
    street.units[pv_home].soc_permille = 960;
    ASSERT_TRUE(street.to_grid());
    for (int i = 0; i < 120; ++i) {
        // Full: PV gives only what the set-point asks for, of 3 kW.
        street.units[pv_home].pv_w = std::clamp(p(pv_home), 0, 3000);
        live(5000, 1000);
    }

    EXPECT_GE(street.units[pv_home].pv_w, 2900);
}

TEST_F(GridTest, BackOnTheGridPowerRisesByEightPerCentAMinute) {
    ASSERT_TRUE(street.to_grid() && street.to_island());
    street.units[pv_home].pv_w = 3500;
    street.set_p(pv_home, 1000);
    street.connect();
    ASSERT_TRUE(street.run_until(FsmState::rejoined, 5000));
    const std::int32_t from = p(pv_home);
    EXPECT_LE(from, 1000 + 100);

    for (int i = 0; i < 240; ++i) {
        street.set_p(pv_home, p(pv_home));
        street.step();
    }

    EXPECT_LE(p(pv_home) - from, 400 + 100);
    EXPECT_GE(p(pv_home) - from, 300);
    EXPECT_EQ(street.state.fsm, FsmState::rejoined);
}

TEST_F(GridTest, BackOnTheGridReducingIsFree) {
    ASSERT_TRUE(street.to_grid() && street.to_island());
    street.set_p(home, 3000);
    street.connect();

    ASSERT_TRUE(street.run_until(FsmState::rejoined, 5000));

    EXPECT_EQ(p(home), 0);
}

TEST_F(GridTest, TheRampEndsInGridOnceEverybodyIsWhereItShouldBe) {
    ASSERT_TRUE(street.to_grid() && street.to_island());
    street.units[pv_home].pv_w = 1000;
    street.connect();
    ASSERT_TRUE(street.run_until(FsmState::rejoined, 5000));

    ASSERT_TRUE(street.run_until(FsmState::grid, 300000));

    EXPECT_NEAR(p(pv_home), 970, 210);
}

TEST_F(GridTest, TheExportLimitHolds) {
    street.config.tuning.export_limit_w = 2000;
    street.units[pv_home].pv_w = 3500;
    ASSERT_TRUE(street.to_grid());

    live(500, 120000);

    const std::int32_t flow = 500 - p(pv_home) - p(home);
    EXPECT_GE(flow, -2000);
    EXPECT_LE(flow, 0);  // and is used, not abandoned
}

TEST_F(GridTest, WithoutTheMeterFeedInFitsTheLimitByItself) {
    street.config.tuning.export_limit_w = 2000;
    street.units[pv_home].pv_w = 3500;
    ASSERT_TRUE(street.to_grid());
    live(3500, 60000);
    ASSERT_GT(p(pv_home) + p(home), 2500);

    street.run(20000, 1000);  // no meter any more

    EXPECT_LE(p(pv_home) + p(home), 2000);
}

TEST_F(GridTest, TheImportLimitUsesEnergyAboveTheOwnersReserveOnly) {
    street.config.tuning.import_limit_w = 4000;
    street.units[pv_home].soc_permille = 300;
    ASSERT_TRUE(street.to_grid());

    live(6000, 240000);

    EXPECT_EQ(p(pv_home), 0);
    EXPECT_LE(6000 - p(home), 4000);
    street.units[home].soc_permille = 300;
    live(6000, 3000);
    EXPECT_EQ(p(home), 0);
}

TEST_F(GridTest, TheTrimEndsWhenTheLimitNeedsItNoMore) {
    street.config.tuning.import_limit_w = 4000;
    ASSERT_TRUE(street.to_grid());
    live(6000, 120000);
    ASSERT_GT(p(home), 0);

    live(1000, 120000);

    EXPECT_EQ(p(home), 0);
    EXPECT_EQ(street.state.trim_mw, 0);
}

TEST_F(GridTest, TheIslandingProbeOfTheFormerMovesNobody) {
    ASSERT_TRUE(street.to_grid());
    live(3000, 10000);
    for (int i = 0; i < 60; ++i) {
        const std::int32_t ripple = i % 2 == 0 ? 1200 : -1200;
        street.set_former(0, {ripple / 3, ripple / 3, ripple / 3});
        live(3000 - ripple, 1000);
        ASSERT_EQ(p(home), 0);
    }
}

TEST_F(GridTest, AnOwnerWhoOptedOutLendsNothingWithinOneStep) {
    street.config.tuning.import_limit_w = 4000;
    ASSERT_TRUE(street.to_grid());
    live(8000, 120000);
    ASSERT_GT(p(home), 500);
    street.units[home].opted_out = true;

    live(8000, 1000);

    EXPECT_EQ(p(home), 0);
}

TEST_F(GridTest, HoldKeepsTheLastOrders) {
    street.units[pv_home].pv_w = 2000;
    ASSERT_TRUE(street.to_grid());
    live(3000, 60000);
    const std::int32_t before = p(pv_home);
    street.muted_interconnect = true;

    ASSERT_TRUE(street.run_until(FsmState::hold, 12000));
    street.run(5000);

    EXPECT_EQ(p(pv_home), before);
}

}  // namespace
}  // namespace islandbench::dispatch::core
