#include <gmock/gmock.h>

#include "bench/run.hpp"
#include "bench/test/program.hpp"

/// Cores that are wrong on purpose, in charge of the same street: the bench must turn red.
namespace islandbench::bench {
namespace {

namespace core = dispatch::core;

/// Runs a shipped scenario, or a file, under a core; the verdicts are in results.json.
json::Value run_under(core::StepFunction* core, const Folder& folder, const std::string& scenario,
                      int& exit_code) {
    RunOptions options;
    options.scenario = scenario;
    options.out = folder.path() / "run";
    options.quiet = true;
    options.core = core;
    testing::internal::CaptureStdout();
    exit_code = run(options, Fixtures(std::filesystem::path(IB_SOURCE_DIR) / "fixtures"));
    (void)testing::internal::GetCapturedStdout();
    return results_of(*options.out);
}

bool in_island(const core::SiteIn& site) {
    return !site.closed;
}

/// Makes room with what must never go.
void sheds_tier_zero(const core::Config& config, const core::SiteIn& site,
                     std::span<const core::UnitIn> units, std::span<const core::HomeIn> homes,
                     core::State& state, std::span<core::UnitOut> units_out,
                     std::span<core::HomeOut> homes_out, core::SiteOut& site_out) noexcept {
    core::step(config, site, units, homes, state, units_out, homes_out, site_out);
    if (in_island(site)) homes_out.back().closed_tiers = 0;
}

/// Empties every battery as fast as it can, whatever is left in it.
void ignores_the_floor(const core::Config& config, const core::SiteIn& site,
                       std::span<const core::UnitIn> units, std::span<const core::HomeIn> homes,
                       core::State& state, std::span<core::UnitOut> units_out,
                       std::span<core::HomeOut> homes_out, core::SiteOut& site_out) noexcept {
    core::step(config, site, units, homes, state, units_out, homes_out, site_out);
    for (core::UnitOut& unit : units_out) {
        unit = {core::UnitAction::set, core::UnitDefault::own, 5000, 0, 6000, 1000};
    }
}

/// Looks on.
void does_nothing(const core::Config& /*config*/, const core::SiteIn& /*site*/,
                  std::span<const core::UnitIn> /*units*/, std::span<const core::HomeIn> /*homes*/,
                  core::State& /*state*/, std::span<core::UnitOut> /*units_out*/,
                  std::span<core::HomeOut> /*homes_out*/, core::SiteOut& /*site_out*/) noexcept {}

TEST(WrongCore, TheRightOneHolds) {
    const Folder folder;
    int exit_code = -1;
    const json::Value results = run_under(&core::step, folder, "miniature_outage", exit_code);
    EXPECT_EQ(exit_code, 0) << verdicts(results);
}

TEST(WrongCore, ThatShedsTierZeroIsRedForTheCriticalLoads) {
    const Folder folder;
    int exit_code = -1;
    const json::Value results = run_under(sheds_tier_zero, folder, "miniature_outage", exit_code);
    EXPECT_EQ(exit_code, 1);
    EXPECT_EQ(verdict_of(results, "E1"), "fail") << verdicts(results);
}

TEST(WrongCore, ThatIgnoresTheFloorIsSeenInTheTruth) {
    const Folder folder;
    const std::string healthy =
        replaced(fixture("scenarios/sabotage_floor.json"), R"("soc_report_offset": "15 %")",
                 R"("soc_report_offset": "0 %")");
    const auto story = folder.write("story.json", healthy);
    int exit_code = -1;
    const json::Value results = run_under(ignores_the_floor, folder, story, exit_code);
    EXPECT_EQ(exit_code, 1);
    EXPECT_EQ(verdict_of(results, "F1"), "fail") << verdicts(results);
}

TEST(WrongCore, ThatDoesNothingIsNeverGreen) {
    const Folder folder;
    int exit_code = -1;
    const json::Value results = run_under(does_nothing, folder, "miniature_outage", exit_code);
    EXPECT_NE(exit_code, 0);
    EXPECT_EQ(verdict_of(results, "H2"), "inconclusive") << verdicts(results);
}

}  // namespace
}  // namespace islandbench::bench
