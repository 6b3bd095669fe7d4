#pragma once

#include "emulators/plant/protection.hpp"

/// Where and how the models 707 to 710 hold the stages of a kind of protection.
namespace islandbench::devices {

/// Points that a volt-var, volt-watt or watt-var curve has room for.
inline constexpr int der_curve_points = 6;

inline bool is_voltage(plant::Protection::Kind kind) {
    return kind == plant::Protection::Kind::under_voltage ||
           kind == plant::Protection::Kind::over_voltage;
}
inline bool is_above(plant::Protection::Kind kind) {
    return kind == plant::Protection::Kind::over_voltage ||
           kind == plant::Protection::Kind::over_frequency;
}
inline const char* limit_name(plant::Protection::Kind kind) {
    return is_voltage(kind) ? "Crv.MustTrip.Pt.V" : "Crv.MustTrip.Pt.Hz";
}
/// Registers count voltages in percent.
inline double limit_unit(plant::Protection::Kind kind) {
    return is_voltage(kind) ? 100.0 : 1.0;
}

}  // namespace islandbench::devices
