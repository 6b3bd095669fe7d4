#pragma once

#include <filesystem>
#include <string>

#include "bench/run.hpp"
#include "bench/test/program.hpp"

/// Cores that are wrong on purpose: in the test binary, and nowhere else.
namespace islandbench::bench {

/// Makes room with what must never go.
extern dispatch::core::StepFunction sheds_tier_zero;
/// Empties every battery as fast as it can, whatever is left in it.
extern dispatch::core::StepFunction ignores_the_floor;
/// Feeds all that it has into whatever is behind the closed switch, makes it what the units fall
/// back to, and asks to close whether the grid is there or not.
extern dispatch::core::StepFunction back_feeds;
/// Takes what a device said last, however long ago, for what is.
extern dispatch::core::StepFunction ignores_stale_data;
/// Opens and closes the least critical tier of a home every five seconds, and sends every battery
/// to and fro.
extern dispatch::core::StepFunction flaps;
/// Looks on.
extern dispatch::core::StepFunction does_nothing;

/// Runs a story in this process; what came of it is in results.json.
struct RanStory {
    int exit_code = -1;
    json::Value results;
};
RanStory run_here(RunOptions options, const std::filesystem::path& folder);

}  // namespace islandbench::bench
