#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "dispatch/core/arithmetic.hpp"
#include "dispatch/core/state.hpp"
#include "dispatch/core/sure.hpp"

/// What the parts of one step share. Internal to the room.
namespace islandbench::dispatch::core {

/// All formers as one: what they give and have.
struct Formers {
    bool exist = false;
    std::size_t met = 0;      ///< of the units looked at so far
    bool heard = false;       ///< one of them has data that still counts
    bool new_report = false;  ///< since the last step
    PhaseArray p_w{}, v_mv{};
    std::int64_t q_var = 0;
    PhaseArray permille{};  ///< current of the rated current
    std::int64_t rating_w = 0;
    bool soc_known = false;
    std::int64_t above_wh = 0;        ///< energy above the floor, without trust margin
    std::int32_t above_permille = 0;  ///< of the one with the least
    std::int64_t weight_wh = 0;       ///< energy above floor and trust margin
    std::int64_t to_full_wh = 0;
    std::int64_t charge_w = 0;

    [[nodiscard]] std::int64_t phase_rating_w() const noexcept { return rating_w / phase_count; }
};

/// What the units and formers could give beyond what they give.
struct Reserve {
    std::int64_t w = 0;
    std::int32_t largest_unit_w = 0, largest_tier_w = 0;
};

/// What all boxes come to, per group.
struct Boxes {
    std::array<std::int64_t, max_groups> pv_w{};  ///< of a three-phase unit each phase has a third
    std::array<std::int64_t, max_groups> ramped_w{};  ///< what batteries can add inside their ramps
    bool can_charge = false;
};

/// Power of the units in use, and their oldest report.
struct Served {
    std::array<std::int64_t, phase_count> w{};
    std::array<std::int64_t, phase_count> moved_w{};  ///< of those that came less those that left
    std::int64_t oldest_ms = 0;
};

/// What the street uses now, and what its PV gives.
struct Use {
    std::int64_t demand_w = 0, pv_w = 0;
};

/// What batteries of owners who are as likely to take part could lend in an outage.
struct Crowds {
    Crowd energy_wh, power_w;
};

/// What could help in an outage, and what there is to be supplied whatever happens.
struct Help {
    Crowds voluntary, firm;
    std::int64_t critical_load_w = 0;  ///< tiers 0 and 1 of all homes
};

/// Units or homes begin..end of the fleet.
struct Part {
    std::size_t begin = 0, end = 0;
};

/// A fleet may be larger than the processor's caches: what a step does to all of it, it does to one
/// part after the other, as much as can be done at once while the part is near.
template <class Do>
void in_parts(std::size_t count, Do todo) noexcept {
    constexpr std::size_t part_size = 64;
    for (std::size_t begin = 0; begin < count; begin += part_size) {
        todo(Part{begin, std::min(count, begin + part_size)});
    }
}

/// One unit: what it tells, what is known and remembered of it, what it can do.
struct Unit {
    const UnitIn& in;
    const UnitConfig& config;
    UnitState& state;
    Box& box;
};

/// One home, likewise.
struct Home {
    const HomeIn& in;
    const HomeConfig& config;
    HomeState& state;
};

struct Work {
    const Config& config;
    const SiteIn& site;
    std::span<const UnitIn> units;
    std::span<const HomeIn> homes;
    State& state;
    SiteOut& out;

    const Tuning& tuning = config.tuning;
    const std::int64_t now_ms = site.now_ms;
    const std::int64_t soc_since_ms = oldest(now_ms, tuning.soc_hold_ms);
    std::int64_t dt_ms = 0;
    bool owners_served = false;       ///< some units serve their owners below their floor
    bool efficiency_matters = false;  ///< of some units it is known what they do well
    bool new_interconnect = false, new_poi = false;
    bool response_offered = false;      ///< units may be armed in this step
    const FsmState before = state.fsm;  ///< state at the start of the step

    Formers formers{};
    /// When they were looked at, no home had less or more tiers closed.
    std::int32_t least_closed = 0, most_closed = tier_count;
    bool tiers_ordered = false;  ///< of some home, since then
    Help help{};
    Boxes boxes{};
    Served served{};
    Use use{};
    Reserve reserve{};
    std::span<Box> box = std::span(state.scratch.box).first(units.size());
    std::span<std::int32_t> want_w = std::span(state.scratch.want_w).first(units.size());
    std::span<std::int32_t> p_before_w = std::span(state.scratch.p_before_w).first(units.size());
    std::span<std::uint8_t> tiers_before =
        std::span(state.scratch.tiers_before).first(homes.size());
    std::span<Share> shares = std::span(state.scratch.shares).first(units.size());
    std::span<std::int32_t> parts = std::span(state.scratch.parts).first(units.size());
    std::array<std::uint32_t, max_groups + 1> group_begin{};  ///< of by_group
    std::array<bool, max_groups> relief{};  ///< the ramp gave way to a former's limit
    /// Cables that are watched.
    const std::size_t branch_count =
        std::min(state.scratch.branch_loads.size(), config.branches.size());

    void alarm(Alarm which) noexcept { out.alarms |= bit(which); }
    [[nodiscard]] std::int64_t age(std::int64_t then_ms) const noexcept {
        return since(now_ms, then_ms);
    }
    /// Units of a group, by index; narrow_set sorts them.
    [[nodiscard]] std::span<const std::uint32_t> members(std::size_t group) const noexcept {
        return std::span(state.scratch.by_group)
            .subspan(group_begin[group], group_begin[group + 1] - group_begin[group]);
    }
    [[nodiscard]] Home home(std::size_t h) const noexcept {
        return {homes[h], config.homes[h], state.homes[h]};
    }
    [[nodiscard]] std::size_t unit_count() const noexcept { return units.size(); }
    [[nodiscard]] Part all_units() const noexcept { return {0, units.size()}; }
    [[nodiscard]] Part all_homes() const noexcept { return {0, homes.size()}; }
    /// An SoC that was told then still counts.
    [[nodiscard]] bool soc_known(const UnitIn& in) const noexcept {
        return in.soc_reported_ms >= soc_since_ms;
    }
    [[nodiscard]] Unit unit(std::size_t i) const noexcept {
        return {units[i], config.units[i], state.units[i], box[i]};
    }
    [[nodiscard]] bool on_grid() const noexcept {
        return connected(state.fsm) || state.fsm == FsmState::init;
    }
};

/// Calls `todo` with each unit of a part and its place. The arrays stand still meanwhile, which the
/// compiler cannot know of what hangs on `work`.
template <class Do>
void each_unit(const Work& work, Part part, Do todo) noexcept {
    const UnitIn* const in = work.units.data();
    const UnitConfig* const config = work.config.units.data();
    UnitState* const state = work.state.units.data();
    Box* const box = work.box.data();
    for (std::size_t i = part.begin; i < part.end; ++i) {
        todo(Unit{in[i], config[i], state[i], box[i]}, i);
    }
}
/// Calls `todo` with each unit's box and its place.
template <class Do>
void each_box(const Work& work, Part part, Do todo) noexcept {
    Box* const box = work.box.data();
    for (std::size_t i = part.begin; i < part.end; ++i) todo(box[i], i);
}
/// Calls `todo` with the place of each former that is known and that still is one.
template <class Do>
void each_former(const Work& work, Do todo) noexcept {
    const Scratch& scratch = work.state.scratch;
    for (const std::uint32_t i : std::span(scratch.formers).first(scratch.former_count)) {
        if (i < work.unit_count() && work.config.units[i].role == UnitRole::former) todo(i);
    }
}
template <class Do>
void each_home(const Work& work, Part part, Do todo) noexcept {
    const HomeIn* const in = work.homes.data();
    const HomeConfig* const config = work.config.homes.data();
    HomeState* const state = work.state.homes.data();
    for (std::size_t h = part.begin; h < part.end; ++h) {
        todo(Home{in[h], config[h], state[h]}, h);
    }
}

/// A unit's phase; what cannot be counts as three-phase and takes no part.
inline std::size_t group_of(const Work& work, std::size_t i) noexcept {
    return std::min<std::size_t>(work.config.units[i].phase, three_phase);
}

/// Flow at the metering point below which a planned island may begin.
inline std::int64_t tie_idle_w(const Work& work) noexcept {
    return std::max<std::int64_t>(work.tuning.tie_idle_w,
                                  permille(work.formers.rating_w, work.tuning.tie_idle_permille));
}

}  // namespace islandbench::dispatch::core
