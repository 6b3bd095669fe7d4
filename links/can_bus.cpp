#include "links/can_bus.hpp"

#include <algorithm>

namespace islandbench::links {

class CanBus::Port final : public CanPort {
  public:
    Port(CanBus& bus, bool outside) : is_outside(outside), bus_(bus), arrived_(bus.clock_) {
        bus_.ports_.push_back(this);
    }
    ~Port() override { std::erase(bus_.ports_, this); }

    Task<Result<ReceivedFrame>> receive(Instant deadline) override {
        while (received_.empty()) {
            const bool arrived = co_await arrived_.wait_until(deadline);
            if (!arrived && received_.empty()) {
                co_return failure(ErrorCode::timed_out, "no frame on the bus in time");
            }
        }
        ReceivedFrame frame = received_.front();
        received_.pop_front();
        co_return frame;
    }

    bool send(const can::CanFrame& frame) override {
        if (to_send.size() == transmit_queue_max) return false;
        to_send.push_back(frame);
        bus_.queued_.notify_all();
        return true;
    }

    [[nodiscard]] std::uint64_t overruns() const override { return overruns_; }

    void hear(const ReceivedFrame& frame) {
        if (received_.size() == receive_queue_max) {
            received_.pop_front();
            ++overruns_;
        }
        received_.push_back(frame);
        arrived_.notify_all();
    }

    std::deque<can::CanFrame> to_send;
    const bool is_outside;

  private:
    static constexpr std::size_t transmit_queue_max = 32;
    static constexpr std::size_t receive_queue_max = 256;

    CanBus& bus_;
    Notifier arrived_;
    std::deque<ReceivedFrame> received_;
    std::uint64_t overruns_ = 0;
};

CanBus::CanBus(Scheduler& clock) : clock_(clock), queued_(clock), carrier_(clock) {
    carrier_.spawn(carry());
}

std::unique_ptr<CanPort> CanBus::attach() {
    return std::make_unique<Port>(*this, false);
}

std::unique_ptr<CanPort> CanBus::attach_outside() {
    return std::make_unique<Port>(*this, true);
}

Duration CanBus::wire_time(const can::CanFrame& frame) noexcept {
    const int bytes = frame.remote ? 0 : frame.length;
    const int bits = (frame.extended ? 67 : 47) + 8 * bytes;
    const int stuffed = ((frame.extended ? 53 : 33) + 8 * bytes) / 4;
    return (bits + stuffed) * 2us;  // 500 kbit/s
}

/// Arbitration: of the frames at the heads of the queues, the lowest id wins.
CanBus::Port* CanBus::next_sender() noexcept {
    Port* best = nullptr;
    for (Port* port : ports_) {
        if (port->to_send.empty()) continue;
        if (best == nullptr || port->to_send.front().id < best->to_send.front().id) best = port;
    }
    return best;
}

Task<> CanBus::carry() {
    for (;;) {
        Port* sender = next_sender();
        if (sender == nullptr) {
            (void)co_await queued_.wait_until(never);
            continue;
        }
        const can::CanFrame frame = sender->to_send.front();
        sender->to_send.pop_front();
        co_await clock_.sleep_for(wire_time(frame));
        if (silent) continue;
        const ReceivedFrame received{frame, clock_.now()};
        for (Port* port : ports_) {
            const bool cut_off = outside_silent && (port->is_outside || sender->is_outside);
            if (port != sender && !cut_off) port->hear(received);
        }
    }
}

}  // namespace islandbench::links
