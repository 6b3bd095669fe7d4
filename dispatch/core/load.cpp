#include "dispatch/core/plans.hpp"

namespace islandbench::dispatch::core {
namespace {

/// First-order lag: how far `value` moves towards `goal` within dt.
std::int64_t lag(std::int64_t value, std::int64_t goal, std::int64_t dt,
                 std::int64_t tau) noexcept {
    return value + (goal - value) * dt / std::max<std::int64_t>(1, tau + dt);
}

/// A power on its phase, or spread over three.
void spread(std::array<std::int64_t, phase_count>& sum, std::uint8_t phase,
            std::int64_t p) noexcept {
    if (phase < phase_count) {
        sum[phase] += p;
        return;
    }
    for (std::int64_t& one : sum) one += p / phase_count;
}

/// Power of the units in use, and their oldest report.
struct Served {
    std::array<std::int64_t, phase_count> w{};
    std::int64_t oldest_ms = 0;
};

/// Who joins or leaves takes its part of the filtered load along.
Served served_by_units(Work& work) noexcept {
    Served served;
    std::array<std::int64_t, phase_count> moved{};
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        UnitState& unit = work.state.units[i];
        const bool in = work.box[i].usable;
        const std::uint8_t phase = work.box[i].group;
        const std::int32_t p_w = work.units[i].p_w;
        if (in) spread(served.w, phase, p_w);
        if (in && unit.in_load == 0) spread(moved, phase, p_w);
        if (!in && unit.in_load != 0) spread(moved, phase, -unit.in_load_w);
        if (in) {
            served.oldest_ms = std::max(served.oldest_ms, work.age(work.units[i].reported_ms));
        }
        unit.in_load = in ? 1 : 0;
        unit.in_load_w = in ? p_w : 0;
    }
    if (work.state.balancing == 0) return served;
    for (std::size_t p = 0; p < phase_count; ++p) {
        work.state.phases[p].load_mw += moved[p] * 1000;
        work.state.phases[p].bound_mw += moved[p] * 1000;
    }
    return served;
}

}  // namespace

void estimate_load(Work& work) noexcept {
    State& state = work.state;
    const Served served = served_by_units(work);
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
