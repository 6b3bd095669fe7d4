#include "emulators/plant/protection.hpp"

#include <cmath>
#include <limits>
#include <optional>

#include <gtest/gtest.h>

namespace islandbench::plant {
namespace {

/// IEEE 1547-2018 category III as EPRI ships it.
ProtectionSpec category_three() {
    ProtectionSpec spec;
    spec.uv = {Ratio{0.88}, 21s};
    spec.uv2 = {Ratio{0.50}, 2s};
    spec.ov1 = {Ratio{1.10}, 13s};
    spec.ov2 = {Ratio{1.20}, 160ms};
    spec.uf1 = {Frequency{58.5}, 300s};
    spec.uf2 = {Frequency{56.5}, 160ms};
    spec.of = {Frequency{61.2}, 300s};
    spec.of2 = {Frequency{62.0}, 160ms};
    spec.rocof.limit = Rocof{};
    return spec;
}

struct Trips {
    Trip stage = Trip::none;
    double after_s = 0.0;
};
/// What trips, and when, at a constant voltage (pu) and frequency.
Trips at(const ProtectionSpec& spec, double v, double f) {
    Protection protection(spec, 120.0);
    for (int ms = 0; ms < 400'000; ++ms) {
        const Trip stage = protection.update(v * 120.0, f);
        if (stage != Trip::none) return {stage, ms * step_s};
    }
    return {};
}
void expect_trip(const Trips& trips, Trip stage, double after_s) {
    EXPECT_EQ(trips.stage, stage);
    EXPECT_DOUBLE_EQ(trips.after_s, after_s);
}

TEST(Protection, HasAsManyStagesAsIeee1547) {
    ProtectionSpec spec = category_three();
    expect_trip(at(spec, 0.87, 60.0), Trip::uv, 21.0);
    expect_trip(at(spec, 0.49, 60.0), Trip::uv2, 2.0);
    expect_trip(at(spec, 1.11, 60.0), Trip::ov1, 13.0);
    expect_trip(at(spec, 1.21, 60.0), Trip::ov2, 0.16);
    expect_trip(at(spec, 1.00, 58.4), Trip::uf1, 300.0);
    expect_trip(at(spec, 1.00, 56.4), Trip::uf2, 0.16);
    expect_trip(at(spec, 1.00, 61.3), Trip::of, 300.0);
    expect_trip(at(spec, 1.00, 62.1), Trip::of2, 0.16);
    EXPECT_EQ(at(spec, 1.00, 60.0).stage, Trip::none);
    spec.uv3 = {Ratio{0.40}, 160ms};
    expect_trip(at(spec, 0.39, 60.0), Trip::uv3, 0.16);
}

TEST(Protection, AStageCountsWhileAFurtherOneDoesToo) {
    // Half the time in the upper stage's range, half in the lower one's: the upper trips.
    ProtectionSpec spec = category_three();
    spec.uv = {Ratio{0.88}, 2s};
    Protection protection(spec, 120.0);
    Trip stage = Trip::none;
    int ms = 0;
    while (stage == Trip::none && ms < 10'000) {
        stage = protection.update((ms < 1000 ? 0.8 : 0.45) * 120.0, 60.0);
        ++ms;
    }
    EXPECT_EQ(stage, Trip::uv);
    EXPECT_EQ(ms, 2001);
}

TEST(Protection, TellsTheFurthestStageWhereSeveralRunOutTogether) {
    ProtectionSpec spec = category_three();
    spec.of2 = {Frequency{62.0}, 300s};
    EXPECT_EQ(at(spec, 1.0, 63.0).stage, Trip::of2);
}

TEST(Protection, OneStageOfAFixtureMayBeAnotherAndRocofMayBeAbsent) {
    const auto slide = [](const ProtectionSpec& spec) {
        Protection protection(spec, 230.0);
        double f = 50.0;
        for (int ms = 0; ms < 2500; ++ms, f -= 1.1e-3) {
            if (const Trip stage = protection.update(230.0, f); stage != Trip::none) return stage;
        }
        return Trip::none;
    };
    ProtectionSpec spec;
    EXPECT_EQ(slide(spec), Trip::rocof);
    spec.rocof.limit = Rocof{};
    EXPECT_EQ(slide(spec), Trip::none);
    expect_trip(at(spec, 0.79, 50.0), Trip::uv, 2.5);
}

TEST(Protection, InRangeIsInsideEveryStage) {
    const double none = std::numeric_limits<double>::quiet_NaN();
    const Protection g98(ProtectionSpec{}, 230.0);
    EXPECT_TRUE(g98.in_range(0.80 * 230.0, 47.5));
    EXPECT_TRUE(g98.in_range(1.14 * 230.0, 52.0));
    EXPECT_FALSE(g98.in_range(0.79 * 230.0, 50.0));
    EXPECT_FALSE(g98.in_range(1.15 * 230.0, 50.0));
    EXPECT_FALSE(g98.in_range(230.0, 47.4));
    EXPECT_FALSE(g98.in_range(230.0, 52.1));
    EXPECT_FALSE(g98.in_range(230.0, none));
    const Protection three(category_three(), 120.0);
    EXPECT_TRUE(three.in_range(0.88 * 120.0, 58.5));
    EXPECT_FALSE(three.in_range(0.87 * 120.0, 60.0));
    EXPECT_FALSE(three.in_range(120.0, 61.3));
}

TEST(TenMinuteMean, FollowsItsWindowAndTakesTheUnseenForNominal) {
    TenMinuteMean mean;
    EXPECT_NEAR(mean.value(), 1.0, 1e-12);
    for (int s = 0; s < 300; ++s) {
        for (int ms = 0; ms < 1000; ++ms) mean.push(1.2);
    }
    EXPECT_NEAR(mean.value(), 1.1, 1e-9) << "half of it";
    for (int ms = 0; ms < 500; ++ms) mean.push(1.2);
    EXPECT_NEAR(mean.value(), 1.1 + 0.2 * 0.5 / 600.0, 1e-9) << "inside a second";
    for (int s = 0; s < 900; ++s) {
        for (int ms = 0; ms < 1000; ++ms) mean.push(0.9);
    }
    EXPECT_NEAR(mean.value(), 0.9, 1e-9);
}

TEST(Protection, HasNoStageWhoseLimitIsZero) {
    ProtectionSpec spec;
    spec.uv = spec.ov1 = spec.ov2 = {};
    spec.uf1 = spec.uf2 = spec.of = {};
    spec.rocof = {};
    Protection none(spec, 230.0);
    for (int ms = 0; ms < 30'000; ++ms) EXPECT_EQ(none.update(500.0, 70.0), Trip::none);
    EXPECT_TRUE(none.in_range(10.0, 10.0));
}

}  // namespace
}  // namespace islandbench::plant
