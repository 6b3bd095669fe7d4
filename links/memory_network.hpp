#pragma once

#include <map>
#include <memory>
#include <string>

#include "links/byte_stream.hpp"
#include "links/can_bus.hpp"

namespace islandbench::links {

/// Connections inside this process: what one side writes, the other can read at the same instant.
class MemoryNetwork final : public Network {
  public:
    explicit MemoryNetwork(Scheduler& scheduler) : scheduler_(scheduler) {}

    Result<std::unique_ptr<Listener>> listen(const std::string& where) override;
    Task<Result<std::unique_ptr<ByteStream>>> connect(std::string where, Instant deadline) override;

    /// Hears all ids, whatever is asked for.
    std::unique_ptr<CanPort> can_port(const std::string& interface,
                                      std::vector<std::uint32_t> ids) override;

    /// Two ends of one connection.
    static std::pair<std::unique_ptr<ByteStream>, std::unique_ptr<ByteStream>> make_pair(
        Scheduler& scheduler);

  private:
    class Door;
    class DoorListener;

    Scheduler& scheduler_;
    std::map<std::string, std::weak_ptr<Door>> doors_;
    std::map<std::string, CanBus> buses_;
};

}  // namespace islandbench::links
