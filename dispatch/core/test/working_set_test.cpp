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
}

TEST_F(WorkingSet, BackToAllNeedsAFifthMoreThanEntering) {
    live(2000, 60000);
    // 6 x 800 W would do if it were not for the hysteresis.
    live(5300, 60000);
    EXPECT_LT(std::popcount(working()), 6);

    live(8000, 60000);
    EXPECT_EQ(working(), 0x3fu);
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
