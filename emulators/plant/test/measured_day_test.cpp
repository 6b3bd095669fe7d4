#include "emulators/plant/measured_day.hpp"

#include <gmock/gmock.h>

#include <cmath>

namespace islandbench::plant {
namespace {

LoadProfile profile(double (*watt)(std::size_t minute)) {
    LoadProfile p{"p1", {}};
    for (std::size_t m = 0; m < minutes_of_day; ++m) p.minutes.emplace_back(watt(m));
    return p;
}

double watt(const ZipSum& load) {
    return (load.z + load.i + load.p).re;
}

double total(const DaySchedule& day) {
    double sum = 0.0;
    for (std::size_t t = 0; t < tiers; ++t) sum += watt(day.tier(t));
    return sum;
}

TEST(MeasuredDay, LayersATotalOnTheTiers) {
    const auto layers = [](double (*of)(std::size_t)) {
        const DaySchedule day(measured_day(profile(of), 0s), 12h, story_start);
        std::vector<double> tier;
        for (std::size_t t = 0; t < tiers; ++t) tier.push_back(watt(day.tier(t)));
        return tier;
    };
    using ::testing::ElementsAre;
    EXPECT_THAT(layers([](std::size_t) { return 0.0; }), ElementsAre(0, 0, 0, 0, 0));
    EXPECT_THAT(layers([](std::size_t) { return 35.0; }), ElementsAre(35, 0, 0, 0, 0));
    EXPECT_THAT(layers([](std::size_t) { return 50.0; }), ElementsAre(50, 0, 0, 0, 0));
    EXPECT_THAT(layers([](std::size_t) { return 100.0; }), ElementsAre(50, 50, 0, 0, 0));
    EXPECT_THAT(layers([](std::size_t) { return 1000.0; }), ElementsAre(50, 70, 680, 200, 0));
    EXPECT_THAT(layers([](std::size_t) { return 9000.0; }), ElementsAre(50, 70, 680, 1200, 7000));
}

TEST(MeasuredDay, GivesEveryMinuteItsPowerAndRepeats) {
    const auto saw = [](std::size_t m) { return static_cast<double>(m * 7 % 5000); };
    DaySchedule day(measured_day(profile(saw), 0s), 0s, story_start);
    for (std::size_t m = 0; m < 2 * minutes_of_day; ++m) {
        const Instant begin = story_start + static_cast<std::int64_t>(m) * Duration{1min};
        for (const Duration inside : {Duration{0s}, Duration{59999ms}}) {
            (void)day.advance(begin + inside);
            ASSERT_NEAR(total(day), saw(m % minutes_of_day), 1e-9) << m;
        }
    }
}

TEST(MeasuredDay, ShiftMovesTheStepsInsideTheirMinute) {
    const auto saw = [](std::size_t m) { return static_cast<double>(m % 2 == 0 ? 100 : 4000); };
    DaySchedule day(measured_day(profile(saw), 20s), 0s, story_start);
    EXPECT_NEAR(total(day), 4000.0, 1e-9) << "still the last minute of the day before";
    (void)day.advance(Instant{19999ms});
    EXPECT_NEAR(total(day), 4000.0, 1e-9);
    (void)day.advance(Instant{20s});
    EXPECT_NEAR(total(day), 100.0, 1e-9);
    (void)day.advance(Instant{80s});
    EXPECT_NEAR(total(day), 4000.0, 1e-9);
}

TEST(MeasuredDay, ChangesOnlyWhatChanges) {
    EXPECT_EQ(measured_day(profile([](std::size_t) { return 300.0; }), 0s).size(), 5U);
}

}  // namespace
}  // namespace islandbench::plant
