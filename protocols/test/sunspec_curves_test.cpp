// Curves: as many points as the device has room for, as many curves as it has.
#include <gtest/gtest.h>

#include "protocols/sunspec/block.hpp"
#include "protocols/sunspec/image.hpp"
#include "protocols/test/wire.hpp"

namespace islandbench::sunspec {
namespace {

constexpr auto act_pt = curve_point<705>("Crv.ActPt");
constexpr auto volt = curve_point<705>("Crv.Pt.V");
constexpr auto var = curve_point<705>("Crv.Pt.Var");
constexpr auto read_only = curve_point<705>("Crv.ReadOnly");

/// Two volt-var curves with room for four points.
Image two_curves() {
    Image image(0);
    image.add(1);
    image.add(705, 2, 4);
    EXPECT_TRUE(image.set(point<705>("V_SF"), -1).has_value());
    EXPECT_TRUE(image.set(point<705>("DeptRef_SF"), -1).has_value());
    return image;
}

wire::Words registers_of(const Image& image, std::uint16_t address, std::size_t count) {
    wire::Words words(count);
    EXPECT_TRUE(image.read(address, words).has_value());
    return words;
}

constexpr std::uint16_t m705 = 2 + 68;
constexpr std::uint16_t l705 = 13 + 2 * (10 + 2 * 4);

TEST(Curves, StandWhereTheModelFilePutsThem) {
    Image image = two_curves();
    EXPECT_TRUE(image.set(act_pt.at(1, 4), 3).has_value());
    EXPECT_TRUE(image.set(volt.at(1, 4, 2), 97.5).has_value());
    EXPECT_TRUE(image.set(var.at(1, 4, 2), -44.0).has_value());
    const wire::Words words = registers_of(image, m705, l705 + 2);
    EXPECT_EQ(words[1], l705);
    EXPECT_EQ(words[5], 4);                             // NPt
    EXPECT_EQ(words[6], 2);                             // NCrv
    EXPECT_EQ(words[15 + 18], 3);                       // ActPt of the second curve
    EXPECT_EQ(words[15 + 18 + 10 + 4], 975);            // V of its third point
    EXPECT_EQ(words[15 + 18 + 10 + 5], 0x10000 - 440);  // Var of its third point
    EXPECT_EQ(words[15 + 10], 0xFFFF);                  // V of the first curve: not implemented
    EXPECT_EQ(words[15 + 11], 0x8000);
}

TEST(Curves, AreSeenByADriverOnceItKnowsTheirSlots) {
    Image image = two_curves();
    EXPECT_TRUE(image.set(volt.at(1, 4, 3), 103.0).has_value());
    const ModelAddress where{705, m705, l705};
    Block block(where);
    for (const auto& piece : plan_reads(where, 125)) {
        EXPECT_LE(piece.address + piece.quantity, m705 + 15);  // the part before the curves
        block.put(piece, registers_of(image, piece.address, piece.quantity));
    }
    EXPECT_EQ(block.view().slots(), 4);
    EXPECT_EQ(block.view().repetitions(), 2);
    EXPECT_EQ(block.view().number(volt.at(1, 4, 3)).problem(), Problem::not_read);
    block.begin();
    for (const auto& piece : plan_reads(where, 20, {}, 4)) {
        EXPECT_LE(piece.quantity, 20);
        block.put(piece, registers_of(image, piece.address, piece.quantity));
    }
    EXPECT_EQ(*block.view().number(volt.at(1, 4, 3)), 103.0);
    EXPECT_TRUE(block.view().number(volt.at(0, 4, 3)).absent());
}

TEST(Curves, AreWrittenPointByPoint) {
    Image image = two_curves();
    for (const Point& p : {volt.at(1, 4, 0), var.at(1, 4, 0)}) {
        EXPECT_TRUE(image.set(p, 0).has_value());
    }
    EXPECT_TRUE(image.set(read_only.at(1, 4), 0).has_value());
    const auto address = static_cast<std::uint16_t>(m705 + 15 + 18 + 10);
    EXPECT_TRUE(image.write(address, wire::Words{920, 440}).has_value());
    EXPECT_TRUE(image.wrote(volt.at(1, 4, 0)));
    EXPECT_TRUE(image.wrote(var.at(1, 4, 0)));
    EXPECT_FALSE(image.wrote(volt.at(0, 4, 0)));
    EXPECT_EQ(*image.view(705).number(var.at(1, 4, 0)), 44.0);
    const auto its_read_only = static_cast<std::uint16_t>(m705 + 15 + 18 + 9);
    EXPECT_FALSE(image.write(its_read_only, wire::Words{1}).has_value());
}

TEST(Curves, OfADeviceThatDoesNotSayHowManyAreNotGuessedAt) {
    const ModelAddress where{705, 0, l705};
    Block block(where);
    wire::Words words(std::size_t{l705} + 2, 0);
    words[0] = 705;
    words[1] = l705;
    words[5] = 0xFFFF;  // NPt: not implemented
    words[6] = 2;
    block.put({0, static_cast<std::uint16_t>(words.size())}, words);
    EXPECT_EQ(block.view().slots(), 0);
    EXPECT_EQ(block.view().repetitions(), 0);
    block.begin();
    words[5] = 60000;  // more than there are registers
    block.put({0, static_cast<std::uint16_t>(words.size())}, words);
    EXPECT_EQ(block.view().repetitions(), 0);
}

}  // namespace
}  // namespace islandbench::sunspec
