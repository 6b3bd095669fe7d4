#include "base/csv.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace islandbench::csv {
namespace {

std::string told(const Diagnostics& found) {
    std::ostringstream text;
    text << found;
    return text.str();
}

TEST(Csv, LeavesOutRemarksAndEmptyLines) {
    Lines lines("\xEF\xBB\xBF# remark\n\na,b\r\n  \n1,2");
    EXPECT_EQ(lines.next(), "a,b");
    EXPECT_EQ(lines.number(), 3);
    EXPECT_EQ(lines.next(), "1,2");
    EXPECT_EQ(lines.number(), 5);
    EXPECT_EQ(lines.next(), std::nullopt);
}

TEST(Csv, TakesOffWhatSpreadsheetsPutAround) {
    EXPECT_THAT(cells_of(R"( a , "b c" ,,"")", 10), testing::ElementsAre("a", "b c", "", ""));
}

TEST(Csv, NumberIsTheWholeCell) {
    EXPECT_EQ(number_in("+1.5e3"), 1500.0);
    EXPECT_EQ(number_in("-2"), -2.0);
    for (const char* wrong : {"", "1.5 V", "nan", "inf", "+", "++1", "0x10"}) {
        EXPECT_EQ(number_in(wrong), std::nullopt) << wrong;
    }
}

TEST(CsvTable, FindsColumnsByName) {
    Diagnostics found;
    const Table table("# lines\nName, Length ,Units\nL1,12.5,m\nL2,3\n", "Lines.csv", found);
    const std::size_t length = table.column("length", found);
    ASSERT_EQ(table.rows().size(), 2U);
    EXPECT_EQ(table.number(table.rows()[0], length, found), 12.5);
    EXPECT_EQ(table.text(table.rows()[1], table.column("Units", found)), "");
    EXPECT_TRUE(found.empty()) << found;
}

TEST(CsvTable, SaysWhatIsWrongAndWhere) {
    Diagnostics found;
    const Table table("Name,Length\nL1,twelve\nL2\nL3,1,2\nL4,1,,,\n", "Lines.csv", found);
    const std::size_t length = table.column("Length", found);
    for (const Table::Row& row : table.rows()) (void)table.number(row, length, found);
    (void)table.column("Lenght", found);
    EXPECT_EQ(told(found),
              "Lines.csv:4: has more cells than the 2 columns of line 1\n"
              "Lines.csv:2: column 2 (Length): \"twelve\" is no number\n"
              "Lines.csv:3: column 2 (Length): is empty; expected a number\n"
              "Lines.csv:1: no column \"Lenght\" (did you mean \"Length\"?)\n");
}

TEST(CsvTable, EmptyFileIsToldOnce) {
    Diagnostics found;
    const Table table("# nothing\n", "Lines.csv", found);
    EXPECT_EQ(table.column("Name", found), Table::nowhere);
    EXPECT_EQ(told(found), "Lines.csv: is empty; expected a line of column names\n");
}

}  // namespace
}  // namespace islandbench::csv
