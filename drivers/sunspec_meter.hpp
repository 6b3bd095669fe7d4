#pragma once

#include <optional>

#include "drivers/sunspec_device.hpp"

namespace islandbench::drivers {

/// A three-phase meter that speaks SunSpec model 203. Its W counts positive from the grid into the
/// street, as it is wired beside the interconnect device.
class SunSpecMeter final : public SunSpecDevice, public MeterPort {
  public:
    using SunSpecDevice::SunSpecDevice;
    Task<Result<MeterReading>> read(Instant deadline) override;

  private:
    Task<Done> adopt(const sunspec::Walk& chain, Instant deadline) override;
    std::optional<PolledModel> meter_;
};

}  // namespace islandbench::drivers
