#pragma once

#include <cstdint>
#include <string>

#include "base/duration_histogram.hpp"
#include "bench/run.hpp"
#include "bench/run_files.hpp"
#include "reports/store/run_record.hpp"

namespace islandbench::bench {

/// The time now, UTC, as strftime() writes it.
std::string utc_now(const char* format);

/// What is known of a run before its first tick, with every file as it was read and expanded.
/// `started_at`: UTC, ISO 8601.
reports::RunHeader run_header(const RunOptions& options, const RunFiles& files, std::uint64_t seed,
                              bool hardware, std::string started_at);

/// How late something was, over a run.
reports::Lateness lateness_of(const DurationHistogram& all);

}  // namespace islandbench::bench
