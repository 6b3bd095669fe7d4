#include <gtest/gtest.h>

#include "dispatch/core/promises.hpp"
#include "dispatch/core/test/street.hpp"
#include "dispatch/core/test/times.hpp"

/// What is sure and what is promised, to the watt-hour and the millisecond.
namespace islandbench::dispatch::core {
namespace {

using test::hour;
constexpr std::int64_t endless = std::int64_t{1} << 40;

Crowd crowd(std::initializer_list<std::int64_t> values) {
    Crowd all;
    for (const std::int64_t value : values) all.add(value);
    return all;
}

TEST(SureNumbers, AreAMeanLessASpreadLessACommonCause) {
    const Tuning tuning;
    Sure one;
    one.add(crowd({1000}), 900);  // 900 - 1.645 x 300 - 45
    EXPECT_EQ(one.value(tuning), 900 - 493 - 45);
    one.add_surely(100);
    EXPECT_EQ(one.value(tuning), 462);
    Sure two = one;
    one.add(crowd({1000}), 900);
    EXPECT_EQ(one.value(tuning), 100 + 1800 - 424 * 1645 / 1000 - 90);
    two.add(crowd({500, 500}), 900);  // 0.9 x 0.1 x (1000^2 + 2 x 500^2), whoever comes first
    EXPECT_EQ(two.value(tuning), 100 + 1800 - 367 * 1645 / 1000 - 90);
    Sure strange;
    strange.add(crowd({-5}), 900);
    strange.add(crowd({1000}), 1100);
    strange.add(crowd({1000}), -100);
    EXPECT_EQ(strange.value(tuning), 950);
    Sure large;
    large.add(crowd({std::int64_t{1} << 23}), 1000);
    EXPECT_EQ(large.value(tuning), 4194304 - 209715);
}

/// An island on a former with 10 kWh and a hybrid with 5265 Wh above floor and margin; one home.
struct PromiseNumbers : ::testing::Test {
    PromiseNumbers() {
        street.add_former(30000, 60000, 600);
        street.add_hybrid(0, 600);
        street.add_home(0, {200, 300, 1000, 0, 2500});
        street.config.commitments = {{4500, 4 * hour}};
        street.site.now_ms = 1000 * hour;
        street.state.fsm = FsmState::island;
        street.state.event_ms = now();
        street.homes[0].reported_ms = street.state.homes[0].reported_ms = now();
        street.units[1].soc_reported_ms = now();
        street.units[1].discharge_max_w = 4000;
        formers.heard = true;
        formers.weight_wh = 10000;
        formers.rating_w = 30000;
        box.usable = true;
        box.above_wh = 5265;
    }
    std::int64_t now() const { return street.site.now_ms; }
    const PromiseOut& look() {
        out = {};
        Work work{street.config, street.site, street.units, street.homes, street.state, out};
        work.formers = formers;
        work.box[0] = Box{};
        work.box[1] = box;
        add_help(work, work.all_units());
        add_critical_load(work, work.all_homes());
        keep_promises(work);
        EXPECT_EQ((out.alarms & bit(Alarm::promise_at_risk)) != 0,
                  out.promises[0].state >= PromiseState::at_risk ||
                      out.promises[1].state >= PromiseState::at_risk);
        return out.promises[0];
    }
    /// What a battery with so much adds to the former's 10 kWh and 27 kW.
    void expect_battery(std::int64_t wh, std::int64_t w, std::int64_t permille) {
        look();
        Sure energy, power;
        energy.add_surely(10000);
        power.add_surely(27000);
        energy.add(crowd({wh}), permille);
        power.add(crowd({w}), permille);
        EXPECT_EQ(out.sure_wh, energy.value(street.config.tuning));
        EXPECT_EQ(out.sure_w, power.value(street.config.tuning));
    }
    void expect_left(std::int64_t draw_w) {
        look();
        EXPECT_EQ(out.promises[0].time_left_ms, lasts(draw_w));
    }
    /// The time left when so much is drawn.
    std::int64_t lasts(std::int64_t draw_w) const { return out.sure_wh * hour / draw_w; }
    UnitIn& unit() { return street.units[1]; }
    CommitmentConfig& promise() { return street.config.commitments[0]; }

    test::Street street;
    SiteOut out;
    Formers formers;
    Box box;
};

TEST_F(PromiseNumbers, OnTheGridABatteryCountsByWhoItIsAndWhatItCouldLend) {
    street.state.fsm = FsmState::grid;
    box.above_wh = 9;  // above the owner's reserve
    expect_battery(5265, 4000, 921);
    street.config.units[1].participation = Participation::firm;
    expect_battery(5265, 4000, 970);
    street.config.units[1].participation = Participation::voluntary;
    unit().discharge_max_w = 9000;
    expect_battery(5265, 5000, 921);
    unit().soc_permille = 211;
    expect_battery(13, 5000, 921);
    unit().soc_permille = 210;
    expect_battery(0, 0, 921);
    unit().soc_permille = 600;
    unit().soc_reported_ms = now() - 60000;
    expect_battery(5265, 5000, 921);
    unit().soc_reported_ms -= 1;
    expect_battery(0, 0, 921);
    unit().soc_reported_ms = now();
    unit().opted_out = true;
    expect_battery(0, 0, 921);
    unit().opted_out = false;
    box.usable = false;
    expect_battery(0, 0, 921);
}

TEST_F(PromiseNumbers, InAnOutageItCountsByWhatItsBoxHas) {
    for (const FsmState s : {FsmState::island, FsmState::black, FsmState::hold}) {
        street.state.fsm = s;
        unit().soc_permille = 210;  // not asked again
        box.above_wh = 700;
        expect_battery(700, 4000, 921);
        box.above_wh = 1;
        expect_battery(1, 4000, 921);
        box.above_wh = 0;
        expect_battery(0, 0, 921);
    }
    box.above_wh = 700;
    box.usable = false;
    expect_battery(0, 0, 921);
}

TEST_F(PromiseNumbers, FormersCountWhileTheyAreHeardAndHaveSomething) {
    box.usable = false;
    look();
    EXPECT_EQ(out.sure_wh, 10000);
    EXPECT_EQ(out.sure_w, 27000);
    formers.heard = false;
    look();
    EXPECT_EQ(out.sure_w, 0);
    formers.heard = true;
    formers.weight_wh = 0;
    look();
    EXPECT_EQ(out.sure_w, 0);
    formers.weight_wh = 1;
    look();
    EXPECT_EQ(out.sure_wh, 1);
}

TEST_F(PromiseNumbers, TheEnergyIsForThePromiseAndForWhatNobodyMayShed) {
    expect_left(4500 + 500);
    street.homes[0].p_w[0] = -100;
    expect_left(4500 + 300);
    street.state.homes[0].peak_w = {700, 800, 9, 9, 9};
    street.state.homes[0].reported_ms = now() - 3001;
    expect_left(4500 + 1500);  // silent: what it drew at most
    promise().firm_w = -7;
    expect_left(1500);
    street.state.homes[0].peak_w = {};
    EXPECT_EQ(look().time_left_ms, endless);
}

TEST_F(PromiseNumbers, PowerMustSufficeToo) {
    box.usable = false;
    promise().firm_w = 26500;
    expect_left(27000);
    promise().firm_w = 26501;
    EXPECT_EQ(look().time_left_ms, 0);
}

TEST_F(PromiseNumbers, ItsTimeRunsFromTheOutage) {
    EXPECT_EQ(look().remaining_ms, 4 * hour);
    street.state.event_ms = now() - hour;
    EXPECT_EQ(look().remaining_ms, 3 * hour);
    street.state.event_ms = now() - 4 * hour + 1;
    street.state.promises[0] = {};
    EXPECT_EQ(look().remaining_ms, 1);
    EXPECT_EQ(look().state, PromiseState::kept);
    street.state.event_ms -= 1;
    EXPECT_EQ(look().remaining_ms, 0);
    EXPECT_EQ(look().state, PromiseState::none);
    expect_left(500);  // nothing is drawn for it any more
    street.state.event_ms = never_reported;
    EXPECT_EQ(look().remaining_ms, 4 * hour);
    promise().duration_ms = -1;
    EXPECT_EQ(look().remaining_ms, 0);
}

TEST_F(PromiseNumbers, LaterOnesBearEarlierOnes) {
    street.config.commitments.push_back({1000, hour});
    look();
    EXPECT_EQ(out.promises[1].time_left_ms, lasts(4500 + 500 + 1000));
    promise().duration_ms = 0;
    look();
    EXPECT_EQ(out.promises[1].time_left_ms, lasts(500 + 1000));
    street.config.commitments.resize(20, {1000, hour});
    look();  // the first eight are kept account of
    EXPECT_EQ(out.promises[7].state, PromiseState::kept);
}

TEST_F(PromiseNumbers, ARiskBeginsWhereTheTimeEndsEarlierAndStaysForAMinute) {
    look();
    promise().duration_ms = lasts(5000);
    street.state.promises[0] = {};
    EXPECT_EQ(look().state, PromiseState::kept) << "to the millisecond";
    promise().duration_ms += 1;
    EXPECT_EQ(look().state, PromiseState::at_risk);
    promise().duration_ms -= 1;
    street.state.event_ms = street.site.now_ms;
    EXPECT_EQ(look().state, PromiseState::at_risk);
    const auto later = [this](std::int64_t ms) {
        street.site.now_ms += ms;
        street.state.event_ms += ms;
        street.units[1].soc_reported_ms += ms;
        street.state.homes[0].reported_ms += ms;
        return look().state;
    };
    EXPECT_EQ(later(59999), PromiseState::at_risk);
    EXPECT_EQ(later(1), PromiseState::kept);
}

TEST_F(PromiseNumbers, ItIsBrokenInTheDarkOrWithNothingLeftAndNotBefore) {
    promise().duration_ms = 2 * hour;
    street.state.fsm = FsmState::black;
    EXPECT_EQ(look().state, PromiseState::broken);
    street.state.event_ms = never_reported;
    EXPECT_NE(look().state, PromiseState::broken);
    street.state.event_ms = now();
    street.state.fsm = FsmState::island;
    street.state.promises[0] = {};
    EXPECT_EQ(look().state, PromiseState::kept);
    formers.heard = false;
    box.usable = false;
    EXPECT_EQ(look().state, PromiseState::broken);
    street.state.event_ms = never_reported;
    EXPECT_EQ(look().state, PromiseState::at_risk) << "no outage: nothing is broken yet";
}

TEST_F(PromiseNumbers, OthersSaveALittleBeforeItIsAllThatIsLeft) {
    promise().others_save = true;
    const auto low = [this](std::int64_t permille_of_remaining, int now_low) {
        look();
        const std::int64_t left = lasts(5000);
        // The shortest duration of which so much is left.
        promise().duration_ms = left * 1000 / permille_of_remaining;
        street.state.promise_low = static_cast<std::uint8_t>(now_low);
        look();
        return static_cast<int>(street.state.promise_low);
    };
    EXPECT_EQ(low(1152, 0), 0);
    EXPECT_EQ(low(1148, 0), 1);
    EXPECT_EQ(low(1052, 0), 1);
    EXPECT_EQ(low(1048, 0), 2);
    // A tenth more takes it back.
    EXPECT_EQ(low(1262, 1), 1);
    EXPECT_EQ(low(1268, 1), 0);
    EXPECT_EQ(low(1153, 2), 2);
    EXPECT_EQ(low(1158, 2), 1);
    EXPECT_EQ(low(1153, 1), 1) << "the other level goes by its own";
    street.config.tuning.promise_critical_permille = 0;
    street.config.tuning.promise_saving_permille = 1000;
    EXPECT_EQ(low(1000, 0), 0) << "just all that is left";
    promise().duration_ms += 1;
    look();
    EXPECT_EQ(street.state.promise_low, 1);
    street.config.tuning = {};
    promise().others_save = false;
    EXPECT_EQ(low(1000, 2), 0);
    promise().others_save = true;
    street.state.fsm = FsmState::grid;
    EXPECT_EQ(low(1000, 0), 0) << "beside the grid nobody saves";
    street.state.fsm = FsmState::island;
    promise().duration_ms = 0;
    look();
    EXPECT_EQ(street.state.promise_low, 0);
}

TEST_F(PromiseNumbers, ReservesAreReleasedInACriticalIslandAtRiskOnTheOperatorsWord) {
    formers.weight_wh = 100;
    street.state.mode = IslandMode::critical;
    const auto released = [this] {
        street.state.released = 0;
        look();
        return street.state.released != 0;
    };
    EXPECT_FALSE(released());
    street.site.emergency = true;
    EXPECT_TRUE(released());
    EXPECT_TRUE(out.alarms & bit(Alarm::reserve_released));
    street.state.mode = IslandMode::saving;
    EXPECT_FALSE(released());
    EXPECT_FALSE(out.alarms & bit(Alarm::reserve_released));
    street.state.mode = IslandMode::critical;
    promise().duration_ms = 1;
    street.state.promises[0] = {};
    EXPECT_FALSE(released());
    promise().duration_ms = 4 * hour;
    street.state.fsm = FsmState::black;
    EXPECT_FALSE(released());
}

TEST_F(PromiseNumbers, AnOptOutIsABreachOfAFirmOneInAnOutageOnce) {
    street.config.units[1].participation = Participation::firm;
    unit().opted_out = true;
    look();
    EXPECT_EQ(out.firm_opt_outs, 1);
    EXPECT_TRUE(out.alarms & bit(Alarm::firm_opt_out));
    look();
    EXPECT_EQ(out.firm_opt_outs, 1);
    EXPECT_FALSE(out.alarms & bit(Alarm::firm_opt_out));
    unit().opted_out = false;
    look();
    EXPECT_EQ(street.state.units[1].opted_out, 0);
    street.state.event_ms = never_reported;
    unit().opted_out = true;
    look();
    EXPECT_EQ(out.firm_opt_outs, 1);
    street.state.units[1].opted_out = 0;
    street.state.event_ms = now();
    street.config.units[1].participation = Participation::voluntary;
    look();
    EXPECT_EQ(out.firm_opt_outs, 1);
}

TEST_F(PromiseNumbers, AnOutageBeginsWithTheFirstStateThatIsNotBesideTheGrid) {
    const auto mark = [this](FsmState s) {
        street.state.fsm = s;
        Work work{street.config, street.site, street.units, street.homes, street.state, out};
        mark_event(work);
        mark_charge(work, work.all_units());
        return street.state.event_ms;
    };
    UnitState& memory = street.state.units[1];
    memory.quality = Quality::held;
    street.state.firm_opt_outs = 3;
    EXPECT_EQ(mark(FsmState::rejoined), now()) << "not yet over";
    EXPECT_EQ(street.state.firm_opt_outs, 3);
    EXPECT_EQ(mark(FsmState::grid), never_reported);
    EXPECT_EQ(street.state.firm_opt_outs, 0);
    for (const FsmState s : {FsmState::init, FsmState::prepare_island, FsmState::opening}) {
        EXPECT_EQ(mark(s), never_reported);
        EXPECT_EQ(memory.event_soc_permille, -1);
    }
    EXPECT_EQ(mark(FsmState::islanding), now());
    EXPECT_EQ(memory.event_soc_permille, 600);
    street.units[1].soc_permille = 500;
    street.site.now_ms += 1000;
    EXPECT_EQ(mark(FsmState::island), now() - 1000);
    EXPECT_EQ(memory.event_soc_permille, 600) << "where it began";
    EXPECT_EQ(mark(FsmState::grid), never_reported);
    EXPECT_EQ(memory.event_soc_permille, -1);
    memory.quality = Quality::stale;
    mark(FsmState::black);
    EXPECT_EQ(memory.event_soc_permille, -1);
    memory.quality = Quality::good;
    street.units[1].soc_reported_ms = now() - 60001;
    mark(FsmState::black);
    EXPECT_EQ(memory.event_soc_permille, -1);
    street.units[1].soc_reported_ms += 1;
    street.units[1].soc_permille = 0;
    mark(FsmState::black);
    EXPECT_EQ(memory.event_soc_permille, 0);
    street.units[1].soc_permille = 400;
    mark(FsmState::black);
    EXPECT_EQ(memory.event_soc_permille, 0) << "began empty";
    street.state.released = 1;
    mark(FsmState::island);
    EXPECT_EQ(street.state.released, 0) << "withdrawn";
    street.site.emergency = true;
    street.state.released = 1;
    mark(FsmState::island);
    EXPECT_EQ(street.state.released, 1);
    mark(FsmState::black);
    EXPECT_EQ(street.state.released, 0);
}

}  // namespace
}  // namespace islandbench::dispatch::core
