#include "emulators/plant/ageing.hpp"

#include <algorithm>
#include <cmath>

namespace islandbench::plant {

double calendar_rate(double celsius, double soc) noexcept {
    constexpr double activation_j_per_mol = 17126.0;
    constexpr double gas_constant = 8.31446;
    constexpr double reference_k = 298.15;
    const double kelvin = celsius + 273.15;
    const double warm =
        std::exp(-activation_j_per_mol / gas_constant * (1.0 / kelvin - 1.0 / reference_k));
    const double off = soc - 0.5;
    return 1.2571e-5 * warm * (2.8575 * off * off * off + 0.60225);
}

double cycle_rate(double c_rate, double depth) noexcept {
    const double off = depth - 0.6;
    return 0.01 * (0.063 * c_rate + 0.0971) * (4.0253 * off * off * off + 1.0923);
}

void Ageing::advance(double seconds, double celsius, double soc, double delta_soc) {
    // q = k sqrt(t) continued from q: with t0 = (q/k)^2, q' = k sqrt(t0 + dt) = sqrt(q^2 + k^2 dt).
    const double k = calendar_rate(celsius, soc);
    calendar_ = std::sqrt(calendar_ * calendar_ + k * k * seconds);
    if (delta_soc == 0.0) return;
    const double direction = delta_soc > 0.0 ? 1.0 : -1.0;
    if (direction != direction_) {
        cycle_ = open_cycle();
        closed_cycles_ += 0.5 * depth_;
        depth_ = flowing_s_ = 0.0;
        direction_ = direction;
    }
    depth_ += std::fabs(delta_soc);
    flowing_s_ += seconds;
}

double Ageing::open_cycle() const noexcept {
    if (depth_ <= 0.0) return cycle_;
    const double k = cycle_rate(depth_ * 3600.0 / flowing_s_, std::min(depth_, 1.0));
    return std::sqrt(cycle_ * cycle_ + k * k * 0.5 * depth_);
}

}  // namespace islandbench::plant
