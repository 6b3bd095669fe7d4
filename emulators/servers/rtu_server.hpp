#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/task.hpp"
#include "links/byte_stream.hpp"
#include "protocols/modbus/rtu.hpp"
#include "protocols/modbus/server.hpp"

namespace islandbench::servers {

/// How a serial line behaves in time.
struct LineTiming {
    SerialSettings serial;
    /// Between the last character of a request and the first of its reply.
    Duration turnaround{4ms};
    /// The stream below does not take the time that characters take (a pty, memory): it is waited
    /// for here, also the request's.
    bool paced = true;
};

/// Puts emulated devices on a serial bus: one line, as many units as the responder serves. A frame
/// ends with 3.5 characters of silence. Nobody answers a broadcast, a wrong CRC, or for another
/// unit.
class RtuServer {
  public:
    /// `responder` must outlive the server, and keep silent for units that it does not know.
    RtuServer(Scheduler& clock, std::unique_ptr<links::ByteStream> line,
              modbus::Responder& responder, const LineTiming& timing);

    struct Traffic {
        std::uint64_t requests = 0;    ///< answered
        std::uint64_t bad_frames = 0;  ///< noise, or a wrong CRC
        std::uint64_t unanswered = 0;  ///< to other units
    };
    [[nodiscard]] const Traffic& traffic() const noexcept { return traffic_; }

  private:
    Task<> serve();
    Task<> answer(std::vector<std::uint8_t> frame);
    Task<> send(modbus::RtuBytes reply);

    Scheduler& clock_;
    std::unique_ptr<links::ByteStream> line_;
    modbus::Responder& responder_;
    LineTiming timing_;
    Traffic traffic_;
    TaskGroup tasks_;  // dies first: its task uses the rest
};

}  // namespace islandbench::servers
