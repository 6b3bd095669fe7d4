#pragma once

#include "base/device_profile.hpp"
#include "emulators/devices/firmware.hpp"
#include "emulators/devices/meter_core.hpp"
#include "protocols/sunspec/image.hpp"

namespace islandbench::devices {

/// A meter beside the interconnect device: SunSpec models 1 and 203. W counts positive from the
/// grid into the street, with the voltage of its own side.
class SunSpecMeter final : public ModbusFirmware {
  public:
    SunSpecMeter(const DeviceProfile& profile, const std::string& serial, MeterSide side,
                 const plant::Street& street);

    void refresh(Instant now) override;
    modbus::Served read_holding_registers(std::uint16_t address,
                                          std::span<std::uint16_t> into) override;

    [[nodiscard]] MeterCore& core() noexcept { return core_; }

  private:
    void publish();

    MeterCore core_;
    sunspec::Image image_;
    Cadence cadence_;
};

}  // namespace islandbench::devices
