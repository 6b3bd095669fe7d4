#pragma once

#include <string>

#include "acceptance/verdict.hpp"
#include "reports/store/run_record.hpp"

namespace islandbench::reports {

/// The axis that all margin bars share, for the head of their column: 0 is the limit, to the right
/// a limit was held, to the left it was broken; shares of the limit on a square-root scale.
std::string margin_axis_svg();

/// A margin on that axis: a dot on a line when held, a filled bar with a cross when broken, a
/// dashed box when there is none; fine ticks for the devices inside. With a text alternative.
std::string margin_bar_svg(const acceptance::Verdict& verdict);
std::string margin_bar_svg(const acceptance::DeviceVerdict& verdict);

/// Where in the bars, whose width is margin_bar_width, the limit stands.
inline constexpr double margin_bar_width = 220.0;
inline constexpr double margin_bar_limit = 88.0;

/// The signals of a criterion around its worst moment, with its limits. Empty when it has no such
/// moment or its signals were not recorded.
std::string criterion_svg(const RunRecord& run, const acceptance::Verdict& verdict, double width);

}  // namespace islandbench::reports
