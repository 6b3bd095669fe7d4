#pragma once

#include <string>
#include <vector>

#include "acceptance/grid_code.hpp"

/// The figures of the shipped grid codes, written down by hand from the fact sheets and not from
/// the fixtures.
namespace islandbench::acceptance::test {

/// One row of a code: where it stands, its numbers (shares of nominal, Hz, s, W; infinite for "no
/// end") and how sure it is.
struct FactRow {
    std::string what;
    std::vector<double> figures;
    Certainty certainty = Certainty::s;
};
struct CodeFacts {
    std::string name;
    std::vector<FactRow> rows;
};

const std::vector<CodeFacts>& code_facts();

}  // namespace islandbench::acceptance::test
