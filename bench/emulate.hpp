#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/fixtures.hpp"
#include "base/time.hpp"

namespace islandbench::bench {

struct EmulateOptions {
    std::optional<std::string> site;   ///< a file or a name; without it the story's
    std::optional<std::string> story;  ///< scenario whose steps the street tells by itself
    std::optional<int> port;           ///< of the first device; without it free ones
    std::optional<std::uint64_t> seed;
    std::optional<std::filesystem::path> write_site;
    std::optional<std::string> duration;  ///< "5 min"; until a person ends it, when absent
};

/// The street waits so long behind its first client before its story begins: a bench that has just
/// been started settles for as long, and begins its own story then.
inline constexpr Duration story_delay = Duration{10s};

/// Serves a whole street in wall time on loopback ports: every device of the site is emulated,
/// whatever its link says; Modbus devices on TCP, each home's CAN bus over slcan on TCP. Lines
/// about the devices go to stdout, and on a terminal a table that is drawn once a second; events
/// and problems go to stderr. Returns the exit code: 0 after `duration`, 130 when interrupted, 2
/// and 3 as a run does.
int emulate(const EmulateOptions& options, const Fixtures& fixtures);

}  // namespace islandbench::bench
