#pragma once

#include <atomic>
#include <filesystem>
#include <optional>
#include <set>
#include <string>

#include "base/fixtures.hpp"
#include "bench/run_files.hpp"
#include "bench/world.hpp"
#include "dispatch/core/step.hpp"
#include "reports/store/recorder.hpp"

namespace islandbench::bench {

struct RunOptions {
    std::string scenario;
    std::optional<std::string> site;                     ///< replaces the scenario's
    std::optional<FeederChoice> feeder;                  ///< replaces the site's wires
    std::optional<std::filesystem::path> load_profiles;  ///< replaces what the site's homes use
    std::optional<std::filesystem::path> out;
    reports::ClockKind clock = reports::ClockKind::simulated;
    std::optional<std::uint64_t> seed;  ///< replaces the scenario's
    std::set<std::string> arm;          ///< devices that may be written to
    /// What services must not forget is read from here and kept here. Without it: beside the run
    /// folder, under the site's name, where a device outside this bench takes part; else nowhere.
    std::optional<std::filesystem::path> keep;
    bool strict = false;
    bool quiet = false;
    bool every_step = false;  ///< the street is solved in every millisecond, quiet or not
    dispatch::core::StepFunction* core = &dispatch::core::step;
    reports::RecorderPolicy::Loses loses = nullptr;  ///< tests: what the recorder loses
    World::Tamper tamper = nullptr;                  ///< tests: what no street can do to itself
};

/// How often a person has asked to stop (SIGINT, SIGTERM): at the first the street is left in a
/// safe state and the run ends; the second ends the process.
extern std::atomic<int> stop_requests;

/// Exit codes of the whole program.
enum ExitCode : int {
    exit_pass = 0,
    exit_fail = 1,
    exit_usage = 2,
    exit_bench_error = 3,
    exit_inconclusive = 4,
    exit_nothing_selected = 5,
    exit_interrupted = 130,
};

/// What a run of these files would complain about before its first byte: links, conditions,
/// criteria. Sends nothing and makes no folder.
void check_run(RunFiles files, Diagnostics& diagnostics);

/// Takes a street through a scenario, to a verdict and a run folder. Returns the exit code; what a
/// person must know goes to stdout (verdict, figures, report) and stderr (progress, problems).
int run(const RunOptions& options, const Fixtures& fixtures);

}  // namespace islandbench::bench
