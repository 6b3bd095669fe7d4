#include "emulators/plant/hybrid.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace islandbench::plant {
namespace {

constexpr double most_current = 1.1;  // of the rated one
/// From unblocking to the full set-point (IEEE 1547-2018 6.4.2.7: 80 % within 0.4 s).
constexpr double recovery_s = 0.4;

/// One that forms is not its own loss-of-mains protection: the interconnect device is, for the
/// street. Its voltage and frequency stages stay.
ProtectionSpec protection_of(const HybridSpec& spec) {
    ProtectionSpec protection = spec.protection.value_or(ProtectionSpec{});
    if (spec.forming) protection.rocof.limit = Rocof{};
    return protection;
}

}  // namespace

Hybrid::Hybrid(const HybridSpec& spec, double nominal_v, double nominal_hz, Ratio soc)
    : spec_(with_defaults(spec)),
      nominal_v_(nominal_v),
      nominal_hz_(nominal_hz),
      rating_w_(spec.rating.value()),
      pll_(nominal_v, spec.pll),
      protection_(protection_of(spec), nominal_v),
      loss_{rating_w_, spec.loss_fixed, spec.loss_linear, spec.loss_square},
      pack_(spec.battery, soc),
      f_slow_(to_seconds(spec.f_filter)),
      loop_(spec.current_loop, nominal_v, rating_w_) {
    control_.p_limit = ActivePower{rating_w_};
    control_.charge_limit = spec.battery.charge_limit;
    control_.discharge_limit = spec.battery.discharge_limit;
    control_.fw = frequency_droop_of(spec, nominal_hz);
    control_.volt_var = spec.volt_var;
    if (spec.forming) forming_.emplace(*spec.forming, nominal_v, nominal_hz, rating_w_);
    if (spec.volt_var) v_slow_.emplace(to_seconds(spec.volt_var->filter), 1.0);
    v_.reset(nominal_v);
}

void Hybrid::advance(Phasor v, double sun, const Interconnect::Line& line) {
    const bool locked = pll_.alive();
    const Phasor before = pll_.direction();
    sun_ = sun;
    pll_.update(v);
    v_.update(abs(v));
    f_.update(pll_.deviation());
    f_slow_.update(pll_.deviation());
    if (v_slow_) v_slow_->update(abs(v) / nominal_v_);
    if (!pll_.alive()) {
        f_.reset(0.0);
        f_slow_.reset(0.0);
    }
    const double none = std::numeric_limits<double>::quiet_NaN();
    state_.v = Voltage{v_.value()};
    state_.f = Frequency{pll_.alive() ? nominal_hz_ + f_.value() : none};
    balance_dc(v);
    protect(v, line);
    if (forming_) return form(v, line);
    drive(v, locked ? before : pll_.direction());
}

/// Its power set-point and its curtailment shift the droop; what its DC side allows bounds it.
void Hybrid::form(Phasor v, const Interconnect::Line& line) {
    state_.frequency_watt = false;
    if (!state_.connected) {
        state_.limiting = false;
        return forming_->rest();
    }
    const double ramp = control_.p_ramp.value() * step_s;
    p_ramped_ += std::clamp(control_.p_set.value() - p_ramped_, -ramp, ramp);
    forming_->advance({.v = v,
                       .i = i_,
                       .limiting = state_.limiting,
                       .p_set = std::clamp(p_ramped_ / rating_w_, -1.0, 1.0),
                       .window = window(),
                       .line = line});
}

PowerWindow Hybrid::window() const noexcept {
    const double most = std::min(within_dc(rating_w_), control_.p_limit.value());
    return {.lowest = std::min(within_dc(-rating_w_), 0.0) / rating_w_,
            .highest = std::max(most, 0.0) / rating_w_};
}

/// Held down by its current limit it gives up; so it leaves a street that nobody can carry.
bool Hybrid::collapsed() {
    const bool down = state_.limiting && v_.value() < spec_.v_block->value() * nominal_v_;
    collapsed_.update(down || !pll_.alive());
    return collapsed_.reached(*spec_.trip_after);
}

void Hybrid::protect(Phasor v, const Interconnect::Line& line) {
    const double f = state_.f.value();
    in_range_.update(may_enter(v_.value(), f));
    const Trip stage = protection_.update(v_.value(), f);
    if (!state_.connected) {
        if (out_of_service_ || (forming_ && !line.run)) in_range_.reset();
        return wait_to_rejoin();
    }
    if (out_of_service_) return trip(Trip::failed);
    if (!control_.enable) return trip(Trip::none);
    if (stage != Trip::none) return trip(stage);
    if (forming_) {
        if (!line.run) return trip(Trip::no_consent);
        if (collapsed()) trip(Trip::blocked);
        return;
    }
    block(abs(v));
    if (blocked_.reached(*spec_.trip_after)) trip(Trip::blocked);
}

void Hybrid::trip(Trip reason) {
    state_.connected = false;
    state_.blocked = false;
    state_.trip = reason;
    in_range_.reset();
}

void Hybrid::wait_to_rejoin() {
    const auto& set = control_.functions.enter_service;
    const Duration own = set ? set->delay : *spec_.rejoin;
    const Duration delay = fault_.rejoin.value_or(own);
    state_.rejoin_left = std::max(delay - in_range_.held(), Duration{});
    if (!control_.enable || !in_range_.reached(delay)) return;
    entered_ = set && set->ramp > 0s ? 0.0 : 1.0;
    state_.connected = true;
    state_.trip = Trip::none;
    state_.rejoin_left = {};
    blocked_.reset();
    collapsed_.reset();
    protection_.reset();
    p_ramped_ = 0.0;
    if (spec_.rejoin_ramp) return_ = 0.0;
}

bool Hybrid::may_rejoin(double v, double f) const {
    if (!protection_.in_range(v, f)) return false;
    if (!spec_.rejoin_window) return true;
    const ServiceWindowSpec& window = *spec_.rejoin_window;
    const double share = v / nominal_v_;
    return share >= window.v_min.value() && share <= window.v_max.value() &&
           f >= window.f_min.value() && f <= window.f_max.value();
}

/// What its bus has set stands beside the protection: it never connects to trip at once.
bool Hybrid::may_enter(double v, double f) const {
    if (!control_.enable || !may_rejoin(v, f)) return false;
    const auto& set = control_.functions.enter_service;
    if (!set) return true;
    const double share = v / nominal_v_;
    return share >= set->v_min.value() && share <= set->v_max.value() && f >= set->f_min.value() &&
           f <= set->f_max.value();
}

void Hybrid::block(double v_now) {
    // Above, the power stage protects itself: at once, before any filter.
    const bool above = v_now > spec_.v_block_above->value() * nominal_v_;
    const bool out = v_.value() < spec_.v_block->value() * nominal_v_ || above || !pll_.alive();
    clear_.update(!out);
    if (out) {
        state_.blocked = true;
        recovery_ = 0.0;
    } else if (state_.blocked && clear_.reached(spec_.resume)) {
        state_.blocked = false;
    }
    blocked_.update(state_.blocked);
}

double Hybrid::wanted_power() {
    const double ramp = control_.p_ramp.value() * step_s;
    p_ramped_ += std::clamp(control_.p_set.value() - p_ramped_, -ramp, ramp);
    recovery_ = std::min(1.0, recovery_ + step_s / recovery_s);
    const double capped = std::min(p_ramped_, control_.p_limit.value());
    if (spec_.rejoin_ramp) {
        return_ = std::min(1.0, return_ + step_s / to_seconds(*spec_.rejoin_ramp));
    }
    const double most = return_ * rating_w_;
    const double asked = recovery_ * std::clamp(capped, -most, most);
    const double given = within_dc(frequency_watt(asked));
    state_.limiting = std::fabs(given - recovery_ * p_ramped_) > 1e-6 * rating_w_;
    return given;
}

/// What the droop adds. Where the unit may not absorb it takes off the injected power, down to
/// none, and does not start to charge; a curtailment stays an upper limit.
double Hybrid::frequency_watt(double p) {
    const double f = nominal_hz_ + f_slow_.value();
    const double target = droop_at(control_.fw, f, nominal_hz_, rating_w_);
    const double change = fw_response_.follow(target, control_.fw.response);
    const bool may = change > 0.0 || control_.fw.absorb || p > 0.0;
    state_.frequency_watt = change != 0.0 && may;
    if (!state_.frequency_watt) return p;
    if (change < 0.0) return std::max(p + change, control_.fw.absorb ? -rating_w_ : 0.0);
    const double most = std::max(p, std::min(rating_w_, control_.p_limit.value()));
    return std::min(p + recovery_ * change, most);
}

/// What volt-watt and the ramp after entering service leave of a power.
double Hybrid::supported(double p) {
    const GridFunctions& functions = control_.functions;
    double given = p;
    if (entered_ < 1.0 && functions.enter_service && functions.enter_service->ramp > 0s) {
        entered_ = std::min(1.0, entered_ + step_s / to_seconds(functions.enter_service->ramp));
        given = std::clamp(given, -entered_ * rating_w_, entered_ * rating_w_);
    }
    state_.volt_watt = false;
    if (functions.volt_watt) {
        const double most = functions_.most_power(*functions.volt_watt, v_.value() / nominal_v_,
                                                  rating_w_, std::max(within_dc(rating_w_), 0.0));
        state_.volt_watt = most < given;
        given = std::min(given, within_dc(most));
    }
    state_.limiting = state_.limiting || given != p;
    return given;
}

double Hybrid::wanted_reactive(double p) {
    if (control_.functions.reactive) {
        return functions_.reactive(*control_.functions.reactive, p, v_.value() / nominal_v_,
                                   rating_w_);
    }
    const double set = control_.q_set.value();
    if (!control_.volt_var || !v_slow_) return set;
    const double target = volt_var_at(*control_.volt_var, v_slow_->value());
    return set + rating_w_ * vv_response_.follow(target, control_.volt_var->response);
}

/// What battery and PV can give or take on the DC side.
double Hybrid::within_dc(double p) const noexcept {
    const PackState& pack = pack_.state();
    const double volt = pack_.volt();
    const double out = pack.can_discharge ? volt * control_.discharge_limit.value() : 0.0;
    const double in = pack.can_charge ? volt * control_.charge_limit.value() : 0.0;
    const double dc = p + loss_.watt(p);
    const double dc_most = state_.pv_available.value() + out;
    if (-in <= dc && dc <= dc_most) return p;  // mostly, and without looking for where it ends
    return std::clamp(p, loss_.ac_from_dc(-in), loss_.ac_from_dc(dc_most));
}

/// Current reference along the PLL, apparent power limited with priority for active power.
void Hybrid::drive(Phasor v, Phasor frame) {
    Phasor reference;
    const bool feeds = state_.connected && !state_.blocked;
    const double p = feeds ? supported(wanted_power()) : 0.0;
    if (feeds) {
        const double volt = std::max(abs(v), dead_share * nominal_v_);
        const double most = most_current * rating_w_ / nominal_v_;
        const auto& set = control_.functions.reactive;
        const auto beside = [most](double i) {
            return std::sqrt(std::max(most * most - i * i, 0.0));
        };
        const double wanted_q = -wanted_reactive(p) / volt;
        const double for_p =
            set && set->reactive_first ? beside(std::min(std::fabs(wanted_q), most)) : most;
        const double id = std::clamp(p / volt, -for_p, for_p);
        const double left = beside(id);
        const double iq = std::clamp(wanted_q, -left, left);
        state_.limiting = state_.limiting || std::fabs(p / volt) > for_p;
        reference = {id, iq};
    } else {
        state_.limiting = state_.frequency_watt = state_.volt_watt = false;
        fw_response_.reset(0.0);
        vv_response_.reset(0.0);
        functions_.rest();
    }
    const bool gates_off = spec_.current_loop && !feeds;  // a blocked bridge is no voltage
    if (!state_.connected || !pll_.alive() || gates_off) return loop_.cut();
    loop_.advance(v, reference, {frame, pll_.direction()});
}

void Hybrid::measure(Phasor v, Phasor i, bool limiting) noexcept {
    i_ = i;
    const Phasor s = power(v, i);
    if (forming_) state_.limiting = limiting;
    state_.i = Current{abs(i)};
    state_.p = ActivePower{s.re};
    state_.q = ReactivePower{s.im};
}

/// Battery = AC + loss - PV; PV gives way when the battery cannot take it.
void Hybrid::balance_dc(Phasor v) {
    const Phasor s = power(v, i_);  // what the solution was made with
    const PackState& pack = pack_.state();
    const double peak = spec_.pv_peak ? spec_.pv_peak->value() : 0.0;
    const double available = control_.enable ? peak * sun_ : 0.0;
    const bool awake =
        state_.connected || (control_.enable && (pack.can_discharge || available > 0.0));
    const double loss = awake ? loss_.watt(s.re) : 0.0;
    const double need = s.re + loss;
    const double in = pack.can_charge ? pack_.volt() * control_.charge_limit.value() : 0.0;
    const double pv = std::clamp(need + in, 0.0, available);
    pack_.advance(need - pv);
    state_.loss = ActivePower{loss};
    state_.pv_available = ActivePower{available};
    state_.pv = ActivePower{pv};
    state_.battery_p = ActivePower{need - pv};
    state_.dc_v = pack.v;
    state_.dc_i = pack.i;
}

}  // namespace islandbench::plant
