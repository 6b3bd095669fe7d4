#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>

#include "base/assert.hpp"

namespace islandbench::can {

inline constexpr std::uint32_t max_standard_id = 0x7FF;
inline constexpr std::uint32_t max_extended_id = 0x1FFFFFFF;

/// A classic CAN frame (ISO 11898-1), as SocketCAN sees it.
struct CanFrame {
    std::uint32_t id = 0;     ///< 11 bits, 29 when extended; of an error frame its class bits
    bool extended = false;    ///< 29-bit identifier
    bool remote = false;      ///< asks for data; `length` counts, `data` does not
    bool error = false;       ///< not from the bus: the controller reports an error
    std::uint8_t length = 0;  ///< data length code, 0..8
    std::array<std::uint8_t, 8> data{};  ///< 0 behind `length`

    /// The bytes that travel.
    [[nodiscard]] std::span<const std::uint8_t> payload() const {
        IB_ASSERT(length <= data.size());
        return std::span<const std::uint8_t>(data).first(remote ? 0 : length);
    }
    bool operator==(const CanFrame&) const = default;
};

/// A data frame with an 11-bit id.
inline CanFrame standard_frame(std::uint32_t id, std::span<const std::uint8_t> payload) {
    CanFrame frame;
    IB_ASSERT(id <= max_standard_id && payload.size() <= frame.data.size());
    frame.id = id;
    frame.length = static_cast<std::uint8_t>(payload.size());
    for (std::size_t i = 0; i < payload.size(); ++i) frame.data[i] = payload[i];
    return frame;
}
inline CanFrame standard_frame(std::uint32_t id, std::initializer_list<std::uint8_t> payload) {
    return standard_frame(id, std::span<const std::uint8_t>(payload.begin(), payload.size()));
}

}  // namespace islandbench::can
