#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "acceptance/test/reference.hpp"

/// What the parts of the reference have in common.
namespace islandbench::acceptance::test {

inline constexpr double none = std::numeric_limits<double>::quiet_NaN();
inline constexpr double infinite = std::numeric_limits<double>::infinity();

inline Three truth(bool so) {
    return so ? Three::yes : Three::no;
}
inline std::string ms(int t) {
    return std::to_string(t) + " ms";
}
/// x as it is with the values of that millisecond, less what it was so long before t.
inline double change_of(const std::vector<double>& x, int t, int values_of, int delay) {
    return t < delay ? none : x[values_of] - x[t - delay];
}
inline double lesser(double a, double b) {
    return std::isnan(a) || std::isnan(b) ? none : std::min(a, b);
}
inline double greater(double a, double b) {
    return std::isnan(a) || std::isnan(b) ? none : std::max(a, b);
}
inline std::string volts(double v) {
    return std::to_string(static_cast<int>(v)) + " V";
}
inline int pick(Choices& random, int low, int high) {
    return low + static_cast<int>(random.uniform() * (high - low + 1));
}

}  // namespace islandbench::acceptance::test
