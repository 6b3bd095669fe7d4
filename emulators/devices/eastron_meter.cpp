#include "emulators/devices/eastron_meter.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace islandbench::devices {

namespace eastron = maps::eastron;
using eastron::value;

namespace {

constexpr double kilo = 1000.0;

struct PhaseValues {
    eastron::Value v, i, p, s, q, pf, angle;
};
constexpr std::array phase_values{
    PhaseValues{value("v1"), value("i1"), value("p1"), value("s1"), value("q1"), value("pf1"),
                value("angle1")},
    PhaseValues{value("v2"), value("i2"), value("p2"), value("s2"), value("q2"), value("pf2"),
                value("angle2")},
    PhaseValues{value("v3"), value("i3"), value("p3"), value("s3"), value("q3"), value("pf3"),
                value("angle3")},
};

/// Of no power at all it is 1, as the meters show it.
double power_factor(double p, double s) {
    return s > 0.0 ? std::clamp(p / s, -1.0, 1.0) : 1.0;
}
double degrees(double p, double q) {
    return std::atan2(q, p) * 180.0 / std::numbers::pi;
}

}  // namespace

EastronMeter::EastronMeter(const DeviceProfile& profile, MeterSide side,
                           const plant::Street& street)
    : product_(profile.model == "SDM230" ? eastron::Product::sdm230 : eastron::Product::sdm630),
      core_(side, street, product_ == eastron::Product::sdm230 ? 1 : phases),
      read_max_(std::min(profile.read_max, eastron::read_max)),
      cadence_(profile.cadence) {
    const auto set = [this](std::size_t setting, double number) {
        const maps::Target target{0, settings_};
        maps::put(target, eastron::settings[setting].point(), number);
    };
    set(1, 3);  // four wires
    set(2, 100);
    set(4, 1);  // address
    set(5, 2);  // 9600 baud
    publish();
}

void EastronMeter::put(const eastron::Value& one, double number) {
    if (!one.of(product_)) return;
    // What cannot be measured, such as a frequency without voltage, it shows as 0.
    maps::put(maps::Target{0, inputs_}, one.point(), std::isnan(number) ? 0.0 : number);
}

void EastronMeter::refresh(Instant now) {
    core_.refresh(now);
    if (cadence_.due(now)) publish();
}

void EastronMeter::publish() {
    const MeterMeasurement m = core_.take();
    for (std::size_t i = 0; i < phases; ++i) publish_phase(i, m);
    publish_totals(m);
}

void EastronMeter::publish_phase(std::size_t i, const MeterMeasurement& m) {
    const PhaseValues& of = phase_values[i];
    const double s = m.v[i].value() * m.i[i].value();
    const double p = m.p_phase[i].value();
    const double q = m.q_phase(i).value();
    put(of.v, m.v[i].value());
    put(of.i, m.i[i].value());
    put(of.p, p);
    put(of.s, s);
    put(of.q, q);
    put(of.pf, power_factor(p, s));
    put(of.angle, degrees(p, q));
}

void EastronMeter::publish_totals(const MeterMeasurement& m) {
    const double p = m.p.value(), q = m.q.value(), s = std::hypot(p, q);
    const auto mean = [](const auto& of) {
        return (of[0].value() + of[1].value() + of[2].value()) / phases;
    };
    put(value("v_mean"), mean(m.v));
    put(value("i_mean"), mean(m.i));
    put(value("i_sum"), phases * mean(m.i));
    put(value("p"), p);
    put(value("s"), s);
    put(value("q"), q);
    put(value("pf"), power_factor(p, s));
    put(value("angle"), degrees(p, q));
    put(value("f"), m.f.value());
    for (const auto& volts : {value("v12"), value("v23"), value("v31"), value("v_ll_mean")}) {
        put(volts, std::numbers::sqrt3 * mean(m.v));
    }
    p_demand_max_ = std::max(p_demand_max_, p);
    put(value("p_demand"), p);
    put(value("p_demand_max"), p_demand_max_);
    put(value("import_demand"), std::max(p, 0.0));
    put(value("export_demand"), std::max(-p, 0.0));
    put(value("e_import"), m.imported.value() / kilo);
    put(value("e_export"), m.exported.value() / kilo);
    put(value("e_total"), (m.imported.value() + m.exported.value()) / kilo);
    put(value("e_resettable"), (m.imported.value() + m.exported.value()) / kilo);
}

modbus::Served EastronMeter::read_input_registers(std::uint16_t address,
                                                  std::span<std::uint16_t> into) {
    if (static_cast<int>(into.size()) > read_max_) {
        return modbus::refuse(modbus::ExceptionCode::illegal_data_address);
    }
    return modbus::read_range(inputs_, 0, address, into);
}

modbus::Served EastronMeter::read_holding_registers(std::uint16_t address,
                                                    std::span<std::uint16_t> into) {
    return modbus::read_range(settings_, 0, address, into);
}

}  // namespace islandbench::devices
