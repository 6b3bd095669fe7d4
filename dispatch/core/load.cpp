#include "dispatch/core/plans.hpp"

namespace islandbench::dispatch::core {
namespace {

/// First-order lag: how far `value` moves towards `goal` within dt.
std::int64_t lag(std::int64_t value, std::int64_t goal, std::int64_t dt,
                 std::int64_t tau) noexcept {
    return value + (goal - value) * dt / std::max<std::int64_t>(1, tau + dt);
}

/// A power on its phase, or spread over three.
void spread(std::array<std::int64_t, phase_count>& sum, std::size_t phase,
            std::int64_t p) noexcept {
    if (phase < phase_count) {
        sum[phase] += p;
        return;
    }
    for (std::int64_t& one : sum) one += p / phase_count;
}

/// Who joins or leaves takes its part of the filtered load along.
void add_unit(const Work& work, const Unit& unit, Served& served) noexcept {
    UnitState& state = unit.state;
    const bool in = unit.box.usable;
    const std::size_t phase = unit.box.group;
    const std::int32_t p_w = in ? unit.in.p_w : 0;
    if (in) {
        spread(served.w, phase, p_w);
        served.oldest_ms = std::max(served.oldest_ms, work.age(unit.in.reported_ms));
    }
    if (in && state.in_load == 0) spread(served.moved_w, phase, p_w);
    if (!in && state.in_load != 0) spread(served.moved_w, phase, -state.in_load_w);
    state.in_load = in ? 1 : 0;
    state.in_load_w = p_w;
}

}  // namespace

void add_served(Work& work, Part part) noexcept {
    const bool in_island = islanded(work.state.fsm);
    Served served = work.served;
    each_unit(work, part, [&](const Unit& unit, std::size_t) {
        if (in_island) {
            add_unit(work, unit, served);
        } else {
            unit.state.in_load = 0;
        }
    });
    work.served = served;
}

void estimate_load(Work& work) noexcept {
    State& state = work.state;
    const Served& served = work.served;
    for (std::size_t p = 0; p < phase_count && state.balancing != 0; ++p) {
        state.phases[p].load_mw += served.moved_w[p] * 1000;
        state.phases[p].bound_mw += served.moved_w[p] * 1000;
    }
    if (!work.formers.heard || (state.balancing != 0 && !work.formers.new_report)) return;
    const std::int64_t dt = std::min<std::int64_t>(5000, work.age(state.balance_ms));
    const std::int64_t tau =
        std::max<std::int64_t>(work.tuning.load_filter_ms, 2 * served.oldest_ms);
    for (std::size_t p = 0; p < phase_count; ++p) {
        PhaseState& phase = state.phases[p];
        const std::int64_t load_mw = (work.formers.p_w[p] + served.w[p]) * 1000;
        if (state.balancing == 0) phase.load_mw = phase.bound_mw = load_mw;
        phase.load_mw = lag(phase.load_mw, load_mw, dt, tau);
        phase.bound_mw = load_mw > phase.bound_mw
                             ? load_mw
                             : lag(phase.bound_mw, load_mw, dt, work.tuning.bound_release_ms);
    }
    state.balancing = 1;
    state.balance_ms = work.now_ms;
}

}  // namespace islandbench::dispatch::core
