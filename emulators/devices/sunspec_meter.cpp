#include "emulators/devices/sunspec_meter.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "emulators/devices/sunspec_common.hpp"

namespace islandbench::devices {
namespace {

constexpr double not_wired = std::numeric_limits<double>::quiet_NaN();
constexpr std::array letters{"A", "B", "C"};

std::size_t phases_of(std::uint16_t model) {
    return std::min<std::size_t>(model % 10, phases);
}

const sunspec::Point* find_point(std::uint16_t model, std::string_view name) {
    const auto points = sunspec::find_model(model)->points;
    const auto found = std::find_if(points.begin(), points.end(),
                                    [&](const sunspec::Point& p) { return p.name == name; });
    return found == points.end() ? nullptr : &*found;
}

/// Of no power at all it is 1.
double power_factor(double p, double s) {
    return s > 0.0 ? std::clamp(p / s, -1.0, 1.0) : 1.0;
}

}  // namespace

SunSpecMeter::SunSpecMeter(const DeviceProfile& profile, const std::string& serial, MeterSide side,
                           const plant::Street& street)
    : model_(static_cast<std::uint16_t>(profile.sunspec_model)),
      wired_(phases_of(model_)),
      core_(side, street, wired_),
      image_(make_image(profile, serial)),
      cadence_(profile.cadence) {
    image_.add(model_);
    set_scales();
    show("Evt", 0.0);
    publish();
}

/// The float models have none.
void SunSpecMeter::set_scales() {
    struct Scale {
        const char* name;
        int exponent;
    };
    // Of one phase the power fits 16 bits in watts.
    const int watt = wired_ == 1 ? 0 : 1;
    for (const Scale& one :
         {Scale{"A_SF", -1}, Scale{"V_SF", -1}, Scale{"Hz_SF", -2}, Scale{"W_SF", watt},
          Scale{"VA_SF", watt}, Scale{"VAR_SF", watt}, Scale{"PF_SF", -1}, Scale{"TotWh_SF", 0}}) {
        const sunspec::Point* const point = find_point(model_, one.name);
        if (point != nullptr) must_set(image_, *point, one.exponent);
    }
}

void SunSpecMeter::show(std::string_view name, double value) {
    const sunspec::Point* const point = find_point(model_, name);
    if (point == nullptr) return;
    image_.measure(*point, std::isnan(value) && point->mandatory && name != "Hz" ? 0.0 : value);
}

void SunSpecMeter::refresh(Instant now) {
    core_.refresh(now);
    if (cadence_.due(now)) publish();
}

void SunSpecMeter::publish() {
    const MeterMeasurement m = core_.take();
    double amperes = 0.0, volts = 0.0;
    for (std::size_t i = 0; i < phases; ++i) publish_phase(m, i);
    for (std::size_t i = 0; i < wired_; ++i) {
        amperes += m.i[i].value();
        volts += m.v[i].value() / static_cast<double>(wired_);
    }
    const double p = m.p.value(), q = m.q.value(), s = std::hypot(p, q);
    // The scaled models have percent.
    const double unity = model_ < 210 ? 100.0 : 1.0;
    show("A", amperes);
    show("PhV", has_neutral() ? volts : not_wired);
    show("Hz", m.f.value());
    show("W", p);
    show("VAR", q);
    show("VA", s);
    show("PF", unity * power_factor(p, s));
    show("TotWhImp", m.imported.value());
    show("TotWhExp", m.exported.value());
    publish_between(m);
}

void SunSpecMeter::publish_phase(const MeterMeasurement& m, std::size_t i) {
    const std::string phase = letters[i];
    const bool wired = i < wired_, alone = wired && has_neutral();
    show("Aph" + phase, wired ? m.i[i].value() : not_wired);
    show("PhVph" + phase, alone ? m.v[i].value() : not_wired);
    show("Wph" + phase, alone ? m.p_phase[i].value() : not_wired);
    show("VARph" + phase, alone ? m.q_phase(i).value() : not_wired);
}

/// Between phases that are 120 degrees apart.
void SunSpecMeter::publish_between(const MeterMeasurement& m) {
    double sum = 0.0, count = 0.0;
    for (std::size_t i = 0; i < phases; ++i) {
        const std::size_t k = (i + 1) % phases;
        const double a = m.v[i].value(), b = m.v[k].value();
        const bool wired = i < wired_ && k < wired_;
        const double between = wired ? std::sqrt(a * a + b * b + a * b) : not_wired;
        const std::string pair = std::string(letters[i]) + letters[k];
        // 201 and the float models call them otherwise.
        show("PhVph" + pair, between);
        show("PPVph" + pair, between);
        sum += wired ? between : 0.0;
        count += wired ? 1.0 : 0.0;
    }
    show("PPV", count > 0.0 ? sum / count : not_wired);
}

modbus::Served SunSpecMeter::read_holding_registers(std::uint16_t address,
                                                    std::span<std::uint16_t> into) {
    return image_.read(address, into);
}

}  // namespace islandbench::devices
