#pragma once

#include <string>
#include <string_view>

#include "acceptance/verdict.hpp"

namespace islandbench::reports {

/// The colour that goes with a conclusion; grey for what needs nobody.
std::string_view colour_of(acceptance::Conclusion conclusion) noexcept;

/// A conclusion as a shape, so that it is told without colour: filled square with a tick (pass),
/// the same hollow (limit not verified), disc with a cross (fail), the same hollow (known failure),
/// disc with an exclamation mark (unexpected pass), diamond with a question mark
/// (inconclusive), triangle with an exclamation mark (error). An SVG, hidden from screen readers:
/// the word stands beside it.
std::string symbol_of(acceptance::Conclusion conclusion, bool limit_verified, double size);

}  // namespace islandbench::reports
