#include "drivers/sunspec_inverter.hpp"
#include "drivers/test/street_driver_test.hpp"
#include "emulators/devices/sunspec_inverter.hpp"

/// Curves and reactive power from the driver over a link to what the plant does then, each in its
/// open-loop response time: 90 % of a change within it.
namespace islandbench::drivers::test {
namespace {

using ::testing::HasSubstr;
using Kind = SupportFunction::Kind;

constexpr double rating = 5000.0;

class SunSpecFunctions : public StreetDriverTest {
  protected:
    SunSpecFunctions() {
        serve(std::make_unique<devices::SunSpecInverter>(profile, "home2.inverter",
                                                         site.interconnect.enter_service,
                                                         site.nominal_f, power_stage_of(1)),
              links::LinkCondition::perfect());
        go_on();
        run_for(2s);
    }
    Done shape(Kind kind, std::vector<SupportFunction::Point> points,
               std::optional<Duration> response = std::nullopt, bool enabled = true) {
        return wait_for(sut.shape({kind, enabled, std::move(points), response}, in(60s)));
    }
    void give(double p) {
        InverterCommand command;
        command.p = ActivePower{p};
        command.valid_for = 600s;
        ASSERT_TRUE(wait_for(sut.command(command, in(60s))));
        run_for(3s);
    }
    /// Of nominal.
    [[nodiscard]] double v() const { return hybrid.state().v.value() / 230.0; }
    [[nodiscard]] double q() const { return hybrid.state().q.value(); }
    [[nodiscard]] double p() const { return hybrid.state().p.value(); }

    plant::Hybrid& hybrid = *street.hybrid(1);
    SunSpecInverter sut{clock, network, nobody, emulated("home2.inverter")};
};

TEST_F(SunSpecFunctions, VoltVarFollowsItsCurveInItsResponseTime) {
    const double here = v();
    // 30 % over-excited at the voltage that there is, less above it.
    const Done done = shape(Kind::volt_var, {{here - 0.02, 0.30}, {here + 0.02, 0.30}}, 8s);
    ASSERT_TRUE(done) << done.error().what;
    run_for(8s);
    EXPECT_NEAR(q(), 0.9 * 0.30 * rating, 0.02 * rating);
    run_for(16s);
    EXPECT_NEAR(q(), 0.30 * rating, 0.01 * rating);
    ASSERT_TRUE(shape(Kind::volt_var, {{0.9, 0.30}, {1.1, 0.30}}, 8s, false));
    run_for(1s);
    EXPECT_NEAR(q(), 0.0, 0.01 * rating) << "switched off";
}

TEST_F(SunSpecFunctions, VoltWattHoldsThePowerDown) {
    give(4000.0);
    const double here = v();
    ASSERT_TRUE(shape(Kind::volt_watt, {{here - 0.04, 0.4}, {here + 0.04, 0.4}}, 5s));
    run_for(5s);
    EXPECT_NEAR(p(), rating * (1.0 - 0.9 * 0.6), 0.03 * rating) << "from all of the rating";
    run_for(15s);
    EXPECT_NEAR(p(), 0.4 * rating, 0.01 * rating);
}

TEST_F(SunSpecFunctions, WattVarFollowsThePower) {
    ASSERT_TRUE(shape(Kind::watt_var, {{0.2, 0.0}, {0.6, -0.4}}));
    give(2000.0);
    run_for(30s);
    EXPECT_NEAR(q(), -0.2 * rating, 0.015 * rating) << "half way along the curve";
    give(1000.0);
    run_for(30s);
    EXPECT_NEAR(q(), 0.0, 0.015 * rating);
}

TEST_F(SunSpecFunctions, TripsAreThoseThatWereAdopted) {
    ASSERT_TRUE(hybrid.state().connected);
    // Wider ones leave it alone, ones around the present voltage do not.
    ASSERT_TRUE(shape(Kind::over_voltage_trip, {{1.20, 0.2}}));
    ASSERT_TRUE(shape(Kind::under_frequency_trip, {{46.0, 0.5}}));
    ASSERT_TRUE(shape(Kind::over_frequency_trip, {{53.0, 0.5}}));
    run_for(3s);
    EXPECT_TRUE(hybrid.state().connected);
    ASSERT_TRUE(shape(Kind::under_voltage_trip, {{v() + 0.05, 1.0}}));
    run_for(500ms);
    EXPECT_TRUE(hybrid.state().connected) << "its delay has not passed";
    run_for(1s);
    EXPECT_FALSE(hybrid.state().connected);
}

TEST_F(SunSpecFunctions, WhatIsNotAdoptedChangesNothing) {
    ASSERT_TRUE(shape(Kind::volt_var, {{0.9, 0.2}, {1.1, 0.2}}, 1s));
    run_for(5s);
    const Done falls = shape(Kind::volt_var, {{1.1, 0.4}, {0.9, 0.4}}, 1s);
    ASSERT_FALSE(falls);
    EXPECT_EQ(falls.error().code, ErrorCode::refused);
    EXPECT_THAT(falls.error().what, HasSubstr("model 705"));
    run_for(5s);
    EXPECT_NEAR(q(), 0.2 * rating, 0.01 * rating);
    const Done many = shape(Kind::volt_var, std::vector<SupportFunction::Point>(40), 1s);
    EXPECT_EQ(many.error().code, ErrorCode::out_of_range);
    EXPECT_EQ(shape(Kind::volt_watt, {}).error().code, ErrorCode::out_of_range);
}

TEST_F(SunSpecFunctions, APowerFactorComesInTenSeconds) {
    give(3000.0);
    for (const bool over : {true, false}) {
        ReactiveOrder order;
        order.cos_phi = Ratio{0.9};
        order.over_excited = over;
        const Done done = wait_for(sut.order_reactive(order, in(60s)));
        ASSERT_TRUE(done) << done.error().what;
        run_for(30s);
        const double expected = (over ? 1.0 : -1.0) * 3000.0 * std::tan(std::acos(0.9));
        EXPECT_NEAR(q(), expected, 0.02 * rating) << over;
    }
    ASSERT_TRUE(wait_for(sut.order_reactive(std::nullopt, in(60s))));
    run_for(1s);
    EXPECT_NEAR(q(), 0.0, 0.01 * rating);
}

TEST_F(SunSpecFunctions, AReactivePowerIsOfTheRatingAndRunsOut) {
    ReactiveOrder order;
    order.of_rating = Ratio{-0.3};
    order.valid_for = 15s;
    ASSERT_TRUE(wait_for(sut.order_reactive(order, in(60s))));
    run_for(10s);
    EXPECT_NEAR(q(), -0.9 * 0.3 * rating, 0.02 * rating) << "90 % in 10 s";
    run_for(8s);
    EXPECT_NEAR(q(), 0.0, 0.01 * rating);
}

}  // namespace
}  // namespace islandbench::drivers::test
