#include <gmock/gmock.h>

#include "bench/test/program.hpp"
#include "reports/store/run_reader.hpp"

/// Stories that announce a failure: what is accepted, and what a careless bench would hide.
namespace islandbench::bench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// A load controller that sheds the wrong tier: E1 and E2 fail, all else holds.
std::string wrong_tier(const std::string& known) {
    return replaced(fixture("scenarios/sabotage_tier0.json"), R"("criteria": ["C1")",
                    R"("known_failure": )" + known + R"(, "criteria": ["C1")");
}

const std::string both = R"({"criteria": ["E1", "E2"], "reason": "the coils are miswired"})";

Finished tell(const Folder& folder, const std::string& story, std::vector<std::string> flags = {}) {
    folder.write("tale.json", story);
    std::vector<std::string> arguments{"run", "tale.json", "--quiet", "--out", "run"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    return islandbench(folder, arguments);
}

TEST(KnownFailureStory, OfAllThatFailsIsAcceptedAndNotCalledAPass) {
    const Folder folder;
    const Finished ended = tell(folder, wrong_tier(both));
    EXPECT_EQ(ended.exit_code, 0);
    EXPECT_THAT(ended.out, AllOf(HasSubstr("KNOWN FAILURE  "),
                                 HasSubstr("E1, E2 are known to fail: the coils are miswired.")));
    const json::Value results = results_of(folder.path() / "run");
    EXPECT_EQ(result_text(results, "verdict"), "known failure");
    EXPECT_EQ(verdict_of(results, "E1"), "fail");
    EXPECT_EQ(verdict_of(results, "E2"), "fail");

    const Finished again = islandbench(folder, {"report", "run"});
    EXPECT_EQ(again.exit_code, 0);
    EXPECT_THAT(again.out, HasSubstr("KNOWN FAILURE  "));
}

TEST(KnownFailureStory, TheLostFormerLeavesEveryPhaseSuppliedAndNoThreePhaseSystem) {
    const Folder folder;
    const ToldStory told = tell_story(folder, "run", {"former_lost"});
    EXPECT_EQ(told.exit_code, 0);
    EXPECT_EQ(verdicts(told.results),
              "C1 pass, C2 pass, D1 fail, E1 fail, E2 pass, F1 pass, H1 pass, H2 pass");
    const auto reader = reports::RunReader::open(folder.path() / "run");
    ASSERT_TRUE(reader);
    const auto run = reader->read();
    ASSERT_TRUE(run);
    const auto at = [&run](const std::string& signal, double seconds) {
        return run->find(signal)->at(story_start + from_seconds(seconds));
    };
    for (const double seconds : {81.0, 100.0, 120.0, 149.0}) {
        for (const char* v :
             {"truth.home1.v", "truth.home2.v", "truth.home3.v", "truth.clinic.v"}) {
            EXPECT_NEAR(at(v, seconds), 230.0, 0.1 * 230.0) << v << " at " << seconds << " s";
        }
        EXPECT_EQ(at("truth.former.tripped", seconds), 1.0);
    }
    EXPECT_EQ(at("truth.island.formed", 100.0), 0.0);
    EXPECT_EQ(at("truth.former.tripped", 160.0), 0.0) << "it has started from black";
}

TEST(KnownFailureStory, DoesNotCoverAnotherFailure) {
    const Folder folder;
    const Finished ended =
        tell(folder, wrong_tier(R"({"criteria": ["E2"], "reason": "the coils are miswired"})"));
    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_THAT(ended.out, HasSubstr("\nFAIL  "));
}

TEST(KnownFailureStory, ThatHoldsIsRed) {
    const Folder folder;
    const Finished ended =
        tell(folder,
             wrong_tier(R"({"criteria": ["D1", "E1", "E2"], "reason": "the coils are miswired"})"));
    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_THAT(ended.out,
                AllOf(HasSubstr("UNEXPECTED PASS  "), HasSubstr("Unexpected pass: D1.")));
    EXPECT_EQ(islandbench(folder, {"report", "run"}).exit_code, 1);
}

TEST(KnownFailureStory, IsNotAcceptedWhenStrict) {
    const Folder folder;
    EXPECT_EQ(tell(folder, wrong_tier(both), {"--strict"}).exit_code, 1);
    EXPECT_EQ(islandbench(folder, {"report", "run"}).exit_code, 1);
}

TEST(KnownFailureStory, ThatIsNotToldIsInconclusive) {
    const Folder folder;
    const std::string lost = R"({"when": "truth.island.f > 60 Hz", "grid_back": {}}, {"at": "2 s")";
    const Finished ended = tell(folder, replaced(wrong_tier(both), R"({"at": "2 s")", lost));
    EXPECT_EQ(ended.exit_code, 4);
    EXPECT_THAT(ended.out, HasSubstr("INCONCLUSIVE  "));
}

TEST(KnownFailureStory, ThatIsCutShortIsInterrupted) {
    const Folder folder;
    folder.write("tale.json", replaced(wrong_tier(both), R"("60 s")", R"("2 h")"));
    Program program(folder, {"run", "tale.json", "--out", "run"});
    ASSERT_TRUE(program.says("shed"));
    program.signal(SIGINT);
    EXPECT_EQ(program.wait().exit_code, 130);
    EXPECT_EQ(result_text(results_of(folder.path() / "run"), "verdict"), "inconclusive");
    EXPECT_EQ(islandbench(folder, {"report", "run"}).exit_code, 130);
}

TEST(KnownFailureStory, WithoutTheOutageThatTestsItIsInconclusive) {
    const Folder folder;
    const Finished ended = tell(folder, R"({"name": "tale", "site": "miniature", "duration": "10 s",
        "seed": 1, "steps": [], "criteria": ["D1", "F1"],
        "known_failure": {"criteria": ["D1"], "reason": "droop"}})");
    EXPECT_EQ(ended.exit_code, 4);
}

TEST(KnownFailureStory, NamesWhatItJudgesAndMayBreak) {
    const Folder folder;
    const Finished ended = tell(folder, wrong_tier(R"({"criteria": ["C1", "E7", "H1", "E1", "E1"],
        "reason": "  "})"));
    EXPECT_EQ(ended.exit_code, 2);
    EXPECT_THAT(
        ended.err,
        AllOf(HasSubstr("known_failure.criteria[0]: C1 is a matter of safety (S0)"),
              HasSubstr("criteria[1]: \"E7\" is not among the criteria that this story judges"),
              HasSubstr("criteria[2]: \"H1\" is not among"),
              HasSubstr("criteria[4]: \"E1\" comes twice"), HasSubstr("reason: says nothing")));
    EXPECT_EQ(folder.entries(), std::vector<std::string>{"tale.json"});
    EXPECT_THAT(tell(folder, wrong_tier(R"({"criteria": [], "reason": "x"})")).err,
                HasSubstr("names no criterion"));
}

TEST(KnownFailureStory, ThatIsEditedIntoARunBreaksItsSeal) {
    const Folder folder;
    ASSERT_EQ(tell(folder, fixture("scenarios/sabotage_tier0.json")).exit_code, 1);
    const std::string edit =
        "sqlite3 '" + (folder.path() / "run/run.sqlite").string() +
        "' \"UPDATE verdicts SET json=json_set(json,'$.known_failure','x')\" 2>/dev/null";
    if (std::system(edit.c_str()) != 0) GTEST_SKIP() << "Skipped: sqlite3 is not installed";
    const Finished report = islandbench(folder, {"report", "run"});
    EXPECT_EQ(report.exit_code, 3);
    EXPECT_THAT(report.err, HasSubstr("nothing is"));
}

}  // namespace
}  // namespace islandbench::bench
