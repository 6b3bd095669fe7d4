#include "emulators/plant/battery.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace islandbench::plant {
namespace {

struct Point {
    double soc, volt;
};
/// Naumann 2018, LFP 26650, rounded to 0.1 mV.
constexpr std::array<Point, 13> ocv_points{{{0.00, 2.2862},
                                            {0.05, 3.0647},
                                            {0.10, 3.1967},
                                            {0.20, 3.2343},
                                            {0.30, 3.2703},
                                            {0.40, 3.2921},
                                            {0.50, 3.2995},
                                            {0.60, 3.3035},
                                            {0.70, 3.3108},
                                            {0.80, 3.3345},
                                            {0.90, 3.3425},
                                            {0.95, 3.3447},
                                            {1.00, 3.5305}}};
constexpr std::size_t grid = 20;  // every point lies on a multiple of 5 %

constexpr double between(const Point& a, const Point& b, double soc) {
    return a.volt + (b.volt - a.volt) * (soc - a.soc) / (b.soc - a.soc);
}

constexpr std::array<double, grid + 1> make_table() {
    std::array<double, grid + 1> table{};
    std::size_t at = 0;
    for (std::size_t i = 0; i <= grid; ++i) {
        const double soc = static_cast<double>(i) / grid;
        while (at + 2 < ocv_points.size() && ocv_points[at + 1].soc < soc) ++at;
        table[i] = between(ocv_points[at], ocv_points[at + 1], soc);
    }
    return table;
}
constexpr std::array<double, grid + 1> ocv_table = make_table();

/// Half the gap between the discharge and the charge curve (mean over SoC).
constexpr double hysteresis_v = 0.011;
/// The gap is crossed exponentially, within about this share of the capacity.
constexpr double hysteresis_soc = 0.02;
/// Resistance of a cell times its capacity at 25 degrees and mid SoC, ohm Ah: 48 mohm at 3 Ah.
constexpr double resistance_ohm_ah = 0.144;
/// ln(69 mohm / 48 mohm) / 15 K: the resistance at 10 degrees against that at 25.
constexpr double resistance_per_kelvin = 0.0242;
/// Share of the resistance that acts at once; the rest charges the RC pair.
constexpr double series_share = 0.6;
constexpr double polarisation_s = 30.0;
constexpr double polarisation_gain = step_s / polarisation_s;  // of 1 - exp(-x), x = 3e-5

/// Packs of 110 Wh/kg and 1 kJ/(kg K), and a surface that cools one kWh with 1 W/K: engineering
/// judgement, about 2.5 h of time constant.
constexpr double heat_capacity_j_per_k_wh = 9.0;
constexpr double cooling_w_per_k_wh = 1e-3;

/// Grows threefold from 10 % SoC down to empty.
double low_soc_factor(double soc) {
    return soc >= 0.1 ? 1.0 : 1.0 + 2.0 * (0.1 - std::max(soc, 0.0)) / 0.1;
}

double mean_cell_ocv() {
    double sum = 0.5 * (ocv_table.front() + ocv_table.back());
    for (std::size_t i = 1; i < grid; ++i) sum += ocv_table[i];
    return sum / grid;
}

}  // namespace

double cell_ocv(double soc) noexcept {
    const double at = std::clamp(soc, 0.0, 1.0) * grid;
    const std::size_t low = std::min(static_cast<std::size_t>(at), grid - 1);
    return ocv_table[low] + (ocv_table[low + 1] - ocv_table[low]) * (at - static_cast<double>(low));
}

Pack::Pack(const BatterySpec& spec, Ratio soc)
    : spec_(spec),
      cells_(spec.cells_in_series),
      capacity_ah_(spec.capacity.value() * spec.soh.value() / (cells_ * mean_cell_ocv())),
      soc_(soc.value()),
      celsius_(spec.ambient.value()),
      soc_aged_(soc_),
      ageing_(1.0 - spec.soh.value()) {
    every_second();
    publish(0.0, 0.0);
}

double Pack::ocv() const noexcept {
    return cells_ * cell_ocv(soc_);
}

double Pack::current_at(double watt, double source_v) const noexcept {
    // P = (V - R I) I, the root nearer to zero; beyond the most that the resistance lets through,
    // that most.
    const double left = source_v * source_v - 4.0 * series_share * resistance_ * watt;
    return 2.0 * watt / (source_v + std::sqrt(std::max(left, 0.0)));
}

void Pack::advance(double watt) {
    const double source = ocv() - polarisation_v_ - cells_ * hysteresis_v * hysteresis_;
    const double ampere = current_at(watt, source);
    heat_up(ampere);
    const double moved = ampere * step_s / 3600.0 / capacity_ah_;
    soc_ -= moved;
    hysteresis_ += std::fabs(moved) / hysteresis_soc * ((moved > 0.0 ? 1.0 : -1.0) - hysteresis_);
    const double settled = (1.0 - series_share) * resistance_ * ampere;
    polarisation_v_ += polarisation_gain * (settled - polarisation_v_);
    if (++steps_ == 1000) every_second();
    publish(watt, ampere);
}

void Pack::heat_up(double ampere) {
    const double rc = (1.0 - series_share) * resistance_;
    const double watt = ampere * ampere * series_share * resistance_ +
                        polarisation_v_ * polarisation_v_ / rc +
                        cells_ * hysteresis_v * hysteresis_ * ampere;
    heat_j_ += watt * step_s;
    const double wh = spec_.capacity.value();
    const double out = cooling_w_per_k_wh * wh * (celsius_ - spec_.ambient.value());
    celsius_ += (watt - out) * step_s / (heat_capacity_j_per_k_wh * wh);
}

/// What changes slowly.
void Pack::every_second() {
    resistance_ = cells_ * resistance_ohm_ah / capacity_ah_ * low_soc_factor(soc_) *
                  std::exp(resistance_per_kelvin * (25.0 - celsius_));
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
    s.v = Voltage{ocv() - polarisation_v_ - cells_ * hysteresis_v * hysteresis_ -
                  series_share * resistance_ * ampere};
    s.ocv = Voltage{ocv()};
    s.temperature = Temperature{celsius_};
    s.discharged = Energy{discharged_j_ / 3600.0};
    s.charged = Energy{charged_j_ / 3600.0};
    s.heat = Energy{heat_j_ / 3600.0};
    const double floor = spec_.technical_floor.value();
    s.can_discharge = soc_ > floor + (s.can_discharge ? 0.0 : 0.01);
    s.can_charge = soc_ < 1.0 - (s.can_charge ? 0.0 : 0.005);
}

double Pack::stored_wh() const noexcept {
    const double at = std::clamp(soc_, 0.0, 1.0) * grid;
    const std::size_t full = std::min(static_cast<std::size_t>(at), grid - 1);
    double area = 0.0;  // in volts times table spacing
    for (std::size_t i = 0; i < full; ++i) area += 0.5 * (ocv_table[i] + ocv_table[i + 1]);
    area += 0.5 * (ocv_table[full] + cell_ocv(soc_)) * (at - static_cast<double>(full));
    return area / grid * cells_ * capacity_ah_;
}

}  // namespace islandbench::plant
