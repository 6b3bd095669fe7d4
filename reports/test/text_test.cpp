#include "reports/text.hpp"

#include <gmock/gmock.h>

namespace islandbench::reports {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(Printable, LeavesHonestTextAlone) {
    EXPECT_EQ(printable("Wechselrichter \xc3\x9c 5000 \xe2\x82\xac \xf0\x9f\x94\x8b"),
              "Wechselrichter \xc3\x9c 5000 \xe2\x82\xac \xf0\x9f\x94\x8b");
}

TEST(Printable, MakesVisibleWhatMisleads) {
    EXPECT_EQ(printable("a\xe2\x80\xae"
                        "b\xe2\x81\xa6"
                        "c"),
              "a[U+202E]b[U+2066]c");
    EXPECT_EQ(printable(std::string_view("a\0b\x1b[31m\x7f", 9)), "a[U+0000]b[U+001B][31m[U+007F]");
    EXPECT_EQ(printable("zero\xe2\x80\x8bwidth\xef\xbb\xbf"), "zero[U+200B]width[U+FEFF]");
    EXPECT_EQ(printable("line\nbreak\ttab"), "line break tab");
}

TEST(Printable, ReplacesWhatIsNoUtf8) {
    const char* replacement = "\xef\xbf\xbd";
    EXPECT_EQ(printable("\xff"), replacement);
    EXPECT_EQ(printable("\xc3"), replacement) << "cut off";
    EXPECT_EQ(printable("\xc0\xaf"), std::string(replacement) + replacement) << "overlong";
    EXPECT_THAT(printable("\xed\xa0\x80"), StartsWith(replacement)) << "surrogate";
    EXPECT_THAT(printable("\xf4\x90\x80\x80"), StartsWith(replacement)) << "beyond Unicode";
    EXPECT_EQ(printable("\xef\xbf\xbf"), "[U+FFFF]") << "XML forbids it";
}

TEST(Printable, CutsWhatIsLongAndSaysSo) {
    EXPECT_EQ(printable(std::string(4096, 'x'), 10), "xxxxxxxxxx\u2026 (4096 bytes)");
    EXPECT_EQ(printable("\xc3\x9c\xc3\x9c\xc3\x9c", 3), "\xc3\x9c\xc3\x9c\xc3\x9c");
}

TEST(Shortened, CountsCharactersNotBytes) {
    EXPECT_EQ(shortened("\xc3\x9c\xc3\x9c\xc3\x9c", 3), "\xc3\x9c\xc3\x9c\xc3\x9c");
    EXPECT_EQ(shortened("\xc3\x9c\xc3\x9c\xc3\x9c\xc3\x9c", 3), "\xc3\x9c\xc3\x9c\u2026");
}

TEST(ClockText, IsReadAtAGlance) {
    EXPECT_EQ(clock_text(at_seconds(131.5)), "02:11.500");
    EXPECT_EQ(clock_text(at_seconds(-3.2)), "-00:03.200");
    EXPECT_EQ(clock_text(at_seconds(3872.0004)), "1:04:32.000");
    EXPECT_EQ(clock_text(at_seconds(59.9996)), "01:00.000");
}

TEST(MarginText, HasASignAndAUnit) {
    using acceptance::Margin;
    EXPECT_EQ(margin_text(Margin{3.4, Dimension::voltage, 0.01}), "+3.4 V");
    EXPECT_EQ(margin_text(Margin{-4.1, Dimension::angle, -0.2}), "-4.1 deg");
    EXPECT_EQ(margin_text(std::nullopt), "-");
}

TEST(LevelText, DropsZerosThatSayNothing) {
    EXPECT_EQ(level_text(51.0, Dimension::frequency), "51 Hz");
    EXPECT_EQ(level_text(47.5, Dimension::frequency), "47.5 Hz");
    EXPECT_EQ(level_text(100.0, Dimension::voltage), "100 V");
    EXPECT_EQ(level_text(-0.1, Dimension::ratio), "\u221210 %");
}

TEST(Grouped, HasGroupsOfThree) {
    EXPECT_EQ(grouped(0), "0");
    EXPECT_EQ(grouped(999), "999");
    EXPECT_EQ(grouped(1234567), "1\u202f234\u202f567");
    EXPECT_EQ(grouped(-1234), "-1\u202f234");
}

TEST(EventText, ReadsLikeWords) {
    EXPECT_EQ(event_text("grid_back"), "grid back");
    EXPECT_EQ(event_text("fault.silent_home2"), "fault: silent home2");
}

TEST(PlainText, RoundsAsPeopleDo) {
    const std::pair<Duration, const char*> times[] = {
        {0s, "0 ms"},       {40us, "0.04 ms"},    {151ms, "151 ms"},  {999600us, "1.0 s"},
        {4320ms, "4.3 s"},  {48s, "48 s"},        {59600ms, "1 min"}, {192s, "3 min 12 s"},
        {3599800ms, "1 h"}, {7500s, "2 h 5 min"}, {7200s, "2 h"},     {100h, "100 h"}};
    for (const auto& [time, text] : times) EXPECT_EQ(plain_text(time), text);
    EXPECT_EQ(plain_text(Energy{4.96}), "5.0 Wh");
    EXPECT_EQ(plain_text(Energy{184.2}), "184 Wh");
    EXPECT_EQ(plain_text(Energy{999.7}), "1.00 kWh");
    EXPECT_EQ(plain_text(Energy{21349}), "21.3 kWh");
    EXPECT_EQ(plain_text(ActivePower{849.6}), "850 W");
    EXPECT_EQ(plain_text(ActivePower{12040}), "12.0 kW");
    EXPECT_EQ(plain_text(at_seconds(164.49)), "02:44");
    EXPECT_EQ(plain_text(at_seconds(3764.0)), "1:02:44");
}

}  // namespace
}  // namespace islandbench::reports
