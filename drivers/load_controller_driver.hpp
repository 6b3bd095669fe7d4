#pragma once

#include "drivers/documented_map_device.hpp"

namespace islandbench::drivers {

/// A home's load controller, by its documented map (protocols/maps/loadctl.hpp).
class LoadControllerDriver final : public DocumentedMapDevice, public LoadControlPort {
  public:
    LoadControllerDriver(Scheduler& clock, links::Network& network, const WriteGuard& guard,
                         DeviceSettings settings);
    Task<Result<LoadControlReading>> read(Instant deadline) override;
    Task<Done> set_tier(int tier, bool closed, Instant deadline) override;

    [[nodiscard]] std::vector<std::string> writes() const override {
        return {"coils 0..4 (tier contactors)"};
    }
};

}  // namespace islandbench::drivers
