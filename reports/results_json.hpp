#pragma once

#include <string>

#include "reports/store/run_record.hpp"

namespace islandbench::reports {

/// results.json: the run for machines. One row per criterion with its devices inside, in the order
/// of the catalogue; numbers in the unit that the key or "unit" names, null where there is none.
/// docs/run-format.md lists the keys.
std::string results_json(const RunRecord& run);

}  // namespace islandbench::reports
