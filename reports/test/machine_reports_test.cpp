#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>

#include "reports/html_report.hpp"
#include "reports/junit.hpp"
#include "reports/ledger.hpp"
#include "reports/results_json.hpp"
#include "reports/store/test/temporary_folder.hpp"
#include "reports/street_charts.hpp"
#include "reports/terminal.hpp"
#include "reports/test/approved.hpp"
#include "reports/test/synthetic_run.hpp"
#include "reports/text.hpp"
#include "reports/write_reports.hpp"

/// What CI servers, scripts and terminals read.
namespace islandbench::reports {
namespace {

using acceptance::Conclusion;
using acceptance::Outcome;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// The hashes depend on the last bits of libm, so they are not approved.
RunRecord run_for_approval() {
    RunRecord run = synthetic_run();
    run.trace_sha256 = std::string(64, 'a');
    run.record_sha256 = std::string(64, 'b');
    return run;
}

RunRecord with_criteria(std::vector<acceptance::Verdict> criteria) {
    RunRecord run = run_for_approval();
    run.end.verdict = acceptance::combine(std::move(criteria));
    return run;
}

TEST(Terminal, LooksAsApproved) {
    expect_approved("terminal.txt", terminal_text(run_for_approval(), Colours::none));
}

TEST(Terminal, KeepsToItsWidth) {
    RunRecord run = run_for_approval();
    run.end.verdict.criteria[5].reason = std::string(500, 'x') + " " + std::string(50, 'y');
    run.end.verdict.criteria[5].title = std::string(500, 't');
    run.end.verdict.criteria[5].device = "\xe2\x80\xae" + std::string(500, 'd');
    std::istringstream lines(terminal_text(run, Colours::none));
    for (std::string line; std::getline(lines, line);) {
        EXPECT_LE(characters(line), 100u) << line;
    }
}

TEST(Terminal, HasColoursOnlyWhenAsked) {
    EXPECT_THAT(terminal_text(synthetic_run(), Colours::none), Not(HasSubstr("\x1b")));
    EXPECT_THAT(terminal_text(synthetic_run(), Colours::ansi), HasSubstr("\x1b[1;31mFAIL\x1b[0m"));
}

TEST(Junit, LooksAsApproved) {
    expect_approved("junit.xml", junit_xml(run_for_approval()));
}

/// Counts as a CI server's own reader sees them: "tests failures errors skipped".
std::string read_by_junitparser(const std::string& xml) {
    const TemporaryFolder folder;
    std::ofstream(folder / "junit.xml") << xml;
    std::ofstream(folder / "read.py")
        << "import sys, junitparser\n"
           "x = junitparser.JUnitXml.fromfile(sys.argv[1])\n"
           "print(x.tests, x.failures, x.errors, x.skipped)\n"
           "cases = [c for s in x for c in s]\n"
           "print(len(cases), sum(1 for c in cases if not c.is_passed))\n";
    const std::string out = folder / "out";
    const std::string command = "/usr/bin/python3 " + (folder / "read.py").string() + " " +
                                (folder / "junit.xml").string() + " > " + out + " 2>&1";
    (void)std::system(command.c_str());
    return read_text_file(out).value();
}

bool has_junitparser() {
    return std::system("/usr/bin/python3 -c 'import junitparser' >/dev/null 2>&1") == 0;
}

TEST(Junit, IsReadByAnIndependentReader) {
    if (!has_junitparser()) GTEST_SKIP() << "python3-junitparser is not installed";

    EXPECT_EQ(read_by_junitparser(junit_xml(run_for_approval())), "9 1 1 0\n9 2\n");
    EXPECT_EQ(read_by_junitparser(junit_xml(passing_run())), "7 0 0 0\n7 0\n");
    EXPECT_EQ(read_by_junitparser(junit_xml(with_criteria({}))), "1 0 1 0\n1 1\n")
        << "a run that judged nothing is not green";
}

TEST(Junit, IsRedWhenTheRunDidNotComplete) {
    RunRecord run = passing_run();
    run.end.reason = EndReason::interrupted;

    EXPECT_THAT(junit_xml(run), HasSubstr("tests=\"8\" failures=\"0\" errors=\"1\""));
}

RunRecord ended(RunRecord run, EndReason reason) {
    run.end.reason = reason;
    return run;
}

std::string in_results(const RunRecord& run, const char* key) {
    Diagnostics none;
    const json::Value root = json::parse(results_json(run), "results.json", none);
    return json::to_text(*root.find(key));
}

TEST(Outcome, IsAtBestInconclusiveUnlessTheRunCompleted) {
    EXPECT_EQ(conclusion_of(passing_run()), Conclusion::pass);
    for (const EndReason reason :
         {EndReason::stopped, EndReason::interrupted, EndReason::unfinished}) {
        EXPECT_EQ(conclusion_of(ended(passing_run(), reason)), Conclusion::inconclusive);
        EXPECT_EQ(conclusion_of(ended(synthetic_run(), reason)), Conclusion::fail)
            << "it broke a limit";
    }
    EXPECT_EQ(conclusion_of(ended(passing_run(), EndReason::bench_error)), Conclusion::error);
}

TEST(Outcome, IsTheSameInEveryReport) {
    const RunRecord run = ended(passing_run(), EndReason::interrupted);

    EXPECT_EQ(in_results(run, "verdict"), "\"inconclusive\"");
    EXPECT_THAT(terminal_text(run, Colours::none),
                HasSubstr("\nINCONCLUSIVE  5 pass, 2 pass with"));
    EXPECT_THAT(html_report(run), HasSubstr("<p class=\"word\">INCONCLUSIVE</p>"));
    EXPECT_THAT(html_report(run), HasSubstr(": inconclusive</title>"));
    EXPECT_THAT(html_report(run), Not(HasSubstr("class=\"band pass\"")));
    EXPECT_THAT(summary_svg(run), HasSubstr(", inconclusive</title>"));
    EXPECT_THAT(junit_xml(run), HasSubstr("name=\"verdict\" value=\"inconclusive\""));
    EXPECT_THAT(headline(run),
                HasSubstr("The run did not complete. As far as it went: All 7 crit"));
    EXPECT_EQ(in_results(run, "counts"), in_results(passing_run(), "counts"))
        << "the criteria keep their verdicts";
}

TEST(ExitCode, IsThatOfTheEndThenOfTheVerdict) {
    EXPECT_EQ(exit_code_of(passing_run()), 0);
    EXPECT_EQ(exit_code_of(synthetic_run()), 1);
    EXPECT_EQ(exit_code_of(with_criteria({})), 5);
    for (const RunRecord& run : {passing_run(), synthetic_run(), with_criteria({})}) {
        EXPECT_EQ(exit_code_of(ended(run, EndReason::interrupted)), 130);
        EXPECT_EQ(exit_code_of(ended(run, EndReason::bench_error)), 3);
        EXPECT_EQ(exit_code_of(ended(run, EndReason::unfinished)), 3);
    }
    EXPECT_EQ(exit_code_of(ended(synthetic_run(), EndReason::stopped)), 1);
    EXPECT_EQ(exit_code_of(ended(passing_run(), EndReason::stopped)), 4);
    RunRecord strict = passing_run();
    strict.header.strict = true;
    EXPECT_EQ(exit_code_of(strict), 4);
}

TEST(ExitCode, IsTheSameInResultsAndJunit) {
    for (const EndReason reason : {EndReason::completed, EndReason::stopped, EndReason::interrupted,
                                   EndReason::bench_error, EndReason::unfinished}) {
        const RunRecord run = ended(passing_run(), reason);
        const std::string code = std::to_string(exit_code_of(run));
        EXPECT_EQ(in_results(run, "exit_code"), code);
        EXPECT_THAT(junit_xml(run), HasSubstr("name=\"exit_code\" value=\"" + code + "\""));
    }
}

TEST(Junit, IsRedWithUnverifiedLimitsWhenStrict) {
    RunRecord run = passing_run();
    run.header.strict = true;

    EXPECT_THAT(junit_xml(run), HasSubstr("tests=\"7\" failures=\"0\" errors=\"2\""));
    EXPECT_THAT(junit_xml(run), HasSubstr("<error type=\"limit not verified\""));
}

TEST(Results, LookAsApproved) {
    expect_approved("results.json", results_json(run_for_approval()));
}

TEST(Results, HaveEveryKeyInEveryRow) {
    Diagnostics none;
    const json::Value root = json::parse(results_json(synthetic_run()), "results.json", none);

    ASSERT_TRUE(none.empty());
    EXPECT_EQ(root.find("exit_code")->integer(), 1);
    ASSERT_EQ(root.find("criteria")->items().size(), 9u);
    for (const json::Value& row : root.find("criteria")->items()) {
        for (const char* key : {"id", "verdict", "margin", "unit", "limit_verified", "devices"}) {
            EXPECT_NE(row.find(key), nullptr) << key;
        }
    }
    const json::Value& inconclusive = root.find("criteria")->items()[4];
    EXPECT_EQ(inconclusive.find("id")->text(), "E1");
    EXPECT_TRUE(inconclusive.find("margin")->is(json::Kind::null));
}

TEST(Pace, IsToldInWallTime) {
    RunRecord run = run_for_approval();
    run.end.pace = {1240, 3, {12us, 80us, 310us, 35200us}, {20us, 90us, 5ms, 36ms}};
    const std::string told =
        "Of the steps of the plant, half were at most 0.012 ms, 95 % 0.080 ms, 99 % 0.310 ms and "
        "all 35.200 ms behind the wall clock; of those of the dispatch loop, half were at most "
        "0.020 ms, "
        "95 % 0.090 ms, 99 % 5 ms and all 36 ms, 3 of 1\u202f240 by more than a tenth of their "
        "period.";

    EXPECT_THAT(in_results(run, "pace"), HasSubstr("\"tick_lateness\": null"));
    EXPECT_THAT(html_report(run), Not(HasSubstr("behind the wall clock")));
    run.header.clock = ClockKind::wall;
    EXPECT_THAT(
        in_results(run, "pace"),
        AllOf(HasSubstr("\"max_s\": 0.0352"), HasSubstr("\"p99_s\": 0.00031"),
              HasSubstr("\"dispatch_steps\": 1240"), HasSubstr("\"dispatch_steps_late\": 3")));
    EXPECT_THAT(html_report(run), HasSubstr(told));
    run.end.links.clear();
    EXPECT_THAT(html_report(run), HasSubstr(told)) << "also without a link";
    EXPECT_THAT(html_report(ended(run, EndReason::unfinished)),
                Not(HasSubstr("behind the wall clock")))
        << "nobody knows";
}

TEST(GoldenFigures, TellALaterLossInEveryReport) {
    RunRecord run = run_for_approval();
    SustainedPower& figure = run.end.figures.sustained.value();
    figure.lost_again = at_seconds(751);
    figure.lost_again_for = figure.lost_in_all = 200s;
    figure.losses = 1;
    figure.run_ended_first = false;
    const std::string lost = "lost again at 12:31.000 for 3 min 20 s";
    std::string unbroken;
    for (const char c : terminal_text(run, Colours::none)) {
        if (c != ' ' && c != '\n') unbroken += c;
    }

    EXPECT_THAT(terminal_text(run, Colours::none), HasSubstr("680 ms, but lost again\n"));
    EXPECT_THAT(unbroken, HasSubstr("lostagainat12:31.000for3min20s"));
    EXPECT_THAT(html_report(run), HasSubstr(lost));
    EXPECT_THAT(in_results(run, "golden_figures"), HasSubstr("\"lost_again_at_s\": 751"));
}

TEST(Results, SurviveAnEmptyRun) {
    Diagnostics none;
    const json::Value root = json::parse(results_json(RunRecord{}), "results.json", none);

    EXPECT_TRUE(none.empty());
    EXPECT_EQ(root.find("exit_code")->integer(), 5);
}

TEST(Ledger, PutsTheWorstFirst) {
    const auto list = worst_first(synthetic_run().end.verdict);

    std::string ids;
    for (const acceptance::Verdict* one : list) ids += one->id + " ";
    EXPECT_EQ(ids, "E2 E1 D2 D1 H1 F1 C1 C2 H2 ");
}

TEST(Headline, NamesTheDecidingCriterion) {
    EXPECT_EQ(
        headline(synthetic_run()),
        "E2, Shed order (home2 at 02:11.500): tier 3 of home2 was open for 1.4 s while tier 4 "
        "was closed.");
    EXPECT_EQ(headline(passing_run()),
              "All 7 criteria hold, 2 of them against a limit that nobody has verified. Closest to "
              "its limit: D2, Island voltage, by 2.9 V (home2 at 01:41.200).");
    EXPECT_EQ(headline(with_criteria({})), "No criterion was selected; nothing was judged.");
}

TEST(Headline, NamesADeviceOnce) {
    acceptance::Verdict verdict;
    verdict.id = "E2";
    verdict.title = "Shed order";
    verdict.outcome = Outcome::fail;
    verdict.device = "home2";
    verdict.reason = "home2: tier 3 was open";
    verdict.first = at_seconds(131.5);

    EXPECT_EQ(headline(with_criteria({verdict})),
              "E2, Shed order (home2 at 02:11.500): tier 3 was open.");
}

TEST(Headline, SaysWhyARunEnded) {
    RunRecord run;
    run.end.reason = EndReason::bench_error;
    run.end.detail = "run.sqlite: disk full";
    run.end.at = at_seconds(62);

    EXPECT_EQ(headline(run), "The bench failed at 01:02.000: run.sqlite: disk full.");
    run.end.reason = EndReason::unfinished;
    EXPECT_THAT(headline(run), HasSubstr("never finished; recorded up to 01:02.000"));
}

TEST(WriteReports, WritesThreeFilesAndOverwritesNone) {
    const TemporaryFolder folder;

    ASSERT_TRUE(write_reports(folder.path(), synthetic_run()));
    const auto again = write_reports(folder.path(), passing_run());

    EXPECT_EQ(again->html, folder / "report-2.html");
    EXPECT_EQ(again->junit, folder / "junit-2.xml");
    EXPECT_THAT(*read_text_file(folder / "junit.xml"), HasSubstr("tests=\"9\""));
    EXPECT_THAT(*read_text_file(folder / "report.html"), HasSubstr("FAIL"));
    EXPECT_THAT(write_reports(folder / "none", passing_run()).error().what,
                HasSubstr("none/report"));
}

}  // namespace
}  // namespace islandbench::reports
