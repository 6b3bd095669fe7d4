#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bench/run_files.hpp"
#include "bench/street_table.hpp"
#include "bench/world.hpp"
#include "links/slcan_server.hpp"

namespace islandbench::bench {

/// An emulated street that others drive: its world, and what puts every device of it on a network.
class ServedStreet {
  public:
    /// All devices of `files.site` must be emulated (emulate_all()).
    ServedStreet(Scheduler& clock, links::Network& network, const RunFiles& files,
                 std::uint64_t seed);

    /// Devices begin to listen on 127.0.0.1: at consecutive ports from `port` in the order of
    /// devices_of(site), or where the site says, or at free ones. Fails with in_use, naming the
    /// device.
    Result<void> open(std::optional<int> port);

    [[nodiscard]] World& world() noexcept { return world_; }
    /// In the order of devices_of(site), with their newest figures.
    [[nodiscard]] const std::vector<ServedDevice>& devices() const noexcept { return devices_; }
    /// What a site file says to reach a device here: "tcp://127.0.0.1:15001?unit=1".
    [[nodiscard]] std::map<std::string, std::string> links() const;
    /// Clients of all devices.
    [[nodiscard]] int clients() const;

    /// Brings the figures up to date; rates are those since the last call.
    void count(Instant now);

  private:
    struct CanDoor {
        std::string device;
        std::unique_ptr<links::SlcanServer> server;
    };

    Result<void> open_can(const std::string& device, const std::string& where);
    void add_device(const DeviceRef& device);
    [[nodiscard]] const links::SlcanServer* can_door(const std::string& device) const;

    Scheduler& clock_;
    links::Network& network_;
    const RunFiles& files_;
    World world_;
    std::vector<CanDoor> can_doors_;  // they die before the buses of the world
    std::vector<ServedDevice> devices_;
    Instant counted_;
};

}  // namespace islandbench::bench
