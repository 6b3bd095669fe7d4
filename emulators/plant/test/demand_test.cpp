#include "emulators/plant/demand.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iostream>

#include "base/fixtures.hpp"
#include "base/load_profiles.hpp"
#include "emulators/plant/test/day_statistics.hpp"

/// The days of made homes against 100 measured ones: the one-minute load profiles of the IEEE
/// European low-voltage test feeder (IEEE PES Distribution System Analysis subcommittee, May 2015).
namespace islandbench::plant {
namespace {

/// What stands below was computed from that file; MeasuredHomesSayTheSame computes it again where
/// the file is at hand.
struct AfterDiversity {
    std::size_t homes;
    double kw;  ///< maximum demand for each home
};
constexpr std::array after_diversity{AfterDiversity{1, 4.96}, AfterDiversity{10, 1.63},
                                     AfterDiversity{55, 0.88}, AfterDiversity{100, 0.74}};
constexpr double least_kwh = 1.82, median_kwh = 7.19, most_kwh = 20.87;
/// Of 55 homes together, from minute to minute.
constexpr double change_p95_kw = 5.6, change_p99_kw = 10.3, change_max_kw = 13.8;
/// Means of a home: the hours from 17:00 to 22:00, and from 01:00 to 05:00.
constexpr double evening_kw = 0.576, night_kw = 0.117;

/// How near a made street must come. The largest change of a day is one chance of two showers in
/// the same minute, so it is held least.
constexpr double diversity_tolerance = 0.25, change_tolerance = 0.30, largest_tolerance = 0.50;

constexpr std::uint64_t seeds[] = {1, 2, 20260117};

double mean_of_hours(const Street1440& homes, int from, int to) {
    double sum = 0.0;
    for (int hour = from; hour < to; ++hour) sum += hour_mean(homes, hour);
    return sum / (to - from);
}

/// Area under the steps, in Wh: the second time around, when what goes past midnight is in it.
double energy_of(const DemandDay& day) {
    std::array<double, tiers> watt{};
    double wh = 0.0;
    Duration before{};
    const auto pass_until = [&](Duration at) {
        const Duration from = std::max(before, islandbench::day);
        for (const double w : watt) wh += at > from ? w * to_seconds(at - from) / 3600.0 : 0.0;
        before = at;
    };
    for (int round = 0; round < 2; ++round) {
        for (const DemandChange& c : day) {
            pass_until(c.at + round * islandbench::day);
            watt[static_cast<std::size_t>(c.tier)] = (c.load.z + c.load.i + c.load.p).re;
        }
    }
    pass_until(2 * islandbench::day);
    return wh;
}

TEST(Demand, GivesEachHomeTheEnergyAskedFor) {
    for (const double kwh : {0.1, 0.5, 1.8, 4.0, 7.2, 12.0, 20.9, 60.0, 200.0}) {
        for (const HotWater hot_water : {HotWater::other, HotWater::tank, HotWater::shower}) {
            for (std::uint64_t seed = 1; seed <= 12; ++seed) {
                const DemandSpec spec{Energy{kwh * 1e3}, hot_water, {}};
                const double wh = energy_of(generate_demand(spec, "home1", seed));
                EXPECT_NEAR(wh / (kwh * 1e3), 1.0, 0.001) << kwh << " kWh, seed " << seed;
            }
        }
    }
}

TEST(Demand, DaysFollowTheSeedAndTheHomeAndNothingElse) {
    const DemandSpec spec{Energy{7200.0}, HotWater::shower, {}};
    const auto same = [](const DemandDay& a, const DemandDay& b) {
        return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                          [](const DemandChange& x, const DemandChange& y) {
                              return x.at == y.at && x.tier == y.tier && x.load.z == y.load.z &&
                                     x.load.i == y.load.i && x.load.p == y.load.p;
                          });
    };
    EXPECT_TRUE(same(generate_demand(spec, "home1", 1), generate_demand(spec, "home1", 1)));
    EXPECT_FALSE(same(generate_demand(spec, "home1", 1), generate_demand(spec, "home1", 2)));
    EXPECT_FALSE(same(generate_demand(spec, "home1", 1), generate_demand(spec, "home2", 1)));
}

TEST(Demand, HotWaterIsOnTheTierThatWaitsAndEveryTierIsUsed) {
    const auto most = [](HotWater hot_water, int tier) {
        double watt = 0.0;
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
            for (const DemandChange& c :
                 generate_demand({Energy{9000.0}, hot_water, {}}, "home1", seed)) {
                if (c.tier == tier) watt = std::max(watt, (c.load.z + c.load.i + c.load.p).re);
            }
        }
        return watt;
    };
    EXPECT_GT(most(HotWater::shower, 4), 7000.0);
    EXPECT_LT(most(HotWater::shower, 4), 13000.0) << "one shower at a time, and the laundry";
    EXPECT_GT(most(HotWater::tank, 4), 2600.0);
    EXPECT_LT(most(HotWater::other, 4), 2400.0) << "only the laundry";
    for (const int tier : {0, 1, 2, 3}) EXPECT_GT(most(HotWater::other, tier), 10.0) << tier;
}

TEST(Demand, OfAHundredHomesIsLikeThatOfMeasuredOnes) {
    for (const std::uint64_t seed : seeds) {
        const Street1440 homes = made_homes(100, seed);
        std::cout << "seed " << seed << ", kW per home at its peak:";
        for (const auto& [n, measured] : after_diversity) {
            const double made = admd(homes, n);
            std::cout << "  " << n << ": " << made << " (" << measured << ")";
            EXPECT_NEAR(made / measured, 1.0, diversity_tolerance) << n << " homes, seed " << seed;
        }
        const std::vector<double> steps = changes(total(homes, 55));
        std::cout << "; change p95, p99, max: " << percentile(steps, 0.95) << " "
                  << percentile(steps, 0.99) << " " << steps.back() << "\n";
        EXPECT_NEAR(percentile(steps, 0.95) / change_p95_kw, 1.0, change_tolerance);
        EXPECT_NEAR(percentile(steps, 0.99) / change_p99_kw, 1.0, change_tolerance);
        EXPECT_NEAR(steps.back() / change_max_kw, 1.0, largest_tolerance);

        EXPECT_NEAR(mean_of_hours(homes, 17, 22) / evening_kw, 1.0, 0.25);
        EXPECT_NEAR(mean_of_hours(homes, 1, 5) / night_kw, 1.0, 0.25);
        std::array<double, 24> hours{};
        for (int h = 0; h < 24; ++h) hours[static_cast<std::size_t>(h)] = hour_mean(homes, h);
        const auto highest = std::max_element(hours.begin(), hours.end()) - hours.begin();
        const auto lowest = std::min_element(hours.begin(), hours.end()) - hours.begin();
        EXPECT_THAT(highest, ::testing::AllOf(::testing::Ge(17), ::testing::Le(21)));
        EXPECT_THAT(lowest, ::testing::AllOf(::testing::Ge(1), ::testing::Le(4)));
    }
}

/// The profiles where they are at hand, or none.
std::vector<LoadProfile> measured_profiles() {
    const char* set = std::getenv("ISLANDBENCH_REFERENCE_DATA");
    const std::string file =
        (set != nullptr ? std::string(set) : std::string(IB_SOURCE_DIR "/../shared/data")) +
        "/ieee_eu_lv/load_profiles_1min_100homes.csv";
    const auto text = read_text_file(file);
    if (!text) return {};
    Diagnostics found;
    auto profiles = read_load_profiles(*text, file, found);
    EXPECT_TRUE(found.empty()) << found;
    return profiles;
}

TEST(Demand, MeasuredHomesSayTheSame) {
    const std::vector<LoadProfile> profiles = measured_profiles();
    if (profiles.empty()) {
        GTEST_SKIP() << "Skipped: the IEEE European LV profiles are not here; set "
                        "ISLANDBENCH_REFERENCE_DATA to the folder of ieee_eu_lv/";
    }
    ASSERT_EQ(profiles.size(), 100U);
    Street1440 homes;
    std::vector<double> energies;
    for (const LoadProfile& profile : profiles) {
        homes.emplace_back();
        for (const ActivePower p : profile.minutes) homes.back().push_back(p.value() / 1e3);
        energies.push_back(daily_kwh(homes.back()));
    }
    std::sort(energies.begin(), energies.end());
    EXPECT_NEAR(energies.front(), least_kwh, 0.01);
    EXPECT_NEAR(percentile(energies, 0.5), median_kwh, 0.05);
    EXPECT_NEAR(energies.back(), most_kwh, 0.01);
    for (const auto& [n, kw] : after_diversity) {
        EXPECT_NEAR(admd(homes, n) / kw, 1.0, 0.04) << n << " homes";
    }
    const std::vector<double> steps = changes(total(homes, 55));
    EXPECT_NEAR(daily_kwh(total(homes, 55)), 484.0, 0.5);
    EXPECT_NEAR(percentile(steps, 0.95), change_p95_kw, 0.06);
    EXPECT_NEAR(percentile(steps, 0.99), change_p99_kw, 0.06);
    EXPECT_NEAR(steps.back(), change_max_kw, 0.06);
    EXPECT_NEAR(mean_of_hours(homes, 17, 22), evening_kw, 0.001);
    EXPECT_NEAR(mean_of_hours(homes, 1, 5), night_kw, 0.001);

    // Side by side with made ones, by the same code.
    const Street1440 made = made_homes(100, 1);
    for (const auto& [n, unused] : after_diversity) {
        EXPECT_NEAR(admd(made, n) / admd(homes, n), 1.0, diversity_tolerance) << n << " homes";
    }
}

}  // namespace
}  // namespace islandbench::plant
