#pragma once

#include "base/site/loads.hpp"
#include "emulators/plant/timing.hpp"
#include "emulators/plant/zip_load.hpp"

namespace islandbench::plant {

/// Something that turns: a pump, a compressor, with its contactor and its thermal relay.
///
/// While it runs up it is a constant impedance, the locked rotor's. Its torque goes with the square
/// of the voltage, its load's is constant, so its speed (0..1 of full) changes by
///     ds/dt = (v^2 - v_stall^2) / (1 - v_stall^2) / run_up
/// It takes longer at a low voltage and never starts below v_stall. A running one that loses a
/// fifth of its speed has stalled: it is a locked rotor again. Below the drop-out voltage the
/// contactor lets go. At locked-rotor current the thermal relay counts, trips at `trip_after`,
/// cools within `restart` and then lets it try again. Figures: GridLAB-D's single-phase induction
/// motor (10 s, 300 s); the rest see MotorSpec.
class Motor {
  public:
    enum class State {
        off,       ///< not wanted, or waits for voltage or for its lock-out
        starting,  ///< locked-rotor current
        running,
        tripped,  ///< by its thermal relay
    };

    /// `running`: complex power at nominal voltage, consumption positive. `lock_out`: no start so
    /// soon after it stopped.
    Motor(const MotorSpec& spec, Phasor running, ZipShares shares, Duration lock_out);

    /// One step: whether something wants it on and its board supplies it, and the voltage there, of
    /// nominal. True when its load is another one than before.
    bool advance(bool wanted, double v_pu) noexcept;

    [[nodiscard]] State state() const noexcept { return state_; }
    [[nodiscard]] const ZipSum& load() const noexcept;

  private:
    void turn(double v_pu) noexcept;
    void rest() noexcept;
    [[nodiscard]] State next(bool wanted, double v_pu) noexcept;

    MotorSpec spec_;
    Duration lock_out_;
    ZipSum locked_, running_;
    State state_ = State::off;
    double speed_ = 0.0;
    double heat_ = 0.0;  ///< of the thermal relay, 0..1
    Duration wait_{};
    Hold low_;
};

}  // namespace islandbench::plant
