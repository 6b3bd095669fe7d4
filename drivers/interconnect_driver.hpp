#pragma once

#include "drivers/documented_map_device.hpp"

namespace islandbench::drivers {

/// The interconnect device, by its documented map (protocols/maps/interconnect.hpp).
class InterconnectDriver final : public DocumentedMapDevice, public InterconnectPort {
  public:
    InterconnectDriver(Scheduler& clock, links::Network& network, const WriteGuard& guard,
                       DeviceSettings settings);
    Task<Result<InterconnectReading>> read(Instant deadline) override;
    Task<Done> command(InterconnectCommand command, Instant deadline) override;

    [[nodiscard]] std::vector<std::string> writes() const override {
        return {"permit_island", "permit_reclose", "island_request", "sync_request"};
    }
};

}  // namespace islandbench::drivers
