#include <gtest/gtest.h>

#include "protocols/modbus/rtu.hpp"
#include "protocols/test/wire.hpp"

namespace islandbench::modbus {
namespace {

using wire::bytes;
using wire::bytes_of;

Pdu pdu(const char* hex) {
    return Pdu(bytes(hex));
}

struct Golden {
    std::uint8_t unit;
    const char* pdu;
    const char* frame;
};

// The example of the serial line standard (02 07), its register read, and what is asked of meters.
constexpr Golden golden[] = {
    {0x02, "07", "02 07 41 12"},
    {0x11, "03 00 6B 00 03", "11 03 00 6B 00 03 76 87"},
    {0x11, "03 06 AE 41 56 52 43 40", "11 03 06 AE 41 56 52 43 40 49 AD"},
    {0x01, "04 00 00 00 02", "01 04 00 00 00 02 71 CB"},
    {0x0A, "81 02", "0A 81 02 B0 53"},
};

TEST(Rtu, EncodesGoldenFrames) {
    for (const Golden& one : golden) {
        EXPECT_EQ(bytes_of(encode_rtu(Adu{0, one.unit, pdu(one.pdu)})), bytes(one.frame));
    }
}

TEST(Rtu, DecodesGoldenFrames) {
    for (const Golden& one : golden) {
        const auto adu = decode_rtu(bytes(one.frame));
        ASSERT_TRUE(adu.has_value()) << one.frame;
        EXPECT_TRUE(*adu == (Adu{0, one.unit, pdu(one.pdu)})) << one.frame;
    }
}

TEST(Rtu, RefusesWhatIsNoFrame) {
    for (const char* frame : {"", "02", "02 07 41", "02 07 12 41", "02 07 41 13", "03 07 41 12"}) {
        const auto adu = decode_rtu(bytes(frame));
        ASSERT_FALSE(adu.has_value()) << frame;
        EXPECT_EQ(adu.error().code, ErrorCode::bad_frame);
    }
    EXPECT_FALSE(decode_rtu(wire::Bytes(257)).has_value());
}

/// Every single bit that flips on the line is seen.
TEST(Rtu, SeesEveryFlippedBit) {
    const wire::Bytes frame = bytes("11 03 06 AE 41 56 52 43 40 49 AD");
    for (std::size_t bit = 0; bit < 8 * frame.size(); ++bit) {
        wire::Bytes flipped = frame;
        flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
        EXPECT_FALSE(decode_rtu(flipped).has_value()) << bit;
    }
}

TEST(Rtu, TakesTheLongestFrame) {
    Pdu longest;
    longest.resize(max_pdu_size);
    const RtuBytes frame = encode_rtu(Adu{0, 247, longest});
    EXPECT_EQ(frame.size(), 256u);
    EXPECT_EQ(decode_rtu(frame)->pdu.size(), max_pdu_size);
}

TEST(Rtu, KnowsHowLongCharactersAndSilencesTake) {
    EXPECT_EQ(character_time({9600, 'N', 1}), Duration{1s} * 10 / 9600);
    EXPECT_EQ(character_time({19200, 'E', 1}), Duration{1s} * 11 / 19200);
    EXPECT_EQ(character_time({9600, 'O', 2}), Duration{1s} * 12 / 9600);
    EXPECT_EQ(frame_gap({9600, 'E', 1}), character_time({9600, 'E', 1}) * 7 / 2);
    EXPECT_EQ(frame_gap({19201, 'E', 1}), 1750us);
    EXPECT_EQ(frame_gap({115200, 'N', 1}), 1750us);
}

}  // namespace
}  // namespace islandbench::modbus
