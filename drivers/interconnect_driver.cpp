#include "drivers/interconnect_driver.hpp"

#include <cmath>

#include "protocols/maps/interconnect.hpp"

namespace islandbench::drivers {

namespace map = maps::interconnect;

namespace {

/// A dead side has no frequency and no angle; nobody may compute with that.
template <Dimension D>
Quantity<D> or_zero(Quantity<D> q) {
    return std::isnan(q.value()) ? Quantity<D>{} : q;
}

}  // namespace

InterconnectDriver::InterconnectDriver(Scheduler& clock, links::Network& network,
                                       const WriteGuard& guard, DeviceSettings settings)
    : DocumentedMapDevice(map::device, clock, network, guard, std::move(settings)) {}

Task<Result<InterconnectReading>> InterconnectDriver::read(Instant deadline) {
    const auto block =
        co_await read_holding(map::read_state.address, map::read_state.quantity, deadline);
    if (!block) co_return tl::unexpected(block.error());
    const auto state = map::decode_state(*block);
    if (!state) co_return tl::unexpected(named_here(state.error()));
    InterconnectReading reading;
    reading.reported = clock().now();
    reading.closed = state->closed;
    reading.island_stable = state->island_stable;
    reading.grid_ok = state->grid_ok;
    reading.permit_island = state->permit_island;
    reading.permit_reclose = state->permit_reclose;
    reading.sync_requested = state->sync_request;
    reading.sync_ok = state->sync_ok;
    reading.ne_link_closed = state->ne_link_closed;
    reading.timer_remaining = state->timer_remaining;
    reading.v_grid = or_zero(state->v_grid);
    reading.v_island = or_zero(state->v_island);
    reading.f_grid = or_zero(state->f_grid);
    reading.f_island = or_zero(state->f_island);
    reading.df = or_zero(state->df);
    reading.dv = or_zero(state->dv);
    reading.dphi = or_zero(state->dphi);
    co_return reading;
}

Task<Done> InterconnectDriver::command(InterconnectCommand command, Instant deadline) {
    const modbus::WriteMultipleRegisters request = map::write_command(command);
    const Done done = co_await write_holding(request.address, request.values, deadline);
    if (!done) co_return done;
    const auto reading = co_await read(deadline);
    if (!reading) co_return tl::unexpected(reading.error());
    const auto differs = [](std::optional<bool> asked, bool shown) {
        return asked && *asked != shown;
    };
    // sync_request falls back by itself when the device has closed or given up: not read back.
    if (differs(command.permit_island, reading->permit_island) ||
        differs(command.permit_reclose, reading->permit_reclose)) {
        co_return failure(ErrorCode::bad_reply,
                          settings().name + ": does not show the consent that was written");
    }
    co_return Done{};
}

}  // namespace islandbench::drivers
