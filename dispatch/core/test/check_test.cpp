#include "dispatch/core/check.hpp"

#include <gtest/gtest.h>

#include "dispatch/core/boxes.hpp"
#include "dispatch/core/freshness.hpp"
#include "dispatch/core/test/street.hpp"

namespace islandbench::dispatch::core {
namespace {

/// A street with outputs that keep every promise, to be spoilt one way at a time.
struct CheckTest : ::testing::Test {
    CheckTest() {
        street.add_former(30000, 60000, 600);
        street.add_hybrid(0, 600);
        street.add_hybrid(1, 600);
        street.add_home(0, {100, 100, 100, 100, 100});
        EXPECT_TRUE(street.to_grid() && street.to_island());
        street.set_former(0, {1000, 1000, 1000});
        street.run(10000);
    }

    /// Judges the street's present outputs; `spoil` may touch the work first.
    template <class Spoil>
    Promise judged(Spoil spoil) {
        Work work{street.config, street.site, street.units, street.homes, street.state, out};
        work.formers.exist = true;
        std::fill(work.tiers_before.begin(), work.tiers_before.end(), std::uint8_t{tier_count});
        std::fill(work.box.begin(), work.box.end(), Box{});
        for (std::size_t i = 0; i < street.units.size(); ++i) {
            work.p_before_w[i] = street.units_out[i].p_set_w;
        }
        spoil(work);
        classify(work);
        sum_formers(work);
        fill_boxes(work);
        out.target_w = 0;
        for (std::size_t i = 0; i < street.units.size(); ++i) {
            if (work.box[i].usable) out.target_w += street.units_out[i].p_set_w - miss_w;
        }
        return broken_promise(work, street.units_out, street.homes_out);
    }
    Promise judged() {
        return judged([](Work&) {});
    }

    test::Street street;
    SiteOut out;
    std::int32_t miss_w = 0;
};

TEST_F(CheckTest, GoodOutputsPass) {
    EXPECT_EQ(judged(), Promise::none_broken);
}

TEST_F(CheckTest, ASumThatMissesThePlanIsSeen) {
    miss_w = 150;
    EXPECT_EQ(judged(), Promise::sum_matches_plan);
}

TEST_F(CheckTest, MoreThanTheRatingIsSeen) {
    street.units_out[1].p_set_w = 5010;
    EXPECT_EQ(judged(), Promise::inside_box);
}

TEST_F(CheckTest, MoreThanTheBatteryAllowsIsSeen) {
    street.units[1].discharge_max_w = 100;
    street.units_out[1].p_set_w = 300;
    EXPECT_EQ(judged(), Promise::inside_box);
}

TEST_F(CheckTest, AJumpIsSeen) {
    EXPECT_EQ(judged([this](Work& work) {
                  work.p_before_w[1] = 0;
                  street.state.units[1].ceiling_mw = 0;
                  street.units_out[1].p_set_w = 2000;
              }),
              Promise::ramp_kept);
}

TEST_F(CheckTest, ABatteryThatChargesAnotherIsSeen) {
    street.units_out[1].p_set_w = 900;
    street.units_out[2].p_set_w = -800;
    street.state.units[1].ceiling_mw = 1000000;
    EXPECT_EQ(judged(), Promise::one_direction);
}

TEST_F(CheckTest, AReserveOfSilentUnitsIsSeen) {
    out.reserve_w = 100000;
    EXPECT_EQ(judged(), Promise::reserve_is_fresh);
}

TEST_F(CheckTest, LendingAgainstTheOwnersWillIsSeen) {
    street.units[1].opted_out = true;
    street.units_out[1].p_set_w = 600;
    EXPECT_EQ(judged(), Promise::opt_out_wins);
}

TEST_F(CheckTest, DischargeAtTheFloorIsSeen) {
    street.units[1].soc_permille = 210;
    street.units_out[1].p_set_w = 50;
    EXPECT_EQ(judged(), Promise::floor_kept);
}

TEST_F(CheckTest, AnOrderWithoutValidityOrDefaultIsSeen) {
    street.units_out[1].valid_ms = 0;
    EXPECT_EQ(judged(), Promise::validity_and_default);
    street.units_out[1].valid_ms = 6000;
    street.units_out[1].fallback = UnitDefault::own;
    EXPECT_EQ(judged(), Promise::validity_and_default);
}

TEST_F(CheckTest, AnOrderToAFormerIsSeen) {
    street.units_out[0].action = UnitAction::release;
    EXPECT_EQ(judged(), Promise::formers_left_forming);
}

TEST_F(CheckTest, ASyncRequestOutOfTurnIsSeen) {
    out.sync_request = true;
    EXPECT_EQ(judged(), Promise::closing_asked_rightly);
    street.state.fsm = FsmState::black;
    street.site.grid_ok = false;
    EXPECT_EQ(judged(), Promise::closing_asked_rightly) << "black, and no grid";
}

TEST_F(CheckTest, AServiceInTheIslandIsSeen) {
    street.state.trim_mw = 1;
    EXPECT_EQ(judged(), Promise::services_on_grid_only);
}

TEST_F(CheckTest, TierZeroOffIsSeen) {
    street.homes_out[0].closed_tiers = 0;
    EXPECT_EQ(judged(), Promise::tiers_in_order);
}

TEST_F(CheckTest, TwoRestoresAtOnceAreSeen) {
    EXPECT_EQ(judged([](Work& work) { work.tiers_before[0] = 3; }), Promise::restore_one_by_one);
}

}  // namespace
}  // namespace islandbench::dispatch::core
