#pragma once

#include "base/device_profile.hpp"
#include "emulators/devices/bms_core.hpp"
#include "emulators/devices/firmware.hpp"
#include "protocols/sunspec/image.hpp"

namespace islandbench::devices {

/// The municipal battery: SunSpec models 1 and 802. A and W count positive while discharging.
class SunSpecBattery final : public ModbusFirmware {
  public:
    SunSpecBattery(const DeviceProfile& profile, const std::string& serial, BmsCore core);

    void refresh(Instant now) override;
    modbus::Served read_holding_registers(std::uint16_t address,
                                          std::span<std::uint16_t> into) override;

    [[nodiscard]] BmsCore& core() noexcept { return core_; }

  private:
    void publish();

    BmsCore core_;
    sunspec::Image image_;
    Cadence cadence_;
    std::uint16_t heartbeat_ = 0;
};

}  // namespace islandbench::devices
