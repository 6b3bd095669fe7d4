#pragma once

#include <array>

#include "base/site.hpp"
#include "emulators/plant/battery.hpp"
#include "emulators/plant/converter_loss.hpp"
#include "emulators/plant/forming_control.hpp"
#include "emulators/plant/frequency_meter.hpp"
#include "emulators/plant/interconnect.hpp"
#include "emulators/plant/overload.hpp"
#include "emulators/plant/phase_watch.hpp"

namespace islandbench::plant {

/// What the former's firmware sets. Levels, in force until set otherwise.
struct FormerControl {
    bool enable = true;
    ActivePower p_set;                      ///< held while the interconnect device is closed
    Voltage v_set{232.0};                   ///< of the mean of the phases, without load
    Current charge_limit, discharge_limit;  ///< DC, positive, as its BMS allows
};

/// Why the former does not run.
enum class FormerStop {
    none,
    disabled,    ///< FormerControl::enable
    no_consent,  ///< the interconnect device's line says stop
    collapse,    ///< in current limit and below 70 % of nominal voltage for 1 s
    empty,       ///< its battery may not discharge, in the island
    surge,       ///< hardware over-current when the switch closed out of phase: damaged
    failed,      ///< set_out_of_service()
};

/// What the former's own sensors see. Positive = from the former into the bus.
struct FormerState {
    bool running = false;
    bool connected = true;    ///< contact signal of the interconnect device
    bool limiting = false;    ///< a phase is at its current limit
    bool throttled = false;   ///< a phase has used up its overload time: limited to its rating
    bool mitigating = false;  ///< moves the frequency because the power is outside its window
    FormerStop stop = FormerStop::none;  ///< of the last stop, while it lasts
    Duration restart_left{};
    std::array<Voltage, phases> v;
    std::array<Current, phases> i;
    std::array<ActivePower, phases> p_phase;
    ActivePower p;
    ReactivePower q;
    Frequency f;                     ///< of the voltage at its terminals; NaN where that is dead
    Ratio i_share;                   ///< largest phase current, of the rated one
    std::array<Ratio, phases> heat;  ///< used up of the overload curve
    ActivePower dc_p;                ///< from its battery
    ActivePower loss;
    Ratio closing_surge;   ///< largest current of the last closing, of the rated one
    bool damaged = false;  ///< by a surge; stays, and so does the stop

    /// It has stopped by itself, not because it was told to.
    [[nodiscard]] bool tripped() const noexcept {
        return stop == FormerStop::collapse || stop == FormerStop::empty ||
               stop == FormerStop::surge || stop == FormerStop::failed;
    }
};

/// The municipal three-phase inverter that forms the street, with its battery: a balanced voltage
/// behind an impedance (own zero sequence), droop control or a virtual synchronous machine, an
/// overload curve and a current limit per phase. It forms at all times, beside the grid too.
class Former {
  public:
    Former(const Site& site, Ratio soc, Voltage v_set);

    FormerControl& control() noexcept { return control_; }
    [[nodiscard]] const FormerControl& control() const noexcept { return control_; }
    [[nodiscard]] const FormerState& state() const noexcept { return state_; }
    [[nodiscard]] const PackState& pack() const noexcept { return pack_.state(); }
    [[nodiscard]] const Pack& battery() const noexcept { return pack_; }

    /// It fails: stops at once and does not start while that lasts.
    void set_out_of_service(bool out) noexcept { out_of_service_ = out; }

    // The plant's side.

    /// Starts beside a live grid, at the voltage of its bus and at its power set-point.
    void start_beside(const Phasor3& v, double frequency_hz);
    /// One step: `v` at its bus, `i` that it feeds in, as solved; `limiting`: the limiter acts.
    /// True when it starts or stops.
    bool advance(const Phasor3& v, const Phasor3& i, bool limiting, const Interconnect::Line& line);
    /// Pack::set_unseen_load().
    void set_unseen_load(ActivePower p) noexcept { pack_.set_unseen_load(p); }
    /// The switch has closed between it and a live grid: `unlimited` is what flows in the first
    /// moment, before any limiter acts. True when its semiconductors do not bear that: it trips,
    /// and is damaged for good.
    bool close_surge(const Phasor3& unlimited);
    /// What the sensors see of a new solution.
    void measure(const Phasor3& v, const Phasor3& i, bool limiting);

    [[nodiscard]] bool running() const noexcept { return state_.running; }
    /// Admittance that it stands for at its bus while running.
    [[nodiscard]] const Matrix3& admittance() const noexcept { return admittance_; }
    [[nodiscard]] Phasor3 emf() const noexcept;
    /// Of the EMF (Hz).
    [[nodiscard]] double emf_frequency() const noexcept { return law_.frequency(); }
    [[nodiscard]] std::array<double, phases> current_limit() const noexcept;

  private:
    friend struct Tamper;  ///< tests that break the laws of Audit

    bool run(const Phasor3& v, const Phasor3& i, bool limiting, const Interconnect::Line& line);
    bool wait_for_start(const Phasor3& v, const Interconnect::Line& line);
    [[nodiscard]] FormerStop reason_to_stop(const Phasor3& v, bool limiting,
                                            const Interconnect::Line& line);
    bool stop(FormerStop reason);
    void return_beside(const Phasor3& v);
    void start_alone();
    void align(const Phasor3& v);
    void started();
    [[nodiscard]] bool may_discharge() const noexcept;
    [[nodiscard]] bool throttled() const noexcept {
        return overload_.spent(0) || overload_.spent(1) || overload_.spent(2);
    }
    /// Active power that would flow without its current limit at this voltage, in watts.
    [[nodiscard]] double without_limit(const Phasor3& v) const noexcept;
    [[nodiscard]] PowerWindow window(bool connected) const noexcept;
    void use_battery(const Phasor3& v, const Phasor3& i);

    FormerSpec spec_;
    double nominal_v_;
    double rating_w_;
    double rated_a_;
    Matrix3 admittance_;
    FormingControl law_;
    Overload overload_;
    ConverterLoss loss_;
    Pack pack_;
    FrequencyMeter meter_;
    PhaseWatch phases_;  ///< of a voltage that it might join
    bool out_of_service_ = false;
    FormerControl control_;
    FormerState state_;
    double angle_ = 0.0;
    double soft_ = 1.0;  ///< share of the voltage, while it starts on a dead street
    Duration start_in_{};
    Hold collapsed_, empty_;
};

}  // namespace islandbench::plant
