#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "protocols/sunspec/value.hpp"

/// The register maps of the project's own documented devices. They use SunSpec's way of laying
/// numbers and texts in registers (types, high word first, not-implemented values), but at fixed
/// addresses and with fixed scales. What a map does not define reads as 0.
namespace islandbench::maps {

/// One line of a map.
struct MapPoint {
    std::string_view name;
    std::uint16_t address = 0;    ///< of a holding register, 0-based
    std::uint16_t registers = 1;  ///< how many it takes
    sunspec::Type type = sunspec::Type::uint16;
    int exponent = 0;       ///< value = register * 10^exponent
    std::string_view unit;  ///< of the value
    sunspec::Access access = sunspec::Access::read_only;
    std::string_view meaning;

    [[nodiscard]] constexpr int end() const noexcept { return address + registers; }
};

// Short names for the tables.
inline constexpr sunspec::Type text_type = sunspec::Type::string;
inline constexpr sunspec::Type int16 = sunspec::Type::int16;
inline constexpr sunspec::Type int32 = sunspec::Type::int32;
inline constexpr sunspec::Type uint16 = sunspec::Type::uint16;
inline constexpr sunspec::Type uint32 = sunspec::Type::uint32;
inline constexpr sunspec::Type enum16 = sunspec::Type::enum16;
inline constexpr sunspec::Type bitfield16 = sunspec::Type::bitfield16;
inline constexpr sunspec::Access read_only = sunspec::Access::read_only;
inline constexpr sunspec::Access read_write = sunspec::Access::read_write;

/// A misspelt name in a constant expression ends here, and so does the compilation.
void no_such_map_point();

/// The line of that name.
template <std::size_t n>
constexpr const MapPoint& point_of(const std::array<MapPoint, n>& table, std::string_view name) {
    for (const MapPoint& p : table) {
        if (p.name == name) return p;
    }
    no_such_map_point();
    return table[0];
}

/// Registers that stand one after the other, the first at `address`.
template <class Register>
struct Window {
    std::uint16_t address = 0;
    std::span<Register> registers;

    [[nodiscard]] std::span<Register> of(const MapPoint& point) const {
        IB_ASSERT(point.address >= address && point.end() - address <= int(registers.size()));
        return registers.subspan(point.address - std::size_t{address}, point.registers);
    }
};
using Source = Window<const std::uint16_t>;
using Target = Window<std::uint16_t>;

/// NaN becomes not available; what does not fit saturates.
void put(Target target, const MapPoint& point, double value);
void put_flag(Target target, const MapPoint& point, bool flag);
/// Longer texts are cut.
void put_text(Target target, const MapPoint& point, std::string_view text);

/// NaN when not available.
[[nodiscard]] double number(Source source, const MapPoint& point);
/// A register that must be 0 or 1; fails with bad_reply.
[[nodiscard]] Result<bool> flag(Source source, const MapPoint& point);
[[nodiscard]] std::string text(Source source, const MapPoint& point);

}  // namespace islandbench::maps
