#pragma once

#include <cstdint>
#include <string>

#include "base/site/loads.hpp"
#include "emulators/plant/day_schedule.hpp"
#include "emulators/plant/load.hpp"

/// A winter day of a home's uses, made from its daily energy. Bottom-up, as residential demand
/// models are: each activity has hours in which people do it, devices with their power and
/// duration, and a share of the day's energy. The statistics of a street of such homes are held
/// against 100 measured ones (IEEE European LV test feeder, one-minute profiles) by
/// demand_test.cpp.
namespace islandbench::plant {

/// The day of the home of that name; `spec` has passed check_site(). The energy of the day, at
/// nominal voltage, is what it
/// asks. The same seed and name give the same day, whatever stands in the rest of the site.
///
/// Tiers: 0 what is always on; 1 fridge and boiler pump; 2 light and sockets; 3 the kitchen; 4 what
/// can wait: hot water, laundry and dishes.
DemandDay generate_demand(const DemandSpec& spec, const std::string& home, std::uint64_t seed);

/// The same day, with fridge, boiler pump and hot-water tank by themselves, because they make up
/// for what they miss; when a clock on the wall shows `time_of_day` at `now`.
HomeDay generate_home_day(const DemandSpec& spec, const std::string& home, std::uint64_t seed,
                          Duration time_of_day, Instant now);

}  // namespace islandbench::plant
