#include "reports/junit.hpp"

#include <cstdio>

#include "base/json_binding.hpp"
#include "reports/ledger.hpp"
#include "reports/markup.hpp"
#include "reports/text.hpp"

namespace islandbench::reports {
namespace {

using acceptance::Conclusion;
using acceptance::Verdict;

std::string seconds_text(Duration d) {
    char text[48];
    std::snprintf(text, sizeof text, "%.3f", to_seconds(d));
    return text;
}

void property(Markup& xml, std::string_view name, std::string_view value) {
    xml.open("property").attr("name", name).attr("value", printable(value, 2000)).close().line();
}

void properties(Markup& xml, const RunRecord& run) {
    xml.open("properties").line();
    property(xml, "scenario", run.header.scenario);
    property(xml, "site", run.header.site);
    property(xml, "clock", json::enum_text(run.header.clock));
    property(xml, "seed", std::to_string(run.header.seed));
    property(xml, "verdict", json::enum_text(conclusion_of(run)));
    property(xml, "exit_code", std::to_string(exit_code_of(run)));
    property(xml, "trace_sha256", run.trace_sha256);
    property(xml, "simulated_s", seconds_text(run.end.simulated));
    property(xml, "pass_limit_not_verified", std::to_string(run.end.verdict.passed_unverified));
    for (const auto& [name, version] : run.header.versions) property(xml, name, version);
    xml.close().line();
}

/// What a reader of the CI page needs to know of a criterion, as text.
std::string details(const Verdict& verdict) {
    std::string text = conclusion_text(conclusion_of(verdict), verdict.limit_verified);
    text += "; margin " + margin_text(verdict.margin);
    const std::string where = where_text(verdict);
    if (!where.empty()) text += "; " + where;
    text += "\n" + verdict.reason + "\n";
    if (verdict.known_failure) text += known_failure_text(verdict) + "\n";
    for (const std::string& formula : verdict.formulas) text += "judged: " + formula + "\n";
    text += "clause: " + verdict.clause + "\n";
    if (!verdict.limit_verified) {
        text += "limit not verified: certainty " + std::string(json::enum_text(verdict.certainty)) +
                ", " + verdict.basis + "\n";
    }
    for (const std::string& note : verdict.notes) text += "note: " + note + "\n";
    return text;
}

void problem(Markup& xml, std::string_view tag, std::string_view type, const std::string& message) {
    const std::string safe = printable(message, 2000);
    xml.open(tag).attr("type", type).attr("message", safe).text(safe).close().line();
}

void criterion(Markup& xml, const std::string& suite, const Verdict& verdict, bool strict) {
    xml.open("testcase").attr("classname", suite);
    xml.attr("name", printable(verdict.id + " " + verdict.title)).attr("time", "0").line();
    const Conclusion conclusion = conclusion_of(verdict);
    const std::string_view word = json::enum_text(conclusion);
    const std::string known = verdict.known_failure ? known_failure_text(verdict) : "";
    switch (conclusion) {
        case Conclusion::pass:
            if (!is_green(verdict, strict)) {
                problem(xml, "error", "limit not verified", verdict.reason);
            }
            break;
        // A server shows what was skipped on purpose apart from what is green, and stays green.
        case Conclusion::known_failure:
            problem(xml, strict ? "failure" : "skipped", word, verdict.reason + ". " + known);
            break;
        case Conclusion::unexpected_pass: problem(xml, "failure", word, known); break;
        case Conclusion::fail: problem(xml, "failure", word, verdict.reason); break;
        case Conclusion::inconclusive:
        case Conclusion::error: problem(xml, "error", word, verdict.reason); break;
    }
    xml.leaf("system-out", details(verdict)).line();
    xml.close().line();
}

}  // namespace

std::string junit_xml(const RunRecord& run) {
    const acceptance::RunVerdict& verdict = run.end.verdict;
    const bool no_case = verdict.criteria.empty();
    const bool incomplete = no_case || run.end.reason != EndReason::completed;
    const std::size_t tests = verdict.criteria.size() + (incomplete ? 1 : 0);
    int errors = verdict.inconclusive + verdict.errors + (incomplete ? 1 : 0);
    int failures = verdict.failed + verdict.unexpected_passes;
    if (run.header.strict) {
        errors += verdict.passed_unverified;
        failures += verdict.known_failures;
    }
    const int skipped = run.header.strict ? 0 : verdict.known_failures;
    const std::string suite =
        printable("islandbench." + run.header.site + "." + run.header.scenario);

    Markup xml;
    xml.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    xml.open("testsuites").line();
    xml.open("testsuite").attr("name", suite).attr("tests", std::to_string(tests));
    xml.attr("failures", std::to_string(failures)).attr("errors", std::to_string(errors));
    xml.attr("skipped", std::to_string(skipped)).attr("time", seconds_text(run.end.wall));
    xml.attr("timestamp", printable(run.header.started_at)).line();
    properties(xml, run);
    for (const Verdict& one : verdict.criteria) criterion(xml, suite, one, run.header.strict);
    if (incomplete) {
        xml.open("testcase").attr("classname", suite).attr("name", "run completed");
        xml.attr("time", "0").line();
        problem(xml, "error", no_case ? "nothing judged" : json::enum_text(run.end.reason),
                end_text(run).empty() ? headline(run) : end_text(run));
        xml.close().line();
    }
    xml.close().line().close().line();
    return xml.take();
}

}  // namespace islandbench::reports
