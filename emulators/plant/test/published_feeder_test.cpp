#include <gmock/gmock.h>

#include <cctype>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "base/test/published.hpp"
#include "base/test/reference_data.hpp"
#include "emulators/plant/test/published_feeder.hpp"

/// Feeders that others published and solved, read by the product's reader, reduced, and held
/// against their tables.
namespace islandbench::plant {
namespace {

constexpr double dyn1 = -std::numbers::pi / 6.0;

double relative(double ours, double published) {
    return std::fabs(ours - published) / std::fabs(published);
}

/// Rows of a solution that begin with a name or a time, without heads and remarks.
std::vector<std::vector<std::string>> solution(const std::string& name) {
    return reference::rows("ieee_eu_lv/solutions/gridlabd_" + name + ".csv");
}

std::vector<FeederModel> published_feeders(const std::string& folder) {
    Diagnostics problems;
    const auto feeders = feeders_in(reference::path(folder), problems);
    EXPECT_THAT(problems.list(), testing::IsEmpty()) << problems;
    return feeders;
}

PublishedFeeder european() {
    return {published_feeders("ieee_eu_lv").at(0), dyn1};
}

/// Minute 1 of the solutions is the first row of the profiles.
std::size_t minute_of(const std::string& solution) {
    return std::stoul(solution) - 1;
}

class PublishedIeeeFeeder : public testing::TestWithParam<const char*> {};

TEST_P(PublishedIeeeFeeder, Voltages) {
    const published::Row claim{
        std::string("feeder.ieee_eu_lv.") + GetParam(),
        "IEEE European LV test feeder, GridLAB-D table",
        "largest difference of 906 x 3 node voltages, minute " + std::string(GetParam()), 0.01,
        "V"};
    published::expect(claim);
    IB_NEEDS_REFERENCE("ieee_eu_lv/Lines.csv");
    PublishedFeeder feeder = european();
    ASSERT_EQ(feeder.buses(), 906U);
    EXPECT_LT(feeder.wires().network().size(), 120U) << "the reduction is part of what is tested";
    feeder.set_minute(minute_of(GetParam()));
    EXPECT_LT(feeder.solve(1e-9), 20);
    EXPECT_LT(feeder.mismatch(), 1e-4) << "over all 906 buses; what is left are the leaks";

    double worst = 0.0;
    int compared = 0;
    for (const auto& row : solution(std::string("voltages_") + GetParam())) {
        if (!row[0].starts_with("Bus")) continue;
        const std::string bus = row[0].substr(3);
        if (!feeder.names().contains(bus)) continue;
        for (std::size_t p = 0; p < 3; ++p) {
            const Phasor published = polar(std::stod(row[1 + 2 * p]), std::stod(row[2 + 2 * p]));
            const Phasor v = feeder.voltage(bus)[p];
            worst = published::worse(worst, std::fabs(abs(v) - abs(published)));
            EXPECT_LT(std::fabs(arg(v / published)), 1e-5);
            ++compared;
        }
    }
    EXPECT_EQ(compared, 3 * 906);
    IB_EXPECT_PUBLISHED(claim, worst);
}

INSTANTIATE_TEST_SUITE_P(Minutes, PublishedIeeeFeeder, testing::Values("0001", "0566", "1440"));

TEST(PublishedIeeeDay, SubstationPower) {
    const published::Row claim{"feeder.ieee_eu_lv.0566.substation",
                               "IEEE European LV test feeder, GridLAB-D (59.384 kW, 19.1195 kvar)",
                               "difference of P and Q at the transformer's secondary, minute 0566",
                               0.0005, ""};
    published::expect(claim);
    IB_NEEDS_REFERENCE("ieee_eu_lv/Lines.csv");
    PublishedFeeder feeder = european();
    feeder.set_minute(minute_of("0566"));
    (void)feeder.solve(1e-9);
    const Phasor s = power(feeder.voltage("1"), feeder.current());
    IB_EXPECT_PUBLISHED(claim, published::worse(relative(s.re, 59384.0), relative(s.im, 19119.5)));
}

/// P and Q of each phase, each against its own published value.
TEST(PublishedIeeeDay, SecondaryPowerOfEveryMinute) {
    const published::Row claim{"feeder.ieee_eu_lv.day.power",
                               "IEEE European LV test feeder, GridLAB-D 24 h series",
                               "largest relative difference of P or Q of a phase at the "
                               "transformer's secondary, 1440 minutes",
                               0.0005, ""};
    published::expect(claim);
    IB_NEEDS_REFERENCE("ieee_eu_lv/Lines.csv");
    PublishedFeeder feeder = european();
    double worst = 0.0;
    std::size_t minute = 0;
    for (const auto& row : solution("transformer_secondary_powers_24h")) {
        ASSERT_EQ(row.size(), 9U);
        feeder.set_minute(minute++);
        (void)feeder.solve(1e-6);
        const Phasor3 v = feeder.voltage("1"), i = feeder.current();
        for (std::size_t p = 0; p < 3; ++p) {
            const Phasor s = power(v[p], i[p]);
            worst = published::worse(worst, relative(s.re, std::stod(row[3 + 2 * p])));
            worst = published::worse(worst, relative(s.im, std::stod(row[4 + 2 * p])));
        }
    }
    EXPECT_EQ(minute, 1440U);
    IB_EXPECT_PUBLISHED(claim, worst);
}

TEST(PublishedIeeeDay, VoltageOfThreeLoadsInEveryMinute) {
    const published::Row claim{"feeder.ieee_eu_lv.day.voltage",
                               "IEEE European LV test feeder, GridLAB-D 24 h series",
                               "largest relative difference of the voltage at loads 1 (A), 32 (C) "
                               "and 53 (B), 1440 minutes",
                               0.0005, ""};
    published::expect(claim);
    IB_NEEDS_REFERENCE("ieee_eu_lv/Lines.csv");
    PublishedFeeder feeder = european();
    struct Watched {
        std::string name, bus;
        std::size_t phase;
        std::vector<std::vector<std::string>> rows;
    };
    std::vector<Watched> loads{
        {"load1", "34", 0, {}}, {"load32", "614", 2, {}}, {"load53", "899", 1, {}}};
    for (Watched& one : loads) {
        one.rows = solution(one.name + "_voltage_24h");
        ASSERT_EQ(one.rows.size(), 1440U);
    }
    double worst = 0.0;
    for (std::size_t minute = 0; minute < 1440; ++minute) {
        feeder.set_minute(minute);
        (void)feeder.solve(1e-6);
        for (const Watched& one : loads) {
            const auto& row = one.rows[minute];
            const Phasor published{std::stod(row[1]), std::stod(row[2])};
            // As phasors: the angle counts as well.
            const Phasor off = feeder.voltage(one.bus)[one.phase] - published;
            worst = published::worse(worst, abs(off) / abs(published));
        }
    }
    IB_EXPECT_PUBLISHED(claim, worst);
}

class PublishedCigreFeeder : public testing::TestWithParam<const char*> {};

TEST_P(PublishedCigreFeeder, Voltages) {
    const std::string feeder_name = GetParam();
    const published::Row claim{
        "feeder.cigre_lv." + std::string(1, static_cast<char>(std::tolower(feeder_name[0]))),
        "CIGRE C6.04.02 European LV benchmark, balanced, constant power; solution computed "
        "for this project and confirmed by power-grid-model 1.7",
        "largest difference of the node voltages, feeder " + feeder_name, 1e-6, "pu"};
    published::expect(claim);
    IB_NEEDS_REFERENCE("cigre_lv/lines.csv");
    std::optional<PublishedFeeder> feeder;
    for (const FeederModel& one : published_feeders("cigre_lv")) {
        if (one.transformer.name == feeder_name) feeder.emplace(one, 0.0);
    }
    ASSERT_TRUE(feeder);
    EXPECT_LT(feeder->solve(1e-9), 40);

    double worst = 0.0;
    std::size_t compared = 0;
    for (const auto& row : reference::rows("cigre_lv/reference_solution.csv")) {
        if (!feeder->names().contains(row[0])) continue;
        const Phasor published = polar(std::stod(row[1]), std::stod(row[2]) / degrees_per_radian);
        for (std::size_t p = 0; p < 3; ++p) {
            const Phasor turned = balanced({1.0, 0.0})[p];
            const Phasor v = std::numbers::sqrt3 / 400.0 * feeder->voltage(row[0])[p] / turned;
            worst = published::worse(worst, abs(v - published));
        }
        ++compared;
    }
    EXPECT_EQ(compared, feeder->buses());
    IB_EXPECT_PUBLISHED(claim, worst);
}

INSTANTIATE_TEST_SUITE_P(Feeders, PublishedCigreFeeder, testing::Values("R1", "I1", "C1"));

}  // namespace
}  // namespace islandbench::plant
