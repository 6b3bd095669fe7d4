#include <gtest/gtest.h>

#include "dispatch/core/services.hpp"
#include "dispatch/core/test/street.hpp"

/// Corridor and storm, number by number.
namespace islandbench::dispatch::core {
namespace {

/// Beside the grid: a former and two hybrids whose boxes the test fills in.
struct ServicesNumbers : ::testing::Test {
    ServicesNumbers() {
        street.add_former(30000, 60000, 600);
        street.add_hybrid(0, 600);
        street.add_hybrid(1, 600);
        street.config.services.response = true;
        street.site.now_ms = 100000000;
        street.state.fsm = FsmState::grid;
        first.usable = second.usable = true;
        first.discharge_w = second.discharge_w = first.charge_w = second.charge_w = 5000;
    }
    template <class Do>
    auto with_work(Do act) {
        Work work{street.config, street.site, street.units, street.homes, street.state, out};
        work.box[0] = Box{};
        work.box[1] = first;
        work.box[2] = second;
        return act(work);
    }
    bool armed_at(std::int32_t soc, bool before) {
        street.units[1].soc_permille = soc;
        street.state.units[1].armed = before ? 1 : 0;
        with_work([](Work& work) { arm_response(work); });
        return street.state.units[1].armed != 0;
    }
    std::int32_t corridor(std::int32_t soc, bool armed = false) {
        street.units[1].soc_permille = soc;
        street.state.units[1].armed = armed ? 1 : 0;
        return with_work([](Work& work) {
            work.response_offered = true;
            return corridor_w(work, 1);
        });
    }
    bool offered() {
        return with_work([](Work& work) {
            arm_response(work);
            return work.response_offered;
        });
    }
    ServiceState& services() { return street.state.services; }
    void storm(StormState state) { services().storm = state; }
    void prepare() {
        with_work([](Work& work) { prepare_for_storm(work); });
    }
    void hear() {
        with_work([](Work& work) { hear_of_storm(work); });
    }
    void announce(std::int64_t in_ms) {
        street.site.storm_from_ms = street.site.now_ms + in_ms;
        street.site.storm_until_ms = street.site.storm_from_ms + 1000;
    }

    test::Street street;
    SiteOut out;
    Box first, second;
};

TEST_F(ServicesNumbers, ACorridorIsEnteredFurtherInsideThanItIsLeft) {
    EXPECT_FALSE(armed_at(369, false));
    EXPECT_TRUE(armed_at(370, false));
    EXPECT_TRUE(armed_at(830, false));
    EXPECT_FALSE(armed_at(831, false));
    EXPECT_FALSE(armed_at(349, true));
    EXPECT_TRUE(armed_at(350, true));
    EXPECT_TRUE(armed_at(850, true));
    EXPECT_FALSE(armed_at(851, true));
}

TEST_F(ServicesNumbers, WhoHasNothingToGiveIsNotArmed) {
    first.discharge_w = 0;
    EXPECT_FALSE(armed_at(600, true));
    first.discharge_w = 1;
    EXPECT_TRUE(armed_at(600, false));
    first.usable = false;
    EXPECT_FALSE(armed_at(600, true));
    first.usable = true;
    street.units[1].opted_out = true;
    EXPECT_FALSE(armed_at(600, true));
}

TEST_F(ServicesNumbers, WhoIsArmedIsCounted) {
    street.units[2].soc_permille = 100;
    EXPECT_TRUE(armed_at(600, false));
    EXPECT_EQ(out.armed_units, 1);
    street.units[2].soc_permille = 600;
    out.armed_units = 0;
    EXPECT_TRUE(armed_at(600, true));
    EXPECT_EQ(out.armed_units, 2);
}

TEST_F(ServicesNumbers, ResponseIsOfferedBesideTheGridWhileNothingElseIsMoreUrgent) {
    EXPECT_TRUE(offered());
    storm(StormState::waiting);
    EXPECT_TRUE(offered());
    storm(StormState::charging);
    EXPECT_FALSE(offered());
    storm(StormState::none);
    services().limit = LimitState::exceeded;
    EXPECT_TRUE(offered());
    services().limit = LimitState::locked;
    EXPECT_FALSE(offered());
    services().limit = LimitState::kept;
    street.state.fsm = FsmState::rejoined;
    EXPECT_FALSE(offered());
    street.state.fsm = FsmState::grid;
    street.config.services.response = false;
    EXPECT_FALSE(offered());
}

TEST_F(ServicesNumbers, WhoIsOutsideIsBroughtBackSlowly) {
    EXPECT_EQ(corridor(369), -250);
    EXPECT_EQ(corridor(370), 0);
    EXPECT_EQ(corridor(830), 0);
    EXPECT_EQ(corridor(831), 250);
    EXPECT_EQ(corridor(300, true), 0) << "while it is armed its curve alone moves it";
    first.charge_w = 100;
    first.discharge_w = 90;
    EXPECT_EQ(corridor(300), -100);
    EXPECT_EQ(corridor(900), 90);
    street.units[1].opted_out = true;
    EXPECT_EQ(corridor(300), 0);
    street.units[1].opted_out = false;
    first.usable = false;
    EXPECT_EQ(corridor(300), 0);
    first.usable = true;
    EXPECT_EQ(with_work([](Work& work) { return corridor_w(work, 1); }), 0) << "not offered";
}

// ---- Storm

TEST_F(ServicesNumbers, ChargingBeginsWhenTheSlowestAtHalfItsPowerNeedsAllTheTime) {
    street.units[1].charge_max_w = 5000;
    first.to_full_wh = 2500;  // an hour at half of that; a quarter more is planned
    second.to_full_wh = 0;
    street.units[2].charge_max_w = 0;
    const std::int64_t needs = 4500000;
    storm(StormState::waiting);
    announce(600000 + needs + 1);
    prepare();
    EXPECT_EQ(services().storm, StormState::waiting);
    EXPECT_EQ(out.storm, StormState::waiting);
    second.to_full_wh = 100;
    second.usable = false;
    prepare();
    EXPECT_EQ(services().storm, StormState::waiting) << "who takes no part has no say";
    announce(600000 + needs);
    street.state.fsm = FsmState::rejoined;
    prepare();
    EXPECT_EQ(services().storm, StormState::waiting);
    street.state.fsm = FsmState::grid;
    prepare();
    EXPECT_EQ(services().storm, StormState::charging);
}

TEST_F(ServicesNumbers, OnShortNoticeAMinuteIsCountedWith) {
    street.units[1].charge_max_w = 0;  // a watt is, then
    first.to_full_wh = 1;
    storm(StormState::waiting);
    announce(0);
    prepare();
    EXPECT_EQ(services().storm, StormState::charging);
    storm(StormState::waiting);
    street.units[1].charge_max_w = 1000000;
    street.units[2].charge_max_w = 5000;
    prepare();
    EXPECT_EQ(services().storm, StormState::waiting);
}

TEST_F(ServicesNumbers, WhereABatteryBeganIsNotedOnce) {
    street.units[1].charge_max_w = 1;
    first.to_full_wh = 1000;
    street.units[1].soc_permille = 432;
    street.state.units[2].storm_soc_permille = 300;
    storm(StormState::waiting);
    announce(0);
    prepare();
    EXPECT_EQ(street.state.units[1].storm_soc_permille, 432);
    EXPECT_EQ(street.state.units[2].storm_soc_permille, 300);
    EXPECT_EQ(street.state.units[0].storm_soc_permille, -1) << "takes no part";
    street.state.units[1].storm_soc_permille = -1;
    street.units[1].soc_permille = 0;
    storm(StormState::waiting);
    prepare();
    EXPECT_EQ(street.state.units[1].storm_soc_permille, 0);
    street.units[1].soc_permille = 500;
    storm(StormState::waiting);
    prepare();
    EXPECT_EQ(street.state.units[1].storm_soc_permille, 0);
}

TEST_F(ServicesNumbers, ItIsGivenBackUntilAllHaveOrForFourHours) {
    storm(StormState::returning);
    services().storm_until_ms = street.site.now_ms - 4 * 3600 * 1000;
    street.state.units[1].storm_soc_permille = 400;
    first.above_wh = 1;
    prepare();
    EXPECT_EQ(services().storm, StormState::returning);
    services().storm_until_ms -= 1;
    prepare();
    EXPECT_EQ(services().storm, StormState::none);
    EXPECT_EQ(street.state.units[1].storm_soc_permille, -1);

    for (const bool stays : {true, false}) {
        storm(StormState::returning);
        services().storm_until_ms = street.site.now_ms;
        street.state.units[1].storm_soc_permille = 0;
        first.above_wh = stays ? 1 : 0;
        second.above_wh = 5000;  // it had not been charged
        prepare();
        EXPECT_EQ(services().storm, stays ? StormState::returning : StormState::none);
    }
    storm(StormState::returning);
    street.state.units[1].storm_soc_permille = 400;
    first.above_wh = 1;
    first.usable = false;
    prepare();
    EXPECT_EQ(services().storm, StormState::none) << "who is silent is not waited for";
    storm(StormState::charging);
    services().storm_until_ms = 0;
    prepare();
    EXPECT_EQ(services().storm, StormState::charging);
}

TEST_F(ServicesNumbers, AStormIsWaitedForUntilItHasPassedOrIsCalledOff) {
    announce(5000);
    street.state.fsm = FsmState::island;
    hear();
    EXPECT_EQ(services().storm, StormState::none);
    street.state.fsm = FsmState::grid;
    hear();
    EXPECT_EQ(services().storm, StormState::waiting);
    EXPECT_EQ(services().storm_until_ms, street.site.storm_until_ms);
    street.site.storm_from_ms = never_reported;
    hear();
    EXPECT_EQ(services().storm, StormState::none) << "called off";
    announce(-1000);
    hear();
    EXPECT_EQ(services().storm, StormState::none) << "it has just passed";
    announce(-999);
    storm(StormState::returning);
    hear();
    EXPECT_EQ(services().storm, StormState::charging) << "another one comes";
    announce(-1000);
    hear();
    EXPECT_EQ(services().storm, StormState::returning);
    EXPECT_EQ(services().storm_until_ms, street.site.now_ms);
    services().storm_until_ms = 7;
    hear();
    EXPECT_EQ(services().storm_until_ms, 7);
}

TEST_F(ServicesNumbers, ABatteryChargesWellOrNotAtAll) {
    storm(StormState::charging);
    announce(600000 + 3600000);
    const auto charge = [this](std::int32_t to_full_wh) {
        first.to_full_wh = to_full_wh;
        return with_work([](Work& work) { return storm_charge_w(work, 1); });
    };
    EXPECT_EQ(charge(67), 0) << "full but for half a per cent";
    EXPECT_EQ(charge(68), 250);
    EXPECT_EQ(charge(1000), 1250);
    first.charge_w = 800;
    EXPECT_EQ(charge(1000), 800);
    first.usable = false;
    EXPECT_EQ(charge(1000), 0);
    first.usable = true;
    street.state.fsm = FsmState::rejoined;
    EXPECT_EQ(charge(1000), 0);
    street.state.fsm = FsmState::grid;
    storm(StormState::waiting);
    EXPECT_EQ(charge(1000), 0);
}

}  // namespace
}  // namespace islandbench::dispatch::core
