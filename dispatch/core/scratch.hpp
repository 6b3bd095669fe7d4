#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "dispatch/core/split.hpp"

namespace islandbench::dispatch::core {

/// What a unit can do in this step. Set-points are AC power.
struct Box {
    bool usable = false;  ///< fresh data, connected, without a fault: takes part
    std::uint16_t group = 0;
    bool in_force = false;    ///< last_w is: it was ordered
    bool stands = false;      ///< its last order may stand although the plan has moved a little
    std::int32_t last_w = 0;  ///< its set-point before this step's order
    std::int32_t band_w = 0;  ///< smaller changes of that are not ordered
    std::int32_t base_w = 0;  ///< its power with its battery at rest: PV
    std::int32_t rise_w = 0;  ///< the ramp allows no higher set-point
    std::int32_t fall_w = -max_cap_w;    ///< after a silence: nor a lower one, while discharging
    std::int32_t discharge_w = 0;        ///< more than base that the battery may give, >= 0
    std::int32_t charge_w = 0;           ///< less than base that it may take, >= 0
    std::int32_t above_wh = 0;           ///< energy above the floor and its trust margin, >= 0
    std::int32_t to_full_wh = 0;         ///< up to the ceiling, >= 0
    std::int32_t low_w = 0, high_w = 0;  ///< set-points that the plan of this step allows
};

/// One that may work in the smallest efficient set.
struct Candidate {
    std::int64_t score = 0;
    std::uint32_t id = 0, unit = 0;
};

/// What hangs on a branch, per phase.
struct BranchLoad {
    std::array<std::int64_t, 3> load_w{};    ///< consumption that is known of
    std::array<std::int64_t, 3> most_w{};    ///< that there may be
    std::array<std::int64_t, 4> base_w{};    ///< PV of usable units, power of the others
    std::array<std::int64_t, 4> rating_w{};  ///< of the units
    std::array<std::int64_t, 4> ordered_w{}, play_w{};
    std::array<std::int64_t, 4> ramped_w{};  ///< base_w as far as the ramp lets it
};

/// Where a step works; nothing of a step in it outlives the step.
struct Scratch {
    std::vector<std::uint32_t> formers;  ///< the places of the first former_count are known
    std::size_t former_count = 0;
    std::vector<Box> box;
    std::vector<std::int32_t> want_w;      ///< the plan, before rounding
    std::vector<std::int32_t> p_before_w;  ///< set-points at the start of the step
    std::vector<std::uint8_t> tiers_before;
    std::vector<Share> shares;
    std::vector<std::int32_t> parts;
    std::vector<std::uint32_t> by_group;  ///< units in the order of their groups
    std::vector<Candidate> candidates;
    std::vector<BranchLimit> branches;  ///< four of each: three phases, and its three-phase units
    std::vector<BranchLoad> branch_loads;
    SplitScratch split;
};

}  // namespace islandbench::dispatch::core
