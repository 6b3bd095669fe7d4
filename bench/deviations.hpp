#pragma once

#include <string>
#include <vector>

#include "base/deviation.hpp"
#include "base/fixtures.hpp"

namespace islandbench::bench {

/// All installed deviations, D1 first. Every problem becomes a diagnostic.
std::vector<Deviation> load_deviations(const Fixtures& fixtures, Diagnostics& diagnostics);
/// The one of that id, or nullptr.
[[nodiscard]] const Deviation* find_deviation(const std::vector<Deviation>& all,
                                              const std::string& id);

}  // namespace islandbench::bench
