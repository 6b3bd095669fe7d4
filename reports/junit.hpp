#pragma once

#include <string>

#include "reports/store/run_record.hpp"

namespace islandbench::reports {

/// junit.xml for CI servers: one suite, one case per criterion. A broken limit is a <failure>; what
/// could not be judged (inconclusive, bench error, with --strict an unverified limit) is an
/// <error>: red as well, but not counted as a violation. A run that did not complete, or in which
/// nothing was selected, gets a case of its own, so that it is never green.
std::string junit_xml(const RunRecord& run);

}  // namespace islandbench::reports
