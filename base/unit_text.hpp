#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/units.hpp"

namespace islandbench {

/// A number with what it measures, as read from text: 13.5 kWh is {13500, Dimension::energy}.
struct Measure {
    double value = 0.0;
    Dimension dimension = Dimension::none;

    bool operator==(const Measure&) const = default;
};

/// A unit as people write it: "kWh" is {energy, 1000}.
struct Unit {
    Dimension dimension = Dimension::none;
    double scale = 1.0;
};

/// Reads "kWh", "Hz/s", "%", "pu", "ohm/km", "deg", ... Fails with a message naming the unit.
Result<Unit> parse_unit(std::string_view text);

/// Every text that parse_unit() takes for this dimension.
std::vector<std::string_view> units_of(Dimension dimension);

/// Reads a number, blanks, and a unit: "13.5 kWh", "-0.5 Hz/s", "20 %", "200 ms". A unit is needed;
/// fails with a message for people.
Result<Measure> parse_measure(std::string_view text);

/// "13.5 kWh", "49.982 Hz", "-3 %": picks a prefix and as many digits as people read.
std::string format_measure(double value, Dimension dimension);
inline std::string format_measure(Measure m) {
    return format_measure(m.value, m.dimension);
}
template <Dimension D>
std::string format_measure(Quantity<D> q) {
    return format_measure(q.value(), D);
}

/// Shortest text that parse_measure() reads back to the same double: for files, not for people.
std::string write_measure(double value, Dimension dimension);

/// "power", "voltage", ...: for messages.
std::string_view dimension_name(Dimension dimension) noexcept;

/// The unit in which values of this dimension are kept: "W", "V", "Hz", "" for none.
std::string_view unit_symbol(Dimension dimension) noexcept;

}  // namespace islandbench
