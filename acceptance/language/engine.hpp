#pragma once

#include <vector>

#include "acceptance/language/deadline_monitor.hpp"
#include "acceptance/language/events.hpp"
#include "acceptance/language/moment_monitor.hpp"
#include "acceptance/language/program.hpp"
#include "acceptance/language/response_monitor.hpp"
#include "acceptance/language/until_monitor.hpp"
#include "acceptance/language/window_monitor.hpp"
#include "base/signals.hpp"

namespace islandbench::acceptance::language {

/// A monitor of an engine.
struct MonitorRef {
    ClaimKind kind = ClaimKind::window;
    int index = 0;
};

/// Takes a program and its monitors through time. Values hold between samples; whatever changes by
/// time alone between two samples (a window that opens, "held for" that is reached) is judged at
/// its own moment, so that the result does not depend on how often samples come, as long as the
/// values are the same.
class Engine {
  public:
    /// Without a sample for so long, nobody knows what holds: a hole in the record is no evidence.
    static constexpr Duration longest_hold{2'000'000'000};

    Program program;
    Events events;
    std::vector<WindowMonitor> windows;
    std::vector<DeadlineMonitor> deadlines;
    std::vector<MomentMonitor> moments;
    std::vector<MomentMonitor> before;
    std::vector<ResponseMonitor> responses;
    std::vector<UntilMonitor> untils;
    std::vector<int> kept;  ///< cells that are computed whether anybody judges them or not

    /// Everything has been placed: what follows does not allocate.
    void prepare();
    /// The values of `now`, which is not before the last one. Monitors see what happens from the
    /// start of the story on; what came earlier only counts for what has been held.
    void sample(Instant now, const Signals& signals) noexcept;
    /// Brings the tallies up to the last sample.
    void catch_up() noexcept {
        for (WindowMonitor& one : windows) one.elapse(sampled_);
        for (ResponseMonitor& one : responses) one.elapse(sampled_);
        for (UntilMonitor& one : untils) one.elapse(sampled_);
    }
    /// The last values hold until `end`, and nothing comes after.
    void finish(Instant end, Ending ending) noexcept;

    [[nodiscard]] const Tally& tally(MonitorRef ref) const noexcept;
    [[nodiscard]] bool started() const noexcept { return started_; }
    /// The moment of the last sample.
    [[nodiscard]] Instant now() const noexcept { return sampled_; }

  private:
    /// Watches whose cells the same batches make.
    struct WatchRun {
        int begin = 0, end = 0;
        int condition_batch = 0, antecedent_batch = 0;
    };

    void pass_time(Instant until) noexcept;
    void judge_before(Instant now) noexcept;
    void move_to(Instant now, bool fresh) noexcept;
    void update(Instant now) noexcept;
    void select() noexcept;
    void judge(Instant now) noexcept;
    void watch() noexcept;
    void judge_windows(Instant now) noexcept;
    [[nodiscard]] bool has_moved(const WatchRun& run) const noexcept {
        return program.has_moved(run.condition_batch) || program.has_moved(run.antecedent_batch);
    }

    bool started_ = false;
    bool story_ = false;  ///< the story has begun
    bool blank_ = false;  ///< the last sample is too old
    Instant sampled_ = Instant::min();
    Instant moved_ = Instant::min();  ///< the last moment that was judged
    Instant boundary_ = story_start;
    // Room for all of them.
    std::vector<int> active_;     ///< windows that judge
    std::vector<int> gathering_;  ///< windows that look back, and have to from their opening on
    std::vector<int> pending_;    ///< deadlines that wait
    std::vector<Watch> watches_;  ///< of the windows that judge
    std::vector<WatchRun> runs_;  ///< watches one behind the other that the same batches make
};

}  // namespace islandbench::acceptance::language
