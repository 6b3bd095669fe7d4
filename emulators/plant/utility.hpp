#pragma once

#include <memory>

#include "base/frequency_record.hpp"
#include "base/random.hpp"
#include "base/site.hpp"
#include "emulators/plant/phasor.hpp"
#include "emulators/plant/timing.hpp"

namespace islandbench::plant {

/// How the grid is lost.
enum class OutageKind {
    upstream_break,  ///< the line above the transformer opens; a neighbour's load stays on our side
    exact_balance,   ///< as above, and neighbours take (or give) just what flowed: nothing moves
    bolted_fault,    ///< three-phase short circuit at the busbar, then the line above opens
};

struct Outage {
    OutageKind kind = OutageKind::upstream_break;
    /// upstream_break: constant impedance, these at nominal voltage, three-phase, consumption
    /// positive. Before the break the transformer fed it, which the no-load voltage accounts for.
    ActivePower neighbour_p{60e3};
    ReactivePower neighbour_q{20e3};
    /// bolted_fault: per phase, and until the upstream protection opens. The fault stays.
    Resistance fault{0.005};
    Duration clearing{150ms};
};

/// The public grid as the busbar sees it: a voltage behind the upstream network and a Dyn
/// transformer, and what is left of them when the line above is gone. The delta winding keeps the
/// zero sequence of the upstream network out, and the transformer's own zero sequence in, also when
/// nothing feeds it. The frequency wanders slowly around its base value.
class Utility {
  public:
    /// `wander`: standard deviation of the frequency around `base_f`.
    Utility(const GridSpec& spec, Voltage nominal_v, Frequency nominal_f, Frequency base_f,
            Frequency wander, std::uint64_t seed);

    /// One step; true when the shunt at the busbar is another one than before.
    bool advance();

    // What the story does. Takes effect with the next step of the street.

    /// `v`: present busbar voltages, `into_street`: present currents through the switch; both only
    /// matter for exact_balance.
    void lose(const Outage& outage, const Phasor3& v, const Phasor3& into_street);
    /// The grid energises the busbar again, with this frequency and some phase angle; a record that
    /// begins at the same moment keeps its word.
    void restore(Frequency f);
    /// For a while only `remaining` of the voltage is there; below 5 % the line is open meanwhile.
    /// While the grid is lost already nothing happens (false).
    bool dip(Duration duration, Ratio remaining);
    /// Moves the base frequency at `hz_per_s`; zero means at once.
    void move_frequency(Frequency to, Rocof hz_per_s);
    /// Follows a record from its beginning, straight from sample to sample, without the wander.
    /// After its end the frequency stays where it was last. Any other change of the base frequency
    /// ends it.
    void follow(std::shared_ptr<const FrequencyRecord> record);
    void jump_phase(Angle by);
    /// Changes the no-load voltage, from then on.
    void set_no_load_v(Voltage v) { no_load_v_ = v.value(); }

    /// False while the utility does not feed the busbar, or a fault holds it down.
    [[nodiscard]] bool energises() const noexcept;
    /// A source is connected: the busbar has a voltage, if not shorted.
    [[nodiscard]] bool connected() const noexcept { return !broken_ && !interrupted_; }
    [[nodiscard]] bool undisturbed() const noexcept { return energises() && remaining_ == 1.0; }
    /// Of the source, wander included (Hz).
    [[nodiscard]] double frequency() const noexcept;

    /// Norton equivalent at the busbar.
    [[nodiscard]] const Matrix3& shunt() const noexcept { return shunt_; }
    [[nodiscard]] Phasor3 injection() const noexcept;

  private:
    void wander();
    void follow_record();
    void rebuild();

    double nominal_v_;
    double nominal_f_;
    double no_load_v_;
    Matrix3 source_;       ///< upstream and transformer in series
    Matrix3 transformer_;  ///< what it is without the line above: zero sequence, magnetising
    Random chance_;

    double spread_hz_;
    double base_f_;
    double target_f_;
    double ramp_hz_ = 0.0;  ///< per step
    double slow_hz_ = 0.0, wander_hz_ = 0.0;
    std::shared_ptr<const FrequencyRecord> record_;  ///< what is followed, or nothing
    Duration into_record_{};
    std::size_t sample_ = 0;  ///< the last one that is not ahead
    int steps_ = 0;
    double angle_ = 0.0;

    bool broken_ = false;
    bool interrupted_ = false;
    bool faulted_ = false;
    double remaining_ = 1.0;
    Duration dip_left_{};
    Duration clears_in_{};
    double fault_ohm_ = 0.0;
    Phasor3 neighbour_;  ///< admittance per phase
    Matrix3 shunt_;
    bool changed_ = false;
};

}  // namespace islandbench::plant
