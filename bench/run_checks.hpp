#pragma once

#include <set>
#include <string>

#include "base/diagnostics.hpp"
#include "bench/run_files.hpp"

namespace islandbench::bench {

/// What single files cannot show: whether the story fits the links of the site.
/// - A link must be possible with this clock: what is real needs wall time.
/// - Devices that are wired to each other are all emulated or all real.
/// - Only an emulated device can be wrong on purpose or fall silent on purpose.
/// - Where every device is elsewhere, so is the street, and the story has no steps that happen
/// there.
void check_links(const RunFiles& files, bool on_wall, Diagnostics& diagnostics);

/// What this machine lacks: CAN interfaces on a kernel without SocketCAN.
void check_kernel(const RunFiles& files, Diagnostics& diagnostics);

/// No device of the site is emulated in this process.
bool is_elsewhere(const Site& site);

/// Names on the command line that no device of the site has.
void check_armed(const RunFiles& files, const std::set<std::string>& arm, Diagnostics& diagnostics);

}  // namespace islandbench::bench
