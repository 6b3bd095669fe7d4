#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "acceptance/verdict.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "reports/terminal.hpp"

/// A check of one device, as a person or a CI server reads it. What is here is computed once, so
/// that terminal, JSON, JUnit and HTML say the same.
namespace islandbench::reports {

/// A request and its reply, to show what a finding rests on.
struct CheckFrames {
    std::string request, reply;  ///< hexadecimal
    std::string what;            ///< "model 701, answered after 12 ms"
};

struct CheckFinding {
    std::string text;
    std::optional<CheckFrames> frames;
};

/// One rule.
struct CheckRow {
    enum class Outcome {
        held,
        noted,       ///< found, and no violation: a variant, or a condition of the moment
        failed,      ///< a violation
        not_tested,  ///< and why
    };
    std::string id, title;
    std::string kind;  ///< violation, variant, condition
    Outcome outcome = Outcome::held;
    std::vector<std::string> deviations;  ///< known ones that show like this: "D14"
    std::vector<CheckFinding> findings;
    std::string not_tested;
};

struct CheckFact {
    std::string name, value;
};

/// What was written, or would be.
struct CheckWrite {
    std::string what;
    bool done = false, restored = false;
};

struct CheckRecord {
    std::string link, device;  ///< who it says it is
    std::string started_at, version;
    bool armed = false, interrupted = false, complete = true;
    bool took_nothing = false;  ///< armed, and it refused all that was written
    bool strict = false;
    double took_s = 0.0;
    std::string not_armed;  ///< why it was only read
    std::vector<CheckRow> rows;
    std::vector<CheckWrite> writes;
    std::vector<CheckFact> facts;           ///< latency, longest read, ...
    std::vector<std::string> lost, gained;  ///< against an earlier statement
    std::string against;                    ///< which
    json::Value capabilities;

    [[nodiscard]] int count(CheckRow::Outcome outcome) const;
};

/// The verdict: fail when a violation was found or a capability was lost, inconclusive when the
/// check did not come to its end, or could write nothing although it was armed (or, strictly, when
/// anything was not tested), else pass.
[[nodiscard]] acceptance::Outcome verdict_of(const CheckRecord& record);
[[nodiscard]] std::string check_headline(const CheckRecord& record);

[[nodiscard]] std::string check_terminal(const CheckRecord& record, Colours colours);
[[nodiscard]] std::string check_json(const CheckRecord& record);
[[nodiscard]] std::string check_junit(const CheckRecord& record);
[[nodiscard]] std::string check_html(const CheckRecord& record);

/// report.html, junit.xml, results.json and capabilities.json, in a folder that is made.
Result<void> write_check(const std::filesystem::path& folder, const CheckRecord& record);

}  // namespace islandbench::reports
