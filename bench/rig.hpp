#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/signals.hpp"
#include "bench/run_files.hpp"
#include "bench/world.hpp"
#include "dispatch/loop/ports.hpp"
#include "drivers/modbus_device.hpp"
#include "drivers/pylontech_bms.hpp"
#include "links/can_log.hpp"
#include "reports/store/run_record.hpp"

namespace islandbench::bench {

/// A device that nobody has armed, and what the run would write to it.
struct UnarmedDevice {
    std::string device;
    std::string link;
    std::string identity;
    std::vector<std::string> writes;
};

/// The bench's side of the wires: one driver per device of the site, whether emulated or real.
class Rig {
  public:
    /// Adds link.<device>.latency to `signals`.
    Rig(Scheduler& clock, links::Network& network, World& world, const RunFiles& files,
        const drivers::WriteGuard& guard, Signals& signals);
    ~Rig();

    /// Begins to connect to and identify every device, again and again until `deadline`.
    void connect(Instant deadline);
    /// All have answered and said who they are.
    [[nodiscard]] bool connected() const;
    /// Those that have not, and why: "home2.inverter (tcp://...): no answer".
    [[nodiscard]] std::vector<std::string> not_connected() const;

    /// Devices that the run would write to without leave. Ask once connected.
    [[nodiscard]] std::vector<UnarmedDevice> unarmed() const;
    /// A real device takes part.
    [[nodiscard]] bool has_hardware() const;
    /// Every device lives in this process, in the plant of this run.
    [[nodiscard]] bool all_emulated_here() const;

    /// A battery speaks on CAN.
    [[nodiscard]] bool has_can() const;
    /// The log hears every CAN bus that the bench hears, as "home1".
    void log_can(links::CanLog& log);

    /// What the dispatch loop is given. The rig outlives the loop.
    [[nodiscard]] dispatch::Ports ports();
    /// Sets the latency signals.
    void tap() noexcept;
    [[nodiscard]] std::vector<reports::LinkStatistics> link_statistics() const;

  private:
    struct Link;

    void add_modbus(const DeviceRef& ref);
    void add_can(const DeviceRef& ref);
    /// `ids`: what is wanted of an interface's traffic, none = all.
    std::unique_ptr<links::CanPort> open_can(const Link& link, std::vector<std::uint32_t> ids);
    Task<> connect_one(Link& link, Instant deadline);

    Scheduler& clock_;
    links::Network& network_;
    World& world_;
    const RunFiles& files_;
    const drivers::WriteGuard& guard_;
    Signals& signals_;
    std::vector<std::unique_ptr<Link>> links_;
    TaskGroup connecting_;  // dies first: its tasks use the links
};

}  // namespace islandbench::bench
