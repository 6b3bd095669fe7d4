#pragma once

#include <string_view>

#include "acceptance/language/syntax.hpp"
#include "acceptance/language/token.hpp"

/// Reads the language of docs/criteria.md. Names are looked up later.
namespace islandbench::acceptance::language {

/// A formula of a criterion: "for every home: always: ...".
Parsed<ClaimText> parse_claim(std::string_view text);

/// What makes a criterion apply: an event, or "[for any g:] condition".
Parsed<TriggerText> parse_trigger(std::string_view text);

/// A condition that stands alone: "truth.island.formed for 10 s".
Parsed<Expression> parse_condition(std::string_view text);

}  // namespace islandbench::acceptance::language
