#include <gmock/gmock.h>

#include "bench/run.hpp"
#include "bench/test/program.hpp"
#include "emulators/plant/test/tamper.hpp"

/// Worlds that are wrong on purpose: a bench whose own street breaks the laws of physics must say
/// that, and judge nothing by it.
namespace islandbench::bench {
namespace {

using ::testing::HasSubstr;

constexpr Instant tampered_at = at_seconds(30.0);

struct Told {
    int exit_code = -1;
    std::string err;
    json::Value results;
};

Told run_in(void (*tamper)(plant::Street&)) {
    const Folder folder;
    RunOptions options;
    options.scenario = "miniature_outage";
    options.out = folder.path() / "run";
    options.quiet = true;
    options.tamper = tamper;
    Told told;
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    told.exit_code = run(options, Fixtures(std::filesystem::path(IB_SOURCE_DIR) / "fixtures"));
    told.err = testing::internal::GetCapturedStderr();
    (void)testing::internal::GetCapturedStdout();
    told.results = results_of(*options.out);
    return told;
}

void expect_bench_error(const Told& told, const char* law) {
    EXPECT_EQ(told.exit_code, exit_bench_error);
    EXPECT_THAT(told.err, HasSubstr("the emulated street broke a law of physics at 30 s: "));
    EXPECT_THAT(told.err, HasSubstr(law));
    EXPECT_THAT(told.results.find("plant_laws")->find("broken")->text(), HasSubstr(law));
    EXPECT_EQ(told.results.find("exit_code")->integer(), exit_bench_error);
    EXPECT_NE(told.results.find("verdict")->text(), "pass");
    EXPECT_LT(told.results.find("simulated_s")->number(), 41.0) << "it ends at once";
}

TEST(Physics, TheRightWorldObeysItsLaws) {
    const Told told = run_in([](plant::Street&) {});
    EXPECT_EQ(told.exit_code, exit_pass);
    EXPECT_EQ(told.results.find("plant_laws")->find("broken")->text(), "");
}

TEST(Physics, CurrentFromNowhereIsABenchError) {
    expect_bench_error(run_in([](plant::Street& street) {
                           if (street.now() >= tampered_at) plant::Tamper::inject(street, 0, 1.0);
                       }),
                       "power balance at ");
}

TEST(Physics, EnergyFromNothingIsABenchError) {
    expect_bench_error(run_in([](plant::Street& street) {
                           if (street.now() >= tampered_at) {
                               plant::Tamper::report(*street.hybrid(0), 5.0);
                           }
                       }),
                       "energy from nothing: ");
}

}  // namespace
}  // namespace islandbench::bench
