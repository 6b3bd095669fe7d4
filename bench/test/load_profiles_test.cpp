#include <gmock/gmock.h>

#include <cstdlib>

#include "base/fixtures.hpp"
#include "base/load_profiles.hpp"
#include "base/time_of_day.hpp"
#include "bench/test/program.hpp"
#include "reports/store/run_reader.hpp"

/// What the homes of a run use: measured profiles, a day made from the site, and its time of day.
namespace islandbench::bench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// Homes that draw 1, 2, 3 ... kW all day, one column each.
std::string steady(int columns) {
    std::string text = "time";
    for (int k = 1; k <= columns; ++k) text += ",house" + std::to_string(k);
    for (std::size_t minute = 0; minute < minutes_of_day; ++minute) {
        text += "\n" + format_time_of_day(static_cast<std::int64_t>(minute) * Duration{1min});
        for (int k = 1; k <= columns; ++k) text += "," + std::to_string(k);
    }
    return text + "\n";
}

reports::RunRecord record_of(const std::filesystem::path& run) {
    const auto reader = reports::RunReader::open(run);
    EXPECT_TRUE(reader) << reader.error().what;
    auto record = reader->read();
    EXPECT_TRUE(record) << record.error().what;
    EXPECT_TRUE(reader->verify());
    return std::move(*record);
}

std::string kept_profiles(const reports::RunRecord& run) {
    for (const reports::RunInput& input : run.header.inputs) {
        if (input.kind == reports::load_profiles_kind) return input.text;
    }
    return "";
}

std::string trace_of(const Folder& folder, const std::string& name,
                     std::vector<std::string> arguments, int exit_code = 0) {
    arguments.insert(arguments.begin(), "run");
    arguments.insert(arguments.end(), {"--quiet", "--out", name});
    const Finished ended = islandbench(folder, std::move(arguments));
    EXPECT_EQ(ended.exit_code, exit_code) << ended.err;
    const json::Value results = results_of(folder.path() / name);
    const std::string trace = result_text(results, "trace_sha256");
    EXPECT_EQ(trace.size(), 64u);
    return trace;
}

/// A site of three homes that use a day, and a story on it.
void write_day(const Folder& folder, const std::string& start) {
    std::string site = fixture("sites/miniature.json");
    site = replaced(site, R"("name": "miniature")", R"("name": "daily")");
    for (const char* daily : {"6 kWh", "9 kWh", "15 kWh"}) {
        const std::string key = R"("appliances": [)";
        const std::size_t from = site.find(key);
        ASSERT_NE(from, std::string::npos);
        const std::size_t to = site.find("\n      ],", from);
        site.replace(from, to + 9 - from,
                     std::string(R"("demand": {"daily": ")") + daily + R"("},)");
    }
    folder.write("daily.json", site);
    std::string story = fixture("scenarios/miniature_short.json");
    story = replaced(story, R"("site": "miniature")", R"("site": "daily")");
    folder.write("story.json", replaced(story, R"("start": {)", R"("start": {)" + start));
}

TEST(LoadProfileRuns, EachHomeDrawsItsColumn) {
    const Folder folder;
    folder.write("homes.csv", steady(5));
    const Finished ended = islandbench(folder, {"run", "miniature_short", "--load-profiles",
                                                "homes.csv", "--quiet", "--out", "run"});
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    EXPECT_THAT(ended.out, HasSubstr("Loads                      measured, one-minute profiles of "
                                     "homes.csv"));
    const reports::RunRecord run = record_of(folder.path() / "run");
    for (int k = 1; k <= 3; ++k) {
        const reports::Series* p = run.find("truth.home" + std::to_string(k) + ".load_p");
        ASSERT_NE(p, nullptr);
        // Settled, and before the outage. The street is some per cent above 230 V.
        EXPECT_NEAR(p->at(at_seconds(2.0)), 1000.0 * k, 90.0 * k) << "home" << k;
    }
}

TEST(LoadProfileRuns, ARunKeepsWhatItUsedAndRepeatsFromIt) {
    const Folder folder;
    folder.write("homes.csv", steady(5));
    const std::vector<std::string> arguments{"miniature_short", "--load-profiles", "homes.csv"};
    const std::string trace = trace_of(folder, "run", arguments);
    EXPECT_EQ(trace, trace_of(folder, "again", arguments));
    EXPECT_NE(trace, trace_of(folder, "as_in_the_site", {"miniature_short"}));

    const std::string kept = kept_profiles(record_of(folder.path() / "run"));
    EXPECT_THAT(kept, AllOf(HasSubstr("# 3 of 5 columns of homes.csv, SHA-256 "),
                            HasSubstr(", kW, for home1 to home3 of miniature\n"
                                      "time,house1,house2,house3\n00:00,1,2,3\n"),
                            Not(HasSubstr(folder.path().string()))));
    folder.write("kept.csv", kept);
    EXPECT_EQ(trace,
              trace_of(folder, "from_kept", {"miniature_short", "--load-profiles", "kept.csv"}));
    EXPECT_EQ(kept_profiles(record_of(folder.path() / "as_in_the_site")), "");
}

TEST(LoadProfileRuns, ProblemsOfFileAndStoryAreToldAtOnceAndLeaveNothing) {
    const Folder folder;
    folder.write("homes.csv", replaced(steady(3), "\n07:00,1,2,3", "\n07:00,1,two,-3"));
    folder.write("few.csv", steady(2));
    folder.write("bad.json",
                 replaced(fixture("scenarios/miniature_short.json"), R"("60 s")", R"("60 V")"));
    folder.write("huge.csv", "");
    std::filesystem::resize_file(folder.path() / "huge.csv", 2ull << 30);  // one line, and a hole
    const auto before = folder.entries();
    const auto told = [&](const char* story, const char* file) {
        const Finished ended = islandbench(folder, {"run", story, "--load-profiles", file});
        EXPECT_EQ(ended.exit_code, 2);
        EXPECT_EQ(ended.out, "");
        EXPECT_EQ(folder.entries(), before) << "a run folder was left behind";
        return ended.err;
    };
    EXPECT_EQ(told("miniature_short", "homes.csv"),
              "homes.csv:422: column 3 (house2): \"two\" is no number\n"
              "homes.csv:422: column 4 (house3): \"-3\" is negative; a home draws power here\n");
    EXPECT_THAT(told("bad.json", "homes.csv"),
                AllOf(HasSubstr("$.duration: wrong unit"), HasSubstr("homes.csv:422: column 3")));
    EXPECT_EQ(told("miniature_short", "few.csv"),
              "few.csv: has 2 profiles, and site \"miniature\" has 3 homes\n");
    EXPECT_EQ(told("miniature_short", "huge.csv"),
              "huge.csv: has more than 64 MiB, and no street's day needs that\n");
    EXPECT_EQ(told("miniature_short", "/dev/zero"), "/dev/zero: is no regular file\n");
    EXPECT_EQ(told("miniature_short", "."), ".: is a folder\n");
    EXPECT_EQ(told("miniature_short", "none.csv"), "none.csv: No such file or directory\n");
}

TEST(LoadProfileRuns, MeasuredHomesGoThroughAnOutage) {
    const char* set = std::getenv("ISLANDBENCH_REFERENCE_DATA");
    const std::string file =
        (set != nullptr ? std::string(set) : std::string(IB_SOURCE_DIR "/../shared/data")) +
        "/ieee_eu_lv/load_profiles_1min_100homes.csv";
    if (!std::filesystem::exists(file)) {
        GTEST_SKIP() << "Skipped: the IEEE European LV profiles are not here; set "
                        "ISLANDBENCH_REFERENCE_DATA to the folder of ieee_eu_lv/";
    }
    const Folder folder;
    (void)trace_of(folder, "run", {"miniature_short", "--load-profiles", file});
    EXPECT_THAT(kept_profiles(record_of(folder.path() / "run")),
                AllOf(HasSubstr("# 3 of 100 columns of load_profiles_1min_100homes.csv"),
                      Not(HasSubstr(file)), HasSubstr("time,p1,p2,p3\n00:01:00,")));
}

TEST(DemandRuns, FollowTheTimeOfDayAndTheSeed) {
    const Folder folder;
    write_day(folder, "");
    const std::string evening = trace_of(folder, "evening", {"story.json"});
    EXPECT_EQ(evening, trace_of(folder, "again", {"story.json"}));
    EXPECT_NE(evening, trace_of(folder, "seed", {"story.json", "--seed", "5"}));
    write_day(folder, R"("time_of_day": "18:00", )");
    EXPECT_EQ(evening, trace_of(folder, "said", {"story.json"}));
    write_day(folder, R"("time_of_day": "03:00", )");
    EXPECT_NE(evening, trace_of(folder, "night", {"story.json"}));
}

TEST(DemandRuns, TimeOfDayIsReadStrictly) {
    const Folder folder;
    write_day(folder, R"("time_of_day": "6 pm", )");
    EXPECT_THAT(islandbench(folder, {"validate", "story.json"}).err,
                HasSubstr("$.start.time_of_day: expected a time of day from \"00:00\" to "
                          "\"23:59\", not \"6 pm\""));
}

}  // namespace
}  // namespace islandbench::bench
