#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostics.hpp"
#include "base/feeder/model.hpp"
#include "base/fixtures.hpp"
#include "base/site.hpp"
#include "bench/scenario.hpp"

/// A site's equipment on the wires of a feeder that others published (docs/feeders.md).
namespace islandbench::bench {

/// Where a run's wires come from when they are not the site's own.
struct FeederChoice {
    std::string folder;                      ///< a folder, or the name of an installed one
    std::optional<std::string> transformer;  ///< by name; needed where the folder has several
};

/// Every feeder of the folder; empty after a complaint.
std::vector<FeederModel> read_feeder_folder(const Fixtures& fixtures, const std::string& folder,
                                            Diagnostics& diagnostics);
/// The one that is meant.
std::optional<FeederModel> choose_feeder(const Fixtures& fixtures, const FeederChoice& choice,
                                         Diagnostics& diagnostics);

struct StreetOnFeeder {
    Site site;
    /// Of the homes, in their order; none where the feeder's loads are constant.
    std::vector<LoadProfile> days;
    std::vector<std::string> left_out;  ///< homes of the site that the feeder has no load for
    std::vector<std::string> notes;     ///< what a person must know about how the two were joined
};

/// The k-th load gets the k-th home of the site. Loads that are left become homes without battery;
/// homes that are left are left out.
StreetOnFeeder put_on_feeder(const Site& equipment, const FeederModel& feeder);

/// Complains about a story that names homes which are left out.
void check_left_out(const Scenario& scenario, const StreetOnFeeder& street,
                    const FeederModel& feeder, Diagnostics& diagnostics);

}  // namespace islandbench::bench
