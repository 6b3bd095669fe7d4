#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "dispatch/core/arithmetic.hpp"
#include "dispatch/core/state.hpp"

/// What the parts of one step share. Internal to the room.
namespace islandbench::dispatch::core {

/// All formers as one: what they give and have.
struct Formers {
    bool exist = false;
    bool heard = false;       ///< one of them has data that still counts
    bool new_report = false;  ///< since the last step
    PhaseArray p_w{};
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

struct Work {
    const Config& config;
    const SiteIn& site;
    std::span<const UnitIn> units;
    std::span<const HomeIn> homes;
    State& state;
    SiteOut& out;

    const Tuning& tuning = config.tuning;
    const std::int64_t now_ms = site.now_ms;
    std::int64_t dt_ms = 0;
    bool owners_served = false;       ///< some units serve their owners below their floor
    bool efficiency_matters = false;  ///< of some units it is known what they do well
    bool new_interconnect = false, new_poi = false;
    bool response_offered = false;     ///< units may be armed in this step
    FsmState before = FsmState::init;  ///< state at the start of the step

    Formers formers{};
    std::span<Box> box = std::span(state.scratch.box).first(units.size());
    std::span<std::int32_t> want_w = std::span(state.scratch.want_w).first(units.size());
    std::span<std::int32_t> p_before_w = std::span(state.scratch.p_before_w).first(units.size());
    std::span<std::uint8_t> tiers_before =
        std::span(state.scratch.tiers_before).first(homes.size());
    std::span<Share> shares = std::span(state.scratch.shares).first(units.size());
    std::span<std::int32_t> parts = std::span(state.scratch.parts).first(units.size());
    std::array<std::uint32_t, max_groups + 1> group_begin{};  ///< of by_group
    std::array<bool, max_groups> relief{};  ///< the ramp gave way to a former's limit

    void alarm(Alarm which) noexcept { out.alarms |= bit(which); }
    [[nodiscard]] std::int64_t age(std::int64_t then_ms) const noexcept {
        return since(now_ms, then_ms);
    }
    /// Units of a group, by index; narrow_set sorts them.
    [[nodiscard]] std::span<const std::uint32_t> members(std::size_t group) const noexcept {
        return std::span(state.scratch.by_group)
            .subspan(group_begin[group], group_begin[group + 1] - group_begin[group]);
    }
    [[nodiscard]] std::size_t unit_count() const noexcept { return units.size(); }
    [[nodiscard]] bool on_grid() const noexcept {
        return connected(state.fsm) || state.fsm == FsmState::init;
    }
};

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
