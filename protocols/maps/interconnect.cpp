#include "protocols/maps/interconnect.hpp"

#include <cmath>

namespace islandbench::maps::interconnect {
namespace {

constexpr std::uint16_t unchanged = 0xFFFF;

consteval const MapPoint& point(std::string_view name) {
    return point_of(table, name);
}

constexpr std::array v_grid_points{point("v_grid_a"), point("v_grid_b"), point("v_grid_c")};
constexpr std::array v_island_points{point("v_island_a"), point("v_island_b"), point("v_island_c")};

struct FlagPoint {
    bool State::*flag;
    MapPoint point;
};
constexpr std::array flag_points{
    FlagPoint{&State::closed, point("contact")},
    FlagPoint{&State::sync_ok, point("sync_ok")},
    FlagPoint{&State::grid_ok, point("grid_ok")},
    FlagPoint{&State::island_stable, point("island_stable")},
    FlagPoint{&State::ne_link_closed, point("ne_link_closed")},
    FlagPoint{&State::permit_island, point("permit_island")},
    FlagPoint{&State::permit_reclose, point("permit_reclose")},
    FlagPoint{&State::island_request, point("island_request")},
    FlagPoint{&State::sync_request, point("sync_request")},
};

/// In the order of their registers.
constexpr std::array<std::optional<bool> InterconnectCommand::*, command_size> command_flags{
    &InterconnectCommand::permit_island, &InterconnectCommand::permit_reclose,
    &InterconnectCommand::island_request, &InterconnectCommand::sync_request};

}  // namespace

void put_state(std::span<std::uint16_t> map, const State& state) {
    const Target target{0, map};
    for (const FlagPoint& f : flag_points) put_flag(target, f.point, state.*f.flag);
    for (std::size_t i = 0; i < phases; ++i) {
        put(target, v_grid_points[i], state.v_grid_phase[i].value());
        put(target, v_island_points[i], state.v_island_phase[i].value());
    }
    put(target, point("v_grid"), state.v_grid.value());
    put(target, point("v_island"), state.v_island.value());
    put(target, point("f_grid"), state.f_grid.value());
    put(target, point("f_island"), state.f_island.value());
    put(target, point("df"), state.df.value());
    put(target, point("dv"), state.dv.value());
    put(target, point("dphi"), state.dphi.value());
    put(target, point("timer_remaining"), to_seconds(state.timer_remaining));
    put(target, point("former_mode"), static_cast<double>(state.former_mode));
}

Result<State> decode_state(std::span<const std::uint16_t> block) {
    IB_ASSERT(block.size() == state_size);
    const Source source{state_address, block};
    State state;
    for (const FlagPoint& f : flag_points) {
        const auto value = flag(source, f.point);
        if (!value) return tl::unexpected<Error>(value.error());
        state.*f.flag = *value;
    }
    for (std::size_t i = 0; i < phases; ++i) {
        state.v_grid_phase[i] = Voltage{number(source, v_grid_points[i])};
        state.v_island_phase[i] = Voltage{number(source, v_island_points[i])};
    }
    state.v_grid = Voltage{number(source, point("v_grid"))};
    state.v_island = Voltage{number(source, point("v_island"))};
    state.f_grid = Frequency{number(source, point("f_grid"))};
    state.f_island = Frequency{number(source, point("f_island"))};
    state.df = Frequency{number(source, point("df"))};
    state.dv = Ratio{number(source, point("dv"))};
    state.dphi = Angle{number(source, point("dphi"))};
    const double timer = number(source, point("timer_remaining"));
    state.timer_remaining = from_seconds(std::isnan(timer) ? 0.0 : timer);
    const double mode = number(source, point("former_mode"));
    if (!(mode <= static_cast<double>(FormerMode::synchronise))) {
        return failure(ErrorCode::bad_reply, "former_mode is unknown to the map");
    }
    state.former_mode = static_cast<FormerMode>(mode);
    return state;
}

modbus::WriteMultipleRegisters write_command(const InterconnectCommand& command) {
    modbus::WriteMultipleRegisters request{command_address, {}};
    for (const auto flag : command_flags) {
        const std::optional<bool>& wish = command.*flag;
        request.values.push_back(wish ? static_cast<std::uint16_t>(*wish) : unchanged);
    }
    return request;
}

tl::expected<InterconnectCommand, modbus::ExceptionCode> decode_command(
    std::uint16_t address, std::span<const std::uint16_t> values) {
    const std::size_t first = std::size_t{address} - command_address;
    if (address < command_address || first + values.size() > command_size) {
        return modbus::refuse(modbus::ExceptionCode::illegal_data_address);
    }
    InterconnectCommand command;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i] == unchanged) continue;
        if (values[i] > 1) return modbus::refuse(modbus::ExceptionCode::illegal_data_value);
        command.*command_flags[first + i] = values[i] == 1;
    }
    return command;
}

}  // namespace islandbench::maps::interconnect
