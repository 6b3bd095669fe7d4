#pragma once

#include <array>
#include <optional>

#include "drivers/sunspec_device.hpp"

namespace islandbench::drivers {

/// A meter that speaks one of the SunSpec models 201 to 204 (scaled) or 211 to 214 (float32): which
/// one is a menu setting of many meters, so the one that is there is read. Three phases are
/// preferred, and scaled numbers. Its W counts positive from the grid into the street, as it is
/// wired beside the interconnect device.
class SunSpecMeter final : public SunSpecDevice, public MeterPort {
  public:
    using SunSpecDevice::SunSpecDevice;
    Task<Result<MeterReading>> read(Instant deadline) override;

  private:
    /// The same points in whichever model.
    struct Points {
        sunspec::Point p, q, f;
        std::array<sunspec::Point, phases> p_phase, v_phase, i_phase;
    };

    Task<Done> adopt(const sunspec::Walk& chain, Instant deadline) override;
    static Points points_of(std::uint16_t model);

    std::optional<PolledModel> meter_;
    Points points_;
};

}  // namespace islandbench::drivers
