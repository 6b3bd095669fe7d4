#include <gtest/gtest.h>

#include "emulators/devices/pylontech_bms.hpp"
#include "emulators/devices/test/registers.hpp"
#include "emulators/plant/battery.hpp"

/// How BMSs are wrong in the field, each on a real pack: the truth stays right, the report is off
/// by as much as said.
namespace islandbench::devices::test {
namespace {

BatterySpec home_battery() {
    BatterySpec spec;
    spec.capacity = Energy{13500.0};
    spec.charge_limit = spec.discharge_limit = Current{120.0};
    return spec;
}

class BmsFault : public ::testing::Test {
  protected:
    /// Power at the terminals for so long; what the pack truly lost.
    double run(double watt, Duration d) {
        const double before = pack.soc();
        for (Duration t{}; t < d; t += plant::step) {
            pack.advance(watt);
            now += plant::step;
            bms.refresh(now);
        }
        return before - pack.soc();
    }
    [[nodiscard]] double off() const { return bms.soc().value() - pack.soc(); }

    BatterySpec spec = home_battery();
    plant::Pack pack{spec, Ratio{0.6}};
    Instant now = story_start;
    BmsCore bms{spec, pack.state(), story_start};
    const double ah = 13500.0 / (3.2 * 16);
};

TEST_F(BmsFault, WithoutOneItCountsWithThePack) {
    run(2000.0, 600s);
    EXPECT_NEAR(off(), 0.0, 0.001) << "it takes 3.2 V for a cell's voltage";
}

TEST_F(BmsFault, ASensorOffsetFromAMomentOnRunsAwayFromThen) {
    run(0.0, 600s);
    bms.sensor_offset(Current{3.0});
    EXPECT_NEAR(run(0.0, 1200s), 0.0, 1e-12) << "the pack rests";
    EXPECT_NEAR(off(), -3.0 / 3.0 / ah, 1e-6) << "1 Ah that never flowed";
    bms.sensor_offset(Current{-6.0});
    run(0.0, 600s);
    EXPECT_NEAR(off(), 0.0, 1e-6) << "and back";
}

TEST_F(BmsFault, AnUnseenLoadDrainsThePackAndNobodySees) {
    pack.set_unseen_load(ActivePower{600.0});
    const double lost = run(0.0, 1800s);
    EXPECT_NEAR(lost * pack.capacity_ah() * 52.8, 300.0, 3.0) << "Wh";
    EXPECT_NEAR(pack.state().unseen.value(), 300.0, 1e-6);
    EXPECT_NEAR(bms.soc().value(), 0.6, 1e-3);
    EXPECT_NEAR(off(), lost, 1e-3);
    EXPECT_NEAR(bms.i().value(), 0.0, 0.02);
    EXPECT_NEAR(pack.state().i.value(), 600.0 / pack.volt(), 0.02);
}

TEST_F(BmsFault, AnUnseenLoadEndsWhenTheContactorsOpen) {
    pack.set_unseen_load(ActivePower{5000.0});
    run(5000.0, 1800s);
    while (pack.state().can_discharge) run(0.0, 1s);
    EXPECT_NEAR(run(0.0, 60s), 0.0, 1e-12);
    EXPECT_GT(off(), 0.2);
    EXPECT_EQ(bms.discharge_limit().value(), 0.0) << "cell protection knows better";
}

TEST_F(BmsFault, AFrozenReportStaysAndGoesOnWhenItIsOver) {
    run(3000.0, 60s);
    bms.freeze(true);
    const double said = bms.soc().value();
    const double lost = run(3000.0, 600s);
    EXPECT_GT(lost, 0.03);
    EXPECT_DOUBLE_EQ(bms.soc().value(), said);
    EXPECT_NEAR(off(), lost, 0.002);
    bms.freeze(false);
    EXPECT_NEAR(off(), 0.0, 0.002) << "it had counted on";
}

TEST_F(BmsFault, AStuckReportSaysItsOneValue) {
    bms.stick(Ratio{0.99});
    run(5000.0, 600s);
    EXPECT_DOUBLE_EQ(bms.soc().value(), 0.99);
    EXPECT_LT(bms.charge_limit().value(), 60.0) << "and believes it";
    bms.freeze(true);
    EXPECT_DOUBLE_EQ(bms.soc().value(), 0.99);
}

TEST_F(BmsFault, WholeStepsAreRoundedDown) {
    bms.report_in_steps(Ratio{0.05});
    run(1500.0, 60s);
    EXPECT_NEAR(pack.soc(), 0.598, 0.0005);
    EXPECT_NEAR(bms.soc().value(), 0.55, 1e-12);
    pack = plant::Pack(spec, Ratio{1.0});
    bms.refresh(now);
    EXPECT_NEAR(bms.soc().value(), 1.0, 1e-12);
}

TEST_F(BmsFault, ThePylontechFrameHasWholePercentsAnyway) {
    const auto percent = [](PylontechBms& sut, Instant at) {
        sut.refresh(at);
        for (const can::CanFrame& frame : sut.take_frames()) {
            if (frame.id == 0x355) return static_cast<int>(frame.data[0]);
        }
        return -1;
    };
    PylontechBms sut(profile("LFP 48 V", 1s), bms);
    sut.core().report_offset(Ratio{-0.0054});
    EXPECT_EQ(percent(sut, now), 59) << "of 59.46 %, rounded";
    sut.core().report_offset(Ratio{-0.0046});
    EXPECT_EQ(percent(sut, now + 1s), 60) << "of 59.54 %";
    sut.core().report_in_steps(Ratio{0.01});
    EXPECT_EQ(percent(sut, now + 2s), 59) << "of 59.54 %, cut off";
}

TEST_F(BmsFault, ARecalibrationJumpsAtOnce) {
    bms.report_offset(Ratio{-0.1});
    EXPECT_FALSE(bms.take_jump());
    bms.recalibrate(Ratio{0.14}, std::nullopt);
    EXPECT_DOUBLE_EQ(bms.soc().value(), 0.14);
    EXPECT_NEAR(off(), -0.46, 1e-9) << "and nothing of it is true";
    const auto jump = bms.take_jump();
    ASSERT_TRUE(jump);
    EXPECT_NEAR(jump->from.value(), 0.5, 1e-9);
    EXPECT_DOUBLE_EQ(jump->to.value(), 0.14);
    EXPECT_FALSE(bms.take_jump()) << "told once";
    const double lost = run(3000.0, 300s);
    EXPECT_NEAR(bms.soc().value(), 0.14 - lost, 0.001) << "and counts on from there";
}

TEST_F(BmsFault, ARecalibrationWaitsForItsKnee) {
    // It says 50 % until the cells sag to 3.16 V, and then 14 %: for once it is nearly right.
    pack = plant::Pack(spec, Ratio{0.3});
    BmsCore late(spec, pack.state(), now);
    late.report_offset(Ratio{0.25});
    late.recalibrate(Ratio{0.14}, Voltage{3.16});
    double said = 0.0;
    std::optional<BmsCore::Jump> jump;
    while (!jump) {
        said = late.soc().value();
        run(4000.0, 10ms);
        late.refresh(now);
        jump = late.take_jump();
        ASSERT_TRUE(pack.state().can_discharge) << "never came";
    }
    EXPECT_LE(pack.state().v.value() / 16, 3.16);
    EXPECT_NEAR(pack.state().v.value() / 16, 3.16, 0.002);
    EXPECT_NEAR(jump->from.value(), said, 0.001);
    EXPECT_GT(said - pack.soc(), 0.24);
    EXPECT_DOUBLE_EQ(late.soc().value(), 0.14);
}

TEST_F(BmsFault, AKneeMayBeReachedFromBelow) {
    bms.recalibrate(Ratio{0.95}, Voltage{3.36});
    run(500.0, 10s);
    EXPECT_FALSE(bms.take_jump());
    while (pack.state().v.value() < 16 * 3.36) run(-5000.0, 10ms);
    EXPECT_TRUE(bms.take_jump());
    EXPECT_NEAR(bms.soc().value(), 0.95, 1e-3);
}

TEST_F(BmsFault, AFullPackStillSetsTheEstimateRight) {
    bms.recalibrate(Ratio{0.5}, std::nullopt);
    pack = plant::Pack(spec, Ratio{1.0});
    bms.refresh(now);
    EXPECT_DOUBLE_EQ(bms.soc().value(), 1.0);
}

}  // namespace
}  // namespace islandbench::devices::test
