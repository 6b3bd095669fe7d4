#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "protocols/maps/map_point.hpp"
#include "protocols/modbus/pdu.hpp"

/// Eastron SDM630 (three phases) and SDM230 (one): measurements in input registers (function 4),
/// each a float32 in two, high word first; settings likewise in holding registers (function 3).
/// Facts from the maker's protocol papers as others have checked them in the field. A meter hands
/// out 80 registers per read at most, and a read that begins at an odd address mixes two values.
namespace islandbench::maps::eastron {

enum class Product : std::uint8_t { sdm230 = 1, sdm630 = 2 };
inline constexpr std::uint8_t both = 3;
inline constexpr std::uint8_t sdm230 = 1;
inline constexpr std::uint8_t sdm630 = 2;

inline constexpr int read_max = 80;

/// One value of the map, and which products have it.
struct Value {
    std::string_view name;
    std::uint16_t address = 0;  ///< of an input register, 0-based
    std::string_view unit;
    std::uint8_t products = both;
    std::string_view meaning;

    /// As the encoders of maps take it.
    [[nodiscard]] constexpr MapPoint point() const {
        return {name, address, 2, sunspec::Type::float32, 0, unit, read_only, meaning};
    }
    [[nodiscard]] constexpr bool of(Product product) const noexcept {
        return (products & static_cast<std::uint8_t>(product)) != 0;
    }
};

/// What is measured. Powers count positive from the grid to the loads ("import").
inline constexpr auto measurements = std::to_array<Value>({
    {"v1", 0x0000, "V", both, "L1 to neutral"},
    {"v2", 0x0002, "V", sdm630, "L2 to neutral"},
    {"v3", 0x0004, "V", sdm630, "L3 to neutral"},
    {"i1", 0x0006, "A", both, "current L1"},
    {"i2", 0x0008, "A", sdm630, "current L2"},
    {"i3", 0x000A, "A", sdm630, "current L3"},
    {"p1", 0x000C, "W", both, "active power L1"},
    {"p2", 0x000E, "W", sdm630, "active power L2"},
    {"p3", 0x0010, "W", sdm630, "active power L3"},
    {"s1", 0x0012, "VA", both, "apparent power L1"},
    {"s2", 0x0014, "VA", sdm630, "apparent power L2"},
    {"s3", 0x0016, "VA", sdm630, "apparent power L3"},
    {"q1", 0x0018, "var", both, "reactive power L1"},
    {"q2", 0x001A, "var", sdm630, "reactive power L2"},
    {"q3", 0x001C, "var", sdm630, "reactive power L3"},
    {"pf1", 0x001E, "", both, "power factor L1; its sign is the current's direction"},
    {"pf2", 0x0020, "", sdm630, "power factor L2"},
    {"pf3", 0x0022, "", sdm630, "power factor L3"},
    {"angle1", 0x0024, "deg", both, "phase angle L1"},
    {"angle2", 0x0026, "deg", sdm630, "phase angle L2"},
    {"angle3", 0x0028, "deg", sdm630, "phase angle L3"},
    {"v_mean", 0x002A, "V", sdm630, "mean of the phases to neutral"},
    {"i_mean", 0x002E, "A", sdm630, "mean current"},
    {"i_sum", 0x0030, "A", sdm630, "sum of currents"},
    {"p", 0x0034, "W", sdm630, "total active power"},
    {"s", 0x0038, "VA", sdm630, "total apparent power"},
    {"q", 0x003C, "var", sdm630, "total reactive power"},
    {"pf", 0x003E, "", sdm630, "total power factor"},
    {"angle", 0x0042, "deg", sdm630, "total phase angle"},
    {"f", 0x0046, "Hz", both, "frequency"},
    {"e_import", 0x0048, "kWh", both, "imported energy"},
    {"e_export", 0x004A, "kWh", both, "exported energy"},
    {"er_import", 0x004C, "kvarh", both, "imported reactive energy"},
    {"er_export", 0x004E, "kvarh", both, "exported reactive energy"},
    {"vah", 0x0050, "kVAh", sdm630, "since the last reset"},
    {"ah", 0x0052, "Ah", sdm630, "since the last reset"},
    {"p_demand", 0x0054, "W", both, "demand: import less export"},
    {"p_demand_max", 0x0056, "W", both, "highest demand"},
    {"import_demand", 0x0058, "W", sdm230, "demand of the import"},
    {"import_demand_max", 0x005A, "W", sdm230, "its highest"},
    {"export_demand", 0x005C, "W", sdm230, "demand of the export"},
    {"export_demand_max", 0x005E, "W", sdm230, "its highest"},
    {"s_demand", 0x0064, "VA", sdm630, "apparent demand"},
    {"s_demand_max", 0x0066, "VA", sdm630, "its highest"},
    {"in_demand", 0x0068, "A", sdm630, "demand of the neutral"},
    {"in_demand_max", 0x006A, "A", sdm630, "its highest"},
    {"v12", 0x00C8, "V", sdm630, "L1 to L2"},
    {"v23", 0x00CA, "V", sdm630, "L2 to L3"},
    {"v31", 0x00CC, "V", sdm630, "L3 to L1"},
    {"v_ll_mean", 0x00CE, "V", sdm630, "mean of the three"},
    {"i_n", 0x00E0, "A", sdm630, "neutral current"},
    {"thd_v1", 0x00EA, "%", sdm630, "distortion of v1"},
    {"thd_v2", 0x00EC, "%", sdm630, "distortion of v2"},
    {"thd_v3", 0x00EE, "%", sdm630, "distortion of v3"},
    {"thd_i1", 0x00F0, "%", sdm630, "distortion of i1"},
    {"thd_i2", 0x00F2, "%", sdm630, "distortion of i2"},
    {"thd_i3", 0x00F4, "%", sdm630, "distortion of i3"},
    {"thd_v", 0x00F8, "%", sdm630, "mean of the voltages"},
    {"thd_i", 0x00FA, "%", sdm630, "mean of the currents"},
    {"i1_demand", 0x0102, "A", both, "current demand L1"},
    {"i2_demand", 0x0104, "A", sdm630, "current demand L2"},
    {"i3_demand", 0x0106, "A", sdm630, "current demand L3"},
    {"i1_demand_max", 0x0108, "A", both, "its highest, L1"},
    {"i2_demand_max", 0x010A, "A", sdm630, "its highest, L2"},
    {"i3_demand_max", 0x010C, "A", sdm630, "its highest, L3"},
    {"thd_v12", 0x014E, "%", sdm630, "distortion of v12"},
    {"thd_v23", 0x0150, "%", sdm630, "distortion of v23"},
    {"thd_v31", 0x0152, "%", sdm630, "distortion of v31"},
    {"thd_v_ll", 0x0154, "%", sdm630, "mean of the three"},
    {"e_total", 0x0156, "kWh", both, "import and export"},
    {"er_total", 0x0158, "kvarh", both, "import and export"},
    {"e1_import", 0x015A, "kWh", sdm630, "imported energy L1"},
    {"e2_import", 0x015C, "kWh", sdm630, "imported energy L2"},
    {"e3_import", 0x015E, "kWh", sdm630, "imported energy L3"},
    {"e1_export", 0x0160, "kWh", sdm630, "exported energy L1"},
    {"e2_export", 0x0162, "kWh", sdm630, "exported energy L2"},
    {"e3_export", 0x0164, "kWh", sdm630, "exported energy L3"},
    {"e1_total", 0x0166, "kWh", sdm630, "total energy L1"},
    {"e2_total", 0x0168, "kWh", sdm630, "total energy L2"},
    {"e3_total", 0x016A, "kWh", sdm630, "total energy L3"},
    {"er1_import", 0x016C, "kvarh", sdm630, "imported reactive energy L1"},
    {"er2_import", 0x016E, "kvarh", sdm630, "imported reactive energy L2"},
    {"er3_import", 0x0170, "kvarh", sdm630, "imported reactive energy L3"},
    {"er1_export", 0x0172, "kvarh", sdm630, "exported reactive energy L1"},
    {"er2_export", 0x0174, "kvarh", sdm630, "exported reactive energy L2"},
    {"er3_export", 0x0176, "kvarh", sdm630, "exported reactive energy L3"},
    {"er1_total", 0x0178, "kvarh", sdm630, "total reactive energy L1"},
    {"er2_total", 0x017A, "kvarh", sdm630, "total reactive energy L2"},
    {"er3_total", 0x017C, "kvarh", sdm630, "total reactive energy L3"},
    {"e_resettable", 0x0180, "kWh", sdm230, "energy since the last reset"},
    {"er_resettable", 0x0182, "kvarh", sdm230, "reactive energy since the last reset"},
});
inline constexpr int input_size = 0x0184;

/// What is set, in holding registers. Nothing here writes them.
inline constexpr auto settings = std::to_array<Value>({
    {"demand_period", 0x0002, "min", both, "0, 5, 8, 10, 15, 20, 30 or 60"},
    {"system", 0x000A, "", sdm630, "1 = one phase, 2 = three wires, 3 = four wires"},
    {"pulse_width", 0x000C, "ms", both, "of the pulse output"},
    {"parity_stop", 0x0012, "", both, "0 = none, 1 stop; 1 = even; 2 = odd; 3 = none, 2 stop"},
    {"address", 0x0014, "", both, "unit id on the bus"},
    {"baud", 0x001C, "", both, "0 = 2400, 1 = 4800, 2 = 9600, 3 = 19200, 4 = 38400"},
});
inline constexpr int holding_size = 0x001E;

/// A measurement by its name; a misspelt one does not compile.
consteval const Value& value(std::string_view name) {
    for (const Value& one : measurements) {
        if (one.name == name) return one;
    }
    no_such_map_point();
    return measurements[0];
}

/// As few reads as `most` registers each (at least 2) allow, that bring these values whole.
[[nodiscard]] std::vector<modbus::ReadInputRegisters> plan_reads(std::span<const Value> wanted,
                                                                 int most = read_max);

}  // namespace islandbench::maps::eastron
