#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <optional>
#include <vector>

#include "base/random.hpp"
#include "dispatch/core/split.hpp"

/// The split against the quadratic programme that it is to solve, solved another way: every set of
/// active constraints is tried, the equality-constrained minimum of each is a linear system, and
/// the cheapest of those that keep all constraints is the answer.
namespace islandbench::dispatch::core {
namespace {

constexpr std::size_t units = 3;
constexpr std::size_t variables = units + 1;  ///< the slack is the last
constexpr std::size_t groups = 2;
constexpr std::size_t branches = 2;

struct Problem {
    std::array<Share, units> unit{};
    std::array<GroupBounds, max_groups> group{};
    std::array<BranchLimit, branches> branch{};
    Share slack{};
    std::int64_t target = 0;
};

using Row = std::array<double, variables>;
struct Equation {
    Row a{};
    double b = 0;
};
using System = std::vector<std::vector<double>>;

/// Gauss with pivoting; nothing when it is singular.
std::optional<std::vector<double>> solved(System m) {
    const std::size_t n = m.size();
    for (std::size_t k = 0; k < n; ++k) {
        std::size_t best = k;
        for (std::size_t r = k; r < n; ++r) {
            if (std::abs(m[r][k]) > std::abs(m[best][k])) best = r;
        }
        if (std::abs(m[best][k]) < 1e-12) return std::nullopt;
        std::swap(m[k], m[best]);
        for (std::size_t r = 0; r < n; ++r) {
            const double f = m[r][k] / m[k][k];
            if (r == k || f == 0.0) continue;
            for (std::size_t c = k; c <= n; ++c) m[r][c] -= f * m[k][c];
        }
    }
    std::vector<double> x(n);
    for (std::size_t k = 0; k < n; ++k) x[k] = m[k][n] / m[k][k];
    return x;
}

double weight(const Problem& p, std::size_t v) {
    return v < units ? p.unit[v].weight : p.slack.weight;
}
double cap(const Problem& p, std::size_t v) {
    return v < units ? p.unit[v].cap_w : p.slack.cap_w;
}

Row members(const Problem& p, auto&& is_member) {
    Row row{};
    for (std::size_t i = 0; i < units; ++i) row[i] = is_member(p.unit[i]) ? 1.0 : 0.0;
    return row;
}

double product(const Row& a, const std::vector<double>& x) {
    double sum = 0;
    for (std::size_t v = 0; v < variables; ++v) sum += a[v] * x[v];
    return sum;
}

/// The minimum of the cost where all equations hold: its Lagrangian's zero.
std::optional<std::vector<double>> minimum(const Problem& p, const std::vector<Equation>& all) {
    const std::size_t n = variables + all.size();
    System m(n, std::vector<double>(n + 1, 0.0));
    for (std::size_t v = 0; v < variables; ++v) m[v][v] = 2.0 / weight(p, v);
    for (std::size_t e = 0; e < all.size(); ++e) {
        for (std::size_t v = 0; v < variables; ++v) {
            m[v][variables + e] = m[variables + e][v] = all[e].a[v];
        }
        m[variables + e][n] = all[e].b;
    }
    return solved(std::move(m));
}

bool feasible(const Problem& p, const std::vector<double>& x) {
    constexpr double eps = 1e-6;
    for (std::size_t v = 0; v < variables; ++v) {
        if (x[v] < -eps || x[v] > cap(p, v) + eps) return false;
    }
    for (std::size_t g = 0; g < groups; ++g) {
        const double sum = product(members(p, [&](const Share& s) { return s.group == g; }), x);
        if (sum < static_cast<double>(p.group[g].min_w) - eps) return false;
        if (sum > static_cast<double>(p.group[g].max_w) + eps) return false;
    }
    for (std::size_t b = 0; b < branches; ++b) {
        const auto on = [&](const Share& s) { return s.branch == b + 1; };
        if (product(members(p, on), x) > static_cast<double>(p.branch[b].max_w) + eps) return false;
    }
    return true;
}

double cost(const Problem& p, const std::vector<double>& x) {
    double sum = 0;
    for (std::size_t v = 0; v < variables; ++v) sum += x[v] * x[v] / weight(p, v);
    return sum;
}

/// Everything that may be active, with how many ways; digit 0 is "not".
struct Choice {
    Row a{};
    std::array<double, 2> at{};
    int ways = 2;
};

std::vector<Choice> choices(const Problem& p) {
    std::vector<Choice> all;
    for (std::size_t v = 0; v < variables; ++v) {
        Row a{};
        a[v] = 1;
        all.push_back({a, {0.0, cap(p, v)}, v < units ? 3 : 2});
    }
    for (std::size_t g = 0; g < groups; ++g) {
        all.push_back(
            {members(p, [&](const Share& s) { return s.group == g; }),
             {static_cast<double>(p.group[g].min_w), static_cast<double>(p.group[g].max_w)},
             3});
    }
    for (std::size_t b = 0; b < branches; ++b) {
        all.push_back({members(p, [&](const Share& s) { return s.branch == b + 1; }),
                       {static_cast<double>(p.branch[b].max_w), 0.0},
                       2});
    }
    return all;
}

std::optional<std::vector<double>> optimum(const Problem& p) {
    const std::vector<Choice> may = choices(p);
    int ways = 1;
    for (const Choice& c : may) ways *= c.ways;
    std::optional<std::vector<double>> best;
    for (int w = 0; w < ways; ++w) {
        std::vector<Equation> active{{{1, 1, 1, 1}, static_cast<double>(p.target)}};
        int digits = w;
        for (const Choice& c : may) {
            const int digit = digits % c.ways;
            digits /= c.ways;
            if (digit > 0) active.push_back({c.a, c.at[static_cast<std::size_t>(digit - 1)]});
        }
        if (active.size() > variables) continue;
        const auto x = minimum(p, active);
        if (!x || !feasible(p, *x)) continue;
        if (!best || cost(p, *x) < cost(p, *best)) best = x;
    }
    return best;
}

/// Always solvable: lower bounds are within reach, and the slack takes what is left.
Problem random_problem(Random& random) {
    const auto whole = [&](double low, double high) {
        return static_cast<std::int32_t>(random.uniform(low, high));
    };
    Problem p;
    p.branch = {{{0, whole(0, 6000)}, {1, whole(0, 6000)}}};
    std::array<std::int64_t, groups> reach{};
    for (std::size_t i = 0; i < units; ++i) {
        const auto group = static_cast<std::uint8_t>(i == 0 ? 0 : i == 1 ? whole(0, 2) : 1);
        const auto branch = static_cast<std::uint16_t>(random.chance(0.6) ? group + 1 : 0);
        p.unit[i] = {whole(1, 6000), whole(1, 14000), group, branch};
    }
    for (std::size_t g = 0; g < groups; ++g) {
        std::int64_t on_branch = 0;
        for (const Share& s : p.unit) {
            if (s.group == g) (s.branch == 0 ? reach[g] : on_branch) += s.cap_w;
        }
        reach[g] += std::min(on_branch, p.branch[g].max_w);
        p.group[g].max_w = whole(1, 9000);
        const std::int64_t most = std::min(reach[g], p.group[g].max_w);
        if (random.chance(0.6)) p.group[g].min_w = whole(0, static_cast<double>(most));
    }
    p.slack = {max_cap_w, whole(1, 30000)};
    p.target = p.group[0].min_w + p.group[1].min_w + whole(0, 15000);
    return p;
}

TEST(SplitOracle, OfSmallCasesItIsTheOptimumOfTheQuadraticProgramme) {
    Random random(1, "split.oracle");
    for (int n = 0; n < 200; ++n) {
        const Problem p = random_problem(random);
        std::array<std::int32_t, units> x{};
        SplitScratch scratch;
        scratch.fit(units, branches);
        const SplitResult result = split(p.unit, p.group, p.branch, p.slack, p.target, x, scratch);

        const auto best = optimum(p);

        ASSERT_TRUE(best) << "case " << n;
        for (std::size_t i = 0; i < units; ++i) EXPECT_NEAR(x[i], (*best)[i], 2.0) << "case " << n;
        EXPECT_NEAR(static_cast<double>(result.slack_w), (*best)[units], 4.0) << "case " << n;
    }
}

}  // namespace
}  // namespace islandbench::dispatch::core
