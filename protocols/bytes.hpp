#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/assert.hpp"

/// Integers in byte order. Modbus sends the high byte first, the CAN dialects the low byte first.
/// The caller has checked the length; a read outside the span is our own bug.
namespace islandbench {

constexpr std::uint16_t joined(std::uint8_t high, std::uint8_t low) noexcept {
    return static_cast<std::uint16_t>((high << 8) | low);
}
constexpr std::uint8_t high_byte(std::uint16_t value) noexcept {
    return static_cast<std::uint8_t>(value >> 8);
}
constexpr std::uint8_t low_byte(std::uint16_t value) noexcept {
    return static_cast<std::uint8_t>(value & 0xFF);
}

constexpr std::uint16_t big_endian16(std::span<const std::uint8_t> bytes, std::size_t at) {
    IB_ASSERT(at + 2 <= bytes.size());
    return joined(bytes[at], bytes[at + 1]);
}
constexpr std::uint16_t little_endian16(std::span<const std::uint8_t> bytes, std::size_t at) {
    IB_ASSERT(at + 2 <= bytes.size());
    return joined(bytes[at + 1], bytes[at]);
}
constexpr void put_little_endian16(std::span<std::uint8_t> bytes, std::size_t at,
                                   std::uint16_t value) {
    IB_ASSERT(at + 2 <= bytes.size());
    bytes[at] = low_byte(value);
    bytes[at + 1] = high_byte(value);
}

}  // namespace islandbench
