#pragma once

#include <memory>
#include <optional>

#include "base/device_profile.hpp"
#include "emulators/devices/firmware.hpp"
#include "emulators/devices/inverter_body.hpp"
#include "emulators/devices/sunspec_100_controls.hpp"
#include "protocols/sunspec/image.hpp"

namespace islandbench::devices {

/// The SunSpec face that inverters had before IEEE 1547-2018: models 1, 101 or 103 (111 or 113 with
/// floating point), 120 to 124, and 160 where there is a PV field.
///
/// What it can be told is in SunSpec100Controls.
class SunSpec100Inverter final : public InverterFirmware {
  public:
    SunSpec100Inverter(const DeviceProfile& profile, const std::string& serial, Frequency nominal_f,
                       std::unique_ptr<InverterBody> body);

    void refresh(Instant now) override;
    modbus::Served read_holding_registers(std::uint16_t address,
                                          std::span<std::uint16_t> into) override;
    modbus::Served write_registers(std::uint16_t address,
                                   std::span<const std::uint16_t> values) override;
    void report_power_times(double factor) noexcept override { power_times_ = factor; }
    void ignore_orders(bool ignores) noexcept override { ignores_orders_ = ignores; }
    void feign_orders(bool feigns) noexcept override { feigns_orders_ = feigns; }
    [[nodiscard]] std::optional<Duration> fell_back_after() const noexcept override {
        return fell_back_;
    }

  private:
    void build();
    void build_ratings();
    void publish();
    void publish_ac(const InverterMeasurement& m);
    void publish_storage(const InverterMeasurement& m);
    [[nodiscard]] sunspec::Point ac(std::string_view name) const;
    [[nodiscard]] double state_of(const InverterMeasurement& m) const;

    DeviceProfile profile_;
    std::unique_ptr<InverterBody> body_;
    sunspec::Image image_;
    std::uint16_t ac_model_;
    Frequency nominal_f_;
    Cadence cadence_;
    std::optional<SunSpec100Controls> controls_;
    Instant now_{};
    double power_times_ = 1.0;  ///< a fault
    bool ignores_orders_ = false, feigns_orders_ = false;
    Energy injected_{};
    std::optional<Duration> fell_back_;
};

}  // namespace islandbench::devices
