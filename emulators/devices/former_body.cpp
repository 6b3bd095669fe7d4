#include "emulators/devices/former_body.hpp"

namespace islandbench::devices {

InverterMeasurement FormerBody::measure() const {
    const plant::FormerState& s = former_.state();
    InverterMeasurement m;
    m.running = m.connected = m.forming = s.running;
    m.fault = !s.running && s.stop != plant::FormerStop::none &&
              s.stop != plant::FormerStop::disabled && s.stop != plant::FormerStop::no_consent;
    m.starting = !s.running && s.restart_left > Duration::zero();
    m.limited = s.limiting || s.throttled || s.mitigating;
    m.p = s.p;
    m.q = s.q;
    m.p_phase = s.p_phase;
    m.v_phase = s.v;
    m.i_phase = s.i;
    m.f = s.f;
    m.battery_p = s.dc_p;
    m.dc_v = bms_.v();
    m.soc = bms_.soc();
    m.soh = bms_.soh();
    m.rejoin_left = s.restart_left;
    return m;
}

void FormerBody::set_power(std::optional<ActivePower> p) {
    plant::FormerControl& control = former_.control();
    control.p_set = p.value_or(spec_.grid_setpoint);
    control.charge_limit = bms_.charge_limit();
    control.discharge_limit = bms_.discharge_limit();
}

}  // namespace islandbench::devices
