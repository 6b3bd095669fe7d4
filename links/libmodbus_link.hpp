#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "links/byte_stream.hpp"

namespace islandbench::links {

class LibmodbusBus;

/// Links that libmodbus speaks for us: a serial bus ("rtu:/dev/ttyUSB0?baud=9600&parity=N&stop=1"),
/// shared by all units on it, and as a second opinion about a device on TCP
/// ("libmodbus:host:port"). libmodbus blocks, so each of them has one context and one worker
/// thread.
///
/// A stream of such a link carries Modbus TCP frames, as that of any other, so that drivers need
/// not know: a request goes in, and when the device has answered, its reply comes out. Where it has
/// not (silence, wrong CRC) nothing does, and a driver's time-out tells. A stream has one request
/// outstanding: another one takes the place of one that was not sent yet.
class LibmodbusLinks {
  public:
    /// Calls what it is given later, on the thread of the scheduler.
    using Post = std::function<void(std::function<void()>)>;

    LibmodbusLinks(Scheduler& clock, Post post);
    ~LibmodbusLinks();

    [[nodiscard]] static bool serves(const std::string& where);
    /// Fails with bad_input for an address that is none, refused when the device cannot be opened.
    Task<Result<std::unique_ptr<ByteStream>>> connect(std::string where, Instant deadline);

  private:
    std::shared_ptr<LibmodbusBus> bus_at(const std::string& where);

    Scheduler& clock_;
    Post post_;
    std::map<std::string, std::weak_ptr<LibmodbusBus>> buses_;  // by serial device
};

}  // namespace islandbench::links
