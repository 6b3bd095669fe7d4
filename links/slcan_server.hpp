#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/task.hpp"
#include "links/byte_stream.hpp"
#include "links/can_bus.hpp"

namespace islandbench::links {

/// What a server has carried so far.
struct SlcanTraffic {
    int clients = 0;          ///< connected now
    std::uint64_t heard = 0;  ///< frames of the bus that went to clients, each client counted
    std::uint64_t sent = 0;   ///< frames of clients that went on the bus
    std::optional<std::string> last_sent;  ///< identifier of the newest of them, "305"
    Instant sent_at{};
};

/// Serves a CAN bus to strangers as a LAWICEL adapter does, any number of them at once: each
/// connection is an adapter of its own on the bus, outside its home (CanBus::attach_outside).
///
/// A client opens its channel before it hears anything: C (close), S6 (the bus is 500 kbit/s, and
/// every other rate is refused), O (open) or L (listen only), then t T r R send a frame. V and N
/// tell version and serial number, F the status flags, Z1 asks for time stamps of 16 bits in
/// milliseconds that wrap at one minute. All else is refused with BEL.
class SlcanServer {
  public:
    /// Fails when the address is in use. The server must die before `bus` and `network`.
    static Result<std::unique_ptr<SlcanServer>> start(Scheduler& clock, Network& network,
                                                      const std::string& where, CanBus& bus);

    /// What clients connect to: "127.0.0.1:15070".
    [[nodiscard]] const std::string& address() const noexcept { return address_; }
    [[nodiscard]] const SlcanTraffic& traffic() const noexcept { return traffic_; }

  private:
    struct Client;

    SlcanServer(Scheduler& clock, std::unique_ptr<Listener> listener, CanBus& bus);

    Task<> accept_all();
    Task<> serve(std::unique_ptr<ByteStream> accepted);
    Task<> forward(Client& client);
    /// Carries out a line and returns what the client hears of it.
    std::string answer(Client& client, std::string_view line);
    std::string transmit(Client& client, std::string_view line);

    Scheduler& clock_;
    std::unique_ptr<Listener> listener_;
    CanBus& bus_;
    std::string address_;
    SlcanTraffic traffic_;
    TaskGroup connections_;  // dies first: its tasks use the rest
};

}  // namespace islandbench::links
