#include "dispatch/core/step.hpp"

#include <utility>

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

void take_over_units(Work& work, Part part) noexcept {
    bool strange = false, own_use = false, minimum = false;
    std::size_t formers = 0;
    std::int32_t* const want_w = work.want_w.data();
    std::int32_t* const p_before_w = work.p_before_w.data();
    each_unit(work, part, [&](const Unit& unit, std::size_t i) {
        strange |= adopt(unit.state, unit.config) || unit.state.barred != 0 ||
                   unit.config.phase > three_phase;
        want_w[i] = 0;
        p_before_w[i] = unit.state.p_set_w;
        own_use |= unit.config.home != no_home;
        minimum |= unit.config.efficient_min_w > 0;
        formers += unit.config.role == UnitRole::former ? 1 : 0;
    });
    work.owners_served |= own_use;
    work.efficiency_matters |= minimum;
    work.formers.met += formers;
    if (strange) work.alarm(Alarm::bad_input);
}

void take_over_homes(Work& work, Part part) noexcept {
    bool strange = false;
    each_home(work, part, [&](const Home& home, std::size_t h) {
        strange |= adopt(home.state, home.config) || home.state.barred != 0 ||
                   home.config.phase >= phase_count;
        work.tiers_before[h] = static_cast<std::uint8_t>(home.state.closed_tiers);
    });
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
}

/// What the formers and the interconnect say: which state the street is in.
void listen(Work& work) noexcept {
    each_former(work, [&work](std::size_t i) {
        const Part former{i, i + 1};
        take_over_units(work, former);
        classify(work, former);
    });
    sum_formers(work);
    work.formers.exist = work.formers.met > 0;
    classify_site(work);
    rate_formers(work);
    advance(work);
    mark_event(work);
    advance_mode(work);
    watch_limits(work);
    hear_of_storm(work);
}

/// What all say, what each can do, and what all of them could. First the homes, as batteries serve
/// their owners. (Formers a second time, which changes nothing.)
void look_at_fleet(Work& work, std::span<HomeOut> homes_out) noexcept {
    work.least_closed = tier_count;
    work.most_closed = 0;
    in_parts(work.homes.size(), [&](Part homes) {
        take_over_homes(work, homes);
        observe_homes(work, homes);
        add_critical_load(work, homes);
        find_largest_tier(work, homes);
        tell_tiers(work, homes, homes_out);
    });
    work.tiers_ordered = false;
    const std::size_t listened = std::exchange(work.formers.met, 0);
    in_parts(work.unit_count(), [&work](Part units) {
        take_over_units(work, units);
        classify(work, units);
        restart_ramps(work, units);
        mark_charge(work, units);
        fill_boxes(work, units);
        add_boxes(work, units);
        add_help(work, units);
        add_served(work, units);
        note_use(work, units);
    });
    if (work.formers.met != listened) {
        // A fleet that changed without State::fit(): somebody was not listened to in this step.
        work.alarm(Alarm::bad_input);
        work.state.list_formers(work.config);
    }
    if (!work.owners_served) return;
    serve_owners(work);
    work.boxes = Boxes{};
    add_boxes(work, work.all_units());
}

Settle plan(Work& work) noexcept {
    const FsmState s = work.state.fsm;
    if (islanded(s)) {
        estimate_load(work);
    } else {
        work.state.balancing = 0;
    }
    if (!connected(s)) {
        work.state.trim_mw = 0;
        forget_flow(work.state);
    }
    if (islanded(s) && work.state.balancing != 0) return plan_island(work);
    if (connected(s)) return plan_grid(work);
    const bool rests = s == FsmState::init || s == FsmState::black || s == FsmState::safe;
    return rests ? plan_rest(work) : plan_hold(work);
}

/// From the plan to orders. They are judged while they are near.
Judged order(Work& work, Settle settle, std::span<UnitOut> units_out,
             std::span<HomeOut> homes_out) noexcept {
    Judged judged;
    TriflesOfGroups trifles = round_plan(work, settle);
    in_parts(work.unit_count(), [&](Part units) {
        give_orders(work, units, trifles);
        describe_orders(work, units, units_out);
        add_reserve(work, units);
        judge_units(work, units, units_out, judged);
    });
    add_formers_reserve(work);
    // The usual case: nobody was ordered anything since all were looked at.
    if (work.tiers_ordered) tell_tiers(work, work.all_homes(), homes_out);
    judge_homes(work, homes_out, judged);
    for (const HomeOut& home : homes_out.first(work.homes.size())) {
        work.out.shed_tiers += tier_count - home.closed_tiers;
    }
    return judged;
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
    out.reserve_w = work.reserve.w;
    if (work.age(state.interconnect_ms) > work.tuning.blind_ms) {
        work.alarm(Alarm::interconnect_lost);
    }
    if (work.formers.exist && !work.formers.heard) work.alarm(Alarm::former_lost);
    if (islanded(state.fsm) && state.mode != IslandMode::normal && state.mode != IslandMode::full) {
        work.alarm(Alarm::energy_low);
    }
    if (islanded(state.fsm) && !headroom_suffices(work)) work.alarm(Alarm::headroom_low);
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
    listen(work);
    look_at_fleet(work, homes_out);
    prepare_for_storm(work);
    aim_at_peak(work);
    arm_response(work);
    keep_promises(work);
    tend_tiers(work);
    const Settle settle = plan(work);
    const Judged judged = order(work, settle, units_out, homes_out);
    look_ahead(work);
    report(work, units_out);
    site_out.broken = broken_promise(work, judged);
    const bool broken = site_out.broken != Promise::none_broken;
    state.broken = broken ? 1 : 0;
    if (broken) work.alarm(Alarm::invariant_broken);
    if (broken || state.fsm == FsmState::safe) give_safe_orders(work, units_out);
}

}  // namespace islandbench::dispatch::core
