#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/link_address.hpp"
#include "base/time.hpp"
#include "protocols/modbus/mbap.hpp"

/// Framing of Modbus RTU (Modbus over Serial Line V1.02, clause 2.5.1): unit id, PDU, CRC with its
/// low byte first. A frame ends with silence; nothing in it says how long it is.
namespace islandbench::modbus {

inline constexpr std::size_t max_rtu_size = 256;
/// Of a request to all units, which none of them answers.
inline constexpr std::uint8_t broadcast_unit = 0;

using RtuBytes = BoundedVector<std::uint8_t, max_rtu_size>;

/// CRC-16 of that standard: polynomial 0xA001 (reflected), beginning with 0xFFFF.
[[nodiscard]] std::uint16_t crc16(std::span<const std::uint8_t> bytes) noexcept;

/// The PDU must not be empty; the transaction id does not travel.
[[nodiscard]] RtuBytes encode_rtu(const Adu& adu);
/// What stood between two silences; bad_frame when that is no frame (length outside 4..256, CRC).
[[nodiscard]] Result<Adu> decode_rtu(std::span<const std::uint8_t> frame);

/// Of one character: start bit, 8 data bits, parity, stop bits.
[[nodiscard]] Duration character_time(const SerialSettings& serial) noexcept;
/// The silence between frames: 3.5 characters, above 19,200 baud always 1.75 ms.
[[nodiscard]] Duration frame_gap(const SerialSettings& serial) noexcept;

}  // namespace islandbench::modbus
