#include "dispatch/core/boxes.hpp"
#include "dispatch/core/tiers.hpp"

namespace islandbench::dispatch::core {
namespace {

/// Between two sheds under severe overload: the first must have had a chance to be seen.
constexpr std::int64_t severe_gap_ms = 500;
/// A gain smaller than this is no reason to leave somebody without.
constexpr std::int32_t least_gain_w = 20;
constexpr std::int32_t samples_needed = 2;

void note_peak(Work& work, PhaseState& phase, std::int32_t p_w) noexcept {
    if (work.age(phase.window_ms) >= work.tuning.restore_window_ms) {
        phase.peak_before_w = phase.window_ms == never_reported ? p_w : phase.peak_now_w;
        phase.peak_now_w = p_w;
        phase.window_ms = work.now_ms;
    }
    phase.peak_now_w = std::max(phase.peak_now_w, p_w);
}

void note_sample(Work& work, std::size_t p) noexcept {
    PhaseState& phase = work.state.phases[p];
    note_peak(work, phase, work.formers.p_w[p]);
    if (work.formers.permille[p] <= work.tuning.overload_permille) {
        if (phase.overload_samples > 0 || phase.free_since_ms == never_reported) {
            phase.free_since_ms = work.now_ms;
        }
        phase.overload_samples = 0;
        if (work.age(phase.free_since_ms) >= work.tuning.recheck_ms) phase.futile = 0;
        return;
    }
    if (phase.overload_samples == 0) phase.overload_since_ms = work.now_ms;
    if (phase.overload_samples < 1000) ++phase.overload_samples;
}

/// Was the last shed seen in the phase? One that was carried out and was not counts as futile.
void check_effect(Work& work, std::size_t p) noexcept {
    PhaseState& phase = work.state.phases[p];
    if (phase.effect_due_ms == never_reported || !work.formers.new_report) return;
    const std::int64_t fallen = phase.shed_before_w - work.formers.p_w[p];
    const bool seen = fallen >= permille(phase.shed_expected_w, work.tuning.effect_permille) ||
                      phase.overload_samples == 0;
    if (seen) {
        phase.futile = 0;
        phase.overload_samples = 0;  // what the former says may still be in between: look anew
    } else if (work.now_ms < phase.effect_due_ms) {
        return;
    } else if (phase.shed_home < 0 || work.homes[phase.shed_home].carried_out) {
        ++phase.futile;
    }
    phase.effect_due_ms = never_reported;
}

/// W above what is planned with.
std::int64_t excess_w(const Work& work, std::size_t p) noexcept {
    return permille(work.formers.phase_rating_w(),
                    work.formers.permille[p] - work.tuning.share_limit_permille);
}

bool shed_is_due(Work& work, std::size_t p) noexcept {
    const PhaseState& phase = work.state.phases[p];
    if (phase.overload_samples == 0 || !work.formers.new_report) return false;
    if (phase.futile >= work.tuning.futile_max) {
        work.alarm(Alarm::shed_futile);
        return false;
    }
    if (work.formers.permille[p] > work.tuning.severe_permille) {
        return work.age(phase.shed_ms) >= severe_gap_ms;
    }
    if (phase.overload_samples < samples_needed) return false;
    if (phase.effect_due_ms != never_reported) return false;
    const bool others_may_help = room_on_phase_w(work, p) >= excess_w(work, p) &&
                                 work.age(phase.overload_since_ms) < work.tuning.help_ms;
    return !others_may_help;
}

/// What opening `tier` and all less critical ones would take off.
std::int32_t gain_w(const Work& work, std::size_t home, std::int32_t tier) noexcept {
    std::int64_t sum = 0;
    for (std::int32_t t = tier; t < work.state.homes[home].closed_tiers; ++t) {
        const std::size_t index = static_cast<std::size_t>(t);
        if (work.homes[home].closed[index]) sum += std::max(0, work.homes[home].p_w[index]);
    }
    return to_w(sum);
}

/// What it draws has been told since the overload began. Before that only tier 4 is opened, on what
/// was known: who of the more critical ones would have to pay is a guess.
bool known_enough(const Work& work, std::size_t p, std::size_t home, std::int32_t tier) noexcept {
    return tier == tier_count - 1 ||
           work.homes[home].reported_ms >= work.state.phases[p].overload_since_ms;
}

/// The home of the phase that gains most from opening `tier`; -1 when none gains.
std::int32_t best_home(const Work& work, std::size_t p, std::int32_t tier) noexcept {
    std::int32_t best = -1;
    std::int32_t most = least_gain_w;
    for (std::size_t h = 0; h < work.homes.size(); ++h) {
        if (work.config.homes[h].phase != p || !home_fresh(work, work.home(h))) continue;
        if (!known_enough(work, p, h, tier)) continue;
        const std::int32_t gain = gain_w(work, h, tier);
        if (gain <= most) continue;
        most = gain;
        best = static_cast<std::int32_t>(h);
    }
    return best;
}

/// Tier 4 of the home with the largest one first, and so on until the excess is covered; then tier
/// 3, 2, 1. Tier 0 never.
void shed(Work& work, std::size_t p) noexcept {
    PhaseState& phase = work.state.phases[p];
    const std::int64_t excess = excess_w(work, p);
    std::int64_t relief = 0;
    phase.shed_home = -1;
    for (std::int32_t tier = tier_count - 1; tier >= 1 && relief < excess; --tier) {
        while (relief < excess) {
            const std::int32_t home = best_home(work, p, tier);
            if (home < 0) break;
            relief += gain_w(work, static_cast<std::size_t>(home), tier);
            order_tiers(work, static_cast<std::size_t>(home), tier);
            if (phase.shed_home < 0) phase.shed_home = home;
        }
    }
    if (phase.shed_home < 0) return work.alarm(Alarm::overload_stays);
    if (work.age(phase.restored_ms) < work.tuning.restore_watch_ms) {
        // The restore was too early: next time, wait longer.
        phase.backoff_ms = std::clamp(2 * phase.backoff_ms, work.tuning.restore_watch_ms,
                                      work.tuning.backoff_max_ms);
    } else {
        phase.backoff_ms = work.tuning.restore_gap_ms;
    }
    phase.locked_until_ms = work.now_ms + phase.backoff_ms;
    phase.shed_ms = work.now_ms;
    phase.effect_due_ms = work.now_ms + work.tuning.effect_ms;
    phase.shed_before_w = work.formers.p_w[p];
    phase.shed_expected_w = to_w(relief);
}

}  // namespace

void watch_phases(Work& work) noexcept {
    if (!work.formers.heard) return;
    for (std::size_t p = 0; p < phase_count; ++p) {
        if (work.formers.new_report) note_sample(work, p);
        check_effect(work, p);
        if (shed_is_due(work, p)) shed(work, p);
    }
}

void forget_overload(Work& work) noexcept {
    for (PhaseState& phase : work.state.phases) {
        phase.overload_samples = 0;
        phase.effect_due_ms = never_reported;
        phase.window_ms = never_reported;
    }
}

}  // namespace islandbench::dispatch::core
