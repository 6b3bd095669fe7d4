#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bench/run_files.hpp"
#include "emulators/devices/bms_core.hpp"
#include "emulators/devices/firmware.hpp"
#include "emulators/devices/hybrid_body.hpp"
#include "emulators/devices/inverter_body.hpp"
#include "emulators/devices/load_controller.hpp"
#include "emulators/devices/pylontech_bms.hpp"
#include "emulators/devices/sunspec_meter.hpp"
#include "emulators/plant/audit.hpp"
#include "emulators/plant/street.hpp"
#include "emulators/servers/can_node.hpp"
#include "emulators/servers/modbus_server.hpp"
#include "links/can_bridge.hpp"
#include "links/can_bus.hpp"

namespace islandbench::bench {

/// The emulated street: its physics, the firmware of its devices, and the servers that put them on
/// the wire. Devices that the site reaches elsewhere are not in it; their part of the plant stands
/// still at its own default.
class World {
  public:
    World(Scheduler& clock, links::Network& network, const RunFiles& files, std::uint64_t seed);
    ~World();

    /// Devices begin to listen: at their name in memory, at a loopback port on TCP, a battery also
    /// on a CAN interface. Fails with in_use, naming the device. `places`: by device name that come
    /// before those of the site.
    Result<void> open(bool on_tcp, const std::map<std::string, std::string>& places = {});
    /// One device alone begins to listen there; fails likewise.
    Result<void> open_one(const std::string& device, const std::string& where);
    /// Where a driver finds an emulated device.
    [[nodiscard]] std::optional<std::string> address_of(const std::string& device) const;
    /// What an emulated Modbus device has been asked so far, or nullptr.
    [[nodiscard]] const servers::ModbusTraffic* traffic_of(const std::string& device) const;
    /// The bus of a home's battery, or nullptr.
    [[nodiscard]] links::CanBus* can_bus(const std::string& home);

    /// One millisecond: the plant advances and is audited, then every device looks at its sensors.
    void step();
    /// Tests: what no street can do to itself, after each of its steps.
    using Tamper = void (*)(plant::Street&);
    void set_tamper(Tamper tamper) noexcept { tamper_ = tamper; }
    /// Past the audit's first finding the plant is worth nothing: no verdict may rest on it.
    [[nodiscard]] const plant::Audit& audit() const noexcept { return audit_; }

    [[nodiscard]] plant::Street& street() noexcept { return street_; }
    [[nodiscard]] const plant::Street& street() const noexcept { return street_; }

    /// The communication of a home or of one device carries nothing from now on, or again.
    void set_silent(const std::string& home_or_device, bool silent);
    /// The Modbus links of the street are as bad as these steps say, the last one first, and
    /// otherwise as they always are.
    void set_links(std::span<const LinkStep* const> steps);
    /// Leaves every connection to a home's devices, or to one, half open.
    void leave_half_open(const std::string& home_or_device);
    /// The grid's frequency moves, or follows a record of the run's files.
    void move_grid_frequency(const GridFrequencyStep& step);
    /// A device is wrong from now on.
    void apply(const FaultStep& fault);

    /// A BMS whose report has jumped, as a fault had announced.
    struct Jumped {
        std::string device;
        devices::BmsCore::Jump by;
    };
    /// How long after its last order an emulated inverter fell back to its default, at the latest;
    /// absent: it never did, or is none of ours.
    [[nodiscard]] std::optional<Duration> fell_back_after(const std::string& device) const;
    /// All so far.
    [[nodiscard]] const std::vector<Jumped>& jumps() const noexcept { return jumps_; }

  private:
    struct Device;
    struct Battery;

    void add_interconnect();
    void add_meter(const MeterSpec& meter);
    void add_former();
    void add_home(std::size_t index);
    void add_inverter(const std::string& name, const DeviceSpec& spec,
                      std::unique_ptr<devices::InverterBody> body);
    void add_hybrid(std::size_t index, const HybridSpec& hybrid);
    Device& add(const std::string& name, const DeviceSpec& spec,
                std::unique_ptr<devices::ModbusFirmware> firmware);
    [[nodiscard]] static bool is_emulated(const DeviceSpec& spec);
    [[nodiscard]] bool may_deviate(const std::string& device) const;
    void deviate(const std::string& device, const std::vector<std::string>& ids);
    Battery* battery_of(const std::string& home);
    void apply_to_bms(const FaultStep& fault);
    void apply_to_inverter(const FaultStep& fault);
    void fail_inverter(const std::string& device, bool fails);
    void ignore_bms(const std::string& home, bool ignores);
    void look_for_jumps();

    Scheduler& clock_;
    links::Network& network_;
    const RunFiles& files_;
    std::uint64_t seed_;
    plant::Street street_;
    plant::Audit audit_;
    Tamper tamper_ = nullptr;
    std::vector<std::unique_ptr<Device>> devices_;
    std::vector<std::unique_ptr<Battery>> batteries_;
    std::map<std::string, devices::BmsCore*> bms_cores_;           ///< by device name, for faults
    std::map<std::string, devices::InverterFirmware*> inverters_;  ///< by device name, as below
    std::map<std::string, devices::MeterCore*> meters_;
    std::map<std::string, devices::LoadController*> load_controllers_;
    std::vector<std::string> may_jump_;  ///< devices that a fault has told to
    std::vector<Jumped> jumps_;
};

}  // namespace islandbench::bench
