#include "emulators/devices/meter_core.hpp"

#include <cmath>

namespace islandbench::devices {

MeterCore::MeterCore(MeterSide side, const plant::Street& street)
    : street_(street), side_(side), last_(street.now()) {
    add_up();
}

void MeterCore::refresh(Instant now) {
    const ActivePower p = street_.exchange().p + offset_;
    (p.value() > 0 ? imported_ : exported_) += ActivePower{std::fabs(p.value())} * (now - last_);
    last_ = now;
    add_up();
}

void MeterCore::add_up() {
    const plant::ExchangeTruth& flow = street_.exchange();
    for (std::size_t i = 0; i < phases; ++i) {
        sums_.p_phase[i] += (flow.p_phase[i] + offset_ / phases).value();
    }
    sums_.p += (flow.p + offset_).value();
    sums_.q += flow.q.value();
    ++sums_.steps;
}

MeterMeasurement MeterCore::take() {
    const plant::ExchangeTruth& flow = street_.exchange();
    const bool grid = side_ == MeterSide::grid;
    MeterMeasurement m;
    for (std::size_t i = 0; i < phases; ++i) {
        m.p_phase[i] = ActivePower{sums_.p_phase[i] / sums_.steps};
    }
    m.p = ActivePower{sums_.p / sums_.steps};
    m.q = ReactivePower{sums_.q / sums_.steps};
    m.v = grid ? street_.grid().v : street_.island().v;
    m.i = flow.i;
    m.f = grid ? street_.grid().f : street_.island().f;
    m.imported = imported_;
    m.exported = exported_;
    sums_ = {};
    return m;
}

}  // namespace islandbench::devices
