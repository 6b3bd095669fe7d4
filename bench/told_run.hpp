#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "acceptance/judge.hpp"
#include "bench/console.hpp"
#include "bench/engine.hpp"
#include "bench/golden_figures.hpp"
#include "bench/kept_services.hpp"
#include "bench/promise_news.hpp"
#include "bench/record_check.hpp"
#include "bench/run.hpp"
#include "bench/telemetry_news.hpp"
#include "bench/wear_meter.hpp"
#include "dispatch/loop/dispatch_loop.hpp"
#include "links/memory_network.hpp"
#include "links/tcp_network.hpp"
#include "reports/store/run_record.hpp"

namespace islandbench::bench {

/// The street settles, and every device has to say who it is, before the story starts.
inline constexpr Duration settling = 10s;

/// All that a run consists of, in the order of its dependencies: what is below uses what is above,
/// and dies before it.
class Run {
  public:
    Run(const RunOptions& options, RunFiles files)
        : options_(options),
          files_(std::move(files)),
          clock_(story_start - settling),
          seed_(options.seed.value_or(files_.scenario.seed)),
          guard_(options.arm),
          console_(options.quiet, files_.scenario.duration) {}

    int execute();
    /// Makes everything; what does not fit together is a diagnostic.
    Result<void> build(Diagnostics& diagnostics);

  private:
    using WallClock = std::chrono::steady_clock;

    [[nodiscard]] bool on_wall() const { return options_.clock == reports::ClockKind::wall; }
    Result<void> prepare(Diagnostics& diagnostics);
    int settle();
    [[nodiscard]] int refuse_lost_street() const;
    Result<void> take_up_services();
    [[nodiscard]] std::filesystem::path run_folder_parent() const;
    Result<void> open_store();
    void tell(std::string_view event, std::string detail);
    void tell_story();
    void tick();
    void keep();
    void watch_physics();
    void break_off(std::string why);
    void make_safe();
    [[nodiscard]] std::string standing() const;
    int finish();
    std::vector<acceptance::Verdict> judge_the_end(acceptance::Ended how);
    std::optional<BenchFacts> read_back(const std::vector<acceptance::Verdict>& verdicts);

    const RunOptions& options_;
    RunFiles files_;
    Scheduler clock_;
    std::uint64_t seed_;
    drivers::WriteGuard guard_;
    Console console_;
    SimulatedPump simulated_;
    std::unique_ptr<links::MemoryNetwork> memory_;
    std::unique_ptr<links::TcpNetwork> tcp_;
    Signals signals_;
    std::unique_ptr<World> world_;
    std::unique_ptr<TruthTap> truth_;
    std::unique_ptr<Rig> rig_;
    std::unique_ptr<dispatch::DispatchLoop> loop_;
    std::unique_ptr<Sequencer> sequencer_;
    std::unique_ptr<StreetNews> news_;
    std::unique_ptr<TelemetryNews> telemetry_;
    std::unique_ptr<PromiseNews> promises_;
    std::unique_ptr<KeptServices> kept_services_;  ///< absent: nobody keeps them
    std::unique_ptr<acceptance::Judge> judge_;
    std::unique_ptr<acceptance::Figures> figures_;
    std::unique_ptr<BenchJudge> bench_judge_;
    std::unique_ptr<EnergyMeter> energy_;
    std::unique_ptr<WearMeter> wear_;
    std::unique_ptr<GoldenMeter> golden_;
    std::unique_ptr<Engine> engine_;
    std::filesystem::path folder_;
    std::unique_ptr<reports::Recorder> recorder_;
    std::unique_ptr<links::CanLog> can_log_;  ///< absent without a battery on CAN
    TaskGroup tasks_{clock_};

    reports::EndReason end_ = reports::EndReason::completed;
    std::string end_detail_;
    WallClock::time_point began_ = WallClock::now();
    WallClock::time_point next_commit_{};
    std::uint64_t ticks_ = 0;
};

}  // namespace islandbench::bench
