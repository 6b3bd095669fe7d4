#pragma once

#include <optional>

#include "base/site.hpp"
#include "emulators/plant/phasor.hpp"
#include "emulators/plant/timing.hpp"

namespace islandbench::plant {

/// How a follower makes the current that its control wants, on one phase, in the frame of its PLL:
/// a current source that follows in 5 ms, or a voltage behind its filter that a PI controller on
/// the current moves, with the terminal voltage fed forward as measured a step ago (all converters
/// sample). The latter stands in the network with its filter's admittance, so that the first moment
/// of a step is the filter's and not the control's.
class CurrentLoop {
  public:
    CurrentLoop(const std::optional<CurrentLoopSpec>& spec, double nominal_v, double rating_w);

    struct Frame {
        Phasor measured;  ///< direction of the PLL when `v` was there
        Phasor next;      ///< and for the step to come
    };
    /// One step towards `wanted` (A, in the frame). `v`: at the terminals as solved.
    void advance(Phasor v, Phasor wanted, const Frame& frame) noexcept;
    /// No current from this moment: gates off or relay open.
    void cut() noexcept;

    /// Into the network: injection less admittance times voltage.
    [[nodiscard]] Phasor injection() const noexcept { return injection_; }
    [[nodiscard]] Phasor admittance() const noexcept { return gated_ ? filter_ : Phasor{}; }
    [[nodiscard]] Phasor current(Phasor v) const noexcept {
        return gated_ ? injection_ - filter_ * v : injection_;
    }

  private:
    void follow(Phasor wanted, const Frame& frame) noexcept;
    void control(Phasor v, Phasor wanted, const Frame& frame) noexcept;

    bool has_filter_;
    double volt_per_ampere_ = 0.0;  ///< base impedance
    double kp_ = 0.0, ki_ = 0.0;
    Phasor filter_;    ///< admittance, siemens; zero for a current source
    Phasor dq_;        ///< current of the source, in the frame
    Phasor integral_;  ///< of the PI, volts in the frame
    Phasor injection_;
    bool gated_ = false;
};

}  // namespace islandbench::plant
