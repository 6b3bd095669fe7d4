#pragma once

#include <string>
#include <vector>

#include "acceptance/verdict.hpp"
#include "reports/store/run_record.hpp"
#include "reports/terminal.hpp"

/// A stored run, judged once more: what it came to then, what it comes to now, and what moved.
namespace islandbench::reports {

/// One criterion, then and now; absent where it was not judged.
struct Moved {
    std::string id;
    const acceptance::Verdict* then = nullptr;
    const acceptance::Verdict* now = nullptr;

    /// It came to something else, or rests on limits of which another is verified.
    [[nodiscard]] bool has_moved() const noexcept;
};

struct Rejudged {
    RunRecord then;        ///< as it is stored; nothing of it is changed
    RunRecord now;         ///< the same run with the new verdicts
    std::string criteria;  ///< the file that was judged by

    /// All criteria, in the order of the new ones and then those that are judged no more. Points
    /// into this object.
    [[nodiscard]] std::vector<Moved> criteria_moved() const;
};

/// What a record may bear out: it is thinned.
std::string claim_of_rejudging();

/// A table for people, at most 100 columns wide.
std::string rejudged_text(const Rejudged& run, Colours colours);
/// The same for scripts; docs/run-format.md lists the keys.
std::string rejudged_json(const Rejudged& run);

}  // namespace islandbench::reports
