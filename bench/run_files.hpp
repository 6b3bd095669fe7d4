#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "acceptance/catalogue.hpp"
#include "acceptance/grid_code.hpp"
#include "base/deviation.hpp"
#include "base/device_profile.hpp"
#include "base/diagnostics.hpp"
#include "base/fixtures.hpp"
#include "base/frequency_record.hpp"
#include "bench/feeder_street.hpp"
#include "bench/measured_loads.hpp"
#include "bench/scenario.hpp"

namespace islandbench::bench {

/// A recorded grid frequency, and its file as it was.
struct RecordFile {
    std::shared_ptr<const FrequencyRecord> record;
    std::string text;
};

/// Everything that a run reads, read and checked.
struct RunFiles {
    Scenario scenario;
    Site site;
    std::string site_text;                          ///< of its file
    std::map<std::string, DeviceProfile> profiles;  ///< by name; those that the site names
    acceptance::GridCode grid_code;
    std::vector<acceptance::GridCode> other_codes;  ///< that the site names besides
    acceptance::Catalogue catalogue;
    acceptance::Selection selection;  ///< of the catalogue, by the scenario
    /// Files with limits that are not the installed ones: "criteria ./pilot.json". Every report
    /// names them, and --strict does not take them.
    std::vector<std::string> own_limits;
    std::optional<MeasuredLoads> measured;  ///< from the command line, or from the feeder
    std::vector<std::string> notes;         ///< about how site and feeder were joined
    /// Recorded frequencies that the story follows, by the name that it gives them.
    std::map<std::string, RecordFile> records;
    /// Ways in which the story lets devices deviate.
    std::vector<Deviation> deviations;

    /// The profile of a device of the site.
    [[nodiscard]] const DeviceProfile& profile_of(const DeviceSpec& device) const {
        return profiles.at(device.profile);
    }
};

/// Reads the scenario (a path or a name) and all that it refers to; `site` replaces the scenario's,
/// and `feeder` the wires of the site.
/// Every problem of every file becomes a diagnostic; nothing is returned when there is one.
std::optional<RunFiles> load_run_files(const Fixtures& fixtures, const std::string& scenario,
                                       const std::optional<std::string>& site,
                                       Diagnostics& diagnostics,
                                       const std::optional<FeederChoice>& feeder = std::nullopt);

/// Reads what an emulated street needs: site, profiles, grid code, and a story if there is one;
/// without `site` the story's. No criteria.
std::optional<RunFiles> load_street_files(const Fixtures& fixtures,
                                          const std::optional<std::string>& site,
                                          const std::optional<std::string>& story,
                                          Diagnostics& diagnostics);

/// Reads the grid codes that the site names, checks that they fit, and sets its units to theirs.
void load_grid_codes(const Fixtures& fixtures, RunFiles& files, Diagnostics& diagnostics);

/// The site's profiles, for commands that need no scenario.
void load_profiles(const Fixtures& fixtures, const Site& site,
                   std::map<std::string, DeviceProfile>& into, Diagnostics& diagnostics);

}  // namespace islandbench::bench
