#pragma once

#include <string>
#include <string_view>

#include "acceptance/verdict.hpp"
#include "reports/terminal.hpp"

/// Tables and paragraphs for a terminal, at most 100 columns wide.
namespace islandbench::reports {

/// In the colour of what it came to.
std::string coloured(const std::string& text, acceptance::Conclusion conclusion, Colours colours);
/// Exactly `columns` wide; longer text is cut with an ellipsis.
std::string cell(std::string_view text, std::size_t columns, bool right = false);
/// Breaks between words, and inside one that has no room in a line; every line begins with
/// `indent`.
std::string wrapped(const std::string& text, const std::string& indent);
/// "pass *", "unexp. pass": at most 11 characters.
std::string verdict_word(const acceptance::Verdict& verdict);
std::string upper(std::string_view text);

}  // namespace islandbench::reports
