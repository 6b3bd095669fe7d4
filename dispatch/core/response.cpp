#include "dispatch/core/services.hpp"

namespace islandbench::dispatch::core {
namespace {

bool offered(const Work& work) noexcept {
    const ServiceState& s = work.state.services;
    return work.config.services.response && work.state.fsm == FsmState::grid &&
           s.limit != LimitState::locked && s.storm != StormState::charging;
}

bool inside(const Work& work, std::size_t i, bool armed) noexcept {
    const ServiceConfig& c = work.config.services;
    const std::int32_t in = armed ? 0 : c.corridor_hysteresis_permille;
    const std::int32_t soc = work.units[i].soc_permille;
    return soc >= c.corridor_low_permille + in && soc <= c.corridor_high_permille - in;
}

}  // namespace

void arm_response(Work& work) noexcept {
    work.response_offered = offered(work);
    if (!work.response_offered) return;
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        UnitState& unit = work.state.units[i];
        const Box& box = work.box[i];
        // Above its owner's reserve it has something to give; an owner who opted out gives nothing.
        const bool able = box.usable && !work.units[i].opted_out && box.discharge_w > 0;
        unit.armed = able && inside(work, i, unit.armed != 0) ? 1 : 0;
        work.out.armed_units += unit.armed;
    }
}

std::int32_t corridor_w(const Work& work, std::size_t i) noexcept {
    const ServiceConfig& c = work.config.services;
    const Box& box = work.box[i];
    if (!work.response_offered || !box.usable || work.units[i].opted_out) return 0;
    const std::int32_t soc = work.units[i].soc_permille;
    const std::int64_t pace = permille(work.config.units[i].rating_w, c.corridor_permille);
    const std::int32_t in = c.corridor_hysteresis_permille;
    const bool armed = work.state.units[i].armed != 0;
    if (armed) return 0;
    if (soc < c.corridor_low_permille + in) {
        return -to_w(std::min<std::int64_t>(pace, box.charge_w));
    }
    if (soc > c.corridor_high_permille - in) {
        return to_w(std::min<std::int64_t>(pace, box.discharge_w));
    }
    return 0;
}

}  // namespace islandbench::dispatch::core
