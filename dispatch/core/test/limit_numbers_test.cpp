#include <gtest/gtest.h>

#include "dispatch/core/services.hpp"
#include "dispatch/core/test/street.hpp"
#include "dispatch/core/test/times.hpp"

/// Excursions, lock-outs and peaks, to the watt and the millisecond.
namespace islandbench::dispatch::core {
namespace {

using test::hour;
using test::minute;

/// Beside the grid, with limits of 4 kW in and 3 kW out.
struct LimitNumbers : ::testing::Test {
    LimitNumbers() {
        street.add_former(30000, 60000, 600);
        street.config.tuning.import_limit_w = 4000;
        street.config.tuning.export_limit_w = 3000;
        street.site.now_ms = 100 * hour;
        street.state.fsm = FsmState::grid;
    }
    ServiceState& s() { return street.state.services; }
    std::int64_t now() const { return street.site.now_ms; }
    LimitState look(std::int32_t flow_w, std::int64_t later_ms = 0, bool is_new = true) {
        street.site.now_ms += later_ms;
        street.site.poi_w = flow_w;
        out = {};
        Work work{street.config, street.site, street.units, street.homes, street.state, out};
        work.new_poi = is_new;
        watch_limits(work);
        EXPECT_EQ(out.limit, s().limit);
        EXPECT_EQ(out.excursions, s().excursions);
        EXPECT_EQ((out.alarms & bit(Alarm::limit_lockout)) != 0, s().limit == LimitState::locked);
        return s().limit;
    }
    /// Above the limit for just so long that it is counted.
    LimitState exceed() {
        look(5000);
        return look(5000, 15000);
    }

    test::Street street;
    SiteOut out;
};

TEST_F(LimitNumbers, ALimitItselfIsKept) {
    for (const std::int32_t flow : {4000, -3000, 0}) {
        look(flow);
        EXPECT_EQ(s().excess_since_ms, never_reported) << flow;
    }
    for (const std::int32_t flow : {4001, -3001}) {
        look(flow, 1000);
        EXPECT_EQ(s().excess_since_ms, now()) << flow;
        look(0, 1000);
        EXPECT_EQ(s().excess_since_ms, never_reported);
    }
}

TEST_F(LimitNumbers, FifteenSecondsAreCountedOnceAndAMinuteLocks) {
    look(5000);
    EXPECT_EQ(look(5000, 14999), LimitState::kept);
    EXPECT_EQ(look(5000, 1), LimitState::exceeded);
    EXPECT_EQ(s().excursions, 1);
    EXPECT_EQ(s().counted_ms[0], now());
    EXPECT_EQ(look(5000, 44999), LimitState::exceeded);
    EXPECT_EQ(s().excursions, 1);
    EXPECT_EQ(look(5000, 1), LimitState::locked);
    EXPECT_EQ(s().locked_until_ms, now() + 4 * hour);
    const std::int64_t until = s().locked_until_ms;
    EXPECT_EQ(look(5000, minute), LimitState::locked);
    EXPECT_EQ(s().locked_until_ms, until) << "it is no new one";
}

TEST_F(LimitNumbers, BackBelowItIsKeptAgain) {
    EXPECT_EQ(exceed(), LimitState::exceeded);
    EXPECT_EQ(look(5000, 1000, false), LimitState::exceeded);
    EXPECT_EQ(look(4000, 1000), LimitState::kept);
    EXPECT_EQ(s().counted, 0);
}

TEST_F(LimitNumbers, TwoWithinTenMinutesLock) {
    exceed();
    look(0, 1000);
    look(5000, 10 * minute - 16000);
    EXPECT_EQ(look(5000, 15000), LimitState::locked);
}

TEST_F(LimitNumbers, TwoInMoreThanTenMinutesDoNot) {
    exceed();
    look(0, 1000);
    look(5000, 10 * minute - 16000 + 1);
    EXPECT_EQ(look(5000, 15000), LimitState::exceeded);
    EXPECT_EQ(s().excursions, 2);
}

TEST_F(LimitNumbers, TheFourthInADayLocks) {
    for (const std::int64_t oldest : {24 * hour, 24 * hour + 1}) {
        s() = {};
        const std::int64_t then = now() + 15000;
        s().counted_ms = {then - hour, then - 2 * hour, then - oldest, never_reported};
        EXPECT_EQ(exceed(), oldest == 24 * hour ? LimitState::locked : LimitState::exceeded);
        EXPECT_EQ(s().counted_ms,
                  (std::array<std::int64_t, 4>{then, then - hour, then - 2 * hour, then - oldest}));
        look(0);
    }
}

TEST_F(LimitNumbers, ALockEndsByItselfOrByWhoHasLookedIntoIt) {
    s().limit = LimitState::locked;
    s().locked_until_ms = now() + 1000;
    s().counted_ms[0] = now() - hour;
    EXPECT_EQ(look(0, 999), LimitState::locked);
    EXPECT_EQ(look(0, 1), LimitState::kept);
    EXPECT_NE(s().counted_ms[0], never_reported) << "the day's count stays";
    s().limit = LimitState::locked;
    s().locked_until_ms = now() + hour;
    street.site.unlock = true;
    EXPECT_EQ(look(0, 1), LimitState::kept);
    EXPECT_EQ(s().counted_ms[0], never_reported);
}

TEST_F(LimitNumbers, NothingIsCountedInAnIslandOrOfAnOldReading) {
    look(5000);
    EXPECT_EQ(look(5000, 20000, false), LimitState::kept);
    EXPECT_EQ(s().excursions, 0);
    street.state.fsm = FsmState::island;
    look(5000, 1000);
    EXPECT_EQ(s().excess_since_ms, never_reported);
    street.state.fsm = FsmState::rejoined;
    look(5000, 1000);
    EXPECT_EQ(s().excess_since_ms, now());
}

// ---- Peaks

struct PeakNumbers : LimitNumbers {
    PeakNumbers() {
        street.add_hybrid(0, 600);
        street.config.tuning.import_limit_w = street.config.tuning.export_limit_w = no_limit_w;
        c().peak_target_w = 10000;
        street.state.units[1].quality = Quality::good;
    }
    ServiceConfig& c() { return street.config.services; }
    std::int64_t aim(std::int32_t flow_w, std::int64_t dt_ms, bool is_new = true) {
        street.site.now_ms += dt_ms;
        street.site.poi_w = flow_w;
        out = {};
        Work work{street.config, street.site, street.units, street.homes, street.state, out};
        work.new_poi = is_new;
        work.dt_ms = dt_ms;
        work.box[0] = {};
        work.box[1] = {};
        work.box[1].usable = true;
        work.box[1].above_wh = above_wh;
        aim_at_peak(work);
        held_below_w = import_aim_w(work);
        return s().aim_mw;
    }

    std::int32_t above_wh = 0;
    std::int64_t held_below_w = 0;
};

TEST_F(PeakNumbers, DemandIsImportAndWhatUnitsGiveFilteredOverAMinute) {
    street.units[1].p_w = 2000;
    aim(5000, 1000);
    EXPECT_EQ(s().demand_mw, 7000000) << "the first is believed";
    aim(11100, 1000);
    EXPECT_EQ(s().demand_mw, 7100000);
    aim(90000, 1000, false);
    EXPECT_EQ(s().demand_mw, 7100000);
    street.state.units[1].quality = Quality::held;
    aim(5100, 1000);
    EXPECT_EQ(s().demand_mw, 7100000);
    street.state.units[1].quality = Quality::stale;
    aim(1000, 1000);
    EXPECT_EQ(s().demand_mw, 7000000) << "6100 less a sixty-first";
}

TEST_F(PeakNumbers, AQuarterHourSeenWholeIsPaidFor) {
    const auto highest = [this](std::int64_t seen_ms, std::int64_t mean_w) {
        s().quarter = now() / (15 * minute);
        s().quarter_ms = seen_ms;
        s().quarter_mwms = mean_w * 1000 * seen_ms;
        street.site.now_ms += 14 * minute;
        aim(3000, minute);
        EXPECT_EQ(s().quarter, now() / (15 * minute));
        EXPECT_EQ(s().quarter_ms, minute) << "a new one has begun";
        EXPECT_EQ(s().quarter_mwms, 3000 * 1000 * minute);
        return s().highest_w;
    };
    EXPECT_EQ(highest(810000, 12345), 0);
    EXPECT_EQ(highest(810001, 12345), 12345);
    EXPECT_EQ(highest(900000, 11000), 12345);
    s().quarter = now() / (15 * minute);
    s().quarter_mwms = s().quarter_ms = 0;
    aim(-5000, 1000);
    EXPECT_EQ(s().quarter_mwms, 0) << "export is no negative import";
    EXPECT_EQ(s().quarter_ms, 1000);
}

TEST_F(PeakNumbers, APeakBeginsAboveTheTargetAndEndsTenMinutesBelow) {
    aim(10000, 1000);
    EXPECT_EQ(s().peak_since_ms, never_reported);
    EXPECT_EQ(s().calm_since_ms, now());
    s().demand_known = 0;
    aim(10001, 1000);
    const std::int64_t began = now();
    EXPECT_EQ(s().peak_since_ms, began);
    EXPECT_EQ(s().calm_since_ms, never_reported);
    aim(10001, 1000);
    EXPECT_EQ(s().peak_since_ms, began);
    s().demand_known = 0;
    aim(9000, 1000);
    aim(9000, 599999);
    EXPECT_EQ(s().peak_since_ms, began);
    aim(9000, 1);
    EXPECT_EQ(s().peak_since_ms, never_reported);
}

TEST_F(PeakNumbers, WhatEnergyDoesNotLastForIsImported) {
    above_wh = 8000;  // 4 kW for two hours
    EXPECT_EQ(aim(20000, 0), 16000000);
    EXPECT_EQ(out.import_aim_w, 16000);
    EXPECT_EQ(held_below_w, 16000 - 480);
    s().aim_mw = 0;
    s().peak_since_ms = now() - hour;
    EXPECT_EQ(aim(20000, 0), 12000000) << "8 kW for the hour that is left";
    s().aim_mw = 0;
    s().peak_since_ms = now() - 105 * minute - 1;
    above_wh = 1000;
    EXPECT_EQ(aim(20000, 0), 16000000) << "the last quarter-hour is counted whole";
    s().aim_mw = 0;
    above_wh = 90000;
    EXPECT_EQ(aim(20000, 0), 10000000);
}

TEST_F(PeakNumbers, TheAimRisesAtOnceAndFallsByAHundredthOfTheTargetAMinute) {
    above_wh = 8000;
    aim(20000, 0);
    above_wh = 90000;
    EXPECT_EQ(aim(20000, minute), 15900000);
    EXPECT_EQ(aim(20000, 1000), 15900000 - 1666);
    above_wh = 0;
    EXPECT_EQ(aim(20000, 1000), 20000000);
}

TEST_F(PeakNumbers, TheTransformerGoesBeforeEnergyAndWhatWasPaidBeforeTheTarget) {
    c().transformer_w = 15000;
    EXPECT_EQ(aim(20000, 0), 15000000);
    s() = {};
    s().highest_w = 12000;
    above_wh = 90000;
    EXPECT_EQ(aim(20000, 0), 12000000);
    s() = {};
    s().highest_w = 18000;
    EXPECT_EQ(aim(20000, 0), 15000000);
    s() = {};
    c().peak_target_w = no_limit_w;
    EXPECT_EQ(aim(20000, 0), 15000000) << "the transformer alone";
    s().storm = StormState::charging;
    aim(20000, 0);
    EXPECT_EQ(held_below_w, 15000);
    c().peak_target_w = c().transformer_w = no_limit_w;
    s() = {};
    EXPECT_EQ(aim(20000, 0), 0);
    EXPECT_EQ(held_below_w, no_limit_w);
    EXPECT_EQ(out.import_aim_w, no_limit_w);
}

TEST_F(PeakNumbers, ElsewhereNothingIsAimedAt) {
    street.state.fsm = FsmState::rejoined;
    EXPECT_EQ(aim(20000, 1000), 0);
    EXPECT_EQ(held_below_w, no_limit_w);
}

}  // namespace
}  // namespace islandbench::dispatch::core
