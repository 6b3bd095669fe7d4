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
/// Those of them that look at single devices and batteries.
std::vector<CriterionTraces> device_traces();

/// An outage at 20 s; in the island from 20.15 s on, to the end.
Story island(double end = 120);
/// The same with one thing that is otherwise.
Story spoilt(Story story, double at, const std::string& signal, double value);

}  // namespace islandbench::acceptance::test
