#include "dispatch/core/machine.hpp"

#include <cstdlib>

namespace islandbench::dispatch::core {
namespace {

constexpr std::uint8_t votes_needed = 2;

const Timing& timing(const Work& work) noexcept {
    return work.config.timings[static_cast<std::size_t>(work.state.fsm)];
}

bool supplied(const SiteIn& site, const Tuning& tuning) noexcept {
    return tuning.supply_v_mv.holds(site.v_grid_mv) && tuning.supply_f_mhz.holds(site.f_grid_mhz);
}

bool grid_healthy(const SiteIn& site, const Tuning& tuning) noexcept {
    return site.grid_ok && tuning.grid_v_mv.holds(site.v_grid_mv) &&
           tuning.grid_f_mhz.holds(site.f_grid_mhz);
}

bool street_stands(const SiteIn& site, const Tuning& tuning) noexcept {
    return !site.closed && site.island_stable && tuning.island_v_mv.holds(site.v_island_mv) &&
           tuning.island_f_mhz.holds(site.f_island_mhz);
}

bool grid_returned(const Work& work) noexcept {
    return !work.site.closed && !work.site.island_wanted && grid_healthy(work.site, work.tuning);
}

bool may_close(const Work& work) noexcept {
    return grid_returned(work) && work.site.timer_remaining_ms == 0 && work.site.permit_reclose;
}

bool former_blind(const Work& work) noexcept {
    return work.formers.exist && work.age(work.state.former_ms) > work.tuning.blind_ms;
}

bool tie_idle(const Work& work) noexcept {
    return work.age(work.site.poi_reported_ms) <= work.tuning.blind_ms &&
           std::abs(work.state.tie_mw / 1000) <= tie_idle_w(work);
}

void enter(Work& work, FsmState to) noexcept {
    State& state = work.state;
    state.fsm = to;
    state.entered_ms = work.now_ms;
}

void count_guards(Work& work) noexcept {
    // What was seen too long ago confirms nothing.
    const bool forgotten = work.age(work.state.interconnect_ms) > work.tuning.blind_ms;
    for (int g = 0; g < guard_count; ++g) {
        const Guard guard = static_cast<Guard>(g);
        std::uint8_t& count = work.state.confirmed[g];
        if (from_telemetry(guard) && forgotten) count = 0;
        if (from_telemetry(guard) && !work.new_interconnect) continue;
        if (!holds(work, guard)) {
            count = 0;
        } else if (count < 255) {
            ++count;
        }
    }
}

IslandMode mode_wanted(const Work& work) noexcept {
    const Tuning& t = work.tuning;
    const Formers& f = work.formers;
    const IslandMode now = work.state.mode;
    const bool saves = now == IslandMode::saving || now == IslandMode::critical;
    const std::uint8_t promised = work.state.promise_low;
    if (f.above_wh < t.critical_wh || f.above_permille < t.critical_permille || promised == 2) {
        return IslandMode::critical;
    }
    const bool low =
        f.above_wh < t.saving_wh || f.above_permille < t.saving_permille || promised == 1;
    const bool recovered = f.above_wh >= t.saving_exit_wh &&
                           f.above_permille >= t.saving_exit_permille && promised == 0;
    if (now == IslandMode::critical && low) return IslandMode::critical;
    if (low || (saves && !recovered)) return IslandMode::saving;
    const bool surplus = work.age(work.state.surplus_ms) < t.full_exit_ms;
    return surplus ? IslandMode::full : IslandMode::normal;
}

}  // namespace

bool holds(const Work& work, Guard guard) noexcept {
    const SiteIn& site = work.site;
    const Tuning& tuning = work.tuning;
    switch (guard) {
        case Guard::grid_present: return site.closed && supplied(site, tuning);
        case Guard::supply_lost: return site.closed && !supplied(site, tuning);
        case Guard::contact_open: return !site.closed;
        case Guard::contact_closed: return site.closed;
        case Guard::islanded: return street_stands(site, tuning);
        case Guard::island_heard: return street_stands(site, tuning) && !former_blind(work);
        case Guard::street_dead: return !site.closed && site.v_island_mv < tuning.dead_mv;
        case Guard::grid_returned: return grid_returned(work);
        case Guard::grid_gone: return !site.closed && !grid_returned(work);
        case Guard::may_close: return may_close(work);
        case Guard::may_not_close: return !site.closed && !may_close(work);
        case Guard::in_sync: return site.sync_ok;
        case Guard::out_of_sync: return !site.sync_ok;
        case Guard::tie_idle: return tie_idle(work);
        case Guard::island_asked: return site.closed && site.island_wanted && site.permit_island;
        case Guard::island_unasked: return !site.island_wanted || !site.permit_island;
        case Guard::time_out: {
            const std::int64_t longest = timing(work).max_ms;
            return longest > 0 && work.now_ms - work.state.entered_ms >= longest;
        }
        case Guard::blind: return work.age(work.state.interconnect_ms) > tuning.blind_ms;
        case Guard::former_blind: return former_blind(work);
        case Guard::settled: return work.state.fsm == FsmState::rejoined && work.state.settled != 0;
        case Guard::broken: break;
    }
    return work.state.broken != 0;
}

void advance(Work& work) noexcept {
    count_guards(work);
    const State& state = work.state;
    const bool dwelt = work.now_ms - state.entered_ms >= timing(work).min_ms;
    for (const Transition& row : transitions()) {
        if (row.from != state.fsm || (!row.urgent && !dwelt)) continue;
        if (state.confirmed[static_cast<std::size_t>(row.guard)] < row.samples) continue;
        const bool unasked = row.from == FsmState::island || row.from == FsmState::grid_seen;
        if (unasked && row.to == FsmState::rejoined) {
            work.alarm(Alarm::closed_unasked);
        }
        enter(work, row.to);
        break;
    }
}

bool wants_closing(const Work& work) noexcept {
    constexpr std::uint8_t samples = 2;
    const State& state = work.state;
    // Votes outlive what they counted while the interconnect is silent. A consent is no telemetry:
    // withdrawn, it ends the wish at once.
    if (!work.site.permit_reclose) return false;
    if (state.fsm == FsmState::syncing || state.fsm == FsmState::closing) return true;
    return state.fsm == FsmState::black && may_close(work) &&
           state.confirmed[static_cast<std::size_t>(Guard::may_close)] >= samples;
}

void advance_mode(Work& work) noexcept {
    State& state = work.state;
    if (!islanded(state.fsm)) {
        // What was saved in the island comes back with the grid.
        if (work.on_grid()) state.mode = IslandMode::normal;
        state.mode_votes = 0;
        return;
    }
    if (!work.formers.new_report || !work.formers.soc_known) return;
    const IslandMode wanted = mode_wanted(work);
    if (wanted != state.mode_next) {
        state.mode_next = wanted;
        state.mode_votes = 0;
    }
    if (state.mode_votes < votes_needed) ++state.mode_votes;
    if (wanted == state.mode || state.mode_votes < votes_needed) return;
    state.mode = wanted;
}

std::int32_t tiers_allowed(const State& state) noexcept {
    if (state.fsm == FsmState::black) return 1;  // a restart must not meet a cold street
    if (!islanded(state.fsm)) return tier_count;
    if (state.mode == IslandMode::critical) return 2;
    return state.mode == IslandMode::saving ? 4 : tier_count;
}

std::int32_t period_ms(const Work& work) noexcept {
    const State& state = work.state;
    if (state.fsm != FsmState::grid) return work.tuning.island_period_ms;
    for (const Transition& row : transitions()) {
        if (row.from != FsmState::grid) continue;
        if (state.confirmed[static_cast<std::size_t>(row.guard)] > 0) {
            return work.tuning.island_period_ms;
        }
    }
    return work.tuning.grid_period_ms;
}

}  // namespace islandbench::dispatch::core
