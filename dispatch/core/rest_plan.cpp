#include "dispatch/core/plans.hpp"

namespace islandbench::dispatch::core {

void plan_hold(Work& work) noexcept {
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        Box& box = work.box[i];
        if (!box.usable) continue;
        const std::int32_t most = box.base_w + box.discharge_w;
        const std::int32_t least = std::min(0, box.base_w - box.charge_w);
        box.low_w = least;
        box.high_w = std::max(least, std::min(most, std::max(box.rise_w, 0)));
        work.want_w[i] = std::clamp(work.state.units[i].p_set_w, box.low_w, box.high_w);
    }
}

void plan_rest(Work& work) noexcept {
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        Box& box = work.box[i];
        work.want_w[i] = box.low_w = box.high_w = 0;
    }
}

}  // namespace islandbench::dispatch::core
