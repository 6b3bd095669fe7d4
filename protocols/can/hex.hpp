#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// Hexadecimal digits of the CAN text formats.
namespace islandbench::can::hex {

inline void append(std::string& text, std::uint32_t value, int digits) {
    constexpr std::string_view upper = "0123456789ABCDEF";
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
        text += upper[(value >> shift) & 0xFU];
    }
}

inline void append(std::string& text, std::span<const std::uint8_t> bytes) {
    for (const std::uint8_t byte : bytes) append(text, byte, 2);
}

inline std::optional<std::uint32_t> digit(char c) noexcept {
    if (c >= '0' && c <= '9') return static_cast<std::uint32_t>(c - '0');
    if (c >= 'A' && c <= 'F') return static_cast<std::uint32_t>(c - 'A' + 10);
    if (c >= 'a' && c <= 'f') return static_cast<std::uint32_t>(c - 'a' + 10);
    return std::nullopt;
}

/// The number that `text` is, all of it; 1 to 8 digits.
inline std::optional<std::uint32_t> number(std::string_view text) noexcept {
    if (text.empty() || text.size() > 8) return std::nullopt;
    std::uint32_t value = 0;
    for (const char c : text) {
        const auto one = digit(c);
        if (!one) return std::nullopt;
        value = (value << 4) | *one;
    }
    return value;
}

/// Bytes of two digits each into the front of `into`; false when they are no such thing, or too
/// many.
inline bool bytes(std::string_view text, std::span<std::uint8_t> into) noexcept {
    if (text.size() % 2 != 0 || text.size() / 2 > into.size()) return false;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const auto byte = number(text.substr(i, 2));
        if (!byte) return false;
        into[i / 2] = static_cast<std::uint8_t>(*byte);
    }
    return true;
}

}  // namespace islandbench::can::hex
