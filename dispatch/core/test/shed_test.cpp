#include <gtest/gtest.h>

#include "dispatch/core/test/street.hpp"

/// When a phase sheds and when it has been seen to help, to the watt and the millisecond.
namespace islandbench::dispatch::core {
namespace {

/// 10 kW per phase; two homes on phase C whose contactors never move, so that only what a test
/// tells of the former counts.
struct ShedTest : ::testing::Test {
    ShedTest() {
        street.add_former(30000, 60000, 800);
        street.add_home(2, {200, 300, 1000, 500, 1000});
        street.add_home(2, {200, 300, 1000, 500, 3500});
        street.follow_tiers = false;
        EXPECT_TRUE(street.to_grid() && street.to_island());
        phase_c(5000);
        street.run(30000);
    }
    void phase_c(std::int32_t p_w) { street.set_former(0, {0, 0, p_w}); }
    void step(std::int32_t p_w, std::int64_t ms = 250) {
        phase_c(p_w);
        street.step(ms);
    }
    PhaseState& phase() { return street.state.phases[2]; }
    std::int32_t tiers(std::size_t home) const { return street.homes_out[home].closed_tiers; }
    bool alarmed(Alarm a) const { return (street.out.alarms & bit(a)) != 0; }

    test::Street street;
};

TEST_F(ShedTest, ThePeakOfTenToTwentySecondsIsRemembered) {
    phase().window_ms = never_reported;
    step(1000);
    const std::int64_t begin = street.site.now_ms;
    EXPECT_EQ(phase().peak_before_w, 1000);
    EXPECT_EQ(phase().peak_now_w, 1000);
    step(3000);
    step(500);
    EXPECT_EQ(phase().peak_now_w, 3000);
    while (street.site.now_ms < begin + 9750) step(500);
    EXPECT_EQ(phase().peak_before_w, 1000);
    step(500);
    EXPECT_EQ(phase().peak_before_w, 3000);
    EXPECT_EQ(phase().peak_now_w, 500);
    EXPECT_EQ(phase().window_ms, begin + 10000);
}

TEST_F(ShedTest, TheRatingItselfIsNoOverload) {
    step(10000);
    EXPECT_EQ(phase().overload_samples, 0);
    step(10010);
    EXPECT_EQ(phase().overload_samples, 1);
    EXPECT_EQ(phase().overload_since_ms, street.site.now_ms);
    step(10010);
    EXPECT_EQ(phase().overload_samples, 2);
    EXPECT_EQ(phase().overload_since_ms, street.site.now_ms - 250);
    EXPECT_EQ(tiers(1), 4);
}

TEST_F(ShedTest, WithoutANewReportNothingIsCounted) {
    step(10010);
    street.muted[0] = true;
    step(10010);
    EXPECT_EQ(phase().overload_samples, 1);
    EXPECT_EQ(tiers(1), 5);
}

TEST_F(ShedTest, FutilityIsForgottenAfterTenSecondsWithoutOverload) {
    step(10010);
    phase().futile = 2;
    step(5000);
    const std::int64_t free = street.site.now_ms;
    EXPECT_EQ(phase().free_since_ms, free);
    while (street.site.now_ms < free + 9750) step(5000);
    EXPECT_EQ(phase().futile, 2);
    step(5000);
    EXPECT_EQ(phase().futile, 0);
    step(10010);
    step(5000);
    EXPECT_EQ(phase().free_since_ms, street.site.now_ms) << "each overload counts anew";
}

TEST_F(ShedTest, AnEffectIsSeenFromThreeTenthsOfWhatWasExpected) {
    step(12000);
    step(12000);  // sheds 3500 W of the second home
    ASSERT_EQ(phase().shed_expected_w, 3500);
    ASSERT_EQ(phase().shed_before_w, 12000);
    EXPECT_EQ(phase().effect_due_ms, street.site.now_ms + 2000);
    step(10951);
    EXPECT_NE(phase().effect_due_ms, never_reported);
    step(10950);  // 1050 W less
    EXPECT_EQ(phase().effect_due_ms, never_reported);
    EXPECT_EQ(phase().overload_samples, 0);
    EXPECT_EQ(phase().futile, 0);
}

TEST_F(ShedTest, WithoutEffectAShedIsFutileWhenItsTimeIsOver) {
    step(12000);
    step(12000);
    const std::int64_t due = phase().effect_due_ms;
    while (street.site.now_ms < due - 250) step(12000);
    EXPECT_EQ(phase().futile, 0);
    step(12000);
    EXPECT_EQ(phase().futile, 1);

    street.homes[0].carried_out = street.homes[1].carried_out = false;
    while (street.site.now_ms < due + 6000) step(12000);
    EXPECT_EQ(phase().futile, 1) << "what was not carried out could have no effect";
}

TEST_F(ShedTest, AfterThreeFutileTriesNobodyElseIsLeftWithout) {
    phase().futile = 3;
    step(12000);
    step(12000);
    EXPECT_TRUE(alarmed(Alarm::shed_futile));
    EXPECT_EQ(tiers(0) + tiers(1), 10);
}

TEST_F(ShedTest, ASevereOverloadShedsAtOnceAndAgainAfterHalfASecond) {
    step(13000);  // 1.3 times: not yet
    EXPECT_EQ(tiers(1), 5);
    step(5000);
    step(13010);
    EXPECT_EQ(tiers(0) + tiers(1), 8);  // 3510 W too much: a little more than one tier 4
    const std::int64_t first = phase().shed_ms;
    EXPECT_EQ(first, street.site.now_ms);
    step(20000);
    EXPECT_EQ(phase().shed_ms, first);
    step(20000);
    EXPECT_EQ(phase().shed_ms, first + 500);
}

TEST_F(ShedTest, WhoDrawsNextToNothingIsLeftAlone) {
    for (HomeIn& home : street.homes) home.p_w = {200, 300, 0, 0, 20};
    step(11000);
    step(11000);
    EXPECT_EQ(tiers(0) + tiers(1), 2) << "from tier 1 on they give 320 W each";
    EXPECT_EQ(phase().shed_expected_w, 640);
}

TEST_F(ShedTest, ATwentyFirstWattIsAReason) {
    for (HomeIn& home : street.homes) home.p_w = {200, 0, 0, 0, 20};
    street.homes[1].p_w[4] = 21;
    step(11000);
    step(11000);
    EXPECT_EQ(tiers(0), 5);
    EXPECT_EQ(tiers(1), 4);
}

TEST_F(ShedTest, WhoIsOpenAlreadyGainsNothing) {
    street.homes[0].p_w[4] = 1100;
    street.homes[1].closed[4] = false;  // by somebody else; its meter still says 3500 W
    step(9500);
    step(10010);
    step(10010);
    EXPECT_EQ(tiers(0), 4);
}

TEST_F(ShedTest, UnitsThatHaveRoomHaveTwoSecondsToTakeItOver) {
    const std::size_t unit = street.add_hybrid(2, 800);
    street.units[unit].discharge_max_w = 1000;
    street.run(2000);
    step(10000);
    street.set_p(unit, 0);
    step(10010);
    const std::int64_t since = street.site.now_ms;
    while (street.site.now_ms < since + 1750) step(10000 + 2);  // 1000 permille is none
    EXPECT_EQ(tiers(1), 5);
    step(10010);
    const std::int64_t again = street.site.now_ms;
    ASSERT_EQ(phase().overload_since_ms, again);
    while (street.site.now_ms < again + 1750) step(10000 + 10);
    EXPECT_EQ(tiers(1), 4) << "1010 W above what is planned with: more than the 1000 it has";
}

TEST_F(ShedTest, EnoughRoomIsWaitedForAndNotForEver) {
    const std::size_t unit = street.add_hybrid(2, 800);
    street.units[unit].discharge_max_w = 1010;
    street.run(2000);
    step(10010);
    const std::int64_t since = phase().overload_since_ms;
    while (street.site.now_ms < since + 1750) step(10010);
    EXPECT_EQ(tiers(1), 5);
    street.muted[0] = true;
    step(10010);
    EXPECT_EQ(tiers(1), 5) << "nothing new is known of the former";
    street.muted[0] = false;
    step(10010);
    EXPECT_EQ(tiers(1), 4);
    EXPECT_EQ(phase().shed_ms - since, 2250);
}

TEST_F(ShedTest, AtTwoSecondsItIsWaitedForNoLonger) {
    const std::size_t unit = street.add_hybrid(2, 800);
    street.units[unit].discharge_max_w = 1010;
    street.run(2000);
    step(10010);
    const std::int64_t since = phase().overload_since_ms;
    while (street.site.now_ms < since + 1750) step(10010);
    EXPECT_EQ(tiers(1), 5);
    step(10010, 249);
    EXPECT_EQ(tiers(1), 5);
    step(10010, 1);
    EXPECT_EQ(tiers(1), 4);
}

TEST_F(ShedTest, WhatCoversTheExcessToTheWattIsEnough) {
    street.homes[1].p_w[4] = 2000;
    step(11000);
    step(11000);  // 2000 W above what is planned with
    EXPECT_EQ(tiers(1), 4);
    EXPECT_EQ(tiers(0), 5);
    EXPECT_EQ(phase().shed_expected_w, 2000);
}

TEST_F(ShedTest, TheFirstHomeOfSeveralIsTheOneWhoseEffectIsAwaited) {
    street.homes[0].p_w[4] = 3500;
    street.homes[1].p_w[4] = 1000;
    EXPECT_EQ(street.out.shed_tiers, 0);
    step(13400);  // above all bounds: at once
    EXPECT_EQ(tiers(0), 4);
    EXPECT_EQ(tiers(1), 4);
    EXPECT_EQ(phase().shed_home, 0);
    EXPECT_EQ(phase().shed_expected_w, 4500);
    EXPECT_EQ(street.out.shed_tiers, 2);
}

TEST_F(ShedTest, ARestoreThatWasTooEarlyDoublesItsWaiting) {
    const auto shed_after_restore = [&](std::int64_t ago_ms) {
        phase().futile = 0;
        phase().effect_due_ms = never_reported;
        phase().overload_samples = 0;
        street.state.homes[1].closed_tiers = 5;
        phase().restored_ms = street.site.now_ms + 500 - ago_ms;
        step(12000);
        step(12000);
        EXPECT_EQ(phase().shed_ms, street.site.now_ms);
        EXPECT_EQ(phase().locked_until_ms, street.site.now_ms + phase().backoff_ms);
        return phase().backoff_ms;
    };
    EXPECT_EQ(shed_after_restore(60000), 10000);
    EXPECT_EQ(shed_after_restore(59999), 60000);
    EXPECT_EQ(shed_after_restore(1000), 120000);
    phase().backoff_ms = 500000;
    EXPECT_EQ(shed_after_restore(1000), 900000);
}

}  // namespace
}  // namespace islandbench::dispatch::core
