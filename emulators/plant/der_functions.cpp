#include "emulators/plant/der_functions.hpp"

#include <algorithm>
#include <cmath>

#include "base/assert.hpp"

namespace islandbench::plant {
namespace {

double of_factor(const ReactiveControl& control, double p) {
    const ReactiveControl::Factor& factor = p >= 0.0 ? control.injecting : control.absorbing;
    const double cos_phi = std::clamp(factor.cos_phi, 0.01, 1.0);
    const double q = std::fabs(p) * std::sqrt(1.0 - cos_phi * cos_phi) / cos_phi;
    return factor.over_excited ? q : -q;
}

double reference(VarReference of, double p, double rating_w) {
    switch (of) {
        case VarReference::rating: return rating_w;
        case VarReference::var_max: return var_max_share * rating_w;
        case VarReference::var_available:
            return std::sqrt(std::max(rating_w * rating_w - p * p, 0.0));
    }
    return 0.0;
}

}  // namespace

bool SupportCurve::set(std::span<const Point> points) noexcept {
    const bool rises = std::is_sorted(points.begin(), points.end(),
                                      [](const Point& a, const Point& b) { return a.x < b.x; });
    if (points.empty() || points.size() > most_points || !rises) return false;
    std::copy(points.begin(), points.end(), points_.begin());
    count_ = points.size();
    return true;
}

double SupportCurve::at(double x) const noexcept {
    IB_ASSERT(count_ > 0);
    if (x <= points_[0].x) return points_[0].y;
    for (std::size_t i = 1; i < count_; ++i) {
        const Point &a = points_[i - 1], &b = points_[i];
        if (x >= b.x) continue;
        return a.y + (b.y - a.y) * (x - a.x) / (b.x - a.x);
    }
    return points_[count_ - 1].y;
}

double DerFunctions::reactive(const ReactiveControl& control, double p, double v,
                              double rating_w) noexcept {
    using Mode = ReactiveControl::Mode;
    const double of = reference(control.of, p, rating_w);
    double target = 0.0;
    switch (control.mode) {
        case Mode::constant: target = control.share * of; break;
        case Mode::power_factor: target = of_factor(control, p); break;
        case Mode::volt_var: target = control.curve.at(v / control.v_ref.value()) * of; break;
        case Mode::watt_var: target = control.curve.at(p / rating_w) * of; break;
    }
    return reactive_.follow(target, control.response);
}

double DerFunctions::most_power(const VoltWatt& control, double v, double rating_w,
                                double available) noexcept {
    if (!limited_) volt_watt_.reset(1.0);
    limited_ = true;
    const double share = volt_watt_.follow(control.curve.at(v), control.response);
    return share * (control.of_available ? available : rating_w);
}

void DerFunctions::rest() noexcept {
    reactive_.reset(0.0);
    limited_ = false;
}

}  // namespace islandbench::plant
