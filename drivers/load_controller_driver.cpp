#include "drivers/load_controller_driver.hpp"

#include <algorithm>

#include "protocols/maps/loadctl.hpp"

namespace islandbench::drivers {

namespace map = maps::loadctl;

LoadControllerDriver::LoadControllerDriver(Scheduler& clock, links::Network& network,
                                           const WriteGuard& guard, DeviceSettings settings)
    : DocumentedMapDevice(map::device, clock, network, guard, std::move(settings)) {}

Task<Result<LoadControlReading>> LoadControllerDriver::read(Instant deadline) {
    const auto block =
        co_await read_holding(map::read_state.address, map::read_state.quantity, deadline);
    if (!block) co_return tl::unexpected(block.error());
    const auto state = map::decode_state(*block);
    if (!state) co_return tl::unexpected(named_here(state.error()));
    LoadControlReading reading;
    reading.reported = clock().now();
    reading.closed = state->closed;
    reading.p = state->p;
    reading.p_total = state->p_total;
    reading.v = state->v;
    reading.f = state->f;
    reading.local_stage = std::any_of(state->local_stage.begin(), state->local_stage.end(),
                                      [](bool held) { return held; });
    co_return reading;
}

Task<Done> LoadControllerDriver::set_tier(int tier, bool closed, Instant deadline) {
    const modbus::WriteSingleCoil request = map::write_tier(tier, closed);
    const Done done = co_await write_coil(request.address, request.on, deadline);
    if (!done) co_return done;
    const auto bits = co_await read_coils(map::first_coil, tiers, deadline);
    if (!bits) co_return tl::unexpected(bits.error());
    if ((*bits)[static_cast<std::size_t>(tier)] != closed) {
        co_return failure(ErrorCode::bad_reply, settings().name + ": tier " + std::to_string(tier) +
                                                    " did not " + (closed ? "close" : "open"));
    }
    co_return Done{};
}

}  // namespace islandbench::drivers
