#include "emulators/plant/lfp_cell.hpp"

#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "base/test/published.hpp"
#include "base/test/reference_data.hpp"

/// The cell's tables against those of the thesis. Ours hold every published point, rounded, so what
/// is left is rounding: the limits are a last digit or two of the rounded figures, far below what
/// one cell differs from the next.
namespace islandbench::plant {
namespace {

constexpr const char* thesis = "Naumann 2018, Sony US26650 LFP, as data of simses-lite";

std::string table(const char* name) {
    return std::string("battery/sony_lfp_us26650/CLFP_Sony_US26650_") + name + ".csv";
}

/// Largest difference between `ours` and column `column` over all rows.
template <class Ours>
double worst(const std::string& file, std::size_t column, std::size_t rows_expected, Ours ours) {
    double most = 0.0;
    std::size_t compared = 0;
    for (const auto& row : reference::rows(file)) {
        if (row[0] == "SOC") continue;
        const double soc = std::stod(row[0]);
        most = published::worse(most, std::fabs(ours(soc, std::stod(row[column]))));
        ++compared;
    }
    EXPECT_EQ(compared, rows_expected) << file;
    return most;
}

/// A table over charge alone.
struct Curve {
    const char* id;
    const char* file;
    const char* figure;
    std::size_t rows;
    const char* unit;
    double per_unit;  ///< of the file's unit
    double (*ours)(double soc) noexcept;
};

class PublishedLfpCurve : public testing::TestWithParam<Curve> {};

TEST_P(PublishedLfpCurve, Table) {
    const Curve& of = GetParam();
    const published::Row claim{std::string("battery.lfp.") + of.id, thesis,
                               std::string("largest difference of ") + of.figure, 0.1, of.unit};
    published::expect(claim);
    IB_NEEDS_REFERENCE(table(of.file));
    IB_EXPECT_PUBLISHED(claim, worst(table(of.file), 1, of.rows, [&](double soc, double theirs) {
                            return of.per_unit * (of.ours(soc) - theirs);
                        }));
}

INSTANTIATE_TEST_SUITE_P(
    Thesis, PublishedLfpCurve,
    testing::Values(Curve{"ocv", "OCV", "201 open-circuit voltages", 201, "mV", 1e3, cell_ocv},
                    Curve{"hysteresis", "HystV", "101 gaps between charge and discharge", 101, "mV",
                          1e3, cell_hysteresis},
                    Curve{"entropy", "entropy", "11 entropic coefficients", 11, "uV/K", 1e6,
                          cell_entropy}),
    [](const auto& one) { return std::string(one.param.id); });

TEST(PublishedLfpCell, Resistance) {
    const published::Row claim{
        "battery.lfp.resistance", thesis,
        "largest difference of 88 resistances (10, 25, 40, 60 degrees, both directions)", 0.1, "%"};
    published::expect(claim);
    IB_NEEDS_REFERENCE(table("Rint"));
    double most = 0.0;
    const double celsius[] = {10.0, 25.0, 40.0, 60.0};
    for (std::size_t k = 0; k < 8; ++k) {
        const auto off = [&](double soc, double ohm) {
            return 100.0 * (cell_resistance(soc, celsius[k % 4], k < 4) / ohm - 1.0);
        };
        most = published::worse(most, worst(table("Rint"), 2 + k, 11, off));
    }
    IB_EXPECT_PUBLISHED(claim, most);
}

TEST(LfpCell, StaysAtItsEndsBeyondThem) {
    EXPECT_EQ(cell_ocv(-0.1), cell_ocv(0.0));
    EXPECT_EQ(cell_ocv(1.2), cell_ocv(1.0));
    EXPECT_EQ(cell_hysteresis(1.2), cell_hysteresis(1.0));
    EXPECT_EQ(cell_resistance(0.5, 70.0, true), cell_resistance(0.5, 40.0, true));
}

TEST(LfpCell, GrowsOnInTheColdAsItDidTo10Degrees) {
    const double ratio = cell_resistance(0.5, 10.0, false) / cell_resistance(0.5, 25.0, false);
    EXPECT_NEAR(cell_resistance(0.5, -5.0, false) / cell_resistance(0.5, 10.0, false), ratio, 0.02);
}

TEST(LfpCell, AreaIsTheIntegralOfItsVoltage) {
    double area = 0.0;
    constexpr int parts = 100'000;
    for (int k = 0; k < parts; ++k) area += cell_ocv((k + 0.5) / parts) / parts;
    EXPECT_NEAR(cell_ocv_area(1.0), area, 1e-6);
    EXPECT_NEAR(cell_ocv_area(0.6037) - cell_ocv_area(0.2519), 0.3518 * 3.29, 0.3518 * 0.02);
}

TEST(LfpCell, VoltageTellsLittleOfTheMiddle) {
    // 0.4 mV per percent of charge from 50 to 60 %, against a gap of 19 mV.
    EXPECT_NEAR(cell_ocv(0.6) - cell_ocv(0.5), 4e-3, 0.2e-3);
    EXPECT_NEAR(cell_hysteresis(0.55), 19e-3, 0.5e-3);
}

}  // namespace
}  // namespace islandbench::plant
