#include "protocols/modbus/rtu.hpp"

#include <string>

#include "protocols/bytes.hpp"

namespace islandbench::modbus {
namespace {

constexpr std::size_t crc_size = 2;
constexpr std::size_t least_size = 1 + 1 + crc_size;  // unit, function, CRC
constexpr int fast_baud = 19200;
constexpr Duration fast_gap = 1750us;

}  // namespace

std::uint16_t crc16(std::span<const std::uint8_t> bytes) noexcept {
    std::uint16_t crc = 0xFFFF;
    for (const std::uint8_t byte : bytes) {
        crc = static_cast<std::uint16_t>(crc ^ byte);
        for (int bit = 0; bit < 8; ++bit) {
            const bool carry = (crc & 1U) != 0;
            crc = static_cast<std::uint16_t>(crc >> 1U);
            if (carry) crc = static_cast<std::uint16_t>(crc ^ 0xA001U);
        }
    }
    return crc;
}

RtuBytes encode_rtu(const Adu& adu) {
    IB_ASSERT(!adu.pdu.empty());
    RtuBytes frame;
    frame.push_back(adu.unit_id);
    frame.append(adu.pdu);
    const std::uint16_t crc = crc16(frame);
    frame.push_back(low_byte(crc));
    frame.push_back(high_byte(crc));
    return frame;
}

Result<Adu> decode_rtu(std::span<const std::uint8_t> frame) {
    if (frame.size() < least_size || frame.size() > max_rtu_size) {
        return failure(ErrorCode::bad_frame,
                       "RTU frame: " + std::to_string(frame.size()) + " bytes, expected 4..256");
    }
    const auto content = frame.first(frame.size() - crc_size);
    const std::uint16_t crc = crc16(content);
    if (frame[frame.size() - 2] != low_byte(crc) || frame.back() != high_byte(crc)) {
        return failure(ErrorCode::bad_frame, "RTU frame: wrong CRC");
    }
    Adu adu;
    adu.unit_id = content[0];
    adu.pdu.append(content.subspan(1));
    return adu;
}

Duration character_time(const SerialSettings& serial) noexcept {
    const int bits = 1 + 8 + (serial.parity == 'N' ? 0 : 1) + serial.stop_bits;
    return Duration{1s} * bits / serial.baud;
}

Duration frame_gap(const SerialSettings& serial) noexcept {
    return serial.baud > fast_baud ? fast_gap : character_time(serial) * 7 / 2;
}

}  // namespace islandbench::modbus
