#include <cmath>
#include <set>

#include "drivers/sunspec_battery.hpp"
#include "drivers/sunspec_meter.hpp"
#include "drivers/test/driver_test.hpp"
#include "drivers/test/golden.hpp"

/// Meter and battery from golden registers.
namespace islandbench::drivers::test {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;

class SunSpecMeterTest : public DriverTest {
  protected:
    SunSpecMeterTest() { put_meter(device, "acme"); }
    RegisterDevice device;
    ScriptedServer server{clock, network, "device", device};
    SunSpecMeter sut{clock, network, nobody, emulated("meter_grid")};
};

TEST_F(SunSpecMeterTest, ReadsGoldenRegisters) {
    run_for(250ms);
    const auto reading = wait_for(sut.read(in(60s)));

    ASSERT_TRUE(reading) << reading.error().what;
    EXPECT_EQ(reading->reported, at_seconds(0.25));
    EXPECT_DOUBLE_EQ(reading->p.value(), 9120.0) << "positive from the grid into the street";
    EXPECT_DOUBLE_EQ(reading->p_phase[0].value(), 2830.0);
    EXPECT_DOUBLE_EQ(reading->p_phase[1].value(), -2260.0);
    EXPECT_DOUBLE_EQ(reading->p_phase[2].value(), 8550.0);
    EXPECT_DOUBLE_EQ(reading->q.value(), -4500.0);
    EXPECT_DOUBLE_EQ(reading->v_phase[0].value(), 230.1);
    EXPECT_DOUBLE_EQ(reading->v_phase[2].value(), 231.9);
    EXPECT_DOUBLE_EQ(reading->i_phase[1].value(), 9.8);
    EXPECT_DOUBLE_EQ(reading->i_phase[2].value(), 17.5);
    EXPECT_DOUBLE_EQ(reading->f.value(), 49.98);
}

TEST_F(SunSpecMeterTest, AMeterWithoutPowerHasNoReading) {
    device.put(m203 + 18, {0x8000});
    EXPECT_EQ(wait_for(sut.read(in(60s))).error().code, ErrorCode::not_available);
}

TEST_F(SunSpecMeterTest, IsNeverWrittenTo) {
    ASSERT_TRUE(wait_for(sut.read(in(60s))));
    EXPECT_THAT(server.functions(), Each(3));
    EXPECT_TRUE(sut.writes().empty());
}

TEST_F(SunSpecMeterTest, NamesTheModelThatIsMissing) {
    device.end_sunspec(m203);
    EXPECT_THAT(wait_for(sut.read(in(60s))).error().what, HasSubstr("has no SunSpec model 203"));
}

/// What a menu of the meter may have set in place of model 203.
class OtherSunSpecMeter : public DriverTest {
  protected:
    Result<MeterReading> read() {
        ScriptedServer server{clock, network, "device", device};
        SunSpecMeter meter{clock, network, nobody, emulated("meter_grid")};
        return wait_for(meter.read(in(60s)));
    }
    RegisterDevice device;
};

TEST_F(OtherSunSpecMeter, InFloatsSaysTheSame) {
    put_float_meter(device, "acme");
    const auto reading = read();
    ASSERT_TRUE(reading) << reading.error().what;
    EXPECT_DOUBLE_EQ(reading->p.value(), 9120.0);
    EXPECT_DOUBLE_EQ(reading->p_phase[1].value(), -2260.0);
    EXPECT_DOUBLE_EQ(reading->q.value(), -4500.0);
    EXPECT_NEAR(reading->v_phase[2].value(), 231.9, 1e-4);
    EXPECT_NEAR(reading->i_phase[0].value(), 12.3, 1e-5);
    EXPECT_NEAR(reading->f.value(), 49.98, 1e-5);
}

TEST_F(OtherSunSpecMeter, WithOnePhaseTellsNothingOfTheOthers) {
    put_single_phase_meter(device, "acme");
    const auto reading = read();
    ASSERT_TRUE(reading) << reading.error().what;
    EXPECT_DOUBLE_EQ(reading->p.value(), 1100.0);
    EXPECT_DOUBLE_EQ(reading->v_phase[0].value(), 230.2);
    EXPECT_DOUBLE_EQ(reading->i_phase[0].value(), 4.8);
    EXPECT_TRUE(std::isnan(reading->v_phase[1].value()));
    EXPECT_TRUE(std::isnan(reading->p_phase[2].value()));
    EXPECT_TRUE(std::isnan(reading->q.value()));
}

class SunSpecBatteryTest : public DriverTest {
  protected:
    SunSpecBatteryTest() { put_battery(device, "acme"); }
    BmsReading read() {
        const auto reading = wait_for(sut.read(in(60s)));
        EXPECT_TRUE(reading) << reading.error().what;
        return reading.value_or(BmsReading{});
    }
    RegisterDevice device;
    ScriptedServer server{clock, network, "device", device};
    SunSpecBattery sut{clock, network, nobody, emulated("former.bms")};
};

TEST_F(SunSpecBatteryTest, ReadsGoldenRegisters) {
    const BmsReading reading = read();

    EXPECT_DOUBLE_EQ(reading.soc.value(), 0.513);
    EXPECT_DOUBLE_EQ(reading.soh.value(), 0.98);
    EXPECT_DOUBLE_EQ(reading.v.value(), 739.1);
    EXPECT_DOUBLE_EQ(reading.i.value(), 12.5) << "positive discharges";
    EXPECT_DOUBLE_EQ(reading.charge_limit.value(), 60.0);
    EXPECT_DOUBLE_EQ(reading.discharge_limit.value(), 80.0);
    EXPECT_TRUE(reading.charge_enabled);
    EXPECT_TRUE(reading.discharge_enabled);
    EXPECT_FALSE(reading.alarm) << "warnings are no alarms";
}

TEST_F(SunSpecBatteryTest, EachAlarmBitIsAnAlarmAndNoWarningIs) {
    // COMMUNICATION_ERROR, and all whose names end in ALARM.
    const std::set<int> alarms{0, 1, 3, 5, 7, 9, 11, 13, 15, 18, 25, 28};
    const std::set<int> warnings{2, 4, 6, 8, 10, 12, 14, 16, 17, 19, 24, 26, 29};
    const auto shows_alarm = [this](int bit) {
        device.put(m802 + 26, {bit < 16 ? 0 : 1 << (bit - 16), bit < 16 ? 1 << bit : 0});
        return read().alarm;
    };
    for (const int bit : alarms) EXPECT_TRUE(shows_alarm(bit)) << bit;
    for (const int bit : warnings) EXPECT_FALSE(shows_alarm(bit)) << bit;
}

TEST_F(SunSpecBatteryTest, ADisconnectedBatteryAllowsNothing) {
    device.put(m802 + 22, {1});
    const BmsReading reading = read();

    EXPECT_FALSE(reading.charge_enabled);
    EXPECT_FALSE(reading.discharge_enabled);
}

TEST_F(SunSpecBatteryTest, ALimitOfZeroOrNoneAllowsNothing) {
    device.put(m802 + 45, {0, 0xFFFF});  // AChaMax 0, ADisChaMax not implemented
    const BmsReading reading = read();

    EXPECT_FALSE(reading.charge_enabled);
    EXPECT_FALSE(reading.discharge_enabled);
    EXPECT_TRUE(std::isnan(reading.discharge_limit.value())) << "not told is not zero";
}

TEST_F(SunSpecBatteryTest, WithoutAStateOfChargeThereIsNoReading) {
    device.put(m802 + 11, {0xFFFF});
    EXPECT_EQ(wait_for(sut.read(in(60s))).error().code, ErrorCode::not_available);
}

}  // namespace
}  // namespace islandbench::drivers::test
