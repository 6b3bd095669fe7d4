#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"

namespace islandbench::links {

/// A connection that carries bytes both ways, whatever is below it.
class ByteStream {
  public:
    virtual ~ByteStream() = default;

    /// Reads at least one byte. Fails with timed_out at the deadline (the stream stays usable) or
    /// closed once the other side has closed and all it sent was read. One reader at a time.
    virtual Task<Result<std::size_t>> read_some(std::span<std::uint8_t> into, Instant deadline) = 0;

    /// Queues the bytes and does not wait. A peer that does not read until 256 KiB are queued loses
    /// the connection. Nothing happens on a closed stream.
    virtual void write(std::span<const std::uint8_t> bytes) = 0;

    virtual void close() = 0;
    /// Ends at once: what is queued is dropped. On TCP the peer sees a reset, elsewhere a close.
    virtual void reset() { close(); }
    [[nodiscard]] virtual bool is_open() const = 0;

    /// The other side is on this machine, judged by the connected address and not by its name.
    [[nodiscard]] virtual bool peer_is_local() const = 0;
};

inline constexpr std::size_t write_queue_max = 256 * 1024;

/// Bytes that have arrived, and the coroutine that waits for them. Used by every kind of stream.
class Inbox {
  public:
    explicit Inbox(Scheduler& scheduler) : arrived_(scheduler) {}

    void push(std::span<const std::uint8_t> bytes);
    /// No more will come.
    void end();
    [[nodiscard]] bool ended() const noexcept { return ended_; }
    [[nodiscard]] std::size_t size() const noexcept { return bytes_.size() - begin_; }
    Task<Result<std::size_t>> read_some(std::span<std::uint8_t> into, Instant deadline);

  private:
    Notifier arrived_;
    std::vector<std::uint8_t> bytes_;
    std::size_t begin_ = 0;  ///< what was read before is dropped when the inbox runs empty
    bool ended_ = false;
};

/// Where a server waits for connections.
class Listener {
  public:
    virtual ~Listener() = default;
    /// The next connection. Fails with closed when the listener ends.
    virtual Task<Result<std::unique_ptr<ByteStream>>> accept() = 0;
    /// What clients connect to: a name in memory, "127.0.0.1:40321" on TCP.
    [[nodiscard]] virtual std::string address() const = 0;
};

class CanPort;

/// Makes connections. Simulated time uses memory, wall time TCP; the bytes are the same.
class Network {
  public:
    virtual ~Network() = default;
    /// `where`: any name in memory; "host:port" on TCP, port 0 = any free one. Fails with in_use.
    virtual Result<std::unique_ptr<Listener>> listen(const std::string& where) = 0;
    /// Fails with refused when nobody listens there, or timed_out.
    virtual Task<Result<std::unique_ptr<ByteStream>>> connect(std::string where,
                                                              Instant deadline) = 0;
    /// A node on a CAN interface ("vcan0"), which outlives neither the network nor its interface:
    /// while there is none, nothing is heard and what is sent is lost. In memory all nodes of one
    /// name share a bus. `ids`: the only ones that it needs to hear, 11 or 29 bits; none = all.
    virtual std::unique_ptr<CanPort> can_port(const std::string& interface,
                                              std::vector<std::uint32_t> ids) = 0;
};

}  // namespace islandbench::links
