#include "emulators/devices/sunspec_meter.hpp"

#include <cmath>

#include "emulators/devices/sunspec_common.hpp"

namespace islandbench::devices {

using sunspec::point;

SunSpecMeter::SunSpecMeter(const DeviceProfile& profile, const std::string& serial, MeterSide side,
                           const plant::Street& street)
    : core_(side, street), image_(make_image(profile, serial)), cadence_(profile.cadence) {
    image_.add(203);
    must_set(image_, point<203>("A_SF"), -1);
    must_set(image_, point<203>("V_SF"), -1);
    must_set(image_, point<203>("Hz_SF"), -2);
    must_set(image_, point<203>("W_SF"), 1);
    must_set(image_, point<203>("VAR_SF"), 1);
    must_set(image_, point<203>("TotWh_SF"), 0);
    must_set(image_, point<203>("Evt"), 0);
    publish();
}

void SunSpecMeter::refresh(Instant now) {
    core_.refresh(now);
    if (cadence_.due(now)) publish();
}

void SunSpecMeter::publish() {
    const MeterMeasurement m = core_.take();
    const std::array power{point<203>("WphA"), point<203>("WphB"), point<203>("WphC")};
    const std::array voltage{point<203>("PhVphA"), point<203>("PhVphB"), point<203>("PhVphC")};
    const std::array current{point<203>("AphA"), point<203>("AphB"), point<203>("AphC")};
    double amperes = 0.0, volts = 0.0;
    for (std::size_t i = 0; i < phases; ++i) {
        image_.measure(power[i], m.p_phase[i].value());
        image_.measure(voltage[i], m.v[i].value());
        image_.measure(current[i], m.i[i].value());
        amperes += m.i[i].value();
        volts += m.v[i].value();
    }
    image_.measure(point<203>("A"), amperes);
    image_.measure(point<203>("PhV"), volts / phases);
    image_.measure(point<203>("PPV"), std::sqrt(3.0) * volts / phases);
    image_.measure(point<203>("Hz"), m.f.value());
    image_.measure(point<203>("W"), m.p.value());
    image_.measure(point<203>("VAR"), m.q.value());
    image_.measure(point<203>("TotWhImp"), m.imported.value());
    image_.measure(point<203>("TotWhExp"), m.exported.value());
}

modbus::Served SunSpecMeter::read_holding_registers(std::uint16_t address,
                                                    std::span<std::uint16_t> into) {
    return image_.read(address, into);
}

}  // namespace islandbench::devices
