#include "emulators/plant/day_schedule.hpp"

#include <gmock/gmock.h>

namespace islandbench::plant {
namespace {

Use use(Duration from, Duration length, int tier, double watt) {
    Use one{from, length, tier, {}};
    one.load.add({watt, 0.0}, {1.0, 0.0, 0.0});
    return one;
}

double watt(const DaySchedule& day, std::size_t tier) {
    return day.tier(tier).z.re;
}

DaySchedule at(const std::vector<Use>& uses, Duration time_of_day) {
    return {day_of(uses), time_of_day, story_start};
}

TEST(DaySchedule, HasNothingWhenNothingIsUsed) {
    DaySchedule none;
    EXPECT_EQ(none.next(), never);
    EXPECT_FALSE(none.advance(Instant{100h}));
    DaySchedule empty = at({}, 12h);
    EXPECT_EQ(empty.next(), never);
    EXPECT_EQ(watt(empty, 2), 0.0);
}

TEST(DaySchedule, AddsUpWhatOverlapsOnATier) {
    const std::vector<Use> uses{use(1h, 2h, 2, 100.0), use(2h, 2h, 2, 30.0), use(2h, 1h, 3, 7.0)};
    DaySchedule day = at(uses, 0s);
    const std::vector<std::pair<Duration, double>> tier2{{0s, 0.0},  {1h, 100.0},      {2h, 130.0},
                                                         {3h, 30.0}, {4h - 1ns, 30.0}, {4h, 0.0}};
    for (const auto& [t, expected] : tier2) {
        (void)day.advance(Instant{t});
        EXPECT_EQ(watt(day, 2), expected) << to_seconds(t);
        EXPECT_EQ(watt(day, 3), t >= 2h && t < 3h ? 7.0 : 0.0) << to_seconds(t);
    }
    EXPECT_EQ(day.next(), Instant{24h + 1h});
}

TEST(DaySchedule, StandsInTheMiddleOfWhatBeganBefore) {
    const std::vector<Use> uses{use(17h, 2h, 2, 100.0), use(23h, 3h, 3, 7.0),
                                use(0s, day, 0, 40.0)};
    EXPECT_EQ(watt(at(uses, 18h), 2), 100.0);
    EXPECT_EQ(watt(at(uses, 17h), 2), 100.0) << "it begins just now";
    EXPECT_EQ(watt(at(uses, 19h), 2), 0.0) << "it has just ended";
    EXPECT_EQ(watt(at(uses, 1h), 3), 7.0) << "since yesterday evening";
    EXPECT_EQ(watt(at(uses, 2h), 3), 0.0);
    EXPECT_EQ(watt(at({use(23h, 2h, 2, 100.0), use(30min, 10min, 2, 5.0)}, 31min), 2), 105.0);
    for (const Duration t : {0s, 43200s, 86399s}) EXPECT_EQ(watt(at(uses, t), 0), 40.0);
}

TEST(DaySchedule, GoesOverMidnightIntoTheSameDayAgain) {
    DaySchedule day = at({use(23h, 2h, 2, 100.0)}, 22h);
    std::vector<double> seen;
    for (int hour = 0; hour <= 52; ++hour) {
        (void)day.advance(Instant{std::chrono::hours(hour)});
        seen.push_back(watt(day, 2));
    }
    for (int hour = 0; hour <= 52; ++hour) {
        const int of_day = (22 + hour) % 24;
        EXPECT_EQ(seen[static_cast<std::size_t>(hour)], of_day == 23 || of_day == 0 ? 100.0 : 0.0)
            << hour;
    }
}

TEST(DaySchedule, LookedAtSeldomOrOftenItIsTheSame) {
    const std::vector<Use> uses{use(5h, 30s, 2, 100.0), use(5h + 10s, 50s, 2, 30.0)};
    DaySchedule often = at(uses, 4h);
    for (int s = 0; s <= 4000; ++s) (void)often.advance(at_seconds(s));
    DaySchedule seldom = at(uses, 4h);
    (void)seldom.advance(at_seconds(4000));
    EXPECT_EQ(watt(often, 2), watt(seldom, 2));
    EXPECT_EQ(often.next(), seldom.next());
}

TEST(DaySchedule, WhatIsOffLeavesNoRoundingBehind) {
    std::vector<Use> uses;
    for (int k = 0; k < 50; ++k) uses.push_back(use(k * 1min, 1h, 2, 0.1 * (k + 1)));
    EXPECT_EQ(watt(at(uses, 12h), 2), 0.0);
}

}  // namespace
}  // namespace islandbench::plant
