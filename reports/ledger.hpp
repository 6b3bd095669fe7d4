#pragma once

#include <optional>
#include <string>
#include <vector>

#include "acceptance/verdict.hpp"
#include "reports/store/run_record.hpp"

/// What every report says about the verdict, in one place, so that they say the same.
namespace islandbench::reports {

/// Errors, fails, unexpected passes, inconclusives, known failures, passes; among these the
/// smallest margin first; then by id.
std::vector<const acceptance::Verdict*> worst_first(const acceptance::RunVerdict& verdict);
/// The same for the devices inside a criterion.
std::vector<const acceptance::DeviceVerdict*> worst_first(const acceptance::Verdict& verdict);

/// When a criterion was nearest to its limit, or first broke it when nothing was measured.
std::optional<Instant> moment_of(const acceptance::Verdict& verdict);

/// The reason without the device's name in front, which stands beside it anyway.
std::string reason_of(const acceptance::Verdict& verdict);

/// "home2 at 02:03.456", "at 02:03.456", "home2" or "".
std::string where_text(const acceptance::Verdict& verdict);

/// One sentence: which criterion decided, where, by how much; or how close it was.
std::string headline(const RunRecord& run);

/// "" for a completed run; else why it ended: "The run was interrupted at 03:02.000: ...".
std::string end_text(const RunRecord& run);

/// "measured, one-minute profiles of FILE" where such took the place of what the site says that its
/// homes use; else "".
std::string loads_text(const RunHeader& header);

/// "The story knows that D1 fails: ..."; of an unexpected pass, that the story is out of date.
std::string known_failure_text(const acceptance::Verdict& verdict);
/// For the head of a report: the criteria that the story knows to fail, with one reason each, then
/// those among them that hold.
std::vector<std::string> known_failure_texts(const RunRecord& run);

/// What the run came to. One that did not complete has not seen all that it should have: it is at
/// best inconclusive, whatever its criteria say of the time until then; neither has a failure
/// stayed away for good, nor can the known one be all of it.
acceptance::Conclusion conclusion_of(const RunRecord& run) noexcept;

/// What the program exits with for a run, and what results.json says: 0 pass or nothing but known
/// failures, 1 fail or unexpected pass, 3 the bench could not go on or the run was never finished,
/// 4 inconclusive, 5 nothing selected, 130 interrupted.
int exit_code_of(const RunRecord& run) noexcept;

/// It holds, and was meant to: with --strict on a verified limit.
bool is_green(const acceptance::Verdict& verdict, bool strict) noexcept;

}  // namespace islandbench::reports
