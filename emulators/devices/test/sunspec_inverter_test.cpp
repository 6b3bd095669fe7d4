#include <gmock/gmock.h>

#include "emulators/devices/former_body.hpp"
#include "emulators/devices/test/hybrid_bench.hpp"

/// What an emulated inverter measures and says, and its frequency-watt settings.
namespace islandbench::devices::test {
namespace {

constexpr int none_s16 = -32768, none_u16 = 0xFFFF;
constexpr int illegal_address = 2;

class EmulatedInverter : public ::testing::Test {
  protected:
    int at(int model) { return find_model(*bench.inverter, model); }
    int get(int model, int offset) { return u16(*bench.inverter, at(model) + offset); }
    int set_watts(int watts) {
        return write(*bench.inverter, at(704) + 22, {1, 1, watts < 0 ? 0xFFFF : 0, watts & 0xFFFF});
    }

    HybridBench bench{1};  // home2: phase B, no PV
};

TEST_F(EmulatedInverter, IsMadeByIslandbenchWhateverItsProfileSays) {
    EXPECT_EQ(text(*bench.inverter, 40004, 16), "islandbench");
    EXPECT_EQ(text(*bench.inverter, 40020, 16), "hybrid 5k");
    EXPECT_EQ(text(*bench.inverter, 40052, 16), "17");
}

TEST_F(EmulatedInverter, HasTheModelsOfADerInOneChain) {
    int last = 40002;
    for (const int id : {701, 702, 703, 704, 711, 713, 714}) {
        EXPECT_GT(at(id), last) << id;
        last = at(id);
    }
}

TEST_F(EmulatedInverter, SaysItsRatings) {
    EXPECT_EQ(get(702, 2), 5000);   // WMaxRtg
    EXPECT_EQ(get(702, 7), 5000);   // VAMaxRtg
    EXPECT_EQ(get(702, 10), 5000);  // WChaRteMaxRtg
    EXPECT_EQ(get(702, 11), 5000);  // WDisChaRteMaxRtg
    EXPECT_EQ(get(702, 14), 2300);  // VNomRtg, 0.1 V: phase to neutral of a single-phase unit
    EXPECT_EQ(get(713, 2), 1350);   // WHRtg, 10 Wh
}

TEST_F(EmulatedInverter, MeasuresItsOwnPhaseOnly) {
    ASSERT_EQ(set_watts(1500), 0);
    bench.run(3s);

    EXPECT_EQ(get(701, 2), 0) << "single phase";
    EXPECT_NEAR(s16(*bench.inverter, at(701) + 64), 1500, 20);            // WL2
    EXPECT_NEAR(get(701, 70), 10 * bench.hybrid.state().v.value(), 1.0);  // VL2, 0.1 V
    EXPECT_NEAR(get(701, 68), 10 * bench.hybrid.state().i.value(), 1.0);  // AL2, 0.1 A
    for (const int power : {41, 87}) {
        EXPECT_EQ(s16(*bench.inverter, at(701) + power), none_s16) << power;
    }
    for (const int voltage : {47, 93}) EXPECT_EQ(get(701, voltage), none_u16) << voltage;
}

TEST_F(EmulatedInverter, CountsInjectionPositiveAndChargingNegative) {
    ASSERT_EQ(set_watts(1500), 0);
    bench.run(3s);
    EXPECT_NEAR(s16(*bench.inverter, at(701) + 10), 1500, 20);
    const auto injected = u32(*bench.inverter, at(701) + 21);  // low half of TotWhInj
    bench.run(36s);
    EXPECT_NEAR(u32(*bench.inverter, at(701) + 21) - injected, 15, 1) << "1.5 kW for 36 s";

    ASSERT_EQ(set_watts(-1000), 0);
    bench.run(3s);
    EXPECT_NEAR(s16(*bench.inverter, at(701) + 10), -1000, 20);
    const auto absorbed = u32(*bench.inverter, at(701) + 25);  // low half of TotWhAbs
    bench.run(36s);
    EXPECT_NEAR(u32(*bench.inverter, at(701) + 25) - absorbed, 10, 1);
    EXPECT_GT(s16(*bench.inverter, at(714) + 20 + 12) * -1, 900) << "port 0: into its battery";
}

TEST_F(EmulatedInverter, ReportsPowerAsTheMeanOf400Milliseconds) {
    bench.run(2001ms);  // it publishes every 100 ms, counted from its first step
    ASSERT_EQ(set_watts(4000), 0);
    double sum = 0.0;
    for (int ms = 0; ms < 400; ++ms) {
        bench.run(1ms);
        sum += bench.p();
    }
    EXPECT_NEAR(s16(*bench.inverter, at(701) + 10), sum / 400.0, 1.0);
    EXPECT_LT(s16(*bench.inverter, at(701) + 10), bench.p() - 300.0) << "it still ramps up";
}

TEST_F(EmulatedInverter, SaysItsState) {
    ASSERT_EQ(set_watts(1000), 0);
    bench.run(3s);
    EXPECT_EQ(get(701, 4), 3) << "running";
    EXPECT_EQ(get(701, 5), 1) << "connected";
    EXPECT_EQ(u32(*bench.inverter, at(701) + 8), 1u) << "grid-following, bit 0";

    bench.street.lose_grid({});
    bench.street.interconnect().permit_island(false);
    bench.run(5s);
    EXPECT_EQ(get(701, 5), 0) << "a dead street: disconnected";
    EXPECT_NE(get(701, 4), 3);
}

TEST_F(EmulatedInverter, ShowsAnUnmeasurableFrequencyAsNotImplemented) {
    bench.street.lose_grid({});
    bench.street.interconnect().permit_island(false);
    bench.run(5s);
    EXPECT_EQ(u32(*bench.inverter, at(701) + 17), 0xFFFFFFFFu);
}

TEST_F(EmulatedInverter, KnowsItsStateOfChargeFromItsBatteryOnly) {
    bench.run(200ms);
    EXPECT_EQ(get(713, 4), 600) << "60 %, as the battery said";
    bench.hear(0x355, {42, 0, 95, 0});
    bench.run(200ms);
    EXPECT_EQ(get(713, 4), 420);
    EXPECT_EQ(get(713, 5), 950);
    EXPECT_EQ(get(713, 3), 539) << "13.5 kWh x 42 % x 95 %, in 10 Wh";
}

TEST_F(EmulatedInverter, HasNoStateOfChargeOnceItsBatteryIsSilent) {
    bench.run(200ms);
    for (int s = 0; s < 62; ++s) {
        (void)bench.body->take_frame(bench.street.now());
        bench.run(1s);
    }
    EXPECT_EQ(get(713, 4), none_u16) << "an old value is not a value";
    EXPECT_EQ(get(713, 3), none_u16);
}

TEST_F(EmulatedInverter, ShowsItsPvFieldAsAPortOfItsOwn) {
    EXPECT_EQ(get(714, 4), 1) << "a battery alone";
    EXPECT_EQ(get(714, 20), 1) << "ESS";

    HybridBench sunny(0, Ratio{0.5});
    sunny.run(5s);
    const int m714 = find_model(*sunny.inverter, 714);
    EXPECT_EQ(u16(*sunny.inverter, m714 + 4), 2);
    EXPECT_EQ(u16(*sunny.inverter, m714 + 45), 0) << "PV";
    EXPECT_NEAR(s16(*sunny.inverter, m714 + 45 + 12), sunny.hybrid.state().pv.value(), 2.0);
    EXPECT_NEAR(sunny.p(), 1750.0, 120.0) << "by itself it passes on what the sun gives";
}

TEST_F(EmulatedInverter, OfTheFormerHasThreePhasesAndForms) {
    const FormerSpec& spec = bench.site.former;
    const BmsCore bms(spec.battery, bench.street.former().pack(), bench.street.now());
    SunSpecInverter former(profile("former 3ph", 100ms), "1", bench.site.interconnect.enter_service,
                           bench.site.nominal_f,
                           std::make_unique<FormerBody>(spec, bench.street.former(), bms));
    run(bench.street, 2s, former);
    const int m701 = find_model(former, 701);

    EXPECT_EQ(text(former, 40004, 16), "islandbench");
    EXPECT_EQ(u16(former, m701 + 2), 2) << "three phases";
    EXPECT_EQ(u32(former, m701 + 8), 2u) << "grid-forming, bit 1";
    for (std::size_t i = 0; i < phases; ++i) {
        EXPECT_NEAR(u16(former, m701 + 47 + 23 * static_cast<int>(i)),
                    10 * bench.street.former().state().v[i].value(), 10.0);
    }
    EXPECT_EQ(u16(former, find_model(former, 702) + 2), 30000);
    EXPECT_EQ(u16(former, find_model(former, 713) + 4), 500) << "its BMS is wired to it";
}

class FrequencyWatt : public EmulatedInverter {
  protected:
    static constexpr int request = 3, result = 4, active = 14, workspace = 24;
    int put(int offset, std::initializer_list<int> values) {
        return write(*bench.inverter, at(711) + offset, values);
    }
    std::uint32_t dead_band(int set) { return u32(*bench.inverter, at(711) + set); }
    int droop(int set) { return get(711, set + 4); }
};

TEST_F(FrequencyWatt, ShowsWhatIsInForce) {
    EXPECT_EQ(get(711, 2), 1) << "enabled";
    EXPECT_EQ(get(711, 5), 2) << "two control sets";
    EXPECT_EQ(dead_band(active), 400u) << "50.4 Hz, in mHz from nominal";
    EXPECT_EQ(droop(active), 100) << "10 %";
    EXPECT_EQ(get(711, active + 9), 1) << "read-only";
    EXPECT_EQ(get(711, workspace + 9), 0);
}

TEST_F(FrequencyWatt, AnAdoptedSetIsInForce) {
    ASSERT_EQ(put(workspace, {0, 200, 0, 200, 50, 50}), 0);
    EXPECT_EQ(dead_band(active), 400u) << "writing adopts nothing";
    EXPECT_DOUBLE_EQ(bench.hybrid.control().fw.start.value(), 50.4);

    ASSERT_EQ(put(request, {2}), 0);

    EXPECT_EQ(get(711, result), 1) << "completed";
    EXPECT_EQ(dead_band(active), 200u);
    EXPECT_EQ(droop(active), 50);
    EXPECT_DOUBLE_EQ(bench.hybrid.control().fw.start.value(), 50.2);
    EXPECT_DOUBLE_EQ(bench.hybrid.control().fw.droop.value(), 0.05);
}

TEST(FrequencyDroop, OfBothSidesIsShownAndAdoptedOnBoth) {
    Site site = plant::quiet_miniature();
    site.homes[0].hybrid->frequency_droop = {.db_uf = Frequency{0.2}, .k_uf = Ratio{0.04}};
    HybridBench bench(0, Ratio{}, site);
    SunSpecInverter& inverter = *bench.inverter;
    constexpr int active = 14, workspace = 24;
    const int at = find_model(inverter, 711);
    EXPECT_EQ(u32(inverter, at + active), 36u) << "above, mHz";
    EXPECT_EQ(u32(inverter, at + active + 2), 200u) << "below";
    EXPECT_EQ(u16(inverter, at + active + 4), 50);
    EXPECT_EQ(u16(inverter, at + active + 5), 40);

    ASSERT_EQ(write(inverter, at + workspace, {0, 100, 0, 300, 30, 20}), 0);
    ASSERT_EQ(write(inverter, at + 3, {2}), 0);
    const plant::FrequencyDroop& fw = bench.hybrid.control().fw;
    EXPECT_DOUBLE_EQ(fw.start.value(), 50.1);
    ASSERT_TRUE(fw.below);
    EXPECT_DOUBLE_EQ(fw.below->start.value(), 49.7);
    EXPECT_DOUBLE_EQ(fw.below->droop.value(), 0.02);
}

TEST_F(FrequencyWatt, ASetThatMakesNoSenseFailsAndChangesNothing) {
    ASSERT_EQ(put(workspace, {0, 200, 0, 200, 0, 0}), 0);  // no droop

    ASSERT_EQ(put(request, {2}), 0);

    EXPECT_EQ(get(711, result), 2) << "failed";
    EXPECT_EQ(dead_band(active), 400u);
    EXPECT_EQ(droop(active), 100);
    EXPECT_DOUBLE_EQ(bench.hybrid.control().fw.start.value(), 50.4);
}

TEST_F(FrequencyWatt, ASetThatThereIsNotFails) {
    ASSERT_EQ(put(request, {3}), 0);
    EXPECT_EQ(get(711, result), 2);
    ASSERT_EQ(put(request, {2}), 0);
    EXPECT_EQ(get(711, result), 1) << "and a good one completes after it";
}

TEST_F(FrequencyWatt, TheSetInForceCannotBeWritten) {
    EXPECT_EQ(put(active, {0, 200}), illegal_address);
    EXPECT_EQ(put(active + 4, {50}), illegal_address);
    EXPECT_EQ(put(active + 9, {0}), illegal_address);

    EXPECT_EQ(dead_band(active), 400u);
    EXPECT_EQ(droop(active), 100);
}

TEST_F(FrequencyWatt, ReducesPowerAndSaysWhy) {
    ASSERT_EQ(set_watts(3000), 0);
    bench.run(2s);
    bench.street.move_grid_frequency(Frequency{50.65}, Rocof{0.2});
    bench.run(6s);

    // 0.25 Hz above its start: 0.5 % of nominal, at 10 % droop 5 % of the rating.
    EXPECT_LT(bench.p(), 2900.0);
    EXPECT_EQ(u32(*bench.inverter, at(701) + 111), 1u << 5) << "ThrotSrc: FREQ_WATT";
}

TEST_F(EmulatedInverter, MayReportItsPowerWithAWrongSignOrScale) {
    ASSERT_EQ(set_watts(1500), 0);
    bench.run(3s);
    bench.inverter->report_power_times(-1.0);
    bench.run(1s);
    EXPECT_NEAR(bench.p(), 1500.0, 20.0) << "what it does stays right";
    EXPECT_NEAR(s16(*bench.inverter, at(701) + 64), -1500, 20);  // WL2
    bench.inverter->report_power_times(0.1);
    bench.run(1s);
    EXPECT_NEAR(s16(*bench.inverter, at(701) + 64), 150, 20);
}

}  // namespace
}  // namespace islandbench::devices::test
