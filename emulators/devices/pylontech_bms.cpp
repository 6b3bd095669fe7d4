#include "emulators/devices/pylontech_bms.hpp"

#include <utility>

namespace islandbench::devices {

namespace pylontech = can::pylontech;

namespace {

constexpr double charge_v_per_cell = 3.5;
constexpr double cut_off_v_per_cell = 2.9;

}  // namespace

PylontechBms::PylontechBms(const DeviceProfile& profile, BmsCore core)
    : core_(std::move(core)), cadence_(profile.cadence) {}

void PylontechBms::refresh(Instant now) {
    core_.refresh(now);
    if (cadence_.due(now)) report();
}

void PylontechBms::report() {
    const int cells = core_.spec().cells_in_series;
    const Current charge = core_.charge_limit();
    const Current discharge = core_.discharge_limit();
    pylontech::Limits limits;
    limits.charge_voltage = Voltage{charge_v_per_cell * cells};
    limits.charge = charge;
    limits.discharge = discharge;
    limits.discharge_voltage = Voltage{cut_off_v_per_cell * cells};
    pylontech::Requests requests;
    requests.charge_enable = charge.value() > 0.0;
    requests.discharge_enable = discharge.value() > 0.0;
    pylontech::Alarms alarms;
    alarms.warning.under_voltage = !requests.discharge_enable;

    outgoing_.push_back(encode(limits));
    outgoing_.push_back(encode(pylontech::ChargeState{core_.soc(), core_.soh()}));
    outgoing_.push_back(encode(pylontech::Measurements{core_.v(), core_.i(), core_.temperature()}));
    outgoing_.push_back(encode(alarms));
    outgoing_.push_back(encode(requests));
    outgoing_.push_back(encode(pylontech::Manufacturer{"PYLON"}));
}

std::vector<can::CanFrame> PylontechBms::take_frames() {
    return std::exchange(outgoing_, {});
}

void PylontechBms::hear(const can::CanFrame& frame, Instant now) {
    const auto decoded = pylontech::decode(frame);
    if (std::holds_alternative<pylontech::KeepAlive>(decoded.message)) inverter_heard_ = now;
}

}  // namespace islandbench::devices
