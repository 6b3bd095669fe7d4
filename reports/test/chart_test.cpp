#include <gmock/gmock.h>

#include <cmath>

#include "base/random.hpp"
#include "reports/chart/labels.hpp"
#include "reports/chart/palette.hpp"
#include "reports/chart/scale.hpp"
#include "reports/chart/time_chart.hpp"
#include "reports/chart/trace.hpp"
#include "reports/test/steps.hpp"

namespace islandbench::reports {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> texts(const std::vector<TimeTick>& ticks) {
    std::vector<std::string> list;
    for (const TimeTick& tick : ticks) list.push_back(tick.text);
    return list;
}

TEST(RoundTicks, AreRoundAndInside) {
    EXPECT_THAT(round_ticks({0.0, 1.0}, 5), ElementsAre(0.0, 0.2, 0.4, DoubleEq(0.6), 0.8, 1.0));
    EXPECT_THAT(round_ticks({49.7, 50.3}, 3),
                ElementsAre(DoubleEq(49.8), DoubleEq(50.0), DoubleEq(50.2)));
    EXPECT_THAT(round_ticks({-3.0, 17.0}, 4), ElementsAre(0.0, 5.0, 10.0, 15.0));
    EXPECT_EQ(tick_text(0.2, {0.2, 0.4}), "0.2");
    EXPECT_EQ(tick_text(-50.0, {-50.0, 0.0}), "\u221250");
    EXPECT_EQ(tick_text(0.25, {0.0, 0.25}), "0.25");
}

TEST(TimeTicks, ReadLikeAClock) {
    EXPECT_THAT(texts(time_ticks(at_seconds(-10), at_seconds(45), 6)),
                ElementsAre("\u221210 s", "0 s", "10 s", "20 s", "30 s", "40 s"));
    EXPECT_THAT(texts(time_ticks(at_seconds(59), at_seconds(61), 4)),
                ElementsAre("0:59.0", "0:59.5", "1:00.0", "1:00.5", "1:01.0"));
    EXPECT_THAT(texts(time_ticks(at_seconds(0), at_seconds(300), 5)),
                ElementsAre("0:00", "1:00", "2:00", "3:00", "4:00", "5:00"));
    EXPECT_THAT(texts(time_ticks(at_seconds(0), at_seconds(7200), 4)),
                ElementsAre("0:00 h", "0:30 h", "1:00 h", "1:30 h", "2:00 h"));
}

TEST(TimeAxis, FoldsEveryStretchForItself) {
    const TimeAxis axis(
        {{at_seconds(0), at_seconds(100), 0, 10}, {at_seconds(100), at_seconds(100.5), 10, 20}});

    EXPECT_DOUBLE_EQ(axis(at_seconds(50)), 5.0);
    EXPECT_DOUBLE_EQ(axis(at_seconds(100)), 10.0);
    EXPECT_DOUBLE_EQ(axis(at_seconds(100.25)), 15.0);
    EXPECT_DOUBLE_EQ(axis(at_seconds(-5)), 0.0);
    EXPECT_DOUBLE_EQ(axis(at_seconds(500)), 20.0);
}

// The slow, obviously right check of what place_flags() promises.
TEST(Flags, NeverMeetEachOtherOrALeader) {
    Random chance(5, "flags");
    for (int attempt = 0; attempt < 300; ++attempt) {
        std::vector<Flag> flags;
        for (int i = 0; i < 12; ++i) {
            flags.push_back({chance.uniform(0, attempt % 2 == 0 ? 900 : 60),
                             std::string(1 + chance.bits() % 20, 'n'),
                             {},
                             0});
        }
        place_flags(flags, 11.0, 4.0);
        for (const Flag& a : flags) {
            const double end = a.x + text_width(a.text, 11.0);
            for (const Flag& b : flags) {
                const bool hit = &a != &b && b.x > a.x && b.x < end && b.row >= a.row;
                ASSERT_FALSE(hit) << "the text or the leader of a flag at " << b.x << " runs into "
                                  << a.text << " at " << a.x;
            }
        }
    }
}

TEST(Flags, TakeOneRowWhereThereIsRoom) {
    std::vector<Flag> flags{{500, "later", {}, 0}, {100, "sooner", {}, 0}};

    EXPECT_EQ(place_flags(flags, 11.0, 4.0), 1);
    EXPECT_EQ(flags[0].text, "sooner");
}

TEST(Spread, MovesLabelsApartWithinTheirRoom) {
    EXPECT_THAT(spread({50, 50, 10}, 12, 0, 100), ElementsAre(50, 62, 10));
    EXPECT_THAT(spread({100, 99}, 12, 0, 100), ElementsAre(100, 88));
}

TEST(Hold, LastsUntilTheNextSampleAndStopsAtAGap) {
    const Series series = steps({{0, 1}, {2, NAN}, {3, 5}});
    std::vector<std::string> holds;
    each_hold(series, at_seconds(1), at_seconds(10), [&holds](Instant from, Instant to, double v) {
        holds.push_back(std::to_string(from.time_since_epoch() / 1s) + "-" +
                        std::to_string(to.time_since_epoch() / 1s) + ":" + std::to_string(int(v)));
    });

    EXPECT_THAT(holds, ElementsAre("1-2:1", "3-10:5"));
}

TEST(Combined, KnowsSumsOnlyOfWhatIsKnown) {
    const Series a = steps({{0, 1}, {2, 3}});
    const Series b = steps({{1, 10}, {2, NAN}, {3, 20}});
    const std::vector<const Series*> parts{&a, &b};

    const Series sum = sum_of("sum", parts);
    const Series high = highest_of("high", parts);

    EXPECT_TRUE(std::isnan(sum.at(at_seconds(0))));
    EXPECT_EQ(sum.at(at_seconds(1)), 11.0);
    EXPECT_TRUE(std::isnan(sum.at(at_seconds(2))));
    EXPECT_EQ(sum.at(at_seconds(3)), 23.0);
    EXPECT_EQ(high.at(at_seconds(2)), 3.0);
}

TEST(Means, WeighValuesByTheirTimeAndKeepGaps) {
    const Series series = steps({{0, 10}, {1.5, 30}, {3, NAN}, {9, 7}, {10, NAN}});

    const Series means = means_of(series, 2s);

    EXPECT_EQ(means.at(at_seconds(0)), (1.5 * 10 + 0.5 * 30) / 2);
    EXPECT_EQ(means.at(at_seconds(2)), 30.0) << "of the second that has a value";
    EXPECT_TRUE(std::isnan(means.at(at_seconds(5))));
    EXPECT_EQ(means.at(at_seconds(8)), 7.0);
    EXPECT_TRUE(std::isnan(means.at(at_seconds(13))));
    EXPECT_TRUE(means_of(steps({}), 2s).times.empty());
}

TEST(UsualRange, LeavesOutWhatIsShort) {
    const Series series = steps({{0, 230}, {50, 0}, {50.5, 231}});

    const auto range = usual_range(series, at_seconds(0), at_seconds(100), 0.98);

    EXPECT_EQ(range->low, 230.0);
    EXPECT_EQ(range->high, 231.0);
    EXPECT_EQ(usual_range(steps({{0, NAN}}), at_seconds(0), at_seconds(1), 0.98), std::nullopt);
}

const TimeAxis ten_seconds(at_seconds(0), at_seconds(10), 0.0, 100.0);
const Scale hundred_volts{{0.0, 100.0}, 100.0, 0.0};

TEST(StepPath, IsMadeOfSteps) {
    EXPECT_EQ(step_path(steps({{0, 10}, {5, 20}}), ten_seconds, hundred_volts), "M0 90H50V80H100");
}

TEST(StepPath, LeavesGapsOpen) {
    EXPECT_EQ(step_path(steps({{0, 10}, {2, NAN}, {5, 20}}), ten_seconds, hundred_volts),
              "M0 90H20M50 80H100");
}

TEST(StepPath, RunsAlongTheEdgeBeyondTheScale) {
    EXPECT_EQ(step_path(steps({{0, 50}, {5, 500}}), ten_seconds, hundred_volts), "M0 50H50V0H100");
}

TEST(StepPath, ShowsTheShortestExcursionOfAMillionSamples) {
    Series series = steps({});
    for (int i = 0; i < 1000000; ++i) {
        series.times.push_back(Instant{i * 10us});
        series.values.push_back(i == 543210 ? 97.0 : 50.0 + i % 2);
    }

    const std::string path = step_path(series, ten_seconds, hundred_volts);

    EXPECT_THAT(path, HasSubstr("V3"));
    EXPECT_LT(path.size(), 10000u);
}

TEST(TimeChart, MarksWhatLeavesTheScaleOnce) {
    Series series = steps({{0, 230}, {4, 0}});
    for (int i = 1; i < 100; ++i) {
        series.times.push_back(at_seconds(4 + i * 0.01));
        series.values.push_back(0.0);
    }
    series.times.push_back(at_seconds(6));
    series.values.push_back(230);
    TimeChart chart(TimeAxis(at_seconds(0), at_seconds(10), TimeChart::left, 800), 1000);
    chart.panel(
        {.title = "Voltage", .unit = "V", .lines = {{&series, "street", {}}}, .range = {200, 250}});

    const std::string svg = chart.take("test");

    EXPECT_THAT(svg, HasSubstr("off the scale, down to 0 V"));
    const std::size_t first = svg.find("<polygon");
    ASSERT_NE(first, std::string::npos);
    EXPECT_EQ(svg.find("<polygon", first + 1), std::string::npos);
}

TEST(TimeChart, JoinsEqualFlagsThatWouldCoverEachOther) {
    TimeChart chart(TimeAxis(at_seconds(0), at_seconds(10), TimeChart::left, 800), 1000);
    chart.flags({{at_seconds(1), "retry", palette::text, true},
                 {at_seconds(1.2), "retry", palette::text, true},
                 {at_seconds(9), "retry", palette::text, true}});

    const std::string svg = chart.take("test");

    EXPECT_THAT(svg, HasSubstr("retry \u00d72"));
    EXPECT_THAT(svg, HasSubstr(">retry<"));
}

double luminance(std::string_view hex) {
    double sum = 0.0;
    constexpr double weights[] = {0.2126, 0.7152, 0.0722};
    for (std::size_t i = 0; i < 3; ++i) {
        const double part = std::stoi(std::string(hex.substr(1 + 2 * i, 2)), nullptr, 16) / 255.0;
        sum +=
            weights[i] * (part <= 0.03928 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4));
    }
    return sum;
}
/// WCAG 2.2, relative contrast.
double contrast(std::string_view a, std::string_view b) {
    const double x = luminance(a);
    const double y = luminance(b);
    return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

TEST(Palette, CanBeRead) {
    using namespace palette;
    for (const std::string_view below : {paper, ground, shade}) {
        for (const std::string_view colour : {text, line, fail, inconclusive, selection}) {
            EXPECT_GE(contrast(colour, below), 4.2) << colour << " on " << below;
        }
        EXPECT_GE(contrast(warning, below), 3.0);
    }
}

}  // namespace
}  // namespace islandbench::reports
