#include <gtest/gtest.h>

#include "dispatch/core/test/street.hpp"

/// The load as the formers and the units in use serve it: its filter, and who takes part in it.
namespace islandbench::dispatch::core {
namespace {

/// A former, one hybrid on phase B and one on three phases, in a settled island.
struct LoadTest : ::testing::Test {
    LoadTest() {
        former = street.add_former(60000, 100000, 600);
        single = street.add_hybrid(1, 600);
        three = street.add_hybrid(three_phase, 600);
        for (UnitConfig& unit : street.config.units) unit.hold_ms = 10000;
        EXPECT_TRUE(street.to_island());
        street.set_former(former, {3000, 3000, 3000});
        street.run(1000);
        for (PhaseState& phase : street.state.phases) phase.load_mw = phase.bound_mw = 3000000;
    }
    PhaseArray load_w() const { return watts(&PhaseState::load_mw); }
    PhaseArray bound_w() const { return watts(&PhaseState::bound_mw); }
    PhaseArray watts(std::int64_t PhaseState::*which) const {
        PhaseArray w{};
        for (std::size_t p = 0; p < phase_count; ++p) {
            w[p] = static_cast<std::int32_t>(street.state.phases[p].*which / 1000);
        }
        return w;
    }
    /// A step 250 ms later in which everybody but the hybrids has reported anew.
    void step_with_reports_of(std::int64_t age_ms) {
        for (const std::size_t i : {single, three}) {
            street.muted[i] = true;
            street.units[i].reported_ms = street.site.now_ms + 250 - age_ms;
        }
        street.step();
    }

    test::Street street;
    std::size_t former = 0, single = 0, three = 0;
};

TEST_F(LoadTest, TheFirstSampleIsBelievedAtOnceAndLaterOnesAreFiltered) {
    test::Street fresh;
    fresh.add_former(60000, 100000, 600);
    fresh.separate();
    fresh.set_former(0, {4000, 5000, 6000});
    ASSERT_TRUE(fresh.run_until(FsmState::island, 10000));
    EXPECT_EQ(fresh.state.phases[0].load_mw, 4000000);
    EXPECT_EQ(fresh.state.phases[2].load_mw, 6000000);

    fresh.set_former(0, {4000, 5000, 9000});
    fresh.step();
    // 250 ms of a lag of two seconds; the held peak rises at once.
    EXPECT_EQ(fresh.state.phases[2].load_mw, 6000000 + 3000000 * 250 / 2250);
    EXPECT_EQ(fresh.state.phases[2].bound_mw, 9000000);

    fresh.set_former(0, {4000, 5000, 6000});
    fresh.step();
    EXPECT_EQ(fresh.state.phases[2].bound_mw, 9000000 - 3000000 * 250 / 5250);
}

TEST_F(LoadTest, TheFilterIsTwiceAsSlowAsTheOldestReportIsOld) {
    street.set_former(former, {6000, 3000, 3000});
    step_with_reports_of(1500);
    EXPECT_EQ(street.state.phases[0].load_mw, 3000000 + 3000000 * std::int64_t{250} / 3250);
}

TEST_F(LoadTest, YoungReportsDoNotMakeItFasterThanItsTime) {
    street.set_former(former, {6000, 3000, 3000});
    step_with_reports_of(100);
    EXPECT_EQ(street.state.phases[0].load_mw, 3000000 + 3000000 * std::int64_t{250} / 2250);
}

TEST_F(LoadTest, WithoutANewReportOfAFormerItStaysWhereItIs) {
    street.set_former(former, {6000, 3000, 3000});
    street.muted[former] = true;
    street.step();
    EXPECT_EQ(load_w(), (PhaseArray{3000, 3000, 3000}));
}

TEST_F(LoadTest, WithAllFormersSilentNothingBeginsToBeBalanced) {
    street.muted[former] = true;
    street.run(12000);  // longer than it is believed
    street.state.balancing = 0;
    street.step();
    EXPECT_EQ(street.state.balancing, 0);
}

TEST_F(LoadTest, WhatUnitsGiveIsLoadToo) {
    street.set_p(single, 900);
    street.set_p(three, 1500);
    street.set_former(former, {2500, 1600, 2500});
    street.run(60000);
    EXPECT_NEAR(load_w()[0], 3000, 1);
    EXPECT_NEAR(load_w()[1], 3000, 1);
    EXPECT_NEAR(load_w()[2], 3000, 1);
}

TEST_F(LoadTest, WhoLeavesTakesItsPartAlongAndWhoJoinsBringsIt) {
    street.set_p(single, 900);
    street.set_p(three, 1500);
    street.set_former(former, {2500, 1600, 2500});
    street.run(60000);
    const PhaseArray load = load_w();
    const PhaseArray bound = bound_w();

    // Faulty, they are no longer counted; what the former says has not changed yet.
    street.units[single].fault = street.units[three].fault = true;
    street.step();
    EXPECT_NEAR(load_w()[0], load[0] - 500, 1);
    EXPECT_NEAR(load_w()[1], load[1] - 1400, 1);
    EXPECT_NEAR(bound_w()[1], bound[1] - 1400, 1);

    street.units[single].fault = street.units[three].fault = false;
    street.step();
    EXPECT_NEAR(load_w()[0], load[0], 1);
    EXPECT_NEAR(load_w()[1], load[1], 1);
    EXPECT_NEAR(bound_w()[1], bound[1], 1);
}

}  // namespace
}  // namespace islandbench::dispatch::core
