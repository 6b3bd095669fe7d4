#pragma once

#include <string>

#include "reports/store/run_record.hpp"

namespace islandbench::reports {

enum class Colours { none, ansi };

/// The verdict, the criteria worst first, and the golden figures, at most 100 columns wide. Colours
/// only where the caller knows that a person looks (a tty without NO_COLOR).
std::string terminal_text(const RunRecord& run, Colours colours);

}  // namespace islandbench::reports
