#include <gmock/gmock.h>

#include <csignal>
#include <cstring>

#include "base/fixtures.hpp"
#include "bench/test/program.hpp"
#include "reports/store/run_reader.hpp"

/// What services must not forget when the process ends, however it ends.
namespace islandbench::bench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// The batteries are at their owners' reserves and cannot help: import stays above its limit, and
/// after a minute the street is locked.
constexpr const char* beyond_its_limit = R"({
  "name": "beyond", "site": "miniature", "duration": "100 s", "seed": 5,
  "start": {"soc": {"home1": "25 %", "home2": "25 %", "former": "25 %"}},
  "services": {"import_limit": "1 kW"},
  "steps": [{"at": "95 s", "load_step": {"at": "home1", "tier": 3, "p": "200 W", "for": "5 s"}}],
  "criteria": ["F1"]
})";

std::string text_of(const std::filesystem::path& path) {
    return read_text_file(path).value_or("");
}

double limit_at(const std::filesystem::path& run, double seconds) {
    const auto record = reports::RunReader::open(run)->read();
    const reports::Series* limit = record->find("dispatch.limit");
    return limit->at(story_start + from_seconds(seconds));
}

struct Told {
    Finished program;
    double limit = -1.0;  ///< soon after the story's begin
};
Told tell_again(const Folder& folder, const std::string& run) {
    Told told;
    told.program = islandbench(folder, {"run", "beyond.json", "--keep", "kept.json", "--out", run});
    told.limit = limit_at(folder.path() / run, 3.0);
    return told;
}

TEST(KeptServices, ALockOutOutlivesTheProcess) {
    const Folder folder;
    folder.write("beyond.json", beyond_its_limit);

    EXPECT_EQ(tell_again(folder, "first").limit, 0.0);
    EXPECT_EQ(limit_at(folder.path() / "first", 95.0), 2.0) << "locked after a minute";
    EXPECT_THAT(text_of(folder.path() / "kept.json"), HasSubstr("\"limit\": 2"));

    const Told second = tell_again(folder, "second");
    EXPECT_EQ(second.limit, 2.0);
    EXPECT_THAT(second.program.err, HasSubstr("what was counted is known"));

    std::filesystem::remove(folder.path() / "kept.json");
    EXPECT_EQ(tell_again(folder, "third").limit, 0.0) << "nobody told it";
}

TEST(KeptServices, AKillInTheMiddleForgetsNothing) {
    const Folder folder;
    folder.write("beyond.json", beyond_its_limit);
    folder.write("long.json", replaced(beyond_its_limit, "100 s", "2 h"));
    Program program(folder, {"run", "long.json", "--keep", "kept.json", "--out", "killed"});
    ASSERT_TRUE(program.says("load_step"));
    program.signal(SIGKILL);
    EXPECT_EQ(program.wait().exit_code, -1);
    // And as if it had been in the middle of writing.
    folder.write("kept.json.new", "{\"services\": 1, \"writ");

    EXPECT_EQ(tell_again(folder, "next").limit, 2.0);
}

TEST(KeptServices, ADamagedOrOldFileMeansRestAndIsToldAndPutAside) {
    const Folder folder;
    folder.write("beyond.json", beyond_its_limit);
    for (const char* text : {"{\"services\": 1, \"writ", "{\"services\": 0}", ""}) {
        folder.write("kept.json", text);

        const Told told =
            tell_again(folder, std::string("run") + std::to_string(std::strlen(text)));

        EXPECT_EQ(told.limit, 2.0) << text;
        EXPECT_THAT(told.program.err, AllOf(HasSubstr("kept.json is "), HasSubstr("rest as in")));
        EXPECT_EQ(text_of(folder.path() / "kept.json.unreadable"), text);
        EXPECT_THAT(text_of(folder.path() / "kept.json"), HasSubstr("\"limit\": 2"));
    }
}

TEST(KeptServices, AFileThatCannotBeIsNamedBeforeTheStory) {
    const Folder folder;
    folder.write("beyond.json", beyond_its_limit);
    folder.write("blocked", "");

    const Finished told =
        islandbench(folder, {"run", "beyond.json", "--keep", "blocked/kept.json", "--out", "run"});

    EXPECT_EQ(told.exit_code, 3);
    EXPECT_THAT(told.err, HasSubstr("blocked/kept.json.new: "));
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "run"));
}

TEST(KeptServices, WithoutAFileNothingIsKept) {
    const Folder folder;
    folder.write("beyond.json", beyond_its_limit);
    (void)islandbench(folder, {"run", "beyond.json", "--out", "run"});

    EXPECT_THAT(folder.entries(), Not(::testing::Contains(HasSubstr("services"))));
}

}  // namespace
}  // namespace islandbench::bench
