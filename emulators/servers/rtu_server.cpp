#include "emulators/servers/rtu_server.hpp"

#include <algorithm>
#include <array>

namespace islandbench::servers {

RtuServer::RtuServer(Scheduler& clock, std::unique_ptr<links::ByteStream> line,
                     modbus::Responder& responder, const LineTiming& timing)
    : clock_(clock), line_(std::move(line)), responder_(responder), timing_(timing), tasks_(clock) {
    tasks_.spawn(serve());
}

Task<> RtuServer::serve() {
    const Duration gap = modbus::frame_gap(timing_.serial);
    std::vector<std::uint8_t> frame;
    std::array<std::uint8_t, modbus::max_rtu_size> buffer{};
    for (;;) {
        const Instant silence = frame.empty() ? never : clock_.now() + gap;
        const auto count = co_await line_->read_some(buffer, silence);
        if (count) {
            // A line that never falls silent fills no memory: what is too long is no frame anyway.
            const std::size_t room = modbus::max_rtu_size + 1 - frame.size();
            frame.insert(frame.end(), buffer.begin(),
                         buffer.begin() + static_cast<std::ptrdiff_t>(std::min(*count, room)));
            continue;
        }
        if (count.error().code != ErrorCode::timed_out) co_return;
        std::vector<std::uint8_t> whole;
        whole.swap(frame);
        co_await answer(std::move(whole));
    }
}

Task<> RtuServer::answer(std::vector<std::uint8_t> frame) {
    const auto adu = modbus::decode_rtu(frame);
    if (!adu) {
        ++traffic_.bad_frames;
        co_return;
    }
    if (adu->unit_id == modbus::broadcast_unit) {
        responder_.broadcast(*adu);
        co_return;
    }
    const auto reply = responder_.answer(*adu);
    if (!reply) {
        ++traffic_.unanswered;
        co_return;
    }
    ++traffic_.requests;
    Duration until_it_answers = timing_.turnaround;
    if (timing_.paced) until_it_answers += modbus::character_time(timing_.serial) * frame.size();
    co_await clock_.sleep_for(until_it_answers);
    co_await send(modbus::encode_rtu(*reply));
}

/// A few characters at a time, each with the last of them.
Task<> RtuServer::send(modbus::RtuBytes reply) {
    const std::span<const std::uint8_t> bytes(reply);
    const std::size_t piece = timing_.paced ? 8 : bytes.size();
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        const auto part = bytes.subspan(at, std::min(piece, bytes.size() - at));
        if (timing_.paced) {
            co_await clock_.sleep_for(modbus::character_time(timing_.serial) * part.size());
        }
        line_->write(part);
    }
}

}  // namespace islandbench::servers
