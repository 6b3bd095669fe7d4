#include "base/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace islandbench {
namespace {

TEST(Random, RepeatsBySeedAndStream) {
    Random a(7, "home1"), again(7, "home1"), other_stream(7, "home2"), other_seed(8, "home1");

    const auto first = a.bits();

    EXPECT_EQ(first, again.bits());
    EXPECT_NE(first, other_stream.bits());
    EXPECT_NE(first, other_seed.bits());
}

TEST(Random, LognormalHasItsMedianAndTail) {
    Random random(1, "latency");
    std::vector<double> draws(100000);
    std::generate(draws.begin(), draws.end(), [&] { return random.lognormal(0.030, 0.300); });
    std::sort(draws.begin(), draws.end());

    EXPECT_NEAR(draws[50000], 0.030, 0.001);
    EXPECT_NEAR(draws[99000], 0.300, 0.015);
}

TEST(Random, NormalAndExponentialHaveTheirMoments) {
    Random random(2, "x");
    double sum = 0, squares = 0, waits = 0;
    constexpr int n = 200000;
    for (int i = 0; i < n; ++i) {
        const double z = random.normal();
        sum += z;
        squares += z * z;
        waits += random.exponential(5.0);
    }

    EXPECT_NEAR(sum / n, 0.0, 0.01);
    EXPECT_NEAR(squares / n, 1.0, 0.02);
    EXPECT_NEAR(waits / n, 5.0, 0.05);
}

}  // namespace
}  // namespace islandbench
