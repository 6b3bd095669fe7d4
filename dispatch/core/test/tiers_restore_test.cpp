#include "dispatch/core/test/tiers_fixture.hpp"

namespace islandbench::dispatch::core {
namespace {

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
