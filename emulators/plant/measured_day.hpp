#pragma once

#include <array>

#include "base/load_profiles.hpp"
#include "emulators/plant/day_schedule.hpp"

namespace islandbench::plant {

/// A measured total does not say what was on. It is layered on the tiers by its height: the lowest
/// watts, which are always there, are the most critical; what only peaks reach can wait. A tier has
/// what lies between the step below and its own. Over the 100 homes of the IEEE European LV test
/// feeder this gives the tiers 14, 12, 46, 17 and 11 % of the energy, about as demand.hpp's homes
/// have it.
inline constexpr std::array<double, tiers - 1> layer_tops_w{50.0, 120.0, 800.0, 2000.0};

/// The measured day of a home. A minute's mean is drawn all through that minute; `shift` (0 to less
/// than a minute) moves the minutes of this home, so that the homes of a street do not all step in
/// the same millisecond, as no street does.
DemandDay measured_day(const LoadProfile& profile, Duration shift);

}  // namespace islandbench::plant
