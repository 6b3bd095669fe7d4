#include "dispatch/core/outlook.hpp"

#include "dispatch/core/boxes.hpp"
#include "dispatch/core/forecast.hpp"

namespace islandbench::dispatch::core {
namespace {

constexpr std::int64_t look_every_ms = 1000;

bool heard(const Work& work, std::size_t i) noexcept {
    const Quality q = work.state.units[i].quality;
    return q == Quality::good || q == Quality::held;
}

/// What the street uses now, and what its PV gives.
struct Now {
    std::int64_t demand_w = 0, pv_w = 0;
    bool known = false;
};
Now look(const Work& work) noexcept {
    Now now;
    const bool closed = connected(work.state.fsm);
    now.known = closed ? work.age(work.site.poi_reported_ms) <= work.tuning.blind_ms
                       : islanded(work.state.fsm) && work.formers.heard;
    if (closed) now.demand_w = work.site.poi_w;
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        if (!heard(work, i)) continue;
        now.demand_w += work.units[i].p_w;
        if (work.config.units[i].pv_peak_w > 0) {
            now.pv_w += permille(std::max(0, work.units[i].pv_w), work.tuning.pv_to_ac_permille);
        }
    }
    return now;
}

/// Energy above the island's floors, with what an estimate of it has drifted left out.
std::int64_t energy_wh(Work& work) noexcept {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        const UnitIn& in = work.units[i];
        const UnitConfig& unit = work.config.units[i];
        UnitState& state = work.state.units[i];
        const bool known = work.age(in.soc_reported_ms) <= work.tuning.soc_hold_ms;
        const bool full = known && in.soc_permille >= unit.normal_ceiling_permille;
        if (full || state.full_ms == never_reported) state.full_ms = work.now_ms;
        if (!known || in.opted_out || !heard(work, i)) continue;
        const std::int64_t above = permille(unit.capacity_wh, std::clamp(in.soc_permille, 0, 1000) -
                                                                  floor_permille(work, i, false));
        sum += trusted_wh(above, unit.capacity_wh, work.age(state.full_ms),
                          work.tuning.drift_permille_per_day, work.tuning.drift_least_permille);
    }
    return sum;
}

/// Of the demand, what stays when tiers from `tier` on are off; what no home says is never off.
std::int64_t share_permille(const Work& work, std::int64_t demand_w, std::int32_t tier) noexcept {
    std::int64_t off = 0;
    for (const HomeIn& home : work.homes) {
        if (work.age(home.reported_ms) > work.tuning.absent_ms) continue;
        for (std::size_t t = static_cast<std::size_t>(tier); t < tier_count; ++t) {
            off += std::max(0, home.p_w[t]);
        }
    }
    if (demand_w <= 0) return 1000;
    return 1000 - std::clamp<std::int64_t>(off * 1000 / demand_w, 0, 1000);
}

}  // namespace

void look_ahead(Work& work) noexcept {
    SiteState& state = work.state;
    work.out.runtimes = state.runtimes;
    // Once a second: a look at the whole fleet is as long as the rest of a small step.
    const std::int64_t passed = work.age(state.looked_ms);
    if (passed < look_every_ms) return;
    state.looked_ms = work.now_ms;
    const Now now = look(work);
    const std::int64_t minute = work.now_ms / 60000;
    if (now.known) {
        observe(state.demand, work.now_ms, passed, now.demand_w);
        observe(state.sun, work.now_ms, passed, now.pv_w);
    }
    // A look at two days takes longer than a step: once a minute.
    if (now.known && state.outlook_minute != minute) {
        state.outlook_minute = minute;
        const std::int64_t wh = energy_wh(work);
        for (std::int32_t tier = 1; tier <= tier_count; ++tier) {
            const Runtime lasts = runtime(state.demand, state.sun, work.now_ms, wh,
                                          share_permille(work, now.demand_w, tier));
            state.runtimes[static_cast<std::size_t>(tier - 1)] = lasts;
        }
    }
    work.out.runtimes = state.runtimes;
}

}  // namespace islandbench::dispatch::core
