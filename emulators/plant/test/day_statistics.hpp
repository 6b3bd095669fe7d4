#pragma once

#include <cstdint>
#include <vector>

#include "base/site/loads.hpp"

/// What tests say about the demand of many homes over a day, the same for made and for measured
/// ones.
namespace islandbench::plant {

/// Means over each minute of a day, kW, home by home.
using Street1440 = std::vector<std::vector<double>>;

/// Homes made by generate_demand(), with daily energies spread like those of the 100 measured homes
/// and hot water as their peaks suggest: 35 of 100 with an electric shower, 15 with a tank.
Street1440 made_homes(std::size_t count, std::uint64_t seed);

double daily_kwh(const std::vector<double>& home);
/// After-diversity maximum demand: peak of `n` homes together, for each of them, in kW; mean over
/// random choices of the homes.
double admd(const Street1440& homes, std::size_t n);
/// All homes together, minute by minute.
std::vector<double> total(const Street1440& homes, std::size_t first_n);
/// Sizes of the changes from minute to minute, rising.
std::vector<double> changes(const std::vector<double>& kw);
/// Of values that rise; share 0.95 is the 95th percentile.
double percentile(const std::vector<double>& rising, double share);
/// Mean of a home in an hour of the day, kW.
double hour_mean(const Street1440& homes, int hour);

}  // namespace islandbench::plant
