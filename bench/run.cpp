#include "bench/run.hpp"

#include <iostream>

#include "bench/run_checks.hpp"
#include "bench/told_run.hpp"

namespace islandbench::bench {

std::atomic<int> stop_requests{0};

void check_run(RunFiles files, Diagnostics& diagnostics) {
    RunOptions options;
    options.quiet = true;
    options.clock = reports::ClockKind::simulated;
    check_links(files, true, diagnostics);
    if (!diagnostics.empty()) return;
    Run run(options, std::move(files));
    (void)run.build(diagnostics);
}

int run(const RunOptions& options, const Fixtures& fixtures) {
    Diagnostics problems;
    auto files = load_run_files(fixtures, options.scenario, options.site, problems, options.feeder);
    if (options.load_profiles) {
        auto measured =
            read_measured_loads(*options.load_profiles, files ? &files->site : nullptr, problems);
        if (files) files->measured = std::move(measured);
    }
    if (!files || !problems.empty()) {
        std::cerr << problems;
        return exit_usage;
    }
    if (options.strict && !files->own_limits.empty()) {
        std::cerr << "islandbench: --strict judges by the installed limits only, not by:\n";
        for (const std::string& file : files->own_limits) std::cerr << "  " << file << '\n';
        return exit_usage;
    }
    if (!options.quiet) {
        for (const std::string& note : files->notes) std::cerr << "islandbench: " << note << '\n';
    }
    return Run(options, std::move(*files)).execute();
}

}  // namespace islandbench::bench
