#pragma once

#include <memory>
#include <string>

#include "base/random.hpp"
#include "base/task.hpp"
#include "links/impaired_stream.hpp"
#include "protocols/modbus/server.hpp"

namespace islandbench::servers {

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

    /// What clients connect to.
    [[nodiscard]] const std::string& address() const noexcept { return address_; }

  private:
    ModbusServer(Scheduler& clock, std::unique_ptr<links::Listener> listener,
                 modbus::Responder& responder, const links::LinkCondition& condition,
                 Random random);

    Task<> accept_all();
    Task<> serve(std::unique_ptr<links::ByteStream> accepted);

    Scheduler& clock_;
    std::unique_ptr<links::Listener> listener_;
    modbus::Responder& responder_;
    const links::LinkCondition& condition_;
    Random random_;
    std::string address_;
    TaskGroup connections_;  // dies first: its tasks use the rest
};

}  // namespace islandbench::servers
