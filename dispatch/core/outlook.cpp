#include "dispatch/core/outlook.hpp"

#include "dispatch/core/boxes.hpp"
#include "dispatch/core/forecast.hpp"

namespace islandbench::dispatch::core {
namespace {

constexpr std::int64_t look_every_ms = 1000;

bool heard(const UnitState& unit) noexcept {
    return unit.quality == Quality::good || unit.quality == Quality::held;
}

bool look_is_due(const Work& work) noexcept {
    return work.age(work.state.looked_ms) >= look_every_ms;
}

bool use_is_known(const Work& work) noexcept {
    if (!connected(work.state.fsm)) return islanded(work.state.fsm) && work.formers.heard;
    return work.age(work.site.poi_reported_ms) <= work.tuning.blind_ms;
}

/// Energy above the island's floors, with what an estimate of it has drifted left out.
std::int64_t energy_wh(Work& work) noexcept {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        const UnitIn& in = work.units[i];
        const UnitConfig& unit = work.config.units[i];
        UnitState& state = work.state.units[i];
        const bool known = work.soc_known(in);
        const bool full = known && in.soc_permille >= unit.normal_ceiling_permille;
        if (full || state.full_ms == never_reported) state.full_ms = work.now_ms;
        if (!known || in.opted_out || !heard(state)) continue;
        const std::int64_t above =
            permille(unit.capacity_wh, std::clamp(in.soc_permille, 0, 1000) -
                                           floor_permille(work, work.unit(i), false));
        sum += trusted_wh(above, unit.capacity_wh, work.age(state.full_ms),
                          work.tuning.drift_permille_per_day, work.tuning.drift_least_permille);
    }
    return sum;
}

/// What all homes that are heard draw, per tier, W.
std::array<std::int64_t, tier_count> drawn_by_tier(const Work& work) noexcept {
    std::array<std::int64_t, tier_count> sum{};
    for (const HomeIn& home : work.homes) {
        if (work.age(home.reported_ms) > work.tuning.absent_ms) continue;
        for (std::size_t t = 0; t < tier_count; ++t) sum[t] += std::max(0, home.p_w[t]);
    }
    return sum;
}

std::int64_t share_permille(std::int64_t demand_w, std::int64_t off_w) noexcept {
    if (demand_w <= 0) return 1000;
    return 1000 - std::clamp<std::int64_t>(off_w * 1000 / demand_w, 0, 1000);
}

/// For each number of tiers that may be on. What no home says is never off.
void reckon_runtimes(Work& work, std::int64_t demand_w) noexcept {
    SiteState& state = work.state;
    const TwoDays days = days_ahead(state.demand, state.sun, work.now_ms);
    const std::int64_t wh = energy_wh(work);
    const std::array<std::int64_t, tier_count> drawn = drawn_by_tier(work);
    std::int64_t off_w = 0;
    for (std::size_t tiers = tier_count; tiers > 0; --tiers) {
        state.runtimes[tiers - 1] = runtime(days, wh, share_permille(demand_w, off_w));
        off_w += drawn[tiers - 1];
    }
}

}  // namespace

void note_use(Work& work, Part part) noexcept {
    if (!look_is_due(work)) return;
    Use use = work.use;
    each_unit(work, part, [&work, &use](const Unit& unit, std::size_t) {
        if (!heard(unit.state)) return;
        use.demand_w += unit.in.p_w;
        if (unit.config.pv_peak_w > 0) {
            use.pv_w += permille(std::max(0, unit.in.pv_w), work.tuning.pv_to_ac_permille);
        }
    });
    work.use = use;
}

void look_ahead(Work& work) noexcept {
    SiteState& state = work.state;
    work.out.runtimes = state.runtimes;
    if (!look_is_due(work)) return;
    const std::int64_t passed = work.age(state.looked_ms);
    state.looked_ms = work.now_ms;
    const std::int64_t minute = work.now_ms / 60000;
    const bool known = use_is_known(work);
    const std::int64_t demand_w = work.use.demand_w + (connected(state.fsm) ? work.site.poi_w : 0);
    if (known) {
        observe(state.demand, work.now_ms, passed, demand_w);
        observe(state.sun, work.now_ms, passed, work.use.pv_w);
    }
    // A look at two days takes longer than a step: once a minute.
    if (known && state.outlook_minute != minute) {
        state.outlook_minute = minute;
        reckon_runtimes(work, demand_w);
    }
    work.out.runtimes = state.runtimes;
}

}  // namespace islandbench::dispatch::core
