#include "links/libmodbus_bus.hpp"

#include <modbus.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "protocols/modbus/rtu.hpp"

namespace islandbench::links {
namespace {

/// Until the first byte of a reply, and between two of its bytes.
constexpr std::uint32_t response_us = 500'000;
constexpr std::uint32_t byte_us = 200'000;

/// What says that this reply is of no use, and not that the line is gone.
bool is_silence(int error) {
    return error == ETIMEDOUT || error == EMBBADCRC || error == EMBBADDATA ||
           error == EMBBADSLAVE || error == EMBMDATA || error == EMBBADEXC || error == EMBUNKEXC;
}

}  // namespace

void LibmodbusBus::Free::operator()(_modbus* context) const {
    modbus_close(context);
    modbus_free(context);
}

std::unique_ptr<LibmodbusBus> LibmodbusBus::on_serial(const LinkAddress& line, Post post) {
    const SerialSettings& serial = line.serial;
    modbus_t* const context =
        modbus_new_rtu(line.host.c_str(), serial.baud, serial.parity, 8, serial.stop_bits);
    if (context == nullptr) return nullptr;
    return std::unique_ptr<LibmodbusBus>(
        new LibmodbusBus(context, line.host, true, modbus::frame_gap(serial), std::move(post)));
}

std::unique_ptr<LibmodbusBus> LibmodbusBus::on_tcp(const std::string& host, const std::string& port,
                                                   Post post) {
    modbus_t* const context = modbus_new_tcp_pi(host.c_str(), port.c_str());
    if (context == nullptr) return nullptr;
    return std::unique_ptr<LibmodbusBus>(
        new LibmodbusBus(context, host + ":" + port, false, Duration{}, std::move(post)));
}

LibmodbusBus::LibmodbusBus(_modbus* context, std::string name, bool serial, Duration gap, Post post)
    : context_(context),
      name_(std::move(name)),
      serial_(serial),
      gap_(gap),
      post_(std::move(post)),
      worker_([this] { work(); }) {
    modbus_set_response_timeout(context, 0, response_us);
    modbus_set_byte_timeout(context, 0, byte_us);
}

LibmodbusBus::~LibmodbusBus() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    wake_.notify_all();
    worker_.join();
}

void LibmodbusBus::open(Done done) {
    push({nullptr, std::nullopt, std::move(done)});
}

void LibmodbusBus::ask(const void* owner, const modbus::Adu& request, Done done) {
    push({owner, request, std::move(done)});
}

void LibmodbusBus::push(Job job) {
    {
        const std::lock_guard lock(mutex_);
        std::erase_if(jobs_, [&](const Job& waiting) {
            return waiting.request && job.request && waiting.owner == job.owner;
        });
        jobs_.push_back(std::move(job));
    }
    wake_.notify_all();
}

void LibmodbusBus::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        wake_.wait(lock, [this] { return stop_ || !jobs_.empty(); });
        if (stop_) return;
        Job job = std::move(jobs_.front());
        jobs_.pop_front();
        lock.unlock();
        Answer answer = serve(job);
        post_([done = std::move(job.done), answer = std::move(answer)] { done(answer); });
        lock.lock();
        // What ended the reply was silence; the next request must not come before it has been long
        // enough for every unit on the line.
        wake_.wait_for(lock, gap_, [this] { return stop_; });
    }
}

LibmodbusBus::Answer LibmodbusBus::serve(const Job& job) {
    Answer opened = open_line();
    if (!opened || !job.request) return opened;
    return exchange(*job.request);
}

LibmodbusBus::Answer LibmodbusBus::open_line() {
    if (open_) return std::nullopt;
    if (modbus_connect(context_.get()) != 0) {
        return failure(ErrorCode::refused, name_ + ": " + modbus_strerror(errno));
    }
    open_ = true;
    return std::nullopt;
}

LibmodbusBus::Answer LibmodbusBus::trouble(const char* doing) {
    const int error = errno;
    if (is_silence(error)) return std::nullopt;
    modbus_close(context_.get());
    open_ = false;
    return failure(ErrorCode::closed, name_ + ": " + doing + ": " + modbus_strerror(error));
}

LibmodbusBus::Answer LibmodbusBus::exchange(const modbus::Adu& request) {
    modbus_t* const context = context_.get();
    modbus_set_slave(context, request.unit_id);
    modbus_flush(context);  // late answers, and what a line makes of its neighbours
    std::array<std::uint8_t, 1 + modbus::max_pdu_size> raw{request.unit_id};
    std::copy(request.pdu.begin(), request.pdu.end(), raw.begin() + 1);
    const int length = static_cast<int>(1 + request.pdu.size());
    if (modbus_send_raw_request(context, raw.data(), length) < 0) return trouble("sending");
    std::array<std::uint8_t, modbus::max_adu_size> reply{};
    const int count = modbus_receive_confirmation(context, reply.data());
    if (count < 0) return trouble("waiting for a reply");
    const int head = modbus_get_header_length(context);  // with the unit id
    const int tail = serial_ ? 2 : 0;                    // CRC
    if (count <= head + tail) return std::nullopt;       // of another unit
    modbus::Adu adu{request.transaction_id, reply[static_cast<std::size_t>(head) - 1], {}};
    adu.pdu.append(std::span<const std::uint8_t>(reply).subspan(
        static_cast<std::size_t>(head), static_cast<std::size_t>(count - head - tail)));
    return adu;
}

}  // namespace islandbench::links
