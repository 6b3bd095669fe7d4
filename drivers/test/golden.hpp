#pragma once

#include "drivers/test/register_device.hpp"

/// Devices in raw registers, laid out by hand from the SunSpec model files (address = that of the
/// model + offset of the point, the ID at offset 0) and from our documented maps.
namespace islandbench::drivers::test {

// Where the models of put_inverter() stand.
inline constexpr int m701 = 40070;  ///< L 153
inline constexpr int m702 = 40225;  ///< L 50
inline constexpr int m704 = 40277;  ///< L 65
inline constexpr int m713 = 40344;  ///< L 7
inline constexpr int m714 = 40353;  ///< L 68: two ports
// Where put_meter() and put_battery() put theirs.
inline constexpr int m203 = 40070;
inline constexpr int m802 = 40070;

/// A 5 kW single-phase hybrid on phase B that discharges 1,234 W; 3 kW to charge.
void put_inverter(RegisterDevice& device, std::string_view maker);
/// 9,120 W from the grid, unequal phases.
void put_meter(RegisterDevice& device, std::string_view maker);
/// The same readings from a meter that is set to float32: model 213.
void put_float_meter(RegisterDevice& device, std::string_view maker);
/// A single-phase meter, model 201: 1,100 W on phase A alone.
void put_single_phase_meter(RegisterDevice& device, std::string_view maker);
/// A 60 kWh rack at 51.3 %, discharging 12.5 A.
void put_battery(RegisterDevice& device, std::string_view maker);
/// Closed, the grid healthy, 12.345 s of observation left.
void put_interconnect(RegisterDevice& device, std::string_view maker, bool emulator);
/// Tiers 0, 1, 3 closed, tier 4 held open by a local stage, five coils.
void put_load_controller(RegisterDevice& device, std::string_view maker, bool emulator);

}  // namespace islandbench::drivers::test
