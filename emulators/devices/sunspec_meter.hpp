#pragma once

#include <string_view>

#include "base/device_profile.hpp"
#include "emulators/devices/firmware.hpp"
#include "emulators/devices/meter_core.hpp"
#include "protocols/sunspec/image.hpp"

namespace islandbench::devices {

/// A meter beside the interconnect device: SunSpec model 1 and the one that its profile names, 201
/// to 204 with scale factors or 211 to 214 in float32. W counts positive from the grid into the
/// street, with the voltage of its own side.
///
/// Of the last digit: 1 is wired to phase A and neutral, 2 to A, B and neutral, 3 to all four, 4 to
/// the three phases alone and knows no voltage to neutral and no power of a phase. What is not
/// wired is not implemented, or 0 where the model wants a number.
class SunSpecMeter final : public ModbusFirmware {
  public:
    SunSpecMeter(const DeviceProfile& profile, const std::string& serial, MeterSide side,
                 const plant::Street& street);

    void refresh(Instant now) override;
    modbus::Served read_holding_registers(std::uint16_t address,
                                          std::span<std::uint16_t> into) override;

    [[nodiscard]] MeterCore& core() noexcept { return core_; }

  private:
    void set_scales();
    void publish();
    void publish_phase(const MeterMeasurement& m, std::size_t i);
    void publish_between(const MeterMeasurement& m);
    /// NaN: it is not wired.
    void show(std::string_view point, double value);
    [[nodiscard]] bool has_neutral() const noexcept { return model_ % 10 != 4; }

    std::uint16_t model_;
    std::size_t wired_;  ///< phases
    MeterCore core_;
    sunspec::Image image_;
    Cadence cadence_;
};

}  // namespace islandbench::devices
