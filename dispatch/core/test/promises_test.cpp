#include "dispatch/core/promises.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "dispatch/core/test/street.hpp"
#include "dispatch/core/test/times.hpp"

namespace islandbench::dispatch::core {
namespace {

using test::hour;

std::int64_t sure_share_permille(int units, std::int64_t permille, const Tuning& tuning) {
    Crowd crowd;
    for (int i = 0; i < units; ++i) crowd.add(10000);
    Sure sure;
    sure.add(crowd, permille);
    return sure.value(tuning) * 1000 / (std::int64_t{10000} * units);
}

Tuning without_common_cause() {
    Tuning tuning;
    tuning.common_cause_permille = 0;
    return tuning;
}

/// Greatest k of n with P(at least k take part) >= 95 %, from the binomial distribution itself.
int exact_quantile(int n, double p) {
    double tail = 0.0;
    for (int k = n; k > 0; --k) {
        tail += std::exp(std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0) +
                         k * std::log(p) + (n - k) * std::log1p(-p));
        if (tail >= 0.95) return k;
    }
    return 0;
}

TEST(Sure, IsTheQuantileOfABinomialDistribution) {
    for (const int n : {20, 50, 100, 500, 2000}) {
        for (const int permille : {800, 921, 970}) {
            const double exact = 1000.0 * exact_quantile(n, permille / 1000.0) / n;
            const auto ours =
                static_cast<double>(sure_share_permille(n, permille, without_common_cause()));
            EXPECT_NEAR(ours, exact, 1000.0 / n + 1.0) << n << " units, " << permille;
        }
    }
}

TEST(Sure, IsWhatTheFactsSayOfFiftyAndFiveHundredHomes) {
    EXPECT_NEAR(static_cast<double>(sure_share_permille(50, 921, without_common_cause())), 860, 5);
    EXPECT_NEAR(static_cast<double>(sure_share_permille(500, 921, without_common_cause())), 900, 5);
}

TEST(Sure, ACommonCauseDoesNotAverageOut) {
    Tuning tuning;
    tuning.common_cause_permille = 50;
    const std::int64_t alone = sure_share_permille(100000, 921, without_common_cause());

    EXPECT_NEAR(static_cast<double>(alone), 920, 2);
    EXPECT_NEAR(static_cast<double>(sure_share_permille(100000, 921, tuning)), 920 * 0.95, 3);
}

TEST(Sure, WhatIsSurelyThereCountsFullyAndNothingIsNegative) {
    Sure sure;
    sure.add_surely(5000);
    EXPECT_EQ(sure.value({}), 5000);
    Crowd one;
    one.add(100);
    sure.add(one, 10);
    EXPECT_EQ(sure.value({}), 5000);  // who hardly ever comes adds nothing
    Crowd negative;
    negative.add(-100);
    sure.add(negative, 900);
    EXPECT_EQ(sure.value({}), 5000);
}

TEST(Sure, TheLargestFleetDoesNotOverflow) {
    Crowd all;
    for (std::size_t i = 0; i < max_units; ++i) all.add(std::int64_t{1} << 40);
    Sure sure;
    sure.add(all, 500);
    // Half of 2^18 times 2^22; 1.645 times 2^9 times 2^21; 5 %.
    const std::int64_t half = std::int64_t{1} << 39;
    EXPECT_EQ(sure.value({}), half - (std::int64_t{1} << 30) * 1645 / 1000 - half * 50 / 1000);
}

/// 20 kWh of the former's above floor and margin, ten hybrids, ten homes and a hall: 5 kW for four
/// hours.
struct PromisesTest : ::testing::Test {
    PromisesTest() {
        former = street.add_former(30000, 50000, 610);
        for (std::size_t n = 0; n < unit.size(); ++n) {
            unit[n] = street.add_hybrid(static_cast<std::uint8_t>(n % 3), 610);
            street.add_home(static_cast<std::uint8_t>(n % 3), {100, 100, 200, 200, 400});
        }
        street.config.commitments = {{5000, 4 * hour, true}};
        street.config.tuning.common_cause_permille = 0;
        EXPECT_TRUE(street.to_grid());
    }
    void set_soc(std::int32_t permille) {
        street.units[former].soc_permille = permille;
        for (const std::size_t i : unit) street.units[i].soc_permille = permille;
    }
    /// To an island in which the first battery is below its floor and serves the first home.
    bool to_island_with_owner(PhaseArray former_w, std::array<std::int32_t, tier_count> home_w) {
        street.config.units[unit[0]].home = 0;
        street.units[unit[0]].soc_permille = 150;
        const bool there = street.to_island();
        street.set_former(former, former_w);
        street.homes[0].p_w = home_w;
        return there;
    }
    const PromiseOut& promise() const { return street.out.promises[0]; }
    bool alarmed(Alarm a) const { return (street.out.alarms & bit(a)) != 0; }

    test::Street street;
    std::size_t former = 0;
    std::array<std::size_t, 10> unit{};
};

TEST_F(PromisesTest, WhatIsSureIsTheFormersAndAQuantileOfTheOthers) {
    street.step();

    // Ten times 13500 Wh x (61 - 20 - 1) %, each there with 92.1 %.
    const double others = 10 * 5400;
    const double spread = 1.645 * std::sqrt(10 * 0.921 * 0.079) * 5400;
    EXPECT_NEAR(static_cast<double>(street.out.sure_wh), 20000 + 0.921 * others - spread, 30);
    EXPECT_EQ(promise().state, PromiseState::kept);
    EXPECT_EQ(promise().remaining_ms, 4 * hour);
    // For the hall and tiers 0 and 1 of ten homes.
    EXPECT_NEAR(static_cast<double>(promise().time_left_ms),
                static_cast<double>(street.out.sure_wh) * hour / 7000, 1000);
}

TEST_F(PromisesTest, FirmOnesCountMore) {
    street.step();
    const std::int64_t voluntary = street.out.sure_wh;
    for (const std::size_t i : unit) {
        street.config.units[i].participation = Participation::firm;
    }
    street.step();

    EXPECT_GT(street.out.sure_wh, voluntary + 2000);
}

TEST_F(PromisesTest, SilentOptedOutAndFaultyOnesAreNotCounted) {
    street.step();
    const std::int64_t all = street.out.sure_wh;
    street.units[unit[0]].opted_out = true;
    street.units[unit[1]].fault = true;
    street.muted[unit[2]] = true;
    street.step(4000);

    EXPECT_LT(street.out.sure_wh, all - 3 * 4000);
}

TEST_F(PromisesTest, OneThatCannotBeKeptIsSaidBeforeTheOutage) {
    set_soc(350);
    street.step();

    EXPECT_EQ(promise().state, PromiseState::at_risk);
    EXPECT_TRUE(alarmed(Alarm::promise_at_risk));
    EXPECT_GT(promise().time_left_ms, 0);
    EXPECT_LT(promise().time_left_ms, 4 * hour);
}

TEST_F(PromisesTest, PowerIsPromisedTooNotOnlyEnergy) {
    street.config.commitments = {{200000, hour / 60}};
    street.step();

    EXPECT_EQ(promise().state, PromiseState::at_risk);
    EXPECT_EQ(promise().time_left_ms, 0);
}

TEST_F(PromisesTest, ItsTimeRunsInTheOutageAndIsOver) {
    ASSERT_TRUE(street.to_island());
    street.run(hour, 1000);
    EXPECT_NEAR(static_cast<double>(promise().remaining_ms), 3 * hour, 3000);
    street.config.commitments[0].duration_ms = hour / 2;
    street.step();

    EXPECT_EQ(promise().state, PromiseState::none);
    EXPECT_FALSE(alarmed(Alarm::promise_at_risk));
}

TEST_F(PromisesTest, ARiskIsTakenBackOnlyWhenItIsGoneForAWhile) {
    ASSERT_TRUE(street.to_island());
    set_soc(350);
    street.step();
    ASSERT_EQ(promise().state, PromiseState::at_risk);
    set_soc(610);
    street.run(59000);
    EXPECT_EQ(promise().state, PromiseState::at_risk);
    street.run(2000);

    EXPECT_EQ(promise().state, PromiseState::kept);
}

TEST_F(PromisesTest, LaterOnesComeAfterTheFirst) {
    street.config.commitments = {{5000, 4 * hour}, {20000, 4 * hour}};
    street.step();

    EXPECT_EQ(street.out.promises[0].state, PromiseState::kept);
    EXPECT_EQ(street.out.promises[1].state, PromiseState::at_risk);
    EXPECT_EQ(street.out.promises[2].state, PromiseState::none);
}

TEST_F(PromisesTest, OthersSaveSoThatItIsKept) {
    set_soc(450);
    ASSERT_TRUE(street.to_island());
    street.set_former(former, {6000, 6000, 6000});
    street.run(5000);
    EXPECT_EQ(street.out.mode, IslandMode::normal);  // what the promise does not need is for all

    set_soc(410);
    street.run(5000);
    EXPECT_EQ(street.out.mode, IslandMode::saving);

    set_soc(393);
    street.run(5000);
    EXPECT_EQ(street.out.mode, IslandMode::critical);
    EXPECT_EQ(promise().state, PromiseState::kept);
}

TEST_F(PromisesTest, SavingIsNotTakenBackForALittle) {
    set_soc(410);
    ASSERT_TRUE(street.to_island());
    street.run(5000);
    ASSERT_EQ(street.out.mode, IslandMode::saving);
    set_soc(420);
    street.run(5000);
    EXPECT_EQ(street.out.mode, IslandMode::saving);

    set_soc(450);
    street.run(5000);
    EXPECT_EQ(street.out.mode, IslandMode::normal);
}

TEST_F(PromisesTest, AnOptOutWinsInTheSameStepAndAFirmOneIsRecorded) {
    street.config.units[unit[0]].participation = Participation::firm;
    ASSERT_TRUE(street.to_island());
    street.set_former(former, {5000, 5000, 5000});
    street.run(20000);
    ASSERT_GT(street.units_out[unit[0]].p_set_w, 0);
    street.units[unit[0]].opted_out = street.units[unit[1]].opted_out = true;
    street.step();

    EXPECT_EQ(street.units_out[unit[0]].p_set_w, 0);
    EXPECT_EQ(street.units_out[unit[1]].p_set_w, 0);
    EXPECT_EQ(street.out.firm_opt_outs, 1);
    EXPECT_TRUE(alarmed(Alarm::firm_opt_out));
    street.step();
    EXPECT_FALSE(alarmed(Alarm::firm_opt_out));
    EXPECT_EQ(street.out.firm_opt_outs, 1);
    ASSERT_TRUE(street.run_until(FsmState::island, 1000));
    street.connect();
    ASSERT_TRUE(street.run_until(FsmState::rejoined, 5000));
    street.run(1000000, 1000);
    EXPECT_EQ(street.out.firm_opt_outs, 0);
}

TEST_F(PromisesTest, OnTheGridAnOptOutBreaksNothing) {
    street.config.units[unit[0]].participation = Participation::firm;
    street.units[unit[0]].opted_out = true;
    street.step();

    EXPECT_EQ(street.out.firm_opt_outs, 0);
}

TEST_F(PromisesTest, AnOutageTakesNoMoreThanItsDepthOfDischarge) {
    street.config.units[unit[0]].event_dod_permille = 100;
    ASSERT_TRUE(street.to_island());
    street.set_former(former, {5000, 5000, 5000});
    street.run(20000);
    EXPECT_GT(street.units_out[unit[0]].p_set_w, 0);
    street.units[unit[0]].soc_permille = 520;
    street.step();

    EXPECT_EQ(street.units_out[unit[0]].p_set_w, 0);
    EXPECT_EQ(street.out.broken, Promise::none_broken);
}

TEST_F(PromisesTest, ReservesAreReleasedOnlyInAnEmergencyWithConsentOfBoth) {
    for (const std::size_t i : unit) street.config.units[i].emergency_release = i != unit[9];
    set_soc(200);
    street.units[former].soc_permille = 201;
    ASSERT_TRUE(street.to_island());
    street.set_former(former, {3000, 3000, 3000});
    street.run(5000);
    ASSERT_EQ(street.out.mode, IslandMode::critical);
    ASSERT_EQ(street.units_out[unit[0]].p_set_w, 0);
    EXPECT_FALSE(alarmed(Alarm::reserve_released));

    street.site.emergency = true;
    street.run(10000);
    EXPECT_TRUE(alarmed(Alarm::reserve_released));
    EXPECT_GT(street.units_out[unit[0]].p_set_w, 0);
    EXPECT_EQ(street.units_out[unit[9]].p_set_w, 0);  // its owner does not lend it
    EXPECT_EQ(street.out.broken, Promise::none_broken);

    street.site.emergency = false;  // withdrawn, it ends in the same step
    street.step();
    EXPECT_EQ(street.units_out[unit[0]].action, UnitAction::set);
    EXPECT_EQ(street.units_out[unit[0]].p_set_w, 0);
    EXPECT_EQ(street.out.broken, Promise::none_broken);
}

TEST_F(PromisesTest, AnEmergencyWithoutAPromiseAtRiskReleasesNothing) {
    for (const std::size_t i : unit) street.config.units[i].emergency_release = true;
    street.site.emergency = true;
    ASSERT_TRUE(street.to_island());
    street.run(5000);

    EXPECT_FALSE(alarmed(Alarm::reserve_released));
}

TEST_F(PromisesTest, BelowTheFloorABatteryServesItsOwnerAndNobodyElse) {
    street.units[unit[1]].soc_permille = 150;
    ASSERT_TRUE(to_island_with_owner({5000, 5000, 5000}, {100, 100, 200, 300, 800}));
    street.run(20000);

    EXPECT_NEAR(street.units_out[unit[0]].p_set_w, 1500, 100);
    EXPECT_EQ(street.units_out[unit[1]].p_set_w, 0);
    EXPECT_EQ(street.out.broken, Promise::none_broken);

    street.units[unit[0]].soc_permille = 110;  // the device's floor and its margin
    street.step();
    EXPECT_EQ(street.units_out[unit[0]].p_set_w, 0);
}

TEST_F(PromisesTest, AnOwnerWhoseHomeIsHeardAgainIsServedInThatVeryStep) {
    ASSERT_TRUE(to_island_with_owner({5000, 5000, 5000}, {100, 100, 200, 300, 800}));
    street.muted_home = {true};
    street.run(20000);
    ASSERT_EQ(street.units_out[unit[0]].p_set_w, 0);

    street.muted_home = {false};
    street.step();
    EXPECT_GT(street.units_out[unit[0]].p_set_w, 0);
    EXPECT_EQ(street.out.broken, Promise::none_broken);
}

/// Where some serve their owners, all is summed up once more: not twice.
TEST(OwnersAlone, AHomeThatNeedsNothingFromBelowTheFloorChangesNoOrder) {
    std::vector<std::int32_t> orders[2];
    for (const bool with_home : {false, true}) {
        test::Street street;
        street.add_former(60000, 100000, 600);
        street.add_hybrid(0, 600, 3500);
        street.add_hybrid(1, 600);
        street.units[1].pv_w = 2000;
        street.add_home(0, {100, 100, 200, 300, 800});
        street.config.units[2].home = with_home ? 0 : no_home;
        ASSERT_TRUE(street.to_island());
        street.set_former(0, {5000, 5000, 5000});
        for (int n = 0; n < 100; ++n) {
            street.step();
            for (const UnitOut& out : street.units_out) orders[with_home].push_back(out.p_set_w);
        }
        EXPECT_GT(street.units_out[1].p_set_w, 2000);
    }
    EXPECT_EQ(orders[0], orders[1]);
}

TEST(OwnersAlone, AreServedWhereEverybodyIsAnOwner) {
    test::Street street;
    street.add_former(60000, 100000, 600);
    street.add_hybrid(0, 150);
    street.add_home(0, {100, 100, 200, 300, 800});
    for (UnitConfig& unit : street.config.units) unit.home = 0;
    ASSERT_TRUE(street.to_island());
    street.set_former(0, {5000, 5000, 5000});
    street.run(20000);

    EXPECT_NEAR(street.units_out[1].p_set_w, 1500, 100);
}

TEST_F(PromisesTest, WhatABatteryGivesItsOwnerFallsAtOnceEvenByATrifle) {
    ASSERT_TRUE(to_island_with_owner({5000, 5000, 5000}, {100, 100, 0, 0, 0}));
    street.run(20000);
    ASSERT_EQ(street.units_out[unit[0]].p_set_w, 200);

    street.units[unit[0]].discharge_max_w = 150;  // less than a dead band below
    street.step();
    EXPECT_EQ(street.units_out[unit[0]].p_set_w, 150);
    EXPECT_EQ(street.out.broken, Promise::none_broken);
}

TEST_F(PromisesTest, ASurplusServesOwnersToo) {
    ASSERT_TRUE(to_island_with_owner({-3000, -3000, -3000}, street.homes[0].p_w));
    street.run(20000);

    EXPECT_LE(street.units_out[unit[0]].p_set_w, 0);
}

/// A promise broken on purpose: the street loses more batteries than one in twenty times. Either
/// the hall is served to the end, or it was told in time.
TEST_F(PromisesTest, WhenTheTwentiethCaseComesItIsAnnouncedInTime) {
    street.config.tuning.critical_wh = street.config.tuning.saving_wh = 0;
    std::array<double, 11> energy_wh{};  // above floor and margin
    for (double& e : energy_wh) e = 1100;
    for (const std::size_t i : unit) street.units[i].soc_permille = 291;
    energy_wh[0] = 20000;
    ASSERT_TRUE(street.to_island());
    std::int64_t announced_ms = -1;
    std::int64_t told_ms = 0;  ///< for how long it would be served, once all had opted out
    constexpr std::int64_t last_opt_out_ms = hour / 2 + 6 * 60000;
    const std::int64_t begin = street.site.now_ms;
    for (std::int64_t t = 0; t < 4 * hour && energy_wh[0] > 0; t += 1000) {
        // After half an hour seven of ten owners opt out, one by one.
        if (t >= hour / 2 && t % 60000 == 0 && t < hour / 2 + 7 * 60000) {
            street.units[unit[static_cast<std::size_t>((t - hour / 2) / 60000)]].opted_out = true;
        }
        std::int32_t served = 0;
        for (std::size_t n = 0; n < unit.size(); ++n) {
            const std::int32_t p = street.units_out[unit[n]].p_set_w;
            street.set_p(unit[n], p);
            served += p;
            energy_wh[n + 1] -= p / 3600.0;
            street.units[unit[n]].soc_permille = 210 + static_cast<int>(energy_wh[n + 1] / 13.5);
        }
        std::int32_t load = 5000;
        for (const HomeOut& home : street.homes_out)
            load += std::array{
                0, 100, 200, 400, 600, 1000}[static_cast<std::size_t>(home.closed_tiers)];
        energy_wh[0] -= (load - served) / 3600.0;
        street.units[former].soc_permille = 210 + static_cast<int>(energy_wh[0] / 50.0);
        const std::int32_t third = (load - served) / 3;
        street.set_former(former, {third, third, load - served - 2 * third});
        street.step(1000);
        ASSERT_TRUE(t > 0 || promise().state == PromiseState::kept);
        const bool announced = promise().state != PromiseState::kept;
        if (announced_ms < 0 && announced) announced_ms = t;
        ASSERT_TRUE(announced_ms < 0 || announced) << "taken back at " << t;
        if (t == last_opt_out_ms) told_ms = t + promise().time_left_ms;
    }
    const std::int64_t served_ms = street.site.now_ms - begin;
    // Not a case that is served anyway; told long before, and from then on a little less than true.
    EXPECT_LT(served_ms, 4 * hour);
    ASSERT_GE(announced_ms, hour / 2);
    EXPECT_GT(served_ms - announced_ms, hour);
    EXPECT_LE(told_ms, served_ms);
    EXPECT_GT(told_ms, served_ms * 8 / 10);
}

}  // namespace
}  // namespace islandbench::dispatch::core
