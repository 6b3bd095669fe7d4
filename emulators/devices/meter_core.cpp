#include "emulators/devices/meter_core.hpp"

#include <cmath>

namespace islandbench::devices {

ReactivePower MeterMeasurement::q_phase(std::size_t phase) const noexcept {
    const double s = v[phase].value() * i[phase].value();
    const double w = p_phase[phase].value();
    return ReactivePower{std::copysign(std::sqrt(std::max(s * s - w * w, 0.0)), q.value())};
}

MeterCore::MeterCore(MeterSide side, const plant::Street& street, std::size_t wired)
    : street_(street), side_(side), wired_(wired), last_(street.now()) {
    add_up();
}

/// An offset is spread over the phases that are wired.
ActivePower MeterCore::power(std::size_t phase) const noexcept {
    return street_.exchange().p_phase[phase] + offset_ / static_cast<double>(wired_);
}

void MeterCore::refresh(Instant now) {
    ActivePower p;
    for (std::size_t i = 0; i < wired_; ++i) p = p + power(i);
    (p.value() > 0 ? imported_ : exported_) += ActivePower{std::fabs(p.value())} * (now - last_);
    last_ = now;
    add_up();
}

void MeterCore::add_up() {
    for (std::size_t i = 0; i < wired_; ++i) {
        sums_.p_phase[i] += power(i).value();
        sums_.p += power(i).value();
    }
    sums_.q += street_.exchange().q.value();
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
    if (wired_ == phases) return m;
    ReactivePower q;
    for (std::size_t i = 0; i < wired_; ++i) q = q + m.q_phase(i);
    m.q = q;
    return m;
}

}  // namespace islandbench::devices
