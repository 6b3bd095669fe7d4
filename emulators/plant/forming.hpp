#pragma once

#include "base/site.hpp"
#include "emulators/plant/phasor.hpp"
#include "emulators/plant/timing.hpp"

/// What every law of a forming inverter shares: its input, the set-points that it holds beside a
/// grid, and the overload mitigation. All in per unit of the rating.
namespace islandbench::plant {

/// Power that the DC side and the rating allow, of the rating.
struct PowerWindow {
    double lowest = -1.0, highest = 1.0;
};

struct FormingInput {
    /// What its angle answers to: the active power at its terminals, or while a current limit acts
    /// what would flow without it at the voltage that is there (power_at_limit; virtual active
    /// power, arXiv 2106.13555). What a limited source gives no longer rises with its angle: one
    /// that saw that would turn on for power that never comes, and slip its poles.
    double p = 0.0;
    double given = 0.0;       ///< active power at its terminals
    double q = 0.0, v = 0.0;  ///< there; v the mean of the phases
    Phasor terminal;          ///< positive sequence there, in the nominal frame
    double p_set = 0.0;       ///< held beside a grid
    double v_set = 1.0;
    double df_hz = 0.0, dv = 0.0;  ///< raise/lower line
    bool connected = true;         ///< contact signal
    bool hold_voltage = false;     ///< a current limit acts: no integrator may wind up
    PowerWindow window;            ///< of `given`
    bool window_bounds_p = false;  ///< of `p` in its place
    /// What has to stay in the window.
    [[nodiscard]] double bounded(double p_now, double given_now) const noexcept {
        return window_bounds_p ? p_now : given_now;
    }
};

/// FormingInput::p at a current limit, of what is given there and what would flow without it. A
/// load that is mostly reactive (stalled motors) turns the EMF behind the voltage, and the second
/// is less: such a street is overloaded, and its frequency must not tell of too much power.
double power_at_limit(double given, double without) noexcept;

/// Lowers (raises) the frequency while the power is above (below) its window, so that
/// frequency-driven stages and frequency-watt act: REGFM_A1's two PI controllers, each of which
/// only acts on its own side and runs empty again.
class OverloadMitigation {
  public:
    OverloadMitigation(double kpp, double kip) : kpp_(kpp), kip_(kip) {}

    void reset() noexcept { high_ = low_ = 0.0; }
    /// One step, in rad/s.
    double advance(double p, const PowerWindow& window) noexcept;
    [[nodiscard]] bool acting() const noexcept { return high_ < 0.0 || low_ > 0.0; }
    /// It moves the frequency the other way than an error of the power set-point would.
    [[nodiscard]] bool against(double error) const noexcept {
        return (high_ < 0.0 && error > 0.0) || (low_ > 0.0 && error < 0.0);
    }

  private:
    double kpp_, kip_;
    double high_ = 0.0, low_ = 0.0;  ///< integrators, rad/s
};

/// Beside a grid a slow integrator moves the no-load frequency to hold a power set-point, and
/// another moves the voltage set-point to hold no reactive power (a grid 3 % above the set-point
/// would draw 60 % of the rating otherwise). In the island both offsets run back to zero and droop
/// alone acts.
class SetpointHold {
  public:
    /// Whether the power set-point is held by the integrator, or only shifts the droop.
    enum class Power { integrated, droop };
    /// `droop_hz` per unit of power, `droop_v` per unit of reactive power, network included.
    SetpointHold(double droop_hz, double droop_v, Duration pi, Power power = Power::integrated)
        : droop_hz_(power == Power::integrated ? droop_hz : 0.0),
          droop_v_(droop_v),
          pi_s_(to_seconds(pi)) {}

    void start_alone() noexcept;
    void start_beside(double deviation_hz, double p) noexcept;
    /// What follows is a return: the set-point is approached at a bounded rate.
    void ramp() noexcept { ramping_ = true; }
    /// Takes the voltage offset that gives this EMF at once, instead of a jump.
    void match_voltage(double offset) noexcept;

    /// One step; `p` and `q` as filtered.
    void advance(const FormingInput& in, double p, double q,
                 const OverloadMitigation& mitigation) noexcept;

    [[nodiscard]] double hz() const noexcept { return offset_hz_; }
    [[nodiscard]] double v() const noexcept { return offset_v_; }
    [[nodiscard]] double power() const noexcept { return p_set_; }

  private:
    void contact_moved(const FormingInput& in) noexcept;
    void hold(const FormingInput& in, double p, double q,
              const OverloadMitigation& mitigation) noexcept;
    void let_go() noexcept;

    double droop_hz_, droop_v_, pi_s_;
    double offset_hz_ = 0.0, offset_v_ = 0.0;
    double p_set_ = 0.0;
    bool ramping_ = false;  ///< p_set_ is on its way after a reclosing
    bool connected_ = true;
    double line_df_hz_ = 0.0, line_dv_ = 0.0;  ///< of the last step
};

}  // namespace islandbench::plant
