#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "base/fixtures.hpp"
#include "bench/test/sabotage.hpp"

/// Every criterion can be broken by something that is wrong, and everything that is wrong breaks a
/// criterion: by real runs, each told with and without it. docs/sabotage.md is what came of them.
namespace islandbench::bench {
namespace {

using Verdicts = std::map<std::string, std::string>;

/// What can be wrong, and which criteria notice.
struct Column {
    std::string kind, name;
    std::map<std::string, std::string> cells;  ///< by criterion: "F", "f" or "i"
    std::string stories;
};

/// "F": it held, and fails. "f": it had nothing to judge, and fails. "i": it held, and is open.
std::string cell_of(const std::string& well, const std::string& sick) {
    if (well == "pass" && sick == "fail") return "F";
    if (well == "inconclusive" && sick == "fail") return "f";
    if (well == "pass" && sick == "inconclusive") return "i";
    return "";
}

/// The stronger of two runs' cells.
std::string stronger(const std::string& a, const std::string& b) {
    const std::string order = "Ffi";
    if (a.empty() || b.empty()) return a.empty() ? b : a;
    return order.find(a) <= order.find(b) ? a : b;
}

Column& column_of(std::vector<Column>& columns, const Sabotage& one) {
    const auto at = std::find_if(columns.begin(), columns.end(), [&](const Column& column) {
        return column.kind == one.kind && column.name == one.name;
    });
    if (at != columns.end()) return *at;
    columns.push_back({one.kind, one.name, {}, {}});
    return columns.back();
}

std::vector<Column> tell_all() {
    std::map<std::string, Verdicts> well;
    for (const SabotageStory& story : sabotage_stories()) {
        well[story.name] = judged_by_all(story, {});
    }
    std::vector<Column> columns;
    for (const Sabotage& one : sabotages()) {
        Column& column = column_of(columns, one);
        column.stories += (column.stories.empty() ? "" : ", ") + one.story;
        const auto stories = sabotage_stories();
        const auto story = std::find_if(stories.begin(), stories.end(),
                                        [&](const auto& tale) { return tale.name == one.story; });
        for (const auto& [id, verdict] : judged_by_all(*story, one)) {
            std::string& cell = column.cells[id];
            cell = stronger(cell, cell_of(well.at(one.story).at(id), verdict));
        }
    }
    return columns;
}

/// Criteria that no run of a minute can break; their traces in the tests of the judge do.
const std::map<std::string, std::string> by_trace{
    {"A1", "a nameplate is read once, before a story begins"},
    {"E4", "it takes four hours of island"},
    {"I2", "simulated time is never late"},
};

std::string document(const std::vector<Column>& columns) {
    std::string text = R"(# What is wrong, and who notices

Made by the tests (`SabotageMatrix.*`, then `scripts/update-docs`) from real runs on the miniature street, each told twice: as it should be, and with one thing
that is wrong. **F**: the criterion held and fails. **f**: it had nothing to judge and fails. **i**: it held and is inconclusive. A criterion that
nothing breaks, or a sabotage that no criterion fails by, fails the test. **t**: broken by a trace that was made by hand (`PilotTraces.*`), because )";
    std::string why;
    for (const auto& [id, reason] : by_trace) {
        why += (why.empty() ? "" : "; ") + reason + " (" + id + ")";
    }
    text += why +
            ". J1 to J4 judge services that a street has agreed to: `ServiceStory.*` tells each "
            "of their stories under a core that has lost just that function, and it fails.\n"
            "\n| | wrong | in the stories | fails |\n|---|---|---|---|\n";
    std::string head = "| |", line = "|---|";
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const std::string name = std::to_string(i + 1);
        std::string fails;
        for (const auto& [id, cell] : columns[i].cells) {
            if (cell == "F" || cell == "f") fails += (fails.empty() ? "" : ", ") + id;
        }
        text += "| " + name + " | " + columns[i].kind + ": " + columns[i].name + " | " +
                columns[i].stories + " | " + fails + " |\n";
        head += " " + name + " |";
        line += "---|";
    }
    text +=
        "\nDevices are wrong by a `fault` step or their settings ([which](wrong-devices.md)); "
        "wrong "
        "cores and the recorder are in the tests only; a story takes a turn.\n\n" +
        head + " trace |\n" + line + "---|\n";
    for (const std::string& id : all_criteria()) {
        text += "| " + id + " |";
        for (const Column& column : columns) {
            const std::string& cell = column.cells.at(id);
            text += cell.empty() ? " |" : " " + cell + " |";
        }
        text += by_trace.contains(id) ? " t |\n" : " |\n";
    }
    return text;
}

/// A verdict near its limit may hang on the last bit of another processor's libm.
constexpr int cells_of_another_machine = 8;

std::vector<std::string> pieces(const std::string& text, char at) {
    std::vector<std::string> all;
    std::istringstream in(text);
    for (std::string one; std::getline(in, one, at);) all.push_back(one);
    return all;
}

/// Cells of the tables that differ; any other difference counts as very many.
int different_cells(const std::string& a, const std::string& b) {
    constexpr int very_many = 1000;
    const auto lines_a = pieces(a, '\n'), lines_b = pieces(b, '\n');
    if (lines_a.size() != lines_b.size()) return very_many;
    int different = 0;
    for (std::size_t i = 0; i < lines_a.size(); ++i) {
        const auto cells_a = pieces(lines_a[i], '|'), cells_b = pieces(lines_b[i], '|');
        if (cells_a.size() != cells_b.size()) return very_many;
        if (cells_a.size() == 1 && cells_a != cells_b) return very_many;
        for (std::size_t k = 0; k < cells_a.size(); ++k) different += cells_a[k] != cells_b[k];
    }
    return different;
}

TEST(SabotageMatrix, TheDocumentMayDifferInAFewCellsOnly) {
    const std::string one = "text\n| A1 | F | |\n| A2 | F | |\n";
    EXPECT_EQ(different_cells(one, one), 0);
    EXPECT_EQ(different_cells(one, "text\n| A1 | F | F |\n| A2 | i | |\n"), 2);
    EXPECT_GT(different_cells(one, "other\n| A1 | F | |\n| A2 | F | |\n"), 100);
    EXPECT_GT(different_cells(one, "text\n| A1 | F | |\n"), 100);
}

TEST(SabotageMatrix, HasNoEmptyRowAndNoEmptyColumn) {
    const std::vector<Column> columns = tell_all();
    for (const std::string& id : all_criteria()) {
        const bool broken = std::any_of(columns.begin(), columns.end(), [&](const Column& column) {
            return column.cells.at(id) == "F" || column.cells.at(id) == "f";
        });
        EXPECT_TRUE(broken != by_trace.contains(id))
            << id << (broken ? " is broken by a run: no trace is needed" : " is broken by nothing");
    }
    for (const Column& column : columns) {
        const bool noticed =
            std::any_of(column.cells.begin(), column.cells.end(),
                        [](const auto& cell) { return cell.second == "F" || cell.second == "f"; });
        EXPECT_TRUE(noticed) << column.kind << ": " << column.name << " breaks nothing";
    }
    const std::string fresh = document(columns);
    std::ofstream(IB_BINARY_DIR "/sabotage.md", std::ios::binary) << fresh;
    const auto kept = read_text_file(IB_SOURCE_DIR "/docs/sabotage.md");
    EXPECT_LE(kept ? different_cells(*kept, fresh) : 1000, cells_of_another_machine)
        << "docs/sabotage.md is not what the runs came to: scripts/update-docs writes it anew";
}

TEST(SabotageMatrix, KnowsEveryFaultStep) {
    const std::string told = fixture("../docs/wrong-devices.md");
    std::string steps;
    for (const Sabotage& one : sabotages()) steps += one.steps;
    std::size_t kinds = 0;
    for (std::size_t at = told.find("| `"); at != std::string::npos;
         at = told.find("| `", at + 1)) {
        const std::size_t end = told.find_first_of(":`", at + 3);
        const std::string kind = told.substr(at + 3, end - at - 3);
        // Deviations are for a check to name, each of them: Deviations.EachIsNamed.
        if (kind == "deviations" || kind == "islandbench check") continue;
        EXPECT_NE(steps.find("\"" + kind + "\""), std::string::npos) << kind;
        ++kinds;
    }
    EXPECT_GT(kinds, 15U);
}

/// Every millisecond that is a multiple of seven, of every signal.
bool loses_rows(Instant at, SignalId /*signal*/) {
    return at.time_since_epoch().count() / 1'000'000 % 7 == 0;
}

/// All that is written between the heartbeats, so that every second has its sample.
bool loses_what_moves(Instant at, SignalId /*signal*/) {
    return at.time_since_epoch().count() % 1'000'000'000 > 50'000'000;
}

/// Three seconds of all signals.
bool loses_a_while(Instant at, SignalId /*signal*/) {
    return at >= Instant{15s} && at < Instant{18s};
}

TEST(WrongRecorder, ThatLosesSamplesIsNeverGreen) {
    for (const auto loses : {loses_rows, loses_what_moves, loses_a_while}) {
        const Folder folder;
        RunOptions options;
        options.scenario = "miniature_short";
        options.loses = loses;
        testing::internal::CaptureStderr();
        const RanStory ran = run_here(options, folder.path() / "run");
        EXPECT_THAT(testing::internal::GetCapturedStderr(),
                    ::testing::HasSubstr("the record is not complete"));
        EXPECT_EQ(ran.exit_code, exit_bench_error) << verdicts(ran.results);
        // Nor is it when it is judged again.
        EXPECT_NE(islandbench(folder, {"judge", "run"}).exit_code, 0);
    }
}

TEST(WrongRecorder, IsNoticedByTheCriteriaOfTheBench) {
    const Folder folder;
    RunOptions options;
    options.scenario =
        folder.write("story.json", replaced(fixture("scenarios/miniature_short.json"),
                                            R"("H1", "H2"])", R"("H1", "H2", "I1", "I2", "I3"])"));
    const RanStory whole = run_here(options, folder.path() / "whole");
    EXPECT_EQ(whole.exit_code, exit_pass) << verdicts(whole.results);
    options.loses = loses_rows;
    testing::internal::CaptureStderr();
    const RanStory lossy = run_here(options, folder.path() / "lossy");
    (void)testing::internal::GetCapturedStderr();
    EXPECT_EQ(verdict_of(lossy.results, "I1"), "fail") << verdicts(lossy.results);
    EXPECT_EQ(verdict_of(lossy.results, "I2"), "pass");
    // A verdict that the record does not bear out.
    options.loses = loses_a_while;
    testing::internal::CaptureStderr();
    const RanStory contradicted = run_here(options, folder.path() / "contradicted");
    EXPECT_THAT(testing::internal::GetCapturedStderr(),
                ::testing::HasSubstr("C1 was pass in the run and is inconclusive by its record"));
    EXPECT_EQ(verdict_of(contradicted.results, "I3"), "fail") << verdicts(contradicted.results);
}

}  // namespace
}  // namespace islandbench::bench
