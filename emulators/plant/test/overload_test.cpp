#include "emulators/plant/overload.hpp"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace islandbench::plant
