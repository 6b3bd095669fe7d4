#pragma once

#include "dispatch/core/work.hpp"

namespace islandbench::dispatch::core {

/// SoC below which a unit lends nothing: the owner's reserve on the grid; in an outage the island's
/// floor, or what this outage may take from it, or the device's floor once reserves are released.
std::int32_t floor_permille(const Work& work, std::size_t i, bool on_grid) noexcept;

/// What a unit may give to its owner's home from below that floor, W.
std::int32_t own_use_w(const Work& work, std::size_t i) noexcept;

/// All formers as one, from their newest reports.
void sum_formers(Work& work) noexcept;

/// What every unit can do now: limits of device and battery, energy above the floor, the ramp. A
/// unit that is stale, absent, disconnected or faulty takes no part.
void fill_boxes(Work& work) noexcept;

/// What units with fresh data could give beyond what they give; and the most that a follower gives.
struct Reserve {
    std::int64_t w = 0;
    std::int32_t largest_unit_w = 0;
};
Reserve reserve_of(const Work& work) noexcept;

/// Such a reserve of the followers on one phase, W.
std::int64_t room_on_phase_w(const Work& work, std::size_t phase) noexcept;

/// The formers can take over what the largest follower gives, and the largest tier besides.
bool headroom_suffices(const Work& work, const Reserve& reserve) noexcept;

}  // namespace islandbench::dispatch::core
