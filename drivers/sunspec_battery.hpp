#pragma once

#include <optional>

#include "drivers/sunspec_device.hpp"

namespace islandbench::drivers {

/// A battery that speaks SunSpec model 802. Its A and W count positive while discharging.
class SunSpecBattery final : public SunSpecDevice, public BmsPort {
  public:
    using SunSpecDevice::SunSpecDevice;
    Task<Result<BmsReading>> read(Instant deadline) override;

  private:
    Task<Done> adopt(const sunspec::Walk& chain, Instant deadline) override;
    std::optional<PolledModel> battery_;
};

}  // namespace islandbench::drivers
