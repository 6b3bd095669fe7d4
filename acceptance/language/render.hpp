#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "acceptance/language/syntax.hpp"
#include "acceptance/language/token.hpp"

namespace islandbench::acceptance::language {

/// Which instance each group of a quantifier stands for at the moment: home -> home3.
using Instances = std::map<std::string, std::string, std::less<>>;

/// "truth.{home}.v" with home3 is "truth.home3.v". Fails at an unknown or unfinished placeholder.
Parsed<std::string> fill_in(const std::string& name, int column, const Instances& instances);

/// What a part of an expression comes to where that is known before the run: "195.5 V".
using Constants = std::function<std::optional<std::string>(const Expression&)>;

/// An expression as text again, one instance and all constants filled in: for reasons.
std::string render(const Expression& expression, const Instances& instances,
                   const Constants& constants);

}  // namespace islandbench::acceptance::language
