#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/roles.hpp"
#include "protocols/maps/identity.hpp"
#include "protocols/modbus/server.hpp"

/// The interconnect device between street and grid, in Modbus holding registers (functions 3, 6 and
/// 16). It alone opens and closes the main contact; the bus carries consent and requests.
///
/// Driver:
///
///     const auto identity = decode_identity(interconnect::device, <read_identity>);
///     const auto state = interconnect::decode_state(<interconnect::read_state>);
///     client.ask(unit, interconnect::write_command({.permit_island = true}));
///
/// Emulator:
///
///     std::array<std::uint16_t, interconnect::map_size> map{};
///     put_identity(map, interconnect::device, {"islandbench", "pcc", "1", "0001", true});
///     interconnect::put_state(map, state);                       // whenever something changed
///     Served read_holding_registers(address, into) { return read_range(map, 0, address, into); }
///     Served write_registers(address, values) {
///         const auto command = interconnect::decode_command(address, values);
///         if (!command) return refuse(command.error());
///         obey(*command);
///         return {};
///     }
namespace islandbench::maps::interconnect {

inline constexpr std::string_view device = "interconnect";

/// Behind the identity block. A voltage or frequency that cannot be measured is not available.
inline constexpr auto table = std::to_array<MapPoint>({
    // name, address, registers, type, exponent, unit, access, meaning
    {"contact", 100, 1, enum16, 0, "", read_only, "main contact: 0 = open, 1 = closed"},
    {"v_grid_a", 101, 1, uint16, -1, "V", read_only, "grid side, phase A to neutral"},
    {"v_grid_b", 102, 1, uint16, -1, "V", read_only, "grid side, phase B to neutral"},
    {"v_grid_c", 103, 1, uint16, -1, "V", read_only, "grid side, phase C to neutral"},
    {"v_grid", 104, 1, uint16, -1, "V", read_only, "grid side, mean of the phases"},
    {"v_island_a", 105, 1, uint16, -1, "V", read_only, "street side, phase A to neutral"},
    {"v_island_b", 106, 1, uint16, -1, "V", read_only, "street side, phase B to neutral"},
    {"v_island_c", 107, 1, uint16, -1, "V", read_only, "street side, phase C to neutral"},
    {"v_island", 108, 1, uint16, -1, "V", read_only, "street side, mean of the phases"},
    {"f_grid", 109, 1, uint16, -3, "Hz", read_only, "grid side"},
    {"f_island", 110, 1, uint16, -3, "Hz", read_only, "street side"},
    {"df", 111, 1, int16, -3, "Hz", read_only, "street minus grid"},
    {"dv", 112, 1, int16, -4, "pu", read_only, "street minus grid, of nominal voltage"},
    {"dphi", 113, 1, int16, -2, "deg", read_only, "street ahead of grid, -180..180"},
    {"timer_remaining", 114, 2, uint32, -3, "s", read_only, "of the observation before reclosing"},
    {"sync_ok", 116, 1, enum16, 0, "", read_only, "1 = inside the sync limits for their time"},
    {"grid_ok", 117, 1, enum16, 0, "", read_only, "1 = grid inside the enter-service window"},
    {"island_stable", 118, 1, enum16, 0, "", read_only, "1 = open, street V and f in range"},
    {"ne_link_closed", 119, 1, enum16, 0, "", read_only, "1 = neutral-earth link closed"},
    {"former_mode", 120, 1, enum16, 0, "", read_only,
     "what it has told the former: 0 = stop, 1 = grid-parallel, 2 = island, 3 = synchronise"},
    // Writing 0 or 1 sets, 65535 leaves as it is.
    {"permit_island", 121, 1, enum16, 0, "", read_write, "consent: the street may be an island"},
    {"permit_reclose", 122, 1, enum16, 0, "", read_write, "consent: it may close onto the grid"},
    {"island_request", 123, 1, enum16, 0, "", read_write, "1 = open on purpose"},
    {"sync_request", 124, 1, enum16, 0, "", read_write, "1 = synchronise, then close"},
});

inline constexpr std::uint16_t state_address = 100;
inline constexpr std::uint16_t state_size = 25;
inline constexpr std::uint16_t command_address = 121;
inline constexpr std::uint16_t command_size = 4;
inline constexpr std::uint16_t map_size = state_address + state_size;
/// All of the state, commands read back included.
inline constexpr modbus::ReadHoldingRegisters read_state{state_address, state_size};

/// What the device has told the former over its wires.
enum class FormerMode : std::uint16_t {
    stop = 0,
    grid_parallel = 1,  ///< hold the power set-point
    island = 2,         ///< droop alone
    synchronise = 3,    ///< trimmed towards the grid by this device
};

/// The registers of read_state, typed. NaN = not available (that side is dead).
struct State {
    bool closed = false;
    std::array<Voltage, phases> v_grid_phase;  ///< phase to neutral
    std::array<Voltage, phases> v_island_phase;
    Voltage v_grid, v_island;  ///< means of the phases
    Frequency f_grid, f_island;
    Frequency df;  ///< street minus grid, as the next two
    Ratio dv;      ///< of nominal voltage
    Angle dphi;
    Duration timer_remaining{};  ///< to the millisecond
    bool sync_ok = false, grid_ok = false, island_stable = false, ne_link_closed = false;
    FormerMode former_mode = FormerMode::stop;
    bool permit_island = false, permit_reclose = false;
    bool island_request = false, sync_request = false;
};

/// Into the map's registers, which begin at address 0. What does not fit saturates.
void put_state(std::span<std::uint16_t> map, const State& state);
/// From the registers that read_state brought. Fails with bad_reply on a flag that is neither 0 nor
/// 1, or a mode that the map does not know.
[[nodiscard]] Result<State> decode_state(std::span<const std::uint16_t> block);

/// One request for the whole command; what it leaves alone goes as 65535.
[[nodiscard]] modbus::WriteMultipleRegisters write_command(const InterconnectCommand& command);
/// A write to the command registers, or to some of them. Illegal data address outside, illegal data
/// value for anything but 0, 1 and 65535.
[[nodiscard]] tl::expected<InterconnectCommand, modbus::ExceptionCode> decode_command(
    std::uint16_t address, std::span<const std::uint16_t> values);

}  // namespace islandbench::maps::interconnect
