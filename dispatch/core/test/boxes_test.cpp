#include "dispatch/core/boxes.hpp"

#include <gtest/gtest.h>

#include "dispatch/core/freshness.hpp"
#include "dispatch/core/test/street.hpp"

/// What formers carry and what units can do, number by number.
namespace islandbench::dispatch::core {
namespace {

/// Two formers of 30 and 60 kW and a hybrid with PV on phase A, in an island.
struct BoxesTest : ::testing::Test {
    BoxesTest() {
        street.add_former(30000, 50000, 500);
        street.add_former(60000, 100000, 400);
        hybrid = street.add_hybrid(0, 600, 3500);
        EXPECT_TRUE(street.to_island());
    }
    /// The formers as one, and the hybrid's box, from the inputs as they are.
    void look(std::int64_t dt_ms = 0) {
        Work work{street.config, street.site, street.units, street.homes, street.state, street.out};
        work.formers.exist = true;
        work.dt_ms = dt_ms;
        classify(work, work.all_units());
        sum_formers(work);
        rate_formers(work);
        fill_boxes(work, work.all_units());
        serve_owners(work);
        formers = work.formers;
        box = work.box[hybrid];
    }

    test::Street street;
    std::size_t hybrid = 0;
    Formers formers;
    Box box;
};

TEST_F(BoxesTest, AFormersCurrentIsApparentPowerOverVoltage) {
    // 24 kvar on three phases: with 8 of them and 6 kW, phase A carries 10 kVA of 30.
    street.set_former(0, {2000, 0, 0});
    street.set_former(1, {4000, 0, 0});
    street.units[0].q_var = 6000;
    street.units[1].q_var = 18000;
    look();
    EXPECT_EQ(formers.p_w, (PhaseArray{6000, 0, 0}));
    EXPECT_EQ(formers.permille, (PhaseArray{333, 266, 266}));

    for (const std::size_t i : {0, 1}) street.units[i].v_mv = {115000, 230000, 230000};
    look();
    EXPECT_EQ(formers.permille[0], 666);
    EXPECT_EQ(formers.permille[1], 266);
    // The higher of two voltages, as a former that has tripped reports none.
    street.units[0].v_mv[0] = 0;
    street.units[1].v_mv[0] = 230000;
    look();
    EXPECT_EQ(formers.permille[0], 333);
    // One that nobody tells counts as nominal, one that breaks down as a tenth of it.
    street.units[1].v_mv[0] = 0;
    look();
    EXPECT_EQ(formers.permille[0], 333);
    street.units[1].v_mv[0] = 1000;
    look();
    EXPECT_EQ(formers.permille[0], 3330);
    street.set_former(1, {60000, 0, 0});
    look();
    EXPECT_EQ(formers.permille[0], 9999);
}

TEST_F(BoxesTest, FormersAddUpAndTheEmptierOneDecides) {
    look();
    EXPECT_EQ(formers.rating_w, 90000);
    EXPECT_EQ(formers.above_permille, 200);
    EXPECT_EQ(formers.above_wh, 15000 + 20000);
    EXPECT_EQ(formers.weight_wh, 14500 + 19000);
    EXPECT_EQ(formers.to_full_wh, 22500 + 55000);
    EXPECT_EQ(formers.charge_w, 30000 + 60000);

    street.units[0].soc_permille = 945;  // 250 Wh of room: 3 kW
    look();
    EXPECT_EQ(formers.charge_w, 3000 + 60000);
}

TEST_F(BoxesTest, AChargeIsKnownForAMinute) {
    street.units[0].soc_reported_ms = street.site.now_ms - 60000;
    street.units[1].soc_reported_ms = street.site.now_ms - 60001;
    street.units[hybrid].soc_reported_ms = street.site.now_ms - 60000;
    look();
    EXPECT_EQ(formers.above_permille, 300);
    EXPECT_EQ(formers.above_wh, 15000);
    EXPECT_GT(box.discharge_w, 0);

    street.units[hybrid].soc_reported_ms = street.site.now_ms - 60001;
    look();
    EXPECT_EQ(box.discharge_w, 0);
    EXPECT_EQ(box.charge_w, 0);
}

TEST_F(BoxesTest, AbsentFormersAreNotCounted) {
    street.set_former(0, {1000, 0, 0});
    street.set_former(1, {2000, 0, 0});
    street.units[1].reported_ms = street.site.now_ms - 60001;
    look();
    EXPECT_EQ(formers.p_w[0], 1000);
    EXPECT_EQ(formers.rating_w, 90000) << "it may still be there";
    EXPECT_TRUE(formers.heard);
    street.units[0].reported_ms = street.site.now_ms - 2251;  // stale, not absent
    look();
    EXPECT_EQ(formers.p_w[0], 1000);
    EXPECT_FALSE(formers.heard);
}

TEST_F(BoxesTest, ABatteryTapersNearItsFloorAndItsCeiling) {
    street.units[hybrid].soc_permille = 230;  // 20 above floor and margin: 270 Wh
    look();
    EXPECT_EQ(box.above_wh, 270);
    EXPECT_EQ(box.discharge_w, 270 * 12);
    EXPECT_EQ(box.to_full_wh, 9720);
    EXPECT_EQ(box.charge_w, 5000);

    street.units[hybrid].soc_permille = 940;  // 10 below the ceiling: 135 Wh
    look();
    EXPECT_EQ(box.to_full_wh, 135);
    EXPECT_EQ(box.charge_w, 135 * 12);
    EXPECT_EQ(box.discharge_w, 5000);
}

TEST_F(BoxesTest, PvTakesPartOfTheRatingAndGivesRoomToCharge) {
    street.units[hybrid].pv_w = 2000;
    look();
    EXPECT_EQ(box.base_w, 1940);
    EXPECT_EQ(box.discharge_w, 5000 - 1940);
    EXPECT_EQ(box.charge_w, 5000) << "what the battery takes, not what the inverter could";
    street.units[hybrid].charge_max_w = 9000;
    look();
    EXPECT_EQ(box.charge_w, 5000 + 1940);
}

TEST_F(BoxesTest, AFullOneIsAskedForMorePvAndAnEmptyOneForLess) {
    UnitIn& in = street.units[hybrid];
    in.pv_w = 2000;
    in.soc_permille = 210;
    look();
    EXPECT_EQ(box.base_w, 1840);
    in.soc_permille = 211;
    look();
    EXPECT_EQ(box.base_w, 1940);
    in.soc_permille = 949;
    look();
    EXPECT_EQ(box.base_w, 1940);
    in.soc_permille = 950;
    look();
    EXPECT_EQ(box.base_w, 1940 + 100 + 200);
    in.soc_reported_ms = street.site.now_ms - 60001;
    look();
    EXPECT_EQ(box.base_w, 1940);
    in.pv_w = 90;  // less than its dead band
    in.soc_permille = 210;
    look();
    EXPECT_EQ(box.base_w, 0);
    in.pv_w = 9000;
    in.soc_permille = 600;
    look();
    EXPECT_EQ(box.base_w, 5000);
}

TEST_F(BoxesTest, WhoIsOffTheBusOrFaultyOrWatchedOnlyTakesNoPart) {
    look();
    EXPECT_TRUE(box.usable);
    street.units[hybrid].connected = false;
    look();
    EXPECT_FALSE(box.usable);
    street.units[hybrid].connected = true;
    street.units[hybrid].fault = true;
    look();
    EXPECT_FALSE(box.usable);
    street.units[hybrid].fault = false;
    street.config.units[hybrid].takes_setpoint = false;
    look();
    EXPECT_FALSE(box.usable);
}

TEST_F(BoxesTest, TheReserveIsWhatCouldBeAdded) {
    street.units[hybrid].pv_w = 1000;
    street.set_p(hybrid, 500);
    street.set_former(0, {1000, 2000, 3000});
    street.set_former(1, {1000, 2000, 3000});
    street.step();
    // 970 of PV and 4030 of the battery less 500; of the formers 27 kW a phase less what they give.
    EXPECT_EQ(street.out.reserve_w, 4500 + 3 * 27000 - 12000);
    street.set_former(0, {-70000, 30000, 0});
    street.set_former(1, {0, 0, 0});
    street.step();
    EXPECT_EQ(street.out.reserve_w, 4500 + 54000 + 0 + 27000);
}

TEST_F(BoxesTest, AfterASilencePowerFallsSlowlyForAWhile) {
    UnitState& unit = street.state.units[hybrid];
    unit.gentle_ms = 400;
    unit.floor_mw = 3000000;
    look(250);  // 5 % of 5 kW in a second
    EXPECT_EQ(box.fall_w, 2937);
    EXPECT_EQ(unit.gentle_ms, 150);
    look(250);
    EXPECT_EQ(box.fall_w, 2875);
    EXPECT_EQ(unit.gentle_ms, 0);
    look(250);
    EXPECT_EQ(box.fall_w, -max_cap_w) << "over";

    unit.gentle_ms = 400;
    street.state.fsm = FsmState::grid;
    look(250);
    EXPECT_EQ(box.fall_w, -max_cap_w) << "beside the grid nobody depends on it";
    EXPECT_EQ(unit.gentle_ms, 0);
}

/// Two owners' batteries below their floors, a third one with PV alone.
struct OwnersTest : BoxesTest {
    OwnersTest() {
        for (std::size_t k = 0; k < 2; ++k) {
            owner[k] = street.add_hybrid(1, 205);
            street.config.units[owner[k]].home = static_cast<std::int32_t>(k);
            street.units[owner[k]].reported_ms = street.units[owner[k]].soc_reported_ms =
                street.site.now_ms;
        }
        street.add_home(1, {200, 400, 0, 0, 0});
        street.add_home(1, {300, 0, 0, 0, 0});
        for (HomeIn& home : street.homes) home.reported_ms = street.site.now_ms;
        for (HomeState& home : street.state.homes) home.reported_ms = street.site.now_ms;
        street.state.balancing = 1;
        for (PhaseState& phase : street.state.phases) phase.load_mw = 0;
        street.units[hybrid].pv_w = 0;
    }
    /// What of them is base power when the street draws this much.
    std::array<std::int32_t, 2> served(std::int32_t load_w) {
        street.state.phases[0].load_mw = load_w * std::int64_t{1000};
        Work work{street.config, street.site, street.units, street.homes, street.state, street.out};
        classify(work, work.all_units());
        fill_boxes(work, work.all_units());
        serve_owners(work);
        return {work.box[owner[0]].base_w, work.box[owner[1]].base_w};
    }
    using Both = std::array<std::int32_t, 2>;

    std::array<std::size_t, 2> owner{};
};

TEST_F(OwnersTest, AreServedAsFarAsTheStreetDrawsAtAll) {
    EXPECT_EQ(served(5000), (Both{600, 300}));
    EXPECT_EQ(served(600), (Both{400, 200})) << "in proportion";
    EXPECT_EQ(served(0), (Both{0, 0}));
    EXPECT_EQ(served(-600), (Both{0, 0})) << "a surplus serves them";
    street.units[hybrid].pv_w = 1000;  // 970 behind its inverter
    EXPECT_EQ(served(1570), (Both{400, 200})) << "what PV gives is not left";
}

TEST_F(OwnersTest, AreNotServedBeforeTheLoadIsKnownOrBesideTheGrid) {
    street.state.balancing = 0;
    EXPECT_EQ(served(5000), (Both{0, 0}));
    street.state.balancing = 1;
    street.state.fsm = FsmState::grid;
    EXPECT_EQ(served(5000), (Both{0, 0}));
}

TEST_F(OwnersTest, AreServedBelowTheFloorWithItsMarginAlone) {
    street.units[owner[0]].soc_permille = 210;
    street.units[owner[1]].soc_permille = 211;
    EXPECT_EQ(served(5000), (Both{600, 0}));
    street.units[owner[0]].soc_permille = 110;
    street.units[owner[1]].soc_permille = 111;
    EXPECT_EQ(served(5000), (Both{0, 300}));
}

TEST_F(OwnersTest, AreServedOnlyWhileTheirHomesAndTheirChargeAreKnown) {
    street.homes[0].reported_ms = street.state.homes[0].reported_ms = never_reported;
    street.units[owner[1]].soc_reported_ms = street.site.now_ms - 60001;
    EXPECT_EQ(served(5000), (Both{0, 0}));
}

TEST_F(OwnersTest, TheirPvServesThemFirst) {
    street.config.units[owner[0]].pv_peak_w = 3500;
    street.units[owner[0]].pv_w = 400;  // 388 less the dead band of an empty one
    EXPECT_EQ(served(5000), (Both{600, 300}));
    Work work{street.config, street.site, street.units, street.homes, street.state, street.out};
    EXPECT_EQ(own_use_w(work, work.unit(owner[0])), 600 - 288);
}

TEST_F(BoxesTest, RoomOnAPhaseIsWhatItsUnitsDoNotGiveYet) {
    street.add_hybrid(1, 600);
    street.step();
    Work work{street.config, street.site, street.units, street.homes, street.state, street.out};
    classify(work, work.all_units());
    street.set_p(hybrid, 1200);
    fill_boxes(work, work.all_units());
    EXPECT_EQ(room_on_phase_w(work, 0), 3800);
    EXPECT_EQ(room_on_phase_w(work, 1), 5000);
    EXPECT_EQ(room_on_phase_w(work, 2), 0);
}

TEST_F(BoxesTest, HeadroomSufficesForTheLargestUnitAndTheLargestTier) {
    street.add_home(0, {0, 0, 0, 0, 0});
    street.state.homes[0].peak_w = {10, 2000, 0, 30, 0};
    Work work{street.config, street.site, street.units, street.homes, street.state, street.out};
    work.formers.rating_w = 30000;
    work.formers.p_w = {8000, 9000, 6000};
    find_largest_tier(work, work.all_homes());
    EXPECT_EQ(work.reserve.largest_tier_w, 2000);
    work.reserve.largest_unit_w = 5000;
    EXPECT_TRUE(headroom_suffices(work)) << "to the watt";
    work.reserve.largest_unit_w = 5001;
    EXPECT_FALSE(headroom_suffices(work));
}

}  // namespace
}  // namespace islandbench::dispatch::core
