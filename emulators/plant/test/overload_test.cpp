#include "emulators/plant/overload.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "base/test/published.hpp"
#include "emulators/plant/timing.hpp"

namespace islandbench::plant {
namespace {

const std::vector<OverloadStep> curve{{1.25, 10s}, {1.5, 1s}};

/// Time at a multiple on phase a until the curve is used up.
Duration time_at(Overload& overload, double multiple) {
    Duration t{};
    for (; !overload.spent(0) && t < 100s; t += step) overload.update({multiple, 0.5, 0.5});
    return t;
}

void rest(Overload& overload, Duration d) {
    for (Duration t{}; t < d; t += step) overload.update({1.0, 0.5, 0.5});
}

TEST(Overload, AllowsEachStepItsTime) {
    for (const auto& [multiple, allowed] :
         {std::pair{1.01, 10s}, {1.25, 10s}, {1.26, 1s}, {1.5, 1s}}) {
        Overload overload(curve, 60s);
        const double seconds = to_seconds(time_at(overload, multiple));
        EXPECT_NEAR(seconds, to_seconds(allowed), 0.0021) << multiple;
    }
}

TEST(Overload, RatingIsForEver) {
    Overload overload(curve, 60s);
    EXPECT_EQ(time_at(overload, 1.0), 100s);
    EXPECT_DOUBLE_EQ(overload.limit(0), 1.5);
}

TEST(Overload, HoldsASpentPhaseAtRatingUntilItIsCool) {
    Overload overload(curve, 60s);
    (void)time_at(overload, 1.5);
    EXPECT_DOUBLE_EQ(overload.limit(0), 1.0);
    EXPECT_DOUBLE_EQ(overload.limit(1), 1.5);

    rest(overload, 59s);
    EXPECT_TRUE(overload.spent(0));
    rest(overload, 1100ms);
    EXPECT_FALSE(overload.spent(0));
    EXPECT_DOUBLE_EQ(overload.limit(0), 1.5);
}

TEST(Overload, AddsUpPartsOfDifferentSteps) {
    // 0.15 s at 1.5 is 15 % of the time; 8.5 s at 1.2 is the rest.
    Overload overload(curve, 60s);
    for (int k = 0; k < 150; ++k) overload.update({1.5, 0.0, 0.0});
    EXPECT_NEAR(overload.heat(0), 0.15, 1e-9);
    EXPECT_NEAR(to_seconds(time_at(overload, 1.2)), 8.5, 0.0021);
}

TEST(Overload, RecoversLinearly) {
    Overload overload(curve, 60s);
    for (int k = 0; k < 500; ++k) overload.update({1.4, 0.0, 0.0});
    rest(overload, 15s);
    EXPECT_NEAR(overload.heat(0), 0.25, 1e-3);
}

/// What makers publish of an inverter: how long it bears a multiple of its rating.
struct MakersTable {
    const char* id;
    const char* unit;
    std::vector<OverloadStep> curve;
    double multiple;
    Duration bears;
};

class PublishedOverload : public testing::TestWithParam<MakersTable> {};

TEST_P(PublishedOverload, Time) {
    const MakersTable& of = GetParam();
    const published::Row claim{std::string("overload.") + of.id, of.unit,
                               "time at " + std::to_string(of.multiple).substr(0, 4) +
                                   " of the rating with the published curve as data: published " +
                                   std::to_string(of.bears / 1s) + " s",
                               0.002, "s"};
    published::expect(claim);
    Overload overload(of.curve, 60s);
    Duration t{};
    for (; !overload.spent(0) && t < 1000s; t += step) overload.update({of.multiple, 0.0, 0.0});
    EXPECT_DOUBLE_EQ(overload.limit(0), 1.0) << "held at its rating afterwards";
    IB_EXPECT_PUBLISHED(claim, std::fabs(to_seconds(t - of.bears)));
}

const std::vector<OverloadStep> deye{{2.0, 10s}};
/// Its 200 % are a peak without a time of its own: the limit, at the time of the step below.
const std::vector<OverloadStep> hybrid{{1.25, 300s}, {1.5, 10s}, {2.0, 10s}};

INSTANTIATE_TEST_SUITE_P(
    Makers, PublishedOverload,
    testing::Values(MakersTable{"deye_sg05_200", "Deye SG05, off grid", deye, 2.0, 10s},
                    MakersTable{"hybrid_3k6_103", "a hybrid of 3.6 kW", hybrid, 1.03, 300s},
                    MakersTable{"hybrid_3k6_125", "a hybrid of 3.6 kW", hybrid, 1.25, 300s},
                    MakersTable{"hybrid_3k6_126", "a hybrid of 3.6 kW", hybrid, 1.26, 10s},
                    MakersTable{"hybrid_3k6_150", "a hybrid of 3.6 kW", hybrid, 1.5, 10s}),
    [](const auto& one) { return std::string(one.param.id); });

TEST(PublishedOverloadPeak, LockedRotorCurrentOfAPowerwall3) {
    // 11.5 kW at 240 V are 47.9 A; it starts motors of 185 A.
    const double rated = 11.5e3 / 240.0;
    const published::Row claim{"overload.powerwall3_lra", "Powerwall 3: 185 A locked-rotor start",
                               "largest current with its multiple as data, against the published",
                               0.5, "A"};
    published::expect(claim);
    const Overload overload({{3.86, 1s}}, 60s);
    IB_EXPECT_PUBLISHED(claim, std::fabs(overload.limit(0) * rated - 185.0));
}

}  // namespace
}  // namespace islandbench::plant
