#include "drivers/link_statistics.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/random.hpp"

namespace islandbench::drivers {
namespace {

/// The value that `share` of the sorted samples stay within.
Duration exact(const std::vector<Duration>& sorted, double share) {
    const auto rank =
        static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
    return sorted[rank - 1];
}

TEST(LinkStatistics, PercentilesAreNeverTooLowAndAtMostNinePercentTooHigh) {
    Random chance(7, "latency");
    LinkStatistics sut;
    std::vector<Duration> samples;
    for (int i = 0; i < 10000; ++i) {
        samples.push_back(from_seconds(chance.lognormal(0.030, 0.300)));
        sut.add_latency(samples.back());
    }
    std::sort(samples.begin(), samples.end());

    for (const double share : {0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0}) {
        const Duration truth = exact(samples, share);
        const Duration got = sut.latency_percentile(share);
        EXPECT_GE(got, truth - 1ns) << share;
        EXPECT_LE(to_seconds(got), 1.0906 * to_seconds(truth)) << share;
    }
}

TEST(LinkStatistics, KnowsTheLastAndTheLargest) {
    LinkStatistics sut;
    sut.add_latency(40ms);
    sut.add_latency(300ms);
    sut.add_latency(20ms);

    EXPECT_EQ(sut.latency_last(), 20ms);
    EXPECT_EQ(sut.latency_max(), 300ms);
    EXPECT_EQ(sut.latency_percentile(1.0), 300ms) << "never more than was seen";
}

TEST(LinkStatistics, HasNoPercentileWithoutExchanges) {
    EXPECT_EQ(LinkStatistics{}.latency_percentile(0.99), 0ns);
}

TEST(LinkStatistics, TakesZeroAndHours) {
    LinkStatistics sut;
    sut.add_latency(0ns);
    EXPECT_EQ(sut.latency_percentile(1.0), 0ns);
    sut.add_latency(2h);
    EXPECT_EQ(sut.latency_max(), 2h);
    EXPECT_EQ(sut.latency_percentile(0.5), 1us) << "the smallest bucket is a microsecond";
}

}  // namespace
}  // namespace islandbench::drivers
