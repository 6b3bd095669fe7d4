#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "dispatch/core/step.hpp"

/// What services must not forget, as a text that outlives the process: counters and lock-outs of
/// the limits (EREC G100 asks for non-volatile ones), the quarter-hour that was paid for, a storm.
///
/// Times are kept as so long ago or so long from now, and the moment of writing by the wall's
/// clock, in seconds since 1970: a process has a time of its own. A quarter-hour that was under way
/// is forgotten, as one that was not seen whole. A version and a checksum stand in the text.
namespace islandbench::dispatch {

/// `now_ms` by the loop's clock, `wall_s` by the wall's.
std::string to_text(const core::ServiceState& state, std::int64_t now_ms, std::int64_t wall_s);

/// The state as it is `wall_s - (moment of writing)` later; no time has passed where the wall's
/// clock was set back, or one of the two is 0: nobody looked at it. Bad input: not such a text,
/// damaged, or of another version.
Result<core::ServiceState> service_memory(std::string_view text, std::int64_t now_ms,
                                          std::int64_t wall_s);

/// For one who cannot know what was counted: locked, for as long as a lock-out lasts.
core::ServiceState locked_services(const core::ServiceConfig& config, std::int64_t now_ms);

}  // namespace islandbench::dispatch
