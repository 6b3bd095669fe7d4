#pragma once

#include <array>

#include "base/device_profile.hpp"
#include "emulators/devices/firmware.hpp"
#include "emulators/plant/interconnect.hpp"
#include "protocols/maps/interconnect.hpp"

namespace islandbench::devices {

/// The Modbus face of the interconnect device (protocols/maps/interconnect.hpp). What it does
/// stands in the plant, because it does it by wire.
class InterconnectFace final : public ModbusFirmware {
  public:
    InterconnectFace(const DeviceProfile& profile, const std::string& serial,
                     plant::Interconnect& device);

    void refresh(Instant now) override;
    modbus::Served read_holding_registers(std::uint16_t address,
                                          std::span<std::uint16_t> into) override;
    modbus::Served write_registers(std::uint16_t address,
                                   std::span<const std::uint16_t> values) override;

  private:
    void publish();

    plant::Interconnect& device_;
    std::array<std::uint16_t, maps::interconnect::map_size> map_{};
    Cadence cadence_;
};

}  // namespace islandbench::devices
