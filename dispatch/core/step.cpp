#include "dispatch/core/step.hpp"

#include "dispatch/core/boxes.hpp"
#include "dispatch/core/branches.hpp"
#include "dispatch/core/check.hpp"
#include "dispatch/core/freshness.hpp"
#include "dispatch/core/machine.hpp"
#include "dispatch/core/orders.hpp"
#include "dispatch/core/outlook.hpp"
#include "dispatch/core/plans.hpp"
#include "dispatch/core/promises.hpp"
#include "dispatch/core/services.hpp"
#include "dispatch/core/tiers.hpp"
#include "dispatch/core/unseen.hpp"

namespace islandbench::dispatch::core {
namespace {

constexpr std::int64_t longest_step_ms = 5000;

/// Memory that somebody else left in a place is not used: who has come there starts anew.
template <class Memory, class Part>
bool adopt(Memory& memory, const Part& part) noexcept {
    if (memory.id == part.id) return false;
    memory = Memory{};
    memory.id = part.id;
    return true;
}

void take_over(Work& work) noexcept {
    bool strange = false;
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        UnitState& unit = work.state.units[i];
        strange |= adopt(unit, work.config.units[i]) || unit.barred != 0 ||
                   work.config.units[i].phase > three_phase;
        work.want_w[i] = 0;
        work.p_before_w[i] = unit.p_set_w;
        work.owners_served |= work.config.units[i].home != no_home;
        work.efficiency_matters |= work.config.units[i].efficient_min_w > 0;
        work.formers.exist |= work.config.units[i].role == UnitRole::former;
    }
    for (std::size_t h = 0; h < work.homes.size(); ++h) {
        HomeState& home = work.state.homes[h];
        strange |= adopt(home, work.config.homes[h]) || home.barred != 0 ||
                   work.config.homes[h].phase >= phase_count;
        work.tiers_before[h] = static_cast<std::uint8_t>(home.closed_tiers);
    }
    if (strange) work.alarm(Alarm::bad_input);
}

void start(Work& work) noexcept {
    State& state = work.state;
    if (state.running == 0) {
        state.running = 1;
        state.entered_ms = work.now_ms;
        state.last_ms = work.now_ms;
    }
    if (work.now_ms < state.last_ms) work.alarm(Alarm::bad_input);
    work.dt_ms = std::clamp<std::int64_t>(work.now_ms - state.last_ms, 0, longest_step_ms);
    state.last_ms = std::max(state.last_ms, work.now_ms);
    work.before = state.fsm;
    take_over(work);
}

void plan(Work& work) noexcept {
    const FsmState s = work.state.fsm;
    if (islanded(s)) {
        estimate_load(work);
    } else {
        work.state.balancing = 0;
        for (std::size_t i = 0; i < work.unit_count(); ++i) work.state.units[i].in_load = 0;
    }
    if (!connected(s)) {
        work.state.trim_mw = 0;
        forget_flow(work.state);
    }
    if (islanded(s) && work.state.balancing != 0) {
        plan_island(work);
    } else if (connected(s)) {
        plan_grid(work);
    } else if (s == FsmState::init || s == FsmState::black || s == FsmState::safe) {
        plan_rest(work);
    } else {
        plan_hold(work);
    }
}

void report(Work& work, std::span<const UnitOut> units) noexcept {
    const State& state = work.state;
    SiteOut& out = work.out;
    out.state = state.fsm;
    out.mode = state.mode;
    out.sync_request = wants_closing(work);
    out.island_request =
        state.fsm == FsmState::opening || (work.site.island_wanted && islanded(state.fsm));
    out.period_ms = period_ms(work);
    out.former_permille = work.formers.permille;
    const Reserve reserve = reserve_of(work);
    out.reserve_w = reserve.w;
    for (std::size_t h = 0; h < work.homes.size(); ++h) {
        out.shed_tiers += tier_count - state.homes[h].closed_tiers;
    }
    if (work.age(state.interconnect_ms) > work.tuning.blind_ms) {
        work.alarm(Alarm::interconnect_lost);
    }
    if (work.formers.exist && !work.formers.heard) work.alarm(Alarm::former_lost);
    if (islanded(state.fsm) && state.mode != IslandMode::normal && state.mode != IslandMode::full) {
        work.alarm(Alarm::energy_low);
    }
    if (islanded(state.fsm) && !headroom_suffices(work, reserve)) work.alarm(Alarm::headroom_low);
    if (state.fsm == FsmState::black) work.alarm(Alarm::black);
    if (!branches_kept(work, units)) work.alarm(Alarm::branch_over);
    if (connected(state.fsm) && holds(work, Guard::supply_lost)) work.alarm(Alarm::bad_supply);
}

}  // namespace

void step(const Config& config, const SiteIn& site, std::span<const UnitIn> units,
          std::span<const HomeIn> homes, State& state, std::span<UnitOut> units_out,
          std::span<HomeOut> homes_out, SiteOut& site_out) noexcept {
    const std::size_t unit_count =
        std::min({units.size(), units_out.size(), config.units.size(), state.units.size()});
    const std::size_t home_count =
        std::min({homes.size(), homes_out.size(), config.homes.size(), state.homes.size()});
    site_out = SiteOut{};
    for (UnitOut& out : units_out.subspan(unit_count)) out = UnitOut{};
    for (HomeOut& out : homes_out.subspan(home_count)) out = HomeOut{};
    Work work{config, site, units.first(unit_count), homes.first(home_count), state, site_out};
    if (unit_count != units.size() || home_count != homes.size() ||
        unit_count != config.units.size() || home_count != config.homes.size()) {
        work.alarm(Alarm::bad_input);
    }
    start(work);
    classify(work);
    sum_formers(work);
    advance(work);
    mark_event(work);
    advance_mode(work);
    watch_limits(work);
    hear_of_storm(work);
    fill_boxes(work);
    prepare_for_storm(work);
    aim_at_peak(work);
    arm_response(work);
    keep_promises(work);
    tend_tiers(work);
    plan(work);
    give_orders(work);
    describe_orders(work, units_out);
    look_ahead(work);
    report(work, units_out);
    for (std::size_t h = 0; h < home_count; ++h) {
        homes_out[h].closed_tiers = state.homes[h].closed_tiers;
    }
    site_out.broken = broken_promise(work, units_out, homes_out);
    const bool broken = site_out.broken != Promise::none_broken;
    state.broken = broken ? 1 : 0;
    if (broken) work.alarm(Alarm::invariant_broken);
    if (broken || state.fsm == FsmState::safe) give_safe_orders(work, units_out);
}

}  // namespace islandbench::dispatch::core
