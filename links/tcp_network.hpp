#pragma once

#include <memory>

#include "base/pump.hpp"
#include "links/byte_stream.hpp"

namespace islandbench::links {

/// Wall time and TCP. It owns the only io_context of the process, as the pump of the run and as the
/// network of its connections. Completion handlers never resume a coroutine: they put bytes into an
/// inbox or mark an operation done, which queues the waiting coroutine with the scheduler.
class TcpNetwork final : public Network, public Pump {
  public:
    explicit TcpNetwork(Scheduler& scheduler);
    ~TcpNetwork() override;

    Result<std::unique_ptr<Listener>> listen(const std::string& where) override;
    Task<Result<std::unique_ptr<ByteStream>>> connect(std::string where, Instant deadline) override;

    /// The first call ties the scheduler's present time to the wall.
    Instant wait(Instant next_event) override;
    [[nodiscard]] Duration lateness() const noexcept override;

    struct Io;  ///< defined in the .cpp file: no Boost in headers

  private:
    std::shared_ptr<Io> io_;
};

}  // namespace islandbench::links
