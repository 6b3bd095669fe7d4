#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/test/published.hpp"
#include "base/test/reference_data.hpp"
#include "emulators/plant/network.hpp"

/// The IEEE European low-voltage test feeder (906 buses, 55 single-phase constant-power loads)
/// against the voltages that its authors publish (GridLAB-D).
namespace islandbench::plant {
namespace {

std::vector<std::vector<std::string>> rows(const std::string& name) {
    return reference::rows("ieee_eu_lv/" + name);
}

struct Feeder906 {
    Feeder906() {
        std::map<std::string, Matrix3> per_km;
        for (const auto& row : rows("LineCodes.csv")) {
            if (row[0] == "Name") continue;
            per_km[row[0]] = from_sequence({std::stod(row[2]), std::stod(row[3])},
                                           {std::stod(row[4]), std::stod(row[5])});
        }
        bus["1"] = Network::root;
        const auto lines = rows("Lines.csv");
        while (bus.size() < lines.size()) {  // header and root make up for each other
            for (const auto& row : lines) {
                if (row[0] == "Name" || bus.contains(row[2]) || !bus.contains(row[1])) continue;
                const Matrix3 km = per_km.at(row[6]);
                const Phasor metres{std::stod(row[4]) / 1000.0, 0.0};
                bus[row[2]] = network.add_bus(bus[row[1]], diagonal(metres) * km);
            }
        }
        feed();
    }

    /// 1.05 pu behind 3 kA at 11 kV, X/R 4, and an 800 kVA Dyn transformer of 0.4 % + j4 %.
    void feed() {
        const Phasor zt = (416.0 * 416.0 / 800e3) * Phasor{0.004, 0.04};
        const double upstream =
            11e3 / std::numbers::sqrt3 / 3000.0 * (0.416 / 11.0) * (0.416 / 11.0);
        const Matrix3 y = inverse(from_sequence(zt + polar(upstream, std::atan(4.0)), zt));
        network.set_shunt(Network::root, y);
        network.factorise();
        source = y * balanced(polar(1.05 * 416.0 / std::numbers::sqrt3, -std::numbers::pi / 6.0));
    }

    struct Load {
        Network::Bus bus;
        std::size_t phase;
        Phasor s;
    };
    void load_minute(std::size_t minute) {
        const auto profiles = rows("load_profiles_1min_100homes.csv");
        loads.clear();
        for (const auto& row : rows("Loads.csv")) {
            if (row[0] == "Name") continue;
            const std::size_t shape = std::stoul(row[9].substr(6));
            const double watt = 1000.0 * std::stod(row[7]) * std::stod(profiles[minute][shape]);
            const double var = watt * std::tan(std::acos(std::stod(row[8])));
            loads.push_back(
                {bus.at(row[2]), static_cast<std::size_t>(row[3][0] - 'A'), {watt, var}});
        }
    }

    /// Constant power by repeated injection, until no voltage moves by 1e-9 V.
    int solve() {
        int passes = 0;
        double moved = 1.0;
        network.clear_injections();
        network.injection(Network::root) = source;
        network.solve();
        while (moved > 1e-9 && passes++ < 100) {
            network.clear_injections();
            network.injection(Network::root) = source;
            std::vector<Phasor> before;
            for (const Load& load : loads) {
                before.push_back(network.voltage(load.bus)[load.phase]);
                network.injection(load.bus)[load.phase] -= conj(load.s / before.back());
            }
            network.solve();
            moved = 0.0;
            for (std::size_t k = 0; k < loads.size(); ++k) {
                const Phasor now = network.voltage(loads[k].bus)[loads[k].phase];
                moved = std::fmax(moved, abs(now - before[k]));
            }
        }
        return passes;
    }

    Network network;
    std::map<std::string, Network::Bus> bus;
    std::vector<Load> loads;
    Phasor3 source;
};

class PublishedIeeeFeeder : public testing::TestWithParam<const char*> {};

TEST_P(PublishedIeeeFeeder, Voltages) {
    const published::Row claim{
        std::string("feeder.ieee_eu_lv.") + GetParam(),
        "IEEE European LV test feeder, GridLAB-D table",
        "largest difference of 906 x 3 node voltages, minute " + std::string(GetParam()), 0.01,
        "V"};
    published::expect(claim);
    IB_NEEDS_REFERENCE("ieee_eu_lv/Lines.csv");
    Feeder906 feeder;
    ASSERT_EQ(feeder.network.size(), 906U);
    feeder.load_minute(std::stoul(GetParam()));
    const int passes = feeder.solve();
    EXPECT_LT(passes, 20);
    EXPECT_LT(feeder.network.mismatch(), 1e-6);

    double worst = 0.0;
    int compared = 0;
    for (const auto& row :
         rows(std::string("solutions/gridlabd_voltages_") + GetParam() + ".csv")) {
        if (!row[0].starts_with("Bus")) continue;
        const auto at = feeder.bus.find(row[0].substr(3));
        if (at == feeder.bus.end()) continue;
        for (std::size_t p = 0; p < 3; ++p) {
            const Phasor published = polar(std::stod(row[1 + 2 * p]), std::stod(row[2 + 2 * p]));
            const Phasor v = feeder.network.voltage(at->second)[p];
            worst = std::fmax(worst, std::fabs(abs(v) - abs(published)));
            EXPECT_LT(std::fabs(arg(v / published)), 1e-5);
            ++compared;
        }
    }
    EXPECT_EQ(compared, 3 * 906);
    IB_EXPECT_PUBLISHED(claim, worst);
}

INSTANTIATE_TEST_SUITE_P(Minutes, PublishedIeeeFeeder, testing::Values("0001", "0566", "1440"));

}  // namespace
}  // namespace islandbench::plant
