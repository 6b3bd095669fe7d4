#include "protocols/modbus/mbap.hpp"

#include "protocols/bytes.hpp"

namespace islandbench::modbus {
namespace {

constexpr std::size_t length_end = 6;  // transaction id, protocol id, length
constexpr std::size_t length_min = 2;  // unit id and a function code
constexpr std::size_t length_max = 1 + max_pdu_size;

}  // namespace

AduBytes encode(const Adu& adu) {
    IB_ASSERT(!adu.pdu.empty());
    const auto length = static_cast<std::uint16_t>(1 + adu.pdu.size());
    AduBytes bytes{high_byte(adu.transaction_id),
                   low_byte(adu.transaction_id),
                   0,
                   0,
                   high_byte(length),
                   low_byte(length),
                   adu.unit_id};
    bytes.append(adu.pdu);
    return bytes;
}

void AduStream::push(std::span<const std::uint8_t> bytes) {
    bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(begin_));
    begin_ = 0;
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

Result<std::optional<Adu>> AduStream::pull() {
    const auto rest = std::span<const std::uint8_t>(bytes_).subspan(begin_);
    if (rest.size() < length_end) return std::optional<Adu>{};

    const std::size_t protocol = big_endian16(rest, 2);
    if (protocol != 0) {
        return failure(ErrorCode::bad_frame,
                       "MBAP header: protocol id is " + std::to_string(protocol) + ", expected 0");
    }
    const std::size_t length = big_endian16(rest, 4);
    if (length < length_min || length > length_max) {
        return failure(ErrorCode::bad_frame,
                       "MBAP header: length is " + std::to_string(length) + ", expected 2 to 254");
    }
    if (rest.size() < length_end + length) return std::optional<Adu>{};

    begin_ += length_end + length;
    return std::optional<Adu>{
        Adu{big_endian16(rest, 0), rest[6], Pdu(rest.subspan(mbap_size, length - 1))}};
}

void AduStream::reset() noexcept {
    bytes_.clear();
    begin_ = 0;
}

}  // namespace islandbench::modbus
