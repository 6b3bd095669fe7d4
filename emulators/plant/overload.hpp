#pragma once

#include <array>
#include <vector>

#include "base/site.hpp"

namespace islandbench::plant {

/// The overload curve of an inverter, per phase, as a thermal state: a current between two steps
/// of the curve uses up the time of the upper one, pro rata; at or below rating the state recovers
/// linearly within the cooling time. A phase whose time is used up is held at its rating until it
/// has cooled down. The last multiple of the curve is a hard limit at all times.
class Overload {
  public:
    Overload(std::vector<OverloadStep> curve, Duration cooling);

    /// `multiples`: the phase currents, of the rated one, over the last step.
    void update(const std::array<double, 3>& multiples) noexcept;

    /// Largest current now, of the rated one.
    [[nodiscard]] double limit(std::size_t phase) const noexcept {
        return spent_[phase] ? 1.0 : curve_.back().multiple;
    }
    /// Used up, 0..1.
    [[nodiscard]] double heat(std::size_t phase) const noexcept { return heat_[phase]; }
    /// The time is used up and the phase has not cooled down since.
    [[nodiscard]] bool spent(std::size_t phase) const noexcept { return spent_[phase]; }
    /// While stopped all phases cool.
    void cool() noexcept { update({0.0, 0.0, 0.0}); }

  private:
    [[nodiscard]] double rate(double multiple) const noexcept;

    std::vector<OverloadStep> curve_;
    double cooling_rate_;
    std::array<double, 3> heat_{};
    std::array<bool, 3> spent_{};
};

}  // namespace islandbench::plant
