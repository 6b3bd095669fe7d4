#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

/// The outage machine as data: states, guards and the transition table (steady and transition
/// states of IEEE 2030.7). The table is all there is; whoever prints or checks it reads the same.
namespace islandbench::dispatch::core {

enum class FsmState : std::uint8_t {
    init,            ///< nothing known yet, nothing ordered
    grid,            ///< connected; batteries rest
    prepare_island,  ///< planned islanding: the tie flow is brought to zero
    opening,         ///< the interconnect device has been asked to open
    islanding,       ///< the grid is gone, the island not confirmed yet
    island,          ///< see IslandMode
    grid_seen,       ///< island; the grid is back and observed
    syncing,         ///< the interconnect device may synchronise and close
    closing,         ///< it says that it is in synchronism
    rejoined,        ///< connected again; power ramps
    black,           ///< the street is dead
    hold,            ///< blind: outputs stay at the last safe ones
    safe,            ///< an invariant was broken: every unit in its default
};
inline constexpr int state_count = 13;

/// How the island lives while it lasts: in the states island, grid_seen, syncing and closing.
enum class IslandMode : std::uint8_t {
    normal,
    saving,    ///< tier 4 is off
    critical,  ///< only tiers 0 and 1 are on
    full,      ///< batteries full: PV is curtailed
};
inline constexpr int mode_count = 4;

/// What a transition waits for. Those before `time_out` are read from telemetry.
enum class Guard : std::uint8_t {
    grid_present,    ///< contact closed, voltage and frequency of a supply
    supply_lost,     ///< contact closed, voltage or frequency outside
    contact_open,    ///< as the contact says
    contact_closed,  ///< as the contact says
    islanded,        ///< contact open, the street's voltage and frequency in range and stable
    island_heard,    ///< islanded, and a former has reported lately
    street_dead,     ///< contact open, no voltage in the street
    grid_returned,   ///< contact open, the grid healthy, and no island wanted
    grid_gone,       ///< contact open, the grid not healthy or an island wanted
    may_close,       ///< grid_returned, its observation over, and the operator consents
    may_not_close,   ///< contact open and not may_close
    in_sync,         ///< the interconnect device says so
    out_of_sync,     ///< it says no more
    tie_idle,        ///< flow through the interconnect below the limit for planned opening
    island_asked,    ///< an operator wants an island, with consent
    island_unasked,  ///< no more
    time_out,        ///< the state's longest time is over
    blind,           ///< no news of the interconnect device for too long
    former_blind,    ///< no news of any former for too long
    settled,         ///< every unit is where it should be
    broken,          ///< an invariant was broken in the last step
};
inline constexpr int guard_count = 21;

constexpr bool from_telemetry(Guard guard) noexcept {
    return guard < Guard::time_out;
}

/// `from` -> `to` when the guard held for `samples` reports in a row (steps, for guards that are
/// not read from telemetry). Earlier rows win.
struct Transition {
    FsmState from;
    Guard guard;
    std::uint8_t samples;
    bool urgent;  ///< does not wait for the state's shortest time
    FsmState to;
};
std::span<const Transition> transitions() noexcept;

/// Shortest and longest time in a state; 0 = no bound.
struct Timing {
    std::int32_t min_ms = 0, max_ms = 0;
};
using Timings = std::array<Timing, state_count>;
Timings default_timings() noexcept;

std::string_view name(FsmState state) noexcept;
std::string_view name(IslandMode mode) noexcept;
std::string_view name(Guard guard) noexcept;

/// The formers carry the street alone in these states.
constexpr bool islanded(FsmState s) noexcept {
    return s == FsmState::island || s == FsmState::grid_seen || s == FsmState::syncing ||
           s == FsmState::closing;
}
constexpr bool connected(FsmState s) noexcept {
    return s == FsmState::grid || s == FsmState::prepare_island || s == FsmState::opening ||
           s == FsmState::rejoined;
}

}  // namespace islandbench::dispatch::core
