#include <gtest/gtest.h>

#include "dispatch/core/orders.hpp"
#include "dispatch/core/test/street.hpp"

/// From a plan to orders, to the watt.
namespace islandbench::dispatch::core {
namespace {

/// An island with two hybrids on one phase: quanta of 10 W, dead bands of 100 W.
struct OrderNumbers : ::testing::Test {
    OrderNumbers() {
        street.add_former(30000, 60000, 600);
        street.add_hybrid(0, 600);
        street.add_hybrid(0, 600);
        street.site.now_ms = 100000000;
        street.state.fsm = FsmState::island;
        for (std::size_t i = 1; i < 3; ++i) {
            boxes[i].usable = true;
            boxes[i].low_w = -5000;
            boxes[i].high_w = 5000;
            boxes[i].discharge_w = boxes[i].charge_w = 4000;
            boxes[i].above_wh = 1500;
            street.state.units[i].commanded = 1;
            street.state.units[i].quality = Quality::good;
        }
    }
    using Both = std::array<std::int32_t, 2>;

    void order(std::int32_t first, std::int32_t second, bool offered = false) {
        out = {};
        Work work{street.config, street.site, street.units, street.homes, street.state, out};
        work.response_offered = offered;
        for (std::size_t i = 0; i < 3; ++i) {
            work.box[i] = boxes[i];
            work.box[i].in_force = unit(i).commanded != 0;
            work.box[i].last_w = unit(i).p_set_w;
            work.box[i].band_w = street.config.units[i].dead_band_w;
        }
        work.want_w[0] = 0;
        work.want_w[1] = first;
        work.want_w[2] = second;
        TriflesOfGroups trifles = round_plan(work, [](Work&, Part) noexcept {});
        give_orders(work, work.all_units(), trifles);
        describe_orders(work, work.all_units(), street.units_out);
    }
    /// Orders for these plans after those in force.
    Both ordered(Both in_force, Both plan) {
        for (std::size_t k = 0; k < 2; ++k) street.state.units[k + 1].p_set_w = in_force[k];
        order(plan[0], plan[1]);
        return {street.state.units[1].p_set_w, street.state.units[2].p_set_w};
    }
    UnitState& unit(std::size_t i) { return street.state.units[i]; }
    const UnitOut& told(std::size_t i) const { return street.units_out[i]; }

    test::Street street;
    SiteOut out;
    std::array<Box, 3> boxes;
};

TEST_F(OrderNumbers, PlansAreRoundedToQuantaAndTheRestIsCarried) {
    EXPECT_EQ(ordered({0, 0}, {1004, 0}), (Both{1000, 0}));
    EXPECT_EQ(ordered({0, 0}, {1005, 0}), (Both{1010, 0}));
    EXPECT_EQ(ordered({0, 0}, {-1004, 0}), (Both{-1000, 0}));
    EXPECT_EQ(ordered({0, 0}, {-1005, 0}), (Both{-1010, 0}));
    EXPECT_EQ(ordered({0, 0}, {1004, 504}), (Both{1000, 510}));
    EXPECT_EQ(out.target_w, 1508);
    EXPECT_EQ(out.p_set_sum_w, 1510);
    boxes[1].high_w = 1003;
    EXPECT_EQ(ordered({0, 0}, {1003, 504}), (Both{1000, 510}));
    EXPECT_EQ(ordered({0, 0}, {1008, 500}), (Both{1003, 510})) << "not beyond its range";
    street.config.tuning.quantum_w = 0;
    EXPECT_EQ(ordered({0, 0}, {777, 501}), (Both{777, 501}));
}

TEST_F(OrderNumbers, LessThanADeadBandIsNotOrdered) {
    EXPECT_EQ(ordered({1000, 0}, {1094, 0}), (Both{1000, 0}));
    EXPECT_EQ(ordered({1000, 0}, {1095, 0}), (Both{1100, 0}));
    EXPECT_EQ(ordered({1000, 0}, {906, 0}), (Both{1000, 0}));
    EXPECT_EQ(ordered({1000, 0}, {904, 0}), (Both{900, 0}));
    EXPECT_EQ(ordered({50, 0}, {0, 0}), (Both{0, 0})) << "rest is rest";
    unit(1).commanded = 0;
    EXPECT_EQ(ordered({1000, 0}, {1050, 0}), (Both{1050, 0})) << "nothing is in force";
    EXPECT_EQ(unit(1).commanded, 1);
    EXPECT_EQ(unit(1).ordered_ms, street.site.now_ms);
}

TEST_F(OrderNumbers, WhatRoundingMakesADeadBandIsOrdered) {
    // 97 W wait, of which rounding makes 102; and 96, of which it makes 98.
    EXPECT_EQ(ordered({998, 1995}, {1050, 2040}), (Both{1100, 1995}));
    EXPECT_EQ(ordered({992, 1995}, {1043, 2040}), (Both{992, 1995}));
}

TEST_F(OrderNumbers, WithNothingToGiveABatteryHoldsItsSunAndNoMore) {
    boxes[1].discharge_w = 0;
    boxes[1].base_w = 500;
    EXPECT_EQ(ordered({600, 0}, {550, 0}), (Both{600, 0}));
    EXPECT_EQ(ordered({601, 0}, {550, 0}), (Both{550, 0}));
    boxes[1].base_w = 0;
    EXPECT_EQ(ordered({50, 0}, {40, 0}), (Both{40, 0}));
    EXPECT_EQ(ordered({0, 0}, {-40, 0}), (Both{0, 0}));
    boxes[1].base_w = -10;
    EXPECT_EQ(ordered({0, 0}, {-40, 0}), (Both{0, 0}));
    boxes[1].discharge_w = 1;
    EXPECT_EQ(ordered({50, 0}, {40, 0}), (Both{50, 0}));
}

TEST_F(OrderNumbers, WhatABatteryGivesItsOwnerHasNoMargin) {
    boxes[1].discharge_w = 0;
    boxes[1].base_w = 500;
    street.add_home(0, {300, 200, 0, 0, 0});
    street.config.units[1].home = 0;
    street.units[1].soc_permille = 150;
    street.units[1].soc_reported_ms = street.site.now_ms;
    street.homes[0].reported_ms = street.state.homes[0].reported_ms = street.site.now_ms;
    EXPECT_EQ(ordered({550, 0}, {520, 0}), (Both{520, 0}));
    EXPECT_EQ(ordered({500, 0}, {480, 0}), (Both{500, 0}));
}

TEST_F(OrderNumbers, TriflesOfAPhaseGoWholeToTheOneThatWaitsMost) {
    EXPECT_EQ(ordered({1000, 2000}, {1060, 2070}), (Both{1000, 2130}));
    EXPECT_EQ(ordered({1000, 2000}, {940, 1930}), (Both{1000, 1870}));
    EXPECT_EQ(ordered({1000, 2000}, {1060, 2060}), (Both{1120, 2000})) << "the first of two alike";
    EXPECT_EQ(ordered({1000, 2000}, {1040, 2050}), (Both{1000, 2000})) << "90 W are a trifle";
    EXPECT_EQ(ordered({1000, 2000}, {1050, 2050}), (Both{1100, 2000}));
    EXPECT_EQ(ordered({1000, 2000}, {1090, 1950}), (Both{1000, 2000}));
    boxes[2].group = 1;
    EXPECT_EQ(ordered({1000, 2000}, {1060, 2070}), (Both{1000, 2000})) << "of one phase only";
}

TEST_F(OrderNumbers, WhatOneCannotTakeGoesToTheNext) {
    boxes[2].high_w = 2100;
    EXPECT_EQ(ordered({1000, 2000}, {1060, 2070}), (Both{1000, 2100})) << "30 W are left";
    boxes[2].high_w = 2090;
    EXPECT_EQ(ordered({1000, 2000}, {1060, 2070}), (Both{1130, 2000}));
}

TEST_F(OrderNumbers, ARampSavesUpADeadBandAtMost) {
    unit(1).ceiling_mw = 9000000;
    unit(1).floor_mw = -9000000;
    ordered({0, 0}, {1000, 0});
    EXPECT_EQ(unit(1).ceiling_mw, 1100000);
    EXPECT_EQ(unit(1).floor_mw, 900000);
    unit(1).ceiling_mw = 500000;
    unit(1).floor_mw = 1500000;
    ordered({0, 0}, {1000, 0});
    EXPECT_EQ(unit(1).ceiling_mw, 1000000);
    EXPECT_EQ(unit(1).floor_mw, 1000000);
}

TEST_F(OrderNumbers, NothingIsOrderedBeforeItIsKnownWhereTheStreetIs) {
    street.state.fsm = FsmState::init;
    street.units[1].p_w = -321;
    EXPECT_EQ(ordered({0, 0}, {1000, 0}), (Both{-321, 0}));
    EXPECT_EQ(unit(1).ceiling_mw, -321000);
    EXPECT_EQ(unit(1).commanded, 0);
    EXPECT_EQ(told(1).action, UnitAction::leave);
}

TEST_F(OrderNumbers, WhoIsOffTheBusIsToComeBackAtRestAndWhoIsSilentGoesOn) {
    boxes[1].usable = false;
    street.units[1].connected = false;
    EXPECT_EQ(ordered({700, 0}, {0, 0})[0], 0);
    street.units[1].connected = true;
    EXPECT_EQ(ordered({700, 0}, {0, 0})[0], 700) << "not usable for another reason";
    street.units[1].fault = true;
    unit(1).quality = Quality::held;
    EXPECT_EQ(ordered({700, 0}, {0, 0})[0], 0);
    unit(1).quality = Quality::stale;
    EXPECT_EQ(ordered({700, 0}, {0, 0})[0], 700) << "who knows";
    EXPECT_EQ(told(1).p_set_w, 700);
}

TEST_F(OrderNumbers, ASilentUnitsOrderHoldsAsLongAsItIsValid) {
    boxes[1].usable = false;
    unit(1).quality = Quality::stale;
    unit(1).p_set_w = 700;
    unit(1).ordered_ms = street.site.now_ms - 6000;
    order(0, 0);
    EXPECT_EQ(told(1).action, UnitAction::set);
    EXPECT_EQ(told(1).p_set_w, 700) << "in the island it goes on";
    EXPECT_EQ(told(1).p_default_w, 700);
    EXPECT_EQ(told(1).fallback, UnitDefault::hold_last);
    street.state.fsm = FsmState::grid;
    order(0, 0);
    EXPECT_EQ(told(1).p_set_w, 0);
    EXPECT_EQ(told(1).p_default_w, 0);
    EXPECT_EQ(told(1).fallback, UnitDefault::zero);
    unit(1).ordered_ms += 1;
    order(0, 0);
    EXPECT_EQ(told(1).p_set_w, 700);
    street.state.fsm = FsmState::island;
    unit(1).p_set_w = -700;
    order(0, 0);
    EXPECT_EQ(told(1).p_default_w, 0) << "charging stops";
    unit(1).commanded = 0;
    order(0, 0);
    EXPECT_EQ(told(1).action, UnitAction::leave);
}

TEST_F(OrderNumbers, ADefaultLastsAnHourAboveTheFloor) {
    ordered({0, 0}, {2000, 1000});
    EXPECT_EQ(told(1).p_default_w, 1500);
    EXPECT_EQ(told(2).p_default_w, 1000);
    EXPECT_EQ(told(1).valid_ms, 6000);
    street.config.tuning.hold_last_per_h = 2;  // half an hour
    boxes[1].above_wh = 800;
    ordered({0, 0}, {2000, 0});
    EXPECT_EQ(told(1).p_default_w, 1600);
    ordered({0, 0}, {-2000, 0});
    EXPECT_EQ(told(1).p_default_w, 0);
    street.state.fsm = FsmState::grid;
    ordered({0, 0}, {2000, 0});
    EXPECT_EQ(told(1).p_default_w, 0);
    EXPECT_EQ(told(1).fallback, UnitDefault::zero);
}

TEST_F(OrderNumbers, PvIsHeldALittleAboveItsSetPointWhereSurplusIsCurtailed) {
    street.config.units[1].pv_peak_w = 3500;
    ordered({0, 0}, {2000, 2000});
    EXPECT_EQ(told(1).curtail_permille, 1000);
    street.state.mode = IslandMode::full;
    ordered({0, 0}, {2000, 2000});
    EXPECT_EQ(told(1).curtail_permille, 421);
    EXPECT_EQ(told(2).curtail_permille, 1000) << "it has none";
    ordered({0, 0}, {-500, 0});
    EXPECT_EQ(told(1).curtail_permille, 21);
    ordered({0, 0}, {5000, 0});
    EXPECT_EQ(told(1).curtail_permille, 1000);
    street.config.units[1].rating_w = 0;
    ordered({0, 0}, {2000, 0});
    EXPECT_EQ(told(1).curtail_permille, 1000);
}

TEST_F(OrderNumbers, ResponseIsArmedInThoseWhoTakePartWhileItIsOffered) {
    unit(1).armed = 1;
    order(1000, 1000, true);
    EXPECT_TRUE(told(1).respond);
    EXPECT_FALSE(told(2).respond);
    order(1000, 1000, false);
    EXPECT_FALSE(told(1).respond);
}

TEST_F(OrderNumbers, AFormerIsLeftForming) {
    street.units[0].connected = true;
    order(1000, 0);
    EXPECT_EQ(told(0).action, UnitAction::leave);
    EXPECT_EQ(told(0).fallback, UnitDefault::keep_forming);
    EXPECT_EQ(told(0).valid_ms, 0);
    EXPECT_EQ(unit(0).commanded, 0);
    street.config.units[1].takes_setpoint = false;
    order(1000, 0);
    EXPECT_EQ(told(1).action, UnitAction::leave);
    EXPECT_EQ(told(1).fallback, UnitDefault::own);
    street.config.units[1].takes_setpoint = true;
    street.config.units[1].role = UnitRole::former;
    order(1000, 0);
    EXPECT_EQ(told(1).action, UnitAction::leave);
}

TEST_F(OrderNumbers, SafeOrdersReleaseAllButFormers) {
    street.config.units[2].takes_setpoint = false;
    street.units_out.resize(4);
    for (UnitOut& one : street.units_out) one.p_set_w = 77;
    out.sync_request = out.island_request = true;
    Work work{street.config, street.site, street.units, street.homes, street.state, out};
    give_safe_orders(work, street.units_out);
    EXPECT_EQ(told(0).action, UnitAction::leave);
    EXPECT_EQ(told(0).fallback, UnitDefault::keep_forming);
    EXPECT_EQ(told(1).action, UnitAction::release);
    EXPECT_EQ(told(2).action, UnitAction::leave);
    EXPECT_EQ(told(3).action, UnitAction::leave);
    EXPECT_EQ(told(3).p_set_w, 0);
    EXPECT_EQ(unit(1).commanded, 0);
    EXPECT_FALSE(out.sync_request || out.island_request);
}

}  // namespace
}  // namespace islandbench::dispatch::core
