#include <gmock/gmock.h>

#include <csignal>

#include "base/fixtures.hpp"
#include "bench/test/program.hpp"

/// A stored run judged once more.
namespace islandbench::bench {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// A catalogue with criteria of these ids and formulas.
std::string catalogue(const std::vector<std::pair<std::string, std::string>>& criteria) {
    std::string text = R"({"name": "own", "title": "t", "criteria": [)";
    for (const auto& [id, formula] : criteria) {
        text += (text.back() == '[' ? "" : ", ") +
                (R"({"id": ")" + id + R"(", "title": "a title", "severity": "S1", "clause": "c",
                 "basis": "b", "certainty": "S", "formulas": [")" +
                 formula + R"("]})");
    }
    return text + "]}";
}

/// A minute with an outage, told once for all tests.
const Folder& told() {
    static const Folder folder;
    static const int code =
        islandbench(folder, {"run", "miniature_short", "--quiet", "--out", "run"}).exit_code;
    EXPECT_EQ(code, 0);
    return folder;
}

std::string bytes_of(const std::filesystem::path& file) {
    const auto text = read_text_file(file);
    EXPECT_TRUE(text.has_value()) << file;
    return text.value_or("");
}

json::Value read(const std::string& text) {
    Diagnostics problems;
    json::Value value = json::parse(text, "stdout", problems);
    EXPECT_TRUE(problems.empty()) << problems << text;
    return value;
}

std::string text_at(const json::Value& row, const char* side, const char* key) {
    const json::Value* verdict = row.find(side);
    if (verdict == nullptr || !verdict->is(json::Kind::object)) return "none";
    return std::string(verdict->find(key)->text());
}

TEST(Rejudge, ByItsOwnCriteriaComesToTheSame) {
    const std::string before = bytes_of(told().path() / "run/run.sqlite");
    const auto entries = std::distance(std::filesystem::directory_iterator(told().path() / "run"),
                                       std::filesystem::directory_iterator());
    const Finished judged = islandbench(told(), {"judge", "run"});
    EXPECT_EQ(judged.exit_code, 0) << judged.out << judged.err;
    EXPECT_THAT(judged.out, AllOf(HasSubstr("PASS then, PASS now: 0 of 7 moved"),
                                  HasSubstr("known to the dead band")));
    EXPECT_EQ(islandbench(told(), {"judge", "run", "--criteria", "pilot"}).exit_code, 0);
    EXPECT_EQ(bytes_of(told().path() / "run/run.sqlite"), before);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(told().path() / "run"),
                            std::filesystem::directory_iterator()),
              entries);
}

TEST(Rejudge, KnowsTheFiguresOfEveryCodeOfTheSite) {
    told().write("codes.json",
                 catalogue({{"N1",
                             "always: truth.pcc.p <= 1 MW * (profile.gb_g100.export.counted_after "
                             "/ 15 s)"}}));
    const Finished judged = islandbench(told(), {"judge", "run", "--criteria", "codes.json"});
    EXPECT_EQ(judged.exit_code, 0) << judged.out << judged.err;
}

TEST(Rejudge, JudgesTheBenchFromTheRecordToo) {
    const Finished judged = islandbench(told(), {"judge", "run", "--criteria", "pilot", "--json"});
    EXPECT_EQ(judged.exit_code, 0) << judged.err;
    told().write(
        "bench.json",
        replaced(replaced(catalogue({{"N1", "at read_back: bench.record.missing <= 0"},
                                     {"N2", "at read_back: bench.record.contradicted <= 0"}}),
                          R"("certainty": "S",)", R"("certainty": "S", "source": "bench",)"),
                 R"("N2", "title": "a title", "severity": "S1",)",
                 R"("N2", "title": "a title", "severity": "S1", "source": "bench",)"));
    const Finished of_bench = islandbench(told(), {"judge", "run", "--criteria", "bench.json"});
    EXPECT_EQ(of_bench.exit_code, 0) << of_bench.out << of_bench.err;
    EXPECT_THAT(of_bench.out, HasSubstr("N2"));
}

TEST(Rejudge, ShowsWhatMoved) {
    told().write("own.json", catalogue({{"C1", "always: truth.pcc.i <= 1 kA"},
                                        {"D1",
                                         "from island until reclosed: "
                                         "abs(truth.island.f - 50 Hz) <= 1 mHz"},
                                        {"C7", "always: truth.pcc.i <= 0 A"},
                                        {"N1", "within 5 s after outage: pcc.closed is open"},
                                        {"N2", "always: count of outage in 1 min < 2"}}));
    const Finished judged = islandbench(told(), {"judge", "run", "--criteria", "own.json"});
    EXPECT_EQ(judged.exit_code, 1) << judged.out << judged.err;
    EXPECT_THAT(judged.out, HasSubstr("PASS then, FAIL now: 8 of 9 moved"));
    EXPECT_THAT(judged.out, HasSubstr("limits that are not the installed ones: criteria "));

    const Finished machine =
        islandbench(told(), {"judge", "run", "--criteria", "own.json", "--json"});
    EXPECT_EQ(machine.exit_code, 1);
    const json::Value root = read(machine.out);
    EXPECT_EQ(root.find("exit_code")->number(), 1.0);
    EXPECT_EQ(root.find("then")->find("verdict")->text(), "pass");
    EXPECT_EQ(root.find("now")->find("verdict")->text(), "fail");
    std::vector<std::string> rows;
    for (const json::Value& row : root.find("criteria")->items()) {
        rows.push_back(std::string(row.find("id")->text()) + " " + text_at(row, "then", "verdict") +
                       " " + text_at(row, "now", "verdict"));
    }
    EXPECT_THAT(rows, ElementsAre("C1 pass pass", "D1 pass fail", "N1 none pass", "N2 none pass",
                                  "C2 pass none", "E1 pass none", "F1 pass none", "H1 pass none",
                                  "H2 pass none"));
    EXPECT_EQ(root.find("criteria")->items()[1].find("now")->find("unit")->text(), "Hz");
}

TEST(Rejudge, DoesNotDecideWhatTheRecordDoesNotShow) {
    // Nearer to its limit than the dead band: nobody can know.
    told().write("near.json", catalogue({{"N1", "always: truth.home1.v <= truth.home1.v + 1 mV"}}));
    const Finished judged = islandbench(told(), {"judge", "run", "--criteria", "near.json"});
    EXPECT_EQ(judged.exit_code, 4) << judged.out << judged.err;
    EXPECT_THAT(judged.out, HasSubstr("within uncertainty: truth.home1.v was "));
}

TEST(Rejudge, RefusesWhatItCannotUse) {
    EXPECT_EQ(islandbench(told(), {"judge", "nowhere"}).exit_code, 3);
    const Finished absent = islandbench(told(), {"judge", "run", "--criteria", "plot"});
    EXPECT_EQ(absent.exit_code, 2);
    EXPECT_THAT(absent.err, HasSubstr("did you mean \"pilot\"?"));
    told().write("wrong.json", catalogue({{"N1", "always: truth.iland.f <= 51 Hz"}}));
    const Finished wrong = islandbench(told(), {"judge", "run", "--criteria", "wrong.json"});
    EXPECT_EQ(wrong.exit_code, 2);
    EXPECT_THAT(wrong.err, AllOf(HasSubstr("wrong.json:2: $.criteria[0].formulas[0]: column 9"),
                                 HasSubstr("did you mean \"truth.island.f\"?")));
    told().write("none.json", catalogue({{"C7", "always: truth.pcc.i <= 1 kA"}}));
    EXPECT_EQ(islandbench(told(), {"judge", "run", "--criteria", "none.json"}).exit_code, 5);
}

TEST(Rejudge, JudgesNothingThatWasChanged) {
    const Folder folder;
    std::string bytes = bytes_of(told().path() / "run/run.sqlite");
    const std::size_t at = bytes.find("The grid has been healthy");
    ASSERT_NE(at, std::string::npos);
    bytes[at] = 't';
    std::filesystem::create_directory(folder.path() / "run");
    folder.write("run/run.sqlite", bytes);
    const Finished judged = islandbench(folder, {"judge", "run"});
    EXPECT_EQ(judged.exit_code, 3);
    EXPECT_THAT(judged.err, AllOf(HasSubstr("fit its seal"), HasSubstr("it is not judged")));
    EXPECT_EQ(judged.out, "");
}

TEST(Rejudge, AKilledRunIsJudgedAsFarAsItGoesAndIsNeverGreen) {
    const Folder folder;
    folder.write("long.json", R"({"name": "tale", "site": "miniature", "duration": "2 h", "seed": 1,
        "steps": [{"at": "5 s", "outage": {}}], "criteria": ["C1", "H1"]})");
    Program program(folder, {"run", "long.json", "--out", "run"});
    ASSERT_TRUE(program.says("outage"));
    program.signal(SIGKILL);
    program.wait();
    const Finished judged = islandbench(folder, {"judge", "run"});
    const Finished report = islandbench(folder, {"report", "run"});
    EXPECT_EQ(judged.exit_code, 3) << judged.out << judged.err;
    EXPECT_EQ(judged.exit_code, report.exit_code);
    EXPECT_THAT(judged.out,
                AllOf(HasSubstr("Then: The run was never finished"), Not(HasSubstr("PASS now"))));
}

}  // namespace
}  // namespace islandbench::bench
