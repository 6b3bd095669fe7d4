#pragma once

#include <cstddef>

#include "emulators/plant/street.hpp"

/// Streets whose homes form, for the tests of this room.
namespace islandbench::plant {

inline constexpr double home_va = 5000.0;

/// A street of `homes` forming homes of 5 kVA along a 4 x 70 mm2 cable, one after the other, and a
/// municipal unit of 30 kVA at its head; every home draws 900 W.
Site forming_street(int homes, double xf = 0.15, double cable = 1.0);
/// Away from the grid and at rest, set-points at zero.
Street forming_island(const Site& site);
/// Power of a home, of its rating.
double p_of(const Street& street, std::size_t k);

}  // namespace islandbench::plant
