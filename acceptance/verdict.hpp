#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/figure.hpp"
#include "base/time.hpp"
#include "base/units.hpp"

namespace islandbench::acceptance {

/// What a criterion came to. The order is the ladder: of two, the greater is kept.
enum class Outcome {
    pass,
    inconclusive,  ///< never triggered, cut short, or without the values it needs: not green
    fail,
    error,  ///< the bench could not judge
};

constexpr auto enum_names(Outcome /*of*/) {
    return json::EnumNames<Outcome, 4>{{{Outcome::pass, "pass"},
                                        {Outcome::inconclusive, "inconclusive"},
                                        {Outcome::fail, "fail"},
                                        {Outcome::error, "error"}}};
}

constexpr Outcome worse(Outcome a, Outcome b) noexcept {
    return a > b ? a : b;
}

/// What follows when the criterion fails.
enum class Severity {
    s0,  ///< stop the test: safety
    s1,  ///< fails the pilot
    s2,  ///< improve
};

constexpr auto enum_names(Severity /*of*/) {
    return json::EnumNames<Severity, 3>{
        {{Severity::s0, "S0"}, {Severity::s1, "S1"}, {Severity::s2, "S2"}}};
}

/// Distance to the limit in the signal's own unit: positive held it by so much, negative broke it.
struct Margin {
    double value = 0.0;
    Dimension dimension = Dimension::none;
    double of_limit = 0.0;  ///< the same as a share of the limit, to compare unlike units

    bool operator==(const Margin&) const = default;
};

/// One instance of a criterion that speaks of every home, load or unit.
struct DeviceVerdict {
    std::string device;
    Outcome outcome = Outcome::inconclusive;
    std::optional<Margin> margin;
    std::optional<Instant> first;  ///< first violation
    std::optional<Instant> worst;  ///< moment of the smallest margin
    std::string reason;
};

/// One criterion, judged. The exit code, JUnit, HTML and JSON are all computed from these.
struct Verdict {
    std::string id;  ///< the catalogue's: "C1"
    std::string title;
    std::string clause;  ///< which text asks for it
    std::string basis;   ///< where its figures come from
    Severity severity = Severity::s1;
    Certainty certainty = Certainty::s;  ///< of its least sure figure
    std::vector<std::string> formulas;   ///< as judged, figures filled in
    std::string source;                  ///< truth, seen, ...: what was judged

    Outcome outcome = Outcome::inconclusive;
    bool limit_verified =
        true;  ///< false: it was held, but its figure is unsure and nobody agreed it
    std::optional<Margin> margin;
    std::optional<Instant> first;
    std::optional<Instant> worst;
    std::string device;  ///< the responsible one, if it speaks of several
    std::string reason;  ///< one sentence for people
    /// Why the story's author knows that it fails; absent: it has to hold.
    std::optional<std::string> known_failure;
    std::vector<DeviceVerdict> devices;
    std::vector<std::string> notes;    ///< "short window", "observation time shortened to 5 s", ...
    std::vector<std::string> signals;  ///< names of the signals judged, for figures
};

/// What a criterion or a run comes to, seen against what its story says beforehand. The order is
/// the ladder. A known failure is a failure that was announced; it is never called a pass.
enum class Conclusion {
    pass,
    known_failure,  ///< fails, as the story says that it does
    inconclusive,
    unexpected_pass,  ///< holds, and the story says that it fails: one of them is out of date
    fail,
    error,
};

constexpr auto enum_names(Conclusion /*of*/) {
    return json::EnumNames<Conclusion, 6>{{{Conclusion::pass, "pass"},
                                           {Conclusion::known_failure, "known failure"},
                                           {Conclusion::inconclusive, "inconclusive"},
                                           {Conclusion::unexpected_pass, "unexpected pass"},
                                           {Conclusion::fail, "fail"},
                                           {Conclusion::error, "error"}}};
}

constexpr Conclusion worse(Conclusion a, Conclusion b) noexcept {
    return a > b ? a : b;
}

/// As if nothing was known beforehand.
Conclusion conclusion_of(Outcome outcome) noexcept;
inline Conclusion conclusion_of(const DeviceVerdict& verdict) noexcept {
    return conclusion_of(verdict.outcome);
}
Conclusion conclusion_of(const Verdict& verdict) noexcept;

/// Says of the criteria with these ids that the story's author knows them to fail, and why.
void expect_failures(std::vector<Verdict>& criteria, const std::vector<std::string>& ids,
                     const std::string& reason);

/// A whole run, judged.
struct RunVerdict {
    Conclusion conclusion = Conclusion::inconclusive;
    int passed = 0;             ///< verified limits
    int passed_unverified = 0;  ///< held an unsure limit
    int inconclusive = 0;
    int failed = 0;
    int errors = 0;
    int known_failures = 0;
    int unexpected_passes = 0;
    std::vector<Verdict> criteria;
};

/// What is true was not known in this run: whatever judges it (signals truth.*) is inconclusive,
/// also where a formula asks whether there is a value, because "nobody knows" is not "dead".
void forget_truth(std::vector<Verdict>& criteria, const std::string& why);

/// Counts, each criterion once, and keeps the worst. No criterion at all is inconclusive.
RunVerdict combine(std::vector<Verdict> criteria);

/// The run's conclusion. With `strict`, a pass that rests on an unverified limit is inconclusive,
/// and a failure is a failure, known or not.
Conclusion conclude(const RunVerdict& verdict, bool strict) noexcept;

/// 0 pass or known failures only, 1 fail or unexpected pass, 3 bench error, 4 inconclusive, 5
/// nothing selected.
int exit_code(const RunVerdict& verdict, bool strict) noexcept;

/// "7 pass, 2 pass with limit not verified": only what there is.
std::string counts_text(const RunVerdict& verdict);

}  // namespace islandbench::acceptance
