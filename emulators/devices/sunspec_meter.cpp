#include "emulators/devices/sunspec_meter.hpp"

#include <cmath>

#include "emulators/devices/sunspec_common.hpp"

namespace islandbench::devices {

using sunspec::point;

SunSpecMeter::SunSpecMeter(const DeviceProfile& profile, const std::string& serial, MeterSide side,
                           const plant::Street& street)
    : street_(street),
      side_(side),
      image_(make_image(profile, serial)),
      cadence_(profile.cadence),
      last_(street.now()) {
    image_.add(203);
    must_set(image_, point<203>("A_SF"), -1);
    must_set(image_, point<203>("V_SF"), -1);
    must_set(image_, point<203>("Hz_SF"), -2);
    must_set(image_, point<203>("W_SF"), 1);
    must_set(image_, point<203>("VAR_SF"), 1);
    must_set(image_, point<203>("TotWh_SF"), 0);
    must_set(image_, point<203>("Evt"), 0);
    add_up();
    publish();
}

void SunSpecMeter::refresh(Instant now) {
    const ActivePower p = street_.exchange().p + offset_;
    (p.value() > 0 ? imported_ : exported_) += ActivePower{std::fabs(p.value())} * (now - last_);
    last_ = now;
    add_up();
    if (cadence_.due(now)) publish();
}

void SunSpecMeter::add_up() {
    const plant::ExchangeTruth& flow = street_.exchange();
    for (std::size_t i = 0; i < phases; ++i)
        sums_.p_phase[i] += (flow.p_phase[i] + offset_ / phases).value();
    sums_.p += (flow.p + offset_).value();
    sums_.q += flow.q.value();
    ++sums_.steps;
}

void SunSpecMeter::publish() {
    const plant::ExchangeTruth& flow = street_.exchange();
    const bool grid = side_ == MeterSide::grid;
    const auto& v = grid ? street_.grid().v : street_.island().v;
    const std::array power{point<203>("WphA"), point<203>("WphB"), point<203>("WphC")};
    const std::array voltage{point<203>("PhVphA"), point<203>("PhVphB"), point<203>("PhVphC")};
    const std::array current{point<203>("AphA"), point<203>("AphB"), point<203>("AphC")};
    double amperes = 0.0, volts = 0.0;
    for (std::size_t i = 0; i < phases; ++i) {
        image_.measure(power[i], sums_.p_phase[i] / sums_.steps);
        image_.measure(voltage[i], v[i].value());
        image_.measure(current[i], flow.i[i].value());
        amperes += flow.i[i].value();
        volts += v[i].value();
    }
    image_.measure(point<203>("A"), amperes);
    image_.measure(point<203>("PhV"), volts / phases);
    image_.measure(point<203>("PPV"), std::sqrt(3.0) * volts / phases);
    image_.measure(point<203>("Hz"), (grid ? street_.grid().f : street_.island().f).value());
    image_.measure(point<203>("W"), sums_.p / sums_.steps);
    image_.measure(point<203>("VAR"), sums_.q / sums_.steps);
    image_.measure(point<203>("TotWhImp"), imported_.value());
    image_.measure(point<203>("TotWhExp"), exported_.value());
    sums_ = {};
}

modbus::Served SunSpecMeter::read_holding_registers(std::uint16_t address,
                                                    std::span<std::uint16_t> into) {
    return image_.read(address, into);
}

}  // namespace islandbench::devices
