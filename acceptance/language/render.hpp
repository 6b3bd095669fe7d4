#pragma once

#include <map>
#include <string>

#include "acceptance/language/syntax.hpp"
#include "acceptance/language/token.hpp"

namespace islandbench::acceptance::language {

/// Which instance each group of a quantifier stands for at the moment: home -> home3.
using Instances = std::map<std::string, std::string, std::less<>>;

/// "truth.{home}.v" with home3 is "truth.home3.v". Fails at an unknown or unfinished placeholder.
Parsed<std::string> fill_in(const std::string& name, int column, const Instances& instances);

/// An expression as text again, one instance filled in: for reasons and titles.
std::string render(const Expression& expression, const Instances& instances);

}  // namespace islandbench::acceptance::language
