#include <gtest/gtest.h>

#include "dispatch/core/test/delayed_grid.hpp"
#include "dispatch/core/unseen.hpp"

namespace islandbench::dispatch::core {
namespace {

using test::DelayedGrid;
using test::GridDelays;

constexpr std::int32_t limit_w = 12000;
constexpr std::int32_t aim_w = 10000;  // a dead band below the limit

/// How far below its aim the import falls when a load of 25 kW comes: what was ordered twice.
std::int32_t ordered_twice_w(GridDelays delays, std::int32_t predict_permille) {
    DelayedGrid grid(12, delays);
    grid.street.config.tuning.import_limit_w = limit_w;
    grid.street.config.tuning.predict_permille = predict_permille;
    grid.live(8000, 60, 1);
    const auto range = grid.live(25000, 180, 180 - delays.command);
    EXPECT_NEAR(grid.flow_w, aim_w, 200);
    return aim_w - range.least;
}

class Unseen : public ::testing::TestWithParam<GridDelays> {};

TEST_P(Unseen, NothingIsOrderedTwiceWhateverTheDelay) {
    EXPECT_LE(ordered_twice_w(GetParam(), 1000), 200);
}

INSTANTIATE_TEST_SUITE_P(UpToFiveSamples, Unseen,
                         ::testing::Values(GridDelays{0, 0, 0}, GridDelays{1, 0, 0},
                                           GridDelays{0, 0, 5}, GridDelays{5, 0, 0},
                                           GridDelays{0, 5, 0}, GridDelays{5, 0, 5},
                                           GridDelays{0, 5, 5}, GridDelays{5, 5, 0},
                                           GridDelays{2, 4, 3}, GridDelays{5, 5, 5}),
                         [](const auto& instance) {
                             const GridDelays& d = instance.param;
                             return "Meter" + std::to_string(d.meter) + "Report" +
                                    std::to_string(d.report) + "Command" +
                                    std::to_string(d.command);
                         });

TEST(UnseenOutput, WithoutCountingOnItTheSameCorrectionIsOrderedAgainAndAgain) {
    EXPECT_GE(ordered_twice_w({0, 0, 5}, 0), 2000);
    EXPECT_GE(ordered_twice_w({1, 0, 5}, 0), 800);
}

TEST(UnseenOutput, WhatTheRampKeepsBackIsNotOrderedAgain) {
    const auto least_w = [](std::int32_t predict_permille) {
        DelayedGrid grid(12, {0, 0, 0});
        grid.street.config.tuning.import_limit_w = limit_w;
        grid.street.config.tuning.predict_permille = predict_permille;
        grid.street.config.tuning.grid_ramp_permille_per_min = 500;
        grid.live(8000, 60, 1);
        return grid.live(25000, 300, 300).least;
    };
    EXPECT_LE(least_w(0), aim_w - 1000);
    EXPECT_GE(least_w(1000), aim_w - 200);
}

TEST(UnseenOutput, IsNotWaitedForFromDevicesThatDoNothing) {
    DelayedGrid grid(12, {1, 1, 1});
    grid.street.config.tuning.import_limit_w = limit_w;
    for (std::size_t i = 0; i < 6; ++i) grid.deaf[i] = true;
    grid.live(25000, 300, 1);

    EXPECT_NEAR(grid.flow_w, aim_w, 200);
}

struct UnseenOfTwo : ::testing::Test {
    UnseenOfTwo() {
        street.add_former(30000, 60000, 800);
        street.add_hybrid(0, 600);
        street.add_hybrid(1, 600);
        street.to_grid();
        street.site.now_ms = 1000000;
        forget_flow(street.state);
        street.state.fsm = FsmState::grid;
    }
    /// In force since the last step, and told now.
    std::int64_t unseen(std::int32_t ordered, std::int32_t told, std::int64_t read_ms_ago = 0) {
        street.site.now_ms += 1000;
        street.site.poi_reported_ms = street.site.now_ms - read_ms_ago;
        street.state.units[1].p_set_w = ordered;
        street.units[1].p_w = told;
        street.units[1].reported_ms = street.units[2].reported_ms = street.site.now_ms;
        Work work{street.config, street.site, street.units, {}, street.state, street.out};
        work.box[1].usable = in;
        work.box[2].usable = true;
        FlowSums sums;
        for (std::size_t i = 0; i < 3; ++i) sums.add(work, i);
        return unseen_w(work, sums);
    }

    test::Street street;
    bool in = true;
};

TEST_F(UnseenOfTwo, IsWhatOrdersExceedTheToldPowerBy) {
    EXPECT_EQ(unseen(0, 0), 0);
    EXPECT_EQ(unseen(500, 0), 500);
    EXPECT_EQ(unseen(500, 200), 300);
    EXPECT_EQ(unseen(500, 500), 0);
    EXPECT_EQ(unseen(-100, 500), -600);
}

TEST_F(UnseenOfTwo, IsNoMoreThanOrdersHaveChangedByLately) {
    EXPECT_EQ(unseen(0, -300), 0);
    EXPECT_EQ(unseen(200, -300), 200);
    EXPECT_EQ(unseen(-100, -700), 0);
    for (int s = 0; s < 6; ++s) unseen(200, -300);
    EXPECT_EQ(unseen(200, -300), 0);
}

TEST_F(UnseenOfTwo, AnOrderIsWaitedForForSixSecondsBeforeTheReading) {
    unseen(0, -300);
    for (int s = 1; s <= 6; ++s) EXPECT_EQ(unseen(200, -300), 200) << s;
    EXPECT_EQ(unseen(200, -300), 0);
    EXPECT_EQ(unseen(200, -300, 2000), 200) << "an older reading saw less";
}

TEST_F(UnseenOfTwo, MomentsAreKeptAnEighthOfThatApart) {
    unseen(0, 0);
    EXPECT_EQ(street.state.flow.count, 1);
    street.site.now_ms -= 250;  // 750 ms later
    unseen(0, 0);
    EXPECT_EQ(street.state.flow.count, 2);
    street.site.now_ms -= 251;
    unseen(0, 0);
    EXPECT_EQ(street.state.flow.count, 2);
    for (int s = 0; s < 20; ++s) unseen(s, s);
    EXPECT_EQ(street.state.flow.count, 16);
    EXPECT_EQ(street.state.flow.moments[0].ordered_w, 19);
    EXPECT_EQ(street.state.flow.moments[15].ordered_w, 4);
    EXPECT_EQ(street.state.flow.moments[15].at_ms, street.site.now_ms - 15000);
}

TEST_F(UnseenOfTwo, ReportsAreOfTheirMeanTime) {
    unseen(0, 0);
    street.units[2].reported_ms = street.site.now_ms + 1000 - 500;
    street.site.now_ms += 1000;
    street.units[1].reported_ms = street.site.now_ms - 1500;
    Work work{street.config, street.site, street.units, {}, street.state, street.out};
    work.box[1].usable = work.box[2].usable = true;
    FlowSums sums;
    for (std::size_t i = 0; i < 3; ++i) sums.add(work, i);
    EXPECT_EQ(sums.units, 2);
    EXPECT_EQ(sums.age_ms, 2000);
    unseen_w(work, sums);
    EXPECT_EQ(street.state.flow.moments[0].told_ms, street.site.now_ms - 1000);
}

TEST_F(UnseenOfTwo, WhatTheRampKeepsBackIsAdded) {
    unseen(0, 0);
    street.state.flow.held_back_w = 70;
    EXPECT_EQ(unseen(500, 200), 370);
}

TEST_F(UnseenOfTwo, GoesByWhatWasToldOfTheTimeOfTheReading) {
    unseen(0, 0);
    unseen(400, 0);
    unseen(400, 400);
    EXPECT_EQ(unseen(400, 400), 0);
    EXPECT_EQ(unseen(400, 400, 2500), 400);
    EXPECT_EQ(unseen(400, 400, 3000), 0);  // the very moment
    EXPECT_EQ(unseen(400, 400, 4500), 400);
    EXPECT_EQ(unseen(400, 400, 1000), 0);
}

TEST_F(UnseenOfTwo, WhoComesOrLeavesChangesNothing) {
    street.state.units[2].p_set_w = street.units[2].p_w = 1000;
    unseen(0, 0);
    unseen(700, 500);
    const auto then = [this](std::size_t k) { return street.state.flow.moments[k]; };
    EXPECT_EQ(then(0).ordered_w, 1700);
    EXPECT_EQ(then(0).told_w, 1500);
    in = false;
    EXPECT_EQ(unseen(700, 500), 0);
    EXPECT_EQ(then(1).ordered_w, 1000) << "as if it had never been there";
    EXPECT_EQ(then(1).told_w, 1000);
    in = true;
    EXPECT_EQ(unseen(700, 500), 200);
    EXPECT_EQ(then(2).ordered_w, 1700);
    EXPECT_EQ(then(2).told_w, 1500);
    street.state.fsm = FsmState::island;
    forget_flow(street.state);
    EXPECT_EQ(unseen(700, 500), 0);
}

}  // namespace
}  // namespace islandbench::dispatch::core
