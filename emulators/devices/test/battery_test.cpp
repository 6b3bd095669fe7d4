#include <gmock/gmock.h>

#include <map>

#include "emulators/devices/pylontech_bms.hpp"
#include "emulators/devices/sunspec_battery.hpp"
#include "emulators/devices/test/registers.hpp"

/// What a battery management system believes, allows and says, on CAN and on Modbus. The tests play
/// the pack.
namespace islandbench::devices::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// 13.5 kWh of 16 cells: 263.67 Ah.
BatterySpec home_battery() {
    BatterySpec spec;
    spec.capacity = Energy{13500.0};
    spec.charge_limit = Current{120.0};
    spec.discharge_limit = Current{100.0};
    return spec;
}
constexpr double capacity_ah = 13500.0 / 51.2;

class BmsCoreTest : public ::testing::Test {
  protected:
    BmsCoreTest() { pack.soc = Ratio{0.6}; }
    BmsCore core() const { return {spec, pack, story_start}; }
    /// What it allows at a state of charge.
    std::pair<double, double> limits_at(double soc) {
        pack.soc = Ratio{soc};
        const BmsCore sut = core();
        return {sut.charge_limit().value(), sut.discharge_limit().value()};
    }

    BatterySpec spec = home_battery();
    plant::PackState pack;
};

TEST_F(BmsCoreTest, AllowsEverythingInTheMiddle) {
    for (const double soc : {0.131, 0.5, 0.969}) {
        EXPECT_EQ(limits_at(soc), std::pair(120.0, 100.0)) << soc;
    }
}

TEST_F(BmsCoreTest, DischargeTapersOverThreePointsAboveTheTechnicalFloor) {
    EXPECT_NEAR(limits_at(0.115).second, 50.0, 1e-6);
    EXPECT_NEAR(limits_at(0.10).second, 0.0, 1e-6);
    EXPECT_EQ(limits_at(0.05).second, 0.0);
    EXPECT_EQ(limits_at(0.115).first, 120.0) << "charging is not affected";
}

TEST_F(BmsCoreTest, ChargeTapersOverTheLastThreePointsDownToATrickle) {
    EXPECT_NEAR(limits_at(0.985).first, 60.0, 1e-6);
    EXPECT_NEAR(limits_at(1.0).first, 6.0, 1e-6);
    EXPECT_EQ(limits_at(0.985).second, 100.0);
}

TEST_F(BmsCoreTest, CellProtectionEndsEachDirection) {
    pack.can_charge = false;
    EXPECT_EQ(core().charge_limit().value(), 0.0);
    EXPECT_EQ(core().discharge_limit().value(), 100.0);
    pack.can_charge = true;
    pack.can_discharge = false;
    EXPECT_EQ(core().discharge_limit().value(), 0.0);
    EXPECT_EQ(core().charge_limit().value(), 120.0);
}

TEST_F(BmsCoreTest, CountsWhatItsSensorSees) {
    BmsCore sut = core();
    pack.i = Current{10.0};
    for (int s = 1; s <= 3600; ++s) sut.refresh(at_seconds(s));
    EXPECT_NEAR(sut.soc().value(), 0.6 - 10.0 / capacity_ah, 1e-9);

    pack.i = Current{-10.0};
    for (int s = 3601; s <= 7200; ++s) sut.refresh(at_seconds(s));
    EXPECT_NEAR(sut.soc().value(), 0.6, 1e-9);
}

TEST_F(BmsCoreTest, ASensorThatIsOffRunsAwayFromTheTruth) {
    spec.soc_error.sensor_offset = Current{2.0};
    BmsCore sut = core();
    sut.refresh(at_seconds(3600));

    EXPECT_DOUBLE_EQ(sut.i().value(), 2.0) << "the pack rests";
    EXPECT_NEAR(sut.soc().value(), 0.6 - 2.0 / capacity_ah, 1e-9);
}

TEST_F(BmsCoreTest, StartsWrongByItsOffset) {
    spec.soc_error.offset = Ratio{-0.08};
    EXPECT_NEAR(core().soc().value(), 0.52, 1e-12);
}

TEST_F(BmsCoreTest, AnAgedPackEmptiesFaster) {
    spec.soh = Ratio{0.8};
    BmsCore sut = core();
    pack.i = Current{10.0};
    sut.refresh(at_seconds(3600));
    EXPECT_NEAR(sut.soc().value(), 0.6 - 10.0 / (0.8 * capacity_ah), 1e-9);
}

TEST_F(BmsCoreTest, AFullPackSetsTheEstimateRight) {
    spec.soc_error.offset = Ratio{-0.3};
    BmsCore sut = core();
    pack.can_charge = false;
    sut.refresh(at_seconds(1));
    EXPECT_DOUBLE_EQ(sut.soc().value(), 1.0);
}

TEST_F(BmsCoreTest, TheOffsetFaultShowsInReportAndLimits) {
    BmsCore sut = core();
    sut.report_offset(Ratio{0.25});
    EXPECT_NEAR(sut.soc().value(), 0.85, 1e-12);
    sut.report_offset(Ratio{0.7});
    EXPECT_DOUBLE_EQ(sut.soc().value(), 1.0) << "never beyond full";
    sut.report_offset(Ratio{-0.485});
    EXPECT_NEAR(sut.discharge_limit().value(), 50.0, 1e-6) << "it believes what it reports";
    sut.report_offset(Ratio{-0.9});
    EXPECT_DOUBLE_EQ(sut.soc().value(), 0.0);
}

class EmulatedPylontech : public BmsCoreTest {
  protected:
    EmulatedPylontech() {
        pack.v = Voltage{52.34};
        pack.i = Current{10.0};
        pack.temperature = Temperature{20.5};
    }
    static std::vector<int> bytes(const can::CanFrame& frame) {
        return {frame.payload().begin(), frame.payload().end()};
    }
    /// The frames of one report, by id.
    std::map<std::uint32_t, std::vector<int>> report() {
        PylontechBms sut(profile("LFP 48 V", 1s), core());
        sut.refresh(story_start);
        std::map<std::uint32_t, std::vector<int>> frames;
        for (const can::CanFrame& frame : sut.take_frames()) frames[frame.id] = bytes(frame);
        return frames;
    }
};

TEST_F(EmulatedPylontech, SendsItsSetOfFramesAtItsCadence) {
    PylontechBms sut(profile("LFP 48 V", 1s), core());
    std::vector<std::uint32_t> ids;
    std::vector<int> when;
    for (int ms = 0; ms < 3000; ++ms) {
        sut.refresh(at_seconds(ms / 1000.0));
        for (const can::CanFrame& frame : sut.take_frames()) {
            ids.push_back(frame.id);
            if (frame.id == 0x351) when.push_back(ms);
        }
    }
    EXPECT_THAT(when, ElementsAre(0, 1000, 2000));
    ids.resize(6);
    EXPECT_THAT(ids, ElementsAre(0x351, 0x355, 0x356, 0x359, 0x35C, 0x35E));
    EXPECT_THAT(sut.take_frames(), IsEmpty());
}

TEST_F(EmulatedPylontech, SaysItInTheBytesOfTheDialect) {
    auto frames = report();

    // 56.0 V, 120.0 A, 100.0 A, 46.4 V.
    EXPECT_THAT(frames[0x351], ElementsAre(0x30, 0x02, 0xB0, 0x04, 0xE8, 0x03, 0xD0, 0x01));
    EXPECT_THAT(frames[0x355], ElementsAre(60, 0, 100, 0));
    frames[0x356].resize(6);
    // 52.34 V, 10 A of discharge is -10 A on the wire, 20.5 degC.
    EXPECT_THAT(frames[0x356], ElementsAre(0x72, 0x14, 0x9C, 0xFF, 0xCD, 0x00));
    EXPECT_EQ(frames[0x35C][0], 0xC0) << "charge and discharge enabled";
    EXPECT_EQ(frames[0x359][0], 0);
    EXPECT_EQ(frames[0x359][2], 0);
    EXPECT_EQ(std::string(frames[0x35E].begin(), frames[0x35E].end()).substr(0, 5), "PYLON");
}

TEST_F(EmulatedPylontech, AnEmptyBatteryWithdrawsDischargeAndWarns) {
    pack.can_discharge = false;
    auto frames = report();

    EXPECT_EQ(frames[0x35C][0], 0x80);
    EXPECT_EQ(frames[0x359][2], 0x04) << "a warning of low voltage";
    EXPECT_EQ(frames[0x351][4], 0);
    EXPECT_EQ(frames[0x351][5], 0);
}

TEST_F(EmulatedPylontech, NotesTheInvertersKeepAlive) {
    PylontechBms sut(profile("LFP 48 V", 1s), core());
    EXPECT_EQ(sut.inverter_heard(), Instant::min());
    sut.hear(can::standard_frame(0x356, {0, 0, 0, 0, 0, 0}), at_seconds(1));
    EXPECT_EQ(sut.inverter_heard(), Instant::min());
    sut.hear(can::standard_frame(0x305, {0, 0, 0, 0, 0, 0, 0, 0}), at_seconds(2));
    EXPECT_EQ(sut.inverter_heard(), at_seconds(2));
}

class EmulatedSunSpecBattery : public BmsCoreTest {
  protected:
    EmulatedSunSpecBattery() { pack.v = Voltage{739.0}; }
    std::uint16_t get(int offset) { return u16(sut, find_model(sut, 802) + offset); }
    void refresh(double second) { sut.refresh(at_seconds(second)); }

    SunSpecBattery sut{profile("LFP rack", 1s), "1", core()};
};

TEST_F(EmulatedSunSpecBattery, IsMadeByIslandbenchWhateverItsProfileSays) {
    EXPECT_EQ(text(sut, 40004, 16), "islandbench");
    EXPECT_EQ(text(sut, 40020, 16), "LFP rack");
}

TEST_F(EmulatedSunSpecBattery, CountsDischargePositive) {
    pack.i = Current{20.0};
    refresh(1);
    EXPECT_EQ(static_cast<std::int16_t>(get(44)), 200) << "A, 0.1 A";
    EXPECT_EQ(static_cast<std::int16_t>(get(47)), 1478) << "W, 10 W";
    EXPECT_EQ(get(16), 3) << "discharging";

    pack.i = Current{-20.0};
    refresh(2);
    EXPECT_EQ(static_cast<std::int16_t>(get(44)), -200);
    EXPECT_EQ(static_cast<std::int16_t>(get(47)), -1478);
    EXPECT_EQ(get(16), 4) << "charging";

    pack.i = Current{};
    refresh(3);
    EXPECT_EQ(get(16), 6) << "holding";
}

TEST_F(EmulatedSunSpecBattery, SaysEstimateVoltageAndLimits) {
    refresh(1);
    EXPECT_EQ(get(11), 600) << "SoC, 0.1 %";
    EXPECT_EQ(get(13), 1000) << "SoH";
    EXPECT_EQ(get(34), 7390) << "V, 0.1 V";
    EXPECT_EQ(get(45), 1200) << "AChaMax";
    EXPECT_EQ(get(46), 1000) << "ADisChaMax";
    EXPECT_EQ(get(22), 3) << "connected";
    sut.core().report_offset(Ratio{0.1});
    refresh(2);
    EXPECT_EQ(get(11), 700);
}

TEST_F(EmulatedSunSpecBattery, ItsHeartbeatCountsOncePerReport) {
    refresh(0);
    const int first = get(18);
    refresh(0.5);
    EXPECT_EQ(get(18), first) << "not due yet";
    refresh(1);
    EXPECT_EQ(get(18), first + 1);
    refresh(2);
    EXPECT_EQ(get(18), first + 2);
}

TEST_F(EmulatedSunSpecBattery, AnEmptyOneRaisesItsAlarm) {
    pack.can_discharge = false;
    refresh(1);
    EXPECT_EQ(u32(sut, find_model(sut, 802) + 26), 1u << 13) << "UNDER_SOC_MIN_ALARM";
    EXPECT_EQ(get(46), 0);
}

TEST_F(EmulatedSunSpecBattery, CannotBeWritten) {
    EXPECT_EQ(write(sut, find_model(sut, 802) + 50, {2}), 1) << "illegal function";
}

}  // namespace
}  // namespace islandbench::devices::test
