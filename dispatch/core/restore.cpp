#include "dispatch/core/machine.hpp"
#include "dispatch/core/tiers.hpp"

namespace islandbench::dispatch::core {
namespace {

bool phase_has_room(const Work& work, std::size_t h) noexcept {
    if (work.on_grid()) return true;
    const std::size_t p = work.config.homes[h].phase;
    const PhaseState& phase = work.state.phases[p];
    const HomeState& home = work.state.homes[h];
    const bool quiet = phase.overload_samples == 0 && phase.effect_due_ms == never_reported &&
                       work.now_ms >= phase.locked_until_ms && work.formers.heard;
    const std::int64_t remembered = home.peak_w[static_cast<std::size_t>(home.closed_tiers)];
    const std::int64_t then = std::max(phase.peak_now_w, phase.peak_before_w) +
                              permille(remembered, work.tuning.restore_factor_permille) +
                              work.tuning.restore_margin_w;
    return quiet &&
           then <= permille(work.formers.phase_rating_w(), work.tuning.share_limit_permille);
}

bool may_restore(const Work& work, std::size_t h) noexcept {
    const HomeState& home = work.state.homes[h];
    return work.config.homes[h].phase < phase_count &&
           home.closed_tiers < tiers_allowed(work.state) && home_fresh(work, work.home(h)) &&
           work.homes[h].carried_out;
}

/// The most critical tier that is off on this phase; only its homes are considered.
std::int32_t lowest_off(const Work& work, std::size_t p) noexcept {
    std::int32_t lowest = tier_count;
    for (std::size_t h = 0; h < work.homes.size(); ++h) {
        if (work.config.homes[h].phase != p || !may_restore(work, h)) continue;
        lowest = std::min(lowest, work.state.homes[h].closed_tiers);
    }
    return lowest;
}

std::int32_t home_to_restore(const Work& work) noexcept {
    PhaseArray lowest{};
    for (std::size_t p = 0; p < phase_count; ++p) lowest[p] = lowest_off(work, p);
    std::int32_t best = -1;
    std::int32_t best_tier = tier_count;
    for (std::size_t h = 0; h < work.homes.size(); ++h) {
        const std::int32_t tier = work.state.homes[h].closed_tiers;
        if (tier >= best_tier || !may_restore(work, h)) continue;
        if (tier != lowest[work.config.homes[h].phase] || !phase_has_room(work, h)) continue;
        best = static_cast<std::int32_t>(h);
        best_tier = tier;
    }
    return best;
}

}  // namespace

void restore_tier(Work& work) noexcept {
    State& state = work.state;
    const bool connected_again = state.fsm == FsmState::grid || state.fsm == FsmState::rejoined;
    const bool quiet_island = state.fsm == FsmState::island || state.fsm == FsmState::grid_seen;
    if (!connected_again && !quiet_island) return;
    const std::int64_t gap =
        connected_again ? work.tuning.restore_gap_grid_ms : work.tuning.restore_gap_ms;
    if (work.age(state.restored_ms) < gap) return;
    if (work.least_closed >= tiers_allowed(state)) return;  // the usual case
    const std::int32_t h = home_to_restore(work);
    if (h < 0) return;
    const std::size_t home = static_cast<std::size_t>(h);
    order_tiers(work, home, state.homes[home].closed_tiers + 1);
    state.restored_ms = work.now_ms;
    state.phases[work.config.homes[home].phase].restored_ms = work.now_ms;
}

}  // namespace islandbench::dispatch::core
