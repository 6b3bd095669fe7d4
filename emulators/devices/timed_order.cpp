#include "emulators/devices/timed_order.hpp"

#include <algorithm>
#include <cmath>

#include "emulators/devices/sunspec_common.hpp"

namespace islandbench::devices {

void TimedOrder::written(Instant now, double share) {
    const auto wrote = [this](const sunspec::Point& p) { return image_->wrote(p); };
    const bool any = std::any_of(points_.values.begin(), points_.values.end(), wrote) ||
                     wrote(points_.enable) || wrote(points_.window) || wrote(points_.time_out);
    if (!any) return;
    const auto seconds = [this](const sunspec::Point& p) {
        return image_->view(p.model).number(p).value_or(0.0);
    };
    ordered_ = now;
    begins_ = now + from_seconds(share * seconds(points_.window));
    const double holds = seconds(points_.time_out);
    ends_ = holds > 0.0 ? std::optional(begins_ + from_seconds(holds)) : std::nullopt;
}

bool TimedOrder::count_down(Instant now) {
    if (!ends_ || now < *ends_) return false;
    ends_.reset();
    must_set(*image_, points_.enable, static_cast<double>(points_.free));
    return true;
}

double TimedRamp::follow(double target, Duration within, Instant now) noexcept {
    if (target != target_) {
        target_ = target;
        per_second_.reset();
        if (within > Duration{}) per_second_ = std::fabs(target - value_) / to_seconds(within);
    }
    const double most = per_second_ ? *per_second_ * to_seconds(now - last_) : 0.0;
    last_ = now;
    value_ = per_second_ ? value_ + std::clamp(target - value_, -most, most) : target;
    return value_;
}

}  // namespace islandbench::devices
