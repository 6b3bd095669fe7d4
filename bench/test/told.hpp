#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "bench/run.hpp"
#include "bench/test/program.hpp"
#include "dispatch/core/step.hpp"
#include "reports/store/run_reader.hpp"

/// A story told whole inside the test, under any core.
namespace islandbench::bench {

struct Told {
    int exit_code = -1;
    json::Value results;
    reports::RunRecord record;

    [[nodiscard]] double at(const std::string& signal, double seconds) const {
        const reports::Series* series = record.find(signal);
        EXPECT_NE(series, nullptr) << signal;
        return series == nullptr ? NAN : series->at(story_start + from_seconds(seconds));
    }
    /// "name: detail"
    [[nodiscard]] std::vector<std::string> events() const {
        std::vector<std::string> list;
        for (const auto& event : record.events) list.push_back(event.name + ": " + event.detail);
        return list;
    }
};

inline Told tell(const std::string& scenario,
                 dispatch::core::StepFunction* core = &dispatch::core::step) {
    const Folder folder;
    RunOptions options;
    options.scenario = scenario;
    options.out = folder.path() / "run";
    options.quiet = true;
    options.core = core;
    Told told;
    testing::internal::CaptureStdout();
    told.exit_code = run(options, Fixtures(std::filesystem::path(IB_SOURCE_DIR) / "fixtures"));
    (void)testing::internal::GetCapturedStdout();
    told.results = results_of(*options.out);
    told.record = reports::RunReader::open(*options.out)->read().value();
    return told;
}

}  // namespace islandbench::bench
