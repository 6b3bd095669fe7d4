#include "dispatch/core/step.hpp"

#include <utility>

#include "dispatch/core/boxes.hpp"
#include "dispatch/core/check.hpp"
#include "dispatch/core/freshness.hpp"
#include "dispatch/core/machine.hpp"
#include "dispatch/core/orders.hpp"
#include "dispatch/core/plans.hpp"
#include "dispatch/core/tiers.hpp"

namespace islandbench::dispatch::core {
namespace {

constexpr std::int64_t longest_step_ms = 5000;

std::size_t fitting(std::size_t a, std::size_t b, std::int32_t configured, int most) noexcept {
    const std::size_t known = static_cast<std::size_t>(std::clamp(configured, 0, most));
    return std::min({a, b, known});
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
    state.unit_count = static_cast<std::int32_t>(work.units.size());
    state.home_count = static_cast<std::int32_t>(work.homes.size());
    work.before = state.fsm;
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        work.p_before_w[i] = state.units[i].p_set_w;
        work.formers.exist |= work.config.units[i].role == UnitRole::former;
    }
    for (std::size_t h = 0; h < work.homes.size(); ++h) {
        work.tiers_before[h] = static_cast<std::uint8_t>(state.homes[h].closed_tiers);
    }
}

void plan(Work& work) noexcept {
    const FsmState s = work.state.fsm;
    if (islanded(s)) {
        estimate_load(work);
    } else {
        work.state.balancing = 0;
        for (std::size_t i = 0; i < work.unit_count(); ++i) work.state.units[i].in_load = 0;
    }
    if (!connected(s)) work.state.trim_mw = 0;
    if (islanded(s) && work.state.balancing != 0) {
        plan_island(work);
    } else if (connected(s)) {
        plan_grid(work);
    } else if (s == FsmState::init || s == FsmState::black || s == FsmState::safe) {
        plan_rest(work);
    } else {
        plan_hold(work);
    }
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        if (work.box[i].usable) work.out.target_w += work.want_w[i];
    }
}

void report(Work& work) noexcept {
    const State& state = work.state;
    SiteOut& out = work.out;
    out.state = state.fsm;
    out.mode = state.mode;
    out.sync_request = wants_closing(work);
    out.island_request =
        state.fsm == FsmState::opening || (work.site.island_wanted && islanded(state.fsm));
    out.period_ms = period_ms(work);
    out.former_permille = work.formers.permille;
    out.reserve_w = reserve_w(work);
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
    if (state.fsm == FsmState::black) work.alarm(Alarm::black);
    if (connected(state.fsm) && holds(work, Guard::supply_lost)) work.alarm(Alarm::bad_supply);
}

}  // namespace

void step(const Config& config, const SiteIn& site, std::span<const UnitIn> units,
          std::span<const HomeIn> homes, State& state, std::span<UnitOut> units_out,
          std::span<HomeOut> homes_out, SiteOut& site_out) noexcept {
    const std::size_t unit_count =
        fitting(units.size(), units_out.size(), config.unit_count, max_units);
    const std::size_t home_count =
        fitting(homes.size(), homes_out.size(), config.home_count, max_homes);
    site_out = SiteOut{};
    for (UnitOut& out : units_out) out = UnitOut{};
    for (HomeOut& out : homes_out) out = HomeOut{};
    Work work{config, site, units.first(unit_count), homes.first(home_count), state, site_out};
    if (unit_count != units.size() || home_count != homes.size() ||
        std::cmp_not_equal(unit_count, config.unit_count) ||
        std::cmp_not_equal(home_count, config.home_count)) {
        work.alarm(Alarm::bad_input);
    }
    start(work);
    classify(work);
    sum_formers(work);
    advance(work);
    advance_mode(work);
    fill_boxes(work);
    tend_tiers(work);
    plan(work);
    give_orders(work);
    describe_orders(work, units_out);
    report(work);
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
