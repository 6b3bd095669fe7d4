#pragma once

#include <map>
#include <string>
#include <vector>

#include "bench/test/wrong_cores.hpp"

/// What can be wrong, and the stories in which it shows: the columns of docs/sabotage.md.
namespace islandbench::bench {

/// A street and what happens in it, with FAULT where the step of a wrong device belongs.
struct SabotageStory {
    std::string name;
    std::string text;
};

/// One thing that is wrong in one story.
struct Sabotage {
    std::string kind;   ///< device, core, recorder or story
    std::string name;   ///< as the matrix calls it; several entries of one name are one column
    std::string story;  ///< SabotageStory::name
    std::string steps;  ///< of a wrong device, or of the story itself: goes where FAULT stands
    dispatch::core::StepFunction* core = &dispatch::core::step;
    reports::RecorderPolicy::Loses loses = nullptr;
    std::string
        site;  ///< in place of the story's, where a device is set wrongly from the beginning
};

std::vector<SabotageStory> sabotage_stories();
std::vector<Sabotage> sabotages();

/// Ids of everything that a run can be asked.
std::vector<std::string> all_criteria();

/// Verdicts by id of a story judged by everything, with `steps` where FAULT stands.
std::map<std::string, std::string> judged_by_all(const SabotageStory& story,
                                                 const Sabotage& sabotage);

}  // namespace islandbench::bench
