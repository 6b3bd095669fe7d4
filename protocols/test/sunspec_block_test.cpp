#include "protocols/sunspec/block.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <set>

#include "protocols/sunspec/image.hpp"
#include "protocols/test/wire.hpp"

namespace islandbench::sunspec {
namespace {

using modbus::ReadHoldingRegisters;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using wire::Words;

constexpr ModelAddress at_1000(std::uint16_t id, std::uint16_t length) {
    return {id, 1000, length};
}
using Plan = std::vector<ReadHoldingRegisters>;

TEST(ReadPlan, CutsALongModelBetweenPoints) {
    EXPECT_EQ(plan_reads(at_1000(701, 153), 125), (Plan{{1000, 123}, {1123, 32}}));
    EXPECT_EQ(plan_reads(at_1000(702, 50), 125), (Plan{{1000, 52}}));
    EXPECT_EQ(plan_reads(at_1000(713, 7), 9), (Plan{{1000, 9}}));
}

TEST(ReadPlan, ReadsOnlyWhatIsWanted) {
    const std::array few{point<701>("W"), point<701>("Hz")};
    EXPECT_EQ(plan_reads(at_1000(701, 153), 125, few), (Plan{{1010, 107}}));
    const std::array plain{point<701>("InvSt")};
    EXPECT_EQ(plan_reads(at_1000(701, 153), 125, plain), (Plan{{1004, 1}}));
    const std::array text{point<701>("MnAlrmInfo"), point<701>("InvSt")};
    EXPECT_EQ(plan_reads(at_1000(701, 153), 125, text), (Plan{{1004, 1}, {1123, 32}}));
}

/// A scale factor that cannot come with its values is read before and after them.
TEST(ReadPlan, ReadsDistantScaleFactorsTwice) {
    const std::array few{point<701>("W"), point<701>("Hz")};
    EXPECT_EQ(plan_reads(at_1000(701, 153), 60, few), (Plan{{1115, 2}, {1010, 9}, {1115, 2}}));
}

TEST(ReadPlan, EndsWhereTheDevicesModelEnds) {
    EXPECT_EQ(plan_reads(at_1000(1, 65), 125), (Plan{{1000, 67}}));
    EXPECT_EQ(plan_reads(at_1000(713, 5), 125), (Plan{{1000, 7}}));
    EXPECT_EQ(plan_reads(at_1000(713, 20), 125), (Plan{{1000, 9}}));
    EXPECT_EQ(plan_reads(at_1000(714, 18 + 60), 125), (Plan{{1000, 70}}));
    const std::array beyond{point<713>("Sta")};
    EXPECT_THAT(plan_reads(at_1000(713, 3), 125, beyond), IsEmpty());
}

/// How often a plan reads each register.
std::multiset<int> registers_read(const Plan& plan) {
    std::multiset<int> read;
    for (const auto& piece : plan) {
        for (int i = 0; i < piece.quantity; ++i) read.insert(piece.address + i);
    }
    return read;
}

bool comes_whole(const Plan& plan, int begin, int end) {
    return std::any_of(plan.begin(), plan.end(), [&](const ReadHoldingRegisters& piece) {
        return piece.address <= begin && end <= piece.address + piece.quantity;
    });
}

/// For every limit of a device: pieces are short enough and lie inside the model; every number that
/// fits comes whole, texts to their last register, and nothing but scale factors more than once.
TEST(ReadPlan, ServesEveryReadLimit) {
    for (const ModelAddress& where :
         {at_1000(701, 153), at_1000(704, 65), at_1000(714, 93), at_1000(203, 105),
          at_1000(213, 124), at_1000(705, 13 + 2 * (10 + 2 * 4)), at_1000(709, 7 + 2 * 52)}) {
        const int slots = find_model(where.id)->repetition.has_slots() ? 4 : 0;
        for (int read_max = 1; read_max <= 125; ++read_max) {
            const Plan plan = plan_reads(where, read_max, {}, slots);
            for (const auto& piece : plan)
                ASSERT_TRUE(piece.quantity >= 1 && piece.quantity <= read_max);
            const std::multiset<int> read = registers_read(plan);
            ASSERT_TRUE(*read.begin() >= 1000 && *read.rbegin() < 1000 + where.size());
            for_each_point(*find_model(where.id), where.size(), slots, [&](const Point& p) {
                if (p.registers > read_max && p.type != Type::string) return;
                ASSERT_TRUE(p.type == Type::string ||
                            comes_whole(plan, 1000 + p.offset, 1000 + p.end()))
                    << p.name << " by " << read_max;
                for (int at = 1000 + p.offset; at < 1000 + p.end(); ++at) {
                    ASSERT_TRUE(read.count(at) == 1 ||
                                (read.count(at) > 1 && p.type == Type::sunssf))
                        << p.name << " by " << read_max;
                }
            });
        }
    }
}

/// A device with model 701, and a block that reads it.
struct Device {
    Image image{1000};
    Block block{{701, 1002, 153}};
    Device() {
        image.add(701);
        EXPECT_TRUE(image.set(point<701>("W_SF"), 0).has_value());
        EXPECT_TRUE(image.set(point<701>("Hz_SF"), -3).has_value());
        EXPECT_TRUE(image.set(point<701>("W"), -2500).has_value());
        EXPECT_TRUE(image.set(point<701>("Hz"), 49.987).has_value());
        EXPECT_TRUE(image.set(point<701>("InvSt"), symbol<701>("InvSt", "RUNNING")).has_value());
        EXPECT_TRUE(image.set(point<701>("DERMode"), 2).has_value());
        EXPECT_TRUE(
            image.set_text(point<701>("MnAlrmInfo"), "all is well here, all day").has_value());
    }
    void read(const ReadHoldingRegisters& piece) {
        Words words(piece.quantity);
        EXPECT_TRUE(image.read(piece.address, words).has_value());
        block.put(piece, words);
    }
    void read_all(int read_max = 125) {
        block.begin();
        for (const auto& piece : plan_reads(block.where(), read_max)) read(piece);
    }
};

TEST(Block, GivesTypedValues) {
    Device device;
    device.read_all();
    const ModelView view = device.block.view();
    EXPECT_EQ(*view.required(point<701>("W")), -2500.0);
    EXPECT_EQ(*view.number(point<701>("Hz")), 49.987);
    EXPECT_EQ(view.raw(point<701>("InvSt")), (symbol<701>("InvSt", "RUNNING")));
    EXPECT_TRUE(view.bit(point<701>("DERMode"), symbol<701>("DERMode", "GRID_FORMING")));
    EXPECT_FALSE(view.bit(point<701>("DERMode"), symbol<701>("DERMode", "GRID_FOLLOWING")));
    EXPECT_FALSE(view.bit(point<701>("Alrm"), 0));
    EXPECT_EQ(view.text(point<701>("MnAlrmInfo")), "all is well here, all day");
    EXPECT_EQ(error_of(view.required(point<701>("VA"))),
              (Error{ErrorCode::not_available, "model 701 VA: not implemented by the device"}));
}

/// However little a device lets through at once, a quiet device gives every number that fits.
TEST(Block, ScalesEveryPointWithEveryReadLimit) {
    for (const Model& model : models) {
        const int groups = model.repetition.stride > 0 ? 3 : 0;
        const int slots = model.repetition.has_slots() ? 1 : 0;
        Block block({model.id, 0, static_cast<std::uint16_t>(model.size(groups, slots) - 2)});
        Words words(static_cast<std::size_t>(block.where().size()), 1);
        for (int read_max = 1; read_max <= 125; ++read_max) {
            block.begin();
            for (const auto& piece : plan_reads(block.where(), read_max, {}, slots)) {
                block.put(piece, std::span(words).subspan(piece.address, piece.quantity));
            }
            for_each_point(model, block.where().size(), slots, [&](const Point& p) {
                if (p.type == Type::string || p.type == Type::pad || p.registers > read_max) return;
                const Problem problem = block.view().number(p).problem();
                ASSERT_EQ(problem, Problem::none) << model.id << " " << p.name << " " << read_max;
            });
        }
    }
}

TEST(Block, KnowsNothingBeforeItIsRead) {
    Device device;
    device.block.begin();
    device.read({1125, 32});
    const ModelView view = device.block.view();
    EXPECT_EQ(view.number(point<701>("W")).problem(), Problem::not_read);
    EXPECT_EQ(error_code(view.required(point<701>("W"))), ErrorCode::bad_reply);
    EXPECT_EQ(view.raw(point<701>("InvSt")), std::nullopt);
    EXPECT_EQ(view.text(point<701>("MnAlrmInfo")), "all is well here, all day");
    device.block.begin();
    EXPECT_EQ(device.block.view().text(point<701>("MnAlrmInfo")), "");
}

TEST(Block, DoesNotScaleWithAnotherRoundsFactor) {
    Device device;
    device.read_all();
    device.block.begin();
    device.read({1012, 1});  // W alone
    EXPECT_EQ(device.block.view().number(point<701>("W")).problem(), Problem::scale_not_read);
}

/// Inverters change W_SF with their power: read apart, value and factor would be ten-fold off.
TEST(Block, SeesAScaleFactorThatChangesBetweenReads) {
    const auto reading = [](int changes_before_piece) {
        Device device;
        int piece_number = 0;
        device.block.begin();
        for (const auto& piece : plan_reads(device.block.where(), 60)) {
            if (piece_number++ == changes_before_piece) {
                EXPECT_TRUE(device.image.set(point<701>("W_SF"), 1).has_value());
                EXPECT_TRUE(device.image.set(point<701>("W"), -2500).has_value());
            }
            device.read(piece);
        }
        return device.block.view().number(point<701>("W"));
    };
    const auto pieces = static_cast<int>(plan_reads({701, 1002, 153}, 60).size());
    EXPECT_EQ(*reading(0), -2500.0);
    for (int i = 1; i < pieces; ++i) EXPECT_EQ(reading(i).problem(), Problem::scale_changed) << i;
    EXPECT_EQ(*reading(pieces), -2500.0);
}

TEST(Block, WantsTheScaleFactorBeforeAndAfterOrWithTheValue) {
    Device device;
    const ReadHoldingRegisters value{1012, 1}, factor{1118, 1};
    const auto problem_after = [&](std::initializer_list<ReadHoldingRegisters> reads) {
        device.block.begin();
        for (const auto& piece : reads) device.read(piece);
        return device.block.view().number(point<701>("W")).problem();
    };
    EXPECT_EQ(problem_after({value, factor}), Problem::scale_not_read);
    EXPECT_EQ(problem_after({factor, value}), Problem::scale_not_read);
    EXPECT_EQ(problem_after({factor, value, factor}), Problem::none);
    EXPECT_EQ(problem_after({{1012, 107}}), Problem::none);
}

TEST(Block, DoesNotJoinHalvesOfANumber) {
    Device device;
    device.block.begin();
    device.read({1002, 18});   // ends inside Hz
    device.read({1020, 105});  // begins inside Hz
    EXPECT_EQ(device.block.view().number(point<701>("Hz")).problem(), Problem::not_read);
}

TEST(Block, SaysWhatIsWrongWithAScaleFactor) {
    Device device;
    device.image.set_not_implemented(point<701>("W_SF"));
    device.image.registers()[2 + 115] = 77;  // Hz_SF
    device.read_all();
    EXPECT_EQ(device.block.view().number(point<701>("W")).problem(),
              Problem::scale_not_implemented);
    EXPECT_EQ(error_code(device.block.view().required(point<701>("W"))), ErrorCode::bad_reply);
    EXPECT_EQ(device.block.view().number(point<701>("Hz")).problem(), Problem::scale_out_of_range);
    // A value that is not implemented stays so, whatever its scale factor is.
    EXPECT_EQ(device.block.view().number(point<701>("WL1")).problem(), Problem::not_implemented);
}

TEST(Block, CountsOnlyTheGroupsThatAreThere) {
    Block block({714, 100, 18 + 60});  // two ports and a rest
    Words words(80);
    words[4] = 7;  // NPrt lies
    block.begin();
    block.put({100, 80}, words);
    EXPECT_EQ(block.view().repetitions(), 2);
    words[4] = 1;
    block.put({100, 80}, words);
    EXPECT_EQ(block.view().repetitions(), 1);
    words[4] = 0xFFFF;
    block.put({100, 80}, words);
    EXPECT_EQ(block.view().repetitions(), 2);
    EXPECT_EQ(Block({714, 100, 10}).view().repetitions(), 0);
}

TEST(Block, BearsAModelOfAnyLength) {
    Block block({714, 4, 65531});
    Words words(65533, 1);
    words[4] = 65000;  // NPrt
    block.begin();
    for (const auto& piece : plan_reads(block.where(), 4)) {
        block.put(piece, std::span(words).subspan(piece.address - 4U, piece.quantity));
    }
    EXPECT_EQ(block.view().repetitions(), (65533 - 20) / 25);
    EXPECT_EQ(*block.view().number(repeated_point<714>("Prt.DCW")[2619]), 10.0);
}

TEST(Block, EndsBeforeWhatTheDeviceDoesNotHave) {
    Block block({713, 100, 3});
    block.begin();
    block.put({100, 5}, Words{713, 3, 100, 50, 80});
    EXPECT_EQ(block.view().number(point<713>("Sta")).problem(), Problem::not_there);
    EXPECT_EQ(block.view().number(point<713>("SoC")).problem(), Problem::scale_not_implemented);
}

TEST(PointWriter, JoinsNeighboursAndKeepsTheOrder) {
    Block block({704, 5000, 65});
    Image image(4998);
    image.add(704);
    ASSERT_TRUE(image.set(point<704>("WSet_SF"), 1).has_value());
    Words words(67);
    ASSERT_TRUE(image.read(5000, words).has_value());
    block.begin();
    block.put({5000, 67}, words);

    PointWriter writer;
    writer.begin(block);
    ASSERT_TRUE(writer.set(point<704>("WSetMod"), symbol<704>("WSetMod", "WATTS")).has_value());
    ASSERT_TRUE(writer.set(point<704>("WSet"), -1500).has_value());
    ASSERT_TRUE(writer.set(point<704>("WSetRvrtTms"), 5).has_value());
    ASSERT_TRUE(writer.set(point<704>("WSetEna"), 1).has_value());
    ASSERT_EQ(writer.requests().size(), 3U);
    EXPECT_TRUE(writer.requests()[0] ==
                (modbus::WriteMultipleRegisters{5023, {1, 0xFFFF, 0xFF6A}}));
    EXPECT_TRUE(writer.requests()[1] == (modbus::WriteMultipleRegisters{5031, {0, 5}}));
    EXPECT_TRUE(writer.requests()[2] == (modbus::WriteMultipleRegisters{5022, {1}}));
    writer.begin(block);
    EXPECT_TRUE(writer.requests().empty());
}

TEST(PointWriter, SaysWhatCannotBeWritten) {
    Block block({704, 5000, 65});
    PointWriter writer;
    writer.begin(block);
    EXPECT_TRUE(writer.set(point<704>("WSetEna"), 1).has_value());  // needs no scale factor
    EXPECT_EQ(error_code(writer.set(point<704>("WSetEna"), 65535)), ErrorCode::out_of_range);
    EXPECT_EQ(error_of(writer.set(point<704>("WSet"), 1)),
              (Error{ErrorCode::not_available,
                     "model 704 WSet: its scale factor came with another response"}));
    EXPECT_EQ(writer.requests().size(), 1U);

    Block cut({704, 5000, 20});
    writer.begin(cut);
    EXPECT_EQ(error_code(writer.set(point<704>("WSetMod"), 1)), ErrorCode::not_available);
}

}  // namespace
}  // namespace islandbench::sunspec
