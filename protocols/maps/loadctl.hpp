#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/roles.hpp"
#include "base/site.hpp"
#include "protocols/maps/identity.hpp"
#include "protocols/modbus/server.hpp"

/// A home's load controller: a contactor per tier, local under-frequency stages that act without
/// the bus, and meters. Coils 0..4 are the tiers' contactors, 1 = closed: writing one is a request,
/// reading one tells the actual position (functions 1, 5 and 15). Numbers stand in holding
/// registers, and the same in input registers (functions 3 and 4).
///
/// Driver:
///
///     const auto state = loadctl::decode_state(<loadctl::read_state>);
///     client.ask(unit, loadctl::write_tier(4, false));           // open tier 4
///
/// Emulator:
///
///     std::array<std::uint16_t, loadctl::map_size> map{};
///     put_identity(map, loadctl::device, {"islandbench", "loadctl", "1", "home1", true});
///     loadctl::put_settings(map, home.under_frequency);
///     loadctl::put_state(map, state);                            // whenever something changed
///     Served read_coils(address, into) { return loadctl::read_tiers(state, address, into); }
///     Served write_coils(address, values) {
///         const auto request = loadctl::decode_tiers(address, values);
///         if (!request) return refuse(request.error());
///         obey(*request);                                        // per tier: close, open, or
///         leave return {};
///     }
namespace islandbench::maps::loadctl {

inline constexpr std::string_view device = "loadctl";

/// Behind the identity block. Powers are consumption, positive.
inline constexpr auto table = std::to_array<MapPoint>({
    // name, address, registers, type, exponent, unit, access, meaning
    {"v", 100, 1, uint16, -1, "V", read_only, "at the home's terminals, phase to neutral"},
    {"f", 101, 1, uint16, -3, "Hz", read_only, "frequency"},
    {"closed", 102, 1, bitfield16, 0, "", read_only, "bit n: contactor of tier n is closed"},
    {"requested", 103, 1, bitfield16, 0, "", read_only, "bit n: the bus wants tier n closed"},
    {"local_stage", 104, 1, bitfield16, 0, "", read_only, "bit n: a local stage holds tier n open"},
    {"p_total", 105, 2, int32, 0, "W", read_only, "consumption of all tiers"},
    {"p_0", 107, 2, int32, 0, "W", read_only, "consumption of tier 0"},
    {"p_1", 109, 2, int32, 0, "W", read_only, "consumption of tier 1"},
    {"p_2", 111, 2, int32, 0, "W", read_only, "consumption of tier 2"},
    {"p_3", 113, 2, int32, 0, "W", read_only, "consumption of tier 3"},
    {"p_4", 115, 2, int32, 0, "W", read_only, "consumption of tier 4"},
    // The under-frequency stages, set when the device is commissioned. Those that are not used are
    // not available. Seven more follow the first, each four registers on.
    {"stage_tier", 120, 1, uint16, 0, "", read_only, "tier that the stage opens"},
    {"stage_below", 121, 1, uint16, -3, "Hz", read_only, "below this frequency"},
    {"stage_delay", 122, 2, uint32, -3, "s", read_only, "for this time"},
});

inline constexpr std::uint16_t first_coil = 0;
inline constexpr std::uint16_t state_address = 100;
inline constexpr std::uint16_t state_size = 17;
inline constexpr std::uint16_t settings_address = 120;
inline constexpr std::uint16_t stage_stride = 4;
inline constexpr std::uint16_t max_stages = 8;
inline constexpr std::uint16_t settings_size = max_stages * stage_stride;
inline constexpr std::uint16_t map_size = settings_address + settings_size;
inline constexpr modbus::ReadHoldingRegisters read_state{state_address, state_size};
inline constexpr modbus::ReadHoldingRegisters read_settings{settings_address, settings_size};

/// The registers of read_state, typed. NaN = not available.
struct State {
    Voltage v;
    Frequency f;
    std::array<bool, tiers> closed{};       ///< actual positions
    std::array<bool, tiers> requested{};    ///< positions last asked for over the bus
    std::array<bool, tiers> local_stage{};  ///< held open by a local stage
    ActivePower p_total;
    std::array<ActivePower, tiers> p;
};

/// Into the map's registers, which begin at address 0. What does not fit saturates.
void put_state(std::span<std::uint16_t> map, const State& state);
/// From the registers that read_state brought. Fails with bad_reply on bits of tiers that there are
/// not.
[[nodiscard]] Result<State> decode_state(std::span<const std::uint16_t> block);

/// Into the map's registers; at most max_stages.
void put_settings(std::span<std::uint16_t> map, std::span<const UnderFrequencyStage> stages);
/// From the registers that read_settings brought. Fails with bad_reply on a tier that there is not.
[[nodiscard]] Result<std::vector<UnderFrequencyStage>> decode_settings(
    std::span<const std::uint16_t> block);

[[nodiscard]] modbus::WriteSingleCoil write_tier(int tier, bool closed);
/// What a client asks of each tier: closed, open, or nothing.
using TierRequest = std::array<std::optional<bool>, tiers>;
/// A write of coils; illegal data address beyond the last tier.
[[nodiscard]] tl::expected<TierRequest, modbus::ExceptionCode> decode_tiers(
    std::uint16_t address, const modbus::Bits& values);
/// A read of coils: the actual positions.
[[nodiscard]] modbus::Served read_tiers(const State& state, std::uint16_t address,
                                        modbus::Bits& into);

}  // namespace islandbench::maps::loadctl
