#include "dispatch/core/check.hpp"

#include <cstdlib>

#include "dispatch/core/boxes.hpp"

namespace islandbench::dispatch::core {
namespace {

Promise unit_promise(const Work& work, const Unit& unit, std::int64_t p,
                     std::int32_t before_w) noexcept {
    const UnitIn& in = unit.in;
    const UnitConfig& config = unit.config;
    const Box& box = unit.box;
    // Wide: a unit may report any number.
    const std::int64_t band = config.dead_band_w;
    const std::int64_t base = box.base_w;
    if (std::abs(p) > config.rating_w) return Promise::inside_box;
    const std::int64_t least = std::min<std::int64_t>(0, base - in.charge_max_w);
    if (p > base + in.discharge_max_w + band || p < least - band) return Promise::inside_box;
    const std::int32_t keep =
        floor_permille(work, unit, work.on_grid()) + work.tuning.trust_permille;
    if (in.soc_permille <= keep) {
        const std::int64_t pv = config.pv_peak_w > 0 ? in.pv_w : 0;
        if (p > pv + own_use_w(work, unit)) return Promise::floor_kept;
    }
    if (in.opted_out && p > base + band) return Promise::opt_out_wins;
    const bool rises = p > std::max(before_w, box.rise_w) + band;
    if (rises && !work.relief[box.group]) return Promise::ramp_kept;
    return Promise::none_broken;
}

bool described(const UnitOut& out) noexcept {
    return out.valid_ms >= 2000 && out.fallback != UnitDefault::own;
}

Promise unit_broken(const Work& work, const Unit& unit, const UnitOut& out, std::int32_t before_w,
                    Judged& all) noexcept {
    const bool commanded = out.action != UnitAction::leave;
    if (unit.config.role == UnitRole::former && commanded) return Promise::formers_left_forming;
    if (out.action == UnitAction::set && !described(out)) return Promise::validity_and_default;
    const bool news = work.age(unit.state.reported_ms) <= unit.config.hold_ms;
    if (news) all.fresh_w += 2 * std::int64_t{unit.config.rating_w};
    if (out.respond && work.state.fsm != FsmState::grid) return Promise::services_on_grid_only;
    // Orders given anew in this step, not repeated to a silent unit.
    if (out.action != UnitAction::set || !unit.box.usable) return Promise::none_broken;
    if (!news) return Promise::reserve_is_fresh;
    const std::int32_t band = unit.config.dead_band_w;
    all.off_w += out.p_set_w;
    all.allowed_w += work.tuning.quantum_w + (out.p_set_w == before_w ? band : 0);
    all.gives |= out.p_set_w > unit.box.base_w + band;
    all.takes |= out.p_set_w < -band;
    return unit_promise(work, unit, out.p_set_w, before_w);
}

Promise home_broken(const Work& work, const HomeOut& out, std::size_t h, int& restored) noexcept {
    const std::int32_t tiers = out.closed_tiers;
    const std::int32_t before = work.tiers_before[h];
    if (tiers < 1 || tiers > tier_count) return Promise::tiers_in_order;
    if (tiers <= before) return Promise::none_broken;
    const bool blind = work.state.fsm == FsmState::hold || work.state.fsm == FsmState::safe;
    if (blind) return Promise::tiers_in_order;
    ++restored;
    return tiers > before + 1 ? Promise::restore_one_by_one : Promise::none_broken;
}

}  // namespace

void judge_units(const Work& work, Part part, std::span<const UnitOut> units,
                 Judged& judged) noexcept {
    Judged all = judged;
    each_unit(work, part, [&](const Unit& unit, std::size_t i) {
        if (all.units != Promise::none_broken) return;
        all.units = unit_broken(work, unit, units[i], work.p_before_w[i], all);
    });
    judged = all;
}

void judge_homes(const Work& work, std::span<const HomeOut> homes, Judged& judged) noexcept {
    for (std::size_t h = 0; h < work.homes.size() && judged.homes == Promise::none_broken; ++h) {
        judged.homes = home_broken(work, homes[h], h, judged.restored);
    }
}

Promise broken_promise(const Work& work, const Judged& all) noexcept {
    if (all.units != Promise::none_broken) return all.units;
    if (std::abs(all.off_w - work.out.target_w) > all.allowed_w) return Promise::sum_matches_plan;
    const bool balances = islanded(work.state.fsm) && work.state.balancing != 0;
    if (balances && all.gives && all.takes) return Promise::one_direction;
    if (work.out.reserve_w > all.fresh_w) return Promise::reserve_is_fresh;
    const FsmState s = work.state.fsm;
    const bool onto_dead = s == FsmState::black && !work.site.closed && work.site.grid_ok &&
                           work.site.permit_reclose && work.site.timer_remaining_ms == 0;
    const bool syncs = s == FsmState::syncing || s == FsmState::closing;
    const bool may_sync = (syncs && work.site.permit_reclose) || onto_dead;
    if (work.out.sync_request && !may_sync) return Promise::closing_asked_rightly;
    if (work.state.trim_mw != 0 && !connected(s)) return Promise::services_on_grid_only;
    if (all.homes != Promise::none_broken) return all.homes;
    return all.restored > 1 ? Promise::restore_one_by_one : Promise::none_broken;
}

}  // namespace islandbench::dispatch::core
