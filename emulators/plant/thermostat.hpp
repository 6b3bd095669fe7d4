#pragma once

#include "base/random.hpp"
#include "base/time.hpp"

namespace islandbench::plant {

/// The switch of something that keeps a temperature: a fridge, a heating pump, a hot-water tank. It
/// has its plan, when it is on if nothing happens. What it misses of that without supply it makes
/// up for afterwards, by being on while its plan says off; so a street that was dark comes back
/// with all of them on at once (cold-load pick-up).
///
/// Where m seconds of being on are missing, the share of its off-time that it is on besides is
///     min(1, m / (tau (1 - duty))),  tau = 45 min
/// In many of them together this is the curve of the literature (IEEE PSRC "Cold Load Pickup
/// Issues"; arXiv 1810.05734): all on until tD, then an exponential return with 1/alpha = tau. What
/// may be missing ends at (1 - duty) (tau + 30 min): nothing gets colder than its surroundings. So
/// tD is 30 min at most, and further hours without supply add nothing. A few minutes hardly show;
/// there is the lock-out of compressors instead.
class Thermostat {
  public:
    /// `duty`: share of the time that the plan says on. `lock_out`: stays off so long after supply
    /// came back.
    Thermostat(double duty, Duration lock_out, Random chance, Instant start);

    /// From `now` on the plan says `planned`, and it has supply or not. Time must not go back.
    void update(Instant now, bool planned, bool supplied);
    /// It would be on, or is.
    [[nodiscard]] bool on() const noexcept { return !locked_ && (planned_ || extra_); }
    /// When update() is wanted again though nothing changes from outside.
    [[nodiscard]] Instant next() const noexcept { return next_; }
    /// On-time that is missing.
    [[nodiscard]] Duration missing() const noexcept { return missing_; }
    [[nodiscard]] Duration most_missing() const noexcept { return most_; }

  private:
    void account(Instant now) noexcept;
    void decide(Instant now);

    double off_share_;
    Duration most_;
    Duration lock_out_;
    Random chance_;
    Instant last_;
    Instant locked_until_ = Instant::min();
    Instant slot_end_ = Instant::min();
    Instant next_ = never;
    Duration missing_{};
    bool planned_ = false, supplied_ = true, extra_ = false, locked_ = false;
};

}  // namespace islandbench::plant
