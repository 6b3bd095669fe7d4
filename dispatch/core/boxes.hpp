#pragma once

#include "dispatch/core/work.hpp"

namespace islandbench::dispatch::core {

/// SoC below which a unit lends nothing: the owner's reserve on the grid; in an outage the island's
/// floor, or what this outage may take from it, or the device's floor once reserves are released.
inline std::int32_t floor_permille(const Work& work, const Unit& unit, bool on_grid) noexcept {
    const UnitConfig& config = unit.config;
    if (on_grid) {
        // What was charged for a storm is given back, and no more.
        const bool returns = work.state.services.storm == StormState::returning;
        const std::int32_t before = returns ? unit.state.storm_soc_permille : 0;
        return std::max(std::max(config.owner_reserve_permille, config.normal_floor_permille),
                        before);
    }
    if (work.state.released != 0 && config.emergency_release) {
        return config.technical_floor_permille;
    }
    const std::int32_t at_start = unit.state.event_soc_permille;
    const std::int32_t event = at_start < 0 ? 0 : at_start - config.event_dod_permille;
    return std::max(config.island_floor_permille, event);
}

/// What a unit may give to its owner's home from below that floor, W.
std::int32_t own_use_below_floor_w(const Work& work, const Unit& unit) noexcept;
inline std::int32_t own_use_w(const Work& work, const Unit& unit) noexcept {
    return unit.config.home < 0 ? 0 : own_use_below_floor_w(work, unit);
}

/// All formers as one, from their newest reports; then their currents.
void sum_formers(Work& work) noexcept;
void rate_formers(Work& work) noexcept;

/// In the step that finds the street back on the grid: every unit ramps from what it does, not from
/// what it was told.
void restart_ramps(Work& work, Part units) noexcept;

/// What every unit can do now: limits of device and battery, energy above the floor, the ramp. A
/// unit that is stale, absent, disconnected or faulty takes no part.
void fill_boxes(Work& work, Part units) noexcept;

/// Batteries below their floor serve their owners, as far as the street draws at all: a surplus
/// serves them too. Needs all boxes.
void serve_owners(Work& work) noexcept;

/// Sums up what units with fresh data could give beyond what they give, and finds the most that a
/// follower gives; then what the formers could.
void add_reserve(Work& work, Part units) noexcept;
void add_formers_reserve(Work& work) noexcept;

/// Finds the largest tier of all homes.
void find_largest_tier(Work& work, Part homes) noexcept;

/// Such a reserve of the followers on one phase, W.
std::int64_t room_on_phase_w(const Work& work, std::size_t phase) noexcept;

/// The formers can take over what the largest follower gives, and the largest tier besides.
bool headroom_suffices(const Work& work) noexcept;

}  // namespace islandbench::dispatch::core
