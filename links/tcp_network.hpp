#pragma once

#include <functional>
#include <memory>

#include "base/pump.hpp"
#include "links/byte_stream.hpp"

namespace islandbench::links {

/// A file descriptor that is listened to until this dies, which closes it.
class Watch {
  public:
    virtual ~Watch() = default;
};

/// How a TCP network moves time.
enum class Pace {
    wall,
    /// Both ends of every connection are in this process: time stands while bytes are on their way,
    /// and leaps to the next event as soon as none are. Simulated time, over real sockets.
    leaping,
};

/// Wall time and TCP. It owns the only io_context of the process, as the pump of the run and as the
/// network of its connections. Completion handlers never resume a coroutine: they put bytes into an
/// inbox or mark an operation done, which queues the waiting coroutine with the scheduler.
class TcpNetwork final : public Network, public Pump {
  public:
    explicit TcpNetwork(Scheduler& scheduler, Pace pace = Pace::wall);
    ~TcpNetwork() override;

    Result<std::unique_ptr<Listener>> listen(const std::string& where) override;
    Task<Result<std::unique_ptr<ByteStream>>> connect(std::string where, Instant deadline) override;

    std::unique_ptr<CanPort> can_port(const std::string& interface,
                                      std::vector<std::uint32_t> ids) override;

    /// Takes a non-blocking descriptor and calls `ready`, inside wait(), whenever it can be read or
    /// has an error to tell. It fills an inbox and notifies, no more: like all that wait() calls it
    /// must not resume a coroutine. Fails when the descriptor cannot be polled, and closes it.
    Result<std::unique_ptr<Watch>> watch(int descriptor, std::function<void()> ready);
    /// The run's time at a moment of the system's clock, such as the kernel stamps packets with;
    /// `since_1970`. Never later than now.
    [[nodiscard]] Instant run_time_of(std::chrono::nanoseconds since_1970) const;

    /// The first call ties the scheduler's present time to the wall.
    Instant wait(Instant next_event) override;
    [[nodiscard]] Duration lateness() const noexcept override;

    struct Io;  ///< defined in the .cpp file: no Boost in headers

  private:
    std::shared_ptr<Io> io_;
};

}  // namespace islandbench::links
