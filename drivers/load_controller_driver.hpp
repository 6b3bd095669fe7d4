#pragma once

#include "drivers/modbus_device.hpp"

namespace islandbench::drivers {

/// A home's load controller, by its documented map (protocols/maps/loadctl.hpp).
class LoadControllerDriver final : public ModbusDevice, public LoadControlPort {
  public:
    using ModbusDevice::ModbusDevice;
    Task<Result<LoadControlReading>> read(Instant deadline) override;
    Task<Done> set_tier(int tier, bool closed, Instant deadline) override;

    [[nodiscard]] std::vector<std::string> writes() const override {
        return {"coils 0..4 (tier contactors)"};
    }

  private:
    Task<Result<Identity>> identify(bool again, Instant deadline) override;
};

}  // namespace islandbench::drivers
