#pragma once

#include "drivers/modbus_device.hpp"

namespace islandbench::drivers {

/// The interconnect device, by its documented map (protocols/maps/interconnect.hpp).
class InterconnectDriver final : public ModbusDevice, public InterconnectPort {
  public:
    using ModbusDevice::ModbusDevice;
    Task<Result<InterconnectReading>> read(Instant deadline) override;
    Task<Done> command(InterconnectCommand command, Instant deadline) override;

    [[nodiscard]] std::vector<std::string> writes() const override {
        return {"permit_island", "permit_reclose", "island_request", "sync_request"};
    }

  private:
    Task<Result<Identity>> identify(bool again, Instant deadline) override;
};

}  // namespace islandbench::drivers
