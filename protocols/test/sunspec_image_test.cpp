#include "protocols/sunspec/image.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "protocols/test/wire.hpp"

namespace islandbench::sunspec {
namespace {

using modbus::ExceptionCode;
using wire::Words;

Words read(const Image& image, std::uint16_t address, std::size_t n) {
    Words into(n);
    return image.read(address, into) ? into : Words{};
}

/// Model 713 alone behind a marker, laid out by hand.
TEST(Image, LaysOutAChain) {
    Image image(100);
    image.add(713);
    EXPECT_EQ(read(image, 100, 13), (Words{0x5375, 0x6E53, 713, 7, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF,
                                           0xFFFF, 0x8000, 0x8000, 0xFFFF, 0}));
}

TEST(Image, SetsPointsWithTheirScale) {
    Image image(100);
    image.add(713);
    ASSERT_TRUE(image.set(point<713>("WH_SF"), 1).has_value());
    ASSERT_TRUE(image.set(point<713>("Pct_SF"), -1).has_value());
    ASSERT_TRUE(image.set(point<713>("WHRtg"), 13500).has_value());
    image.measure(point<713>("SoC"), 87.65);
    image.measure(point<713>("WHAvail"), std::nan(""));
    EXPECT_EQ(read(image, 102, 9), (Words{713, 7, 1350, 0xFFFF, 877, 0xFFFF, 0xFFFF, 1, 0xFFFF}));
    EXPECT_EQ(*image.view(713).number(point<713>("SoC")), 87.7);
}

TEST(Image, SaysWhyAValueCannotBeSet) {
    Image image;
    image.add(713);
    EXPECT_EQ(
        error_of(image.set(point<713>("WHRtg"), 1)),
        (Error{ErrorCode::not_available, "model 713 WHRtg: its scale factor is not implemented"}));
    image.measure(point<713>("WHRtg"), 1);
    EXPECT_EQ(image.view(713).raw(point<713>("WHRtg")), std::nullopt);
    ASSERT_TRUE(image.set(point<713>("WH_SF"), 0).has_value());
    EXPECT_EQ(error_code(image.set(point<713>("WHRtg"), 65535)), ErrorCode::out_of_range);
    EXPECT_EQ(error_code(image.set(point<713>("WH_SF"), 11)), ErrorCode::out_of_range);
    image.measure(point<713>("WHRtg"), 70000);
    EXPECT_EQ(image.view(713).raw(point<713>("WHRtg")), 65534U);
}

TEST(Image, RepeatsGroups) {
    Image image(0);
    image.add(714, 2);
    ASSERT_TRUE(image.set(point<714>("DCW_SF"), 0).has_value());
    ASSERT_TRUE(image.set(repeated_point<714>("Prt.DCW")[1], -800).has_value());
    ASSERT_TRUE(image.set_text(repeated_point<714>("Prt.IDStr")[0], "pv").has_value());
    EXPECT_EQ(read(image, 3, 1), Words{18 + 2 * 25});
    EXPECT_EQ(read(image, 2 + 4, 1), Words{2});                  // NPrt
    EXPECT_EQ(read(image, 2 + 20 + 25 + 12, 1), Words{0xFCE0});  // port 1, DCW
    EXPECT_EQ(read(image, 2 + 20 + 2, 2), (Words{0x7076, 0}));   // port 0, IDStr
    EXPECT_EQ(image.view(714).repetitions(), 2);
    EXPECT_EQ(image.view(714).number(repeated_point<714>("Prt.DCW")[2]).problem(),
              Problem::not_there);
}

TEST(Image, KeepsModelsOfOneIdApart) {
    Image image;
    image.add(1);
    image.add(1);
    ASSERT_TRUE(image.set_text(point<1>("SN"), "first").has_value());
    ASSERT_TRUE(image.set_text(point<1>("SN"), "second", 1).has_value());
    EXPECT_EQ(image.view(1).text(point<1>("SN")), "first");
    EXPECT_EQ(image.view(1, 1).text(point<1>("SN")), "second");
    EXPECT_EQ(image.address_of(point<1>("SN"), 1), 40000 + 2 + 68 + 50);
    EXPECT_FALSE(image.has(1, 2));
    EXPECT_EQ(error_code(image.set_text(point<1>("SN"), std::string(33, 'x'))),
              ErrorCode::out_of_range);
}

TEST(Image, MakesModelsThatAreTooShort) {
    Image image;
    image.add_of_length(1, 65);  // without Pad, as some inverters have it
    image.add_foreign(64901, Words{1, 2, 3});
    image.add(713);
    EXPECT_EQ(read(image, 40003, 1), Words{65});
    EXPECT_EQ(read(image, 40002 + 67, 5), (Words{64901, 3, 1, 2, 3}));
    EXPECT_EQ(image.address_of(point<713>("ID")), 40002 + 67 + 5);
    image.measure(point<1>("DA"), 7);
    EXPECT_EQ(read(image, 40002 + 66, 1), Words{7});

    Image cut;
    cut.add_of_length(713, 4);  // ends before its scale factors
    EXPECT_EQ(error_code(cut.set(point<713>("SoC"), 1)), ErrorCode::not_available);
    cut.measure(point<713>("WH_SF"), 1);
    cut.set_not_implemented(point<713>("Pct_SF"));
    EXPECT_EQ(read(cut, 40002, 8), (Words{713, 4, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0}));
}

TEST(Image, ReadsOnlyInsideTheChain) {
    Image image(100);
    image.add(713);
    EXPECT_EQ(read(image, 100, 13).size(), 13U);
    EXPECT_EQ(read(image, 112, 1), Words{0});
    Words into(1);
    EXPECT_EQ(error_of(image.read(99, into)), ExceptionCode::illegal_data_address);
    EXPECT_EQ(error_of(image.read(113, into)), ExceptionCode::illegal_data_address);
    Words longer(14);
    EXPECT_EQ(error_of(image.read(100, longer)), ExceptionCode::illegal_data_address);
}

/// Model 704 with a set-point of 0 W that may be written.
struct Inverter {
    Image image;
    explicit Inverter(ForbiddenWrite forbidden = ForbiddenWrite::refuse) : image(0, forbidden) {
        image.add(704);
        EXPECT_TRUE(image.set(point<704>("WSet_SF"), 1).has_value());
        for (const Point& p : {point<704>("WSetEna"), point<704>("WSetMod"), point<704>("WSet"),
                               point<704>("WSetRvrtTms"), point<704>("WSetRvrtRem")}) {
            EXPECT_TRUE(image.set(p, 0).has_value());
        }
    }
    /// The exception, or 0.
    ExceptionCode write(const Point& at, const Words& values, int shift = 0) {
        const auto address = static_cast<std::uint16_t>(image.address_of(at) + shift);
        const auto served = image.write(address, values);
        return served ? ExceptionCode{0} : served.error();
    }
};
constexpr ExceptionCode done{0};

TEST(ImageWrite, TouchesThePointsItCovers) {
    Inverter inverter;
    EXPECT_EQ(inverter.write(point<704>("WSetEna"), {1, 1, 0xFFFF, 0xFF6A}), done);
    EXPECT_EQ(inverter.image.touched().size(), 3U);
    EXPECT_TRUE(inverter.image.wrote(point<704>("WSetEna")));
    EXPECT_TRUE(inverter.image.wrote(point<704>("WSet")));
    EXPECT_FALSE(inverter.image.wrote(point<704>("WSetRvrtTms")));
    EXPECT_FALSE(inverter.image.wrote(point<704>("WSet"), 1));
    EXPECT_EQ(*inverter.image.view(704).number(point<704>("WSet")), -1500.0);
}

TEST(ImageWrite, CanBeTakenBack) {
    Inverter inverter;
    EXPECT_EQ(inverter.write(point<704>("WSetMod"), {1, 0, 7}), done);
    inverter.image.undo_write();
    EXPECT_EQ(*inverter.image.view(704).number(point<704>("WSet")), 0.0);
    EXPECT_EQ(inverter.image.view(704).raw(point<704>("WSetMod")), 0U);
    EXPECT_TRUE(inverter.image.touched().empty());
}

TEST(ImageWrite, DoesNotSplitPoints) {
    Inverter inverter;
    EXPECT_EQ(inverter.write(point<704>("WSet"), {7}), ExceptionCode::illegal_data_address);
    EXPECT_EQ(inverter.write(point<704>("WSet"), {7}, 1), ExceptionCode::illegal_data_address);
    EXPECT_EQ(inverter.write(point<704>("WSetEna"), {1, 1, 0}),
              ExceptionCode::illegal_data_address);
    EXPECT_EQ(inverter.image.view(704).raw(point<704>("WSetEna")), 0U);
}

TEST(ImageWrite, RefusesWhatMayNotBeWritten) {
    Inverter inverter;
    const auto before = read(inverter.image, 0, 71);
    EXPECT_EQ(inverter.write(point<704>("WSetRvrtRem"), {0, 1}),
              ExceptionCode::illegal_data_address);  // read-only
    EXPECT_EQ(inverter.write(point<704>("VarSetEna"), {1}),
              ExceptionCode::illegal_data_address);  // not implemented
    EXPECT_EQ(inverter.write(point<704>("WSetRvrtTms"), {0, 5, 0, 5}),
              ExceptionCode::illegal_data_address);  // the second half is read-only
    EXPECT_EQ(inverter.write(point<704>("ID"), {704}), ExceptionCode::illegal_data_address);
    EXPECT_EQ(inverter.write(point<704>("ID"), {0}, -1), ExceptionCode::illegal_data_address);
    EXPECT_EQ(error_of(inverter.image.write(69, Words{0})), ExceptionCode::illegal_data_address);
    EXPECT_EQ(error_of(inverter.image.write(5000, Words{0})), ExceptionCode::illegal_data_address);
    EXPECT_TRUE(inverter.image.touched().empty());
    EXPECT_EQ(read(inverter.image, 0, 71), before);
}

TEST(ImageWrite, DoesNotMakeAPointUnimplemented) {
    Inverter inverter;
    EXPECT_EQ(inverter.write(point<704>("WSetEna"), {0xFFFF}), ExceptionCode::illegal_data_value);
    EXPECT_EQ(inverter.write(point<704>("WSet"), {0x8000, 0}), ExceptionCode::illegal_data_value);
    EXPECT_EQ(*inverter.image.view(704).number(point<704>("WSet")), 0.0);
}

TEST(ImageWrite, IgnoresForbiddenPointsWhenToldTo) {
    Inverter inverter(ForbiddenWrite::ignore);
    EXPECT_EQ(inverter.write(point<704>("WSetRvrtTms"), {0, 5, 0, 9}), done);
    EXPECT_EQ(inverter.image.touched().size(), 1U);
    EXPECT_EQ(inverter.image.view(704).raw(point<704>("WSetRvrtTms")), 5U);
    EXPECT_EQ(inverter.image.view(704).raw(point<704>("WSetRvrtRem")), 0U);
    EXPECT_EQ(inverter.write(point<704>("VarSetEna"), {1}), done);
    EXPECT_TRUE(inverter.image.touched().empty());
}

TEST(ImageWrite, ReachesRepeatedPoints) {
    Image image(0);
    image.add(711, 2);
    ASSERT_TRUE(image.set(point<711>("K_SF"), 0).has_value());
    const auto droop = repeated_point<711>("Ctl.KOf");
    ASSERT_TRUE(image.set(droop[1], 5).has_value());
    EXPECT_TRUE(image.write(image.address_of(droop[1]), Words{6}).has_value());
    EXPECT_TRUE(image.wrote(droop[1]));
    EXPECT_FALSE(image.wrote(droop[0]));
    EXPECT_EQ(*image.view(711).number(droop[1]), 6.0);
    EXPECT_EQ(error_of(image.write(image.address_of(droop[0]), Words{6})),
              ExceptionCode::illegal_data_address);
}

TEST(ImageWrite, SurvivesRandomWrites) {
    Random random(9, "writes");
    Inverter inverter;
    const Words before = read(inverter.image, 0, 71);
    int done_so_far = 0;
    for (int round = 0; round < 20000; ++round) {
        const auto address = static_cast<std::uint16_t>(random.bits() % 80);
        const Words values = wire::random_words(random, 1 + random.bits() % 6);
        if (!inverter.image.write(address, values)) {
            ASSERT_TRUE(inverter.image.touched().empty());
            continue;
        }
        ++done_so_far;
        ASSERT_EQ(read(inverter.image, address, values.size()), values);
        inverter.image.undo_write();
        ASSERT_EQ(read(inverter.image, 0, 71), before);
    }
    EXPECT_GT(done_so_far, 100);
}

}  // namespace
}  // namespace islandbench::sunspec
