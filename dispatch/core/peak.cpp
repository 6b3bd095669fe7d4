#include "dispatch/core/services.hpp"

namespace islandbench::dispatch::core {
namespace {

constexpr std::int64_t filter_ms = 60000;
constexpr std::int64_t quarter_ms = 15 * 60 * 1000;
/// The end of a peak is not foreseen to the minute.
constexpr std::int64_t least_left_ms = quarter_ms;

bool shaves(const Work& work) noexcept {
    const ServiceConfig& c = work.config.services;
    return c.peak_target_w != no_limit_w || c.transformer_w != no_limit_w;
}

/// The charge for demand is set by the highest quarter-hour: who has paid for it may use it.
void sum_quarter(Work& work) noexcept {
    ServiceState& s = work.state.services;
    const std::int64_t quarter = work.now_ms / quarter_ms;
    if (quarter != s.quarter) {
        // A quarter-hour that was not seen whole says nothing.
        if (s.quarter_ms > quarter_ms * 9 / 10) {
            const std::int64_t mean = s.quarter_mwms / s.quarter_ms / 1000;
            s.highest_w = std::max(s.highest_w, to_w(mean));
        }
        s.quarter = quarter;
        s.quarter_mwms = s.quarter_ms = 0;
    }
    s.quarter_mwms += std::int64_t{std::max(0, work.site.poi_w)} * 1000 * work.dt_ms;
    s.quarter_ms += work.dt_ms;
}

/// What the street uses: import, and what its units give.
void filter_demand(Work& work) noexcept {
    ServiceState& s = work.state.services;
    std::int64_t demand = work.site.poi_w;
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        const Quality q = work.state.units[i].quality;
        if (q == Quality::good || q == Quality::held) demand += work.units[i].p_w;
    }
    const std::int64_t error = demand * 1000 - s.demand_mw;
    s.demand_mw += s.demand_known == 0 ? error : error * work.dt_ms / (filter_ms + work.dt_ms);
    s.demand_known = 1;
}

void tell_peak(Work& work, std::int64_t target_w) noexcept {
    ServiceState& s = work.state.services;
    if (s.demand_mw > target_w * 1000) {
        if (s.peak_since_ms == never_reported) s.peak_since_ms = work.now_ms;
        s.calm_since_ms = never_reported;
        return;
    }
    if (s.calm_since_ms == never_reported) s.calm_since_ms = work.now_ms;
    if (work.age(s.calm_since_ms) >= work.config.services.peak_over_ms) {
        s.peak_since_ms = never_reported;
    }
}

/// Mean power that the energy above the owners' reserves lasts for, to the end of the peak.
std::int64_t lasting_w(const Work& work) noexcept {
    const ServiceState& s = work.state.services;
    std::int64_t wh = 0;
    for (const Box& box : work.box) wh += box.usable ? box.above_wh : 0;
    const std::int64_t gone = s.peak_since_ms == never_reported ? 0 : work.age(s.peak_since_ms);
    const std::int64_t left =
        std::max<std::int64_t>(least_left_ms, work.config.services.peak_lasts_ms - gone);
    return wh * 3600000 / left;
}

}  // namespace

std::int64_t import_aim_w(const Work& work) noexcept {
    if (!shaves(work) || work.state.fsm != FsmState::grid) return no_limit_w;
    // Safety goes before the charge for demand; the transformer goes before both.
    if (saved_for_storm(work)) return work.config.services.transformer_w;
    const std::int64_t aim = work.state.services.aim_mw / 1000;
    return aim - permille(aim, work.config.services.peak_margin_permille);
}

void aim_at_peak(Work& work) noexcept {
    if (!shaves(work) || work.state.fsm != FsmState::grid) return;
    ServiceState& s = work.state.services;
    const ServiceConfig& c = work.config.services;
    if (work.new_poi) {
        sum_quarter(work);
        filter_demand(work);
    }
    const std::int64_t most = c.transformer_w;
    const std::int64_t target = std::min<std::int64_t>(
        most, c.peak_target_w == no_limit_w ? no_limit_w : std::max(c.peak_target_w, s.highest_w));
    tell_peak(work, target);
    const std::int64_t wanted =
        std::clamp(s.demand_mw / 1000 - lasting_w(work), target, std::max(target, most));
    const std::int64_t fall =
        target * c.peak_fall_permille_per_min * work.dt_ms / 60000;  // thousandths: mW
    s.aim_mw = std::max(wanted * 1000, s.aim_mw == 0 ? 0 : s.aim_mw - fall);
    work.out.import_aim_w = to_w(s.aim_mw / 1000);
}

}  // namespace islandbench::dispatch::core
