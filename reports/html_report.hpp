#pragma once

#include <string>

#include "reports/store/run_record.hpp"

namespace islandbench::reports {

/// report.html: one file that needs nothing else - no network, no scripts, no fonts - and prints.
/// It is well-formed XML as well as HTML. Every string that came from a file, a device or a person
/// is escaped and made visible; a content policy forbids everything but the page's own style sheet.
std::string html_report(const RunRecord& run);

}  // namespace islandbench::reports
