#include "dispatch/core/unseen.hpp"

namespace islandbench::dispatch::core {
namespace {

std::int64_t told_at_ms(const Work& work, const FlowSums& sums) noexcept {
    return work.now_ms - sums.age_ms / std::max<std::int64_t>(1, sums.units);
}

/// Who comes or leaves was always there, or never: it is no change of the others.
void move_units(FlowMemory& memory, const FlowSums& now) noexcept {
    for (FlowMoment& moment : memory.moments) {
        moment.ordered_w += now.moved_ordered_w;
        moment.told_w += now.moved_told_w;
    }
}

void remember(const Work& work, FlowMemory& memory, const FlowSums& now) noexcept {
    const std::int64_t spacing = work.tuning.predict_ms / 8;
    if (work.age(memory.moments[0].at_ms) < spacing) return;
    for (std::size_t k = flow_moments - 1; k > 0; --k) memory.moments[k] = memory.moments[k - 1];
    memory.moments[0] = {work.now_ms, told_at_ms(work, now), now.ordered_w, now.told_w};
    memory.count = std::min<std::int64_t>(memory.count + 1, flow_moments);
}

/// What the devices told of the time of the meter's reading, or the nearest that is remembered.
std::int64_t told_then_w(const Work& work, const FlowMemory& memory, const FlowSums& now) noexcept {
    const std::int64_t read_ms = work.site.poi_reported_ms;
    std::int64_t told = now.told_w;
    if (told_at_ms(work, now) <= read_ms) return told;
    for (std::int64_t k = 0; k < memory.count; ++k) {
        const FlowMoment& moment = memory.moments[static_cast<std::size_t>(k)];
        told = moment.told_w;
        if (moment.told_ms <= read_ms) break;
    }
    return told;
}

}  // namespace

void FlowSums::add(const Work& work, std::size_t i) noexcept {
    UnitState& unit = work.state.units[i];
    const bool in = work.box[i].usable;
    const std::int32_t told = work.units[i].p_w;
    const std::int64_t comes = (in ? 1 : 0) - unit.in_flow;
    moved_ordered_w += comes * unit.p_set_w;
    moved_told_w += comes * told;
    unit.in_flow = in ? 1 : 0;
    if (!in) return;
    ++units;
    ordered_w += unit.p_set_w;
    told_w += told;
    age_ms += work.age(work.units[i].reported_ms);
}

std::int64_t unseen_w(Work& work, const FlowSums& now) noexcept {
    FlowMemory& memory = work.state.flow;
    move_units(memory, now);
    const std::int64_t missing = now.ordered_w - told_then_w(work, memory, now);
    std::int64_t most = 0;
    std::int64_t least = 0;
    for (std::int64_t k = 0; k < memory.count; ++k) {
        const FlowMoment& moment = memory.moments[static_cast<std::size_t>(k)];
        if (since(work.site.poi_reported_ms, moment.at_ms) > work.tuning.predict_ms) break;
        most = std::max(most, now.ordered_w - moment.ordered_w);
        least = std::min(least, now.ordered_w - moment.ordered_w);
    }
    remember(work, memory, now);
    return std::clamp(missing, least, most) + memory.held_back_w;
}

void forget_flow(State& state) noexcept {
    state.flow = FlowMemory{};
}

}  // namespace islandbench::dispatch::core
