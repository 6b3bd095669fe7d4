#include <gmock/gmock.h>

#include "reports/html_report.hpp"
#include "reports/junit.hpp"
#include "reports/ledger.hpp"
#include "reports/results_json.hpp"
#include "reports/street_charts.hpp"
#include "reports/terminal.hpp"
#include "reports/test/approved.hpp"
#include "reports/test/synthetic_run.hpp"

/// A failure that a story announces is told as one in every report, and looks like no pass.
namespace islandbench::reports {
namespace {

using acceptance::Conclusion;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string reason = "the G99 profile takes 20 s to curtail";

/// The synthetic run without what nobody could judge, so that E2 alone fails.
RunRecord run_with_known(const std::vector<std::string>& ids) {
    RunRecord run = synthetic_run();
    run.trace_sha256 = std::string(64, 'a');
    run.record_sha256 = std::string(64, 'b');
    std::vector<acceptance::Verdict> criteria;
    for (const acceptance::Verdict& one : run.end.verdict.criteria) {
        if (one.outcome != acceptance::Outcome::inconclusive) criteria.push_back(one);
    }
    acceptance::expect_failures(criteria, ids, reason);
    run.end.verdict = acceptance::combine(std::move(criteria));
    return run;
}

std::string in_results(const RunRecord& run, const char* key) {
    Diagnostics none;
    return json::to_text(*json::parse(results_json(run), "results.json", none).find(key));
}

TEST(KnownFailure, LooksAsApproved) {
    const RunRecord run = run_with_known({"E2"});
    const std::string text = terminal_text(run, Colours::none);
    expect_approved("known_failure.txt", text.substr(0, text.find("Time to sustained")));
}

TEST(KnownFailure, LooksLikeNoPassAnywhere) {
    const RunRecord run = run_with_known({"E2"});

    EXPECT_EQ(exit_code_of(run), 0);
    EXPECT_EQ(in_results(run, "verdict"), "\"known failure\"");
    EXPECT_EQ(in_results(run, "exit_code"), "0");
    EXPECT_THAT(in_results(run, "counts"),
                AllOf(HasSubstr("\"known_failure\": 1"), HasSubstr("\"fail\": 0")));
    EXPECT_THAT(in_results(run, "criteria"),
                AllOf(HasSubstr("\"known_failure\": \"" + reason), HasSubstr("\"fail\"")));
    EXPECT_THAT(terminal_text(run, Colours::ansi), HasSubstr("\n\x1b[33mKNOWN FAILURE\x1b[0m  "));
    const std::string page = html_report(run);
    EXPECT_THAT(page, AllOf(HasSubstr("<p class=\"word\">KNOWN FAILURE</p>"),
                            HasSubstr(": known failure</title>"), HasSubstr("class=\"band known\""),
                            HasSubstr("E2 is known to fail: " + reason)));
    EXPECT_THAT(page, Not(HasSubstr("class=\"band pass\"")));
    EXPECT_THAT(summary_svg(run),
                AllOf(HasSubstr(", known failure</title>"), HasSubstr("known failure: ")));
    EXPECT_EQ(
        headline(run),
        "E2, Shed order (home2 at 02:11.500): tier 3 of home2 was open for 1.4 s while tier 4 "
        "was closed. The other 7 criteria hold.");
}

TEST(KnownFailure, IsSkippedForACiServer) {
    const std::string xml = junit_xml(run_with_known({"E2"}));

    EXPECT_THAT(xml, HasSubstr("tests=\"8\" failures=\"0\" errors=\"0\" skipped=\"1\""));
    EXPECT_THAT(xml, HasSubstr("<skipped type=\"known failure\""));
    EXPECT_THAT(xml, HasSubstr("Known to fail: " + reason));
}

TEST(UnexpectedPass, IsRedAndSaidInEveryReport) {
    const RunRecord run = run_with_known({"E2", "D1"});

    EXPECT_EQ(exit_code_of(run), 1);
    EXPECT_EQ(in_results(run, "verdict"), "\"unexpected pass\"");
    EXPECT_THAT(terminal_text(run, Colours::none),
                AllOf(HasSubstr("\nUNEXPECTED PASS  "), HasSubstr("Unexpected pass: D1.")));
    EXPECT_THAT(html_report(run),
                AllOf(HasSubstr("<p class=\"word\">UNEXPECTED PASS</p>"),
                      HasSubstr("Unexpected pass: D1."), HasSubstr("class=\"band unexpected\"")));
    EXPECT_THAT(summary_svg(run), HasSubstr("unexpected pass: "));
    EXPECT_THAT(junit_xml(run), AllOf(HasSubstr("failures=\"1\" errors=\"0\" skipped=\"1\""),
                                      HasSubstr("<failure type=\"unexpected pass\"")));
    EXPECT_THAT(headline(run), HasSubstr("D1, Island frequency"));
}

TEST(KnownFailure, IsNoneWhenStrict) {
    RunRecord run = run_with_known({"E2"});
    run.header.strict = true;

    EXPECT_EQ(exit_code_of(run), 1);
    EXPECT_EQ(conclusion_of(run), Conclusion::fail);
    EXPECT_THAT(junit_xml(run),
                AllOf(HasSubstr("failures=\"1\" errors=\"2\" skipped=\"0\""),
                      HasSubstr("<failure type=\"known failure\""), Not(HasSubstr("<skipped"))));
    EXPECT_THAT(terminal_text(run, Colours::none),
                AllOf(HasSubstr("\nFAIL  "), HasSubstr("--strict takes no failure for known")));
}

TEST(KnownFailure, ProvesNothingUnlessTheRunCompleted) {
    for (const EndReason end :
         {EndReason::not_told, EndReason::stopped, EndReason::interrupted, EndReason::unfinished}) {
        for (const auto& ids : {std::vector<std::string>{"E2"}, {"E2", "D1"}}) {
            RunRecord run = run_with_known(ids);
            run.end.reason = end;
            EXPECT_EQ(conclusion_of(run), Conclusion::inconclusive);
            EXPECT_GT(exit_code_of(run), 1);
            EXPECT_EQ(in_results(run, "verdict"), "\"inconclusive\"");
        }
    }
    RunRecord broken = run_with_known({"E2"});
    broken.end.reason = EndReason::bench_error;
    EXPECT_EQ(exit_code_of(broken), 3);
}

TEST(KnownFailure, StandsBehindWhatNobodyAnnounced) {
    RunRecord run = synthetic_run();
    acceptance::expect_failures(run.end.verdict.criteria, {"E2"}, reason);
    run.end.verdict = acceptance::combine(run.end.verdict.criteria);
    const auto list = worst_first(run.end.verdict);

    EXPECT_EQ(exit_code_of(run), 4) << "E1 could not be judged";
    EXPECT_EQ(list[0]->id, "E1");
    EXPECT_EQ(list[1]->id, "E2");
}

}  // namespace
}  // namespace islandbench::reports
