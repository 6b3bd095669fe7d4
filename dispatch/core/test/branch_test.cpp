#include "dispatch/core/branches.hpp"

#include <gtest/gtest.h>

#include "dispatch/core/test/street.hpp"

namespace islandbench::dispatch::core {
namespace {

/// A former and four hybrids on one phase; the last two hang on a thin cable with two homes.
struct BranchTest : ::testing::Test {
    BranchTest() {
        former = street.add_former(30000, 60000, 600);
        for (std::size_t n = 0; n < 4; ++n) unit[n] = street.add_hybrid(0, 600, 3000);
        for (int h = 0; h < 2; ++h) street.add_home(0, {100, 100, 0, 0, 0});
        set_limit(2000);
    }
    void set_limit(std::int32_t w) {
        street.config.branches = {{{w, w, w}}};
        for (std::size_t n = 2; n < 4; ++n) street.config.units[unit[n]].branch = 1;
        for (HomeConfig& home : street.config.homes) home.branch = 1;
        street.state.fit(street.config);
    }
    /// The former's phase so loaded, the followers doing what they were told.
    void live(std::int32_t load_w, std::int64_t ms) {
        for (std::int64_t t = 0; t < ms; t += 250) {
            std::int32_t served = 0;
            for (const std::size_t i : unit) {
                street.set_p(i, street.units_out[i].p_set_w);
                served += street.units_out[i].p_set_w;
            }
            street.set_former(former, {load_w - served, 0, 0});
            street.step();
        }
    }
    std::int32_t order(std::size_t n) const { return street.units_out[unit[n]].p_set_w; }

    test::Street street;
    std::size_t former = 0;
    std::array<std::size_t, 4> unit{};
};

TEST_F(BranchTest, BatteriesOnAThinCableGiveItsLimitAndWhatIsUsedThere) {
    ASSERT_TRUE(street.to_island());
    live(24000, 60000);

    // 2000 W out of the branch and 2 x 200 W for the homes on it.
    EXPECT_NEAR(order(2) + order(3), 2400, 220);
    EXPECT_GT(order(0), 2500);
    EXPECT_EQ(street.out.broken, Promise::none_broken);
}

TEST_F(BranchTest, ASilentHomeMakesNoRoom) {
    ASSERT_TRUE(street.to_island());
    street.muted_home = {true, true};
    live(24000, 60000);

    EXPECT_NEAR(order(2) + order(3), 2000, 220);
}

TEST_F(BranchTest, WithoutAWatchedCableAllGiveAlike) {
    street.config.branches.clear();
    street.state.fit(street.config);
    ASSERT_TRUE(street.to_island());
    live(24000, 60000);

    EXPECT_NEAR(order(2), order(0), 220);
}

TEST_F(BranchTest, ChargingHeedsTheCableToo) {
    ASSERT_TRUE(street.to_island());
    for (const std::size_t i : {unit[0], unit[1]}) street.units[i].pv_w = 3000;
    set_limit(1000);
    live(-9000, 60000);

    // 1000 W into the branch, of which the homes take 400.
    EXPECT_NEAR(order(2) + order(3), -600, 220);
}

TEST_F(BranchTest, SlowChargingOnTheGridHeedsTheCable) {
    set_limit(500);
    for (const std::size_t i : unit) street.units[i].soc_permille = 210;
    ASSERT_TRUE(street.to_grid());
    street.run(60000);

    EXPECT_EQ(order(0), -250);
    EXPECT_NEAR(order(2) + order(3), -100, 110);
}

TEST_F(BranchTest, OnTheGridACablesRoomIsSharedByWhatEachLacksWhereverItStands) {
    for (UnitConfig& one : street.config.units) one.dead_band_w = 20;
    street.config.tuning.quantum_w = 1;
    ASSERT_TRUE(street.to_grid());
    set_limit(700);  // 300 W for them: 400 are used there
    const auto charged = [this](std::int32_t soc_2, std::int32_t soc_3) {
        street.units[unit[2]].soc_permille = soc_2;
        street.units[unit[3]].soc_permille = soc_3;
        live(0, 60000);
        return std::array{-order(2), -order(3)};
    };
    // 700 and 840 thousandths are lacking to the ceiling.
    const auto [less, more] = charged(250, 110);
    EXPECT_GT(less + more, 150);
    EXPECT_NEAR(less, (less + more) * 700 / 1540, 15);
    const auto [more_again, less_again] = charged(110, 250);
    EXPECT_NEAR(less_again, (less_again + more_again) * 700 / 1540, 15);
}

TEST_F(BranchTest, AThreePhaseUnitKeepsItsPartOfTheCable) {
    street.config.units[unit[3]].phase = three_phase;
    set_limit(2000);
    ASSERT_TRUE(street.to_island());
    live(26000, 60000);

    // 5 kW on the phase, 5/3 kW of the three-phase unit: a quarter of 2000 W is its own, per phase.
    EXPECT_NEAR(order(3), 3 * 500, 220);
    EXPECT_NEAR(order(2), 1500 + 400, 220);
}

TEST_F(BranchTest, ACableBeyondItsLimitIsTold) {
    ASSERT_TRUE(street.to_island());
    live(24000, 60000);
    EXPECT_FALSE(street.out.alarms & bit(Alarm::branch_over));

    for (HomeIn& home : street.homes) home.p_w = {3000, 3000, 0, 0, 0};
    live(24000, 250);
    live(24000, 250);
    EXPECT_TRUE(street.out.alarms & bit(Alarm::branch_over));
}

}  // namespace
}  // namespace islandbench::dispatch::core
