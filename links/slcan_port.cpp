#include "links/slcan_port.hpp"

#include <array>

namespace islandbench::links {

namespace slcan = can::slcan;

namespace {

constexpr Duration answer_limit = 2s;
constexpr Duration between_attempts = 500ms;
constexpr Duration quiet_max = 5s;
constexpr std::size_t receive_queue_max = 256;

}  // namespace

SlcanPort::SlcanPort(Scheduler& clock, Network& network, std::string where)
    : clock_(clock),
      network_(network),
      where_(std::move(where)),
      trouble_("slcan://" + where_ + ": not connected yet"),
      arrived_(clock),
      keeper_(clock) {
    keeper_.spawn(keep_open());
}

Error SlcanPort::named(std::string_view what) const {
    // The network's errors may begin with the place themselves.
    if (what.starts_with(where_ + ": ")) what.remove_prefix(where_.size() + 2);
    return {ErrorCode::closed, "slcan://" + where_ + ": " + std::string(what)};
}

Task<> SlcanPort::keep_open() {
    for (;;) {
        const Instant limit = clock_.now() + answer_limit;
        auto stream = co_await network_.connect(where_, limit);
        if (stream) {
            stream_ = std::move(*stream);
            lines_ = {};
            const Result<void> opened = co_await open_channel();
            if (opened) {
                trouble_.clear();
                if (opened_before_) ++reconnects_;
                opened_before_ = true;
                const Error lost = co_await listen();
                trouble_ = lost.what;
            } else {
                trouble_ = opened.error().what;
            }
            stream_.reset();
        } else {
            trouble_ = named(stream.error().what).what;
        }
        co_await clock_.sleep_for(between_attempts);
    }
}

Task<Result<void>> SlcanPort::open_channel() {
    // A channel that is closed already refuses to be closed: any answer will do.
    const auto closed = co_await ask("C");
    if (!closed) co_return tl::unexpected(closed.error());
    const auto speed = co_await ask("S6");
    if (!speed) co_return tl::unexpected(speed.error());
    if (*speed == slcan::refused) {
        co_return tl::unexpected(named("the adapter refuses 500 kbit/s"));
    }
    const auto opened = co_await ask("O");
    if (!opened) co_return tl::unexpected(opened.error());
    if (*opened == slcan::refused) {
        co_return tl::unexpected(named("the adapter refuses to open its channel"));
    }
    co_return Result<void>{};
}

Task<Error> SlcanPort::listen() {
    bool asked = false;
    for (;;) {
        const Instant limit = clock_.now() + (asked ? answer_limit : quiet_max);
        const auto line = co_await next_line(limit);
        if (line) {
            asked = false;
            hear(*line);
            continue;
        }
        if (line.error().code != ErrorCode::timed_out) {
            co_return named("the connection was closed");
        }
        if (asked) co_return named("the adapter does not answer any more");
        asked = true;
        write("V\r");
    }
}

Task<Result<std::string>> SlcanPort::next_line(Instant deadline) {
    std::array<std::uint8_t, 1024> buffer{};
    for (;;) {
        auto line = lines_.pull();
        if (line) co_return std::move(*line);
        const auto count = co_await stream_->read_some(buffer, deadline);
        if (!count) co_return tl::unexpected(count.error());
        lines_.push(std::span<const std::uint8_t>(buffer).first(*count));
    }
}

Task<Result<std::string>> SlcanPort::ask(std::string_view command) {
    write(std::string(command) + "\r");
    const Instant limit = clock_.now() + answer_limit;
    for (;;) {
        auto line = co_await next_line(limit);
        if (!line) {
            const bool late = line.error().code == ErrorCode::timed_out;
            co_return tl::unexpected(
                named(late ? "no slcan adapter answers here" : "the connection was closed"));
        }
        // What was on its way when the channel was closed.
        if (!slcan::is_frame(*line)) co_return line;
    }
}

void SlcanPort::write(std::string_view text) {
    stream_->write({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

void SlcanPort::hear(std::string_view line) {
    if (!slcan::is_frame(line)) return;
    const auto frame = slcan::decode(line);
    if (!frame) return;
    if (received_.size() == receive_queue_max) {
        received_.pop_front();
        ++overruns_;
    }
    received_.push_back({*frame, clock_.now()});
    arrived_.notify_all();
}

Task<Result<ReceivedFrame>> SlcanPort::receive(Instant deadline) {
    while (received_.empty()) {
        const bool arrived = co_await arrived_.wait_until(deadline);
        if (!arrived && received_.empty()) {
            if (!trouble_.empty()) co_return failure(ErrorCode::closed, trouble_);
            co_return failure(ErrorCode::timed_out, "no frame on the bus in time");
        }
    }
    ReceivedFrame frame = received_.front();
    received_.pop_front();
    co_return frame;
}

bool SlcanPort::send(const can::CanFrame& frame) {
    if (!is_open()) return false;
    write(slcan::encode(frame));
    return true;
}

}  // namespace islandbench::links
