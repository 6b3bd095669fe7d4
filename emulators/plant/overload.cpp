#include "emulators/plant/overload.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "emulators/plant/timing.hpp"

namespace islandbench::plant {
namespace {

/// A current held at a step by the limiter counts as at the step.
constexpr double tolerance = 1e-6;

}  // namespace

Overload::Overload(std::vector<OverloadStep> curve, Duration cooling)
    : curve_(std::move(curve)), cooling_rate_(1.0 / to_seconds(cooling)) {
    IB_ASSERT(!curve_.empty());
}

double Overload::rate(double multiple) const noexcept {
    if (multiple <= 1.0 + tolerance) return -cooling_rate_;
    const auto at = std::find_if(curve_.begin(), curve_.end(), [&](const OverloadStep& one) {
        return multiple <= one.multiple + tolerance;
    });
    return 1.0 / to_seconds(at == curve_.end() ? curve_.back().duration : at->duration);
}

void Overload::update(const std::array<double, 3>& multiples) noexcept {
    for (std::size_t p = 0; p < 3; ++p) {
        heat_[p] = std::clamp(heat_[p] + rate(multiples[p]) * step_s, 0.0, 1.0);
        if (heat_[p] >= 1.0) spent_[p] = true;
        if (heat_[p] <= 0.0) spent_[p] = false;
    }
}

}  // namespace islandbench::plant
