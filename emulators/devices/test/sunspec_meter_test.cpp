#include "emulators/devices/sunspec_meter.hpp"

#include <gmock/gmock.h>

#include <bit>
#include <cmath>

#include "emulators/devices/test/registers.hpp"
#include "emulators/plant/test/miniature.hpp"

/// The meters beside the interconnect device: which way is positive, and which side's voltage.
namespace islandbench::devices::test {
namespace {

class EmulatedMeter : public ::testing::Test {
  protected:
    void run(Duration d) { test::run(street, d, grid_side, island_side); }
    /// To the step in which the meters publish: every 200 ms, counted from their first.
    void run_to_report(Duration d) {
        run(d);
        run(1ms);
    }
    int s203(int offset) { return s16(grid_side, find_model(grid_side, 203) + offset); }

    /// W; the islanding probe of a 30 kVA former moves the flow by so much around its mean.
    static constexpr double ripple = 1500.0;

    Site site = plant::quiet_miniature();
    plant::Street street{site, start_now()};
    SunSpecMeter grid_side{profile("meter 3ph", 200ms), "1", MeterSide::grid, street};
    SunSpecMeter island_side{profile("meter 3ph", 200ms), "2", MeterSide::island, street};
};

TEST_F(EmulatedMeter, IsMadeByIslandbenchWhateverItsProfileSays) {
    EXPECT_EQ(text(grid_side, 40004, 16), "islandbench");
    EXPECT_EQ(text(grid_side, 40020, 16), "meter 3ph");
}

TEST_F(EmulatedMeter, CountsImportPositive) {
    run_to_report(20s);
    const double p = street.exchange().p.value();
    ASSERT_GT(p, 3000.0) << "the street draws from the grid";
    EXPECT_NEAR(10 * s203(18), p, ripple) << "W, 10 W";
    int sum = 0;
    for (int i = 0; i < 3; ++i) sum += s203(19 + i);
    EXPECT_NEAR(sum, s203(18), 2) << "the phases make the whole";
    EXPECT_NEAR(s203(16), 5000, 1) << "Hz, 10 mHz";
    EXPECT_NEAR(s203(8), 10 * street.grid().v[0].value(), 10.0);
}

TEST_F(EmulatedMeter, PublishesTheMeanOverItsCadence) {
    run_to_report(20s);
    double sum = 0.0, lowest = 1e9, highest = -1e9;
    for (int ms = 0; ms < 400; ++ms) {  // two reports: a period of the islanding probe
        run(1ms);
        const double p = street.exchange().p.value();
        sum += p;
        lowest = std::min(lowest, p);
        highest = std::max(highest, p);
        if (ms % 200 != 199) continue;
        EXPECT_NEAR(10 * s203(18), sum / 200, 10.0);
        sum = 0.0;
    }
    EXPECT_GT(highest - lowest, 500.0) << "else a single value would do as well";
}

TEST_F(EmulatedMeter, CountsExportNegative) {
    street.former().control().p_set = ActivePower{20000.0};
    street.former().control().discharge_limit = Current{80.0};
    run_to_report(60s);
    ASSERT_LT(street.exchange().p.value(), -3000.0);
    EXPECT_NEAR(10 * s203(18), street.exchange().p.value(), ripple);
}

TEST_F(EmulatedMeter, KeepsImportedAndExportedEnergyApart) {
    const int exported = 38, imported = 46;
    run(60s);
    const int m203 = find_model(grid_side, 203);
    const auto in = u32(grid_side, m203 + imported);
    EXPECT_GT(in, 30u) << "more than 2 kW for a minute";
    const auto out = u32(grid_side, m203 + exported);

    street.former().control().p_set = ActivePower{20000.0};
    street.former().control().discharge_limit = Current{80.0};
    run(60s);
    const auto in_after_turn = u32(grid_side, m203 + imported);
    run(60s);

    EXPECT_GT(u32(grid_side, m203 + exported), out + 50);
    EXPECT_EQ(u32(grid_side, m203 + imported), in_after_turn) << "exports do not count back";
}

TEST_F(EmulatedMeter, SeesTheVoltageOfItsOwnSide) {
    street.lose_grid({});
    run(20s);
    ASSERT_FALSE(street.exchange().closed);
    const int m203 = find_model(island_side, 203);
    EXPECT_NEAR(s16(island_side, m203 + 8), 10 * street.island().v[0].value(), 10.0);
    EXPECT_GT(s16(island_side, m203 + 8), 2000);
    EXPECT_LT(s203(8), 500) << "the grid is dead";
    EXPECT_EQ(s203(16), -32768) << "and has no frequency";
    EXPECT_EQ(s203(18), 0) << "nothing flows";
}

TEST_F(EmulatedMeter, MayReportTooMuchImport) {
    run_to_report(20s);
    const int before = s203(18);
    grid_side.core().report_offset(ActivePower{8000.0});
    run(400ms);
    EXPECT_NEAR(10 * (s203(18) - before), 8000.0, 2.0 * ripple);
    int sum = 0;
    for (int i = 0; i < 3; ++i) sum += s203(19 + i);
    EXPECT_NEAR(sum, s203(18), 2) << "the phases make the whole";
}

/// Of the last digit of the model: the phases that are wired.
class EveryMeterModel : public EmulatedMeter, public ::testing::WithParamInterface<int> {
  protected:
    EveryMeterModel() {
        DeviceProfile made_of = profile("meter", 200ms);
        made_of.sunspec_model = GetParam();
        meter.emplace(made_of, "3", MeterSide::grid, street);
        run(20s);
        test::run(street, 1001ms, *meter);
    }
    [[nodiscard]] bool floats() const { return GetParam() > 210; }
    /// A value by its offset in the scaled models and its place among those of the float models,
    /// which have no scale factors between them.
    double value(int scaled, double unit, int as_float) {
        const int at = find_model(*meter, GetParam());
        if (!floats()) return unit * s16(*meter, at + scaled);
        return std::bit_cast<float>(u32(*meter, at + as_float));
    }
    bool absent(int scaled, int as_float) {
        const int at = find_model(*meter, GetParam());
        if (!floats()) return s16(*meter, at + scaled) == -32768;
        return std::isnan(std::bit_cast<float>(u32(*meter, at + as_float)));
    }
    std::optional<SunSpecMeter> meter;
};

INSTANTIATE_TEST_SUITE_P(Devices, EveryMeterModel,
                         ::testing::Values(201, 202, 203, 204, 211, 212, 213, 214));

TEST_P(EveryMeterModel, MeasuresWhatItIsWiredTo) {
    const int kind = GetParam() % 10;
    const auto wired = static_cast<std::size_t>(std::min(kind, 3));
    double p = 0.0, a = 0.0;
    for (std::size_t i = 0; i < wired; ++i) {
        p += street.exchange().p_phase[i].value();
        a += street.exchange().i[i].value();
    }
    ASSERT_GT(p, 500.0);
    const double watt = kind == 1 ? 1.0 : 10.0;
    EXPECT_NEAR(value(18, watt, 28), p, ripple) << "W";
    EXPECT_NEAR(value(2, 0.1, 2), a, 0.1 * a + 1.0) << "A";
    EXPECT_NEAR(value(16, 0.01, 26), 50.0, 0.05) << "Hz";
    const double v = street.grid().v[0].value();
    if (kind == 4) {
        EXPECT_TRUE(absent(8, 12)) << "PhVphA";
        EXPECT_TRUE(absent(19, 30)) << "WphA";
    } else {
        EXPECT_NEAR(value(8, 0.1, 12), v, 2.0) << "PhVphA";
        EXPECT_NEAR(value(19, watt, 30), street.exchange().p_phase[0].value(), ripple) << "WphA";
    }
    if (kind > 1) {
        EXPECT_NEAR(value(12, 0.1, 20), std::sqrt(3.0) * v, 4.0) << "between A and B";
    }
    EXPECT_EQ(absent(10, 16), kind != 3) << "PhVphC";
}

TEST_P(EveryMeterModel, CountsTheEnergyOfItsPhases) {
    const int at = find_model(*meter, GetParam());
    const int imported = at + (floats() ? 68 : 46);
    const auto count = [&] {
        const std::uint32_t bits = u32(*meter, imported);
        return floats() ? static_cast<double>(std::bit_cast<float>(bits))
                        : static_cast<double>(bits);
    };
    const double before = count();
    const Instant begin = street.now();
    double watt_seconds = 0.0;
    while (street.now() < begin + 60s) {
        test::run(street, 1ms, *meter);
        for (std::size_t i = 0; i < static_cast<std::size_t>(std::min(GetParam() % 10, 3)); ++i) {
            watt_seconds += street.exchange().p_phase[i].value() / 1000.0;
        }
    }
    EXPECT_NEAR(count() - before, watt_seconds / 3600.0, 1.1);
}

}  // namespace
}  // namespace islandbench::devices::test
