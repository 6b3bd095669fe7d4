#pragma once

#include <optional>
#include <string>

#include "base/fixtures.hpp"

namespace islandbench::bench {

struct RejudgeOptions {
    std::string run;                      ///< folder
    std::optional<std::string> criteria;  ///< file or name; none: those that the run has kept
    bool strict = false;                  ///< besides the run's own --strict
    bool json = false;                    ///< for scripts instead of for people
};

/// Judges a stored run by other criteria, with the engine that judges a run while it happens.
/// Changes nothing in the run's folder: prints what it came to then, what it comes to now, and what
/// moved.
///
/// Of the criteria those are judged that the story selects, and those that the run did not have. A
/// value of the record is known to its dead band, which is its uncertainty. A run that was changed
/// is not judged (exit code 3); one that did not complete is judged as far as it goes, and exits as
/// its report does.
int rejudge(const RejudgeOptions& options, const Fixtures& fixtures);

}  // namespace islandbench::bench
