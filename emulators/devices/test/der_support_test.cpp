#include <gmock/gmock.h>

#include "emulators/devices/former_body.hpp"
#include "emulators/devices/test/hybrid_bench.hpp"

/// Grid support that a client sets over the bus, against what the power stage then does. Offsets
/// are those of the model files; of a curve with room for six points, entry i begins at 705: 15 +
/// 22 i, 706: 15 + 17 i, 712: 14 + 16 i; trips with three stages: 9 + 31 i.
namespace islandbench::devices::test {
namespace {

constexpr int illegal_address = 2, illegal_value = 3;

class GridSupport : public ::testing::Test {
  protected:
    int at(int model) { return find_model(*bench.inverter, model); }
    int get(int model, int offset) { return u16(*bench.inverter, at(model) + offset); }
    int put(int model, int offset, std::initializer_list<int> values) {
        return write(*bench.inverter, at(model) + offset, values);
    }
    void set_watts(int watts) {
        ASSERT_EQ(put(704, 22, {1, 1, watts < 0 ? 0xFFFF : 0, watts & 0xFFFF}), 0);
    }
    double q() { return bench.hybrid.state().q.value(); }
    double v_share() { return bench.hybrid.state().v.value() / 230.0; }

    HybridBench bench{1};
};

TEST_F(GridSupport, HasItsModelsBehindTheOthers) {
    for (const int id : {705, 706, 712, 707, 708, 709, 710}) EXPECT_GT(at(id), at(714)) << id;
    EXPECT_EQ(get(705, 5), 6) << "NPt";
    EXPECT_EQ(get(705, 6), 3) << "NCrv";
    EXPECT_EQ(get(705, 2), 0) << "off as built";
    EXPECT_EQ(get(707, 2), 1);
    EXPECT_EQ(get(707, 9 + 1), 1) << "one under-voltage stage as built";
    EXPECT_EQ(get(707, 9 + 2), 800) << "80.0 %";
    EXPECT_EQ(u32(*bench.inverter, at(707) + 9 + 3), 250u) << "2.5 s in 10 ms";
    EXPECT_EQ(u32(*bench.inverter, at(710) + 9 + 2), 5200u) << "52 Hz in 10 mHz";
}

TEST_F(GridSupport, HoldsAPowerFactor) {
    set_watts(3000);
    ASSERT_EQ(put(704, 59, {900, 1}), 0);  // 0.9 under-excited
    ASSERT_EQ(put(704, 2, {1}), 0);
    bench.run(40s);
    EXPECT_NEAR(bench.p(), 3000.0, 30.0);
    EXPECT_NEAR(q(), -3000.0 * std::tan(std::acos(0.9)), 40.0);
    set_watts(-2000);
    bench.run(40s);
    EXPECT_NEAR(q(), 0.0, 40.0) << "absorbing, the other factor counts";
}

TEST_F(GridSupport, ReachesNineTenthsWithinTheResponseTime) {
    ASSERT_EQ(put(704, 36, {4, 0, 0, 1000}), 0);  // vars, active first, 1,000 var
    ASSERT_EQ(put(704, 35, {1}), 0);
    bench.run(10s);
    EXPECT_NEAR(q(), 900.0, 20.0);
    bench.run(20s);
    EXPECT_NEAR(q(), 1000.0, 20.0);
}

TEST_F(GridSupport, ConstantReactivePowerFallsBack) {
    ASSERT_EQ(put(704, 36, {4, 0, 0, 1000, 0, 0}), 0);
    ASSERT_EQ(put(704, 44, {0, 0, 30}), 0);  // then off, after 30 s
    ASSERT_EQ(put(704, 35, {1}), 0);
    EXPECT_EQ(u32(*bench.inverter, at(704) + 47), 30u);
    bench.run(29s);
    EXPECT_NEAR(q(), 1000.0, 20.0);
    bench.run(2s);
    EXPECT_EQ(get(704, 35), 0);
    EXPECT_EQ(u32(*bench.inverter, at(704) + 47), 0u);
    bench.run(1s);
    EXPECT_NEAR(q(), 0.0, 30.0);
}

TEST_F(GridSupport, FactorAndExcitationComeTogether) {
    EXPECT_EQ(put(704, 59, {900}), illegal_value);
    EXPECT_EQ(put(704, 60, {1}), illegal_value);
    EXPECT_EQ(put(704, 59, {400, 0}), illegal_value) << "no factor of 0.4";
    EXPECT_EQ(get(704, 59), 1000);
}

TEST_F(GridSupport, FollowsAVoltVarCurve) {
    constexpr int second = 15 + 22;
    // 20 % at 95 % of the voltage to -20 % at 105 %.
    ASSERT_EQ(put(705, second + 10, {950, 200, 1050, 0x10000 - 200}), 0);
    ASSERT_EQ(put(705, second, {2}), 0);
    ASSERT_EQ(put(705, 3, {2}), 0);
    EXPECT_EQ(get(705, 4), 1);
    EXPECT_EQ(get(705, 15 + 10), 950) << "in force";
    EXPECT_EQ(get(705, 15 + 9), 1) << "and still read-only";
    bench.run(20s);
    EXPECT_NEAR(q(), 0.0, 30.0) << "adopting does not enable";
    ASSERT_EQ(put(705, 2, {1}), 0);
    bench.run(30s);
    EXPECT_NEAR(q(), 5000.0 * -4.0 * (v_share() - 1.0), 15.0);
    // Another reference moves the curve.
    const double before = q();
    ASSERT_EQ(put(705, second + 3, {1020}), 0);
    ASSERT_EQ(put(705, 3, {2}), 0);
    bench.run(30s);
    EXPECT_NEAR(q(), 5000.0 * -4.0 * (v_share() / 1.02 - 1.0), 15.0);
    EXPECT_GT(q(), before + 300.0);
}

TEST_F(GridSupport, ACurveThatMakesNoSenseFailsAndChangesNothing) {
    constexpr int second = 15 + 22;
    ASSERT_EQ(put(705, second + 10, {1050, 0, 950, 0}), 0) << "not checked while it is written";
    ASSERT_EQ(put(705, second, {2}), 0);
    ASSERT_EQ(put(705, 3, {2}), 0);
    EXPECT_EQ(get(705, 4), 2);
    EXPECT_EQ(get(705, 15), 4) << "ActPt as built";
    EXPECT_EQ(put(705, 15, {2}), illegal_address) << "read-only";
    ASSERT_EQ(put(705, second, {7}), 0);
    ASSERT_EQ(put(705, 3, {2}), 0);
    EXPECT_EQ(get(705, 4), 2) << "more points than there is room for";
    ASSERT_EQ(put(705, 3, {3}), 0);
    EXPECT_EQ(get(705, 4), 1) << "and a good one completes after it";
}

TEST_F(GridSupport, ACurveFallsBackWhenItsTimerRunsOut) {
    constexpr int second = 15 + 22;
    ASSERT_EQ(put(705, second + 10, {900, 200, 1100, 200}), 0);  // always 20 %
    ASSERT_EQ(put(705, second, {2}), 0);
    ASSERT_EQ(put(705, 7, {0, 20}), 0);
    ASSERT_EQ(put(705, 11, {3}), 0);
    ASSERT_EQ(put(705, 2, {1, 2}), 0);
    EXPECT_EQ(u32(*bench.inverter, at(705) + 9), 20u);
    bench.run(19s);
    EXPECT_NEAR(q(), 1000.0, 20.0);
    bench.run(30s);
    EXPECT_EQ(get(705, 15), 4) << "the curve it was built with";
    EXPECT_NEAR(q(), -5000.0 * (v_share() - 1.02) / 0.1364, 30.0) << "category B";
}

TEST_F(GridSupport, VoltWattCapsAndSaysWhy) {
    constexpr int second = 15 + 17;
    set_watts(3000);
    ASSERT_EQ(put(706, second + 5, {900, 1000, 910, 200}), 0);  // a fifth above 91 %
    ASSERT_EQ(put(706, second, {2, 0, 0, 20}), 0);              // within 2 s
    ASSERT_EQ(put(706, 2, {1, 2}), 0);
    bench.run(10s);
    EXPECT_NEAR(bench.p(), 1000.0, 20.0);
    EXPECT_EQ(u32(*bench.inverter, at(701) + 111), 1u << 10) << "ThrotSrc: VOLT_WATT";
    ASSERT_EQ(put(706, 2, {0}), 0);
    bench.run(5s);
    EXPECT_NEAR(bench.p(), 3000.0, 30.0);
}

TEST_F(GridSupport, FollowsAWattVarCurve) {
    set_watts(5000);
    ASSERT_EQ(put(712, 2, {1}), 0);
    bench.run(40s);
    EXPECT_NEAR(q(), -0.44 * 5000.0, 60.0) << "as built: 44 % under-excited at the rating";
    set_watts(2000);
    bench.run(40s);
    EXPECT_NEAR(q(), 0.0, 40.0);
}

TEST_F(GridSupport, OneWayOfSettingReactivePowerAtATime) {
    ASSERT_EQ(put(705, 2, {1}), 0);
    ASSERT_EQ(put(712, 2, {1}), 0);
    EXPECT_EQ(get(705, 2), 0);
    ASSERT_EQ(put(704, 35, {1}), 0);
    EXPECT_EQ(get(712, 2), 0);
    ASSERT_EQ(put(704, 2, {1}), 0);
    EXPECT_EQ(get(704, 35), 0);
    ASSERT_EQ(put(704, 8, {1}), 0);
    EXPECT_EQ(get(704, 2), 1) << "both factors go together";
}

TEST_F(GridSupport, TripsByTheStagesThatWereAdopted) {
    bench.run(1s);
    ASSERT_TRUE(bench.hybrid.state().connected);
    constexpr int second = 9 + 31;
    // Under 120 % for 300 ms: any voltage.
    ASSERT_EQ(put(707, second + 2, {1200, 0, 30}), 0);
    ASSERT_EQ(put(707, second + 1, {1}), 0);
    ASSERT_EQ(put(707, 3, {2}), 0);
    EXPECT_EQ(get(707, 4), 1);
    bench.run(250ms);
    EXPECT_TRUE(bench.hybrid.state().connected);
    bench.run(100ms);
    EXPECT_FALSE(bench.hybrid.state().connected);
    EXPECT_EQ(bench.hybrid.state().trip, plant::Trip::uv);
    ASSERT_EQ(put(707, 2, {0}), 0);  // without any under-voltage stage it comes back
    bench.run(25s);
    EXPECT_TRUE(bench.hybrid.state().connected);
}

TEST_F(GridSupport, StagesFurtherOutAreNotSlower) {
    constexpr int second = 9 + 31;
    ASSERT_EQ(put(707, second + 2, {880, 0, 200, 500, 0, 2100}), 0);
    ASSERT_EQ(put(707, second + 1, {2}), 0);
    ASSERT_EQ(put(707, 3, {2}), 0);
    EXPECT_EQ(get(707, 4), 2);
    ASSERT_EQ(put(707, second + 2, {500, 0, 200, 880, 0, 2100}), 0) << "in any order";
    ASSERT_EQ(put(707, 3, {2}), 0);
    EXPECT_EQ(get(707, 4), 1);
}

TEST_F(GridSupport, LeavesServiceWithoutPermissionAndReturnsAfterItsDelay) {
    set_watts(2000);
    bench.run(3s);
    ASSERT_EQ(put(703, 9, {0, 5}), 0);    // ESDlyTms
    ASSERT_EQ(put(703, 13, {0, 10}), 0);  // ESRmpTms
    ASSERT_EQ(put(703, 2, {0}), 0);
    bench.run(1s);
    EXPECT_FALSE(bench.hybrid.state().connected);
    EXPECT_EQ(get(701, 4), 0) << "off";
    bench.run(30s);
    EXPECT_FALSE(bench.hybrid.state().connected);
    ASSERT_EQ(put(703, 2, {1}), 0);
    bench.run(2100ms);
    EXPECT_EQ(u32(*bench.inverter, at(703) + 15), 3u) << "ESDlyRemTms, rounded up";
    bench.run(2s);
    EXPECT_FALSE(bench.hybrid.state().connected);
    bench.run(3s);
    ASSERT_TRUE(bench.hybrid.state().connected);
    EXPECT_LT(bench.p(), 0.3 * 5000.0) << "on its ramp";
    bench.run(10s);
    EXPECT_NEAR(bench.p(), 2000.0, 30.0);
}

TEST_F(GridSupport, WaitsForItsOwnWindow) {
    ASSERT_EQ(put(703, 5, {0, 49000 & 0xFFFF}), 0);  // ESHzHi: 49 Hz, the grid has 50
    ASSERT_EQ(put(703, 2, {0}), 0);
    bench.run(1s);
    ASSERT_EQ(put(703, 2, {1}), 0);
    bench.run(40s);
    EXPECT_FALSE(bench.hybrid.state().connected);
    ASSERT_EQ(put(703, 5, {0, 50200 & 0xFFFF}), 0);
    bench.run(25s);
    EXPECT_TRUE(bench.hybrid.state().connected);
}

TEST_F(GridSupport, RampsAsItsRegisterSays) {
    ASSERT_EQ(put(704, 49, {2}), 0);  // WRmp: 2 % of the rating per second
    set_watts(2000);
    bench.run(5s);
    EXPECT_NEAR(bench.p(), 500.0, 40.0);
}

TEST_F(GridSupport, FrequencyDroopCanBeSwitchedOff) {
    set_watts(3000);
    ASSERT_EQ(put(711, 2, {0}), 0);
    bench.run(2s);
    bench.street.move_grid_frequency(Frequency{50.65}, Rocof{0.2});
    bench.run(6s);
    EXPECT_NEAR(bench.p(), 3000.0, 30.0);
    ASSERT_EQ(put(711, 2, {1}), 0);
    bench.run(3s);
    EXPECT_LT(bench.p(), 2900.0);
}

TEST(GridSupportOfAFormer, IsNotThere) {
    HybridBench bench{1};
    const FormerSpec& spec = bench.site.former;
    const BmsCore bms(spec.battery, bench.street.former().pack(), bench.street.now());
    SunSpecInverter former(profile("former 3ph", 100ms), "1", bench.site.interconnect.enter_service,
                           bench.site.nominal_f,
                           std::make_unique<FormerBody>(spec, bench.street.former(), bms));
    const int end = find_model(former, 714) + 2 + u16(former, find_model(former, 714) + 1);
    EXPECT_EQ(u16(former, end), 0xFFFF);
}

}  // namespace
}  // namespace islandbench::devices::test
