#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "dispatch/core/arithmetic.hpp"
#include "dispatch/core/data.hpp"
#include "dispatch/core/split.hpp"

/// What the parts of one step share. Internal to the room.
namespace islandbench::dispatch::core {

/// What a unit can do in this step. Set-points are AC power.
struct Box {
    bool usable = false;  ///< fresh data, connected, without a fault: takes part
    std::uint8_t group = 0;
    std::int32_t base_w = 0;             ///< its power with its battery at rest: PV
    std::int32_t rise_w = 0;             ///< the ramp allows no higher set-point
    std::int32_t fall_w = -max_cap_w;    ///< after a silence: nor a lower one, while discharging
    std::int32_t discharge_w = 0;        ///< more than base that the battery may give, >= 0
    std::int32_t charge_w = 0;           ///< less than base that it may take, >= 0
    std::int64_t above_wh = 0;           ///< energy above the floor and its trust margin, >= 0
    std::int64_t to_full_wh = 0;         ///< up to the ceiling, >= 0
    std::int32_t low_w = 0, high_w = 0;  ///< set-points that the plan of this step allows
};

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
    bool new_interconnect = false, new_poi = false;
    FsmState before = FsmState::init;  ///< state at the start of the step

    std::array<Box, max_units> box{};
    Formers formers{};
    std::array<std::int32_t, max_units> want_w{};      ///< the plan, before rounding
    std::array<std::int32_t, max_units> p_before_w{};  ///< set-points at the start of the step
    std::array<std::uint8_t, max_homes> tiers_before{};
    std::array<bool, max_groups> relief{};  ///< the ramp gave way to a former's limit

    void alarm(Alarm which) noexcept { out.alarms |= bit(which); }
    [[nodiscard]] std::int64_t age(std::int64_t then_ms) const noexcept {
        return since(now_ms, then_ms);
    }
    [[nodiscard]] std::size_t unit_count() const noexcept { return units.size(); }
    [[nodiscard]] bool on_grid() const noexcept {
        return connected(state.fsm) || state.fsm == FsmState::init;
    }
};

/// Flow at the metering point below which a planned island may begin.
inline std::int64_t tie_idle_w(const Work& work) noexcept {
    return std::max<std::int64_t>(work.tuning.tie_idle_w,
                                  permille(work.formers.rating_w, work.tuning.tie_idle_permille));
}

}  // namespace islandbench::dispatch::core
