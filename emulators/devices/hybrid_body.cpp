#include "emulators/devices/hybrid_body.hpp"

namespace islandbench::devices {

namespace pylontech = can::pylontech;

HybridBody::HybridBody(const HybridSpec& spec, Phase phase, Ratio ramp, plant::Hybrid& follower)
    : spec_(spec), phase_(phase), follower_(follower) {
    plant::HybridControl& control = follower_.control();
    control.p_ramp = ActivePower{ramp.value() * spec.rating.value()};
    // Nothing flows from or to the battery before its BMS has allowed it.
    control.charge_limit = control.discharge_limit = Current{};
}

void HybridBody::hear(const can::CanFrame& frame, Instant now) {
    const pylontech::Decoded decoded = pylontech::decode(frame);
    if (const auto* limits = std::get_if<pylontech::Limits>(&decoded.message)) {
        follower_.control().charge_limit = limits->charge;
        follower_.control().discharge_limit = limits->discharge;
        if (ignores_bms_) forget_limits();
        bms_heard_ = now;
    } else if (const auto* charge = std::get_if<pylontech::ChargeState>(&decoded.message)) {
        if (charge->soc) soc_ = charge->soc;
        if (charge->soh) soh_ = *charge->soh;
    } else if (const auto* requests = std::get_if<pylontech::Requests>(&decoded.message)) {
        if (!requests->charge_enable) follower_.control().charge_limit = Current{};
        if (!requests->discharge_enable) follower_.control().discharge_limit = Current{};
        if (ignores_bms_) forget_limits();
    }
}

void HybridBody::forget_limits() noexcept {
    follower_.control().charge_limit = spec_.battery.charge_limit;
    follower_.control().discharge_limit = spec_.battery.discharge_limit;
}

std::optional<can::CanFrame> HybridBody::take_frame(Instant now) {
    if (bms_heard_ != Instant::min() && now - bms_heard_ > bms_lost_after) {
        follower_.control().charge_limit = follower_.control().discharge_limit = Current{};
        soc_.reset();
    }
    if (ignores_bms_) forget_limits();
    if (now < keep_alive_due_) return std::nullopt;
    keep_alive_due_ = now + keep_alive_period;
    return encode(pylontech::KeepAlive{});
}

InverterMeasurement HybridBody::measure() const {
    const plant::HybridState& s = follower_.state();
    const auto i = static_cast<std::size_t>(phase_);
    InverterMeasurement m;
    m.connected = s.connected;
    m.running = s.connected && !s.blocked;
    m.fault = s.trip != plant::Trip::none && s.rejoin_left == Duration::zero() && !s.connected;
    m.starting = !s.connected && s.rejoin_left > Duration::zero();
    m.limited = s.limiting;
    m.frequency_watt = s.frequency_watt;
    m.volt_watt = s.volt_watt;
    m.p = m.p_phase[i] = s.p;
    m.q = s.q;
    m.v_phase[i] = s.v;
    m.i_phase[i] = s.i;
    m.f = s.f;
    if (has_pv()) m.pv = s.pv;
    m.battery_p = s.battery_p;
    m.dc_v = s.dc_v;
    m.soc = soc_;
    m.soh = soh_;
    m.rejoin_left = s.rejoin_left;
    return m;
}

void HybridBody::set_power(std::optional<ActivePower> p) {
    // By itself it passes on what its PV yields and leaves the battery alone.
    follower_.control().p_set = p.value_or(follower_.state().pv_available);
}

void HybridBody::set_limit(Ratio of_rating) {
    follower_.control().p_limit = ActivePower{of_rating.value() * spec_.rating.value()};
}

std::optional<InverterBody::FrequencyWatt> HybridBody::frequency_watt() const {
    const plant::FrequencyDroop& fw = follower_.control().fw;
    FrequencyWatt settings{.above = {fw.start, fw.droop}};
    if (fw.below) settings.below = {fw.below->start, fw.below->droop};
    settings.response = fw.response;
    settings.enabled = fw.enable;
    return settings;
}

void HybridBody::set_frequency_watt(const FrequencyWatt& settings) {
    plant::FrequencyDroop& fw = follower_.control().fw;
    fw.start = settings.above.start;
    fw.droop = settings.above.droop;
    if (settings.below) fw.below = {settings.below->start, settings.below->droop};
    fw.response = settings.response;
    fw.enable = settings.enabled;
}

/// From here on its registers say what it does, and no longer the volt-var that it was built with.
void HybridBody::set_functions(const plant::GridFunctions& functions) {
    follower_.control().functions = functions;
    follower_.control().volt_var.reset();
}

void HybridBody::release_functions() {
    follower_.control().functions = {};
    follower_.control().volt_var = spec_.volt_var;
}

void HybridBody::set_ramp(Ratio per_second) {
    follower_.control().p_ramp = ActivePower{per_second.value() * spec_.rating.value()};
}

/// It reconnects when no stage of its protection sees anything outside.
plant::EnterService HybridBody::enter_service() const {
    using Kind = plant::Protection::Kind;
    const auto nearest = [this](Kind kind, double without) {
        plant::Protection::Setting stage{};
        return trips(kind, std::span(&stage, 1)) > 0 ? stage.limit : without;
    };
    plant::EnterService service;
    service.v_min = Ratio{nearest(Kind::under_voltage, 0.0)};
    service.v_max = Ratio{nearest(Kind::over_voltage, 1.3)};
    service.f_min = Frequency{nearest(Kind::under_frequency, 40.0)};
    service.f_max = Frequency{nearest(Kind::over_frequency, 70.0)};
    service.delay = follower_.own_rejoin();
    return service;
}

}  // namespace islandbench::devices
