#pragma once

#include <string>

#include "acceptance/catalogue.hpp"
#include "base/json.hpp"

/// A catalogue for people and programs that want to read all of it.
namespace islandbench::acceptance {

/// {"name", "title", "criteria": [{"id", "title", "severity", "clause", "basis", "certainty",
/// "source", "formulas", ...}]}: as in the file, in its order, with nothing left to defaults.
json::Value catalogue_json(const Catalogue& catalogue);

/// A table in Markdown with a line per criterion, and below it what each asks for (what
/// docs/catalogue.md is made of).
std::string catalogue_markdown(const Catalogue& catalogue);

}  // namespace islandbench::acceptance
