#include "emulators/plant/test/day_statistics.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string>

#include "base/load_profiles.hpp"
#include "base/random.hpp"
#include "emulators/plant/demand.hpp"

namespace islandbench::plant {
namespace {

constexpr auto minutes = static_cast<std::ptrdiff_t>(minutes_of_day);

/// Daily energies of the 100 measured homes: minimum, 5 %, quartiles, 95 %, maximum.
constexpr std::array share{0.0, 0.05, 0.25, 0.50, 0.75, 0.95, 1.0};
constexpr std::array kwh{1.82, 4.10, 5.98, 7.19, 10.35, 15.66, 20.87};

double energy_of_share(double u) {
    std::size_t k = 0;
    while (u > share[k + 1]) ++k;
    return kwh[k] + (kwh[k + 1] - kwh[k]) * (u - share[k]) / (share[k + 1] - share[k]);
}

HotWater hot_water_of(std::size_t k) {
    return k % 20 < 7 ? HotWater::shower : k % 20 < 10 ? HotWater::tank : HotWater::other;
}

/// Minute means by the exact area under the steps.
std::vector<double> minute_means(const DemandDay& day) {
    std::vector<double> kw(minutes_of_day, 0.0);
    for (int tier = 0; tier < tiers; ++tier) {
        DemandDay own;
        for (const DemandChange& c : day) {
            if (c.tier == tier) own.push_back(c);
        }
        for (std::size_t k = 0; k < own.size(); ++k) {
            const ZipSum& load = own[k].load;
            const double watt = (load.z + load.i + load.p).re;
            const Duration next =
                k + 1 < own.size() ? own[k + 1].at : own.front().at + islandbench::day;
            for (Duration at = own[k].at; at < next;) {
                const Duration end = std::min(next, (at / 1min + 1) * Duration{1min});
                const auto minute = static_cast<std::size_t>(at / 1min) % minutes_of_day;
                kw[minute] += watt / 1e3 * to_seconds(end - at) / 60.0;
                at = end;
            }
        }
    }
    return kw;
}

}  // namespace

Street1440 made_homes(std::size_t count, std::uint64_t seed) {
    Street1440 homes;
    for (std::size_t k = 0; k < count; ++k) {
        const double u = (static_cast<double>(k * 37 % count) + 0.5) / static_cast<double>(count);
        DemandSpec spec;
        spec.daily = Energy{energy_of_share(u) * 1e3};
        spec.hot_water = hot_water_of(k);
        homes.push_back(minute_means(generate_demand(spec, "home" + std::to_string(k), seed)));
    }
    return homes;
}

double daily_kwh(const std::vector<double>& home) {
    return std::accumulate(home.begin(), home.end(), 0.0) / 60.0;
}

std::vector<double> total(const Street1440& homes, std::size_t first_n) {
    std::vector<double> sum(minutes_of_day, 0.0);
    for (std::size_t k = 0; k < first_n; ++k) {
        for (std::size_t m = 0; m < minutes_of_day; ++m) sum[m] += homes[k][m];
    }
    return sum;
}

double admd(const Street1440& homes, std::size_t n) {
    Random chance(1, "admd");
    const int choices = n == homes.size() ? 1 : n == 1 ? 1000 : 100;
    Street1440 order = homes;
    double peaks = 0.0;
    for (int c = 0; c < choices; ++c) {
        for (std::size_t k = 0; k < n; ++k) {
            const auto other = k + chance.bits() % (order.size() - k);
            std::swap(order[k], order[other]);
        }
        const std::vector<double> sum = total(order, n);
        peaks += *std::max_element(sum.begin(), sum.end());
    }
    return peaks / choices / static_cast<double>(n);
}

std::vector<double> changes(const std::vector<double>& kw) {
    std::vector<double> sizes;
    for (std::size_t m = 1; m < kw.size(); ++m) sizes.push_back(std::fabs(kw[m] - kw[m - 1]));
    std::sort(sizes.begin(), sizes.end());
    return sizes;
}

double percentile(const std::vector<double>& rising, double at) {
    return rising[static_cast<std::size_t>(at * static_cast<double>(rising.size() - 1) + 0.5)];
}

double hour_mean(const Street1440& homes, int hour) {
    const std::vector<double> sum = total(homes, homes.size());
    const auto begin = sum.begin() + hour * minutes / 24;
    return std::accumulate(begin, begin + minutes / 24, 0.0) / 60.0 /
           static_cast<double>(homes.size());
}

}  // namespace islandbench::plant
