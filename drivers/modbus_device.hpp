#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/device_profile.hpp"
#include "base/roles.hpp"
#include "base/task.hpp"
#include "drivers/link_statistics.hpp"
#include "drivers/write_guard.hpp"
#include "links/byte_stream.hpp"
#include "protocols/modbus/client.hpp"

namespace islandbench::drivers {

/// Where and how a driver finds its device.
struct DeviceSettings {
    std::string name;  ///< in the site: "home1.inverter"
    LinkAddress link;
    std::string where;  ///< what the network connects to
    DeviceProfile profile;
};

/// The part that all Modbus drivers share: one connection, one request at a time, one total
/// deadline per request, retries, reconnection, statistics, and the write guard. A driver derives
/// from it and says how its device is identified.
///
/// Calls must not overlap: one coroutine at a time uses a device.
class ModbusDevice {
  public:
    ModbusDevice(Scheduler& clock, links::Network& network, const WriteGuard& guard,
                 DeviceSettings settings);
    virtual ~ModbusDevice() = default;
    ModbusDevice(const ModbusDevice&) = delete;
    ModbusDevice& operator=(const ModbusDevice&) = delete;

    /// Connects and identifies, if that is not so already. Every other call does this first.
    Task<Done> connect(Instant deadline);
    /// As read when it was identified first. Who says something else later is not listened to and
    /// not written to: every call fails until the first one answers again.
    [[nodiscard]] const Identity& identity() const noexcept { return identity_; }
    /// What this driver ever writes, for people who are asked to arm it; empty when nothing.
    [[nodiscard]] virtual std::vector<std::string> writes() const { return {}; }
    [[nodiscard]] bool may_write() const noexcept { return permit_.has_value(); }
    [[nodiscard]] const LinkStatistics& statistics() const noexcept { return statistics_; }
    [[nodiscard]] const DeviceSettings& settings() const noexcept { return settings_; }

  protected:
    /// Reads who is there. `again`: the device was identified before, on an earlier connection.
    virtual Task<Result<Identity>> identify(bool again, Instant deadline) = 0;

    Task<Result<modbus::Registers>> read_holding(std::uint16_t address, std::uint16_t count,
                                                 Instant deadline);
    Task<Result<modbus::Registers>> read_input(std::uint16_t address, std::uint16_t count,
                                               Instant deadline);
    Task<Result<modbus::Bits>> read_coils(std::uint16_t address, std::uint16_t count,
                                          Instant deadline);
    /// A write without a permit fails with not_armed and puts nothing on the wire.
    Task<Done> write_holding(std::uint16_t address, modbus::Registers values, Instant deadline);
    Task<Done> write_coil(std::uint16_t address, bool on, Instant deadline);

    [[nodiscard]] Scheduler& clock() const noexcept { return clock_; }

  private:
    enum class Kind { read, write };

    /// Sends a request until it is answered, the retries are used up, or the deadline has come.
    Task<Result<modbus::Response>> exchange(modbus::Request request, Kind kind, Instant deadline);
    Task<Result<modbus::Response>> attempt(const modbus::Request& request, Instant deadline);
    Task<Result<modbus::Registers>> read_registers(modbus::Request request, Instant deadline);
    Task<Done> open(Instant deadline);
    Task<Done> be_ready(Instant deadline);
    Task<Done> write(modbus::Request request, Instant deadline);
    void drop_connection();
    [[nodiscard]] Done accept(Identity identity);
    Error named(Error error) const;

    Scheduler& clock_;
    links::Network& network_;
    const WriteGuard& guard_;
    DeviceSettings settings_;
    std::unique_ptr<links::ByteStream> stream_;
    modbus::AduStream received_;
    modbus::Client client_;
    Identity identity_;
    std::optional<WritePermit> permit_;
    bool identified_ = false;   ///< on this connection
    bool identifying_ = false;  ///< identify() is reading
    bool identified_before_ = false;
    bool connected_before_ = false;
    Instant quiet_until_{Instant::min()};  ///< the gap that the device needs between requests
    LinkStatistics statistics_;
};

}  // namespace islandbench::drivers
