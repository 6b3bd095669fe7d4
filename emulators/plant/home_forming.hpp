#pragma once

#include "base/site.hpp"
#include "emulators/plant/droop.hpp"
#include "emulators/plant/interconnect.hpp"
#include "emulators/plant/overload.hpp"

namespace islandbench::plant {

/// The AC side of a home's inverter that forms: on one phase a voltage behind its coupling
/// impedance, with the former's droop control, an overload curve and a current limit.
class HomeForming {
  public:
    HomeForming(const HomeFormingSpec& spec, double nominal_v, double nominal_hz, double rating_w);

    struct Input {
        Phasor v, i;            ///< at its terminals, as solved; i as it feeds in
        bool limiting = false;  ///< its current limit acts
        double p_set = 0.0;     ///< of its rating
        PowerWindow window;     ///< that its DC side allows
        Interconnect::Line line;
    };
    /// One step. The first one after a stop aligns with the voltage that is there.
    void advance(const Input& in);
    /// A step without: its relay is open.
    void rest() noexcept;

    [[nodiscard]] bool started() const noexcept { return started_; }
    [[nodiscard]] Phasor emf() const noexcept;
    [[nodiscard]] Phasor ohm() const noexcept { return ohm_; }
    /// Largest current now (A).
    [[nodiscard]] double current_limit() const noexcept { return overload_.limit(0) * rated_a_; }

  private:
    void start(Phasor v);
    void heat(const Input& in) noexcept;
    /// Active power that would flow without its current limit at this voltage, of the rating.
    [[nodiscard]] double without_limit(Phasor v) const noexcept;

    double nominal_v_, nominal_hz_;
    double rated_w_, rated_a_;
    Phasor ohm_;
    DroopControl law_;
    Overload overload_;
    bool stays_in_step_;
    double angle_ = 0.0;
    bool started_ = false;
};

}  // namespace islandbench::plant
