#pragma once

#include <array>

#include "base/device_profile.hpp"
#include "emulators/devices/firmware.hpp"
#include "emulators/plant/street.hpp"
#include "protocols/sunspec/image.hpp"

namespace islandbench::devices {

/// A meter beside the interconnect device: SunSpec models 1 and 203. W counts positive from the
/// grid into the street, with the voltage of its own side. Powers are means since the last refresh,
/// as of every meter: with a cadence of whole periods the islanding probe does not show in them.
class SunSpecMeter final : public ModbusFirmware {
  public:
    SunSpecMeter(const DeviceProfile& profile, const std::string& serial, MeterSide side,
                 const plant::Street& street);

    void refresh(Instant now) override;
    modbus::Served read_holding_registers(std::uint16_t address,
                                          std::span<std::uint16_t> into) override;

    /// A fault: reports so much too much import from now on, spread over the phases.
    void report_offset(ActivePower p) noexcept { offset_ = p; }

  private:
    /// Powers added up over the milliseconds since the last refresh.
    struct Sums {
        std::array<double, phases> p_phase{};
        double p = 0.0, q = 0.0;
        int steps = 0;
    };

    void add_up();
    void publish();

    const plant::Street& street_;
    MeterSide side_;
    sunspec::Image image_;
    Cadence cadence_;
    Instant last_{};
    Sums sums_;
    ActivePower offset_;  ///< a fault
    Energy imported_, exported_;
};

}  // namespace islandbench::devices
