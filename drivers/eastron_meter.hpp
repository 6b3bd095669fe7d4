#pragma once

#include <vector>

#include "drivers/modbus_device.hpp"
#include "protocols/maps/eastron.hpp"

namespace islandbench::drivers {

/// An Eastron meter beside the interconnect device: SDM630 (three phases), or SDM230 (one, wired to
/// L1: the other phases are not told). Nothing is ever written.
///
/// These meters do not say who they are. What is asked is a register that every one of them has;
/// the rest of the identity is what the profile expects to find.
class EastronMeter final : public ModbusDevice, public MeterPort {
  public:
    EastronMeter(Scheduler& clock, links::Network& network, const WriteGuard& guard,
                 DeviceSettings settings);

    Task<Result<MeterReading>> read(Instant deadline) override;

  private:
    Task<Result<Identity>> identify(bool again, Instant deadline) override;
    [[nodiscard]] MeterReading decode() const;
    /// NaN where the product does not have it.
    [[nodiscard]] double number(const maps::eastron::Value& value) const;

    maps::eastron::Product product_;
    std::vector<modbus::ReadInputRegisters> plan_;
    std::array<std::uint16_t, maps::eastron::input_size> registers_{};
};

}  // namespace islandbench::drivers
