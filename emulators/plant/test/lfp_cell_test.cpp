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
        most = std::fmax(most, std::fabs(ours(soc, std::stod(row[column]))));
        ++compared;
    }
    EXPECT_EQ(compared, rows_expected) << file;
    return most;
}

TEST(PublishedLfpCell, OpenCircuitVoltage) {
    const published::Row claim{"battery.lfp.ocv", thesis,
                               "largest difference of 201 open-circuit voltages", 0.1, "mV"};
    published::expect(claim);
    IB_NEEDS_REFERENCE(table("OCV"));
    IB_EXPECT_PUBLISHED(claim, worst(table("OCV"), 1, 201, [](double soc, double volt) {
                            return 1e3 * (cell_ocv(soc) - volt);
                        }));
}

TEST(PublishedLfpCell, Hysteresis) {
    const published::Row claim{"battery.lfp.hysteresis", thesis,
                               "largest difference of 101 gaps between charge and discharge", 0.1,
                               "mV"};
    published::expect(claim);
    IB_NEEDS_REFERENCE(table("HystV"));
    IB_EXPECT_PUBLISHED(claim, worst(table("HystV"), 1, 101, [](double soc, double volt) {
                            return 1e3 * (cell_hysteresis(soc) - volt);
                        }));
}

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
        most = std::fmax(most, worst(table("Rint"), 2 + k, 11, off));
    }
    IB_EXPECT_PUBLISHED(claim, most);
}

TEST(PublishedLfpCell, EntropicCoefficient) {
    const published::Row claim{"battery.lfp.entropy", thesis,
                               "largest difference of 11 entropic coefficients", 0.1, "uV/K"};
    published::expect(claim);
    IB_NEEDS_REFERENCE(table("entropy"));
    IB_EXPECT_PUBLISHED(claim, worst(table("entropy"), 1, 11, [](double soc, double volt_per_k) {
                            return 1e6 * (cell_entropy(soc) - volt_per_k);
                        }));
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
