#include <gtest/gtest.h>

#include "dispatch/core/plans.hpp"
#include "dispatch/core/test/street.hpp"

/// The plan beside the grid, number by number.
namespace islandbench::dispatch::core {
namespace {

/// A former of 30 kW (its islanding probe moves 1500 W) and two hybrids whose boxes the test fills
/// in: they rest, can give and take 4000 W each, and may rise freely.
struct GridNumbers : ::testing::Test {
    GridNumbers() {
        street.add_former(30000, 60000, 600);
        street.add_hybrid(0, 600);
        street.add_hybrid(1, 600);
        street.site.now_ms = 100000000;
        street.state.fsm = FsmState::grid;
        street.state.entered_ms = street.site.now_ms - 30000;
        for (std::size_t i = 1; i < 3; ++i) {
            street.units[i].reported_ms = street.site.now_ms;
            Box& box = boxes[i];
            box.usable = true;
            box.group = street.config.units[i].phase;
            box.rise_w = 5000;
            box.discharge_w = box.charge_w = 4000;
            box.above_wh = box.to_full_wh = 5000;
        }
    }
    Tuning& tuning() { return street.config.tuning; }
    /// One step's plan with this flow, read so long ago; the boxes and wishes it leaves.
    void plan(std::int32_t flow_w, std::int64_t age_ms = 0, bool is_new = true) {
        street.site.poi_w = flow_w;
        street.site.poi_reported_ms = street.site.now_ms - age_ms;
        Work work{street.config, street.site, street.units, street.homes, street.state, out};
        work.dt_ms = 1000;
        work.new_poi = is_new;
        work.formers.rating_w = 30000;
        for (std::size_t i = 0; i < 3; ++i) work.box[i] = boxes[i];
        plan_grid(work)(work, work.all_units());
        for (std::size_t i = 0; i < 3; ++i) {
            planned[i] = work.box[i];
            want[i] = work.want_w[i];
        }
    }
    /// What the integrator becomes, mW.
    std::int64_t trim(std::int32_t flow_w, std::int64_t before_mw = 0, std::int64_t age_ms = 0) {
        street.state.trim_mw = before_mw;
        street.state.flow = {};
        plan(flow_w, age_ms);
        return street.state.trim_mw;
    }
    bool alarmed() const { return (out.alarms & bit(Alarm::import_export)) != 0; }

    test::Street street;
    SiteOut out;
    std::array<Box, 3> boxes, planned;
    std::array<std::int32_t, 3> want{};
};

TEST_F(GridNumbers, BeforeAPlannedIslandTheFlowIsBroughtToHalfOfWhatIsIdle) {
    for (const FsmState s : {FsmState::prepare_island, FsmState::opening}) {
        street.state.fsm = s;
        EXPECT_EQ(trim(500), 0);
        EXPECT_EQ(trim(600), 100 * 125);
        EXPECT_EQ(trim(-500), 0);
        EXPECT_EQ(trim(-600), -100 * 125);
    }
    street.state.fsm = FsmState::grid;
    EXPECT_EQ(trim(6000, 5000), 0) << "no limit, no trim";
    tuning().import_limit_w = 4000;
    street.state.fsm = FsmState::rejoined;
    EXPECT_EQ(trim(6000), 0);
}

TEST_F(GridNumbers, LimitsHoldByAFormersProbeAndNoMoreThanNothing) {
    tuning().export_limit_w = 2000;
    EXPECT_EQ(trim(-500), 0);
    EXPECT_EQ(trim(-700), -200 * 125);
    EXPECT_EQ(trim(20000), 0) << "import is free";
    tuning().export_limit_w = 1000;
    EXPECT_EQ(trim(0), 0);
    EXPECT_EQ(trim(-100), -100 * 125);
    tuning().export_limit_w = no_limit_w;
    tuning().import_limit_w = 4000;
    EXPECT_EQ(trim(2500), 0);
    EXPECT_EQ(trim(2600), 100 * 125);
    EXPECT_EQ(trim(-20000), 0);
    tuning().import_limit_w = 1000;
    EXPECT_EQ(trim(0), 0);
    EXPECT_EQ(trim(100), 100 * 125);
}

TEST_F(GridNumbers, AnActiveTrimStaysUntilTheFlowIsOffItsLimitWithoutIt) {
    tuning().export_limit_w = tuning().import_limit_w = 4000;  // -2500..2500
    EXPECT_EQ(trim(-2500, -100000), -100000);
    EXPECT_EQ(trim(-2100, -100000), -50000);
    EXPECT_EQ(trim(-1700, -100000), 0) << "it ends at nothing";
    EXPECT_EQ(trim(0, -100000), 0);
    EXPECT_EQ(trim(2500, 100000), 100000);
    EXPECT_EQ(trim(2100, 100000), 50000);
    EXPECT_EQ(trim(1700, 100000), 0);
    EXPECT_EQ(trim(0, 100000), 0);
}

TEST_F(GridNumbers, TheTrimIsNoMoreThanUnitsCanDo) {
    tuning().export_limit_w = tuning().import_limit_w = 4000;
    EXPECT_EQ(trim(2000000), 8000000);
    EXPECT_EQ(trim(-2000000), -8000000);
    boxes[1].usable = false;
    EXPECT_EQ(trim(2000000), 4000000);
    // PV gives way to nothing where the battery takes less.
    boxes[2].base_w = 4500;
    boxes[2].discharge_w = 500;
    EXPECT_EQ(trim(-2000000), -4500000);
    EXPECT_EQ(trim(2000000), 500000);
    street.state.services.storm = StormState::charging;
    EXPECT_EQ(trim(2000000), 0) << "kept for the storm";
}

TEST_F(GridNumbers, TheGainFallsWithTheAgeOfAReadingThatNobodyCountsOn) {
    tuning().import_limit_w = 4000;
    EXPECT_EQ(trim(3500, 0, 2999), 1000 * 125);
    tuning().predict_permille = 0;
    EXPECT_EQ(trim(3500, 0, 0), 1000 * 125);
    EXPECT_EQ(trim(3500, 0, 999), 1000 * 125);
    EXPECT_EQ(trim(3500, 0, 2000), 1000 * 62);
    tuning().predict_permille = 500;
    EXPECT_EQ(trim(3500, 0, 2000), 1000 * 83);
}

TEST_F(GridNumbers, ABlindOneFeedsInNoMoreThanMayBeExportedWithNothingUsed) {
    tuning().export_limit_w = 4000;
    boxes[1].base_w = boxes[2].base_w = 3000;
    EXPECT_EQ(trim(0, 7000, 5000), 0);
    EXPECT_EQ(trim(0, 7000, 5001), -3500000);
    boxes[1].base_w = boxes[2].base_w = 1000;
    EXPECT_EQ(trim(0, 7000, 5001), 0);
    boxes[1].base_w = boxes[2].base_w = 4900;
    boxes[1].charge_w = boxes[2].charge_w = 0;
    EXPECT_EQ(trim(0, 7000, 5001), -7300000);
    tuning().export_limit_w = 0;
    EXPECT_EQ(trim(0, 7000, 5001), -9800000);
}

TEST_F(GridNumbers, AnOldReadingMovesNothing) {
    tuning().import_limit_w = 4000;
    street.state.trim_mw = 5000;
    plan(9000, 1000, false);
    EXPECT_EQ(street.state.trim_mw, 5000);
}

TEST_F(GridNumbers, BeyondTheLimitItselfIsTold) {
    tuning().import_limit_w = 4000;
    tuning().export_limit_w = 3000;
    plan(4000);
    plan(-3000);
    EXPECT_FALSE(alarmed());
    plan(4001);
    EXPECT_TRUE(alarmed());
    out.alarms = 0;
    plan(-3001);
    EXPECT_TRUE(alarmed());
}

TEST_F(GridNumbers, WhatWasChargedForAStormGoesToTheStreetOnly) {
    street.state.services.storm = StormState::returning;
    EXPECT_EQ(trim(1500), 0);
    EXPECT_EQ(trim(1600), 100 * 125);
    tuning().import_limit_w = 2000;  // 500 are nearer
    EXPECT_EQ(trim(600), 100 * 125);
}

TEST_F(GridNumbers, OutputThatIsOnItsWayCounts) {
    tuning().import_limit_w = 4000;
    plan(0);
    street.state.units[1].p_set_w = 1000;
    street.site.now_ms += 1000;
    street.units[1].reported_ms = street.units[2].reported_ms = street.site.now_ms;
    plan(4500);
    EXPECT_EQ(street.state.trim_mw, 1000 * 125);
    street.state.trim_mw = 0;
    tuning().predict_permille = 500;
    plan(4500);
    EXPECT_EQ(street.state.trim_mw, 1500 * 125);
}

// ---- Charging

TEST_F(GridNumbers, BelowItsReserveABatteryChargesFromTenThousandthsOnToTheReserve) {
    const auto charge = [this](std::int32_t soc) {
        street.units[1].soc_permille = soc;
        plan(0);
        return -want[1];
    };
    EXPECT_EQ(charge(290), 0);
    EXPECT_EQ(charge(289), 250);
    EXPECT_EQ(charge(299), 250) << "it has begun";
    EXPECT_EQ(charge(300), 0);
    EXPECT_EQ(charge(290), 0);
    boxes[1].charge_w = 100;
    EXPECT_EQ(charge(200), 100);
    street.state.entered_ms += 1;
    EXPECT_EQ(charge(200), 0) << "not so soon after the grid came";
    street.state.entered_ms -= 1;
    tuning().import_limit_w = 4000;
    street.state.trim_mw = 500000;
    EXPECT_LE(charge(200), 0) << "and not while the street needs power";
}

TEST_F(GridNumbers, ForAStormSoMuchIsChargedAsFitsUnderTheLimitOfImport) {
    street.state.services.storm = StormState::charging;
    street.site.storm_from_ms = street.site.now_ms + 600000 + 3600000;  // 6250 W each
    boxes[1].rise_w = boxes[2].rise_w = 0;
    const auto charged = [this](std::int32_t flow_w) {
        street.state.trim_mw = 0;
        street.state.flow = {};
        plan(flow_w, 0, false);
        return -want[1];
    };
    EXPECT_EQ(charged(500), 4000) << "no limit";
    tuning().import_limit_w = 6000;  // 4500
    EXPECT_EQ(charged(500), 2000);
    street.units[1].p_w = street.units[2].p_w = -500;
    EXPECT_EQ(charged(1500), 2000) << "what they charge already is no load";
    street.units[1].p_w = street.units[2].p_w = 0;
    boxes[1].base_w = boxes[2].base_w = 500;
    EXPECT_EQ(charged(500), 2500 - 500);
    boxes[1].base_w = boxes[2].base_w = 0;
    EXPECT_EQ(charged(5000), 0);
    EXPECT_EQ(charged(-9000), 4000);
}

TEST_F(GridNumbers, WhoIsOutsideItsCorridorMovesUnlessItHangsOnACable) {
    street.config.services.response = true;
    const auto moved = [this](std::int32_t soc) {
        street.units[1].soc_permille = soc;
        street.site.poi_w = 0;
        street.site.poi_reported_ms = street.site.now_ms;
        Work work{street.config, street.site, street.units, street.homes, street.state, out};
        work.response_offered = true;
        for (std::size_t i = 0; i < 3; ++i) work.box[i] = boxes[i];
        plan_grid(work)(work, work.all_units());
        return work.want_w[1];
    };
    EXPECT_EQ(moved(900), 250);
    EXPECT_EQ(moved(320), -250);
    street.config.branches = {{{9000, 9000, 9000}}};
    street.config.units[1].branch = 1;
    street.state.fit(street.config);
    EXPECT_EQ(moved(900), 0);
    EXPECT_EQ(moved(320), -250);
}

// ---- Sharing, and what may be ordered

TEST_F(GridNumbers, TheTrimIsSharedByEnergyUpAndByRoomDown) {
    tuning().import_limit_w = tuning().export_limit_w = 4000;
    boxes[1].above_wh = 3000;
    boxes[2].above_wh = 1000;
    trim(2500, 2000000);
    EXPECT_EQ(want, (std::array<std::int32_t, 3>{0, 1500, 500}));
    boxes[1].to_full_wh = 1000;
    boxes[2].to_full_wh = 3000;
    trim(-2500, -2000000);
    EXPECT_EQ(want, (std::array<std::int32_t, 3>{0, -500, -1500}));
    // PV that can give way counts like energy.
    boxes[1].base_w = 2000;
    trim(-2500, -2000000);
    EXPECT_EQ(want, (std::array<std::int32_t, 3>{0, 1000, -1000}));
}

TEST_F(GridNumbers, WhoChargesEndsThatFirstAndHasNoMoreRoomForIt) {
    tuning().import_limit_w = tuning().export_limit_w = 4000;
    street.units[1].soc_permille = 200;
    street.state.units[1].charging = 1;
    boxes[1].above_wh = 0;
    boxes[1].discharge_w = 0;
    trim(-2500, -1000000);
    // 250 W is what it charges; both have the same room.
    EXPECT_EQ(want, (std::array<std::int32_t, 3>{0, -750, -500}));
    boxes[1].charge_w = 250;
    trim(-2500, -1000000);
    EXPECT_EQ(want, (std::array<std::int32_t, 3>{0, -250, -1000}));
}

TEST_F(GridNumbers, WhoChargesForAStormWithNothingToGiveGivesWayByHowMuchItCharges) {
    tuning().import_limit_w = 60000;
    street.state.services.storm = StormState::charging;
    street.site.storm_from_ms = street.site.now_ms + 600000 + 3600000;
    street.state.trim_mw = 1000000;
    boxes[1].above_wh = boxes[2].above_wh = 0;
    plan(0, 0, false);
    EXPECT_EQ(want, (std::array<std::int32_t, 3>{0, -3500, -3500}));
}

TEST_F(GridNumbers, ACableBindsTheTrimEitherWayLessWhatItCarriesAlready) {
    tuning().import_limit_w = tuning().export_limit_w = 4000;
    street.config.branches = {{{1000, 1000, 1000}}};
    street.config.units[1].branch = 1;
    const std::size_t h = street.add_home(0, {300, 0, 0, 0, 0});
    street.config.homes[h].branch = 1;
    street.homes[h].reported_ms = street.state.homes[h].reported_ms = street.site.now_ms;
    trim(2500, 6000000);
    EXPECT_EQ(want, (std::array<std::int32_t, 3>{0, 1300, 4000}));
    trim(-2500, -6000000);
    EXPECT_EQ(want, (std::array<std::int32_t, 3>{0, -700, -4000}));
    street.units[1].soc_permille = 200;  // 250 W of them for its owner
    trim(-2500, -6000000);
    EXPECT_EQ(want, (std::array<std::int32_t, 3>{0, -700, -4000}));
}

TEST_F(GridNumbers, NothingIsOrderedBeyondTheRampAndThatIsToldAndKept) {
    tuning().import_limit_w = 4000;
    street.config.units[1].dead_band_w = 100;
    boxes[1].rise_w = 900;
    trim(2500, 2000000);
    EXPECT_EQ(want[1], 900);
    EXPECT_EQ(street.state.flow.held_back_w, 100);
    EXPECT_EQ(street.state.settled, 1) << "a dead band is near enough";
    boxes[1].rise_w = 899;
    trim(2500, 2000000);
    EXPECT_EQ(street.state.settled, 0);
    EXPECT_EQ(street.state.flow.held_back_w, 101);
    EXPECT_EQ(planned[1].high_w, 899);
    EXPECT_EQ(planned[1].low_w, -4000);
}

TEST_F(GridNumbers, WhoGivesNothingHasNoRangeAboveItsPv) {
    boxes[1].base_w = 500;
    plan(0);
    EXPECT_EQ(planned[1].high_w, 500);
    EXPECT_EQ(planned[1].low_w, 500 - 4000);
    boxes[1].charge_w = 100;
    plan(0);
    EXPECT_EQ(planned[1].low_w, 0) << "its PV can be curtailed";
    tuning().import_limit_w = 4000;
    trim(2500, 1000);
    EXPECT_EQ(planned[1].high_w, 4500);
    boxes[1].rise_w = -300;  // has charged until now
    plan(0);
    EXPECT_EQ(want[1], -300);
    EXPECT_EQ(planned[1].low_w, -300);
    EXPECT_EQ(planned[1].high_w, -300);
}

TEST_F(GridNumbers, ALockedStreetRestsAndMayFallAtOnce) {
    tuning().import_limit_w = 4000;
    street.state.services.limit = LimitState::locked;
    street.state.flow.count = 3;
    EXPECT_EQ(trim(9000, 5000), 0);
    EXPECT_EQ(street.state.settled, 1);
    EXPECT_EQ(want, (std::array<std::int32_t, 3>{0, 0, 0}));
    EXPECT_EQ(planned[1].high_w, 0);
    EXPECT_EQ(street.state.flow.count, 0);
}

}  // namespace
}  // namespace islandbench::dispatch::core
