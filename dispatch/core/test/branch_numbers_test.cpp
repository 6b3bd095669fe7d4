#include <gtest/gtest.h>

#include "dispatch/core/boxes.hpp"
#include "dispatch/core/branches.hpp"
#include "dispatch/core/test/street.hpp"

/// What cables leave for the units on them, number by number.
namespace islandbench::dispatch::core {
namespace {

/// On the first cable: a unit with PV on phase A, one on all three, an absent and a stale one on B,
/// a home that reports on A, a silent one on B and one that says a phase that there is not. On the
/// second: a unit on C.
struct BranchNumbers : ::testing::Test {
    BranchNumbers() {
        street.add_former(60000, 100000, 600);
        a = add(0, 1, 2000);
        three = add(three_phase, 1, 600);
        absent = add(1, 1, 0);
        stale = add(1, 1, 0);
        c = add(2, 2, 0);
        add_home(0, {300, 0, 0, 0, 0});
        add_home(1, {0, 0, 0, 0, 0});
        add_home(3, {900, 0, 0, 0, 0});
        street.config.branches = {{{2000, 3000, 4000}}, {{1000, 1100, 1200}}};
        street.state.fit(street.config);
        street.to_island();
        HomeState& silent = street.state.homes[1];
        silent.peak_w = {100, 50, 7000, 7000, 7000};
        silent.closed_tiers = 2;
        street.homes[1].reported_ms = silent.reported_ms = never_reported;
        street.units[a].pv_w = 2000;
        street.units[three].pv_w = 600;
        street.units[absent].p_w = 5000;
        street.state.units[absent].quality = Quality::absent;
        street.units[stale].p_w = 700;
        street.state.units[stale].quality = Quality::stale;
        street.state.units[a].ceiling_mw = 1000000;
        street.state.units[three].ceiling_mw = 400000;
    }
    std::size_t add(std::uint8_t phase, std::uint16_t branch, std::int32_t pv_peak_w) {
        const std::size_t i = street.add_hybrid(phase, 600, pv_peak_w);
        street.config.units[i].branch = branch;
        return i;
    }
    void add_home(std::uint8_t phase, std::array<std::int32_t, tier_count> p_w) {
        street.config.homes[street.add_home(phase, p_w)].branch = 1;
    }
    Work work() {
        Work w{street.config, street.site, street.units, street.homes, street.state, street.out};
        fill_boxes(w, w.all_units());
        return w;
    }
    std::array<std::int64_t, 4> room(std::size_t branch, bool charging) {
        Work w = work();
        const auto limits = bound_branches(w, charging).subspan(branch * max_groups, max_groups);
        for (std::size_t g = 0; g < max_groups; ++g) EXPECT_EQ(limits[g].group, g);
        return {limits[0].max_w, limits[1].max_w, limits[2].max_w, limits[3].max_w};
    }
    /// With these orders of the unit on A and the one on three phases.
    bool kept(std::int32_t a_w, std::int32_t three_w) {
        std::vector<UnitOut> out(street.units.size());
        out[a] = {.action = UnitAction::set, .p_set_w = a_w};
        out[three] = {.action = UnitAction::set, .p_set_w = three_w};
        out[stale].p_set_w = 90000;  // nobody was told
        Work w = work();
        return branches_kept(w, out);
    }

    test::Street street;
    std::size_t a = 0, three = 0, absent = 0, stale = 0, c = 0;
};

using Rooms = std::array<std::int64_t, 4>;

TEST_F(BranchNumbers, GivingStartsFromWhatIsUsedThereAndPv) {
    // Of the 2, 3 and 4 kW the three-phase unit keeps 249, 142 and 1000 thousandths by its rating.
    // A: 2000 - 498 + 300 - 1940. B: 3000 - 426 - 700 of the stale unit, nothing of the absent one
    // and the silent home. It has itself three times the least, 498 - 138, less its own PV.
    EXPECT_EQ(room(0, false), (Rooms{-138, 1874, 0, 3 * 360 - 582}));
    EXPECT_EQ(room(1, false), (Rooms{1000, 1100, 1200, 0}));
}

TEST_F(BranchNumbers, TakingStartsFromWhatMayBeUsedThereAndWhatTheRampLetsThrough) {
    // A: 2000 - 498 + 1000 - 300. B: 3000 - 426 + 700 - 150 that the silent home drew at most.
    EXPECT_EQ(room(0, true), (Rooms{2202, 3124, 0, 3 * 426 + 400}));
}

TEST_F(BranchNumbers, OrdersMayMoveByDeadBandsAndQuantaBeyondTheLimit) {
    // 2000 and 3 for thirds, 110 of each of the two units; the home draws 300, the three-phase unit
    // gives 100 on each phase.
    EXPECT_TRUE(kept(2423, 300));
    EXPECT_FALSE(kept(2424, 300));
    EXPECT_TRUE(kept(-2023, 300));
    EXPECT_FALSE(kept(-2024, 300));
}

TEST_F(BranchNumbers, EachCableHasFourNodesOfTheSplit) {
    Work w = work();
    EXPECT_EQ(share_of(w, a, 1, 1).branch, 1);
    EXPECT_EQ(share_of(w, stale, 1, 1).branch, 2);
    EXPECT_EQ(share_of(w, three, 1, 1).branch, 4);
    EXPECT_EQ(share_of(w, c, 1, 1).branch, 7);
    EXPECT_EQ(share_of(w, 0, 1, 1).branch, 0);
}

TEST_F(BranchNumbers, ACableThatTheMemoryWasNotMadeForIsNone) {
    street.config.branches.push_back({{500, 500, 500}});
    EXPECT_EQ(branch_of(work(), 2), 2u);
    EXPECT_EQ(branch_of(work(), 3), 0u);
    street.config.branches.resize(1);
    EXPECT_EQ(branch_of(work(), 2), 0u);
}

}  // namespace
}  // namespace islandbench::dispatch::core
