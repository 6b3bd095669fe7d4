#pragma once

#include "acceptance/judge.hpp"
#include "base/duration_histogram.hpp"
#include "base/pump.hpp"
#include "base/scheduler.hpp"
#include "bench/rig.hpp"
#include "bench/sequencer.hpp"
#include "bench/street_news.hpp"
#include "bench/truth_tap.hpp"
#include "bench/world.hpp"
#include "reports/store/recorder.hpp"

namespace islandbench::bench {

/// What happens when. The same tick in both clocks; only the pump differs.
class Engine {
  public:
    struct Parts {
        Scheduler& clock;
        Pump& pump;
        World& world;
        Sequencer& sequencer;
        Rig& rig;
        StreetNews& news;
        TruthTap& truth;
        const Signals& signals;
        acceptance::Judge& judge;
        reports::Recorder* recorder = nullptr;  ///< absent while the street settles
    };
    explicit Engine(Parts parts);

    /// Takes the run one event further.
    void tick();

    /// From now on rows are kept.
    void record_into(reports::Recorder& recorder) noexcept { parts_.recorder = &recorder; }

    /// The last tick ended with a look at the street: it had a new solution, or something had
    /// happened.
    [[nodiscard]] bool looked() const noexcept { return looked_; }

    /// So far, settling included: steps of the plant, and those with a solution of their own.
    [[nodiscard]] std::int64_t steps() const noexcept { return steps_; }
    [[nodiscard]] std::int64_t solutions() const noexcept { return solutions_; }

    /// How late the last plant step was against the wall; 0 in simulated time.
    [[nodiscard]] Duration lateness() const noexcept { return lateness_; }
    /// Of all steps so far, settling included.
    [[nodiscard]] const DurationHistogram& latenesses() const noexcept { return latenesses_; }
    [[nodiscard]] Instant now() const noexcept { return parts_.clock.now(); }

  private:
    void begin_step(Instant now);
    void end_step(Instant now);
    void look(Instant now);

    Parts parts_;
    Instant next_step_;
    bool looked_ = false;
    std::uint64_t seen_events_ = 0;
    std::int64_t steps_ = 0, solutions_ = 0;
    Duration lateness_{};
    DurationHistogram latenesses_;
};

/// The plant's step.
inline constexpr Duration plant_step = 1ms;

}  // namespace islandbench::bench
