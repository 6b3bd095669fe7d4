#pragma once

#include <array>

#include "base/device_profile.hpp"
#include "emulators/devices/firmware.hpp"
#include "emulators/devices/meter_core.hpp"
#include "protocols/maps/eastron.hpp"

namespace islandbench::devices {

/// An Eastron meter beside the interconnect device: SDM630, or SDM230 on phase L1 alone, as its
/// profile's model says. It measures with true signs and no distortion; demands are its means;
/// registers of the map that the product has not read as 0, as the meters do it. Settings are those
/// of delivery, and refuse to be written: they are behind a password.
class EastronMeter final : public ModbusFirmware {
  public:
    EastronMeter(const DeviceProfile& profile, MeterSide side, const plant::Street& street);

    void refresh(Instant now) override;
    modbus::Served read_input_registers(std::uint16_t address,
                                        std::span<std::uint16_t> into) override;
    modbus::Served read_holding_registers(std::uint16_t address,
                                          std::span<std::uint16_t> into) override;
    [[nodiscard]] MeterCore& core() noexcept { return core_; }

  private:
    void publish();
    void publish_phase(std::size_t i, const MeterMeasurement& m);
    void publish_totals(const MeterMeasurement& m);
    void put(const maps::eastron::Value& value, double number);

    maps::eastron::Product product_;
    MeterCore core_;
    int read_max_;
    Cadence cadence_;
    std::array<std::uint16_t, maps::eastron::input_size> inputs_{};
    std::array<std::uint16_t, maps::eastron::holding_size> settings_{};
    double p_demand_max_ = 0.0;
};

}  // namespace islandbench::devices
