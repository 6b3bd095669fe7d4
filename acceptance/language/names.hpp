#pragma once

#include <map>
#include <string>

#include "acceptance/language/syntax.hpp"

namespace islandbench::acceptance::language {

/// Names that a catalogue gives to expressions, already read.
using Names = std::map<std::string, Expression, std::less<>>;

/// Puts what the names stand for in their place. A name that stands for another one is not looked
/// up again.
void use_names(ClaimText& claim, const Names& names);
void use_names(TriggerText& trigger, const Names& names);

}  // namespace islandbench::acceptance::language
