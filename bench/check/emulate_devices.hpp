#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/fixtures.hpp"

namespace islandbench::bench {

struct EmulateDevicesOptions {
    std::vector<std::string> devices;     ///< by name or file
    std::optional<int> port;              ///< of the first; without it free ones
    std::optional<std::string> duration;  ///< "5 min"; until a person ends it, when absent
};

/// Serves devices that stand alone in wall time on loopback ports: those of fixtures/devices as
/// they are out there, with their deviations, and profiles as healthy ones. An inverter has a grid
/// of its own; behind a meter, a battery or another device lives the street in miniature. A line
/// about each goes to stdout. Returns the exit code: 0 after `duration`, 130 when interrupted, 2
/// and 3 as a run does.
int emulate_devices(const EmulateDevicesOptions& options, const Fixtures& fixtures);

}  // namespace islandbench::bench
