#include "dispatch/core/split.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include "base/random.hpp"

namespace islandbench::dispatch::core {
namespace {

struct Case {
    std::vector<Share> units;
    std::vector<GroupBounds> groups = std::vector<GroupBounds>(max_groups);
    std::vector<BranchLimit> branches{};
    Share slack{};
    std::int64_t target = 0;
};

struct Answer {
    std::vector<std::int32_t> x;
    SplitResult result;
};

Answer solve(const Case& c) {
    Answer a{std::vector<std::int32_t>(c.units.size()), {}};
    SplitScratch scratch;
    scratch.fit(c.units.size(), c.branches.size());
    a.result = split(c.units, c.groups, c.branches, c.slack, c.target, a.x, scratch);
    return a;
}

std::int64_t branch_sum(const Case& c, const std::vector<std::int32_t>& x, std::size_t b) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) sum += c.units[i].branch == b + 1 ? x[i] : 0;
    return sum;
}

/// What a group's units can give together, inside its branches.
std::int64_t reach(const Case& c, std::size_t g) {
    std::vector<std::int64_t> sums(c.branches.size() + 1);
    for (const Share& s : c.units) sums[s.branch] += s.group == g && s.weight > 0 ? s.cap_w : 0;
    std::int64_t all = sums[0];
    for (std::size_t b = 0; b < c.branches.size(); ++b) {
        all += std::min(sums[b + 1], c.branches[b].max_w);
    }
    return all;
}

std::int64_t group_sum(const Case& c, const std::vector<std::int32_t>& x, std::size_t g) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) sum += c.units[i].group == g ? x[i] : 0;
    return sum;
}

double cost(const Case& c, const std::vector<std::int32_t>& x, std::int64_t slack_w) {
    const double slack = static_cast<double>(slack_w);
    double sum = c.slack.weight > 0 ? slack * slack / c.slack.weight : 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        if (c.units[i].weight > 0) sum += 1.0 * x[i] * x[i] / c.units[i].weight;
    }
    return sum;
}

/// Every way to place whole watts; the cheapest that meets the target and the bounds.
double cheapest(const Case& c) {
    double best = INFINITY;
    std::vector<std::int32_t> x(c.units.size());
    const auto visit = [&](auto& self, std::size_t i) -> void {
        if (i < x.size()) {
            for (x[i] = 0; x[i] <= c.units[i].cap_w; ++x[i]) self(self, i + 1);
            return;
        }
        for (std::size_t g = 0; g < max_groups; ++g) {
            const std::int64_t sum = group_sum(c, x, g);
            if (sum < c.groups[g].min_w || sum > c.groups[g].max_w) return;
        }
        const std::int64_t slack = c.target - std::accumulate(x.begin(), x.end(), std::int64_t{0});
        if (slack < 0 || slack > c.slack.cap_w) return;
        best = std::min(best, cost(c, x, slack));
    };
    visit(visit, 0);
    return best;
}

TEST(Split, SharesInProportionToWeight) {
    const Case c{{{5000, 1000, 0}, {5000, 2000, 1}, {5000, 3000, 2}},
                 std::vector<GroupBounds>(4),
                 {},
                 {},
                 3000};

    const Answer a = solve(c);

    EXPECT_EQ(a.x, (std::vector<std::int32_t>{500, 1000, 1500}));
    EXPECT_EQ(a.result.rest_w, 0);
}

TEST(Split, ACapIsFilledAndTheRestGoesOn) {
    const Case c{{{400, 1000, 0}, {5000, 1000, 0}}, std::vector<GroupBounds>(4), {}, {}, 3000};

    EXPECT_EQ(solve(c).x, (std::vector<std::int32_t>{400, 2600}));
}

TEST(Split, TheSlackTakesItsShareWithoutBeingOrdered) {
    const Case c{{{5000, 1000, 0}}, std::vector<GroupBounds>(4), {}, {max_cap_w, 3000, 0}, 4000};

    const Answer a = solve(c);

    EXPECT_EQ(a.x[0], 1000);
    EXPECT_EQ(a.result.slack_w, 3000);
}

TEST(Split, ALowerBoundOfAGroupIsMetBeyondItsShare) {
    Case c{{{5000, 1000, 0}, {5000, 1000, 1}},
           std::vector<GroupBounds>(4),
           {},
           {max_cap_w, 8000, 0},
           4000};
    c.groups[1].min_w = 2500;

    const Answer a = solve(c);

    EXPECT_EQ(a.x[1], 2500);
    EXPECT_NEAR(a.x[0], 1500 / 9, 1);
}

TEST(Split, AnUpperBoundOfAGroupWinsOverALowerOne) {
    Case c{{{5000, 1000, 0}}, std::vector<GroupBounds>(4), {}, {max_cap_w, 1, 0}, 4000};
    c.groups[0] = {900, 300};

    EXPECT_EQ(solve(c).x[0], 300);
}

TEST(Split, WithoutWeightNobodyGivesAnything) {
    Case c{{{5000, 0, 0}}, std::vector<GroupBounds>(4), {}, {}, 4000};
    c.groups[0].min_w = 1000;

    const Answer a = solve(c);

    EXPECT_EQ(a.x[0], 0);
    EXPECT_EQ(a.result.rest_w, 4000);
}

TEST(Split, OfSmallCasesItFindsTheCheapestOfAllWays) {
    Random random(1, "split.small");
    for (int n = 0; n < 400; ++n) {
        Case c;
        for (int i = 0; i < 3; ++i) {
            const auto cap = static_cast<std::int32_t>(random.uniform(0, 12));
            const auto weight = static_cast<std::int32_t>(random.uniform(1, 40));
            c.units.push_back({cap, weight, static_cast<std::uint8_t>(random.uniform(0, 2))});
        }
        const std::int64_t room =
            group_sum(c, {c.units[0].cap_w, c.units[1].cap_w, c.units[2].cap_w}, 0);
        c.groups[0].min_w = static_cast<std::int64_t>(random.uniform(0, static_cast<double>(room)));
        c.groups[1].max_w = static_cast<std::int64_t>(random.uniform(0, 15));
        c.slack = {40, static_cast<std::int32_t>(random.uniform(1, 40)), 0};
        c.target = c.groups[0].min_w + static_cast<std::int64_t>(random.uniform(0, 30));

        const Answer a = solve(c);

        const double best = cheapest(c);
        // Rounding moves at most a watt per unit: the cost of that is the tolerance.
        double tolerance = 1e-9;
        for (std::size_t i = 0; i < 3; ++i) {
            tolerance += (2.0 * a.x[i] + 1.0) / c.units[i].weight;
        }
        tolerance += (6.0 * static_cast<double>(a.result.slack_w) + 9.0) / c.slack.weight;
        ASSERT_LE(cost(c, a.x, a.result.slack_w), best + tolerance) << "case " << n;
        ASSERT_EQ(a.result.units_w + a.result.slack_w, c.target) << "case " << n;
    }
}

Case random_case(Random& random) {
    Case c;
    const int units = 1 + static_cast<int>(random.uniform(0, 40));
    for (int i = 0; i < units; ++i) {
        const auto cap = static_cast<std::int32_t>(random.uniform(0, 6000));
        const auto weight =
            random.chance(0.1) ? 0 : static_cast<std::int32_t>(random.uniform(1, 14000));
        c.units.push_back({cap, weight, static_cast<std::uint8_t>(random.uniform(0, 4))});
        if (random.chance(0.4)) continue;
        // Every group has two branches.
        const int branch = 2 * c.units.back().group + (random.chance(0.5) ? 1 : 2);
        c.units.back().branch = static_cast<std::uint16_t>(branch);
    }
    for (int b = 0; b < 2 * max_groups; ++b) {
        c.branches.push_back({static_cast<std::uint8_t>(b / 2)});
        if (random.chance(0.5)) {
            c.branches.back().max_w = static_cast<std::int64_t>(random.uniform(0, 12000));
        }
    }
    for (GroupBounds& g : c.groups) {
        if (random.chance(0.5)) g.max_w = static_cast<std::int64_t>(random.uniform(0, 20000));
        if (random.chance(0.5)) g.min_w = static_cast<std::int64_t>(random.uniform(0, 9000));
    }
    if (random.chance(0.7))
        c.slack = {max_cap_w, static_cast<std::int32_t>(random.uniform(0, 60000)), 0};
    c.target = static_cast<std::int64_t>(random.uniform(0, 80000));
    return c;
}

/// How much the cost would fall if one watt moved from j to i, were it allowed; the exact optimum
/// has no such move (pairs are enough: the bounds are laminar).
bool better_by_a_move(const Case& c, const Answer& a, std::size_t i, std::size_t j) {
    constexpr std::int32_t step = 3;  // above what rounding can leave
    if (c.units[i].weight == 0 || a.x[i] + step > c.units[i].cap_w || a.x[j] < step) return false;
    const std::size_t gi = c.units[i].group;
    const std::size_t gj = c.units[j].group;
    const std::size_t bi = c.units[i].branch;
    if (bi != 0 && bi != c.units[j].branch &&
        branch_sum(c, a.x, bi - 1) + step > c.branches[bi - 1].max_w) {
        return false;
    }
    if (gi != gj) {
        if (group_sum(c, a.x, gi) + step > c.groups[gi].max_w) return false;
        if (group_sum(c, a.x, gj) - step < c.groups[gj].min_w) return false;
    }
    const double rise = 2.0 * (a.x[i] + step) / c.units[i].weight;
    const double fall = 2.0 * (a.x[j] - step) / c.units[j].weight;
    return rise < fall - 1e-9;
}

TEST(Split, InvariantNoMoveBetweenTwoUnitsWouldBeBetter) {
    Random random(2, "split.moves");
    for (int n = 0; n < 10000; ++n) {
        const Case c = random_case(random);
        const Answer a = solve(c);
        for (std::size_t i = 0; i < c.units.size(); ++i) {
            for (std::size_t j = 0; j < c.units.size(); ++j) {
                ASSERT_FALSE(i != j && better_by_a_move(c, a, i, j)) << "case " << n;
            }
        }
    }
}

TEST(Split, InvariantSumsAreExactAndBoxesHold) {
    Random random(3, "split.sums");
    for (int n = 0; n < 20000; ++n) {
        const Case c = random_case(random);
        const Answer a = solve(c);
        std::int64_t sum = 0;
        std::int64_t full = c.slack.weight > 0 ? c.slack.cap_w : 0;
        for (std::size_t i = 0; i < a.x.size(); ++i) {
            ASSERT_GE(a.x[i], 0);
            ASSERT_LE(a.x[i], c.units[i].cap_w);
            sum += a.x[i];
        }
        for (std::size_t g = 0; g < max_groups; ++g) {
            const std::int64_t high =
                std::min(reach(c, g), std::max<std::int64_t>(0, c.groups[g].max_w));
            ASSERT_LE(group_sum(c, a.x, g), high) << "case " << n;
            ASSERT_GE(group_sum(c, a.x, g), std::min(c.groups[g].min_w, high)) << "case " << n;
            full += high;
        }
        for (std::size_t b = 0; b < c.branches.size(); ++b) {
            ASSERT_LE(branch_sum(c, a.x, b), c.branches[b].max_w) << "case " << n;
        }
        ASSERT_EQ(sum, a.result.units_w);
        ASSERT_EQ(sum + a.result.slack_w + a.result.rest_w, c.target);
        if (a.result.rest_w > 0) {
            ASSERT_EQ(sum + a.result.slack_w, full) << "case " << n;
        }
    }
}

TEST(Split, InvariantEverybodyRisesWithTheTarget) {
    Random random(4, "split.monotone");
    for (int n = 0; n < 10000; ++n) {
        Case c = random_case(random);
        const Answer before = solve(c);
        c.target += static_cast<std::int64_t>(random.uniform(1, 5000));
        const Answer after = solve(c);
        // Rounding may move a watt the other way.
        for (std::size_t i = 0; i < after.x.size(); ++i) ASSERT_GE(after.x[i], before.x[i] - 1);
    }
}

TEST(Split, WhatIsRoundedDownDoesNotDependOnThePlaceInTheList) {
    const std::vector<Share> units = {{5000, 700, 0}, {5000, 700, 0}, {5000, 700, 0}};
    SplitScratch scratch;
    scratch.fit(units.size(), 0);
    std::vector<std::int32_t> out(units.size());
    split(units, std::array<GroupBounds, max_groups>{}, {}, Share{}, 1000, out, scratch);

    // The first gets the watt that a third of 1000 W leaves over.
    EXPECT_EQ(out, (std::vector<std::int32_t>{334, 333, 333}));
    for (const Share& each : units) EXPECT_EQ(scratch.rounded_down(each), 333);
}

TEST(Split, ABranchIsFilledToItsLimitAndTheRestGoesOn) {
    Case c{{{5000, 1000, 0, 1}, {5000, 1000, 0, 1}, {5000, 1000, 0}},
           std::vector<GroupBounds>(4),
           {{0, 1501}},
           {},
           6000};

    EXPECT_EQ(solve(c).x, (std::vector<std::int32_t>{751, 750, 4499}));
}

TEST(Split, ABranchThatDoesNotExistIsNone) {
    for (const std::uint16_t branch : {std::uint16_t{1}, std::uint16_t{7}}) {
        const Case c{{{5000, 1000, 0, branch}}, std::vector<GroupBounds>(4), {}, {}, 3000};
        EXPECT_EQ(solve(c).x[0], 3000);
    }
}

TEST(Split, AGroupThatDoesNotExistIsTheLast) {
    Case c{{{5000, 1000, 9}}, std::vector<GroupBounds>(4), {}, {}, 3000};
    c.groups[3].max_w = 700;
    EXPECT_EQ(solve(c).x[0], 700);
    c.units[0] = {5000, 1000, 3, 1};
    c.branches = {{9, 300}};
    EXPECT_EQ(solve(c).x[0], 300);
}

TEST(Split, NobodyIsMoreThanAWattOffWhereABranchIsDueJustItsLimit) {
    // 50.5 W each.
    const Case c{{{5000, 1024, 0}, {5000, 1024, 0, 1}, {5000, 1024, 0, 1}, {5000, 1024, 1}},
                 std::vector<GroupBounds>(4),
                 {{0, 101}},
                 {},
                 202};
    EXPECT_EQ(solve(c).x, (std::vector<std::int32_t>{51, 51, 50, 50}));
}

TEST(Split, UnitsOfAGroupThatThereIsNotGetNothing) {
    const Case c{{{400, 1000, 0}, {5000, 1000, 2}, {5000, 1000, 3}},
                 std::vector<GroupBounds>(2),
                 {},
                 {},
                 1000};

    const Answer a = solve(c);

    EXPECT_EQ(a.x, (std::vector<std::int32_t>{400, 0, 0}));
    EXPECT_EQ(a.result.rest_w, 600);
}

TEST(Split, UnitsThatTheScratchDoesNotHoldGetNothing) {
    const std::vector<Share> units(3, Share{5000, 1000, 0});
    const std::vector<GroupBounds> groups(4);
    std::vector<std::int32_t> x(3, 7);
    SplitScratch scratch;
    scratch.fit(2, 0);

    const SplitResult result = split(units, groups, {}, {}, 3000, x, scratch);

    EXPECT_EQ(x, (std::vector<std::int32_t>{1500, 1500, 0}));
    EXPECT_EQ(result.rest_w, 0);
    EXPECT_EQ(split(units, {}, {}, {}, 3000, x, scratch).rest_w, 3000);
}

/// Of a level of 50.5 W: what is left over by rounding goes to the first who may have it.
TEST(Split, AWattLeftOverGoesPastAGroupThatIsAtItsBound) {
    Case c{{{5000, 1024, 0}, {5000, 1024, 0}, {5000, 1024, 1}, {5000, 1024, 2}},
           std::vector<GroupBounds>(4),
           {},
           {},
           202};
    c.groups[0].max_w = 101;  // just what it is due
    EXPECT_EQ(solve(c).x, (std::vector<std::int32_t>{51, 50, 51, 50}));

    c.units = {{5000, 1024, 0}, {5000, 1024, 1}, {5000, 1024, 2}};
    c.groups[0] = {200, 5000};
    c.target = 301;
    EXPECT_EQ(solve(c).x, (std::vector<std::int32_t>{200, 51, 50}));
    c.groups[0] = {0, 40};
    c.target = 141;
    EXPECT_EQ(solve(c).x, (std::vector<std::int32_t>{40, 51, 50}));
}

TEST(Split, AWattLeftOverGoesPastABranchThatIsAtItsLimit) {
    const Case c{{{5000, 1024, 0, 1}, {5000, 1024, 1}, {5000, 1024, 2}},
                 std::vector<GroupBounds>(4),
                 {{0, 40}},
                 {},
                 141};
    EXPECT_EQ(solve(c).x, (std::vector<std::int32_t>{40, 51, 50}));
}

TEST(Split, HugeWeightsAndTargetsStayInRange) {
    const Case c{{{max_cap_w, 1, 0}, {max_cap_w, 1 << 30, 0}, {1, 1 << 30, 1}},
                 std::vector<GroupBounds>(4),
                 {},
                 {max_cap_w, 1 << 30, 0},
                 std::int64_t{1} << 40};

    const Answer a = solve(c);

    EXPECT_EQ(a.x, (std::vector<std::int32_t>{max_cap_w, max_cap_w, 1}));
    EXPECT_EQ(a.result.rest_w, (std::int64_t{1} << 40) - 3 * std::int64_t{max_cap_w} - 1);
}

}  // namespace
}  // namespace islandbench::dispatch::core
