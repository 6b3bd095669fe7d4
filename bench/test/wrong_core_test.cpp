#include <gmock/gmock.h>

#include "bench/test/wrong_cores.hpp"

/// Cores that are wrong on purpose, in charge of the same street: the bench must turn red.
namespace islandbench::bench {
namespace {

/// Runs a shipped scenario, or a file, under a core.
RanStory run_under(dispatch::core::StepFunction* core, const Folder& folder,
                   const std::string& scenario) {
    RunOptions options;
    options.scenario = scenario;
    options.core = core;
    return run_here(options, folder.path() / "run");
}

TEST(WrongCore, TheRightOneHolds) {
    const Folder folder;
    const RanStory ran = run_under(&dispatch::core::step, folder, "miniature_outage");
    EXPECT_EQ(ran.exit_code, 0) << verdicts(ran.results);
}

TEST(WrongCore, ThatShedsTierZeroIsRedForTheCriticalLoads) {
    const Folder folder;
    const RanStory ran = run_under(sheds_tier_zero, folder, "miniature_outage");
    EXPECT_EQ(ran.exit_code, 1);
    EXPECT_EQ(verdict_of(ran.results, "E1"), "fail") << verdicts(ran.results);
}

TEST(WrongCore, ThatIgnoresTheFloorIsSeenInTheTruth) {
    const Folder folder;
    const std::string healthy =
        replaced(fixture("scenarios/sabotage_floor.json"), R"("soc_report_offset": "15 %")",
                 R"("soc_report_offset": "0 %")");
    const RanStory ran = run_under(ignores_the_floor, folder, folder.write("story.json", healthy));
    EXPECT_EQ(ran.exit_code, 1);
    EXPECT_EQ(verdict_of(ran.results, "F1"), "fail") << verdicts(ran.results);
}

TEST(WrongCore, ThatDoesNothingIsNeverGreen) {
    const Folder folder;
    const RanStory ran = run_under(does_nothing, folder, "miniature_outage");
    EXPECT_NE(ran.exit_code, 0);
    EXPECT_EQ(verdict_of(ran.results, "H2"), "inconclusive") << verdicts(ran.results);
}

}  // namespace
}  // namespace islandbench::bench
