#include "base/load_profiles.hpp"

#include <gmock/gmock.h>

#include <sstream>

#include "base/time_of_day.hpp"

namespace islandbench {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Lines of a good file of two homes: a head and 1440 minutes, by their end.
std::vector<std::string> good_lines() {
    std::vector<std::string> lines{"time,p1,p2"};
    for (int minute = 1; minute <= 1440; ++minute) {
        const std::string stamp =
            minute == 1440 ? "24:00" : format_time_of_day(minute * Duration{1min});
        lines.push_back(stamp + ":00,0." + std::to_string(minute) + ",2");
    }
    return lines;
}

std::string joined(const std::vector<std::string>& lines, const std::string& end = "\n") {
    std::string text;
    for (const std::string& line : lines) text += line + end;
    return text;
}

struct Read {
    std::vector<LoadProfile> profiles;
    std::vector<std::string> problems;
};

Read read(const std::string& text) {
    Diagnostics found;
    Read result{read_load_profiles(text, "f.csv", found), {}};
    for (const Diagnostic& one : found.list()) result.problems.push_back(to_text(one));
    return result;
}

std::vector<std::string> problems_with_line(std::size_t line, const std::string& by) {
    auto lines = good_lines();
    lines[line - 1] = by;
    return read(joined(lines)).problems;
}

TEST(LoadProfiles, ReadsAMatrixInKilowatts) {
    const Read good = read(joined(good_lines()));
    EXPECT_THAT(good.problems, IsEmpty());
    ASSERT_THAT(good.profiles, SizeIs(2));
    EXPECT_EQ(good.profiles[0].column, "p1");
    ASSERT_THAT(good.profiles[0].minutes, SizeIs(minutes_of_day));
    EXPECT_DOUBLE_EQ(good.profiles[0].minutes[0].value(), 100.0);
    EXPECT_DOUBLE_EQ(good.profiles[0].minutes[1439].value(), 144.0);
    EXPECT_DOUBLE_EQ(good.profiles[1].minutes[700].value(), 2000.0);
}

TEST(LoadProfiles, TakesWhatSpreadsheetsWrite) {
    std::vector<std::string> quoted, begins{"time,p1"}, timeless{"home one"};
    for (const std::string& line : good_lines()) {
        quoted.push_back("\"" + line.substr(0, line.find(',')) + "\" , " +
                         line.substr(line.find(',') + 1));
    }
    for (int minute = 0; minute < 1440; ++minute) {
        begins.push_back(format_time_of_day(minute * Duration{1min}) + ",1e-1");
        timeless.emplace_back("0.5");
    }
    EXPECT_THAT(read("\xEF\xBB\xBF# measured\n\n" + joined(good_lines(), "\r\n") + "\n").problems,
                IsEmpty());
    EXPECT_THAT(read(joined(quoted)).problems, IsEmpty());
    EXPECT_THAT(read(joined(begins)).problems, IsEmpty());
    const Read without = read(joined(timeless));
    EXPECT_THAT(without.problems, IsEmpty());
    ASSERT_THAT(without.profiles, SizeIs(1));
    EXPECT_EQ(without.profiles[0].minutes[7], ActivePower{500.0});
    std::string no_end = joined(good_lines());
    no_end.pop_back();
    EXPECT_THAT(read(no_end).problems, IsEmpty());
}

TEST(LoadProfiles, TellsWhatIsNoFileOfThisKind) {
    const auto empty =
        ElementsAre("f.csv: is empty; expected a line of column names and 1440 minutes");
    EXPECT_THAT(read("").problems, empty);
    EXPECT_THAT(read("\n# nothing\n\r\n").problems, empty);
    EXPECT_THAT(read("time;p1\n00:01;0,5\n").problems,
                ElementsAre(HasSubstr("f.csv:1: has semicolons")));
    EXPECT_THAT(read("time\n00:01\n").problems,
                ElementsAre("f.csv:1: has no column beside the time"));
    EXPECT_THAT(read("{\"name\": \"miniature\"}\n").problems,
                ElementsAre("f.csv: has 0 minutes, and a day has 1440"));
    EXPECT_THAT(read(std::string(9000, ',')).problems,
                ElementsAre("f.csv:1: more than 2000 columns"));
}

TEST(LoadProfiles, TellsWhatIsWrongWithAColumnsName) {
    EXPECT_THAT(problems_with_line(1, "time,,p2"), ElementsAre("f.csv:1: column 2: has no name"));
    EXPECT_THAT(problems_with_line(1, "time,p2,p2"),
                ElementsAre("f.csv:1: column 3: duplicate name \"p2\""));
    EXPECT_THAT(problems_with_line(1, "time,p1,0.044"),
                ElementsAre("f.csv:1: column 3: is named \"0.044\": the first line names the "
                            "columns"));
}

TEST(LoadProfiles, TellsWhatIsNoPowerOfAHome) {
    const auto told = [](const std::string& cell) {
        const auto problems = problems_with_line(8, "00:07:00,0.1," + cell);
        EXPECT_THAT(problems, SizeIs(1)) << cell;
        return problems.empty() ? "" : problems[0];
    };
    const std::string place = "f.csv:8: column 3 (p2): ";
    EXPECT_EQ(told("abc"), place + "\"abc\" is no number");
    EXPECT_EQ(told("0.1kW"), place + "\"0.1kW\" is no number");
    EXPECT_EQ(told("0x10"), place + "\"0x10\" is no number");
    EXPECT_EQ(told("1e999"), place + "\"1e999\" is no number");
    EXPECT_EQ(told(""), place + "is empty");
    EXPECT_EQ(told("nan"), place + "\"nan\" is no power");
    EXPECT_EQ(told("inf"), place + "\"inf\" is no power");
    EXPECT_EQ(told("-0.1"), place + "\"-0.1\" is negative; a home draws power here");
    EXPECT_EQ(told("350"), place + "\"350\" is too much for a home; the file's unit is kW");
    EXPECT_EQ(told("\x1b[2J"), place + "\"?[2J\" is no number");
    EXPECT_EQ(told(std::string(1 << 20, 'x')),
              place + "\"" + std::string(40, 'x') + "...\" is no number");
}

TEST(LoadProfiles, TellsRowsOfAnotherLength) {
    EXPECT_THAT(problems_with_line(8, "00:07:00,0.1"),
                ElementsAre("f.csv:8: has 2 cells, expected 3 as in the first line"));
    EXPECT_THAT(problems_with_line(8, "00:07:00,0,1,0,2"),
                ElementsAre("f.csv:8: has 5 cells, expected 3 as in the first line"));
}

TEST(LoadProfiles, TellsMissingAndSurplusMinutes) {
    auto lines = good_lines();
    lines.erase(lines.begin() + 30, lines.begin() + 33);
    EXPECT_THAT(read(joined(lines)).problems,
                ElementsAre("f.csv:31: column 1 (time): expected 00:30, found 00:33",
                            "f.csv: has 1437 minutes, and a day has 1440"));
    lines = good_lines();
    std::swap(lines[10], lines[11]);
    EXPECT_THAT(read(joined(lines)).problems,
                ElementsAre("f.csv:11: column 1 (time): expected 00:10, found 00:11",
                            "f.csv:12: column 1 (time): expected 00:12, found 00:10",
                            "f.csv:13: column 1 (time): expected 00:11, found 00:12"));
    lines = good_lines();
    lines.insert(lines.end(), 3, "24:00,0.1,2");
    EXPECT_THAT(read(joined(lines)).problems,
                ElementsAre("f.csv:1442: is one minute too many: a day has 1440"));
    EXPECT_THAT(problems_with_line(8, "7 past,0.1,2"),
                ElementsAre("f.csv:8: column 1 (time): \"7 past\" is no whole minute such as "
                            "\"00:01\" or \"00:01:00\""));
    EXPECT_THAT(problems_with_line(8, "00:07:30,0.1,2"), SizeIs(1));
    EXPECT_THAT(problems_with_line(2, "12:00,0.1,2"), SizeIs(2));
}

TEST(LoadProfiles, TellsEverythingAtOnceButNotWithoutEnd) {
    auto lines = good_lines();
    lines[4] = "00:04:00,x,-1";
    lines[9] = "00:09:00,,1";
    EXPECT_THAT(read(joined(lines)).problems, SizeIs(3));
    for (std::size_t k = 1; k < lines.size(); ++k) {
        lines[k] = lines[k].substr(0, lines[k].find(',')) + ",x,y";
    }
    const auto all = read(joined(lines)).problems;
    ASSERT_THAT(all, SizeIs(21));
    EXPECT_THAT(all[20], EndsWith("2860 more problems"));
}

TEST(LoadProfiles, FirstColumnsKeepTheirTextAndReadTheSame) {
    const std::string text = joined(good_lines());
    const std::string first = first_columns(text, 1);
    EXPECT_THAT(first, ::testing::StartsWith("time,p1\n00:01:00,0.1\n00:02:00,0.2\n"));
    const Read again = read("# a line in front\n" + first);
    EXPECT_THAT(again.problems, IsEmpty());
    ASSERT_THAT(again.profiles, SizeIs(1));
    EXPECT_EQ(again.profiles[0].minutes, read(text).profiles[0].minutes);
    EXPECT_EQ(first_columns(text, 2), text);
    EXPECT_EQ(first_columns(text, 9), text);
}

}  // namespace
}  // namespace islandbench
