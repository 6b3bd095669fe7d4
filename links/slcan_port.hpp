#pragma once

#include <deque>
#include <memory>
#include <string>

#include "base/task.hpp"
#include "links/byte_stream.hpp"
#include "links/can_bus.hpp"
#include "protocols/can/slcan.hpp"

namespace islandbench::links {

/// A CAN bus behind a LAWICEL adapter on TCP (slcan://host:port): connects, sets 500 kbit/s, opens
/// the channel, and does so again whenever the connection is lost. A bus on which nothing is heard
/// for 5 s is asked for the adapter's version, because a peer that vanished without a word looks
/// just so.
///
/// While there is no open channel nothing is received and what is sent is lost.
class SlcanPort final : public CanPort {
  public:
    /// `where`: "host:port". Begins to connect at once. It must die before `network`.
    SlcanPort(Scheduler& clock, Network& network, std::string where);

    /// At the deadline fails with closed, and why, while there is no channel; else with timed_out.
    Task<Result<ReceivedFrame>> receive(Instant deadline) override;
    bool send(const can::CanFrame& frame) override;
    [[nodiscard]] std::uint64_t overruns() const override { return overruns_; }
    [[nodiscard]] std::uint64_t reconnects() const override { return reconnects_; }

    [[nodiscard]] bool is_open() const noexcept { return trouble_.empty(); }
    /// Why there is no open channel; empty when there is one.
    [[nodiscard]] const std::string& trouble() const noexcept { return trouble_; }

  private:
    Task<> keep_open();
    Task<Result<void>> open_channel();
    /// Until the connection is lost; says why.
    Task<Error> listen();
    Task<Result<std::string>> next_line(Instant deadline);
    /// Sends a command; the answer is empty (done), BEL (refused) or what was asked for.
    Task<Result<std::string>> ask(std::string_view command);
    void write(std::string_view text);
    void hear(std::string_view line);
    Error named(std::string_view what) const;

    Scheduler& clock_;
    Network& network_;
    std::string where_;
    std::unique_ptr<ByteStream> stream_;
    can::slcan::LineStream lines_;
    std::string trouble_;
    std::deque<ReceivedFrame> received_;
    Notifier arrived_;
    bool opened_before_ = false;
    std::uint64_t overruns_ = 0, reconnects_ = 0;
    TaskGroup keeper_;  // dies first: its task uses the rest
};

}  // namespace islandbench::links
