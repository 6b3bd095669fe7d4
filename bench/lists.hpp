#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/fixtures.hpp"
#include "bench/feeder_street.hpp"

namespace islandbench::bench {

enum class ListFormat { lines, json, markdown };

/// `list scenarios|sites|criteria|codes|devices|deviations|feeders`: what is installed, one line
/// each, on stdout; criteria also with all that they say, as JSON or Markdown. Returns the exit
/// code.
int list(const std::string& what, ListFormat format, const Fixtures& fixtures);

/// `validate FILE...`: reads each file for what it is (told by its keys) and says everything that
/// is wrong with all of them. With a feeder, what is wrong with its folder as well, and scenarios
/// are read as a run on it would. Returns 0 or 2.
int validate(const std::vector<std::string>& files, const std::optional<FeederChoice>& feeder,
             const Fixtures& fixtures);

/// `schema KIND`: the JSON Schema of scenario, site, profile, gridcode, criteria, deviation and
/// device files, on stdout.
int schema(const std::string& kind);

/// `report RUN`: renders a run folder again, beside what is there, and prints the verdict. Returns
/// the exit code that the run had, or 3 when the folder cannot be read.
int report(const std::string& run_folder);

}  // namespace islandbench::bench
