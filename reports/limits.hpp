#pragma once

#include <string_view>
#include <vector>

#include "base/unit_text.hpp"

namespace islandbench::reports {

/// The levels and times that a formula compares with: "49 Hz <= f <= 51 Hz" gives 49 Hz and 51 Hz,
/// "0.94 * 230 V <= v" gives 216.2 V. The figures of a judged formula are filled in, so a chart can
/// draw those that measure what it shows. What depends on a signal or an unfilled figure
/// ("soc_floor - 2 %") and shares of time are no levels.
std::vector<Measure> measures_in(std::string_view formula);

}  // namespace islandbench::reports
