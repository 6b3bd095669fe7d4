#include "dispatch/core/services.hpp"

namespace islandbench::dispatch::core {
namespace {

constexpr std::int64_t hour_ms = 3600000;
/// So near to the ceiling is full.
constexpr std::int64_t full_permille = 5;

/// Not counting what its owner has kept it from.
bool charges(const Work& work, std::size_t i) noexcept {
    return work.box[i].usable && work.box[i].to_full_wh > 0;
}

/// Until it has to be done. On short notice: as fast as it goes.
std::int64_t left_ms(const Work& work) noexcept {
    if (work.site.storm_from_ms <= work.now_ms) return 60000;
    const std::int64_t left =
        work.site.storm_from_ms - work.config.services.storm_margin_ms - work.now_ms;
    return std::max<std::int64_t>(60000, left);
}

/// The slowest unit, at half of what it can take, would not be done any more if it waited.
bool must_begin(const Work& work) noexcept {
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        if (!charges(work, i)) continue;
        const std::int64_t half = std::max(1, work.units[i].charge_max_w / 2);
        const std::int64_t needs = permille(work.box[i].to_full_wh * hour_ms / half,
                                            work.config.services.storm_reserve_permille);
        if (needs >= left_ms(work)) return true;
    }
    return false;
}

void begin(Work& work) noexcept {
    work.state.services.storm = StormState::charging;
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        UnitState& unit = work.state.units[i];
        const std::int32_t soc = std::clamp(work.units[i].soc_permille, 0, 1000);
        if (work.box[i].usable && unit.storm_soc_permille < 0) {
            unit.storm_soc_permille = static_cast<std::int16_t>(soc);
        }
    }
}

bool all_returned(const Work& work) noexcept {
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        const UnitState& unit = work.state.units[i];
        if (!work.box[i].usable || unit.storm_soc_permille < 0) continue;
        if (work.box[i].above_wh > 0) return false;
    }
    return true;
}

void end(Work& work) noexcept {
    work.state.services.storm = StormState::none;
    for (UnitState& unit : work.state.units) unit.storm_soc_permille = -1;
}

}  // namespace

void hear_of_storm(Work& work) noexcept {
    ServiceState& s = work.state.services;
    const bool announced =
        work.site.storm_from_ms != never_reported && work.site.storm_until_ms > work.now_ms;
    if (work.state.fsm != FsmState::grid) return;
    if (announced) {
        s.storm_until_ms = work.site.storm_until_ms;
        if (s.storm == StormState::none) s.storm = StormState::waiting;
        if (s.storm == StormState::returning) s.storm = StormState::charging;
    } else if (s.storm == StormState::waiting) {
        s.storm = StormState::none;
    } else if (s.storm == StormState::charging) {
        s.storm = StormState::returning;
        s.storm_until_ms = work.now_ms;  // it may have been called off
    }
}

void prepare_for_storm(Work& work) noexcept {
    ServiceState& s = work.state.services;
    if (work.state.fsm == FsmState::grid) {
        if (s.storm == StormState::waiting && must_begin(work)) begin(work);
        const bool long_enough = work.age(s.storm_until_ms) > work.config.services.storm_rest_ms;
        const bool over = s.storm == StormState::returning && (long_enough || all_returned(work));
        if (over) end(work);
    }
    work.out.storm = s.storm;
}

bool saved_for_storm(const Work& work) noexcept {
    return work.state.services.storm == StormState::charging;
}

std::int32_t storm_charge_w(const Work& work, std::size_t i) noexcept {
    if (!saved_for_storm(work) || work.state.fsm != FsmState::grid || !charges(work, i)) return 0;
    const UnitConfig& unit = work.config.units[i];
    if (work.box[i].to_full_wh <= permille(unit.capacity_wh, full_permille)) return 0;
    const std::int64_t needed = work.box[i].to_full_wh * hour_ms / left_ms(work);
    const std::int64_t planned = permille(needed, work.config.services.storm_reserve_permille);
    // No trifles: a battery charges well or not at all.
    const std::int64_t least = permille(unit.rating_w, work.tuning.charge_permille);
    return to_w(std::min<std::int64_t>(work.box[i].charge_w, std::max(planned, least)));
}

}  // namespace islandbench::dispatch::core
