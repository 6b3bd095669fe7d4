#include "protocols/sunspec/value.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "protocols/test/wire.hpp"

namespace islandbench::sunspec {
namespace {

using wire::Words;

/// One type: its not-implemented value, its smallest and its largest raw value, in registers.
struct Limits {
    Type type;
    Words not_implemented;
    double low;
    Words low_registers;
    double high;
    Words high_registers;
};
const std::vector<Limits>& limits() {
    static const std::vector<Limits> list{
        {Type::int16, {0x8000}, -32767, {0x8001}, 32767, {0x7FFF}},
        {Type::uint16, {0xFFFF}, 0, {0}, 65534, {0xFFFE}},
        {Type::count, {0xFFFF}, 0, {0}, 65534, {0xFFFE}},
        {Type::enum16, {0xFFFF}, 0, {0}, 65534, {0xFFFE}},
        {Type::acc16, {0}, 1, {1}, 65535, {0xFFFF}},
        {Type::bitfield16, {0xFFFF}, 0, {0}, 32767, {0x7FFF}},
        {Type::sunssf, {0x8000}, -10, {0xFFF6}, 10, {0x000A}},
        {Type::int32, {0x8000, 0}, -2147483647.0, {0x8000, 1}, 2147483647.0, {0x7FFF, 0xFFFF}},
        {Type::uint32, {0xFFFF, 0xFFFF}, 0, {0, 0}, 4294967294.0, {0xFFFF, 0xFFFE}},
        {Type::enum32, {0xFFFF, 0xFFFF}, 0, {0, 0}, 4294967294.0, {0xFFFF, 0xFFFE}},
        {Type::acc32, {0, 0}, 1, {0, 1}, 4294967295.0, {0xFFFF, 0xFFFF}},
        {Type::bitfield32, {0xFFFF, 0xFFFF}, 0, {0, 0}, 2147483647.0, {0x7FFF, 0xFFFF}},
        // 64 bits: the doubles next to the limits
        {Type::int64,
         {0x8000, 0, 0, 0},
         -9223372036854774784.0,
         {0x8000, 0, 0, 0x0400},
         9223372036854774784.0,
         {0x7FFF, 0xFFFF, 0xFFFF, 0xFC00}},
        {Type::uint64,
         {0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF},
         0,
         {0, 0, 0, 0},
         18446744073709549568.0,
         {0xFFFF, 0xFFFF, 0xFFFF, 0xF800}},
        {Type::acc64,
         {0, 0, 0, 0},
         1,
         {0, 0, 0, 1},
         9223372036854774784.0,
         {0x7FFF, 0xFFFF, 0xFFFF, 0xFC00}},
        {Type::bitfield64,
         {0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF},
         0,
         {0, 0, 0, 0},
         9223372036854774784.0,
         {0x7FFF, 0xFFFF, 0xFFFF, 0xFC00}},
    };
    return list;
}

Words encoded(Type type, double value, int exponent = 0) {
    Words registers(registers_of(type), 0xAAAA);
    return encode_number(type, value, exponent, registers) ? registers : Words{};
}
Words saturated(Type type, double value, int exponent = 0) {
    Words registers(registers_of(type), 0xAAAA);
    encode_saturated(type, value, exponent, registers);
    return registers;
}

TEST(SunSpecValue, KnowsNotImplementedOfEveryType) {
    for (const Limits& l : limits()) {
        const int type = static_cast<int>(l.type);
        EXPECT_EQ(decode_number(l.type, l.not_implemented).problem(), Problem::not_implemented)
            << type;
        EXPECT_EQ(decode_number(l.type, l.not_implemented, 3).problem(), Problem::not_implemented);
        Words registers(registers_of(l.type));
        encode_not_implemented(l.type, registers);
        EXPECT_EQ(registers, l.not_implemented) << type;
        EXPECT_EQ(saturated(l.type, std::nan("")), l.not_implemented) << type;
    }
}

TEST(SunSpecValue, EncodesUpToTheLimitsOfEveryType) {
    for (const Limits& l : limits()) {
        const int type = static_cast<int>(l.type);
        EXPECT_EQ(encoded(l.type, l.low), l.low_registers) << type;
        EXPECT_EQ(encoded(l.type, l.high), l.high_registers) << type;
        EXPECT_EQ(saturated(l.type, 1e300), l.high_registers) << type;
        EXPECT_EQ(saturated(l.type, std::numeric_limits<double>::infinity()), l.high_registers);
        const double above = std::floor(l.high * 1.000001) + 1;
        EXPECT_EQ(encoded(l.type, above), Words{}) << type;
        EXPECT_EQ(encoded(l.type, std::nan("")), Words{}) << type;
        EXPECT_EQ(encoded(l.type, -1e300), Words{}) << type;
    }
    EXPECT_EQ(encoded(Type::int16, 32768), Words{});
    EXPECT_EQ(encoded(Type::int16, -32768), Words{});
    EXPECT_EQ(encoded(Type::uint16, 65535), Words{});
    EXPECT_EQ(encoded(Type::uint16, -1), Words{});
    EXPECT_EQ(encoded(Type::bitfield16, 32768), Words{});
    EXPECT_EQ(saturated(Type::int16, -1e9), Words{0x8001});
    EXPECT_EQ(saturated(Type::uint16, -3), Words{0});
}

TEST(SunSpecValue, DecodesTheLimitsOfEveryType) {
    for (const Limits& l : limits()) {
        EXPECT_EQ(*decode_number(l.type, l.low_registers), l.low) << static_cast<int>(l.type);
        EXPECT_EQ(*decode_number(l.type, l.high_registers), l.high) << static_cast<int>(l.type);
    }
}

TEST(SunSpecValue, PutsTheHighWordFirst) {
    EXPECT_EQ(*decode_number(Type::uint32, Words{0x0001, 0x0002}), 65538.0);
    EXPECT_EQ(*decode_number(Type::int32, Words{0xFFFF, 0xFFFE}), -2.0);
    EXPECT_EQ(*decode_number(Type::uint64, Words{0, 1, 0, 2}), 4294967298.0);
    EXPECT_EQ(encoded(Type::uint32, 65538), (Words{1, 2}));
    EXPECT_EQ(encoded(Type::int32, -2), (Words{0xFFFF, 0xFFFE}));
    EXPECT_EQ(decode_raw(Type::uint32, Words{0x0001, 0x0002}), 65538U);
    EXPECT_EQ(decode_raw(Type::enum16, Words{0xFFFF}), std::nullopt);
}

TEST(SunSpecValue, ReadsFloatsAndAnyNan) {
    EXPECT_EQ(*decode_number(Type::float32, Words{0x47F1, 0x2000}), 123456.0);
    EXPECT_EQ(encoded(Type::float32, 123456.0), (Words{0x47F1, 0x2000}));
    EXPECT_EQ(*decode_number(Type::float64, Words{0xC000, 0, 0, 0}), -2.0);
    for (const Words& nan : {Words{0x7FC0, 0}, Words{0x7FBF, 0xFF80}, Words{0xFFC0, 1}}) {
        EXPECT_EQ(decode_number(Type::float32, nan).problem(), Problem::not_implemented);
    }
    EXPECT_EQ(decode_number(Type::float64, Words{0x7FF8, 0, 0, 0}).problem(),
              Problem::not_implemented);
    EXPECT_EQ(encoded(Type::float32, 1e39), Words{});
    EXPECT_EQ(saturated(Type::float32, 1e39), (Words{0x7F7F, 0xFFFF}));
    EXPECT_EQ(saturated(Type::float32, std::nan("")), (Words{0x7FC0, 0}));
}

TEST(SunSpecValue, TreatsABitfieldWithTheTopBitAsNotImplemented) {
    EXPECT_EQ(decode_raw(Type::bitfield32, Words{0x8000, 1}), std::nullopt);
    EXPECT_EQ(decode_raw(Type::bitfield32, Words{0x7FFF, 1}), 0x7FFF0001U);
    EXPECT_EQ(decode_number(Type::pad, Words{0x5A5A}).problem(), Problem::not_implemented);
}

TEST(SunSpecValue, ScalesByPowersOfTen) {
    EXPECT_EQ(*decode_number(Type::uint16, Words{4998}, -2), 49.98);
    EXPECT_EQ(*decode_number(Type::int16, Words{0xFB2E}, 1), -12340.0);
    EXPECT_EQ(*decode_number(Type::uint16, Words{1}, -10), 1e-10);
    EXPECT_EQ(*decode_number(Type::uint16, Words{1}, 10), 1e10);
    EXPECT_EQ(encoded(Type::uint16, 49.98, -2), Words{4998});
    EXPECT_EQ(encoded(Type::int16, -12340, 1), Words{0xFB2E});
}

TEST(SunSpecValue, RoundsToTheNearestAndHalvesAwayFromZero) {
    EXPECT_EQ(encoded(Type::int16, 12.4), Words{12});
    EXPECT_EQ(encoded(Type::int16, 12.5), Words{13});
    EXPECT_EQ(encoded(Type::int16, -12.5), Words{0xFFF3});
    EXPECT_EQ(encoded(Type::uint16, 230.05, -1), Words{2301});
    EXPECT_EQ(encoded(Type::uint16, 65534.4), Words{65534});
    EXPECT_EQ(encoded(Type::uint16, 65534.5), Words{});
    EXPECT_EQ(encoded(Type::uint16, -0.4), Words{0});
}

TEST(SunSpecValue, RefusesBrokenScaleFactors) {
    EXPECT_EQ(*decode_scale(0xFFFE), -2);
    EXPECT_EQ(*decode_scale(10), 10);
    EXPECT_EQ(*decode_scale(0xFFF6), -10);
    EXPECT_EQ(error_of(decode_scale(0x8000)), Problem::scale_not_implemented);
    EXPECT_EQ(error_of(decode_scale(11)), Problem::scale_out_of_range);
    EXPECT_EQ(error_of(decode_scale(0xFFF5)), Problem::scale_out_of_range);
}

TEST(SunSpecValue, LeavesTheRegistersAloneWhenItDoesNotFit) {
    Words registers{7, 7};
    EXPECT_EQ(error_code(encode_number(Type::uint32, -1, 0, registers)), ErrorCode::out_of_range);
    EXPECT_EQ(registers, (Words{7, 7}));
}

/// Whatever is decoded is encoded to the same registers again, for all types and scales that a
/// double can hold exactly.
TEST(SunSpecValue, ComesBackFromAnyRegisters) {
    Random random(7, "values");
    constexpr Type types[] = {Type::int16, Type::uint16,     Type::enum16,
                              Type::acc16, Type::int32,      Type::uint32,
                              Type::acc32, Type::bitfield32, Type::float32};
    for (int round = 0; round < 100000; ++round) {
        const Type type = types[random.bits() % std::size(types)];
        const int exponent = type == Type::float32 ? 0 : static_cast<int>(random.bits() % 21) - 10;
        const Words registers = wire::random_words(random, registers_of(type));
        const Reading reading = decode_number(type, registers, exponent);
        if (!reading || !std::isfinite(*reading)) continue;
        ASSERT_EQ(encoded(type, *reading, exponent), registers) << static_cast<int>(type);
        ASSERT_EQ(saturated(type, *reading, exponent), registers);
    }
}

TEST(Counter, AdvancesWrapsResetsAndPauses) {
    using Kind = CounterStep::Kind;
    EXPECT_EQ(counter_step(Type::acc32, 100, 150, 1000), (CounterStep{Kind::advanced, 50}));
    EXPECT_EQ(counter_step(Type::acc32, 100, 100, 1000), (CounterStep{Kind::advanced, 0}));
    EXPECT_EQ(counter_step(Type::acc32, 0xFFFFFFF0, 5, 1000), (CounterStep{Kind::wrapped, 21}));
    EXPECT_EQ(counter_step(Type::acc32, 0xFFFFFFF0, 5, 21), (CounterStep{Kind::wrapped, 21}));
    EXPECT_EQ(counter_step(Type::acc32, 0xFFFFFFF0, 5, 20), (CounterStep{Kind::reset, 5}));
    EXPECT_EQ(counter_step(Type::acc32, 5000, 30, 1000), (CounterStep{Kind::reset, 30}));
    EXPECT_EQ(counter_step(Type::acc32, 5000, 0, 1000), (CounterStep{Kind::paused, 0}));
    EXPECT_EQ(counter_step(Type::acc16, 0xFFFF, 1, 10), (CounterStep{Kind::wrapped, 2}));
    EXPECT_EQ(counter_step(Type::acc64, 0x7FFFFFFFFFFFFFFF, 1, 10),
              (CounterStep{Kind::wrapped, 2}));
    EXPECT_EQ(counter_step(Type::acc64, UINT64_MAX, 1, 10), (CounterStep{Kind::reset, 1}));
}

Words text_registers(std::string_view text, std::size_t registers) {
    Words words(registers);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        words[i / 2] = static_cast<std::uint16_t>(words[i / 2] | (i % 2 == 0 ? byte << 8 : byte));
    }
    return words;
}

TEST(SunSpecText, LiesHighByteFirst) {
    Words registers(3, 0xAAAA);
    ASSERT_TRUE(encode_text("ABC", registers).has_value());
    EXPECT_EQ(registers, (Words{0x4142, 0x4300, 0}));
    EXPECT_EQ(decode_text(Words{0x4142, 0x4300, 0}), "ABC");
}

TEST(SunSpecText, FillsItsFieldWithoutATerminator) {
    Words registers(2);
    ASSERT_TRUE(encode_text("ABCD", registers).has_value());
    EXPECT_EQ(decode_text(registers), "ABCD");
    EXPECT_EQ(error_code(encode_text("ABCDE", registers)), ErrorCode::out_of_range);
}

TEST(SunSpecText, CutsAndRepairsWhatDevicesSend) {
    using namespace std::string_view_literals;
    const auto seen = [](std::string_view bytes) { return decode_text(text_registers(bytes, 8)); };
    EXPECT_EQ(seen(""), "");
    EXPECT_EQ(seen("\0ghost"sv), "");
    EXPECT_EQ(seen("ab\0cd"sv), "ab");
    EXPECT_EQ(seen("ab\xFF\xFF\xFF"), "ab");
    EXPECT_EQ(seen("\xFF\xFF\xFF\xFF"), "");
    EXPECT_EQ(seen("ab   "), "ab");
    EXPECT_EQ(seen(" a b "), " a b");
    EXPECT_EQ(seen("Gr\xC3\xB6\xC3\x9F"
                   "e"),
              "Gr\xC3\xB6\xC3\x9F"
              "e");
    EXPECT_EQ(seen("Gr\xF6"
                   "e"),
              "Gr\xEF\xBF\xBD"
              "e");                                           // Latin-1
    EXPECT_EQ(seen("a\xC3"), "a\xEF\xBF\xBD");                // cut inside a character
    EXPECT_EQ(seen("\xC0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD");  // overlong NUL
    EXPECT_EQ(seen("\xED\xA0\x80").size(), 9U);               // a surrogate: three bad bytes
    EXPECT_EQ(seen("\xF4\x90\x80\x80").size(), 12U);          // above U+10FFFF
    EXPECT_EQ(seen("\xE0\x9F\xBF").size(), 9U);
    EXPECT_EQ(seen("\xF0\x9F\x94\x8B"), "\xF0\x9F\x94\x8B");  // four bytes
}

TEST(SunSpecText, SurvivesRandomBytes) {
    Random random(8, "text");
    for (int round = 0; round < 50000; ++round) {
        const std::string text = decode_text(wire::random_words(random, random.bits() % 17));
        ASSERT_EQ(text.find('\0'), std::string::npos);
        ASSERT_EQ(text.find('\xFF'), std::string::npos);
        // What was repaired needs no second repair.
        Words registers(64);
        ASSERT_TRUE(encode_text(text, registers).has_value());
        ASSERT_EQ(decode_text(registers), text);
    }
}

}  // namespace
}  // namespace islandbench::sunspec
