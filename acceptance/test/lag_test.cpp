#include "acceptance/language/lag.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace islandbench::acceptance::language {
namespace {

/// A value that counts milliseconds, told once a millisecond from `from` on.
double ago_at(Lag& lag, int from, int ms) {
    double ago = Signals::no_value;
    for (int t = from; t <= ms; ++t) {
        lag.note(story_start + t * 1ms, t);
        ago = lag.ago();
    }
    return ago;
}

TEST(Lag, SaysNothingUntilTheDelayHasPassed) {
    Lag lag(10ms);
    lag.start(story_start);
    EXPECT_TRUE(std::isnan(ago_at(lag, 0, 9)));
    EXPECT_EQ(ago_at(lag, 10, 10), 0.0);
    EXPECT_EQ(ago_at(lag, 11, 25), 15.0);
}

TEST(Lag, TheLastWordOfAMomentCounts) {
    Lag lag(2ms);
    lag.start(story_start);
    lag.note(story_start, 1.0);
    lag.note(story_start, 7.0);
    lag.note(story_start + 1ms, 0.0);
    lag.note(story_start + 2ms, 0.0);
    EXPECT_EQ(lag.ago(), 7.0);
}

TEST(Lag, KeepsLongDelaysInSixThousandParts) {
    Lag lag(1min);  // a part is 10 ms
    lag.start(story_start);
    EXPECT_EQ(ago_at(lag, 0, 60000), 0.0);
    EXPECT_EQ(ago_at(lag, 60001, 60009), 0.0);
    EXPECT_EQ(ago_at(lag, 60010, 60010), 10.0);
    EXPECT_EQ(lag.next(), story_start + 60020ms);
}

TEST(Lag, WhatComesBetweenItsStepsIsNotKept) {
    Lag lag(1min);
    lag.start(story_start);
    lag.note(story_start, 1.0);
    lag.note(story_start + 3ms, 50.0);
    for (int t = 10; t <= 60000; t += 10) lag.note(story_start + t * 1ms, 2.0);
    EXPECT_EQ(lag.ago(), 1.0);
}

TEST(Lag, AValueThatHoldsNeedsToBeToldOnlyWhenItMattersAgain) {
    // Told at changes and where it asks, it says the same as one told every millisecond.
    Lag each(20ms), seldom(20ms);
    each.start(story_start);
    seldom.start(story_start);
    const auto value = [](int ms) { return ms < 30 ? 1.0 : ms < 31 ? 2.0 : ms < 90 ? 3.0 : 4.0; };
    Instant told = story_start;
    int times = 0;
    for (int ms = 0; ms < 300; ++ms) {
        const Instant now = story_start + ms * 1ms;
        each.note(now, value(ms));
        if (ms == 0 || value(ms) != value(ms - 1) || now == told) {
            seldom.note(now, value(ms));
            told = seldom.next();
            ++times;
        }
        if (ms >= 20) {
            EXPECT_EQ(seldom.ago(), each.ago()) << ms;
        }
        EXPECT_GT(told, now);
    }
    EXPECT_LT(times, 30);
}

TEST(Lag, ResumedKnowsAgainOnceADelayHasPassed) {
    Lag lag(10ms);
    lag.start(story_start);
    ago_at(lag, 0, 30);
    lag.resume(story_start + 50ms, 50.0);
    EXPECT_TRUE(std::isnan(lag.ago())) << "what was told before the rest is 20 ms old by now";
    EXPECT_TRUE(std::isnan(ago_at(lag, 50, 59)));
    EXPECT_EQ(ago_at(lag, 60, 60), 50.0);
    EXPECT_EQ(ago_at(lag, 61, 75), 65.0);
}

TEST(Lag, ManyTurnsWithinOneDelayAreAllKept) {
    // Each step is another value, twenty delays long: what is dropped in front makes room behind.
    Lag lag(100ms);
    lag.start(story_start);
    for (int t = 0; t < 2000; ++t) {
        lag.note(story_start + t * 1ms, t);
        if (t >= 100) {
            ASSERT_EQ(lag.ago(), t - 100);
        }
    }
}

}  // namespace
}  // namespace islandbench::acceptance::language
