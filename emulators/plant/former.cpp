#include "emulators/plant/former.hpp"

#include <algorithm>

namespace islandbench::plant {
namespace {

/// While limited below this voltage for so long, it gives up.
constexpr double collapse_share = 0.7;
constexpr Duration collapse_time = 1s;
/// An empty battery in the island stops it after this.
constexpr Duration empty_time = 1s;
/// From permission to voltage, where there was no trip.
constexpr Duration start_time = 1s;
constexpr double soft_start_s = 0.3;
/// Room beside a grid for the ripple of the islanding probe, of the rating.
constexpr double probe_room = 0.05;

/// Per unit. The machine's control subtracts the voltage across it from the internal one at once.
Phasor virtual_z(const FormerSpec& spec) {
    const VsmSpec& vsm = spec.control.vsm;
    return spec.control.law == FormingLaw::vsm ? Phasor{vsm.rv.value(), vsm.lv.value()} : Phasor{};
}

}  // namespace

Former::Former(const Site& site, Ratio soc, Voltage v_set)
    : spec_(site.former),
      nominal_v_(site.nominal_v.value()),
      rating_w_(spec_.rating.value()),
      rated_a_(rating_w_ / (3.0 * nominal_v_)),
      law_(spec_, site.nominal_f),
      overload_(spec_.overload, spec_.cooling),
      loss_{rating_w_, spec_.loss_fixed, spec_.loss_linear, spec_.loss_square},
      pack_(spec_.battery, soc),
      meter_(site.nominal_f.value(), IslandDetector::filter_s, dead_share * nominal_v_),
      phases_(site.nominal_f.value(), dead_share * nominal_v_) {
    const double base = 3.0 * nominal_v_ * nominal_v_ / rating_w_;
    const Phasor z1 = base * (Phasor{spec_.rf.value(), spec_.xf.value()} + virtual_z(spec_));
    const Phasor z0 = base * Phasor{spec_.r0.value(), spec_.x0.value()};
    admittance_ = inverse(from_sequence(z1, z0));
    control_.p_set = spec_.grid_setpoint;
    control_.v_set = v_set;
    control_.charge_limit = spec_.battery.charge_limit;
    control_.discharge_limit = spec_.battery.discharge_limit;
}

Phasor3 Former::emf() const noexcept {
    return balanced(polar(soft_ * law_.voltage() * nominal_v_, angle_));
}

std::array<double, phases> Former::current_limit() const noexcept {
    return {overload_.limit(0) * rated_a_, overload_.limit(1) * rated_a_,
            overload_.limit(2) * rated_a_};
}

void Former::start_beside(const Phasor3& v, double frequency_hz) {
    align(v);
    law_.start_beside(frequency_hz, mean_magnitude(v) / nominal_v_,
                      control_.p_set.value() / rating_w_);
}

void Former::return_beside(const Phasor3& v) {
    align(v);
    law_.return_beside(meter_.hz(), mean_magnitude(v) / nominal_v_);
}

void Former::align(const Phasor3& v) {
    angle_ = arg(positive_sequence(v));
    soft_ = 1.0;
    started();
}

void Former::start_alone() {
    angle_ = 0.0;
    soft_ = 0.0;
    law_.start_alone(control_.v_set.value() / nominal_v_);
    started();
}

void Former::started() {
    collapsed_.reset();
    empty_.reset();
    state_.running = true;
    state_.stop = FormerStop::none;
}

bool Former::advance(const Phasor3& v, const Phasor3& i, bool limiting,
                     const Interconnect::Line& line) {
    state_.connected = line.connected;
    if (state_.running) return run(v, i, limiting, line);
    overload_.cool();
    pack_.advance(0.0);
    return wait_for_start(v, line);
}

bool Former::run(const Phasor3& v, const Phasor3& i, bool limiting,
                 const Interconnect::Line& line) {
    use_battery(v, i);
    overload_.update({abs(i[0]) / rated_a_, abs(i[1]) / rated_a_, abs(i[2]) / rated_a_});
    const Phasor s = power(v, i);
    const bool held = limiting && spec_.control.stays_in_step;
    const double p = held ? power_at_limit(s.re, without_limit(v)) : s.re;
    const FormingInput in{.p = p / rating_w_,
                          .given = s.re / rating_w_,
                          .q = s.im / rating_w_,
                          .v = mean_magnitude(v) / nominal_v_,
                          .terminal = (1.0 / nominal_v_) * positive_sequence(v),
                          .p_set = control_.p_set.value() / rating_w_,
                          .v_set = control_.v_set.value() / nominal_v_,
                          .df_hz = line.df_hz,
                          .dv = line.dv,
                          .connected = line.connected,
                          .hold_voltage = limiting || soft_ < 1.0,
                          .window = window(line.connected),
                          .window_bounds_p = line.connected && throttled()};
    law_.advance(in);
    angle_ = wrap(angle_ + law_.turned());
    soft_ = std::min(1.0, soft_ + step_s / soft_start_s);
    const FormerStop reason = reason_to_stop(v, limiting, line);
    return reason != FormerStop::none && stop(reason);
}

double Former::without_limit(const Phasor3& v) const noexcept {
    return power(v, admittance_ * (emf() - v)).re;
}

/// From the battery: AC power and loss. AC power into it is what arrives after the loss.
void Former::use_battery(const Phasor3& v, const Phasor3& i) {
    const double ac = power(v, i).re;
    const double loss = loss_.watt(ac);
    pack_.advance(ac + loss);
    state_.dc_p = ActivePower{ac + loss};
    state_.loss = ActivePower{loss};
}

bool Former::may_discharge() const noexcept {
    return pack_.state().can_discharge && control_.discharge_limit > Current{};
}

PowerWindow Former::window(bool connected) const noexcept {
    const double out =
        may_discharge() ? loss_.ac_from_dc(pack_.volt() * control_.discharge_limit.value()) : 0.0;
    const bool may_charge = pack_.state().can_charge && control_.charge_limit > Current{};
    const double in =
        may_charge ? loss_.ac_from_dc(-pack_.volt() * control_.charge_limit.value()) : 0.0;
    const double room = connected ? probe_room : 0.0;
    const auto& control = spec_.control;
    return {.lowest = std::clamp(in / rating_w_ - room, control.p_min.value(), 0.0),
            .highest = std::clamp(out / rating_w_ + room, 0.0, control.p_max.value())};
}

FormerStop Former::reason_to_stop(const Phasor3& v, bool limiting, const Interconnect::Line& line) {
    const double lowest = std::min({abs(v[0]), abs(v[1]), abs(v[2])});
    collapsed_.update(limiting && soft_ >= 1.0 && lowest < collapse_share * nominal_v_);
    empty_.update(!line.connected && !may_discharge() && state_.dc_p > ActivePower{});
    if (out_of_service_) return FormerStop::failed;
    if (!control_.enable) return FormerStop::disabled;
    if (!line.run) return FormerStop::no_consent;
    if (collapsed_.reached(collapse_time)) return FormerStop::collapse;
    if (empty_.reached(empty_time)) return FormerStop::empty;
    return FormerStop::none;
}

bool Former::stop(FormerStop reason) {
    state_.running = false;
    state_.stop = reason;
    state_.dc_p = ActivePower{};
    state_.loss = ActivePower{};
    start_in_ = reason == FormerStop::collapse ? spec_.restart : start_time;
    return true;
}

bool Former::close_surge(const Phasor3& unlimited) {
    state_.closing_surge = Ratio{largest_magnitude(unlimited) / rated_a_};
    if (state_.closing_surge.value() <= spec_.surge_limit) return false;
    state_.damaged = true;
    return stop(FormerStop::surge);
}

bool Former::wait_for_start(const Phasor3& v, const Interconnect::Line& line) {
    const bool live = meter_.alive();
    const bool able = control_.enable && !state_.damaged && !out_of_service_;
    const bool joinable = !live || (is_three_phase(v) && !phases_.apart());
    const bool allowed = able && line.run && joinable && (live || may_discharge());
    start_in_ = allowed ? start_in_ - step : std::max(start_in_, start_time);
    state_.restart_left = std::max(start_in_, Duration{});
    if (start_in_ > 0s) return false;
    if (live) {
        return_beside(v);
    } else {
        start_alone();
    }
    return true;
}

void Former::measure(const Phasor3& v, const Phasor3& i, bool limiting) {
    meter_.update(positive_sequence(v));
    if (!state_.running) phases_.update(v);
    FormerState& s = state_;
    s.limiting = limiting;
    s.throttled = throttled();
    s.mitigating = s.running && law_.mitigating();
    for (std::size_t p = 0; p < phases; ++p) {
        s.v[p] = Voltage{abs(v[p])};
        s.i[p] = Current{abs(i[p])};
        s.p_phase[p] = ActivePower{power(v[p], i[p]).re};
        s.heat[p] = Ratio{overload_.heat(p)};
    }
    const Phasor sum = power(v, i);
    s.p = ActivePower{sum.re};
    s.q = ReactivePower{sum.im};
    s.f = Frequency{meter_.hz()};
    s.i_share = Ratio{largest_magnitude(i) / rated_a_};
}

}  // namespace islandbench::plant
