#pragma once

#include <string>
#include <string_view>

#include "acceptance/verdict.hpp"

namespace islandbench::reports {

/// The colour that goes with an outcome; grey for what needs nobody.
std::string_view outcome_colour(acceptance::Outcome outcome) noexcept;

/// An outcome as a shape, so that it is told without colour: filled square with a tick (pass), the
/// same hollow (limit not verified), disc with a cross (fail), diamond with a question mark
/// (inconclusive), triangle with an exclamation mark (error). An SVG, hidden from screen readers:
/// the word stands beside it.
std::string outcome_symbol(acceptance::Outcome outcome, bool limit_verified, double size);

}  // namespace islandbench::reports
