#include "protocols/modbus/client.hpp"

#include <algorithm>

namespace islandbench::modbus {
namespace {

/// How many requests back a late reply is believed. Older or newer ids are nobody's.
constexpr int memory = 0x8000;

tl::unexpected<Error> foreign(std::string_view field, int expected, int got) {
    return failure(ErrorCode::bad_reply, "reply: " + std::string(field) + " is " +
                                             std::to_string(got) + ", expected " +
                                             std::to_string(expected));
}

}  // namespace

AduBytes Client::ask(std::uint8_t unit_id, const Request& request) {
    pending_ = Pending{request, next_id_++, unit_id};
    asked_ = std::min(asked_ + 1, memory);
    return encode(Adu{pending_->id, unit_id, encode_request(request)});
}

bool Client::is_late(std::uint16_t id) const noexcept {
    const auto age = static_cast<std::uint16_t>(next_id_ - 1 - id);  // 0: the newest request
    return age < asked_ && !(pending_ && age == 0);
}

std::optional<Result<Response>> Client::accept(const Adu& adu) {
    if (is_late(adu.transaction_id)) {
        ++late_replies_;
        return std::nullopt;
    }
    const auto pending = std::exchange(pending_, std::nullopt);
    if (!pending) return failure(ErrorCode::bad_reply, "reply: nothing was asked");
    if (adu.transaction_id != pending->id) {
        return foreign("transaction id", pending->id, adu.transaction_id);
    }
    if (adu.unit_id != pending->unit_id) return foreign("unit id", pending->unit_id, adu.unit_id);
    return decode_response(pending->request, adu.pdu);
}

}  // namespace islandbench::modbus
