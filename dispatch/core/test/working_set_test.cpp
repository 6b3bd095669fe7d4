#include "dispatch/core/working_set.hpp"

#include <gtest/gtest.h>

#include "dispatch/core/test/street.hpp"

namespace islandbench::dispatch::core {
namespace {

/// Six like hybrids on one phase that do nothing well below 800 W, and a former that is nearly
/// empty.
struct WorkingSet : ::testing::Test {
    WorkingSet() {
        former = street.add_former(90000, 60000, 260);
        street.config.units[former].efficient_min_w = 800;  // nobody asks it
        for (std::size_t n = 0; n < unit.size(); ++n) {
            unit[n] = street.add_hybrid(0, 600);
            street.config.units[unit[n]].efficient_min_w = 800;
            street.config.units[unit[n]].dead_band_w = 50;
            street.config.units[unit[n]].id = 10 + static_cast<std::uint32_t>(n);
        }
        street.state.fit(street.config);
        EXPECT_TRUE(street.to_island());
    }
    void live(std::int32_t load_w, std::int64_t ms) {
        for (std::int64_t t = 0; t < ms; t += 250) {
            std::int32_t served = 0;
            for (const std::size_t i : unit) {
                street.set_p(i, street.units_out[i].p_set_w);
                served += street.units_out[i].p_set_w;
            }
            street.set_former(former, {load_w - served, 0, 0});
            street.step();
            ASSERT_EQ(street.out.broken, Promise::none_broken);
        }
    }
    /// Bit n: unit n works.
    unsigned working() const {
        unsigned set = 0;
        for (std::size_t n = 0; n < unit.size(); ++n) {
            if (street.units_out[unit[n]].p_set_w > 0) set |= 1u << n;
        }
        return set;
    }
    std::int32_t sum() const {
        std::int32_t all = 0;
        for (const std::size_t i : unit) all += street.units_out[i].p_set_w;
        return all;
    }

    test::Street street;
    std::size_t former = 0;
    std::array<std::size_t, 6> unit{};
};

TEST_F(WorkingSet, ASmallLoadIsCarriedByOne) {
    live(2000, 120000);

    EXPECT_EQ(std::popcount(working()), 1);
    EXPECT_NEAR(sum(), 1900, 200);
}

TEST_F(WorkingSet, ItCoversWhatIsAskedAndAFifthMore) {
    live(4800, 120000);

    // 4.4 kW are its share, which fits one unit of 5 kW, but not with a fifth to spare.
    EXPECT_EQ(std::popcount(working()), 2);
}

TEST_F(WorkingSet, WhereSharesAreEfficientAllWork) {
    live(12000, 120000);

    EXPECT_EQ(working(), 0x3fu);
}

TEST_F(WorkingSet, TheFullestWorksAndALittleLessEnergyDoesNotMoveIt) {
    street.units[unit[4]].soc_permille = 700;
    live(2000, 60000);
    ASSERT_EQ(working(), 1u << 4);

    street.units[unit[4]].soc_permille = 580;
    live(2000, 400000);
    EXPECT_EQ(working(), 1u << 4);
}

TEST_F(WorkingSet, WhoWorkedForLongIsRelievedAndHandsOver) {
    live(2000, 890000);
    const unsigned first = working();
    ASSERT_EQ(std::popcount(first), 1);
    bool both = false;
    for (int n = 0; n < 300; ++n) {
        live(2000, 250);
        both = both || std::popcount(working()) == 2;
        EXPECT_GT(sum(), 1500);
    }

    EXPECT_TRUE(both);
    EXPECT_EQ(std::popcount(working()), 1);
    EXPECT_NE(working(), first);
}

TEST_F(WorkingSet, HandingOverWaitsForABatteryNotForItsPv) {
    street.config.units[unit[1]].pv_peak_w = 3500;
    street.units[unit[1]].pv_w = 1000;
    live(3000, 890000);
    ASSERT_NEAR(street.units_out[unit[1]].p_set_w, 970, 60);
    for (int n = 0; n < 300; ++n) {
        live(3000, 250);
        EXPECT_GT(sum(), 2400);
    }

    EXPECT_GT(street.units_out[unit[1]].p_set_w, 2400);
}

TEST_F(WorkingSet, OfEqualOnesTheLowestIdWorksWhereverItStands) {
    std::swap(street.config.units[unit[0]].id, street.config.units[unit[5]].id);
    street.state.fit(street.config);
    live(2000, 60000);

    EXPECT_EQ(working(), 1u << 5);
}

TEST(WorkingSetOfThree, AWattLeftOverByRoundingDecidesNothing) {
    test::Street street;
    street.add_former(90000, 60000, 205);  // takes no share
    for (std::uint32_t n = 0; n < 3; ++n) {
        const std::size_t i = street.add_hybrid(0, 600);
        street.config.units[i].id = 10 + n;
    }
    street.state.fit(street.config);
    ASSERT_TRUE(street.to_island());
    street.set_former(0, {1000, 0, 0});
    street.run(1000);
    // Thirds of 1000 W are 334, 333 and 333. The first wants a watt more than its share is.
    street.config.units[1].efficient_min_w = 334;
    street.state.phases[0].load_mw = street.state.phases[0].bound_mw = 1000000;
    street.state.balance_ms = street.site.now_ms;
    street.step();

    EXPECT_EQ(street.state.in_sets, 1);

    // Its share and no more is what it does well.
    street.state.in_sets = 0;
    street.config.units[1].efficient_min_w = 333;
    for (std::size_t i = 1; i <= 3; ++i) {
        street.state.units[i].set_since_ms = never_reported;
    }
    street.step();
    EXPECT_EQ(street.state.in_sets, 0);
}

TEST(WorkingSetOfThree, WhatCoversExactlyIsEnough) {
    test::Street street;
    street.add_former(90000, 60000, 205);  // takes no share
    for (std::uint32_t n = 0; n < 3; ++n) {
        const std::size_t i = street.add_hybrid(0, 600);
        street.config.units[i].id = 10 + n;
        street.config.units[i].efficient_min_w = 1500;
    }
    street.state.fit(street.config);
    ASSERT_TRUE(street.to_island());
    street.set_former(0,
                      {4168, 0, 0});  // thirds of 1389 W; a fifth more: 5000 W, what one can give
    street.state.phases[0].load_mw = street.state.phases[0].bound_mw = 4168000;
    street.state.balance_ms = street.site.now_ms;
    street.step();

    EXPECT_EQ(street.state.in_sets, 1);
    EXPECT_NE(street.state.units[1].set_since_ms, never_reported);
    EXPECT_EQ(street.state.units[2].set_since_ms, never_reported);
}

TEST(WorkingSetOfThree, WhoLeavesStaysUntilTheRampsOfTheOthersSuffice) {
    for (const std::int32_t rise_w : {4164, 4163}) {
        test::Street street;
        street.add_former(90000, 60000, 205);  // takes no share
        for (std::uint32_t n = 0; n < 3; ++n) {
            const std::size_t i = street.add_hybrid(0, 600);
            street.config.units[i].id = 10 + n;
            street.config.units[i].efficient_min_w = 1500;
        }
        street.state.fit(street.config);
        ASSERT_TRUE(street.to_island());
        street.run(1000);
        street.set_former(0, {4167, 0, 0});  // 1388 W each, rounded down: 4164
        street.state.phases[0].load_mw = street.state.phases[0].bound_mw = 4167000;
        street.state.balance_ms = street.site.now_ms;
        street.state.units[1].ceiling_mw = rise_w * std::int64_t{1000} - 125000;
        street.state.units[3].set_since_ms = street.site.now_ms - 3600000;  // long enough
        street.state.in_sets = 1;
        street.step();

        EXPECT_NE(street.state.units[1].set_since_ms, never_reported);
        EXPECT_EQ(street.state.units[2].set_since_ms, never_reported);
        EXPECT_EQ(street.state.units[3].set_since_ms == never_reported, rise_w == 4164);
    }
}

TEST_F(WorkingSet, BackToAllNeedsAFifthMoreThanEntering) {
    live(2000, 60000);
    // 6 x 800 W would do if it were not for the hysteresis.
    live(5300, 60000);
    for (int n = 0; n < 40; ++n) {
        live(5300, 250);
        EXPECT_EQ(street.state.in_sets, 1);
    }
    EXPECT_LT(std::popcount(working()), 6);

    live(8000, 60000);
    EXPECT_EQ(working(), 0x3fu);
    EXPECT_EQ(street.state.in_sets, 0);
    for (const std::size_t i : unit) {  // the next set begins anew
        EXPECT_EQ(street.state.units[i].set_since_ms, never_reported);
    }
    live(5300, 60000);  // and from above they do
    EXPECT_EQ(street.state.in_sets, 0);
}

TEST_F(WorkingSet, WhoHasBegunStaysForItsTimeAndNoLonger) {
    live(2000, 1000);
    ASSERT_EQ(working(), 1u);
    const std::int64_t began = street.state.units[unit[0]].set_since_ms;
    street.units[unit[4]].soc_permille = 900;
    live(2000, 310000);

    EXPECT_EQ(street.state.units[unit[4]].set_since_ms - began, 300000);
}

TEST_F(WorkingSet, WhoWorkedForLongIsRelievedAtItsTime) {
    live(2000, 1000);
    const std::int64_t began = street.state.units[unit[0]].set_since_ms;
    live(2000, 910000);

    EXPECT_EQ(street.state.units[unit[1]].set_since_ms - began, 900000);
}

TEST_F(WorkingSet, WhoHasFarMoreEnergyWorksOn) {
    street.units[unit[4]].soc_permille = 900;  // 690 against 390, less the malus of a fifth
    live(2000, 960000);

    EXPECT_EQ(working(), 1u << 4);
}

TEST_F(WorkingSet, OfEqualOnesWithoutIdsTheFirstWorks) {
    for (const std::size_t i : unit) street.config.units[i].id = 0;
    street.state.fit(street.config);
    live(2000, 60000);

    EXPECT_EQ(working(), 1u);
}

TEST_F(WorkingSet, WhoMayNotDischargeIsNoneOfThem) {
    street.units[unit[4]].soc_permille = 900;
    street.units[unit[4]].discharge_max_w = 0;
    for (int n = 0; n < 40; ++n) {
        live(2000, 250);
        ASSERT_EQ(street.state.units[unit[4]].set_since_ms, never_reported);
    }
    EXPECT_EQ(working(), 1u);
}

TEST_F(WorkingSet, WhoGivesNothingGivesNoCrumb) {
    street.units[unit[3]].soc_permille = 150;  // below its floor
    live(12000, 60000);

    EXPECT_EQ(working(), 0x37u);
    EXPECT_EQ(street.state.in_sets, 0);
}

TEST_F(WorkingSet, SurplusGoesToFewToo) {
    live(-1500, 60000);

    int charging = 0;
    for (const std::size_t i : unit) charging += street.units_out[i].p_set_w < 0;
    EXPECT_EQ(charging, 1);
}

}  // namespace
}  // namespace islandbench::dispatch::core
