#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"
#include "protocols/can/frame.hpp"

namespace islandbench::links {

/// A frame as a node hears it.
struct ReceivedFrame {
    can::CanFrame frame;
    Instant at{};  ///< end of the frame on the bus; ahead of a run that lags behind the wall
};

/// One node's connection to a CAN bus.
class CanPort {
  public:
    virtual ~CanPort() = default;
    /// The next frame of another node. Fails with timed_out at the deadline, closed when the bus
    /// ends.
    virtual Task<Result<ReceivedFrame>> receive(Instant deadline) = 0;
    /// Queues a frame; false when the transmit queue (32 frames) is full, which loses it.
    virtual bool send(const can::CanFrame& frame) = 0;
    /// Frames lost because this node did not read them in time (256 are kept).
    [[nodiscard]] virtual std::uint64_t overruns() const = 0;
    /// Times that the way to the bus was lost and found again; a bus in this process has none.
    [[nodiscard]] virtual std::uint64_t reconnects() const { return 0; }
};

/// A CAN bus inside this process: 500 kbit/s, one frame at a time, the lowest id first, every frame
/// heard by all other nodes. Frame times are those of the worst bit stuffing.
class CanBus {
  public:
    explicit CanBus(Scheduler& clock);

    /// The port must die before the bus.
    std::unique_ptr<CanPort> attach();
    /// A port for somebody outside the home, through a gateway that can fall silent.
    std::unique_ptr<CanPort> attach_outside();
    /// Time of a classic frame on the wire: 47 bits and 8 per byte (67 with a 29-bit id), and at
    /// most one stuff bit in four.
    [[nodiscard]] static Duration wire_time(const can::CanFrame& frame) noexcept;

    /// A bus that carries nothing, until it is false again; frames sent meanwhile are lost.
    bool silent = false;
    /// The gateway passes nothing to the ports outside; the bus itself goes on.
    bool outside_silent = false;

  private:
    class Port;

    Task<> carry();
    Port* next_sender() noexcept;

    Scheduler& clock_;
    Notifier queued_;
    std::vector<Port*> ports_;
    TaskGroup carrier_;
};

}  // namespace islandbench::links
