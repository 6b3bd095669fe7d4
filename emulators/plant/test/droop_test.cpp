#include "emulators/plant/droop.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace islandbench::plant {
namespace {

DroopControl island() {
    DroopControl droop(FormerSpec{}, Frequency{50.0});
    droop.start_alone(1.0);
    return droop;
}

DroopControl::Input load(double p, double q = 0.0) {
    return {.p = p, .given = p, .q = q, .v = 1.0, .connected = false};
}

void run(DroopControl& droop, const DroopControl::Input& in, int ms) {
    for (int k = 0; k < ms; ++k) droop.advance(in);
}

TEST(Droop, HalfItsRatingLowersTheFrequencyByAQuarterHertz) {
    DroopControl droop = island();
    run(droop, load(0.5), 200);
    EXPECT_NEAR(droop.frequency(), 49.75, 1e-6);
    run(droop, load(-0.4), 200);
    EXPECT_NEAR(droop.frequency(), 50.20, 1e-6);
}

/// Droop against a stiff grid through X: a closed form exists. With k = mp / X and the power filter
/// T:  T d'' + d' + k d = 0.
TEST(Droop, SettlesBesideAStiffGridAsTheClosedFormSays) {
    constexpr double x = 0.16;
    constexpr double start = 0.1;  // rad; P = d / X
    DroopControl droop(FormerSpec{}, Frequency{50.0});
    droop.start_alone(1.0);
    double angle = start;
    const double k = 2.0 * std::numbers::pi * 0.5 / x;
    const double root = std::sqrt(1.0 - 4.0 * 0.010 * k);
    const double s1 = (-1.0 + root) / 0.020;
    const double s2 = (-1.0 - root) / 0.020;
    for (int ms = 1; ms <= 200; ++ms) {
        droop.advance(load(angle / x));
        angle += droop.turned();
        const double t = ms * step_s;
        const double exact = start * (s2 * std::exp(s1 * t) - s1 * std::exp(s2 * t)) / (s2 - s1);
        ASSERT_NEAR(angle, exact, 0.02 * start) << ms;
    }
}

TEST(Droop, VoltageFollowsReactivePower) {
    DroopControl droop = island();
    double v = 1.0;
    for (int ms = 0; ms < 3000; ++ms) {
        DroopControl::Input in = load(0.2, 0.4);
        in.v = v;
        droop.advance(in);
        v = droop.voltage();  // no impedance in between
    }
    EXPECT_NEAR(v, 1.0 - 0.05 * 0.4, 1e-4);
}

TEST(Droop, VoltageDoesNotWindUpWhileTheCurrentIsLimited) {
    DroopControl droop = island();
    DroopControl::Input in = load(0.5);
    in.v = 0.5;
    in.hold_voltage = true;
    run(droop, in, 1000);
    EXPECT_DOUBLE_EQ(droop.voltage(), 1.0);
    in.hold_voltage = false;
    run(droop, in, 1000);
    EXPECT_DOUBLE_EQ(droop.voltage(), 1.25);
}

TEST(Droop, LowersTheFrequencyOnPurposeAboveItsWindow) {
    // 10 % above for 1 s: at first 0.55 Hz of droop and 3 * 0.1 / 2 pi, then 30 * 0.1 / 2 pi per
    // second more.
    DroopControl droop = island();
    run(droop, load(1.1), 1100);
    const double expected = 50.0 - 0.55 - (3.0 * 0.1 + 30.0 * 0.1 * 1.1) / (2.0 * std::numbers::pi);
    EXPECT_NEAR(droop.frequency(), expected, 0.02);
    EXPECT_TRUE(droop.mitigating());
    run(droop, load(0.8), 2000);
    EXPECT_NEAR(droop.frequency(), 49.6, 1e-6);
    EXPECT_FALSE(droop.mitigating());
}

TEST(Droop, RaisesTheFrequencyWhenItMayNotCharge) {
    DroopControl droop = island();
    DroopControl::Input in = load(-0.05);
    in.window = {.lowest = 0.0, .highest = 1.0};
    run(droop, in, 2000);
    EXPECT_GT(droop.frequency(), 50.4);
}

TEST(Droop, FollowsWhatItAsksAndMitigatesWhatItGives) {
    // At its current limit it asks for 40 % more than it gives, which its DC side bears.
    DroopControl droop = island();
    DroopControl::Input in = load(1.3);
    in.given = 0.9;
    run(droop, in, 2000);
    EXPECT_NEAR(droop.frequency(), 50.0 - 0.5 * 1.3, 1e-6);
    EXPECT_FALSE(droop.mitigating());
}

TEST(Droop, ItsWindowMayBoundWhatItAsks) {
    // 30 % above, though it gives less than its rating.
    DroopControl droop = island();
    DroopControl::Input in = load(1.3);
    in.given = 0.9;
    in.window_bounds_p = true;
    run(droop, in, 1000);
    EXPECT_LT(droop.frequency(), 50.0 - 0.5 * 1.3 - 1.0);
    EXPECT_TRUE(droop.mitigating());
}

TEST(Droop, ReclosedAtItsLimitItsSetPointBeginsWithWhatItGives) {
    DroopControl droop = island();
    DroopControl::Input in = load(1.3);
    in.given = 0.9;
    run(droop, in, 1000);
    in.connected = true;
    run(droop, in, 1);
    EXPECT_NEAR(droop.power_setpoint(), 0.9, 0.001);
}

TEST(Droop, MitigationIsBounded) {
    DroopControl droop = island();
    run(droop, load(1.5), 60'000);
    EXPECT_GT(droop.frequency(), 46.0);
}

TEST(Droop, OffsetRunsBackToZeroInTheIsland) {
    DroopControl droop(FormerSpec{}, Frequency{50.0});
    droop.start_beside(49.6, 1.0, 0.3);  // offset -0.4 + 0.15
    EXPECT_NEAR(droop.frequency_offset(), -0.25, 1e-9);
    run(droop, load(0.3), 1000);
    EXPECT_NEAR(droop.frequency_offset(), -0.20, 1e-3);
    run(droop, load(0.3), 4100);
    EXPECT_NEAR(droop.frequency(), 49.85, 1e-6);
}

TEST(Droop, TakesOverTheTrimWithoutABump) {
    DroopControl droop = island();
    DroopControl::Input in = load(0.4);
    in.df_hz = 0.2;
    run(droop, in, 500);
    const double before = droop.frequency();
    in.df_hz = 0.0;  // the synchroniser has let go
    in.connected = true;
    run(droop, in, 1);
    EXPECT_NEAR(droop.frequency(), before, 1e-6);
    EXPECT_NEAR(droop.power_setpoint(), 0.4, 1e-5);
}

TEST(Droop, SetpointRampsAfterReclosing) {
    DroopControl droop = island();
    run(droop, load(0.4), 100);
    DroopControl::Input in = load(0.4);
    in.connected = true;
    run(droop, in, 60'000);
    EXPECT_NEAR(droop.power_setpoint(), 0.4 - 0.08, 1e-3);  // 8 % of the rating per minute
}

}  // namespace
}  // namespace islandbench::plant
