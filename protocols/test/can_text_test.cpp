#include <gmock/gmock.h>

#include "protocols/can/candump.hpp"
#include "protocols/can/slcan.hpp"
#include "protocols/test/wire.hpp"

namespace islandbench::can {
namespace {

CanFrame remote(std::uint32_t id, std::uint8_t length, bool extended = false) {
    CanFrame frame;
    frame.id = id;
    frame.extended = extended;
    frame.remote = true;
    frame.length = length;
    return frame;
}
CanFrame extended(CanFrame frame) {
    frame.extended = true;
    return frame;
}
CanFrame error(std::uint32_t classes) {
    CanFrame frame;
    frame.id = classes;
    frame.error = true;
    frame.length = 8;
    return frame;
}

struct Text {
    const char* text;
    CanFrame frame;
};

/// In the syntax of can-utils 2020.11 (cansend, candump -L).
const std::vector<Text>& cansend_texts() {
    static const std::vector<Text> list{
        {"355#1A006400", standard_frame(0x355, {0x1A, 0x00, 0x64, 0x00})},
        {"005#", standard_frame(5, {})},
        {"7FF#0102030405060708", standard_frame(0x7FF, {1, 2, 3, 4, 5, 6, 7, 8})},
        {"00000351#AB", extended(standard_frame(0x351, {0xAB}))},
        {"1FFFFFFF#",
         [] {
             CanFrame frame = extended({});
             frame.id = max_extended_id;
             return frame;
         }()},
        {"123#R", remote(0x123, 0)},
        {"123#R8", remote(0x123, 8)},
        {"00000123#R", remote(0x123, 0, true)},
        {"20000080#0000000000000000", error(0x80)},
    };
    return list;
}

TEST(Cansend, WritesAndReadsFrames) {
    for (const Text& t : cansend_texts()) {
        EXPECT_EQ(to_cansend(t.frame), t.text);
        const auto frame = parse_cansend(t.text);
        ASSERT_TRUE(frame.has_value()) << t.text;
        EXPECT_TRUE(*frame == t.frame) << t.text;
    }
    EXPECT_TRUE(*parse_cansend("7ff#0a") == standard_frame(0x7FF, {0x0A}));
}

TEST(Cansend, RefusesNonsense) {
    for (const char* text : {"", "#", "355", "35#00", "3555#00", "800#00", "355#0", "355#0G",
                             "355#010203040506070809", "355##112233", "355#R9", "355#R88", "355#RX",
                             "40000000#00", "+55#00", "3 5#00", "355# 1"}) {
        const auto frame = parse_cansend(text);
        ASSERT_FALSE(frame.has_value()) << text;
        EXPECT_EQ(error_code(frame), ErrorCode::bad_input);
    }
}

TEST(Candump, WritesALine) {
    EXPECT_EQ(to_candump({12s + 345678us, "can0", standard_frame(0x355, {0x1A, 0, 0x64, 0})}),
              "(0000000012.345678) can0 355#1A006400");
    EXPECT_EQ(to_candump({1700000000s, "home1", standard_frame(0x305, {})}),
              "(1700000000.000000) home1 305#");
}

TEST(Candump, ReadsLines) {
    const CandumpLine line{12s + 345678us, "can0", standard_frame(0x355, {0x1A, 0, 0x64, 0})};
    for (const char* text :
         {"(0000000012.345678) can0 355#1A006400", "(12.345678) can0 355#1A006400",
          "(0000000012.345678)   can0 355#1A006400", "(0000000012.345678) can0 355#1A006400 R",
          "(0000000012.345678) can0 355#1A006400 T"}) {
        const auto parsed = parse_candump(text);
        ASSERT_TRUE(parsed.has_value()) << text;
        EXPECT_TRUE(*parsed == line) << text;
    }
}

TEST(Candump, RefusesNonsense) {
    for (const char* text :
         {"", "DROPCOUNT: dropped 3 CAN frames", "(12.345678)", "(12.345678) ", "(12.345678) can0",
          "(12.34567) can0 355#00", "(12) can0 355#00", "(-1.000000) can0 355#00",
          "(1.-00001) can0 355#00", "(99999999999.000000) can0 355#00", "(1.000000) can0 355",
          "1.000000 can0 355#00", "(1.000000 can0 355#00"}) {
        EXPECT_FALSE(parse_candump(text).has_value()) << text;
    }
}

/// The LAWICEL CAN232 manual's syntax.
const std::vector<Text>& slcan_texts() {
    static const std::vector<Text> list{
        {"t35541A006400", standard_frame(0x355, {0x1A, 0x00, 0x64, 0x00})},
        {"t7FF0", standard_frame(0x7FF, {})},
        {"T0000035121122", extended(standard_frame(0x351, {0x11, 0x22}))},
        {"r1238", remote(0x123, 8)},
        {"R000001230", remote(0x123, 0, true)},
    };
    return list;
}

TEST(Slcan, WritesAndReadsFrames) {
    for (const Text& t : slcan_texts()) {
        EXPECT_EQ(slcan::encode(t.frame), std::string(t.text) + "\r");
        const auto frame = slcan::decode(t.text);
        ASSERT_TRUE(frame.has_value()) << t.text;
        EXPECT_TRUE(*frame == t.frame) << t.text;
    }
    EXPECT_TRUE(*slcan::decode("t7ff1ab1234") == standard_frame(0x7FF, {0xAB}));  // with a stamp
}

TEST(Slcan, RefusesNonsense) {
    for (const char* line :
         {"", "t", "t355", "t35591122334455667788AA", "t8000", "t3551", "t35511", "t3551GG",
          "t35511122", "T2000000000", "T3551AA", "x3551AA", "r12380"}) {
        EXPECT_FALSE(slcan::decode(line).has_value()) << line;
    }
    EXPECT_FALSE(slcan::is_frame("S6"));
    EXPECT_FALSE(slcan::is_frame(""));
}

wire::Bytes bytes_of(std::string_view text) {
    return wire::Bytes(text.begin(), text.end());
}

TEST(SlcanLines, CutsAtCarriageReturns) {
    slcan::LineStream lines;
    lines.push(bytes_of("C\rS6\rO\r\nt355"));
    EXPECT_EQ(lines.pull(), "C");
    EXPECT_EQ(lines.pull(), "S6");
    EXPECT_EQ(lines.pull(), "O");
    EXPECT_EQ(lines.pull(), std::nullopt);
    lines.push(bytes_of("11A\r\a\r"));
    EXPECT_EQ(lines.pull(), "t35511A");
    EXPECT_EQ(lines.pull(), slcan::refused);
    EXPECT_EQ(lines.pull(), "");  // done
    EXPECT_EQ(lines.pull(), std::nullopt);
}

TEST(SlcanLines, CutsEndlessLines) {
    slcan::LineStream lines;
    lines.push(wire::Bytes(1000, 'x'));
    lines.push(bytes_of("\rt7FF0\r"));
    std::size_t longest = 0, total = 0;
    std::string last;
    while (const auto line = lines.pull()) {
        longest = std::max(longest, line->size());
        total += line->size();
        last = *line;
    }
    EXPECT_EQ(longest, slcan::LineStream::max_line);
    EXPECT_EQ(total, 1000U + 5U);
    EXPECT_EQ(last, "t7FF0");
}

CanFrame random_frame(Random& random) {
    CanFrame frame;
    frame.extended = random.chance(0.5);
    frame.remote = random.chance(0.2);
    frame.id = static_cast<std::uint32_t>(random.bits()) &
               (frame.extended ? max_extended_id : max_standard_id);
    frame.length = static_cast<std::uint8_t>(random.bits() % 9);
    for (std::size_t i = 0; i < frame.payload().size(); ++i) {
        frame.data[i] = static_cast<std::uint8_t>(random.bits());
    }
    return frame;
}

TEST(CanText, BringsAnyFrameBack) {
    Random random(12, "frames");
    for (int round = 0; round < 20000; ++round) {
        const CanFrame frame = random_frame(random);
        ASSERT_TRUE(*parse_cansend(to_cansend(frame)) == frame);
        std::string line = slcan::encode(frame);
        line.pop_back();
        ASSERT_TRUE(*slcan::decode(line) == frame);
        const CandumpLine logged{std::chrono::microseconds(random.bits() % 1'000'000'000'000),
                                 "vcan0", frame};
        ASSERT_TRUE(*parse_candump(to_candump(logged)) == logged);
    }
}

TEST(CanText, SurvivesRandomBytes) {
    Random random(13, "noise");
    constexpr std::string_view alphabet = "tTrR0123456789ABCDEF#.() canRX\r\a";
    int frames = 0;
    for (int round = 0; round < 100000; ++round) {
        std::string text;
        for (auto n = random.bits() % 30; n > 0; --n) {
            text += random.chance(0.9) ? alphabet[random.bits() % alphabet.size()]
                                       : static_cast<char>(random.bits());
        }
        for (const auto& frame : {parse_cansend(text), slcan::decode(text)}) {
            if (!frame) continue;
            ++frames;
            ASSERT_LE(frame->payload().size(), 8U);
            ASSERT_LE(frame->id, max_extended_id);
        }
        (void)parse_candump("(1.000000) can0 " + text);
        (void)parse_candump(text);
    }
    EXPECT_GT(frames, 10);
}

}  // namespace
}  // namespace islandbench::can
