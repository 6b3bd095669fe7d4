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
        street.add_home(1, {100, 100, 100, 100, 100});
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
        classify(work, work.all_units());
        sum_formers(work);
        fill_boxes(work, work.all_units());
        out.target_w = 0;
        for (std::size_t i = 0; i < street.units.size(); ++i) {
            if (work.box[i].usable) out.target_w += street.units_out[i].p_set_w - miss_w;
        }
        Judged seen;
        judge_units(work, work.all_units(), street.units_out, seen);
        judge_homes(work, street.homes_out, seen);
        return broken_promise(work, seen);
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

TEST_F(CheckTest, AFrequencyResponseArmedInTheIslandIsSeen) {
    street.units_out[1].respond = true;
    EXPECT_EQ(judged(), Promise::services_on_grid_only);
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
    EXPECT_EQ(judged([](Work& work) { work.tiers_before[0] = work.tiers_before[1] = 4; }),
              Promise::restore_one_by_one);
    EXPECT_EQ(judged([](Work& work) { work.tiers_before[0] = 4; }), Promise::none_broken);
}

// ---- The bounds to the watt: what is just allowed passes, one more is seen.

struct Bounds : CheckTest {
    Bounds() { order(0, 0); }
    void order(std::int32_t first, std::int32_t second) {
        street.units_out[1].p_set_w = first;
        street.units_out[2].p_set_w = second;
    }
    Promise with(std::int32_t first, std::int32_t second = 0) {
        order(first, second);
        return judged();
    }
    /// As if the first had been ordered so much before.
    Promise after(std::int32_t before, std::int32_t first, bool relief = false) {
        order(first, 0);
        return judged([&](Work& work) {
            work.p_before_w[1] = before;
            work.relief[0] = relief;
            street.state.units[1].ceiling_mw = 0;
        });
    }
};

TEST_F(Bounds, OfTheRating) {
    street.units[1].discharge_max_w = street.units[1].charge_max_w = 9000;
    EXPECT_EQ(with(5000), Promise::none_broken);
    EXPECT_EQ(with(5001), Promise::inside_box);
    EXPECT_EQ(with(-5000), Promise::none_broken);
    EXPECT_EQ(with(-5001), Promise::inside_box);
}

TEST_F(Bounds, OfTheBatteryAndItsDeadBand) {
    street.units[1].discharge_max_w = 300;
    street.units[1].charge_max_w = 200;
    EXPECT_EQ(with(400), Promise::none_broken);
    EXPECT_EQ(with(401), Promise::inside_box);
    EXPECT_EQ(with(-300), Promise::none_broken);
    EXPECT_EQ(with(-301), Promise::inside_box);
}

TEST_F(Bounds, OfPvBesideTheBattery) {
    street.config.units[1].pv_peak_w = 3500;
    street.units[1].pv_w = 1000;  // 970 W on the AC side
    street.units[1].discharge_max_w = 300;
    street.units[1].charge_max_w = 200;
    EXPECT_EQ(with(1370), Promise::none_broken);
    EXPECT_EQ(with(1371), Promise::inside_box);
    // The battery cannot take all of it: nothing is left to take from the bus.
    EXPECT_EQ(with(-100), Promise::none_broken);
    EXPECT_EQ(with(-101), Promise::inside_box);
}

TEST_F(Bounds, OfTheFloor) {
    street.units[1].soc_permille = 210;
    EXPECT_EQ(with(0), Promise::none_broken);
    EXPECT_EQ(with(1), Promise::floor_kept);
    street.units[1].soc_permille = 211;
    EXPECT_EQ(with(1), Promise::none_broken);

    street.units[1].soc_permille = 210;
    street.units[1].pv_w = 500;  // of a field that there is not
    EXPECT_EQ(with(50), Promise::floor_kept);
    street.config.units[1].pv_peak_w = 3500;
    EXPECT_EQ(with(400), Promise::none_broken);
}

TEST_F(Bounds, OfAnOptOut) {
    street.units[1].opted_out = true;
    EXPECT_EQ(with(100), Promise::none_broken);
    EXPECT_EQ(with(101), Promise::opt_out_wins);
}

TEST_F(Bounds, OfTheRamp) {
    EXPECT_EQ(after(0, 100), Promise::none_broken);
    EXPECT_EQ(after(0, 101), Promise::ramp_kept);
    EXPECT_EQ(after(500, 600), Promise::none_broken);
    EXPECT_EQ(after(500, 601), Promise::ramp_kept);
    EXPECT_EQ(after(0, 3000, true), Promise::none_broken) << "it gives way to a former's limit";
}

TEST_F(Bounds, OfTheValidity) {
    street.units_out[1].valid_ms = 2000;
    EXPECT_EQ(judged(), Promise::none_broken);
    street.units_out[1].valid_ms = 1999;
    EXPECT_EQ(judged(), Promise::validity_and_default);
}

TEST_F(Bounds, OfTheSum) {
    for (const std::int32_t sign : {1, -1}) {
        miss_w = sign * 110;  // both orders stand: a quantum and a dead band each
        EXPECT_EQ(with(500), Promise::none_broken);
        miss_w = sign * 111;
        EXPECT_EQ(with(500), Promise::sum_matches_plan);
        const auto moved = [](Work& work) { work.p_before_w[1] = work.p_before_w[2] = 700; };
        order(500, 0);
        miss_w = sign * 10;
        EXPECT_EQ(judged(moved), Promise::none_broken);
        miss_w = sign * 11;
        EXPECT_EQ(judged(moved), Promise::sum_matches_plan);
    }
}

TEST_F(Bounds, OfTheDirection) {
    EXPECT_EQ(with(100, -800), Promise::none_broken);
    EXPECT_EQ(with(101, -800), Promise::one_direction);
    EXPECT_EQ(with(900, -100), Promise::none_broken);
    EXPECT_EQ(with(900, -101), Promise::one_direction);
    street.state.balancing = 0;
    EXPECT_EQ(with(900, -800), Promise::none_broken);
    street.state.balancing = 1;
    street.state.fsm = FsmState::rejoined;
    EXPECT_EQ(with(900, -800), Promise::none_broken);
}

TEST_F(Bounds, OfTheReserve) {
    out.reserve_w = 2 * (30000 + 5000 + 5000);
    EXPECT_EQ(judged(), Promise::none_broken);
    ++out.reserve_w;
    EXPECT_EQ(judged(), Promise::reserve_is_fresh);
    // Silent for longer than it is believed, one counts no more.
    street.state.units[1].reported_ms = street.units[1].reported_ms = street.site.now_ms - 3001;
    out.reserve_w = 2 * (30000 + 5000) + 1;
    EXPECT_EQ(judged(), Promise::reserve_is_fresh);
    --out.reserve_w;
    EXPECT_EQ(judged(), Promise::none_broken);
    street.state.units[1].reported_ms = street.units[1].reported_ms = street.site.now_ms - 3000;
    out.reserve_w = 2 * (30000 + 5000) + 1;
    EXPECT_EQ(judged(), Promise::none_broken);
}

TEST_F(Bounds, OfTiers) {
    street.homes_out[0].closed_tiers = 1;
    EXPECT_EQ(judged(), Promise::none_broken);
    street.homes_out[0].closed_tiers = tier_count + 1;
    EXPECT_EQ(judged(), Promise::tiers_in_order);
    street.homes_out[0].closed_tiers = tier_count;
    for (const FsmState blind : {FsmState::hold, FsmState::safe}) {
        street.state.fsm = blind;
        EXPECT_EQ(judged([](Work& work) { work.tiers_before[0] = 4; }), Promise::tiers_in_order);
        EXPECT_EQ(judged(), Promise::none_broken);
    }
}

TEST_F(Bounds, OfWhenClosingIsAsked) {
    out.sync_request = true;
    for (const FsmState s : {FsmState::syncing, FsmState::closing}) {
        street.state.fsm = s;
        street.site.permit_reclose = true;
        EXPECT_EQ(judged(), Promise::none_broken);
        street.site.permit_reclose = false;
        EXPECT_EQ(judged(), Promise::closing_asked_rightly);
    }
    street.state.fsm = FsmState::black;
    street.grid_back();
    street.site.permit_reclose = true;
    street.site.timer_remaining_ms = 0;
    EXPECT_EQ(judged(), Promise::none_broken);
    street.site.timer_remaining_ms = 1;
    EXPECT_EQ(judged(), Promise::closing_asked_rightly);
    street.site.timer_remaining_ms = 0;
    street.site.permit_reclose = false;
    EXPECT_EQ(judged(), Promise::closing_asked_rightly);
    street.site.permit_reclose = true;
    street.site.closed = true;
    EXPECT_EQ(judged(), Promise::closing_asked_rightly);
}

TEST_F(Bounds, OfAServiceOnTheGrid) {
    street.state.fsm = FsmState::grid;
    street.state.trim_mw = 1;
    EXPECT_EQ(judged(), Promise::none_broken);
}

}  // namespace
}  // namespace islandbench::dispatch::core
