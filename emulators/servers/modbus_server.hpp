#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "base/task.hpp"
#include "emulators/servers/wire_manners.hpp"
#include "links/impaired_stream.hpp"
#include "protocols/modbus/server.hpp"

namespace islandbench::servers {

/// A write that the device has carried out.
struct LastWrite {
    Instant at{};
    bool coils = false;  ///< else holding registers
    std::uint16_t address = 0;
    int count = 0;
};

/// What a server has been asked so far.
struct ModbusTraffic {
    int clients = 0;             ///< connected now
    std::uint64_t requests = 0;  ///< with those that were refused
    std::optional<LastWrite> last_write;
};

/// Serves one emulated device on a network: any number of connections, each request answered in
/// order, the replies delayed and lost as the link condition says.
class ModbusServer {
  public:
    /// Fails when the address is in use. `responder` and `condition` must outlive the server.
    static Result<std::unique_ptr<ModbusServer>> start(Scheduler& clock, links::Network& network,
                                                       const std::string& where,
                                                       modbus::Responder& responder,
                                                       const links::LinkCondition& condition,
                                                       Random random);

    /// From now on the device has these manners on its link; none: those of a healthy one.
    void set_manners(std::unique_ptr<WireManners> manners) noexcept {
        manners_ = std::move(manners);
    }

    /// What clients connect to.
    [[nodiscard]] const std::string& address() const noexcept { return address_; }
    [[nodiscard]] const ModbusTraffic& traffic() const noexcept { return traffic_; }

  private:
    ModbusServer(Scheduler& clock, std::unique_ptr<links::Listener> listener,
                 modbus::Responder& responder, const links::LinkCondition& condition,
                 Random random);

    Task<> accept_all();
    Task<> serve(std::unique_ptr<links::ByteStream> accepted);
    Task<> reply(links::ByteStream& stream, modbus::Adu request, WireManners::Visit& visit);
    void note(const modbus::Adu& adu, bool answered_well);

    Scheduler& clock_;
    std::unique_ptr<links::Listener> listener_;
    modbus::Responder& responder_;
    const links::LinkCondition& condition_;
    Random random_;
    std::string address_;
    ModbusTraffic traffic_;
    std::unique_ptr<WireManners> manners_;
    std::vector<links::ByteStream*> streams_;  // of all connections
    TaskGroup connections_;                    // dies first: its tasks use the rest
};

}  // namespace islandbench::servers
