#include "base/time_of_day.hpp"

#include <gtest/gtest.h>

namespace islandbench {
namespace {

TEST(TimeOfDay, IsReadStrictly) {
    EXPECT_EQ(parse_time_of_day("00:00"), 0s);
    EXPECT_EQ(parse_time_of_day("18:00"), 18h);
    EXPECT_EQ(parse_time_of_day("07:30:15"), 7h + 30min + 15s);
    EXPECT_EQ(parse_time_of_day("23:59:59"), day - 1s);
    for (const char* wrong :
         {"", "18", "1800", "18:0", "8:00", "24:00", "18:60", "18:00:60", "-1:00", "+8:00", "18.00",
          " 18:00", "18:00 ", "18:00:", "18:00:0", "18:00:00.5", "6 pm!", "18:00Z", "1a:00"}) {
        const auto time = parse_time_of_day(wrong);
        EXPECT_FALSE(time) << wrong;
        if (time) continue;
        EXPECT_EQ(time.error().what, "expected a time of day from \"00:00\" to \"23:59\", not \"" +
                                         std::string(wrong) + "\"");
    }
}

TEST(TimeOfDay, IsWrittenAsItIsRead) {
    for (const char* text : {"00:00", "09:05", "23:59", "07:30:15", "00:00:01"}) {
        EXPECT_EQ(format_time_of_day(*parse_time_of_day(text)), text);
    }
}

TEST(TimeOfDay, StaysWithinTheDay) {
    EXPECT_EQ(within_day(18h), 18h);
    EXPECT_EQ(within_day(24h), 0h);
    EXPECT_EQ(within_day(49h), 1h);
    EXPECT_EQ(within_day(-10s), 24h - 10s);
    EXPECT_EQ(within_day(-24h), 0h);
}

}  // namespace
}  // namespace islandbench
