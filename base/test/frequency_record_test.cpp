#include "base/frequency_record.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace islandbench {
namespace {

FrequencyRecord good(const std::string& text) {
    Diagnostics found;
    FrequencyRecord record = read_frequency_record(text, "f.csv", found);
    EXPECT_TRUE(found.empty()) << found;
    return record;
}

std::string told(const std::string& text) {
    Diagnostics found;
    (void)read_frequency_record(text, "f.csv", found);
    std::ostringstream out;
    out << found;
    return out.str();
}

TEST(FrequencyRecord, ReadsDatesAsOperatorsPublishThem) {
    for (const char* text :
         {"utc_time,frequency_hz\n2019-08-09T15:51:00Z,50.013\n2019-08-09T15:51:01.5Z,50.011\n",
          "dtm,f\n2019-08-09 15:51:00,50.013\n2019-08-09 15:51:01.5,50.011\n",
          "t,f\n2019-08-09T15:51:00+01:00,50.013\n2019-08-09T15:51:01.5+01:00,50.011\n",
          "t_s,f_hz\n100,50.013\n101.5,50.011\n"}) {
        const FrequencyRecord record = good(text);
        ASSERT_EQ(record.samples.size(), 2U) << text;
        EXPECT_EQ(record.samples[0].at, 0s);
        EXPECT_EQ(record.length(), 1500ms) << text;
        EXPECT_EQ(record.samples[1].f, Frequency{50.011});
    }
}

TEST(FrequencyRecord, GoesOnOverMidnightAndLeapDays) {
    EXPECT_EQ(good("t,f\n2019-12-31T23:59:59Z,50\n2020-01-01T00:00:01Z,50\n").length(), 2s);
    EXPECT_EQ(good("t,f\n2020-02-29T23:59:59Z,50\n2020-03-01T00:00:01Z,50\n").length(), 2s);
    EXPECT_EQ(good("t,f\n2019-02-28T23:59:59Z,50\n2019-03-01T00:00:01Z,50\n").length(), 2s);
    EXPECT_EQ(told("t,f\n2020-02-28T23:59:59Z,50\n2020-03-01T00:00:59Z,50\n"),
              "f.csv:3: time: nothing is recorded for 24 h 1 min before this row\n");
}

TEST(FrequencyRecord, TakesTimeZonesSeriously) {
    EXPECT_EQ(good("t,f\n2019-10-27T01:59:59+01:00,50\n2019-10-27T01:00:00+00:00,50\n").length(),
              1s)
        << "the clocks go back";
    EXPECT_EQ(good("t,f\n2019-08-09 15:51:00 UTC,50\n2019-08-09T10:21:01-05:30,50\n").length(), 1s);
    EXPECT_EQ(told("t,f\n2019-08-09T15:51:00Z,50\n2019-08-09T15:51:01,50\n"),
              "f.csv:3: time: \"2019-08-09T15:51:01\" among dates with a time zone: one record has "
              "times of one kind\n");
    for (const char* zone : {"+1:00", "+15:00", "+01:60", "+01-00", "+aa:00", "CET"}) {
        EXPECT_THAT(told("t,f\n0,50\n2019-08-09T15:51:00" + std::string(zone) + ",50\n"),
                    testing::HasSubstr("is no time such as"))
            << zone;
    }
}

TEST(FrequencyRecord, ReadsNothingFromATableThatIsAnother) {
    EXPECT_EQ(told("t,f,voltage\n0,50,230\n1,50,230\n"),
              "f.csv:1: has 3 columns; expected two: time and hertz\n");
    EXPECT_EQ(told("f\n50\n"), "f.csv:1: has 1 columns; expected two: time and hertz\n");
    EXPECT_EQ(told("0,50\n1,50\n2,50\n"),
              "f.csv:1: is a row of data; the first line names the two columns\n");
    EXPECT_EQ(told("2019-08-09T15:51:00Z,50\n2019-08-09T15:51:01Z,50\n"),
              "f.csv:1: is a row of data; the first line names the two columns\n");
    EXPECT_EQ(told("f_hz,t_s\n50,41\n50.1,42\n"),
              "f.csv:1: begins with \"f_hz\"; time comes first, then the frequency\n");
    EXPECT_EQ(told("System Hz,t_s\n50,41\n50.1,42\n"),
              "f.csv:1: begins with \"System Hz\"; time comes first, then the frequency\n");
}

TEST(FrequencyRecord, BoundsTimesThatNoClockHolds) {
    EXPECT_THAT(told("t,f\n0,50\n1e300,50\n"),
                testing::HasSubstr("f.csv:3: time: \"1e300\" is no"));
    EXPECT_THAT(told("t,f\n-2e9,50\n1,50\n"), testing::HasSubstr("f.csv:2: time: \"-2e9\" is no"));
    EXPECT_EQ(good("t,f\n-1e9,50\n1e9,50\n").length(), 2'000'000'000s);
}

TEST(FrequencyRecord, SaysWhatIsWrongAndWhere) {
    EXPECT_EQ(told("t,f\n0,50\n2019-02-30T12:00:00Z,50\n1,\n2,500\n2,50\n2,50\n"),
              "f.csv:3: time: \"2019-02-30T12:00:00Z\" is no time such as \"2019-08-09T15:51:00Z\" "
              "or seconds\n"
              "f.csv:4: frequency: \"\" is no frequency in Hz\n"
              "f.csv:5: frequency: \"500\" is no frequency in Hz\n"
              "f.csv:7: time: \"2\" is not after the row before\n");
    EXPECT_EQ(told("t,f\n0,50\n"), "f.csv: needs two rows at least: time and hertz\n");
    EXPECT_EQ(told(""), "f.csv: is empty; expected a line of column names\n");
}

TEST(FrequencyRecord, WrongEverywhereIsCutShort) {
    std::string text = "t,f\n";
    for (int k = 0; k < 100; ++k) text += "x,50\n";
    const std::string all = told(text);
    EXPECT_EQ(std::count(all.begin(), all.end(), '\n'), 21);
    EXPECT_THAT(all, testing::HasSubstr("80 more problems"));
}

}  // namespace
}  // namespace islandbench
