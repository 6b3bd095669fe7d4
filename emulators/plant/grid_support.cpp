#include "emulators/plant/grid_support.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace islandbench::plant {

double OpenLoopResponse::follow(double target, Duration response) noexcept {
    if (response != response_) {
        response_ = response;
        const double tau = to_seconds(response) / std::numbers::ln10;
        gain_ = response > 0s ? 1.0 - std::exp(-step_s / tau) : 1.0;
    }
    if (gain_ == 1.0) return value_ = target;  // to the bit
    return value_ += gain_ * (target - value_);
}

FrequencyDroop frequency_droop_of(const HybridSpec& spec, double nominal_hz) {
    const HybridSpec set = with_defaults(spec);
    FrequencyDroop droop{.start = *set.fw_start, .droop = *set.fw_droop};
    if (!spec.frequency_droop) return droop;
    const FrequencyDroopSpec& both = *spec.frequency_droop;
    droop.start = Frequency{nominal_hz} + both.db_of;
    droop.droop = both.k_of;
    droop.below = {Frequency{nominal_hz} - both.db_uf, both.k_uf};
    droop.absorb = both.absorb;
    droop.response = both.response;
    return droop;
}

double droop_at(const FrequencyDroop& droop, double f, double nominal_hz,
                double rating_w) noexcept {
    if (!droop.enable) return 0.0;
    const double above = f - droop.start.value();
    if (above > 0.0) return -(rating_w * above / (nominal_hz * droop.droop.value()));
    if (!droop.below) return 0.0;
    const double below = droop.below->start.value() - f;
    return below > 0.0 ? rating_w * below / (nominal_hz * droop.below->droop.value()) : 0.0;
}

double volt_var_at(const VoltVar& droop, double v) noexcept {
    const double low = droop.v_ref.value() - v;  // positive: too low
    const double band = droop.dead_band.value();
    const double beyond = low - std::clamp(low, -band, band);
    const double most = droop.q_max.value();
    return std::clamp(beyond / droop.k.value(), -most, most);
}

}  // namespace islandbench::plant
