#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/roles.hpp"
#include "protocols/maps/map_point.hpp"
#include "protocols/modbus/pdu.hpp"

/// The first block of each of our maps, holding registers 0..71: which map this is, and who the
/// device says it is. A maker of real hardware that follows a map keeps `map`, `device` and
/// `map_version`, fills in the rest, and leaves `emulator` at 0.
namespace islandbench::maps {

inline constexpr auto identity_table = std::to_array<MapPoint>({
    // name, address, registers, type, exponent, unit, access, meaning
    {"map", 0, 6, text_type, 0, "", read_only, "always \"islandbench\""},
    {"device", 6, 8, text_type, 0, "", read_only, "\"interconnect\" or \"loadctl\""},
    {"map_version", 14, 1, uint16, 0, "", read_only, "of the map; 1"},
    {"maker", 15, 16, text_type, 0, "", read_only, "who made the device"},
    {"model", 31, 16, text_type, 0, "", read_only, "product"},
    {"version", 47, 8, text_type, 0, "", read_only, "of the firmware"},
    {"serial", 55, 16, text_type, 0, "", read_only, "serial number"},
    {"emulator", 71, 1, enum16, 0, "", read_only, "0 = hardware, 1 = islandbench emulator"},
});

inline constexpr std::uint16_t map_version = 1;
inline constexpr std::uint16_t identity_size = 72;
/// The whole identity block.
inline constexpr modbus::ReadHoldingRegisters read_identity{0, identity_size};

/// Into a map's registers, which begin at address 0. Longer texts are cut.
void put_identity(std::span<std::uint16_t> map, std::string_view device, const Identity& identity);

/// From the registers that read_identity brought. Fails with bad_reply when this is not the map of
/// such a device.
[[nodiscard]] Result<Identity> decode_identity(std::string_view device,
                                               std::span<const std::uint16_t> block);

}  // namespace islandbench::maps
