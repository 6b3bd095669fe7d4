#include <gmock/gmock.h>

#include <csignal>

#include "base/fixtures.hpp"
#include "bench/test/program.hpp"

/// What a person meets at the command line: help, mistakes in files, and runs that end early.
namespace islandbench::bench {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// A story that is right, to be spoilt.
const std::string good_story = R"({
  "name": "tale",
  "site": "miniature",
  "duration": "20 s",
  "seed": 1,
  "steps": [
    {"at": "5 s", "outage": {}}
  ],
  "criteria": ["C1"]
})";

TEST(Cli, HelpAndVersionSayWhatThereIs) {
    const Folder folder;
    const Finished help = islandbench(folder, {"--help"});
    EXPECT_EQ(help.exit_code, 0);
    EXPECT_THAT(help.out, AllOf(HasSubstr("islandbench run miniature_outage"),
                                HasSubstr("Exit codes:"), HasSubstr("validate")));
    EXPECT_THAT(islandbench(folder, {"--version"}).out, StartsWith("islandbench 0."));
    EXPECT_EQ(islandbench(folder, {}).exit_code, 2);
    EXPECT_EQ(islandbench(folder, {"run"}).exit_code, 2);
    EXPECT_EQ(islandbench(folder, {"run", "tale", "--clock", "moon"}).exit_code, 2);
}

TEST(Cli, ListsWhatIsInstalled) {
    const Folder folder;
    EXPECT_THAT(islandbench(folder, {"list", "scenarios"}).out, HasSubstr("miniature_outage"));
    EXPECT_THAT(islandbench(folder, {"list", "sites"}).out, HasSubstr("miniature"));
    EXPECT_THAT(islandbench(folder, {"list", "devices"}).out, HasSubstr("hybrid_inverter"));
    const Finished criteria = islandbench(folder, {"list", "criteria"});
    for (const char* id :
         {"C1", "C2", "C3", "C7", "D1", "D4", "E3", "F4", "G3", "G5", "H1", "H5"}) {
        EXPECT_THAT(criteria.out, HasSubstr(id));
    }
    EXPECT_EQ(criteria.exit_code, 0);
    EXPECT_EQ(islandbench(folder, {"list", "wishes"}).exit_code, 2);
    EXPECT_EQ(islandbench(folder, {"list", "sites", "--json"}).exit_code, 2);
}

TEST(Cli, TheCatalogueIsWhatItsDocumentSays) {
    const Folder folder;
    const Finished told = islandbench(folder, {"list", "criteria", "--markdown"});
    ASSERT_EQ(told.exit_code, 0);
    const auto document = read_text_file(IB_SOURCE_DIR "/docs/catalogue.md");
    ASSERT_TRUE(document);
    EXPECT_TRUE(document->ends_with(told.out)) << "scripts/update-docs writes it anew";
    Diagnostics found;
    const std::string text = islandbench(folder, {"list", "criteria", "--json"}).out;
    const json::Value catalogue = json::parse(text, "stdout", found);
    EXPECT_TRUE(found.empty()) << found;
    const auto& criteria = catalogue.find("criteria")->items();
    ASSERT_EQ(criteria.size(), 49U);
    EXPECT_EQ(criteria[9].find("id")->text(), "C1");
    EXPECT_EQ(criteria[9].find("severity")->text(), "S0");
    EXPECT_FALSE(criteria[9].find("formulas")->items().empty());
}

TEST(Cli, InstalledFilesAreAllGood) {
    const Folder folder;
    std::vector<std::string> arguments{"validate"};
    const std::filesystem::path fixtures = std::filesystem::path(IB_SOURCE_DIR) / "fixtures";
    for (const auto& entry : std::filesystem::recursive_directory_iterator(fixtures)) {
        if (entry.path().extension() == ".json") arguments.push_back(entry.path());
    }
    EXPECT_GT(arguments.size(), 12u);
    const Finished checked = islandbench(folder, arguments);
    EXPECT_EQ(checked.err, "");
    EXPECT_EQ(checked.exit_code, 0);
}

/// Runs and validates the folder's file: both must say the same, exit with 2 and leave nothing.
std::string complaint_about(const Folder& folder, const std::string& file) {
    const std::vector<std::string> before = folder.entries();
    const Finished run = islandbench(folder, {"run", file});
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_EQ(run.out, "");
    EXPECT_EQ(folder.entries(), before) << "a run folder was left behind";
    const Finished validated = islandbench(folder, {"validate", file});
    EXPECT_EQ(validated.exit_code, 2);
    EXPECT_EQ(validated.err, run.err);
    return run.err;
}

TEST(Cli, EveryProblemOfAStoryIsToldAtOnce) {
    const Folder folder;
    folder.write("bad.json", R"({
  "name": "bad",
  "site": "miniature",
  "duration": "60 V",
  "colour": 3,
  "seed": 1,
  "seed": 2,
  "steps": [
    {"at": "5 s", "outage": {"kind": "upstream_brake"}},
    {"at": "6 s", "load_step": {"at": "home9", "tier": 7, "p": "1 kW", "for": "3 s"}},
    {"at": "7 s", "load_step": {"at": "home1"}},
    {"at": "7 s", "fault": {"id": "x", "device": "pcc", "sync_angle_error": "3 deg"}},
    {"at": "8 s", "fault": {"id": "x", "device": "pcc", "sync_angle_error": "3 deg"}}
  ],
  "criteria": ["C1", "Z9", "C1"]
})");
    const std::string told = complaint_about(folder, "bad.json");
    EXPECT_THAT(told, AllOf(HasSubstr("bad.json:4: $.duration: wrong unit"),
                            HasSubstr("bad.json:5: $.colour: unknown key"),
                            HasSubstr("bad.json:7: $.seed: duplicate key"),
                            HasSubstr("bad.json:9: $.steps[0].outage.kind: expected one of"),
                            HasSubstr("bad.json:10: $.steps[1].load_step.at: unknown home"),
                            HasSubstr("bad.json:10: $.steps[1].load_step.tier: must be 0..4")));
    EXPECT_THAT(told, AllOf(HasSubstr("bad.json:11: $.steps[2].load_step: missing key \"p\""),
                            HasSubstr("bad.json:13: $.steps[4].fault.id: duplicate id \"x\""),
                            HasSubstr("bad.json:15: $.criteria[1]: unknown criterion \"Z9\""),
                            HasSubstr("bad.json:15: $.criteria[2]: criterion \"C1\" is selected "
                                      "twice")));
}

TEST(Cli, ConditionThatNamesNoSignalIsToldWithItsColumn) {
    const Folder folder;
    folder.write("bad.json",
                 replaced(good_story, R"("at": "5 s")", R"("when": "truth.pcc.j > 3 A")"));
    EXPECT_THAT(complaint_about(folder, "bad.json"),
                HasSubstr("bad.json:7: $.steps[0].when: column 1: unknown signal \"truth.pcc.j\" "
                          "(did you mean \"truth.pcc.i\"?)"));
}

TEST(Cli, SiteWithALoopAndTwoOfOneNameIsRefused) {
    const Folder folder;
    std::string site = fixture("sites/miniature.json");
    site = replaced(site, R"("name": "home2", "bus")", R"("name": "home1", "bus")");
    site = replaced(site, R"("to": "street_3", "code": "4x70_al", "length": "25 m"})",
                    R"("to": "street_3", "code": "4x70_al", "length": "25 m"},
    {"from": "street_3", "to": "street_head", "code": "4x70_al", "length": "25 m"})");
    site = replaced(site, R"("rating": "30 kVA")", R"("rating": "30 kW")");
    folder.write("looped.json", site);
    folder.write("tale.json", replaced(good_story, "miniature", "looped"));
    const Finished run = islandbench(folder, {"run", "tale.json"});
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_THAT(run.err, AllOf(HasSubstr("loop"), HasSubstr("$.homes[1].name"),
                               HasSubstr("\"home1\""), HasSubstr("$.former.rating: wrong unit")));
    EXPECT_THAT(run.err, Not(HasSubstr(": 0:")));
    EXPECT_THAT(folder.entries(), ElementsAre("looped.json", "tale.json"));
}

TEST(Cli, CriterionThatNamesNoSignalIsRefusedBeforeTheRun) {
    const Folder folder;
    const std::string wrong =
        replaced(fixture("criteria/pilot.json"), "truth.grid.dead", "truth.grid.deaf");
    folder.write("pilot.json", wrong);  // what stands in the working folder comes first
    folder.write("tale.json", good_story);
    const Finished run = islandbench(folder, {"run", "tale.json"});
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_THAT(run.err, AllOf(HasSubstr("pilot.json:"), HasSubstr("$.criteria["),
                               HasSubstr("unknown signal \"truth.grid.deaf\"")));
    EXPECT_THAT(folder.entries(), ElementsAre("pilot.json", "tale.json"));
}

TEST(Cli, TruncatedProfileIsNamedWithTheLineWhereItEnds) {
    const Folder folder;
    const std::string profile = fixture("profiles/hybrid_inverter.json");
    folder.write("hybrid_inverter.json", profile.substr(0, profile.size() / 2));
    folder.write("tale.json", good_story);
    const Finished run = islandbench(folder, {"run", "tale.json"});
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_THAT(run.err, HasSubstr("hybrid_inverter.json:"));
    EXPECT_EQ(islandbench(folder, {"validate", "hybrid_inverter.json"}).exit_code, 2);
    EXPECT_THAT(folder.entries(), ElementsAre("hybrid_inverter.json", "tale.json"));
}

TEST(Cli, MissingFilesAreNamed) {
    const Folder folder;
    const Finished run = islandbench(folder, {"run", "miniature_outrage"});
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_THAT(run.err, HasSubstr("(did you mean \"miniature_outage\"?)"));
    folder.write("tale.json", replaced(good_story, "miniature", "minature"));
    EXPECT_THAT(complaint_about(folder, "tale.json"), HasSubstr("(did you mean \"miniature\"?)"));
    EXPECT_EQ(islandbench(folder, {"report", "nowhere"}).exit_code, 3);
}

TEST(Cli, WhatAFileNamesIsLookedForBesideItToo) {
    const Folder folder;
    std::filesystem::create_directory(folder.path() / "elsewhere");
    folder.write("elsewhere/lane.json", fixture("sites/miniature.json"));
    folder.write("elsewhere/tale.json", replaced(good_story, "miniature", "lane"));
    EXPECT_EQ(islandbench(folder, {"run", "elsewhere/tale.json", "--out", "run"}).exit_code, 0);
}

TEST(Cli, ANameThatIsNoFolderIsRefused) {
    const Folder folder;
    folder.write("tale.json", replaced(good_story, "\"tale\"", "\"../tale\""));
    EXPECT_THAT(complaint_about(folder, "tale.json"),
                HasSubstr("$.name: becomes part of a folder's name"));
}

TEST(Cli, TheTerminalTellsWhatTheStreetDoes) {
    const Folder folder;
    const Finished run = islandbench(folder, {"run", "miniature_outage", "--out", "run"});
    EXPECT_THAT(
        run.err,
        AllOf(HasSubstr("the interconnect opens"), HasSubstr("home3: tier 4 is off"),
              HasSubstr("home3: tier 4 is on again"), HasSubstr("the interconnect closes: ")));
}

TEST(Cli, RunFolderIsMadeOnceAndNeverWrittenOver) {
    const Folder folder;
    folder.write("tale.json", good_story);
    EXPECT_EQ(islandbench(folder, {"run", "tale.json"}).exit_code, 0);
    EXPECT_THAT(folder.entries(), ElementsAre("runs", "tale.json"));
    EXPECT_EQ(islandbench(folder, {"run", "tale.json", "--out", "mine"}).exit_code, 0);
    const json::Value first = results_of(folder.path() / "mine");
    const Finished again = islandbench(folder, {"run", "tale.json", "--out", "mine"});
    EXPECT_EQ(again.exit_code, 3);
    EXPECT_THAT(again.err, HasSubstr("mine: exists and is not empty"));
    EXPECT_EQ(result_text(results_of(folder.path() / "mine"), "trace_sha256"),
              result_text(first, "trace_sha256"));
}

TEST(Cli, ReportSaysTheSameAsTheRun) {
    const Folder folder;
    const Finished run = islandbench(folder, {"run", "sabotage_sync", "--out", "run"});
    EXPECT_EQ(run.exit_code, 1);
    const json::Value results = results_of(folder.path() / "run");
    EXPECT_GT(results.find("pace")->find("dispatch_steps")->integer(), 100);
    const Finished report = islandbench(folder, {"report", "run"});
    EXPECT_EQ(report.exit_code, 1);
    const std::string table = run.out.substr(0, run.out.find("Report:"));
    EXPECT_EQ(report.out.substr(0, table.size()), table);
}

TEST(Cli, ReportRendersNothingOfARunThatWasEdited) {
    const Folder folder;
    ASSERT_EQ(islandbench(folder, {"run", "sabotage_sync", "--out", "run"}).exit_code, 1);
    const auto file = folder.path() / "run/run.sqlite";
    std::string bytes = read_text_file(file).value();
    const std::string fail = "\"verdict\": \"fail\"", pass = "\"verdict\": \"pass\"";
    ASSERT_NE(bytes.find(fail), std::string::npos);
    for (std::size_t at = bytes.find(fail); at != std::string::npos; at = bytes.find(fail, at)) {
        bytes.replace(at, fail.size(), pass);
    }
    folder.write("run/run.sqlite", bytes);
    const Finished report = islandbench(folder, {"report", "run"});
    EXPECT_EQ(report.exit_code, 3);
    EXPECT_EQ(report.out, "");
    EXPECT_THAT(report.err, AllOf(HasSubstr("run/run.sqlite: "), HasSubstr("fit its seal"),
                                  HasSubstr("verdict is \"fail\", but its rows give \"pass\"")));
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "run/report-2.html"));
}

TEST(Cli, AnInterruptedRunLeavesTheDevicesSafeAndStaysReadable) {
    const Folder folder;
    folder.write("long.json", replaced(good_story, "20 s", "2 h"));
    Program program(folder, {"run", "long.json", "--out", "run"});
    ASSERT_TRUE(program.says("outage"));
    program.signal(SIGINT);
    const Finished ended = program.wait();
    EXPECT_EQ(ended.exit_code, 130);
    EXPECT_THAT(ended.err, HasSubstr("leaving the devices in their defaults"));
    const json::Value results = results_of(folder.path() / "run");
    EXPECT_EQ(result_text(*results.find("end"), "reason"), "interrupted");
    EXPECT_EQ(verdict_of(results, "C1"), "inconclusive") << "it did not see the end";
    EXPECT_EQ(result_text(results, "verdict"), "inconclusive");
    EXPECT_EQ(results.find("exit_code")->integer(), 130);
    EXPECT_EQ(islandbench(folder, {"report", "run"}).exit_code, 130);
}

TEST(Cli, AKilledRunStaysReadable) {
    const Folder folder;
    folder.write("long.json", replaced(good_story, "20 s", "2 h"));
    Program program(folder, {"run", "long.json", "--out", "run"});
    ASSERT_TRUE(program.says("outage"));
    program.signal(SIGKILL);
    EXPECT_EQ(program.wait().exit_code, -1);
    const Finished report = islandbench(folder, {"report", "run"});
    EXPECT_EQ(report.exit_code, 3) << "never a verdict";
    EXPECT_EQ(results_of(folder.path() / "run").find("exit_code")->integer(), 3);
    EXPECT_THAT(report.out, HasSubstr("never finished"));
}

TEST(Cli, AFullDiskIsNamedAndTheRunStaysReadable) {
    const Folder folder;
    folder.write("long.json", replaced(good_story, "20 s", "48 h"));
    Program program(folder, {"run", "long.json", "--quiet", "--out", "run"}, 1 << 20);
    const Finished ended = program.wait();
    EXPECT_EQ(ended.exit_code, 3);
    EXPECT_THAT(ended.err, HasSubstr("run/run.sqlite: "));
    const Finished report = islandbench(folder, {"report", "run"});
    EXPECT_EQ(report.exit_code, 3);
    EXPECT_THAT(report.out, HasSubstr("never finished"));
    EXPECT_THAT(report.out, Not(HasSubstr("recorded up to 00:00.000")));
}

}  // namespace
}  // namespace islandbench::bench
