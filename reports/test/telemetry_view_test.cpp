#include "reports/telemetry_view.hpp"

#include <gmock/gmock.h>

#include "reports/html_report.hpp"
#include "reports/test/synthetic_run.hpp"

namespace islandbench::reports {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Series series(const std::string& name, std::vector<double> values) {
    Series result{{name, Dimension::none, 0.0}, {}, std::move(values)};
    for (std::size_t i = 0; i < result.values.size(); ++i) {
        result.times.push_back(at_seconds(static_cast<double>(i)));
    }
    return result;
}

/// A run of which nothing is known but what the devices said.
RunRecord blind_run() {
    RunRecord run = synthetic_run();
    for (Series& one : run.series) {
        if (!one.info.name.starts_with("truth.")) continue;
        for (double& value : one.values) value = Signals::no_value;
    }
    const auto add = [&run](const std::string& name, std::vector<double> values) {
        std::erase_if(run.series, [&](const Series& one) { return one.info.name == name; });
        run.series.push_back(series(name, std::move(values)));
    };
    add("seen.pcc.closed", {1, 0, 0, 1});
    add("seen.pcc.f_island", {50, 49.9, 50, 50});
    add("seen.home1.loadctl.v", {231, 230, 229, 231});
    return run;
}

TEST(TelemetryView, TakesThePlaceOfATruthThatNobodyKnows) {
    const RunRecord run = blind_run();
    const StreetView street(run);
    EXPECT_TRUE(street.from_telemetry);
    ASSERT_NE(street.closed, nullptr);
    EXPECT_EQ(street.closed->info.name, "seen.pcc.closed");
    EXPECT_EQ(street.island_f->info.name, "seen.pcc.f_island");
    ASSERT_EQ(street.homes.size(), 3u);
    EXPECT_EQ(street.homes[0].v->info.name, "seen.home1.loadctl.v");
    EXPECT_EQ(street.grid_dead, nullptr) << "no device says that";
    EXPECT_TRUE(street.priority.empty());
    EXPECT_THAT(html_report(run), HasSubstr("what its devices said"));
}

TEST(TelemetryView, ATruthThatIsKnownIsNotReplaced) {
    const StreetView street(synthetic_run());
    EXPECT_FALSE(street.from_telemetry);
    EXPECT_EQ(street.closed->info.name, "truth.pcc.closed");
    EXPECT_THAT(html_report(synthetic_run()), Not(HasSubstr("what its devices said")));
}

TEST(TelemetryView, ItsEventsDivideTheStory) {
    RunRecord run;
    run.events = {{at_seconds(2), "seen_open", ""},
                  {at_seconds(2), "seen_island", ""},
                  {at_seconds(5), "seen_closed", ""}};
    const auto phases = story_phases(run, at_seconds(0), at_seconds(9));
    ASSERT_EQ(phases.size(), 3u);
    EXPECT_EQ(phases[1].name, "island");
    EXPECT_EQ(phases[2].name, "reconnected");
    EXPECT_EQ(phases[2].from, at_seconds(5));
}

}  // namespace
}  // namespace islandbench::reports
