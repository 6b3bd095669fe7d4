#include "drivers/documented_map_device.hpp"

#include "protocols/maps/identity.hpp"

namespace islandbench::drivers {

DocumentedMapDevice::DocumentedMapDevice(std::string_view device, Scheduler& clock,
                                         links::Network& network, const WriteGuard& guard,
                                         DeviceSettings settings)
    : ModbusDevice(clock, network, guard, std::move(settings)), device_(device) {}

Error DocumentedMapDevice::named_here(const Error& error) const {
    return {error.code, settings().name + ": " + error.what};
}

Task<Result<Identity>> DocumentedMapDevice::identify(bool /*again*/, Instant deadline) {
    const auto block =
        co_await read_holding(maps::read_identity.address, maps::read_identity.quantity, deadline);
    if (!block) co_return tl::unexpected(block.error());
    auto identity = maps::decode_identity(device_, *block);
    if (!identity) co_return tl::unexpected(named_here(identity.error()));
    co_return std::move(*identity);
}

}  // namespace islandbench::drivers
