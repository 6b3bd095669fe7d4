#include "base/unit_text.hpp"

#include <gtest/gtest.h>

namespace islandbench {
namespace {

template <class A, class B>
concept Addable = requires(A a, B b) {
    a + b;
};
static_assert(Addable<ActivePower, ActivePower>);
static_assert(!Addable<ActivePower, ReactivePower>, "W and var are different things");
static_assert(!Addable<ActivePower, ApparentPower>);
static_assert((ActivePower{2000.0} * 90min) == Energy{3000.0});
static_assert(sizeof(Voltage) == sizeof(double));

TEST(ParseMeasure, KeepsValuesInTheUnitOfTheirDimension) {
    EXPECT_EQ(parse_measure("13.5 kWh"), (Measure{13500.0, Dimension::energy}));
    EXPECT_EQ(parse_measure("-0.5 Hz/s"), (Measure{-0.5, Dimension::rocof}));
    EXPECT_EQ(parse_measure("0.85 pu"), (Measure{0.85, Dimension::ratio}));
    EXPECT_EQ(parse_measure("20 %"), (Measure{0.2, Dimension::ratio}));
    EXPECT_EQ(parse_measure("30 deg"), (Measure{30.0, Dimension::angle}));
    EXPECT_EQ(parse_measure("10 min"), (Measure{600.0, Dimension::time}));
    EXPECT_EQ(parse_measure(" 5kVA "), (Measure{5000.0, Dimension::apparent_power}));
}

TEST(ParseMeasure, RefusesWhatIsNoQuantity) {
    for (const char* text :
         {"", "kWh", "5", "5 kwh", "5 V A", "nan W", "inf s", "1e999 W", "0x10 W"}) {
        EXPECT_FALSE(parse_measure(text).has_value()) << text;
    }
}

TEST(ParseMeasure, NamesTheUnknownUnit) {
    const auto result = parse_measure("5 parsec");

    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().what, "unknown unit \"parsec\"");
}

TEST(WriteMeasure, IsReadBackExactly) {
    for (const double value : {0.1, 1.0 / 3.0, 13500.0, -2.5e-7, 6.02214076e23}) {
        const auto back = parse_measure(write_measure(value, Dimension::active_power));
        ASSERT_TRUE(back.has_value());
        EXPECT_EQ(back->value, value);
    }
    EXPECT_EQ(parse_measure(write_measure(0.97, Dimension::ratio))->value, 0.97);
}

TEST(FormatMeasure, WritesWhatPeopleRead) {
    EXPECT_EQ(format_measure(13500.0, Dimension::energy), "13.5 kWh");
    EXPECT_EQ(format_measure(-0.02, Dimension::ratio), "-2 %");
    EXPECT_EQ(format_measure(49.982, Dimension::frequency), "49.982 Hz");
    EXPECT_EQ(format_measure(230.46, Dimension::voltage), "230.5 V");
    EXPECT_EQ(format_measure(-0.0, Dimension::active_power), "0 W");
}

TEST(FormatDuration, PicksTheUnit) {
    EXPECT_EQ(format_duration(30ms), "30 ms");
    EXPECT_EQ(format_duration(1250ms), "1.250 s");
    EXPECT_EQ(format_duration(3min + 40s), "3 min 40 s");
    EXPECT_EQ(format_duration(2h + 5min), "2 h 5 min");
    EXPECT_EQ(format_duration(-10s), "-10 s");
}

}  // namespace
}  // namespace islandbench
