#include "base/duration_histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/random.hpp"

namespace islandbench {
namespace {

TEST(DurationHistogram, SaysNothingOfNothing) {
    const DurationHistogram none;
    EXPECT_EQ(none.count(), 0);
    EXPECT_EQ(none.longest(), Duration::zero());
    EXPECT_FALSE(none.percentile(0.5));
}

TEST(DurationHistogram, IsExactForOneValue) {
    for (const Duration one : {Duration{0}, Duration{1}, Duration{15}, Duration{16}, Duration{17},
                               Duration{1us}, Duration{1ms}, Duration{2s}, Duration{24h}}) {
        DurationHistogram histogram;
        histogram.add(one);
        EXPECT_EQ(histogram.percentile(0.5), one);
        EXPECT_EQ(histogram.longest(), one);
    }
}

TEST(DurationHistogram, KeepsWhatIsBeyondItsRange) {
    DurationHistogram histogram;
    histogram.add(-5s);
    histogram.add(100h);
    EXPECT_EQ(histogram.percentile(0.5), Duration::zero());
    EXPECT_EQ(histogram.longest(), Duration{24h});
    EXPECT_EQ(histogram.count(), 2);
}

/// Against the sorted list, which is the definition.
TEST(DurationHistogram, IsNeverBelowThePercentileAndASixteenthAboveAtMost) {
    Random chance(7, "lateness");
    DurationHistogram histogram;
    std::vector<Duration> all;
    for (int i = 0; i < 5000; ++i) {
        const auto value = Duration{static_cast<std::int64_t>(2e5 * std::exp(2 * chance.normal()))};
        histogram.add(value);
        all.push_back(value);
    }
    std::sort(all.begin(), all.end());
    for (const double share : {0.001, 0.25, 0.5, 0.95, 0.99, 1.0}) {
        const auto rank = static_cast<std::size_t>(std::ceil(share * 5000.0)) - 1;
        const Duration told = histogram.percentile(share).value();
        EXPECT_GE(told, all[rank]) << share;
        EXPECT_LE(to_seconds(told), to_seconds(all[rank]) * 17.0 / 16.0) << share;
    }
    EXPECT_EQ(histogram.percentile(1.0), all.back());
}

}  // namespace
}  // namespace islandbench
