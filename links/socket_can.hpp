#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "base/task.hpp"
#include "links/can_bus.hpp"
#include "links/tcp_network.hpp"

namespace islandbench::links {

/// A node on a CAN interface of this machine (SocketCAN: "can0", "vcan0"), in wall time. It opens
/// the interface, and does so again whenever that went down or away (ENETDOWN, ENODEV); meanwhile
/// nothing is received and what is sent is lost.
///
/// Frames carry the kernel's receive time. What the controller reports comes as error frames.
/// Frames that this node sends are heard by all others, those on this machine included, and not by
/// itself.
class SocketCanPort final : public CanPort {
  public:
    /// Begins to open at once. `ids`: what the kernel lets through, none = all; of a wanted number
    /// also the remote and the 29-bit frames, which a dialect may complain about. It must die
    /// before `network`.
    SocketCanPort(Scheduler& clock, TcpNetwork& network, std::string interface,
                  std::vector<std::uint32_t> ids);

    /// At the deadline fails with closed, and why, while the interface is not open; else with
    /// timed_out.
    Task<Result<ReceivedFrame>> receive(Instant deadline) override;
    /// False also while the interface is not open.
    bool send(const can::CanFrame& frame) override;
    /// Also what the kernel dropped because its own buffer was full (SO_RXQ_OVFL).
    [[nodiscard]] std::uint64_t overruns() const override {
        return overruns_ + drops_before_ + drops_;
    }
    [[nodiscard]] std::uint64_t reconnects() const override { return reconnects_; }

    /// Why the interface is not open; empty when it is.
    [[nodiscard]] const std::string& trouble() const noexcept { return trouble_; }

    /// This kernel has AF_CAN. Without it a port never opens.
    [[nodiscard]] static bool is_supported();

  private:
    Task<> keep_open();
    Task<> send_waiting();
    Result<void> open();
    /// Everything that has arrived; no more than a burst at once.
    void take_arrived();
    /// False when there is nothing.
    bool take_one();
    void hear(const ReceivedFrame& frame);
    void lose(int error);
    /// False when the interface's own queue is full.
    bool write(const can::CanFrame& frame);

    Scheduler& clock_;
    TcpNetwork& network_;
    std::string interface_;
    std::vector<std::uint32_t> ids_;
    int descriptor_ = -1;  ///< the watch closes it
    std::unique_ptr<Watch> watch_;
    std::string trouble_;
    bool opened_before_ = false;
    std::deque<ReceivedFrame> received_;
    std::deque<can::CanFrame> to_send_;
    Notifier arrived_, lost_, queued_;
    std::uint64_t overruns_ = 0, reconnects_ = 0;
    std::uint32_t drops_ = 0;         ///< as the kernel counts, since the socket was opened
    std::uint64_t drops_before_ = 0;  ///< of earlier sockets
    TaskGroup tasks_;                 // dies first: its tasks use the rest
};

}  // namespace islandbench::links
