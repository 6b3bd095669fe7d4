#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/deviation.hpp"
#include "base/device_profile.hpp"
#include "bench/deviations.hpp"
#include "bench/run_files.hpp"
#include "emulators/devices/deviant.hpp"
#include "emulators/devices/hybrid_body.hpp"
#include "emulators/devices/pylontech_bms.hpp"
#include "emulators/plant/hybrid.hpp"
#include "emulators/servers/modbus_server.hpp"

namespace islandbench::bench {

/// What a device is when there is no street around it.
struct SoloSpec {
    std::string name = "device";
    std::optional<DeviceProfile> profile;  ///< in place of the home's
    std::vector<Deviation> deviations;
    bool feigns_orders = false;  ///< its registers take what is written, and that is all
    /// It has another face behind its models (devices::DualInverter), of before IEEE 1547-2018.
    std::optional<DeviceProfile> older_face;
    bool feigns_older_orders = false;
    Duration on_before{5s};  ///< it has been on for so long when it is made
    std::uint8_t unit = 1;
    links::LinkCondition link = links::LinkCondition::perfect();
};

/// A device that is served alone.
class Solo {
  public:
    virtual ~Solo() = default;
    /// Begins to listen; fails with in_use.
    virtual Result<void> open(const std::string& where) = 0;
    [[nodiscard]] virtual std::string address() const = 0;
    /// As a site file says it: "tcp://127.0.0.1:15001?unit=1".
    [[nodiscard]] virtual std::string link() const = 0;
    /// What it was asked over Modbus, or nullptr.
    [[nodiscard]] virtual const servers::ModbusTraffic* traffic() const = 0;
    /// Physics and firmware go on, a millisecond at a time, up to now.
    virtual void advance(Instant now) = 0;
};

/// A hybrid inverter with its battery on a stiff grid of its own, which wanders a little as grids
/// do. It is the inverter of the first home of a site that has one, with that home's settings.
class SoloDevice final : public Solo {
  public:
    SoloDevice(Scheduler& clock, links::Network& network, const RunFiles& files,
               const SoloSpec& spec);
    ~SoloDevice() override;

    Result<void> open(const std::string& where) override;
    [[nodiscard]] std::string address() const override { return server_->address(); }
    [[nodiscard]] std::string link() const override {
        return "tcp://" + address() + "?unit=" + std::to_string(unit());
    }
    [[nodiscard]] const servers::ModbusTraffic* traffic() const override {
        return &server_->traffic();
    }
    /// The unit id that a person would be told.
    [[nodiscard]] std::uint8_t unit() const noexcept { return spec_.unit; }

    void advance(Instant now) override;

  private:
    class ForeignMap;

    void serve();
    std::unique_ptr<devices::InverterFirmware> make_face(const RunFiles& files,
                                                         const DeviceProfile& profile);

    Scheduler& clock_;
    links::Network& network_;
    SoloSpec spec_;
    HybridSpec hybrid_spec_;
    DeviceProfile profile_;
    plant::Hybrid hybrid_;
    devices::PylontechBms bms_;
    std::vector<devices::HybridBody*> bodies_;  ///< one per face; they share the power stage
    std::unique_ptr<devices::Deviant> firmware_;
    std::unique_ptr<ForeignMap> foreign_;
    modbus::Responder responder_;
    std::unique_ptr<servers::ModbusServer> server_;
    Instant now_;
    Instant began_;
    double angle_ = 0.0;
};

/// Reads a device by its name: a personality (fixtures/devices), which is an inverter, or a
/// profile, of which it is then a healthy device. Every problem becomes a diagnostic.
std::optional<SoloSpec> load_solo(const Fixtures& fixtures, const std::string& name,
                                  Diagnostics& diagnostics);
/// A street whose first hybrid the solo devices are.
std::optional<RunFiles> load_solo_street(const Fixtures& fixtures, Diagnostics& diagnostics);

}  // namespace islandbench::bench
