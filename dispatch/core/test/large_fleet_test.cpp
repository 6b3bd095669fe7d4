#include <gtest/gtest.h>

#include "dispatch/core/check.hpp"
#include "dispatch/core/test/street.hpp"

/// A step goes over a fleet in parts. These fleets have more than one, and no multiple of it.
namespace islandbench::dispatch::core {
namespace {

struct LargeFleet : ::testing::Test {
    LargeFleet() {
        street.add_former(400000, 800000, 600);
        for (std::size_t n = 0; n < count; ++n) {
            const auto phase = static_cast<std::uint8_t>(n % 3);
            street.add_hybrid(phase, 600, 3500);
            street.add_home(phase, {100, 100, 0, 0, 0});
        }
    }
    /// Hybrids do what they are told.
    void follow(std::int64_t ms, std::int64_t every_ms = 250) {
        for (std::int64_t t = 0; t < ms; t += every_ms) {
            for (std::size_t i = 1; i <= count; ++i) {
                street.set_p(i, street.units_out[i].p_set_w);
            }
            street.step(every_ms);
        }
    }
    bool told(Alarm alarm) const { return (street.out.alarms & bit(alarm)) != 0; }

    static constexpr std::size_t count = 150;
    test::Street street;
};

TEST_F(LargeFleet, EverybodyIsLookedAtOnceAndOrderedAlike) {
    for (std::size_t i = 1; i <= count; ++i) street.units[i].pv_w = 1000;  // 970 on the AC side
    street.set_former(0, {80000, 80000, 80000});
    ASSERT_TRUE(street.to_island());
    follow(50000);
    std::int64_t sum = 0;
    for (std::size_t i = 1; i <= count; ++i) {
        EXPECT_NEAR(street.units_out[i].p_set_w, street.units_out[1].p_set_w, 120) << i;
        EXPECT_GE(street.units_out[i].p_set_w, 970) << i;
        sum += street.units_out[i].p_set_w;
    }
    EXPECT_EQ(street.out.p_set_sum_w, sum);
    for (const std::int32_t w : street.out.load_w) {
        EXPECT_NEAR(w, 80000 + static_cast<double>(sum) / 3, 500) << "what all serve";
    }
    for (std::size_t i = 0; i <= count; ++i) {
        EXPECT_EQ(street.state.units[i].event_soc_permille, 600) << "when the outage began";
    }
    EXPECT_EQ(street.out.broken, Promise::none_broken);
    for (const HomeOut& home : street.homes_out) EXPECT_EQ(home.closed_tiers, tier_count);

    // The last ones are heard as the first are.
    street.muted[count] = true;
    street.muted_home.assign(count, false);
    street.muted_home[count - 1] = true;
    street.run(70000);
    EXPECT_EQ(street.state.units[count].quality, Quality::absent);
    EXPECT_EQ(street.state.units[1].quality, Quality::good);
    EXPECT_LT(street.state.homes[count - 1].reported_ms, street.state.homes[0].reported_ms);
}

TEST_F(LargeFleet, OnTheGridAllFeedTheirSunIn) {
    for (std::size_t i = 1; i <= count; ++i) street.units[i].pv_w = 1000;
    ASSERT_TRUE(street.to_grid());
    follow(200000, 1000);
    for (std::size_t i = 1; i <= count; ++i) EXPECT_NEAR(street.units_out[i].p_set_w, 970, 10) << i;
}

TEST_F(LargeFleet, AllAreReserveAndUseWhatTheyUse) {
    ASSERT_TRUE(street.to_grid());
    for (std::size_t i = 1; i <= count; ++i) street.set_p(i, -400);
    street.site.poi_w = 100000;
    for (int s = 0; s < 150; ++s) {
        street.site.poi_reported_ms = street.site.now_ms;
        street.step(1000);
    }
    // 90 % of a third of the former on each phase.
    EXPECT_EQ(street.out.reserve_w, std::int64_t{count} * 5400 + std::int64_t{3} * 119999);
    EXPECT_EQ(street.state.demand.recent[0], 100000 - std::int32_t{count} * 400);
}

TEST_F(LargeFleet, BackOnTheGridAllRampFromWhatTheyDo) {
    street.set_former(0, {80000, 80000, 80000});
    ASSERT_TRUE(street.to_island());
    follow(20000);
    ASSERT_GT(street.units_out[count].p_set_w, 1000);
    for (std::size_t i = 1; i <= count; ++i) street.set_p(i, -300);
    street.state.fsm = FsmState::closing;
    street.connect();
    ASSERT_TRUE(street.run_until(FsmState::rejoined, 10000));
    for (std::size_t i = 1; i <= count; ++i) {
        EXPECT_NEAR(street.units_out[i].p_set_w, -290, 20) << i << ", not at once to rest";
    }
}

TEST_F(LargeFleet, WhomTheRampHoldsBackCountsWhereverItStands) {
    for (const std::size_t who : {std::size_t{1}, std::size_t{70}, count}) {
        ASSERT_TRUE(street.to_grid());
        street.run(30000, 1000);
        street.units[who].pv_w = 3500;
        street.step(1);
        EXPECT_EQ(street.state.settled, 0) << who;
        EXPECT_GT(street.state.flow.held_back_w, 3000) << who;
        street.units[who].pv_w = 0;
        street.run(200000, 1000);
        EXPECT_EQ(street.state.settled, 1);
        EXPECT_EQ(street.state.flow.held_back_w, 0);
    }
}

TEST_F(LargeFleet, ASurplusChargesAll) {
    ASSERT_TRUE(street.to_island());
    street.set_former(0, {-60000, -60000, -60000});
    street.run(25000);
    for (std::size_t i = 1; i <= count; ++i) EXPECT_LT(street.units_out[i].p_set_w, -100) << i;
}

TEST_F(LargeFleet, OnHoldAllGoOn) {
    street.set_former(0, {80000, 80000, 80000});
    ASSERT_TRUE(street.to_island());
    street.run(20000);
    const std::vector<UnitOut> before = street.units_out;
    ASSERT_GT(before[count].p_set_w, 100);
    street.state.fsm = FsmState::hold;
    street.state.entered_ms = street.site.now_ms;
    street.muted_interconnect = true;
    street.step();
    ASSERT_EQ(street.out.state, FsmState::hold);
    for (std::size_t i = 1; i <= count; ++i) {
        EXPECT_NEAR(street.units_out[i].p_set_w, before[i].p_set_w, 10) << i;
    }
}

TEST_F(LargeFleet, AllHomesAreToldAtOnce) {
    ASSERT_TRUE(street.to_island());
    street.run(1000);
    street.state.mode = street.state.mode_next = IslandMode::saving;
    street.step();
    for (const HomeOut& home : street.homes_out) EXPECT_EQ(home.closed_tiers, 4);
    EXPECT_EQ(street.out.shed_tiers, std::int32_t{count});
}

TEST_F(LargeFleet, APromiseCountsAllBatteriesAndWhatAllHomesMayNotLose) {
    street.config.tuning.voluntary_permille = street.config.tuning.heard_permille = 1000;
    street.config.tuning.common_cause_permille = 0;
    street.config.commitments = {{1, 3600000}};
    ASSERT_TRUE(street.to_grid());
    street.run(5000, 1000);
    // 60 % less floor and margin of 13.5 kWh each, and of the former's 800 kWh.
    EXPECT_EQ(street.out.sure_wh, 800000 * 390 / 1000 + std::int64_t{count} * 5265);
    const std::int64_t drawn_w = std::int64_t{count} * 200 + 1;
    EXPECT_EQ(street.out.promises[0].time_left_ms, street.out.sure_wh * 3600000 / drawn_w);
}

TEST_F(LargeFleet, TheLargestTierIsFoundWhereverItIs) {
    street.set_former(0, {1000, 1000, 1000});
    ASSERT_TRUE(street.to_island());
    street.run(5000);
    for (const std::size_t h : {std::size_t{0}, std::size_t{70}, count - 1}) {
        ASSERT_FALSE(told(Alarm::headroom_low));
        street.homes[h].p_w[4] = 400000;
        street.step();
        EXPECT_TRUE(told(Alarm::headroom_low)) << h << ", in the step that tells of it";
        street.homes[h].p_w[4] = 0;
        street.state.homes[h].peak_w[4] = 0;
        street.step();
    }
}

TEST_F(LargeFleet, AHomeOrderedOutOfTurnIsFoundWhereverItIs) {
    ASSERT_TRUE(street.to_island());
    for (const std::size_t h : {std::size_t{0}, std::size_t{70}, count - 1}) {
        street.step();
        Work work{street.config, street.site, street.units, street.homes, street.state, street.out};
        std::fill(work.tiers_before.begin(), work.tiers_before.end(), std::uint8_t{tier_count});
        work.tiers_before[h] = 3;
        Judged judged;
        judge_homes(work, street.homes_out, judged);
        EXPECT_EQ(judged.homes, Promise::restore_one_by_one) << h;
    }
}

}  // namespace
}  // namespace islandbench::dispatch::core
