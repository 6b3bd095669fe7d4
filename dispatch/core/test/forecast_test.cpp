#include "dispatch/core/forecast.hpp"
#include "dispatch/core/test/times.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "base/test/reference_data.hpp"

namespace islandbench::dispatch::core {
namespace {

using test::day;
using test::hour;
using test::minute;

/// Hours of a constant power, seen every ten seconds.
std::int64_t see(ForecastState& state, std::int64_t from_ms, std::int64_t ms, std::int64_t w) {
    for (std::int64_t t = from_ms; t < from_ms + ms; t += 10000) observe(state, t, 10000, w);
    return from_ms + ms;
}

TEST(Forecast, KnowsNothingAtFirstAndThenTheLastHalfHour) {
    ForecastState state;
    EXPECT_EQ(expected_w(state, 0, hour), 0);
    std::int64_t now = see(state, 0, hour, 4000);
    EXPECT_EQ(expected_w(state, now, 0), 4000);
    now = see(state, now, 15 * minute + 10000, 8000);
    EXPECT_NEAR(double(expected_w(state, now, 0)), 6000, 150);
}

TEST(Forecast, FadesIntoTheSameQuarterHourOfEarlierDays) {
    ForecastState state;
    std::int64_t now = 0;
    for (int d = 0; d < 3; ++d) {
        now = see(state, now, 18 * hour, 2000);
        now = see(state, now, 6 * hour, 10000);
    }
    now = see(state, now, 16 * hour, 3000);
    EXPECT_EQ(expected_w(state, now, 0), 3000);
    EXPECT_EQ(expected_w(state, now, 3 * hour), 10000) << "in the evening, as every evening";
    EXPECT_EQ(expected_w(state, now, hour), 2500) << "half of each";
    EXPECT_EQ(expected_w(state, now, 10 * hour), 2000);
}

TEST(Forecast, OneStrangeDayMovesNothing) {
    ForecastState state;
    std::int64_t now = 0;
    for (const std::int64_t w : {5000, 5000, 90000, 5000, 5000}) now = see(state, now, day, w);
    EXPECT_EQ(expected_w(state, now, 12 * hour), 5000);
}

TEST(Forecast, AGapIsNotKnownAndNotZero) {
    ForecastState state;
    std::int64_t now = see(state, 0, hour, 4000);
    now += 3 * hour;
    observe(state, now, 3 * hour, 4000);
    EXPECT_EQ(expected_w(state, now, 0), 4000);
}

TEST(Forecast, WhatIsSaidOfAGapCountsNothing) {
    ForecastState state;
    std::int64_t now = see(state, 0, hour, 4000);
    for (const std::int64_t dt : {minute + 1, 3 * hour, std::int64_t{-5000}}) {
        now += minute;
        observe(state, now, dt, 90000);
    }
    observe(state, now + minute, 0, 90000);
    EXPECT_EQ(expected_w(state, now + minute, 0), 4000);
}

TEST(Forecast, HalfAMinuteAndTwoThirdsOfAQuarterHourAreEnough) {
    ForecastState half, less;
    for (int k = 1; k <= 3; ++k) observe(half, 10000 * k, 10000, 6000);
    for (int k = 1; k <= 2; ++k) observe(less, 10000 * k, 10000, 6000);
    for (ForecastState* s : {&half, &less}) observe(*s, minute, 10000, 0);
    EXPECT_EQ(expected_w(half, minute, 0), 6000);
    EXPECT_EQ(expected_w(less, minute, 0), 0);

    // A day later, long after the last half-hour has faded.
    for (const std::int64_t seen : {5 * minute, 10 * minute - 10000, 10 * minute}) {
        ForecastState quarter;
        (void)see(quarter, slot_ms, seen, 6000);
        (void)see(quarter, 2 * slot_ms, hour, 1000);
        const std::int64_t usual = expected_w(quarter, 3 * hour, day + slot_ms - 3 * hour);
        EXPECT_EQ(usual, seen == 10 * minute ? 6000 : 1000) << seen;
    }
}

TEST(Forecast, TheSpreadIsThatOfItsErrorsOnceAnHourOfThemIsKnown) {
    ForecastState state;
    // Thirty minutes fill the list, thirty more give thirty errors of nothing.
    std::int64_t now = see(state, 0, hour, 3000);
    EXPECT_EQ(state.errors, 29) << "the last minute has not ended";
    EXPECT_EQ(high_w(state, now, 0), 4000) << "a third";
    now = see(state, now, 10000, 3000);
    EXPECT_EQ(state.errors, 30);
    EXPECT_EQ(high_w(state, now, 0), 3000);
    // Thirty minutes with 2 kW more, then with 2 kW less: a mean error of 1 kW, 1.609 of it.
    for (const std::int64_t w : {5000, 1000}) {
        ForecastState other = state;
        const std::int64_t then = see(other, hour + 10000, 30 * minute, w);
        EXPECT_EQ(other.errors, 60);
        EXPECT_NEAR(double(high_w(other, then, 0)), double(w) + 1609, 30) << w;
    }
    ForecastState nothing;
    EXPECT_EQ(high_w(nothing, 0, 0), 0);
}

TEST(Forecast, WithoutEnergyNothingLastsThoughNothingIsDrawn) {
    EXPECT_EQ(runtime(days_ahead({}, {}, 0), 0, 1000).p50_ms, 0);
    EXPECT_EQ(runtime(days_ahead({}, {}, 0), 0, 1000).p90_ms, 0);
    EXPECT_EQ(runtime(days_ahead({}, {}, 0), -5, 1000).p50_ms, 0);
    EXPECT_EQ(runtime(days_ahead({}, {}, 0), 1, 1000).p90_ms, runtime_most_ms);
}

TEST(Forecast, ABatteryLastsAsLongAsItsEnergy) {
    ForecastState demand, pv;
    const std::int64_t now = see(demand, 0, 2 * hour, 10000);
    const Runtime lasts = runtime(days_ahead(demand, pv, now), 50000, 1000);
    EXPECT_EQ(lasts.p50_ms, 5 * hour);
    EXPECT_LE(lasts.p90_ms, lasts.p50_ms);
    const Runtime half = runtime(days_ahead(demand, pv, now), 50000, 500);
    EXPECT_EQ(half.p50_ms, 10 * hour) << "with half of it switched off";
    EXPECT_EQ(runtime(days_ahead(demand, pv, now), 0, 1000).p50_ms, 0);
    EXPECT_EQ(runtime(days_ahead(demand, pv, now), 50000, 0).p50_ms, runtime_most_ms);
}

TEST(Forecast, TwoDaysAheadAreWhatIsExpectedOfEachQuarterHour) {
    ForecastState demand, pv;
    std::int64_t now = 0;
    for (int k = 0; k < 96; ++k) {  // a day of which no two quarter-hours are alike
        (void)see(pv, now, slot_ms, 50 * k - 1000);
        now = see(demand, now, slot_ms, 3000 + 40 * k);
    }
    ASSERT_GE(demand.errors, 30);
    ASSERT_GT(high_w(demand, now, 0), expected_w(demand, now, 0));
    const TwoDays days = days_ahead(demand, pv, now);
    for (std::size_t k = 0; k < days.size(); ++k) {
        const std::int64_t at = static_cast<std::int64_t>(k) * slot_ms;
        EXPECT_EQ(days[k].usual_w, expected_w(demand, now, at)) << k;
        EXPECT_EQ(days[k].high_w, high_w(demand, now, at)) << k;
        EXPECT_EQ(days[k].sun_w, std::max<std::int64_t>(0, expected_w(pv, now, at))) << k;
    }
    EXPECT_NE(days[20].usual_w, days[40].usual_w);
}

TEST(Forecast, TheSunCountsWholeForTheUsualAndHalfForTheCareful) {
    ForecastState demand, pv;
    (void)see(pv, 0, 2 * hour, 6000);
    const std::int64_t now = see(demand, 0, 2 * hour, 10000);
    const Runtime lasts = runtime(days_ahead(demand, pv, now), 28000, 1000);
    EXPECT_EQ(lasts.p50_ms, 7 * hour);
    EXPECT_EQ(lasts.p90_ms, 4 * hour) << "no error seen yet but its own, which is none";
}

TEST(Forecast, AnEstimateIsTrustedLessTheLongerItIsOld) {
    EXPECT_EQ(trusted_wh(5000, 10000, 0, 10, 50), 4500);
    EXPECT_EQ(trusted_wh(5000, 10000, 10 * day, 10, 50), 4000);
    EXPECT_EQ(trusted_wh(300, 10000, 0, 10, 50), 0);
}

/// Five groups of twenty measured homes stand for five days of one street: the first four are seen,
/// the fifth is forecast. Persistence is the mean of the last half-hour.
TEST(Forecast, HasSkillAgainstPersistenceOnMeasuredHomes) {
    IB_NEEDS_REFERENCE("ieee_eu_lv/load_profiles_1min_100homes.csv");
    const auto rows = reference::rows("ieee_eu_lv/load_profiles_1min_100homes.csv");
    ASSERT_GT(rows.size(), 1440u);
    std::vector<std::int64_t> watts;  // minute by minute, day after day
    for (std::size_t group = 0; group < 5; ++group) {
        for (std::size_t m = 1; m <= 1440; ++m) {
            double kw = 0.0;
            for (std::size_t p = 1; p <= 20; ++p) kw += std::stod(rows[m][group * 20 + p]);
            watts.push_back(std::llround(kw * 1000.0));
        }
    }
    ForecastState state, persistence;
    std::vector<double> ours(4), naive(4);
    const std::vector<std::int64_t> leads{15, 60, 120, 240};
    std::vector<int> count(4);
    int below_high = 0, judged = 0;
    for (std::size_t m = 0; m < watts.size(); ++m) {
        const std::int64_t now = static_cast<std::int64_t>(m) * minute;
        observe(state, now + minute - 1, minute, watts[m]);
        if (m < 4 * 1440 || m % 15 != 14) continue;
        double recent = 0.0;
        for (std::size_t i = 0; i < 30; ++i) recent += double(watts[m - i]) / 30.0;
        for (std::size_t l = 0; l < leads.size(); ++l) {
            const std::size_t at = m + 1 + static_cast<std::size_t>(leads[l]);
            if (at + 15 > watts.size()) continue;
            double truth = 0.0;
            for (std::size_t i = 0; i < 15; ++i) truth += double(watts[at + i]) / 15.0;
            const std::int64_t here = now + minute;
            ours[l] += std::fabs(double(expected_w(state, here, leads[l] * minute)) - truth);
            naive[l] += std::fabs(recent - truth);
            ++count[l];
            ++judged;
            below_high += truth <= double(high_w(state, here, leads[l] * minute)) ? 1 : 0;
        }
    }
    for (std::size_t l = 0; l < leads.size(); ++l) {
        const double skill = 1.0 - ours[l] / naive[l];
        std::printf(
            "[ MEASURED ] %3d min ahead: mean error %4.0f W, persistence %4.0f W, skill %+.2f\n",
            int(leads[l]), ours[l] / count[l], naive[l] / count[l], skill);
        ::testing::Test::RecordProperty("skill_" + std::to_string(leads[l]), std::to_string(skill));
        EXPECT_GT(skill, leads[l] < 60 ? -0.05 : 0.0) << leads[l] << " min ahead";
    }
    const double share = double(below_high) / judged;
    std::printf("[ MEASURED ] P90 held in %.0f %% of the quarter-hours\n", 100.0 * share);
    EXPECT_GT(share, 0.8);
}

}  // namespace
}  // namespace islandbench::dispatch::core
