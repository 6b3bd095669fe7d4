#include <gtest/gtest.h>

#include "dispatch/core/machine.hpp"
#include "dispatch/core/test/street.hpp"
#include "dispatch/core/tiers.hpp"

namespace islandbench::dispatch::core {
namespace {

/// Former of 10 kW per phase; no hybrids on phase C, where homes only use.
struct TiersTest : ::testing::Test {
    TiersTest() {
        former = street.add_former(30000, 60000, 800);
        hybrid = street.add_hybrid(0, 800);
        small = street.add_home(2, {200, 300, 1000, 500, 1000});
        large = street.add_home(2, {200, 300, 1000, 500, 3500});
        other = street.add_home(0, {200, 300, 1000, 500, 4000});
    }

    /// The former carries what the closed contactors let through, and `extra` on phase C.
    void live(std::int32_t extra_w, std::int64_t ms) {
        for (std::int64_t t = 0; t < ms; t += 250) {
            PhaseArray load{500, 500, 500 + extra_w};
            for (std::size_t h = 0; h < street.homes.size(); ++h) {
                for (std::size_t tier = 0; tier < tier_count; ++tier) {
                    HomeIn& home = street.homes[h];
                    home.p_w[tier] = home.closed[actor(h, tier)] ? draw[h][tier] : 0;
                    const std::size_t phase = street.config.homes[h].phase;
                    if (phase < phase_count) load[phase] += home.p_w[tier];
                }
            }
            load[0] -= street.units[hybrid].p_w;
            street.set_former(former, load);
            street.step();
            street.set_p(hybrid, street.units_out[hybrid].p_set_w);
            lowest_tier_seen = std::min(lowest_tier_seen, street.homes_out[large].closed_tiers);
        }
    }
    /// The coil that acts on a tier's contactor; wrong in a mis-wired home.
    std::size_t actor(std::size_t home, std::size_t tier) const {
        if (!miswired || home != large) return tier;
        return tier == 4 ? 0 : tier == 0 ? 4 : tier;
    }
    std::int32_t tiers(std::size_t home) const { return street.homes_out[home].closed_tiers; }
    std::int32_t phase_c() const { return street.units[former].p_phase_w[2]; }
    void settle() { ASSERT_TRUE(street.to_grid() && street.to_island()); }

    test::Street street;
    std::size_t former = 0, hybrid = 0, small = 0, large = 0, other = 0;
    std::vector<std::array<std::int32_t, tier_count>> draw = {
        {200, 300, 1000, 500, 1000}, {200, 300, 1000, 500, 3500}, {200, 300, 1000, 500, 4000}};
    bool miswired = false;
    std::int32_t lowest_tier_seen = tier_count;
};

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

TEST_F(TiersTest, RestoredOneStepAtATimeWhenThereIsRoomForWhatTheyDrew) {
    settle();
    live(0, 5000);
    live(2500, 30000);
    EXPECT_EQ(tiers(large), 4);  // 8.0 + 1.2 * 3.5 + 0.5 kW would be too much

    draw[small][2] = draw[large][2] = 200;
    live(0, 25000);

    EXPECT_EQ(tiers(large), 5);
}

TEST_F(TiersTest, RestoringLeavesTenSecondsBetweenSteps) {
    settle();
    live(0, 5000);
    live(7500, 2000);
    ASSERT_LE(tiers(small), 3);
    std::int64_t last = street.site.now_ms - 60000;
    std::int32_t before = tiers(small) + tiers(large);
    for (int i = 0; i < 400; ++i) {
        live(-4000, 250);
        const std::int32_t now = tiers(small) + tiers(large);
        ASSERT_LE(now, before + 1);
        if (now > before) {
            ASSERT_GE(street.site.now_ms - last, 10000);
            last = street.site.now_ms;
        }
        before = now;
    }

    EXPECT_EQ(before, 10);
}

TEST_F(TiersTest, TheMostCriticalTierComesBackFirst) {
    settle();
    live(0, 5000);
    live(7500, 2000);
    const std::int32_t low = std::min(tiers(small), tiers(large));
    ASSERT_LT(low, 4);
    for (int i = 0; i < 100 && std::min(tiers(small), tiers(large)) == low; ++i) {
        const std::int32_t highest = std::max(tiers(small), tiers(large));
        live(-4000, 250);
        EXPECT_EQ(std::max(tiers(small), tiers(large)), highest);
        if (tiers(small) == tiers(large)) break;
    }

    EXPECT_LE(std::abs(tiers(small) - tiers(large)), 1);
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

TEST_F(TiersTest, ARestoreThatWasTooEarlyWaitsLongerNextTime) {
    settle();
    live(0, 5000);
    std::vector<std::int64_t> waits;
    for (int round = 0; round < 4; ++round) {
        while (tiers(large) == 5) live(2500, 250);  // somebody switches on as soon as it is back
        const std::int64_t shed_at = street.site.now_ms;
        while (tiers(large) < 5 && street.site.now_ms < shed_at + 600000) live(-4000, 250);
        waits.push_back(street.site.now_ms - shed_at);
    }

    EXPECT_LT(waits[0], 30000);
    EXPECT_GE(waits[1], 60000);
    EXPECT_GE(waits[2], 120000);
    EXPECT_GE(waits[3], 240000);
}

TEST_F(TiersTest, WithoutOtherChangesARestoreNeverLeadsToAnotherShed) {
    settle();
    for (std::int32_t extra = -3000; extra <= 3000; extra += 100) {
        live(2500, 5000);
        std::int32_t last = tiers(large) + tiers(small);
        bool restored = false;
        for (int i = 0; i < 480; ++i) {
            live(extra, 250);
            const std::int32_t now = tiers(large) + tiers(small);
            restored = restored || now > last;
            ASSERT_FALSE(restored && now < last) << extra;
            last = now;
        }
    }
}

TEST_F(TiersTest, AContactorOpenedBySomebodyElseIsTakenOverAndBroughtBack) {
    settle();
    live(0, 5000);
    street.homes[large].closed[4] = false;
    street.follow_tiers = false;
    live(0, 1000);
    EXPECT_EQ(tiers(large), 4);
    street.follow_tiers = true;

    live(-4000, 40000);

    EXPECT_EQ(tiers(large), 5);
}

TEST_F(TiersTest, TakingOverTier3OpensTier4) {
    settle();
    live(0, 5000);
    street.homes[large].closed[3] = false;
    street.follow_tiers = false;

    live(0, 1000);

    EXPECT_EQ(tiers(large), 3);
}

TEST_F(TiersTest, AnOpenTierZeroIsAnAlarmNotAnOrder) {
    settle();
    live(0, 5000);
    street.homes[large].closed[0] = false;
    street.follow_tiers = false;

    street.step();

    EXPECT_TRUE(street.out.alarms & bit(Alarm::tier0_open));
    EXPECT_EQ(tiers(large), 5);
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

TEST_F(TiersTest, AnOpenContactorOfTierZeroIsToldAndNoOther) {
    settle();
    live(0, 1000);
    EXPECT_FALSE(street.out.alarms & bit(Alarm::tier0_open));
    street.homes[small].closed[1] = false;
    street.step();
    EXPECT_FALSE(street.out.alarms & bit(Alarm::tier0_open));
    street.homes[small].closed[0] = false;
    street.step();
    EXPECT_TRUE(street.out.alarms & bit(Alarm::tier0_open));
}

TEST_F(TiersTest, AReportCountsOnceAndNotIfItIsOfTheFuture) {
    settle();
    live(0, 30000);
    const auto found_open = [this](std::int64_t reported_in_ms) {
        street.homes[small].reported_ms = street.site.now_ms + reported_in_ms;
        Work work{street.config, street.site, street.units, street.homes, street.state, street.out};
        observe_homes(work, work.all_homes());
        return static_cast<int>(street.state.homes[small].found_open);
    };
    street.site.now_ms += 1000;
    street.homes[small].closed[4] = false;
    EXPECT_EQ(found_open(0), 1);
    EXPECT_EQ(found_open(0), 1) << "the same once more";
    EXPECT_EQ(found_open(-1), 1) << "an older one";
    EXPECT_EQ(found_open(1001), 1);
    EXPECT_EQ(tiers(small), 5);
    EXPECT_EQ(found_open(1000), 0) << "a second one: taken over";
    EXPECT_EQ(street.state.homes[small].closed_tiers, 4);
}

TEST_F(TiersTest, WhoHasNoMoreTiersThanAllowedIsNotOrderedAnew) {
    // 1 keeps all that saving allows, 0 has more.
    street.state.fsm = FsmState::island;
    street.state.mode = IslandMode::saving;
    for (HomeState& home : street.state.homes) home.ordered_ms = 5;
    street.state.homes[0].closed_tiers = tier_count;
    street.state.homes[1].closed_tiers = tiers_allowed(street.state);
    ASSERT_LT(tiers_allowed(street.state), tier_count);
    Work work{street.config, street.site, street.units, street.homes, street.state, street.out};
    tend_tiers(work);
    EXPECT_EQ(street.state.homes[0].closed_tiers, tiers_allowed(street.state));
    EXPECT_EQ(street.state.homes[0].ordered_ms, street.site.now_ms);
    EXPECT_EQ(street.state.homes[1].ordered_ms, 5);
}

TEST_F(TiersTest, APeakFadesEveryTenSecondsSlowlyWhileItsTierIsOff) {
    HomeState& home = street.state.homes[small];
    HomeIn& in = street.homes[small];
    in.p_w = {100, 20000, 0, 0, 0};
    const auto later = [&](std::int64_t ms) {
        street.site.now_ms += ms;
        in.reported_ms = street.site.now_ms;
        Work work{street.config, street.site, street.units, street.homes, street.state, street.out};
        observe_homes(work, work.all_homes());
        return home.peak_w;
    };
    later(1000);
    in.closed = {true, true, true, true, false};
    home.peak_w = {10000, 10000, 10000, 10000, 10000};
    home.faded_ms = street.site.now_ms;
    EXPECT_EQ(later(9999)[0], 10000);
    // 10 s of 256 s, and of an hour; what is drawn now counts at once.
    EXPECT_EQ(later(1), (std::array<std::int32_t, tier_count>{9610, 20000, 9610, 9610, 9973}));
    EXPECT_EQ(home.faded_ms, street.site.now_ms);
    EXPECT_EQ(later(5000)[0], 9610);
    // A silence costs no turn, and on the whole it forgets once in ten seconds: 10 s of 256 s
    // again.
    EXPECT_EQ(later(20000)[0], 9235);
    EXPECT_EQ(home.faded_ms, street.site.now_ms - 5000);
}

TEST_F(TiersTest, HomesForgetInTurns) {
    constexpr std::size_t homes = 100;
    while (street.homes.size() < homes) street.add_home(1, {100, 100, 100, 100, 100});
    std::array<std::int64_t, homes> faded_ms{};
    std::array<int, homes> times{};
    int most = 0;
    for (int n = 0; n < 160; ++n) {
        street.site.now_ms += 250;
        int together = 0;
        for (HomeIn& in : street.homes) in.reported_ms = street.site.now_ms;
        Work work{street.config, street.site, street.units, street.homes, street.state, street.out};
        observe_homes(work, work.all_homes());
        for (std::size_t h = 0; h < homes; ++h) {
            const bool fades = n > 0 && street.state.homes[h].faded_ms != faded_ms[h];
            faded_ms[h] = street.state.homes[h].faded_ms;
            times[h] += fades ? 1 : 0;
            together += fades ? 1 : 0;
        }
        most = std::max(most, together);
    }
    EXPECT_EQ(most, 3);  // of 100 homes in 40 turns
    // Forty seconds, of which the first ten or more have nothing to forget.
    for (std::size_t h = 0; h < homes; ++h) EXPECT_EQ(times[h], 3) << h;
}

TEST_F(TiersTest, HowOftenAHomeReportsDoesNotDecideHowFastItForgets) {
    for (const std::int64_t every_ms : {250, 1000, 3000, 7000, 9000}) {
        HomeState& home = street.state.homes[small];
        HomeIn& in = street.homes[small];
        in.p_w = {};
        street.site.now_ms += 100000;
        home = HomeState{};
        home.faded_ms = street.site.now_ms;
        home.peak_w[2] = 1000000;
        for (std::int64_t t = 0; t < 630000; t += every_ms) {
            street.site.now_ms += every_ms;
            in.reported_ms = street.site.now_ms;
            Work work{street.config, street.site,  street.units,
                      street.homes,  street.state, street.out};
            observe_homes(work, work.all_homes());
        }
        EXPECT_EQ(home.peak_w[2], 81256) << every_ms << "; 63 times less 10 s of 256 s";
    }
}

TEST_F(TiersTest, AHomesReportCountsForThreeSeconds) {
    Work work{street.config, street.site, street.units, street.homes, street.state, street.out};
    const std::int64_t now = work.now_ms;
    street.state.homes[small].reported_ms = now - 3000;
    EXPECT_TRUE(home_fresh(work, work.home(small)));
    street.state.homes[small].reported_ms = now - 3001;
    EXPECT_FALSE(home_fresh(work, work.home(small)));
}

TEST_F(TiersTest, ATierComesBackWhereThePhaseHasRoomForItToTheWatt) {
    settle();
    HomeState& home = street.state.homes[small];
    PhaseState& phase = street.state.phases[2];
    bool heard = true;
    const auto restored = [&](std::int32_t peak_now_w, std::int32_t peak_before_w) {
        home.closed_tiers = 4;
        home.peak_w[4] = 1000;  // 1200 with cold-load pick-up, and 500 of margin
        home.reported_ms = street.site.now_ms;
        street.state.restored_ms = never_reported;
        phase.peak_now_w = peak_now_w;
        phase.peak_before_w = peak_before_w;
        Work work{street.config, street.site, street.units, street.homes, street.state, street.out};
        work.formers.heard = heard;
        work.formers.rating_w = 30000;
        restore_tier(work);
        return home.closed_tiers == 5;
    };
    phase.overload_samples = 0;
    phase.effect_due_ms = never_reported;
    phase.locked_until_ms = street.site.now_ms;
    EXPECT_TRUE(restored(7300, 0));
    EXPECT_TRUE(restored(0, 7300));
    EXPECT_FALSE(restored(7301, 0));
    EXPECT_FALSE(restored(0, 7301));
    phase.locked_until_ms += 1;
    EXPECT_FALSE(restored(0, 0));
    phase.locked_until_ms -= 1;
    phase.overload_samples = 1;
    EXPECT_FALSE(restored(0, 0));
    phase.overload_samples = 0;
    phase.effect_due_ms = street.site.now_ms + 1000;
    EXPECT_FALSE(restored(0, 0));
    phase.effect_due_ms = never_reported;
    heard = false;
    EXPECT_FALSE(restored(0, 0));
    heard = true;
    street.homes[small].carried_out = false;
    EXPECT_FALSE(restored(0, 0));
    street.homes[small].carried_out = true;
    // A more critical tier of a home that is silent is not waited for.
    street.state.homes[large].closed_tiers = 2;
    street.state.homes[large].reported_ms = never_reported;
    EXPECT_TRUE(restored(0, 0));
    street.state.homes[large].reported_ms = street.site.now_ms;
    street.state.homes[large].peak_w = {};
    EXPECT_FALSE(restored(0, 0)) << "that one comes first";
    EXPECT_EQ(street.state.homes[large].closed_tiers, 3);
    street.state.homes[large].reported_ms = never_reported;
    street.state.mode = IslandMode::saving;
    EXPECT_FALSE(restored(0, 0)) << "four tiers are all that may be on";
    street.state.mode = IslandMode::normal;
    street.config.homes[small].phase = 3;
    EXPECT_FALSE(restored(0, 0)) << "there is no such phase";
    street.config.homes[small].phase = 2;
    heard = false;
    street.state.fsm = FsmState::rejoined;
    EXPECT_TRUE(restored(20000, 20000)) << "the grid carries it";
}

TEST_F(TiersTest, WhatTheCoreOrderedItselfIsNotTakenOver) {
    settle();
    HomeState& home = street.state.homes[small];
    HomeIn& in = street.homes[small];
    PhaseState& phase = street.state.phases[2];
    in.closed[4] = false;
    const auto found_open = [&](std::int64_t ordered_ago_ms) {
        street.site.now_ms += 250;
        in.reported_ms = street.site.now_ms;
        home.found_open = 0;
        home.ordered_ms = street.site.now_ms - ordered_ago_ms;
        Work work{street.config, street.site, street.units, street.homes, street.state, street.out};
        observe_homes(work, work.all_homes());
        return static_cast<int>(home.found_open);
    };
    EXPECT_EQ(found_open(2999), 0);
    EXPECT_EQ(found_open(3000), 1);
    in.carried_out = false;
    EXPECT_EQ(found_open(3000), 0);
    in.carried_out = true;
    for (const std::int64_t locked_ms : {0, 50000}) {
        home.closed_tiers = 5;
        found_open(3000);
        phase.locked_until_ms = street.site.now_ms + 250 + locked_ms;
        home.found_open = 1;
        street.site.now_ms += 250;
        in.reported_ms = street.site.now_ms;
        Work work{street.config, street.site, street.units, street.homes, street.state, street.out};
        observe_homes(work, work.all_homes());
        EXPECT_EQ(home.closed_tiers, 4);
        EXPECT_EQ(phase.locked_until_ms,
                  street.site.now_ms + std::max<std::int64_t>(locked_ms, 10000));
    }
}

TEST_F(TiersTest, TheMostCriticalTierComesBackFirstAndOfTwoAlikeTheFirstHomes) {
    settle();
    const auto restored = [this](std::array<std::int32_t, 3> off) {
        for (std::size_t h = 0; h < 3; ++h) {
            street.state.homes[h].closed_tiers = off[h];
            street.state.homes[h].peak_w = {};
            street.state.homes[h].reported_ms = street.site.now_ms;
        }
        street.state.restored_ms = never_reported;
        Work work{street.config, street.site, street.units, street.homes, street.state, street.out};
        work.formers.heard = true;
        work.formers.rating_w = 30000;
        restore_tier(work);
        std::array<std::int32_t, 3> now{};
        for (std::size_t h = 0; h < 3; ++h) now[h] = street.state.homes[h].closed_tiers;
        return now;
    };
    for (PhaseState& phase : street.state.phases) phase.locked_until_ms = 0;
    using Tiers = std::array<std::int32_t, 3>;
    EXPECT_EQ(restored({4, 4, 4}), (Tiers{5, 4, 4}));
    EXPECT_EQ(restored({4, 2, 3}), (Tiers{4, 3, 3})) << "the first two are on one phase";
    EXPECT_EQ(restored({2, 5, 4}), (Tiers{3, 5, 4}));
    EXPECT_EQ(restored({4, 5, 2}), (Tiers{4, 5, 3}));
    EXPECT_EQ(restored({5, 5, 5}), (Tiers{5, 5, 5}));
    for (const std::int64_t ago_ms : {9999, 10000}) {
        street.state.homes[0].closed_tiers = 4;
        street.state.restored_ms = street.site.now_ms - ago_ms;
        Work work{street.config, street.site, street.units, street.homes, street.state, street.out};
        work.formers.heard = true;
        work.formers.rating_w = 30000;
        restore_tier(work);
        EXPECT_EQ(street.state.homes[0].closed_tiers, ago_ms == 10000 ? 5 : 4);
    }
}

TEST_F(TiersTest, AnOpenContactorOfTierOneIsTakenOverWithAllAboveIt) {
    settle();
    live(0, 30000);
    street.homes[small].closed[1] = false;
    street.step();
    street.homes[small].closed[1] = false;
    street.step();
    EXPECT_EQ(tiers(small), 1);
}

}  // namespace
}  // namespace islandbench::dispatch::core
