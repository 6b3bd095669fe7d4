#include <gtest/gtest.h>

#include "dispatch/core/plans.hpp"
#include "dispatch/core/test/street.hpp"

/// The plan of an island, number by number.
namespace islandbench::dispatch::core {
namespace {

/// A former of 10 kW per phase, 9 of which are planned with, and with nothing above its floor; a
/// hybrid on A, one on B and one on all three phases, whose boxes the test fills in: 4 kW and 1 kWh
/// either way, free to rise.
struct IslandNumbers : ::testing::Test {
    IslandNumbers() {
        street.add_former(30000, 60000, 600);
        for (const std::uint8_t phase : {std::uint8_t{0}, std::uint8_t{1}, std::uint8_t{3}}) {
            street.add_hybrid(phase, 600);
        }
        street.config.tuning.quantum_w = 1;
        street.site.now_ms = 100000000;
        street.state.fsm = FsmState::island;
        street.state.balancing = 1;
        formers.rating_w = 30000;
        for (std::size_t i = 1; i < 4; ++i) {
            boxes[i].usable = true;
            boxes[i].group = street.config.units[i].phase;
            boxes[i].rise_w = 5000;
            boxes[i].discharge_w = boxes[i].charge_w = 4000;
            boxes[i].above_wh = boxes[i].to_full_wh = 1000;
        }
        boxes[3].usable = false;
    }
    using Watts = std::array<std::int32_t, 3>;

    /// Orders of the three with these filtered loads and held peaks.
    Watts plan(std::array<std::int64_t, 3> load, std::array<std::int64_t, 3> peak) {
        for (std::size_t p = 0; p < 3; ++p) {
            street.state.phases[p].load_mw = load[p] * 1000;
            street.state.phases[p].bound_mw = peak[p] * 1000;
        }
        out = {};
        Work work{street.config, street.site, street.units, street.homes, street.state, out};
        work.formers = formers;
        for (std::size_t i = 0; i < 4; ++i) work.box[i] = boxes[i];
        add_boxes(work, work.all_units());
        plan_island(work)(work, work.all_units());
        for (std::size_t i = 0; i < 4; ++i) planned[i] = work.box[i];
        relief = work.relief;
        return {work.want_w[1], work.want_w[2], work.want_w[3]};
    }
    Watts plan(std::array<std::int64_t, 3> load) { return plan(load, load); }

    test::Street street;
    SiteOut out;
    Formers formers;
    std::array<Box, 4> boxes, planned;
    std::array<bool, max_groups> relief{};
};

TEST_F(IslandNumbers, UnitsGiveWhatTheirPhaseUsesLessPv) {
    EXPECT_EQ(plan({3000, 1000, 0}), (Watts{3000, 1000, 0}));
    EXPECT_EQ(out.load_w, (PhaseArray{3000, 1000, 0}));
    boxes[1].base_w = 500;
    EXPECT_EQ(plan({3000, 1000, 0}), (Watts{3000, 1000, 0})) << "500 of PV and 2500";
    boxes[3].usable = true;
    boxes[3].discharge_w = 0;
    boxes[3].base_w = 600;  // 200 on each phase
    EXPECT_EQ(plan({3000, 1000, 200}), (Watts{2800, 800, 600}));
    EXPECT_EQ(plan({3000, 1000, 200}, {9000, 9000, 9000}), (Watts{2800, 800, 600}));
    EXPECT_EQ(plan({9000, 9000, 9000}, {3000, 1000, 200}), (Watts{2800, 800, 600}));
    boxes[1].usable = false;
    EXPECT_EQ(plan({3000, 1000, 200})[1], 800) << "who takes no part has no PV either";
}

TEST_F(IslandNumbers, FormersShareByTheirEnergy) {
    formers.weight_wh = 3000;
    EXPECT_EQ(plan({4000, 0, 0}), (Watts{1000, 0, 0}));
    formers.weight_wh = 1000;
    EXPECT_EQ(plan({4000, 0, 0}), (Watts{2000, 0, 0}));
    EXPECT_EQ(plan({2000, 4000, 0}), (Watts{2000, 2000, 0})) << "6 kW by thirds, but for a phase";
}

TEST_F(IslandNumbers, NoPhaseIsFedMoreThanTheLesserOfLoadAndPeak) {
    EXPECT_EQ(plan({3000, 0, 0}, {2000, 0, 0}), (Watts{2000, 0, 0}));
    EXPECT_EQ(plan({2000, 0, 0}, {3000, 0, 0}), (Watts{2000, 0, 0}));
    EXPECT_EQ(plan({2000, 0, 0}, {-500, 0, 0}), (Watts{0, 0, 0}));
}

TEST_F(IslandNumbers, WhatIsBeyondAFormersShareIsLiftedOffIt) {
    formers.weight_wh = 1000000;
    EXPECT_LE(plan({9000, 0, 0})[0], 10);
    EXPECT_EQ(plan({9000, 0, 0}, {10500, 0, 0})[0], 1500);
    EXPECT_EQ(plan({9000, 0, 0}, {16000, 0, 0})[0], 4000);
}

TEST_F(IslandNumbers, ARampGivesWayWhereUnitsCouldNotLiftEnough) {
    formers.weight_wh = 1000000;
    boxes[1].rise_w = 700;
    EXPECT_EQ(plan({9000, 0, 0}, {9700, 0, 0})[0], 700);
    EXPECT_EQ(relief, (std::array<bool, max_groups>{}));
    EXPECT_EQ(plan({9000, 0, 0}, {9701, 0, 0})[0], 701);
    EXPECT_EQ(relief, (std::array<bool, max_groups>{true, false, false, false}));
    EXPECT_EQ(planned[1].high_w, 4000);
    boxes[1].base_w = 300;  // 400 are left of the ramp, and 9400 of the peak
    EXPECT_EQ(plan({9000, 0, 0}, {9700, 0, 0})[0], 700);
    EXPECT_FALSE(relief[0]);
    EXPECT_EQ(plan({9000, 0, 0}, {9701, 0, 0})[0], 701);
    EXPECT_TRUE(relief[0]);
}

TEST_F(IslandNumbers, ARampGivesWayOnItsPhaseAndForThoseWhoTakePart) {
    boxes[1].rise_w = 700;
    boxes[3].group = 0;  // and not usable
    EXPECT_EQ(plan({9000, 0, 0}, {9701, 0, 0})[0], 4000);
    ASSERT_EQ(relief, (std::array<bool, max_groups>{true, false, false, false}));
    boxes[3].usable = true;
    boxes[3].group = 1;
    boxes[3].rise_w = 500;
    EXPECT_EQ(plan({9000, 2000, 0}, {9701, 2000, 0}), (Watts{4000, 1500, 500}));
    ASSERT_EQ(relief, (std::array<bool, max_groups>{true, false, false, false}));
}

TEST_F(IslandNumbers, ARangeReachesFromPvToWhatTheShareMayBecome) {
    boxes[1].base_w = 500;
    boxes[1].rise_w = 2000;
    EXPECT_EQ(plan({3000, 0, 0})[0], 2000);
    EXPECT_EQ(planned[1].low_w, 500);
    EXPECT_EQ(planned[1].high_w, 2000);
    boxes[1].rise_w = -100;
    EXPECT_EQ(plan({3000, 0, 0})[0], 0) << "charging ends at once, and no more";
    EXPECT_EQ(planned[1].high_w, 0);
    EXPECT_EQ(planned[1].low_w, 0);
}

TEST_F(IslandNumbers, AfterASilenceItFallsNoLowerUnlessItsBatteryOrItsCableMust) {
    boxes[1].fall_w = 2500;
    EXPECT_EQ(plan({1000, 0, 0})[0], 2500);
    boxes[1].discharge_w = 1800;
    EXPECT_EQ(plan({1000, 0, 0})[0], 1800);
    boxes[1].discharge_w = 4000;
    street.config.branches = {{{9000, 9000, 9000}}};
    street.config.units[1].branch = 1;
    street.state.fit(street.config);
    EXPECT_EQ(plan({1000, 0, 0})[0], 1000);
}

TEST_F(IslandNumbers, ALittleSurplusIsTheFormersUnlessNobodyCanStoreIt) {
    boxes[1].base_w = 1000;
    boxes[1].rise_w = 1000;
    EXPECT_EQ(plan({800, 0, 0})[0], 1000);
    EXPECT_LT(plan({799, 0, 0})[0] + plan({799, 0, 0})[1], 1000) << "it is charged";
    boxes[1].charge_w = boxes[2].charge_w = boxes[3].charge_w = 0;
    EXPECT_EQ(plan({999, 0, 0})[0], 999) << "curtailed";
    EXPECT_EQ(out.unplaced_w, 1);
    EXPECT_EQ(street.state.surplus_ms, street.site.now_ms);
    EXPECT_EQ(plan({1000, 0, 0})[0], 1000);
    formers.charge_w = 1;
    EXPECT_EQ(plan({999, 0, 0})[0], 1000);
}

TEST_F(IslandNumbers, WhereNobodyFeedsInNothingIsCurtailed) {
    for (std::size_t i = 1; i < 4; ++i) boxes[i].charge_w = 0;
    plan({-1000, 0, 0});
    EXPECT_EQ(out.unplaced_w, 1000);
    EXPECT_EQ(street.state.surplus_ms, never_reported);
}

TEST_F(IslandNumbers, SurplusIsStoredByRoom) {
    boxes[1].base_w = 3000;
    boxes[2].to_full_wh = 2000;
    const Watts both = plan({0, 0, 0});
    EXPECT_EQ(both, (Watts{3000 - 1000, -2000, 0}));
    EXPECT_EQ(planned[1].low_w, 3000 - 4000);
    EXPECT_EQ(planned[1].high_w, 3000);
    formers.to_full_wh = 3000;
    formers.charge_w = 9000;
    EXPECT_EQ(plan({0, 0, 0}), (Watts{2500, -1000, 0}));
    formers.charge_w = 300;
    EXPECT_EQ(plan({0, 0, 0}), (Watts{2100, -1800, 0}));
    boxes[1].to_full_wh = 0;
    plan({0, 0, 0});
    EXPECT_EQ(planned[1].low_w, 3000) << "it is full";
}

TEST_F(IslandNumbers, ChargingKeepsAFormersShareToo) {
    // 4 kW of surplus on A meet 8.5 kW of load on B: 500 W of charging are left to that phase.
    boxes[1].base_w = 4000;
    boxes[1].charge_w = boxes[1].to_full_wh = 0;
    boxes[2].to_full_wh = 100000;
    formers.charge_w = 9000;
    formers.to_full_wh = 1;
    const Watts out_w = plan({0, 2000, 0}, {0, 8500, 0});
    EXPECT_EQ(out_w[1], -500);
    // And 12 kW more than a former may take back are charged whoever has more room.
    boxes[1] = boxes[2];
    boxes[1].group = 0;
    boxes[1].base_w = 12000;
    boxes[1].rise_w = 12000;
    boxes[1].to_full_wh = 1;
    formers.to_full_wh = 1000000;
    EXPECT_EQ(plan({0, 0, 0})[0], 9000);
}

TEST_F(IslandNumbers, WhatFindsNoRoomIsTakenOffThoseWhoFeedIn) {
    boxes[1].base_w = 3000;
    boxes[2].base_w = 1000;
    boxes[1].charge_w = boxes[2].charge_w = 0;
    boxes[1].rise_w = boxes[2].rise_w = 5000;
    EXPECT_EQ(plan({1000, 1000, 0}), (Watts{1500, 500, 0}));
    EXPECT_EQ(out.unplaced_w, 2000);
    boxes[2].usable = false;
    EXPECT_EQ(plan({1000, 1000, 0})[0], 2000);
}

TEST_F(IslandNumbers, OnHoldOrdersStayInsideWhatIsPossibleNow) {
    const auto held = [this](std::int32_t p_set_w) {
        street.state.units[1].p_set_w = p_set_w;
        Work work{street.config, street.site, street.units, street.homes, street.state, out};
        for (std::size_t i = 0; i < 4; ++i) work.box[i] = boxes[i];
        plan_hold(work)(work, work.all_units());
        planned[1] = work.box[1];
        return work.want_w[1];
    };
    boxes[1].base_w = 500;
    boxes[1].charge_w = 1000;
    boxes[1].discharge_w = 2000;
    boxes[1].rise_w = 2400;
    EXPECT_EQ(held(2000), 2000);
    EXPECT_EQ(held(9000), 2400);
    EXPECT_EQ(held(-800), -500);
    EXPECT_EQ(planned[1].low_w, -500);
    EXPECT_EQ(planned[1].high_w, 2400);
    boxes[1].rise_w = 9000;
    EXPECT_EQ(held(9000), 2500);
    boxes[1].rise_w = -300;
    EXPECT_EQ(held(900), 0) << "charging may end at once";
    boxes[1].charge_w = 0;
    EXPECT_EQ(held(-800), 0);
    boxes[1].discharge_w = -600;
    EXPECT_EQ(held(900), 0);
}

}  // namespace
}  // namespace islandbench::dispatch::core
