#include "acceptance/language/sliding_mean.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace islandbench::acceptance::language {
namespace {

/// Feeds a value in steps of one part.
void feed(SlidingMean& mean, double value, int parts, double part_s) {
    for (int i = 0; i < parts; ++i) {
        mean.add(value, part_s * 1e9);
        mean.close_part();
    }
}

TEST(SlidingMean, IsCutIntoTwoHundredPartsOrSixThousandOfALongWindow) {
    SlidingMean ten_minutes(10min, 10min);
    ten_minutes.restart(story_start);
    EXPECT_EQ(ten_minutes.renewed_at(), story_start + 100ms);
    EXPECT_EQ(ten_minutes.window(), 10min);
    const auto part_of = [](Duration window) {
        SlidingMean mean(window, window);
        mean.restart(story_start);
        EXPECT_EQ(mean.window(), window);
        return mean.renewed_at() - story_start;
    };
    EXPECT_EQ(part_of(7ms), 1ms);
    EXPECT_EQ(part_of(399ms), 1ms);
    EXPECT_EQ(part_of(400ms), 2ms);
    EXPECT_EQ(part_of(2s), 10ms);
    EXPECT_EQ(part_of(10s), 50ms);
    EXPECT_EQ(part_of(1min), 50ms);
}

TEST(SlidingMean, IsReadyAfterAtLeastAndNotBefore) {
    SlidingMean mean(10s, 3s);
    mean.restart(story_start);
    const double part_s = to_seconds(mean.renewed_at() - story_start);
    const int ready = static_cast<int>(std::lround(3 / part_s));
    feed(mean, 230, ready - 1, part_s);
    EXPECT_TRUE(std::isnan(mean.value()));
    feed(mean, 230, 1, part_s);
    EXPECT_EQ(mean.value(), 230.0);
    EXPECT_GE(mean.ready_after(), 3s);
}

TEST(SlidingMean, ForgetsWhatIsOlderThanItsWindow) {
    SlidingMean mean(200ms, 200ms);
    mean.restart(story_start);
    feed(mean, 100, 200, 0.001);
    feed(mean, 200, 100, 0.001);
    EXPECT_NEAR(mean.value(), 150, 1e-9);
    feed(mean, 200, 100, 0.001);
    EXPECT_NEAR(mean.value(), 200, 1e-9);
}

TEST(SlidingMean, AConstantStaysExactForHours) {
    SlidingMean mean(200ms, 200ms);
    mean.restart(story_start);
    feed(mean, 253.0, 100000, 0.001);
    EXPECT_EQ(mean.value(), 253.0);
}

TEST(SlidingMean, DoesNotDriftWhileItSlides) {
    SlidingMean mean(200ms, 200ms);
    mean.restart(story_start);
    feed(mean, 1000, 1, 0.001);
    for (int i = 0; i < 300000; ++i) feed(mean, i % 2 == 0 ? 0.1 : 0.3, 1, 0.001);
    EXPECT_NEAR(mean.value(), 0.2, 1e-9);
}

TEST(SlidingMean, HasNoValueWhileAPartHasNone) {
    SlidingMean mean(200ms, 200ms);
    mean.restart(story_start);
    feed(mean, 230, 200, 0.001);
    mean.add(230, 0.5e6);
    mean.add(Signals::no_value, 0.1e6);
    mean.add(230, 0.4e6);
    mean.close_part();
    EXPECT_TRUE(std::isnan(mean.value()));
    feed(mean, 230, 199, 0.001);
    EXPECT_TRUE(std::isnan(mean.value()));
    feed(mean, 230, 1, 0.001);
    EXPECT_EQ(mean.value(), 230.0);
}

TEST(SlidingMean, StartsAnew) {
    SlidingMean mean(200ms, 200ms);
    mean.restart(story_start);
    feed(mean, Signals::no_value, 300, 0.001);
    mean.restart(at_seconds(7));
    EXPECT_TRUE(std::isnan(mean.value()));
    EXPECT_EQ(mean.renewed_at(), at_seconds(7.001));
    feed(mean, 5, 200, 0.001);
    EXPECT_EQ(mean.value(), 5.0);
}

}  // namespace
}  // namespace islandbench::acceptance::language
