#include "conformance/wire.hpp"

#include <algorithm>
#include <cstdio>

#include "protocols/bytes.hpp"

namespace islandbench::conformance {
namespace {

constexpr std::size_t header = modbus::mbap_size;
constexpr std::uint8_t exception_bit = 0x80;
/// Bytes that are no reply: whoever sends more of them is not waited for.
constexpr std::size_t flood = 4096;

/// Bytes that a reply to this request has behind the header, as its own byte count says.
std::size_t told_size(std::span<const std::uint8_t> pdu) {
    if ((pdu[0] & exception_bit) != 0) return 2;
    if (pdu[0] == 3 || pdu[0] == 4) return pdu.size() < 2 ? 2 : std::size_t{2} + pdu[1];
    return 5;  // the echo of a write
}

bool is_read(const modbus::Pdu& pdu) {
    return pdu.size() == 5 && (pdu[0] == 3 || pdu[0] == 4);
}

}  // namespace

std::string range_text(int address, int count) {
    std::string text = std::to_string(address);
    if (count > 1) text += ".." + std::to_string(address + count - 1);
    return text;
}

modbus::Pdu read_request(std::uint8_t function, int address, int count) {
    const auto a = static_cast<std::uint16_t>(address);
    const auto n = static_cast<std::uint16_t>(count);
    return {function, high_byte(a), low_byte(a), high_byte(n), low_byte(n)};
}

modbus::Pdu write_request(std::uint8_t function, std::uint16_t address,
                          const std::vector<std::uint16_t>& values) {
    modbus::Pdu pdu{function, high_byte(address), low_byte(address)};
    if (function == 16) {
        const auto count = static_cast<std::uint16_t>(values.size());
        pdu.push_back(high_byte(count));
        pdu.push_back(low_byte(count));
        pdu.push_back(static_cast<std::uint8_t>(2 * count));
    }
    for (const std::uint16_t value : values) {
        pdu.push_back(high_byte(value));
        pdu.push_back(low_byte(value));
    }
    return pdu;
}

std::string hex(const std::vector<std::uint8_t>& bytes) {
    std::string text;
    char two[4];
    for (const std::uint8_t byte : bytes) {
        std::snprintf(two, sizeof two, "%02x", byte);
        text += two;
    }
    return text;
}

Wire::Wire(Scheduler& clock, links::Network& network, std::string where,
           const DeviceProfile& profile, std::vector<Exchange>& journal)
    : clock_(clock),
      network_(network),
      where_(std::move(where)),
      profile_(profile),
      journal_(journal),
      gap_(profile.request_gap) {}

Task<bool> Wire::open() {
    if (is_open()) co_return true;
    close();
    const Instant limit = clock_.now() + profile_.time_out;
    auto stream = co_await network_.connect(where_, limit);
    if (!stream) co_return false;
    stream_ = std::move(*stream);
    ++connections_;
    first_transaction_ = transaction_;
    co_return true;
}

void Wire::close() {
    stream_.reset();
    received_.clear();
}

void Wire::send(Exchange& exchange, std::uint8_t unit, const modbus::Pdu& pdu) {
    const modbus::AduBytes frame = modbus::encode(modbus::Adu{transaction_, unit, pdu});
    exchange.request.assign(frame.begin(), frame.end());
    exchange.connection = connections_;
    exchange.sent = clock_.now();
    stream_->write(frame);
}

Task<std::size_t> Wire::ask(std::string purpose, std::uint8_t unit, modbus::Pdu pdu) {
    return exchange(std::move(purpose), unit, pdu);
}

Task<std::size_t> Wire::write(const drivers::WritePermit& /*permit*/, std::string purpose,
                              std::uint8_t unit, modbus::Pdu pdu) {
    return exchange(std::move(purpose), unit, pdu);
}

Task<std::size_t> Wire::abandon(std::string purpose, std::uint8_t unit, modbus::Pdu pdu) {
    Exchange made;
    made.purpose = std::move(purpose);
    made.sent = clock_.now();
    const bool opened = co_await open();
    if (opened) {
        ++transaction_;
        send(made, unit, pdu);
        // The bytes leave before the connection does.
        co_await clock_.sleep_for(5ms);
    } else {
        made.outcome = Exchange::Outcome::refused;
    }
    close();
    journal_.push_back(std::move(made));
    co_return journal_.size() - 1;
}

Task<std::size_t> Wire::exchange(std::string purpose, std::uint8_t unit, modbus::Pdu pdu) {
    Exchange made;
    made.purpose = std::move(purpose);
    made.sent = clock_.now();
    if (clock_.now() < quiet_until_) co_await clock_.sleep_until(quiet_until_);
    const bool opened = co_await open();
    if (opened) {
        ++transaction_;
        received_.clear();
        send(made, unit, pdu);
        const Instant limit = clock_.now() + profile_.time_out;
        co_await receive(made, unit, pdu, limit);
        quiet_until_ = clock_.now() + gap_;
    } else {
        made.outcome = Exchange::Outcome::refused;
        made.took = clock_.now() - made.sent;
    }
    journal_.push_back(std::move(made));
    co_return journal_.size() - 1;
}

Task<> Wire::receive(Exchange& exchange, std::uint8_t unit, const modbus::Pdu& pdu, Instant limit) {
    std::array<std::uint8_t, 512> buffer{};
    Instant first{};
    for (;;) {
        const auto count = co_await stream_->read_some(buffer, limit);
        exchange.took = clock_.now() - exchange.sent;
        if (!count) {
            const bool silent = count.error().code == ErrorCode::timed_out;
            exchange.outcome = silent ? Exchange::Outcome::silent : Exchange::Outcome::closed;
            // A frame that claims to be longer than it is never ends: take it as it stands.
            if (!received_.empty()) (void)take_reply(exchange, unit, pdu, true);
            if (!silent || exchange.late_replies > 0 || exchange.frame_length_wrong) close();
            co_return;
        }
        if (exchange.pieces++ == 0) first = clock_.now();
        exchange.spread = clock_.now() - first;
        received_.insert(received_.end(), buffer.begin(),
                         buffer.begin() + static_cast<std::ptrdiff_t>(*count));
        if (received_.size() > flood) {
            exchange.outcome = Exchange::Outcome::silent;
            close();
            co_return;
        }
        if (take_reply(exchange, unit, pdu, false)) {
            if (exchange.frame_length_wrong || exchange.byte_count_wrong) close();
            co_return;
        }
    }
}

/// Looks for the reply in what has come; false: wait for more. `waited`: no more will come.
bool Wire::take_reply(Exchange& exchange, std::uint8_t unit, const modbus::Pdu& pdu, bool waited) {
    while (received_.size() >= header + 2) {
        const std::span<const std::uint8_t> bytes(received_);
        const std::uint16_t transaction = big_endian16(bytes, 0);
        const std::size_t told = std::size_t{big_endian16(bytes, 4)} + header - 1;
        const bool whole = bytes.size() >= told && told >= header + 2;
        if (!whole && !waited) return false;
        const std::size_t inside = told_size(bytes.subspan(header));
        const auto age = static_cast<std::uint16_t>(transaction_ - transaction);
        const auto asked = static_cast<std::uint16_t>(transaction_ - first_transaction_);
        const std::size_t taken = whole ? told : bytes.size();
        if (age > 0 && age < asked) {
            ++exchange.late_replies;
            received_.erase(received_.begin(),
                            received_.begin() + static_cast<std::ptrdiff_t>(taken));
            continue;
        }
        const auto reply = bytes.subspan(header, std::min(bytes.size() - header, inside));
        exchange.transaction_id_wrong = transaction != transaction_;
        exchange.unit_id_wrong = bytes[6] != unit;
        const bool read = is_read(pdu) && (reply[0] & exception_bit) == 0;
        const std::size_t wanted = read ? std::size_t{2} * big_endian16(pdu, 3) : 0;
        const std::size_t had = reply.size() - std::min<std::size_t>(reply.size(), 2);
        exchange.byte_count_wrong = read && (reply[1] != wanted || had != wanted);
        // Which of the two lies: where the byte count fits the question, the frame's length does.
        const bool count_fits = !read || reply[1] == wanted;
        exchange.frame_length_wrong = count_fits && told != header + inside;
        if (exchange.frame_length_wrong) exchange.byte_count_wrong = false;
        exchange.reply.assign(bytes.begin(), bytes.end());
        if ((reply[0] & exception_bit) != 0) {
            exchange.outcome = Exchange::Outcome::exception;
            exchange.exception =
                static_cast<modbus::ExceptionCode>(reply.size() > 1 ? reply[1] : 0);
        } else {
            exchange.outcome = Exchange::Outcome::answered;
            for (std::size_t i = 2; read && i + 1 < reply.size(); i += 2) {
                exchange.registers.push_back(big_endian16(reply, i));
            }
        }
        received_.clear();
        return true;
    }
    return false;
}

}  // namespace islandbench::conformance
