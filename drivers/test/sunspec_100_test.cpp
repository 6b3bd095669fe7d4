#include "drivers/sunspec_100_inverter.hpp"
#include "drivers/test/street_driver_test.hpp"
#include "emulators/devices/sunspec_100_inverter.hpp"

/// The driver of the older models and an emulated device that have never met, over a link.
namespace islandbench::drivers::test {
namespace {

using ::testing::HasSubstr;

class SunSpec100 : public StreetDriverTest, public ::testing::WithParamInterface<Protocol> {
  protected:
    SunSpec100() {
        profile.model = "hybrid 5k classic";
        profile.protocol = GetParam();
        serve(std::make_unique<devices::SunSpec100Inverter>(profile, "home1.inverter",
                                                            site.nominal_f, power_stage_of(0)));
        sut.emplace(clock, network, nobody, emulated("home1.inverter"));
        go_on();
    }

    Done command(double p, Duration valid_for = 10s, double curtail_to = 1.0) {
        InverterCommand command;
        command.p = ActivePower{p};
        command.valid_for = valid_for;
        command.curtail_to = Ratio{curtail_to};
        return wait_for(sut->command(command, in(60s)));
    }
    InverterReading read() {
        auto reading = wait_for(sut->read(in(60s)));
        for (int i = 0; i < 3 && reading; ++i) reading = wait_for(sut->read(in(60s)));
        EXPECT_TRUE(reading) << reading.error().what;
        return reading.value_or(InverterReading{});
    }
    [[nodiscard]] double true_power() { return street.hybrid(0)->state().p.value(); }

    std::optional<SunSpec100Inverter> sut;
};

INSTANTIATE_TEST_SUITE_P(Drivers, SunSpec100,
                         ::testing::Values(Protocol::sunspec_100, Protocol::sunspec_100_float),
                         [](const auto& tested) {
                             return tested.param == Protocol::sunspec_100 ? "Integer" : "Float";
                         });

TEST_P(SunSpec100, ASetPointIsThatPowerOnTheStreetBothWays) {
    for (const double p : {1500.0, -1000.0}) {
        const Done done = command(p);
        ASSERT_TRUE(done) << done.error().what;
        run_for(3s);

        EXPECT_NEAR(true_power(), p, 25.0);
        const InverterReading reading = read();
        EXPECT_NEAR(reading.p.value(), p, 25.0);
        EXPECT_NEAR(reading.p_setpoint.value_or(ActivePower{}).value(), p, 1.0);
        EXPECT_TRUE(reading.connected);
        EXPECT_NEAR(reading.v_phase[0].value(), 230.0, 10.0);
        EXPECT_NEAR(reading.f.value(), 50.0, 0.1);
    }
}

TEST_P(SunSpec100, TellsItsRatingsAndItsCharge) {
    const InverterReading reading = read();
    EXPECT_NEAR(sut->limits().p_discharge_max.value(), 5000.0, 1.0);
    EXPECT_NEAR(sut->limits().p_charge_max.value(), 5000.0, 1.0);
    EXPECT_FALSE(reading.soc) << "its battery has said nothing yet";
    EXPECT_TRUE(sut->identity().emulator);
    EXPECT_EQ(sut->identity().model, "hybrid 5k classic");
}

TEST_P(SunSpec100, AnOrderThatRunsOutIsTakenBack) {
    ASSERT_TRUE(command(2000.0, 5s));
    run_for(2s);
    ASSERT_NEAR(true_power(), 2000.0, 25.0);
    run_for(6s);
    EXPECT_NEAR(true_power(), 0.0, 25.0);
    EXPECT_FALSE(read().p_setpoint);
}

TEST_P(SunSpec100, ALimitCapsAndReleaseEndsBoth) {
    ASSERT_TRUE(command(2000.0, 600s, 0.2));
    run_for(3s);
    EXPECT_NEAR(true_power(), 1000.0, 25.0) << "20 % of 5 kW";
    ASSERT_TRUE(wait_for(sut->release(in(60s))));
    run_for(3s);
    EXPECT_NEAR(true_power(), 0.0, 25.0);
    ASSERT_TRUE(command(2000.0, 600s));
    run_for(3s);
    EXPECT_NEAR(true_power(), 2000.0, 25.0) << "no limit is left";
}

TEST_P(SunSpec100, WhatItCannotIsNotWritten) {
    EXPECT_EQ(command(9000.0).error().code, ErrorCode::out_of_range);
    EXPECT_EQ(command(1000.0, 1s).error().code, ErrorCode::out_of_range);
    EXPECT_EQ(sut->statistics().writes, 0u);
}

}  // namespace
}  // namespace islandbench::drivers::test
