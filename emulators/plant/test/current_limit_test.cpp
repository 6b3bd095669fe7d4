#include "emulators/plant/current_limit.hpp"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace islandbench::plant {
namespace {

constexpr std::array<double, 3> limit{60.0, 60.0, 60.0};

/// A source of its own impedance in front of a load and a second source.
struct Rig {
    explicit Rig(std::uint64_t seed) : random(seed, "limit") {
        const double x1 = random.uniform(0.3, 1.0);
        const double x0 = random.uniform(0.1, 1.0);
        own = from_sequence({0.05, x1}, {0.05, x0});
        const double size = random.uniform(0.05, 5.0);
        const Phasor zl = polar(size, random.uniform(-0.4, 1.4));
        outside = from_sequence(zl, random.uniform(0.5, 3.0) * zl);
        outside[0][0] += {random.uniform(0.0, 10.0), 0.0};  // unbalanced
        admittance = inverse(own + outside);
        emf = balanced({230.0, 0.0});
        const double v = random.uniform(0.0, 240.0);
        other = balanced(polar(v, random.uniform(-3.1, 3.1)));
        unlimited = admittance * (emf - other);
    }
    Random random;
    Matrix3 own, outside, admittance;
    Phasor3 emf, other, unlimited;
};

TEST(CurrentLimiter, LeavesSmallCurrentsAlone) {
    CurrentLimiter limiter;
    const Phasor3 small = balanced({59.0, 0.0});
    EXPECT_EQ(limiter.limit(identity(), small, limit), small);
    EXPECT_FALSE(limiter.limiting());
    EXPECT_EQ(limiter.drop(), Phasor3{});
}

TEST(CurrentLimiter, HoldsEveryPhaseWhateverTheNetwork) {
    int limited = 0;
    for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
        Rig rig(seed);
        CurrentLimiter limiter;
        const Phasor3 i = limiter.limit(rig.admittance, rig.unlimited, limit);
        for (std::size_t p = 0; p < 3; ++p) {
            // At the limit where it acts, below it where it does not: nothing in between.
            if (limiter.limiting(p)) {
                EXPECT_NEAR(abs(i[p]), limit[p], 1e-5) << seed;
                ++limited;
            } else {
                EXPECT_LE(abs(i[p]), limit[p] + 1e-5) << seed;
            }
        }
        // The current is what the reduced EMF drives.
        const Phasor3 driven = rig.admittance * (rig.emf - limiter.drop() - rig.other);
        EXPECT_LT(largest_magnitude(driven - i), 1e-6) << seed;
    }
    EXPECT_GT(limited, 2000);
}

TEST(CurrentLimiter, HasASolutionOppositeToAStiffGrid) {
    const Matrix3 admittance = inverse(from_sequence({0.05, 0.8}, {0.05, 0.3}));
    CurrentLimiter limiter;
    const Phasor3 opposite = admittance * (balanced({230.0, 0.0}) - balanced({-240.0, 0.0}));
    const Phasor3 i = limiter.limit(admittance, opposite, limit);
    for (std::size_t p = 0; p < 3; ++p) EXPECT_NEAR(abs(i[p]), 60.0, 1e-6);
}

TEST(CurrentLimiter, LimitsOnlyThePhaseThatExceeds) {
    const Matrix3 admittance = diagonal({{0.1, 0.0}, {0.1, 0.0}, {0.5, 0.0}});
    CurrentLimiter limiter;
    const Phasor3 unlimited = admittance * balanced({230.0, 0.0});
    const Phasor3 i = limiter.limit(admittance, unlimited, limit);
    EXPECT_FALSE(limiter.limiting(0));
    EXPECT_EQ(i[0], unlimited[0]);
    EXPECT_TRUE(limiter.limiting(2));
    EXPECT_NEAR(abs(i[2]), 60.0, 1e-9);
}

TEST(CurrentLimiter, LetsGoAsSmoothlyAsItGrips) {
    // A load that grows and shrinks again: the same currents on both ways, no jump.
    CurrentLimiter limiter;
    std::vector<double> up, down;
    const auto current_at = [&](int percent) {
        const Matrix3 y = inverse(from_sequence({2.8, 0.8}, {2.8, 0.3}));
        const Phasor3 unlimited = balanced(0.01 * percent * Phasor{70.0, -20.0});
        const Phasor3 i = limiter.limit(y, unlimited, limit);
        return abs(i[0]);
    };
    for (int percent = 50; percent <= 180; ++percent) up.push_back(current_at(percent));
    for (int percent = 180; percent >= 50; --percent) down.push_back(current_at(percent));
    std::reverse(down.begin(), down.end());
    for (std::size_t k = 0; k < up.size(); ++k) EXPECT_NEAR(up[k], down[k], 1e-6);
    EXPECT_FALSE(limiter.limiting());
}

}  // namespace
}  // namespace islandbench::plant
