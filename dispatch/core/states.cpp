#include "dispatch/core/states.hpp"

namespace islandbench::dispatch::core {
namespace {

using S = FsmState;
using G = Guard;

constexpr bool now = true;     // urgent
constexpr bool dwell = false;  // after the state's shortest time

// clang-format off
constexpr Transition table[] = {
    {S::init,           G::broken,         1, now,   S::safe},
    {S::init,           G::contact_open,   2, now,   S::islanding},
    {S::init,           G::grid_present,   3, dwell, S::grid},
    {S::init,           G::time_out,       1, now,   S::hold},

    {S::grid,           G::broken,         1, now,   S::safe},
    {S::grid,           G::contact_open,   2, now,   S::islanding},
    {S::grid,           G::supply_lost,    2, now,   S::islanding},
    {S::grid,           G::blind,          1, now,   S::hold},
    {S::grid,           G::island_asked,   2, dwell, S::prepare_island},

    {S::prepare_island, G::broken,         1, now,   S::safe},
    {S::prepare_island, G::contact_open,   2, now,   S::islanding},
    {S::prepare_island, G::supply_lost,    2, now,   S::islanding},
    {S::prepare_island, G::blind,          1, now,   S::hold},
    {S::prepare_island, G::island_unasked, 2, now,   S::grid},
    {S::prepare_island, G::tie_idle,       5, dwell, S::opening},
    {S::prepare_island, G::time_out,       1, now,   S::grid},

    {S::opening,        G::broken,         1, now,   S::safe},
    {S::opening,        G::contact_open,   2, now,   S::islanding},
    {S::opening,        G::supply_lost,    2, now,   S::islanding},
    {S::opening,        G::blind,          1, now,   S::hold},
    {S::opening,        G::island_unasked, 2, now,   S::grid},
    {S::opening,        G::time_out,       1, now,   S::grid},

    {S::islanding,      G::broken,         1, now,   S::safe},
    {S::islanding,      G::islanded,       2, now,   S::island},
    {S::islanding,      G::grid_present,   2, dwell, S::rejoined},
    {S::islanding,      G::blind,          1, now,   S::hold},
    {S::islanding,      G::time_out,       1, now,   S::black},

    {S::island,         G::broken,         1, now,   S::safe},
    {S::island,         G::contact_closed, 2, now,   S::rejoined},
    {S::island,         G::street_dead,    2, now,   S::black},
    {S::island,         G::former_blind,   1, now,   S::hold},
    {S::island,         G::grid_returned,  2, dwell, S::grid_seen},

    {S::grid_seen,      G::broken,         1, now,   S::safe},
    {S::grid_seen,      G::contact_closed, 2, now,   S::rejoined},
    {S::grid_seen,      G::street_dead,    2, now,   S::black},
    {S::grid_seen,      G::former_blind,   1, now,   S::hold},
    {S::grid_seen,      G::grid_gone,      2, dwell, S::island},
    {S::grid_seen,      G::may_close,      2, dwell, S::syncing},
    {S::grid_seen,      G::time_out,       1, now,   S::island},

    {S::syncing,        G::broken,         1, now,   S::safe},
    {S::syncing,        G::contact_closed, 2, now,   S::rejoined},
    {S::syncing,        G::street_dead,    2, now,   S::black},
    {S::syncing,        G::blind,          1, now,   S::hold},
    {S::syncing,        G::may_not_close,  2, now,   S::grid_seen},
    {S::syncing,        G::in_sync,        2, dwell, S::closing},
    {S::syncing,        G::time_out,       1, now,   S::grid_seen},

    {S::closing,        G::broken,         1, now,   S::safe},
    {S::closing,        G::contact_closed, 2, now,   S::rejoined},
    {S::closing,        G::street_dead,    2, now,   S::black},
    {S::closing,        G::blind,          1, now,   S::hold},
    {S::closing,        G::may_not_close,  2, now,   S::grid_seen},
    {S::closing,        G::out_of_sync,    2, now,   S::syncing},
    {S::closing,        G::time_out,       1, now,   S::syncing},

    {S::rejoined,       G::broken,         1, now,   S::safe},
    {S::rejoined,       G::contact_open,   2, now,   S::islanding},
    {S::rejoined,       G::supply_lost,    2, now,   S::islanding},
    {S::rejoined,       G::blind,          1, now,   S::hold},
    {S::rejoined,       G::settled,        3, dwell, S::grid},
    {S::rejoined,       G::time_out,       1, now,   S::grid},

    {S::black,          G::broken,         1, now,   S::safe},
    {S::black,          G::islanded,       2, dwell, S::island},
    {S::black,          G::grid_present,   2, dwell, S::rejoined},
    {S::black,          G::blind,          1, now,   S::hold},

    {S::hold,           G::broken,         1, now,   S::safe},
    {S::hold,           G::island_heard,   2, dwell, S::island},
    {S::hold,           G::grid_present,   2, dwell, S::rejoined},
    {S::hold,           G::street_dead,    2, dwell, S::black},
    {S::hold,           G::time_out,       1, now,   S::safe},

    {S::safe,           G::time_out,       1, now,   S::init},
};
// clang-format on

constexpr std::array<std::string_view, state_count> state_names = {
    "init",    "grid",    "prepare_island", "opening", "islanding", "island", "grid_seen",
    "syncing", "closing", "rejoined",       "black",   "hold",      "safe"};

constexpr std::array<std::string_view, mode_count> mode_names = {"normal", "saving", "critical",
                                                                 "full"};

constexpr std::array<std::string_view, guard_count> guard_names = {
    "grid_present",   "supply_lost", "contact_open",  "contact_closed", "islanded",
    "island_heard",   "street_dead", "grid_returned", "grid_gone",      "may_close",
    "may_not_close",  "in_sync",     "out_of_sync",   "tie_idle",       "island_asked",
    "island_unasked", "time_out",    "blind",         "former_blind",   "settled",
    "broken"};

}  // namespace

std::span<const Transition> transitions() noexcept {
    return table;
}

Timings default_timings() noexcept {
    Timings t{};
    const auto set = [&](FsmState state, std::int32_t min_ms, std::int32_t max_ms) {
        t[static_cast<std::size_t>(state)] = {min_ms, max_ms};
    };
    set(S::init, 5000, 120000);
    set(S::grid, 1000, 0);
    set(S::prepare_island, 5000, 300000);
    set(S::opening, 0, 10000);
    set(S::islanding, 500, 10000);
    set(S::island, 1000, 0);
    // The interconnect device observes the grid and keeps the time; the core only confirms.
    set(S::grid_seen, 500, 3600000);
    set(S::syncing, 250, 90000);
    set(S::closing, 0, 5000);
    set(S::rejoined, 10000, 900000);
    set(S::black, 1000, 0);
    set(S::hold, 1000, 600000);
    set(S::safe, 60000, 60000);
    return t;
}

std::string_view name(FsmState state) noexcept {
    return state_names[static_cast<std::size_t>(state)];
}
std::string_view name(IslandMode mode) noexcept {
    return mode_names[static_cast<std::size_t>(mode)];
}
std::string_view name(Guard guard) noexcept {
    return guard_names[static_cast<std::size_t>(guard)];
}

}  // namespace islandbench::dispatch::core
