#include "emulators/servers/wire_manners.hpp"

#include <algorithm>

#include "protocols/bytes.hpp"

namespace islandbench::servers {
namespace {

/// A client that leaves so soon after its request has not waited for the reply.
constexpr Duration just_now = 20ms;
constexpr std::size_t header = modbus::mbap_size;

bool is_exception(const std::vector<std::uint8_t>& frame) {
    return (frame[header] & 0x80) != 0;
}
bool is_read(const std::vector<std::uint8_t>& frame) {
    return frame[header] == 3 || frame[header] == 4;
}
void set_length(std::vector<std::uint8_t>& frame, std::size_t length) {
    frame[4] = high_byte(static_cast<std::uint16_t>(length));
    frame[5] = low_byte(static_cast<std::uint16_t>(length));
}

}  // namespace

WireManners::WireManners(const std::vector<Deviation>& deviations, Random random)
    : random_(std::move(random)) {
    for (const Deviation& one : deviations) {
        deeds_.insert(deeds_.end(), one.deeds.begin(), one.deeds.end());
    }
    times_.assign(deeds_.size(), 0);
}

const DeviationDeed* WireManners::deed(Deed what) const {
    const auto found = std::find_if(deeds_.begin(), deeds_.end(),
                                    [&](const DeviationDeed& d) { return d.what == what; });
    return found == deeds_.end() ? nullptr : &*found;
}

bool WireManners::due(const DeviationDeed& deed) {
    const auto index = static_cast<std::size_t>(&deed - deeds_.data());
    return ++times_[index] % deed.every == 0;
}

bool WireManners::away(Instant now) const {
    const DeviationDeed* const one = deed(Deed::away);
    if (one == nullptr || !began_) return false;
    return now >= *began_ + one->after && now < *began_ + one->after + one->time;
}

WireManners::Welcome WireManners::welcome(int clients, Instant now) {
    if (!began_) began_ = now;
    if (now < blocked_until_ || away(now)) return Welcome::turn_away;
    const DeviationDeed* const one = deed(Deed::one_client);
    if (one == nullptr || clients == 0) return Welcome::enter;
    if (one->text == "kick") return Welcome::throw_out_others;
    return one->text == "ignore" ? Welcome::ignore : Welcome::turn_away;
}

Instant WireManners::patience(const Visit& visit) const {
    Instant until = never;
    const DeviationDeed* const quiet = deed(Deed::close_quiet);
    const DeviationDeed* const idle = deed(Deed::close_idle);
    if (quiet != nullptr && visit.requests == 0) until = visit.came + quiet->time;
    if (idle != nullptr) until = std::min(until, visit.asked + idle->time);
    return until;
}

void WireManners::left(const Visit& visit, Instant now) {
    const DeviationDeed* const one = deed(Deed::block_after_abort);
    if (one != nullptr && visit.requests == 1 && now - visit.asked < just_now) {
        blocked_until_ = now + one->time;
    }
}

bool WireManners::hears(Visit& visit, Instant now) {
    ++visit.requests;
    const Instant before = visit.answered;
    visit.asked = visit.answered = now;
    if (away(now)) return false;
    const DeviationDeed* const drop = deed(Deed::drop_first);
    if (drop != nullptr && now < visit.came + drop->time) return false;
    const DeviationDeed* const fast = deed(Deed::lose_fast);
    return fast == nullptr || visit.requests == 1 || now >= before + fast->time;
}

std::optional<modbus::ExceptionCode> WireManners::refuses() {
    const DeviationDeed* const one = deed(Deed::busy);
    if (one == nullptr || !due(*one)) return std::nullopt;
    return modbus::ExceptionCode::server_device_busy;
}

Duration WireManners::delay() {
    const DeviationDeed* const one = deed(Deed::delay);
    if (one == nullptr || !due(*one)) return Duration::zero();
    const double more = one->spread > 0ns ? random_.uniform() * to_seconds(one->spread) : 0.0;
    return one->time + from_seconds(more);
}

/// Makes the frame a wrong one, whichever way.
void WireManners::distort(std::vector<std::uint8_t>& frame) {
    for (const DeviationDeed& one : deeds_) {
        const auto value = static_cast<std::uint16_t>(one.address);
        switch (one.what) {
            case Deed::transaction_id:
                frame[0] = high_byte(value);
                frame[1] = low_byte(value);
                break;
            case Deed::unit_id:
                if (due(one)) frame[6] = static_cast<std::uint8_t>(one.address);
                break;
            case Deed::short_reply: {
                const auto less = static_cast<std::size_t>(2 * one.add);
                if (!is_read(frame) || frame[header + 1] <= less || !due(one)) break;
                frame.resize(frame.size() - less);
                frame[header + 1] = static_cast<std::uint8_t>(frame[header + 1] - less);
                set_length(frame, frame.size() - header + 1);
                break;
            }
            case Deed::lie_count:
                if (is_read(frame) && due(one)) {
                    frame[header + 1] = static_cast<std::uint8_t>(frame[header + 1] + one.add);
                }
                break;
            case Deed::lie_frame:
                if (due(one)) {
                    const auto told = static_cast<int>(frame.size() - header + 1) + one.add;
                    set_length(frame, static_cast<std::size_t>(told));
                }
                break;
            default: break;
        }
    }
}

std::vector<WireManners::Piece> WireManners::send(Visit& visit, const modbus::AduBytes& reply) {
    std::vector<std::uint8_t> frame(reply.begin(), reply.end());
    const bool silence = is_exception(frame) && frame.size() > header + 1 && frame[header + 1] == 0;
    if (silence) return {};
    distort(frame);
    const DeviationDeed* const shift = deed(Deed::shift_replies);
    if (shift != nullptr && visit.requests >= shift->count) {
        std::swap(frame, visit.held);
        if (frame.empty()) return {};
    }
    const DeviationDeed* const pieces = deed(Deed::pieces);
    if (pieces == nullptr) return {{std::move(frame), Duration::zero()}};
    std::vector<Piece> out;
    const auto size = static_cast<std::size_t>(std::max(1, pieces->count));
    for (std::size_t at = 0; at < frame.size(); at += size) {
        const auto begin = frame.begin() + static_cast<std::ptrdiff_t>(at);
        const auto end =
            frame.begin() + static_cast<std::ptrdiff_t>(std::min(frame.size(), at + size));
        out.push_back({{begin, end}, at == 0 ? Duration::zero() : pieces->time});
    }
    return out;
}

}  // namespace islandbench::servers
