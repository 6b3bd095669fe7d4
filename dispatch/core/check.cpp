#include "dispatch/core/check.hpp"

#include <cstdlib>

#include "dispatch/core/boxes.hpp"

namespace islandbench::dispatch::core {
namespace {

bool fresh(const Work& work, std::size_t i) noexcept {
    return work.age(work.state.units[i].reported_ms) <= work.config.units[i].hold_ms;
}

/// Orders given anew in this step, not repeated to a silent unit.
bool ordered(const Work& work, std::span<const UnitOut> units, std::size_t i) noexcept {
    return units[i].action == UnitAction::set && work.box[i].usable;
}

Promise unit_promise(const Work& work, const UnitOut& out, std::size_t i) noexcept {
    const UnitIn& in = work.units[i];
    const UnitConfig& unit = work.config.units[i];
    const Box& box = work.box[i];
    // Wide: a unit may report any number.
    const std::int64_t band = unit.dead_band_w;
    const std::int64_t p = out.p_set_w;
    if (std::abs(p) > unit.rating_w) return Promise::inside_box;
    const std::int64_t most = std::int64_t{box.base_w} + in.discharge_max_w;
    const std::int64_t least =
        std::min<std::int64_t>(0, std::int64_t{box.base_w} - in.charge_max_w);
    if (p > most + band || p < least - band) return Promise::inside_box;
    const std::int32_t keep = floor_permille(work, i, work.on_grid()) + work.tuning.trust_permille;
    const std::int64_t pv = unit.pv_peak_w > 0 ? in.pv_w : 0;
    if (in.soc_permille <= keep && p > pv + own_use_w(work, i)) return Promise::floor_kept;
    if (in.opted_out && p > box.base_w + band) return Promise::opt_out_wins;
    const bool rises = p > std::max(work.p_before_w[i], box.rise_w) + band;
    if (rises && !work.relief[box.group]) return Promise::ramp_kept;
    return Promise::none_broken;
}

bool described(const UnitOut& out) noexcept {
    return out.valid_ms >= 2000 && out.fallback != UnitDefault::own;
}

/// What the promises about all units together rest on.
struct Together {
    std::int64_t off_w = 0;      ///< sum of the orders, past the plan
    std::int64_t allowed_w = 0;  ///< a quantum each, and the dead band of an order left standing
    std::int64_t fresh_w = 0;    ///< most that those with fresh data could add
    bool gives = false;          ///< a battery gives to the bus
    bool takes = false;          ///< somebody takes from it
};

void add_order(const Work& work, const UnitOut& out, std::size_t i, Together& all) noexcept {
    const std::int32_t band = work.config.units[i].dead_band_w;
    const bool stood = out.p_set_w == work.p_before_w[i];
    all.off_w += out.p_set_w;
    all.allowed_w += work.tuning.quantum_w + (stood ? band : 0);
    all.gives = all.gives || out.p_set_w > work.box[i].base_w + band;
    all.takes = all.takes || out.p_set_w < -band;
}

Promise homes_promise(const Work& work, std::span<const HomeOut> homes) noexcept {
    int restored = 0;
    for (std::size_t h = 0; h < work.homes.size(); ++h) {
        const std::int32_t tiers = homes[h].closed_tiers;
        const std::int32_t before = work.tiers_before[h];
        if (tiers < 1 || tiers > tier_count) return Promise::tiers_in_order;
        const bool blind = work.state.fsm == FsmState::hold || work.state.fsm == FsmState::safe;
        if (blind && tiers > before) return Promise::tiers_in_order;
        if (tiers > before + 1) return Promise::restore_one_by_one;
        if (tiers > before) ++restored;
    }
    return restored > 1 ? Promise::restore_one_by_one : Promise::none_broken;
}

}  // namespace

Promise broken_promise(const Work& work, std::span<const UnitOut> units,
                       std::span<const HomeOut> homes) noexcept {
    Together all;
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        const bool commanded = units[i].action != UnitAction::leave;
        if (work.config.units[i].role == UnitRole::former && commanded) {
            return Promise::formers_left_forming;
        }
        if (units[i].action == UnitAction::set && !described(units[i])) {
            return Promise::validity_and_default;
        }
        const bool news = fresh(work, i);
        if (news) all.fresh_w += 2 * std::int64_t{work.config.units[i].rating_w};
        if (units[i].respond && work.state.fsm != FsmState::grid) {
            return Promise::services_on_grid_only;
        }
        if (!ordered(work, units, i)) continue;
        if (!news) return Promise::reserve_is_fresh;
        const Promise broken = unit_promise(work, units[i], i);
        if (broken != Promise::none_broken) return broken;
        add_order(work, units[i], i, all);
    }
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
    return homes_promise(work, homes);
}

}  // namespace islandbench::dispatch::core
