#pragma once

#include "base/time.hpp"

namespace islandbench {

/// Moves the time of a run. The only thing that differs between simulated and wall time.
class Pump {
  public:
    virtual ~Pump() = default;

    /// Waits for `next_event` or for something from outside, whichever is first, and returns the
    /// time to move to: never before the present one, never after `next_event`.
    virtual Instant wait(Instant next_event) = 0;

    /// How far the clock was behind when the last event was reached; 0 in simulated time.
    [[nodiscard]] virtual Duration lateness() const noexcept = 0;
};

/// Simulated time: nothing comes from outside, so the next event is next at once.
class SimulatedPump final : public Pump {
  public:
    Instant wait(Instant next_event) override { return next_event; }
    [[nodiscard]] Duration lateness() const noexcept override { return Duration::zero(); }
};

}  // namespace islandbench
