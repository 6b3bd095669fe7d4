#pragma once

#include <string>

#include "drivers/modbus_device.hpp"

namespace islandbench::drivers {

/// The part that devices of our own documented maps share: who they are stands in the identity
/// block (protocols/maps/identity.hpp).
class DocumentedMapDevice : public ModbusDevice {
  protected:
    /// `device`: which of the maps, such as "loadctl".
    DocumentedMapDevice(std::string_view device, Scheduler& clock, links::Network& network,
                        const WriteGuard& guard, DeviceSettings settings);

    /// A reply's fields that do not fit the map, with the device's name before it.
    [[nodiscard]] Error named_here(const Error& error) const;

  private:
    Task<Result<Identity>> identify(bool again, Instant deadline) final;

    std::string device_;
};

}  // namespace islandbench::drivers
