#include "acceptance/language/lag.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace islandbench::acceptance::language {
namespace {

/// Of one number.
void note(Lag& lag, Instant now, double value) {
    lag.note(now, [=](std::size_t) { return value; });
}

/// A value that counts milliseconds, told once a millisecond from `from` on.
double ago_at(Lag& lag, int from, int ms) {
    double ago = Signals::no_value;
    for (int t = from; t <= ms; ++t) {
        note(lag, story_start + t * 1ms, t);
        ago = lag.ago()[0];
    }
    return ago;
}

TEST(Lag, SaysNothingUntilTheDelayHasPassed) {
    Lag lag(10ms, 1);
    lag.start(story_start);
    EXPECT_TRUE(std::isnan(ago_at(lag, 0, 9)));
    EXPECT_EQ(ago_at(lag, 10, 10), 0.0);
    EXPECT_EQ(ago_at(lag, 11, 25), 15.0);
}

TEST(Lag, TheLastWordOfAMomentCounts) {
    Lag lag(2ms, 1);
    lag.start(story_start);
    note(lag, story_start, 1.0);
    note(lag, story_start, 7.0);
    note(lag, story_start + 1ms, 0.0);
    note(lag, story_start + 2ms, 0.0);
    EXPECT_EQ(lag.ago()[0], 7.0);
}

TEST(Lag, KeepsLongDelaysInSixThousandParts) {
    Lag lag(1min, 1);  // a part is 10 ms
    lag.start(story_start);
    EXPECT_EQ(ago_at(lag, 0, 60000), 0.0);
    EXPECT_EQ(ago_at(lag, 60001, 60009), 0.0);
    EXPECT_EQ(ago_at(lag, 60010, 60010), 10.0);
    EXPECT_EQ(lag.next(), story_start + 60020ms);
}

TEST(Lag, WhatComesBetweenItsStepsIsNotKept) {
    Lag lag(1min, 1);
    lag.start(story_start);
    note(lag, story_start, 1.0);
    note(lag, story_start + 3ms, 50.0);
    for (int t = 10; t <= 60000; t += 10) note(lag, story_start + t * 1ms, 2.0);
    EXPECT_EQ(lag.ago()[0], 1.0);
}

TEST(Lag, AValueThatHoldsNeedsToBeToldOnlyWhenItMattersAgain) {
    // Told at changes and where it asks, it says the same as one told every millisecond.
    Lag each(20ms, 1), seldom(20ms, 1);
    each.start(story_start);
    seldom.start(story_start);
    const auto value = [](int ms) { return ms < 30 ? 1.0 : ms < 31 ? 2.0 : ms < 90 ? 3.0 : 4.0; };
    Instant told = story_start;
    int times = 0;
    for (int ms = 0; ms < 300; ++ms) {
        const Instant now = story_start + ms * 1ms;
        note(each, now, value(ms));
        if (ms == 0 || value(ms) != value(ms - 1) || now == told) {
            note(seldom, now, value(ms));
            told = seldom.next();
            ++times;
        }
        if (ms >= 20) {
            EXPECT_EQ(seldom.ago()[0], each.ago()[0]) << ms;
        }
        EXPECT_GT(told, now);
    }
    EXPECT_LT(times, 30);
}

TEST(Lag, ResumedKnowsAgainOnceADelayHasPassed) {
    Lag lag(10ms, 1);
    lag.start(story_start);
    ago_at(lag, 0, 30);
    lag.resume(story_start + 50ms, [](std::size_t) { return 50.0; });
    EXPECT_TRUE(std::isnan(lag.ago()[0])) << "what was told before the rest is 20 ms old by now";
    EXPECT_TRUE(std::isnan(ago_at(lag, 50, 59)));
    EXPECT_EQ(ago_at(lag, 60, 60), 50.0);
    EXPECT_EQ(ago_at(lag, 61, 75), 65.0);
}

TEST(Lag, ManyTurnsWithinOneDelayAreAllKept) {
    // Each step is another value, twenty delays long: what is dropped in front makes room behind.
    Lag lag(100ms, 1);
    lag.start(story_start);
    for (int t = 0; t < 2000; ++t) {
        note(lag, story_start + t * 1ms, t);
        if (t >= 100) {
            ASSERT_EQ(lag.ago()[0], t - 100);
        }
    }
}

TEST(Lag, NumbersThatAreAskedForTogetherSayWhatEachAloneWould) {
    // One that moves every 3 ms, one every 7 ms, one that loses its value for a while.
    const auto value = [](std::size_t k, int ms) {
        if (k == 2) return ms >= 60 && ms < 65 ? Signals::no_value : 5.0;
        return static_cast<double>(ms / (k == 0 ? 3 : 7));
    };
    Lag all(20ms, 3);
    std::vector<Lag> alone(3, Lag(20ms, 1));
    all.start(story_start);
    for (Lag& one : alone) one.start(story_start);
    for (int ms = 0; ms < 200; ++ms) {
        const Instant now = story_start + ms * 1ms;
        all.note(now, [&](std::size_t k) { return value(k, ms); });
        Instant next = never;
        for (std::size_t k = 0; k < 3; ++k) {
            note(alone[k], now, value(k, ms));
            next = std::min(next, alone[k].next());
            const double is = all.ago()[k], should_be = alone[k].ago()[0];
            EXPECT_TRUE(is == should_be || (std::isnan(is) && std::isnan(should_be))) << k << ms;
        }
        EXPECT_EQ(all.next(), next) << ms;
    }
}

}  // namespace
}  // namespace islandbench::acceptance::language
