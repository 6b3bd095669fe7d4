#pragma once

#include <cstddef>
#include <optional>

#include "base/site.hpp"
#include "emulators/plant/battery.hpp"
#include "emulators/plant/converter_loss.hpp"
#include "emulators/plant/phasor.hpp"
#include "emulators/plant/pll.hpp"
#include "emulators/plant/protection.hpp"

namespace islandbench::plant {

/// What the firmware of a hybrid inverter sets. Levels, in force until set otherwise.
struct FollowerControl {
    bool enable = true;                     ///< false: opens its grid relay
    ActivePower p_set;                      ///< positive injects into the AC bus
    ActivePower p_ramp{1000.0};             ///< per second, towards p_set
    ActivePower p_limit;                    ///< upper limit (curtailment); the rating at the start
    ReactivePower q_set;                    ///< positive = over-excited
    Current charge_limit, discharge_limit;  ///< DC, positive, as its BMS allows
    bool fw_enable = true;                  ///< frequency-watt (LFSM-O)
    Frequency fw_start;                     ///< reduces above this
    Ratio fw_droop;                         ///< pu of nominal frequency per pu of rating
};

/// What the inverter's own sensors see.
struct FollowerState {
    Voltage v;
    Current i;
    Frequency f;    ///< of its PLL; NaN while there is no voltage
    ActivePower p;  ///< positive = into the AC bus
    ReactivePower q;
    bool connected = true;   ///< grid relay closed
    bool blocked = false;    ///< connected, but stays without current: voltage out of its range
    Trip trip = Trip::none;  ///< why the relay opened, until it closes again
    Duration rejoin_left{};  ///< in-range time still needed
    bool limiting = false;   ///< gives less (or takes less) than p_set: current, battery, PV, f
    bool frequency_watt = false;  ///< frequency-watt is one of the reasons
    ActivePower pv, pv_available;
    ActivePower battery_p;  ///< positive = discharge
    Voltage dc_v;
    Current dc_i;  ///< positive = discharge
    ActivePower loss;

    /// It feeds, or would if it were told to.
    [[nodiscard]] bool on() const noexcept { return connected && !blocked; }
};

/// A home's hybrid inverter: a grid-following current source on one phase, with battery and PV on
/// one DC bus. Blocks (momentary cessation) in a dip, trips by its interface protection or when
/// blocked too long, rejoins after the observation time. It never forms: without a voltage to
/// follow it gives nothing.
class Follower {
  public:
    Follower(const HybridSpec& spec, double nominal_v, double nominal_hz, Ratio soc);

    FollowerControl& control() noexcept { return control_; }
    [[nodiscard]] const FollowerControl& control() const noexcept { return control_; }
    [[nodiscard]] const FollowerState& state() const noexcept { return state_; }
    [[nodiscard]] const PackState& pack() const noexcept { return pack_.state(); }
    [[nodiscard]] const Pack& battery() const noexcept { return pack_; }

    // The plant's side.

    /// One step: `v` at its terminals as solved with current(); `sun` 0..1.
    void advance(Phasor v, double sun);
    /// What the sensors see of a new solution: p, q and i at once, v and f with the next advance().
    void measure(Phasor v) noexcept;
    /// Pack::set_unseen_load().
    void set_unseen_load(ActivePower p) noexcept { pack_.set_unseen_load(p); }
    /// Nothing forms a voltage here any more: no current from this moment.
    void lose_source() noexcept { dq_ = {}; }
    /// Injected into the AC bus.
    [[nodiscard]] Phasor current() const noexcept { return dq_ * pll_.direction(); }

  private:
    friend struct Tamper;  ///< tests that break the laws of Audit

    void protect(Phasor v);
    void trip(Trip reason);
    void wait_to_rejoin();
    void block(double v_now);
    [[nodiscard]] double wanted_power();
    [[nodiscard]] double frequency_watt(double p);
    [[nodiscard]] double within_dc(double p);
    void drive(Phasor v);
    void balance_dc(Phasor v, Phasor injected);

    HybridSpec spec_;
    double nominal_v_, nominal_hz_;
    double rating_w_;
    Pll pll_;
    Protection protection_;
    ConverterLoss loss_;
    Pack pack_;
    FollowerControl control_;
    FollowerState state_;
    Lag v_{0.010}, f_{0.020}, f_slow_{0.100};
    Phasor dq_;  ///< current in the PLL's frame
    double p_ramped_ = 0.0;
    double recovery_ = 1.0;  ///< share of the set-point after a block
    double sun_ = 0.0;
    Hold blocked_, clear_, in_range_;
};

}  // namespace islandbench::plant
