#include <gmock/gmock.h>

#include <regex>
#include <sstream>

#include "bench/test/program.hpp"

/// The shipped stories, told whole by the program: what they must prove, and that they repeat.
namespace islandbench::bench {
namespace {

TEST(Story, InvertersOfTheOlderModelsCarryTheStreetToo) {
    const Folder folder;
    std::string site = replaced(fixture("sites/miniature.json"), R"("hybrid_inverter")",
                                R"("hybrid_inverter_100")");
    site = replaced(std::move(site), R"("hybrid_inverter")", R"("hybrid_inverter_100")");
    folder.write("old.json", site);
    const ToldStory told = tell_story(folder, "run", {"miniature_outage", "--site", "old.json"});
    EXPECT_EQ(told.exit_code, 0);
    EXPECT_EQ(result_text(told.results, "verdict"), "pass") << verdicts(told.results);
}

TEST(Story, OutageHoldsAllNineCriteria) {
    const Folder folder;
    const ToldStory told = tell_story(folder, "run", {"miniature_outage"});
    EXPECT_EQ(told.exit_code, 0);
    EXPECT_EQ(verdicts(told.results),
              "C1 pass, C2 pass, D1 pass, D2 pass, E1 pass, E2 pass, F1 pass, H1 pass, H2 pass");
    EXPECT_EQ(folder.entries(), (std::vector<std::string>{"run"}));
}

TEST(Story, RepeatsByItsSeed) {
    const Folder folder;
    const ToldStory first = tell_story(folder, "first", {"miniature_short"});
    const ToldStory again = tell_story(folder, "again", {"miniature_short"});
    const ToldStory other = tell_story(folder, "other", {"miniature_short", "--seed", "7"});
    EXPECT_EQ(first.trace, again.trace);
    EXPECT_NE(first.trace, other.trace);
}

TEST(Story, WhoFedWhomCoversTheStoryOnce) {
    const Folder folder;
    const json::Value results = tell_story(folder, "run", {"miniature_short"}).results;
    const json::Value& energy = *results.find("street_energy");
    double lasted = 0.0;
    for (const char* part : {"before", "island", "after"}) {
        lasted += energy.find(part)->find("lasted_s")->number();
    }
    EXPECT_NEAR(lasted, 60.0, 1e-6);
    EXPECT_EQ(result_text(*results.find("residents")->find("safety"), "answer"),
              "nothing unsafe seen");
}

TEST(Story, VerdictDoesNotHangOnTheSeed) {
    const Folder folder;
    for (int seed = 1; seed <= 10; ++seed) {
        const std::string text = std::to_string(seed);
        const ToldStory told =
            tell_story(folder, "seed" + text, {"miniature_outage", "--seed", text});
        EXPECT_EQ(told.exit_code, 0) << "seed " << seed << ": " << verdicts(told.results);
    }
}

TEST(Story, WallTimeAgreesWithSimulatedTime) {
    const Folder folder;
    const ToldStory simulated = tell_story(folder, "simulated", {"miniature_short"});
    const ToldStory wall = tell_story(folder, "wall", {"miniature_short", "--clock", "wall"});
    EXPECT_EQ(verdicts(simulated.results),
              "C1 pass, C2 pass, D1 pass, E1 pass, F1 pass, H1 pass, H2 pass");
    EXPECT_EQ(verdicts(wall.results), verdicts(simulated.results));
    EXPECT_EQ(result_text(wall.results, "clock"), "wall");
    EXPECT_GT(wall.results.find("pace")->find("tick_lateness")->find("max_s")->number(), 0.0);
    for (const char* of : {"tick_lateness", "dispatch_lateness"}) {
        const json::Value* late = wall.results.find("pace")->find(of);
        const double p50 = late->find("p50_s")->number(), p99 = late->find("p99_s")->number();
        EXPECT_LE(p50, p99) << of;
        EXPECT_LE(p99, late->find("max_s")->number()) << of;
        EXPECT_TRUE(simulated.results.find("pace")->find(of)->is(json::Kind::null)) << of;
    }
    EXPECT_EQ(wall.exit_code, 0);
}

struct Sabotage {
    const char* scenario;
    const char* must_fail;
    const char* must_hold;
};

/// The installed scenario without its fault step, which stands on a line of its own.
std::string without_fault(const std::string& scenario) {
    std::istringstream lines(fixture("scenarios/" + scenario + ".json"));
    std::string text;
    for (std::string line; std::getline(lines, line);) {
        if (line.find("\"fault\"") == std::string::npos) text += line + '\n';
    }
    return std::regex_replace(text, std::regex(R"(,(\s*\]))"), "$1");
}

class StorySabotage : public ::testing::TestWithParam<Sabotage> {};

/// Wrong devices: the criterion meant for them fails, and the same story without the fault passes.
TEST_P(StorySabotage, FailsForItsOwnReason) {
    const Sabotage& sabotage = GetParam();
    const Folder folder;
    const ToldStory told = tell_story(folder, "sabotaged", {sabotage.scenario});
    EXPECT_EQ(told.exit_code, 1);
    EXPECT_EQ(verdict_of(told.results, sabotage.must_fail), "fail") << verdicts(told.results);
    EXPECT_EQ(verdict_of(told.results, sabotage.must_hold), "pass") << verdicts(told.results);

    const std::string healthy = without_fault(sabotage.scenario);
    const auto file = folder.write("healthy.json", healthy);
    const ToldStory without = tell_story(folder, "healthy", {file});
    EXPECT_EQ(without.exit_code, 0) << verdicts(without.results);
}

INSTANTIATE_TEST_SUITE_P(OnBothStreets, StorySabotage,
                         ::testing::Values(Sabotage{"sabotage_sync", "H2", "C2"},
                                           Sabotage{"sabotage_tier0", "E2", "C1"},
                                           Sabotage{"sabotage_floor", "F1", "C1"},
                                           Sabotage{"pilot_sabotage_sync", "H2", "C2"},
                                           Sabotage{"pilot_sabotage_tier0", "E2", "C1"},
                                           Sabotage{"pilot_sabotage_floor", "F1", "C1"}),
                         [](const auto& one) { return std::string(one.param.scenario); });

}  // namespace
}  // namespace islandbench::bench
