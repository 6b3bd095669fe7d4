#pragma once

#include <string>

#include "reports/store/run_record.hpp"

namespace islandbench::reports {

/// "half were at most 12 us, 95 % 80 us, 99 % 310 us and all 2.4 ms": goes before "behind the wall
/// clock".
std::string lateness_text(const Lateness& lateness);

}  // namespace islandbench::reports
