#include "emulators/plant/battery.hpp"

#include <algorithm>
#include <cmath>

#include "emulators/plant/lfp_cell.hpp"

namespace islandbench::plant {
namespace {

/// The gap is crossed exponentially, within about this share of the capacity.
constexpr double hysteresis_soc = 0.02;
/// Share of the resistance that acts at once; the rest charges the RC pair.
constexpr double series_share = 0.6;
constexpr double polarisation_s = 30.0;
constexpr double polarisation_gain = step_s / polarisation_s;  // of 1 - exp(-x), x = 3e-5

/// Packs of 110 Wh/kg and 1 kJ/(kg K), and a surface that cools one kWh with 1 W/K: engineering
/// judgement, about 2.5 h of time constant.
constexpr double heat_capacity_j_per_k_wh = 9.0;
constexpr double cooling_w_per_k_wh = 1e-3;

constexpr double zero_celsius_k = 273.15;

}  // namespace

Pack::Pack(const BatterySpec& spec, Ratio soc)
    : spec_(spec),
      cells_(spec.cells_in_series),
      capacity_ah_(spec.capacity.value() * spec.soh.value() / (cells_ * cell_ocv_area(1.0))),
      soc_(soc.value()),
      celsius_(spec.ambient.value()),
      soc_aged_(soc_),
      ageing_(1.0 - spec.soh.value()) {
    every_second();
    publish(0.0, 0.0);
}

double Pack::resistance() const noexcept {
    return charging_ ? charge_ohm_ : discharge_ohm_;
}

/// Terminal voltage without the drop over the series resistance.
double Pack::source() const noexcept {
    return cells_ * cell_ocv(soc_) - polarisation_v_ - half_gap_v_ * hysteresis_;
}

double Pack::current_at(double watt, double source_v) const noexcept {
    // P = (V - R I) I, the root nearer to zero; beyond the most that the resistance lets through,
    // that most.
    const double left = source_v * source_v - 4.0 * series_share * resistance() * watt;
    return 2.0 * watt / (source_v + std::sqrt(std::max(left, 0.0)));
}

/// What a load past the sensor takes: what it wants, or what a collapsing voltage leaves for it.
double Pack::unseen_watt(double inverter_w) const noexcept {
    if (!state_.can_discharge || unseen_load_w_ == 0.0) return 0.0;
    const double most = source() * source() / (4.0 * series_share * discharge_ohm_);
    return std::clamp(most - inverter_w, 0.0, unseen_load_w_);
}

void Pack::advance(double watt) {
    const double unseen = unseen_watt(watt);
    state_.unseen_i = Current{unseen / volt()};
    state_.unseen = Energy{state_.unseen.value() + unseen * step_s / 3600.0};
    watt += unseen;
    if (watt != 0.0 && charging_ != (watt < 0.0)) {
        const double before = polarised_j();
        charging_ = watt < 0.0;
        free_as_heat(before - polarised_j());
    }
    const double ampere = current_at(watt, source());
    heat_up(ampere);
    const double moved = ampere * step_s / 3600.0 / capacity_ah_;
    soc_ -= moved;
    hysteresis_ += std::fabs(moved) / hysteresis_soc * ((moved > 0.0 ? 1.0 : -1.0) - hysteresis_);
    const double settled = (1.0 - series_share) * resistance() * ampere;
    polarisation_v_ += polarisation_gain * (settled - polarisation_v_);
    if (++steps_ == 1000) every_second();
    publish(watt, ampere);
}

void Pack::heat_up(double ampere) {
    const double rc = (1.0 - series_share) * resistance();
    const double lost = ampere * ampere * series_share * resistance() +
                        polarisation_v_ * polarisation_v_ / rc + half_gap_v_ * hysteresis_ * ampere;
    const double reversible = -ampere * (celsius_ + zero_celsius_k) * entropy_v_per_k_;
    heat_j_ += lost * step_s;
    reversible_j_ += reversible * step_s;
    const double wh = spec_.capacity.value();
    const double out = cooling_w_per_k_wh * wh * (celsius_ - spec_.ambient.value());
    celsius_ += (lost + reversible - out) * step_s / (heat_capacity_j_per_k_wh * wh);
}

/// What the RC pair stores. Its time constant stays, so its capacity follows from its resistance:
/// what a new resistance makes of the same voltage is booked as heat, lest energy come from
/// nothing.
double Pack::polarised_j() const noexcept {
    if (polarisation_v_ == 0.0) return 0.0;
    const double rc = (1.0 - series_share) * resistance();
    return 0.5 * polarisation_s / rc * polarisation_v_ * polarisation_v_;
}

void Pack::free_as_heat(double joule) noexcept {
    heat_j_ += joule;
    celsius_ += joule / (heat_capacity_j_per_k_wh * spec_.capacity.value());
}

/// What changes slowly.
void Pack::every_second() {
    const double polarised_before_j = polarised_j();
    const double cells_of_ohm = cells_ * cell_ah / capacity_ah_;
    charge_ohm_ = cells_of_ohm * cell_resistance(soc_, celsius_, true);
    discharge_ohm_ = cells_of_ohm * cell_resistance(soc_, celsius_, false);
    free_as_heat(polarised_before_j - polarised_j());
    half_gap_v_ = 0.5 * cells_ * cell_hysteresis(soc_);
    entropy_v_per_k_ = cells_ * cell_entropy(soc_);
    ageing_.advance(steps_ * step_s, celsius_, soc_, soc_aged_ - soc_);
    soc_aged_ = soc_;
    steps_ = 0;
}

void Pack::publish(double watt, double ampere) {
    (watt > 0.0 ? discharged_j_ : charged_j_) += std::fabs(watt) * step_s;
    PackState& s = state_;
    s.soc = Ratio{soc_};
    s.soh = Ratio{1.0 - ageing_.lost()};
    s.cycle_loss = Ratio{ageing_.cycle_lost()};
    s.i = Current{ampere};
    s.v = Voltage{source() - series_share * resistance() * ampere};
    s.ocv = Voltage{cells_ * cell_ocv(soc_)};
    s.temperature = Temperature{celsius_};
    s.discharged = Energy{discharged_j_ / 3600.0};
    s.charged = Energy{charged_j_ / 3600.0};
    s.heat = Energy{heat_j_ / 3600.0};
    s.reversible_heat = Energy{reversible_j_ / 3600.0};
    const double floor = spec_.technical_floor.value();
    s.can_discharge = soc_ > floor + (s.can_discharge ? 0.0 : 0.01);
    s.can_charge = soc_ < 1.0 - (s.can_charge ? 0.0 : 0.005);
}

double Pack::stored_wh() const noexcept {
    return cell_ocv_area(soc_) * cells_ * capacity_ah_ + polarised_j() / 3600.0;
}

}  // namespace islandbench::plant
