#include "emulators/devices/sunspec_battery.hpp"

#include "emulators/devices/sunspec_common.hpp"

namespace islandbench::devices {

using sunspec::point;
using sunspec::symbol;

SunSpecBattery::SunSpecBattery(const DeviceProfile& profile, const std::string& serial,
                               BmsCore core)
    : core_(std::move(core)), image_(make_image(profile, serial)), cadence_(profile.cadence) {
    image_.add(802);
    must_set(image_, point<802>("AHRtg_SF"), 0);
    must_set(image_, point<802>("WHRtg_SF"), 1);
    must_set(image_, point<802>("WChaDisChaMax_SF"), 1);
    must_set(image_, point<802>("SoC_SF"), -1);
    must_set(image_, point<802>("SoH_SF"), -1);
    must_set(image_, point<802>("V_SF"), -1);
    must_set(image_, point<802>("CellV_SF"), -3);
    must_set(image_, point<802>("A_SF"), -1);
    must_set(image_, point<802>("AMax_SF"), -1);
    must_set(image_, point<802>("W_SF"), 1);
    const BatterySpec& spec = core_.spec();
    const double nominal_v = 3.2 * spec.cells_in_series;
    image_.measure(point<802>("AHRtg"), spec.capacity.value() / nominal_v);
    image_.measure(point<802>("WHRtg"), spec.capacity.value());
    image_.measure(point<802>("WChaRteMax"), spec.charge_limit.value() * nominal_v);
    image_.measure(point<802>("WDisChaRteMax"), spec.discharge_limit.value() * nominal_v);
    must_set(image_, point<802>("LocRemCtl"), symbol<802>("LocRemCtl", "REMOTE"));
    must_set(image_, point<802>("Typ"), symbol<802>("Typ", "LITHIUM_ION"));
    publish();
}

void SunSpecBattery::refresh(Instant now) {
    core_.refresh(now);
    if (cadence_.due(now)) publish();
}

void SunSpecBattery::publish() {
    const double i = core_.i().value();
    image_.measure(point<802>("SoC"), 100.0 * core_.soc().value());
    image_.measure(point<802>("SoH"), 100.0 * core_.soh().value());
    image_.measure(point<802>("V"), core_.v().value());
    image_.measure(point<802>("A"), i);
    image_.measure(point<802>("W"), i * core_.v().value());
    image_.measure(point<802>("AChaMax"), core_.charge_limit().value());
    image_.measure(point<802>("ADisChaMax"), core_.discharge_limit().value());
    must_set(image_, point<802>("State"), symbol<802>("State", "CONNECTED"));
    must_set(image_, point<802>("ChaSt"),
             i > 0.1    ? symbol<802>("ChaSt", "DISCHARGING")
             : i < -0.1 ? symbol<802>("ChaSt", "CHARGING")
                        : symbol<802>("ChaSt", "HOLDING"));
    const bool empty = core_.discharge_limit().value() <= 0.0;
    must_set(image_, point<802>("Evt1"),
             empty ? double(1U << symbol<802>("Evt1", "UNDER_SOC_MIN_ALARM")) : 0.0);
    must_set(image_, point<802>("Hb"), heartbeat_);
    heartbeat_ = static_cast<std::uint16_t>((heartbeat_ + 1) % 60000);
}

modbus::Served SunSpecBattery::read_holding_registers(std::uint16_t address,
                                                      std::span<std::uint16_t> into) {
    return image_.read(address, into);
}

}  // namespace islandbench::devices
