#pragma once

#include <string>
#include <vector>

#include "acceptance/test/story.hpp"

namespace islandbench::acceptance::test {

/// A trace made by hand, and what it shows.
struct NamedTrace {
    std::string what;
    Story story;
};

/// The proof of one criterion: traces that it must let pass and traces that it must not.
struct CriterionTraces {
    std::string id;
    std::vector<NamedTrace> passing;
    std::vector<NamedTrace> violating;
};

/// Of every criterion of the pilot catalogue.
std::vector<CriterionTraces> pilot_traces();

}  // namespace islandbench::acceptance::test
