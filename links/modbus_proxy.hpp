#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/random.hpp"
#include "links/impaired_stream.hpp"

namespace islandbench::links {

/// Stands between clients and a Modbus TCP device, and makes the link between them bad on purpose.
/// It changes nothing else: what is no Modbus TCP passes as it came. Each client has a connection
/// of its own to the device, since a device may treat them differently; where that cannot be made,
/// the client's is closed.
class ModbusProxy {
  public:
    /// A client has come or gone, or the device cannot be reached: a line for people.
    using News = std::function<void(const std::string&)>;
    struct Traffic {
        int clients = 0;   ///< now
        int requests = 0;  ///< pieces of what clients sent; one each, unless a client drips
        LinkTally replies;
    };

    /// Fails when `where` is in use. `condition`, which may change at any time, outlives the proxy.
    static Result<std::unique_ptr<ModbusProxy>> start(Scheduler& clock, Network& network,
                                                      const std::string& where, std::string device,
                                                      const LinkCondition& condition, Random random,
                                                      News news);

    [[nodiscard]] std::string address() const { return door_->address(); }
    [[nodiscard]] const Traffic& traffic() const noexcept { return traffic_; }

  private:
    ModbusProxy(Scheduler& clock, Network& network, std::unique_ptr<Listener> door,
                std::string device, const LinkCondition& condition, Random random, News news);
    Task<> accept_all();
    Task<> serve(std::unique_ptr<ByteStream> accepted);

    Scheduler& clock_;
    Network& network_;
    std::unique_ptr<Listener> door_;
    std::string device_;
    const LinkCondition& condition_;
    Random random_;
    News news_;
    Traffic traffic_;
    TaskGroup tasks_;  // dies first: its tasks use the rest
};

}  // namespace islandbench::links
