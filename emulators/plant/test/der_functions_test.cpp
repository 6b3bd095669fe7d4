#include "emulators/plant/der_functions.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "emulators/plant/protection.hpp"

namespace islandbench::plant {
namespace {

using Point = SupportCurve::Point;

SupportCurve curve(std::initializer_list<Point> points) {
    SupportCurve made;
    EXPECT_TRUE(made.set({points.begin(), points.size()}));
    return made;
}

TEST(SupportCurve, RunsStraightBetweenItsPointsAndFlatOutside) {
    const SupportCurve c = curve({{0.92, 0.44}, {0.98, 0.0}, {1.02, 0.0}, {1.08, -0.44}});
    EXPECT_DOUBLE_EQ(c.at(0.5), 0.44);
    EXPECT_NEAR(c.at(0.95), 0.22, 1e-12);
    EXPECT_DOUBLE_EQ(c.at(1.0), 0.0);
    EXPECT_NEAR(c.at(1.05), -0.22, 1e-12);
    EXPECT_DOUBLE_EQ(c.at(1.5), -0.44);
    EXPECT_DOUBLE_EQ(curve({{1.0, 0.3}}).at(7.0), 0.3);
    EXPECT_DOUBLE_EQ(curve({{1.0, 0.0}, {1.0, 0.5}}).at(1.0), 0.0);  // a step
}

TEST(SupportCurve, TakesNothingThatIsNoCurve) {
    SupportCurve c = curve({{1.0, 0.3}});
    EXPECT_FALSE(c.set({}));
    const std::array falling{Point{1.0, 0.0}, Point{0.9, 0.0}};
    EXPECT_FALSE(c.set(falling));
    const std::array<Point, 11> many{};
    EXPECT_FALSE(c.set(many));
    EXPECT_DOUBLE_EQ(c.at(1.0), 0.3);
}

/// 90 % of a change after the response time, at 1 ms per step.
TEST(DerFunctions, KeepTheirOpenLoopResponse) {
    ReactiveControl constant;
    constant.share = 0.4;
    constant.response = 5s;
    DerFunctions functions;
    double q = 0.0;
    for (int ms = 0; ms < 5000; ++ms) q = functions.reactive(constant, 0.0, 1.0, 5000.0);
    EXPECT_NEAR(q, 0.9 * 2000.0, 1.0);
    functions.rest();
    EXPECT_NEAR(functions.reactive(constant, 0.0, 1.0, 5000.0), 0.0, 2.0);

    VoltWatt watt;
    watt.curve = curve({{1.06, 1.0}, {1.10, 0.2}});
    watt.response = 2s;
    EXPECT_NEAR(functions.most_power(watt, 1.10, 5000.0, 0.0), 5000.0, 10.0) << "begins free";
    double most = 0.0;
    for (int ms = 1; ms < 2000; ++ms) most = functions.most_power(watt, 1.10, 5000.0, 0.0);
    EXPECT_NEAR(most, 5000.0 * (1.0 - 0.9 * 0.8), 2.0);
}

TEST(DerFunctions, KnowThreeReferences) {
    ReactiveControl constant;
    constant.share = 0.5;
    constant.response = 0s;
    DerFunctions functions;
    EXPECT_DOUBLE_EQ(functions.reactive(constant, 3000.0, 1.0, 5000.0), 2500.0);
    constant.of = VarReference::var_max;
    EXPECT_DOUBLE_EQ(functions.reactive(constant, 3000.0, 1.0, 5000.0), 0.5 * 0.44 * 5000.0);
    constant.of = VarReference::var_available;
    EXPECT_DOUBLE_EQ(functions.reactive(constant, 3000.0, 1.0, 5000.0), 2000.0);
}

TEST(DerFunctions, HoldAPowerFactorOnBothSides) {
    ReactiveControl factor;
    factor.mode = ReactiveControl::Mode::power_factor;
    factor.injecting = {0.8, true};
    factor.absorbing = {0.6, false};
    factor.response = 0s;
    DerFunctions functions;
    EXPECT_NEAR(functions.reactive(factor, 4000.0, 1.0, 5000.0), 3000.0, 1e-6);
    EXPECT_NEAR(functions.reactive(factor, -3000.0, 1.0, 5000.0), -4000.0, 1e-6);
}

TEST(Protection, TakesOtherStages) {
    using Kind = Protection::Kind;
    Protection protection(ProtectionSpec{}, 230.0);
    std::array<Protection::Setting, 3> stages{};
    ASSERT_EQ(protection.settings(Kind::over_voltage, stages), 2u);
    EXPECT_EQ(stages[0], (Protection::Setting{1.14, 1s}));
    EXPECT_EQ(stages[1], (Protection::Setting{1.19, 500ms}));
    ASSERT_EQ(protection.settings(Kind::under_voltage, stages), 1u);

    const std::array low{Protection::Setting{0.88, 21s}, Protection::Setting{0.5, 2s},
                         Protection::Setting{0.2, 20ms}};
    protection.set(Kind::under_voltage, low);
    ASSERT_EQ(protection.settings(Kind::under_voltage, stages), 3u);
    EXPECT_EQ(stages, low);
    EXPECT_FALSE(protection.in_range(0.87 * 230.0, 50.0));
    EXPECT_TRUE(protection.in_range(0.89 * 230.0, 50.0));
    Trip tripped = Trip::none;
    for (int ms = 0; ms <= 20; ++ms) tripped = protection.update(0.1 * 230.0, 50.0);
    EXPECT_EQ(tripped, Trip::uv3);

    protection.set(Kind::under_voltage, {});
    EXPECT_TRUE(protection.in_range(0.1 * 230.0, 50.0));
    EXPECT_FALSE(protection.in_range(1.2 * 230.0, 50.0)) << "the other kinds stay";
}

}  // namespace
}  // namespace islandbench::plant
