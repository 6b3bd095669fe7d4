#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>

#include "base/fixtures.hpp"

namespace islandbench::bench {

struct CheckOptions {
    std::string link;                              ///< as in a site file: tcp:// or rtu:
    std::optional<std::string> profile;            ///< a file or a name
    std::optional<std::string> arm;                ///< whom it may write to
    std::optional<std::filesystem::path> out;      ///< folder to make
    std::optional<std::filesystem::path> against;  ///< an earlier capabilities.json
    std::set<std::string> only;        ///< parts: values, access, link, control; none = all
    std::optional<std::string> meter;  ///< link of a meter of the same place
    std::string meter_profile = "meter";
    std::optional<std::string> bms;  ///< link of the device's battery
    bool patient = false;            ///< also what takes minutes
    bool strict = false;             ///< what was not tested is not enough
    bool quiet = false;
};

/// Checks an inverter, meter or battery that speaks SunSpec: its map, its values, its link and,
/// where it is armed, what it does when it is told to (conformance/rules.hpp). All that is written
/// is set back, also when a person asks to stop. The report goes to stdout and into a folder:
/// report.html, junit.xml, results.json, capabilities.json.
///
/// Returns 0 when nothing is violated, 1 when something is or was lost, 2 for wrong use (a name
/// that is armed and that the device does not have, too), 3 when nobody answers there or the folder
/// cannot be written, 4 when the check could not be ended, 130 when it was interrupted.
int check(const CheckOptions& options, const Fixtures& fixtures);

}  // namespace islandbench::bench
