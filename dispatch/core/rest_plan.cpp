#include "dispatch/core/plans.hpp"

namespace islandbench::dispatch::core {
namespace {

void stay(Work& work, Part units) noexcept {
    each_unit(work, units, [&work](const Unit& unit, std::size_t i) {
        Box& box = unit.box;
        if (!box.usable) return;
        const std::int32_t most = box.base_w + box.discharge_w;
        const std::int32_t least = std::min(0, box.base_w - box.charge_w);
        box.low_w = least;
        box.high_w = std::max(least, std::min(most, std::max(box.rise_w, 0)));
        work.want_w[i] = std::clamp(unit.state.p_set_w, box.low_w, box.high_w);
    });
}

/// A step begins with no set-point and no range.
void rest(Work& /*work*/, Part /*units*/) noexcept {}

}  // namespace

Settle plan_hold(Work& /*work*/) noexcept {
    return stay;
}

Settle plan_rest(Work& /*work*/) noexcept {
    return rest;
}

}  // namespace islandbench::dispatch::core
