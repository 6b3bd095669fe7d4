#pragma once

#include <string>
#include <string_view>

namespace islandbench::reports {

/// The style sheet of report.html for screen and paper. `footer` is printed on every page and may
/// contain anything.
std::string report_style(std::string_view footer);

}  // namespace islandbench::reports
