#pragma once

#include <cstddef>
#include <optional>

#include "base/site.hpp"
#include "emulators/plant/battery.hpp"
#include "emulators/plant/converter_loss.hpp"
#include "emulators/plant/current_loop.hpp"
#include "emulators/plant/der_functions.hpp"
#include "emulators/plant/grid_support.hpp"
#include "emulators/plant/home_forming.hpp"
#include "emulators/plant/phasor.hpp"
#include "emulators/plant/pll.hpp"
#include "emulators/plant/protection.hpp"

namespace islandbench::plant {

/// What the firmware of a hybrid inverter sets. Levels, in force until set otherwise.
struct HybridControl {
    bool enable = true;                     ///< false: opens its grid relay
    ActivePower p_set;                      ///< positive injects into the AC bus
    ActivePower p_ramp{1000.0};             ///< per second, towards p_set
    ActivePower p_limit;                    ///< upper limit (curtailment); the rating at the start
    ReactivePower q_set;                    ///< positive = over-excited
    Current charge_limit, discharge_limit;  ///< DC, positive, as its BMS allows
    FrequencyDroop fw;                      ///< frequency-watt
    std::optional<VoltVar> volt_var;        ///< added to q_set
    GridFunctions functions;  ///< of one that follows; their reactive power comes first
};

/// What the inverter's own sensors see.
struct HybridState {
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
    bool frequency_watt = false;  ///< frequency-watt acts
    bool volt_watt = false;       ///< volt-watt acts
    ActivePower pv, pv_available;
    ActivePower battery_p;  ///< positive = discharge
    Voltage dc_v;
    Current dc_i;  ///< positive = discharge
    ActivePower loss;

    /// It feeds, or would if it were told to.
    [[nodiscard]] bool on() const noexcept { return connected && !blocked; }
};

/// A home's hybrid inverter on one phase, with battery and PV on one DC bus. Trips by its interface
/// protection, rejoins a live street after the observation time.
///
/// It follows, a current source or a voltage behind its filter, and answers frequency and voltage
/// by droop; blocks (momentary cessation) in a dip, and trips when blocked too long. Without a
/// voltage to follow it gives nothing. Or it forms (HybridSpec::forming): a voltage with droop, at
/// all times that its relay is closed. It goes on alone when the former is lost, trips when its
/// voltage stays collapsed or the operator's consent is withdrawn, and never starts on a dead
/// street.
class Hybrid {
  public:
    Hybrid(const HybridSpec& spec, double nominal_v, double nominal_hz, Ratio soc);

    HybridControl& control() noexcept { return control_; }
    [[nodiscard]] const HybridControl& control() const noexcept { return control_; }
    [[nodiscard]] const HybridState& state() const noexcept { return state_; }
    [[nodiscard]] const PackState& pack() const noexcept { return pack_.state(); }
    [[nodiscard]] const Pack& battery() const noexcept { return pack_; }

    /// It fails: opens its relay at once and stays away while that lasts.
    void set_out_of_service(bool out) noexcept { out_of_service_ = out; }
    /// Its protection acts as wrong as this; reconnects after `rejoin` in place of its own time.
    struct WrongSettings {
        Duration late{};                  ///< every stage trips so much later
        std::optional<Duration> at_most;  ///< and no later than this
        std::optional<Duration> rejoin;
    };
    void set_wrong(const WrongSettings& wrong) noexcept {
        fault_ = wrong;
        protection_.set_wrong(wrong.late, wrong.at_most);
    }
    [[nodiscard]] const WrongSettings& wrong() const noexcept { return fault_; }

    // The plant's side.

    /// One step: `v` at its terminals as solved last; `sun` 0..1; `line` reaches those that form.
    void advance(Phasor v, double sun, const Interconnect::Line& line = {});
    /// What the sensors see of a new solution: p, q and i at once, v and f with the next advance().
    /// `limiting`: of one that forms, its current limit acts.
    void measure(Phasor v, Phasor i, bool limiting) noexcept;
    /// The same of one that follows.
    void measure(Phasor v) noexcept { measure(v, loop_.current(v), false); }
    /// Pack::set_unseen_load().
    void set_unseen_load(ActivePower p) noexcept { pack_.set_unseen_load(p); }
    /// Nothing forms a voltage here any more: no current from this moment.
    void lose_source() noexcept { loop_.cut(); }
    /// What one that follows is to the network: a current that it injects, and an admittance
    /// (siemens).
    [[nodiscard]] Phasor injection() const noexcept { return loop_.injection(); }
    [[nodiscard]] Phasor admittance() const noexcept { return loop_.admittance(); }
    /// The voltage that it forms now, or nullptr.
    [[nodiscard]] const HomeForming* forms() const noexcept {
        return forming_ && forming_->started() ? &*forming_ : nullptr;
    }
    [[nodiscard]] bool can_form() const noexcept { return forming_.has_value(); }
    /// Its interface protection as set now.
    [[nodiscard]] const Protection& protection() const noexcept { return protection_; }
    [[nodiscard]] Protection& protection() noexcept { return protection_; }
    /// Without settings of its bus: in-range time before it reconnects.
    [[nodiscard]] Duration own_rejoin() const noexcept { return *spec_.rejoin; }
    /// That flows into the bus, as solved last.
    [[nodiscard]] Phasor current() const noexcept { return i_; }

  private:
    friend struct Tamper;  ///< tests that break the laws of Audit

    void protect(Phasor v, const Interconnect::Line& line);
    [[nodiscard]] bool collapsed();
    void form(Phasor v, const Interconnect::Line& line);
    [[nodiscard]] PowerWindow window() const noexcept;
    void trip(Trip reason);
    void wait_to_rejoin();
    [[nodiscard]] bool may_rejoin(double v, double f) const;
    void block(double v_now);
    [[nodiscard]] double wanted_power();
    [[nodiscard]] double frequency_watt(double p);
    [[nodiscard]] double wanted_reactive(double p);
    [[nodiscard]] double supported(double p);
    [[nodiscard]] bool may_enter(double v, double f) const;
    [[nodiscard]] double within_dc(double p) const noexcept;
    void drive(Phasor v, Phasor frame);
    void balance_dc(Phasor v);

    HybridSpec spec_;
    double nominal_v_, nominal_hz_;
    double rating_w_;
    Pll pll_;
    Protection protection_;
    ConverterLoss loss_;
    Pack pack_;
    HybridControl control_;
    HybridState state_;
    Lag v_{0.010}, f_{0.020}, f_slow_;
    std::optional<Lag> v_slow_;  ///< of volt-var, per unit
    OpenLoopResponse fw_response_, vv_response_;
    DerFunctions functions_;
    double entered_ = 1.0;  ///< share of the rating since it entered service
    CurrentLoop loop_;
    std::optional<HomeForming> forming_;
    Phasor i_;  ///< fed in, as solved last
    double p_ramped_ = 0.0;
    double recovery_ = 1.0;  ///< share of the set-point after a block
    double return_ = 1.0;    ///< share of the rating after it reconnected
    WrongSettings fault_;
    double sun_ = 0.0;
    bool out_of_service_ = false;
    Hold blocked_, clear_, in_range_, collapsed_;
};

}  // namespace islandbench::plant
