#include "emulators/devices/interconnect_face.hpp"

namespace islandbench::devices {

namespace map = maps::interconnect;

namespace {

constexpr maps::MapPoint permit_island_point = maps::point_of(map::table, "permit_island");
constexpr maps::MapPoint permit_reclose_point = maps::point_of(map::table, "permit_reclose");
constexpr maps::MapPoint island_request_point = maps::point_of(map::table, "island_request");
constexpr maps::MapPoint sync_request_point = maps::point_of(map::table, "sync_request");

Voltage mean(const std::array<Voltage, phases>& v) {
    return (v[0] + v[1] + v[2]) / double(phases);
}

map::FormerMode mode_of(const plant::InterconnectState& s) {
    switch (s.former_mode) {
        case plant::FormerMode::stopped: return map::FormerMode::stop;
        case plant::FormerMode::grid: return map::FormerMode::grid_parallel;
        case plant::FormerMode::island: break;
    }
    const bool leads =
        s.sync_stage == plant::SyncStage::trimming || s.sync_stage == plant::SyncStage::closing;
    return leads ? map::FormerMode::synchronise : map::FormerMode::island;
}

}  // namespace

InterconnectFace::InterconnectFace(const DeviceProfile& profile, const std::string& serial,
                                   plant::Interconnect& device)
    : device_(device), cadence_(profile.cadence) {
    const Identity identity{"islandbench", profile.model, "1", serial, true};
    maps::put_identity(map_, map::device, identity);
    publish();
}

void InterconnectFace::refresh(Instant now) {
    if (cadence_.due(now)) publish();
}

void InterconnectFace::publish() {
    const plant::InterconnectState& s = device_.state();
    map::State state;
    state.closed = s.closed;
    state.v_grid_phase = s.v_grid;
    state.v_island_phase = s.v_street;
    state.v_grid = mean(s.v_grid);
    state.v_island = mean(s.v_street);
    state.f_grid = s.f_grid;
    state.f_island = s.f_street;
    state.df = s.df;
    state.dv = s.dv;
    state.dphi = s.dphi;
    state.timer_remaining = s.timer_remaining;
    state.sync_ok = s.sync_ok;
    state.grid_ok = s.grid_ok;
    state.island_stable = s.island_stable;
    state.ne_link_closed = s.ne_link;
    state.former_mode = mode_of(s);
    state.permit_island = s.permit_island;
    state.permit_reclose = s.permit_reclose;
    state.island_request = s.island_requested;
    state.sync_request = s.sync_requested;
    map::put_state(map_, state);
}

modbus::Served InterconnectFace::read_holding_registers(std::uint16_t address,
                                                        std::span<std::uint16_t> into) {
    return modbus::read_range(map_, 0, address, into);
}

modbus::Served InterconnectFace::write_registers(std::uint16_t address,
                                                 std::span<const std::uint16_t> values) {
    const auto command = map::decode_command(address, values);
    if (!command) return modbus::refuse(command.error());
    if (command->permit_island) device_.permit_island(*command->permit_island);
    if (command->permit_reclose) device_.permit_reclose(*command->permit_reclose);
    if (command->island_request) device_.request_island(*command->island_request);
    if (command->sync_request) device_.request_sync(*command->sync_request);
    // What was written shows at once in the readable copy; measurements keep their cadence.
    maps::Target target{0, map_};
    const plant::InterconnectState& s = device_.state();
    put_flag(target, permit_island_point, s.permit_island);
    put_flag(target, permit_reclose_point, s.permit_reclose);
    put_flag(target, island_request_point, s.island_requested);
    put_flag(target, sync_request_point, s.sync_requested);
    return {};
}

}  // namespace islandbench::devices
