#include <gtest/gtest.h>

#include "dispatch/core/test/street.hpp"
#include "dispatch/core/test/times.hpp"

namespace islandbench::dispatch::core {
namespace {

using test::hour;
using test::minute;

/// A street of ten homes with batteries, whose units obey and whose meter is a step late.
struct ServicesTest : ::testing::Test {
    ServicesTest() {
        street.add_former(50000, 100000, 800);
        for (std::size_t i = 0; i < 10; ++i) {
            homes.push_back(street.add_hybrid(static_cast<std::uint8_t>(i % 3), 600));
        }
    }
    std::int32_t p(std::size_t i) const { return street.units_out[i].p_set_w; }
    std::int32_t sum() const {
        std::int32_t all = 0;
        for (const std::size_t i : homes) all += p(i);
        return all;
    }
    void live(std::int32_t load_w, std::int64_t ms, std::int64_t every = 1000) {
        for (std::int64_t t = 0; t < ms; t += every) {
            std::int32_t given = 0;
            for (const std::size_t i : homes) {
                street.set_p(i, p(i));
                given += p(i);
                charge_state_wms[i] -= std::int64_t{p(i)} * every;
                const std::int64_t full = street.config.units[i].capacity_wh * hour / 1000;
                const std::int64_t moved = charge_state_wms[i] / full;
                street.units[i].soc_permille += static_cast<std::int32_t>(moved);
                charge_state_wms[i] -= moved * full;
            }
            import_w = load_w - given;
            street.site.poi_w = import_w;
            street.site.poi_reported_ms = street.site.now_ms;
            street.step(every);
        }
    }
    void soc(std::int32_t permille) {
        for (const std::size_t i : homes) street.units[i].soc_permille = permille;
    }

    test::Street street;
    std::vector<std::size_t> homes;
    std::vector<std::int64_t> charge_state_wms = std::vector<std::int64_t>(16);
    std::int32_t import_w = 0;
};

TEST_F(ServicesTest, APeakIsShavedToTheTargetWhileTheEnergyLasts) {
    street.config.services.peak_target_w = 10000;
    ASSERT_TRUE(street.to_grid());
    live(8000, 2 * minute);
    EXPECT_EQ(sum(), 0) << "below the target nobody works";
    live(20000, 10 * minute);
    EXPECT_NEAR(import_w, 9700, 300);
    EXPECT_EQ(street.out.import_aim_w, 10000);
    live(8000, 10 * minute);
    EXPECT_EQ(sum(), 0);
}

TEST_F(ServicesTest, WithLittleEnergyTheAimIsWhatLastsToTheEndOfThePeak) {
    street.config.services.peak_target_w = 10000;
    soc(360);  // 5 % above reserve and trust: 6.75 kWh in all, 3.4 kW for two hours
    ASSERT_TRUE(street.to_grid());
    live(20000, 10 * minute);
    EXPECT_NEAR(street.out.import_aim_w, 16600, 500);
    EXPECT_NEAR(import_w, 16100, 700);
    live(20000, 90 * minute, 2000);
    EXPECT_NEAR(import_w, 16100, 1500) << "and it did last";
    for (const std::size_t i : homes) EXPECT_GE(street.units[i].soc_permille, 305);
}

TEST_F(ServicesTest, TheTransformerIsKeptWithAllThereIs) {
    street.config.services.peak_target_w = 10000;
    street.config.services.transformer_w = 14000;
    soc(360);
    ASSERT_TRUE(street.to_grid());
    live(20000, 10 * minute);
    EXPECT_NEAR(import_w, 13600, 300);
}

TEST_F(ServicesTest, AQuarterHourThatIsPaidForRaisesTheTarget) {
    street.config.services.peak_target_w = 10000;
    soc(300);  // nothing to shave with
    ASSERT_TRUE(street.to_grid());
    live(15000, 31 * minute, 2000);
    soc(800);
    live(20000, 10 * minute);
    EXPECT_NEAR(import_w, 14550, 400);
}

TEST_F(ServicesTest, AnExcessIsCountedAfterFifteenSecondsAndLocksAfterAMinute) {
    street.config.tuning.import_limit_w = 10000;
    street.config.tuning.grid_dead_band_permille = 0;
    soc(300);  // nothing to hold the limit with
    ASSERT_TRUE(street.to_grid());
    live(15000, 15000);
    EXPECT_EQ(street.out.limit, LimitState::kept);
    live(15000, 3000);
    EXPECT_EQ(street.out.limit, LimitState::exceeded);
    EXPECT_EQ(street.out.excursions, 1);
    live(15000, 40000);
    EXPECT_EQ(street.out.limit, LimitState::exceeded);
    live(15000, 10000);
    EXPECT_EQ(street.out.limit, LimitState::locked);
    EXPECT_NE(street.out.alarms & bit(Alarm::limit_lockout), 0u);
    live(5000, 4 * hour - 2 * minute, 4000);
    EXPECT_EQ(street.out.limit, LimitState::locked);
    live(5000, 3 * minute);
    EXPECT_EQ(street.out.limit, LimitState::kept) << "four hours are over";
    EXPECT_EQ(street.out.excursions, 1);
}

TEST_F(ServicesTest, TwoExcursionsInTenMinutesLockAndAnInstallerUnlocks) {
    street.config.tuning.import_limit_w = 10000;
    soc(300);
    ASSERT_TRUE(street.to_grid());
    for (int i = 0; i < 2; ++i) {
        live(15000, 18000);
        live(5000, 60000);
    }
    EXPECT_EQ(street.out.excursions, 2);
    EXPECT_EQ(street.out.limit, LimitState::locked);
    street.site.unlock = true;
    live(5000, 1000);
    street.site.unlock = false;
    live(15000, 18000);
    EXPECT_EQ(street.out.limit, LimitState::exceeded) << "counted from anew";
}

TEST_F(ServicesTest, MoreThanThreeExcursionsInADayLock) {
    street.config.tuning.import_limit_w = 10000;
    soc(300);
    ASSERT_TRUE(street.to_grid());
    for (int i = 0; i < 4; ++i) {
        EXPECT_NE(street.out.limit, LimitState::locked) << i;
        live(15000, 18000);
        live(5000, 30 * minute, 4000);
    }
    EXPECT_EQ(street.out.limit, LimitState::locked);
}

TEST_F(ServicesTest, CountersSurviveARestartThatKeepsThem) {
    street.config.tuning.import_limit_w = 10000;
    soc(300);
    ASSERT_TRUE(street.to_grid());
    live(15000, 18000);
    ASSERT_EQ(street.out.excursions, 1);
    const ServiceState kept = street.state.services;
    street.state = State(street.config);
    street.state.services = kept;
    ASSERT_TRUE(street.to_grid());
    live(5000, 10000);
    live(15000, 18000);
    EXPECT_EQ(street.out.excursions, 2);
    EXPECT_EQ(street.out.limit, LimitState::locked) << "two within ten minutes, restart or not";
}

TEST_F(ServicesTest, LockedNothingIsGivenOrTaken) {
    street.config.tuning.export_limit_w = 5000;
    street.config.services.peak_target_w = 1000;
    ASSERT_TRUE(street.to_grid());
    live(8000, minute);
    EXPECT_GT(sum(), 1000);
    live(-60000, 70000);  // a neighbour's PV that nobody here commands
    ASSERT_EQ(street.out.limit, LimitState::locked);
    EXPECT_EQ(sum(), 0);
}

TEST_F(ServicesTest, InAnIslandNothingIsCounted) {
    street.config.tuning.import_limit_w = 10000;
    ASSERT_TRUE(street.to_island());
    live(15000, 2 * minute, 250);
    EXPECT_EQ(street.out.excursions, 0);
    EXPECT_EQ(street.out.limit, LimitState::kept);
}

TEST_F(ServicesTest, BeforeAStormBatteriesFillInTimeAndNotTooEarly) {
    ASSERT_TRUE(street.to_grid());
    live(5000, minute);
    const std::int64_t start = street.site.now_ms;
    street.site.storm_from_ms = start + 6 * hour;
    street.site.storm_until_ms = start + 7 * hour;
    live(5000, hour, 2000);
    EXPECT_EQ(street.out.storm, StormState::waiting);
    EXPECT_EQ(sum(), 0) << "high charge ages a battery: not before it has to be";
    live(5000, 5 * hour - 10 * minute, 2000);
    EXPECT_EQ(street.out.storm, StormState::charging);
    for (const std::size_t i : homes) EXPECT_GE(street.units[i].soc_permille, 944) << i;
}

TEST_F(ServicesTest, AStormRespectsOwnersAndTheLimitOfImport) {
    street.config.tuning.import_limit_w = 20000;
    street.config.units[homes[0]].normal_ceiling_permille = 700;
    street.units[homes[1]].opted_out = true;
    ASSERT_TRUE(street.to_grid());
    live(5000, minute);
    street.site.storm_from_ms = street.site.now_ms + hour;
    street.site.storm_until_ms = street.site.now_ms + 2 * hour;
    live(5000, 20 * minute);
    EXPECT_EQ(p(homes[1]), 0);
    EXPECT_EQ(street.out.excursions, 0);
    EXPECT_LE(import_w, 20000);
    EXPECT_GE(import_w, 17000) << "and all that the limit allows is used";
    live(5000, 38 * minute);
    EXPECT_LE(street.units[homes[0]].soc_permille, 701);
}

TEST_F(ServicesTest, AfterTheStormWhatWasChargedFeedsTheStreetAndNoMore) {
    street.config.services.peak_target_w = 2000;
    ASSERT_TRUE(street.to_grid());
    live(1000, minute);
    street.site.storm_from_ms = street.site.now_ms + hour / 2;
    street.site.storm_until_ms = street.site.now_ms + hour;
    live(8000, 58 * minute);
    EXPECT_LT(sum(), 100) << "no shaving out of what is kept for the storm";
    for (const std::size_t i : homes) ASSERT_GT(street.units[i].soc_permille, 700);
    live(12000, 5 * minute);
    EXPECT_EQ(street.out.storm, StormState::returning);
    EXPECT_GT(sum(), 5000);
    EXPECT_GE(import_w, -100) << "none of it is exported";
    street.config.services.peak_target_w = no_limit_w;
    live(20000, 3 * hour + 50 * minute, 2000);
    EXPECT_EQ(street.out.storm, StormState::none);
    for (const std::size_t i : homes) EXPECT_NEAR(street.units[i].soc_permille, 605, 20) << i;
    live(12000, minute);
    EXPECT_EQ(sum(), 0);
}

TEST_F(ServicesTest, AStormThatIsCalledOffIsForgotten) {
    ASSERT_TRUE(street.to_grid());
    street.site.storm_from_ms = street.site.now_ms + 9 * hour;
    street.site.storm_until_ms = street.site.now_ms + 10 * hour;
    live(5000, minute);
    EXPECT_EQ(street.out.storm, StormState::waiting);
    street.site.storm_from_ms = street.site.storm_until_ms = never_reported;
    live(5000, 2000);
    EXPECT_EQ(street.out.storm, StormState::none);
}

TEST_F(ServicesTest, ResponseIsArmedOnTheGridInsideTheCorridorOnly) {
    street.config.services.response = true;
    street.units[homes[0]].soc_permille = 320;
    street.units[homes[1]].soc_permille = 900;
    street.units[homes[2]].opted_out = true;
    ASSERT_TRUE(street.to_grid());
    live(5000, 40000);
    EXPECT_EQ(street.out.armed_units, 7);
    for (std::size_t i = 0; i < homes.size(); ++i) {
        EXPECT_EQ(street.units_out[homes[i]].respond, i > 2) << i;
    }
    EXPECT_EQ(p(homes[0]), -250) << "brought back into the corridor";
    EXPECT_NEAR(p(homes[1]), 250, 100) << "a trifle may wait";
    EXPECT_EQ(p(homes[2]), 0);
    ASSERT_TRUE(street.to_island());
    for (const std::size_t i : homes) EXPECT_FALSE(street.units_out[i].respond);
}

TEST_F(ServicesTest, BackInTheCorridorAUnitIsArmedWithHysteresis) {
    street.config.services.response = true;
    street.units[homes[0]].soc_permille = 360;
    ASSERT_TRUE(street.to_grid());
    live(5000, 40000);
    EXPECT_FALSE(street.units_out[homes[0]].respond);
    street.units[homes[0]].soc_permille = 375;
    live(5000, 2000);
    EXPECT_TRUE(street.units_out[homes[0]].respond);
    street.units[homes[0]].soc_permille = 355;
    live(5000, 2000);
    EXPECT_TRUE(street.units_out[homes[0]].respond);
    street.units[homes[0]].soc_permille = 349;
    live(5000, 2000);
    EXPECT_FALSE(street.units_out[homes[0]].respond);
}

}  // namespace
}  // namespace islandbench::dispatch::core
