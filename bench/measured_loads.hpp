#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostics.hpp"
#include "base/load_profiles.hpp"
#include "base/site.hpp"

namespace islandbench::bench {

/// Measured load profiles in place of what the site says that its homes use.
struct MeasuredLoads {
    std::string file;                   ///< its name, without folders
    std::vector<LoadProfile> profiles;  ///< the first is for the site's first home
    std::string record;  ///< what was used, as a run keeps it: a file of its kind again
};

/// Reads --load-profiles FILE for a site. Home k of the site gets column k; columns that are left
/// are not used, homes that are left are a problem: a profile twice would make two homes peak
/// together. `site` is nullptr when it could not be read; then only the file is looked at.
std::optional<MeasuredLoads> read_measured_loads(const std::filesystem::path& file,
                                                 const Site* site, Diagnostics& diagnostics);

/// What the loads of a feeder use, one for each home of the site that was put on it.
MeasuredLoads loads_of_feeder(std::vector<LoadProfile> days, const std::string& feeder,
                              const Site& site);

}  // namespace islandbench::bench
