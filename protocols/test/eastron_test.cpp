#include "protocols/maps/eastron.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <set>
#include <sstream>

#include "protocols/test/wire.hpp"

namespace islandbench::maps::eastron {
namespace {

using modbus::ReadInputRegisters;
using ::testing::ElementsAre;
using wire::Words;

// Spot checks against the maker's protocol papers, which count from 30001: wire = printed - 30001.
static_assert(value("v1").address == 30001 - 30001);
static_assert(value("p1").address == 30013 - 30001);
static_assert(value("p").address == 30053 - 30001);
static_assert(value("f").address == 30071 - 30001);
static_assert(value("e_import").address == 30073 - 30001);
static_assert(value("e_total").address == 30343 - 30001);
static_assert(value("v12").address == 30201 - 30001);
static_assert(value("f").of(Product::sdm230) && value("f").of(Product::sdm630));
static_assert(!value("v2").of(Product::sdm230) && value("v2").of(Product::sdm630));
static_assert(value("import_demand").of(Product::sdm230));
static_assert(!value("import_demand").of(Product::sdm630));

TEST(Eastron, HasANeatTable) {
    std::set<std::string_view> names;
    int end = 0;
    for (const Value& one : measurements) {
        EXPECT_EQ(one.address % 2, 0) << one.name;
        EXPECT_GE(one.address, end) << one.name;
        EXPECT_TRUE(names.insert(one.name).second) << one.name;
        EXPECT_FALSE(one.meaning.empty()) << one.name;
        end = one.address + 2;
    }
    EXPECT_EQ(end, input_size);
}

/// IEEE 754 by hand: 0x43663333 is 1.79843747... * 2^7 = 230.2, 0xC49A5000 is -1234.5.
TEST(Eastron, ReadsFloatsHighWordFirst) {
    Words registers(input_size);
    registers[0x00] = 0x4366;
    registers[0x01] = 0x3333;
    registers[0x34] = 0xC49A;
    registers[0x35] = 0x5000;
    const Source source{0, registers};
    EXPECT_FLOAT_EQ(static_cast<float>(number(source, value("v1").point())), 230.2F);
    EXPECT_EQ(number(source, value("p").point()), -1234.5);
}

TEST(Eastron, WritesFloatsHighWordFirst) {
    Words registers(input_size);
    put(Target{0, registers}, value("v1").point(), 230.2);
    put(Target{0, registers}, value("p").point(), -1234.5);
    EXPECT_EQ(registers[0x00], 0x4366);
    EXPECT_EQ(registers[0x01], 0x3333);
    EXPECT_EQ(registers[0x34], 0xC49A);
    EXPECT_EQ(registers[0x35], 0x5000);
}

TEST(Eastron, PlansReadsOfWholeValues) {
    const std::array wanted{value("f"), value("v1"), value("p")};
    EXPECT_THAT(plan_reads(wanted), ElementsAre(ReadInputRegisters{0, 72}));
    EXPECT_THAT(plan_reads(wanted, 60),
                ElementsAre(ReadInputRegisters{0, 0x36}, ReadInputRegisters{0x46, 2}));
    EXPECT_THAT(plan_reads(wanted, 3),
                ElementsAre(ReadInputRegisters{0, 2}, ReadInputRegisters{0x34, 2},
                            ReadInputRegisters{0x46, 2}));
    for (int most = 2; most <= read_max; ++most) {
        for (const ReadInputRegisters& read : plan_reads(measurements, most)) {
            ASSERT_TRUE(read.address % 2 == 0 && read.quantity % 2 == 0 && read.quantity <= most);
        }
    }
}

std::string document() {
    std::ostringstream out;
    out << "# Eastron meters, value by value\n\n"
           "Made from the table in `protocols/maps/eastron.hpp` by a test (`scripts/update-docs` "
           "writes it anew). Profiles `eastron_sdm630`\nand `eastron_sdm230`. Measurements are "
           "read with function 4, settings with function 3; each is a float32 in two registers, "
           "high word\nfirst. Addresses are those on the wire; papers print 30001 (40001) more. A "
           "read brings at most "
        << read_max << " registers.\n";
    const auto table = [&out](const auto& values) {
        out << "\n| address | name | unit | SDM630 | SDM230 | meaning "
               "|\n|---|---|---|---|---|---|\n";
        for (const Value& one : values) {
            char address[8];
            std::snprintf(address, sizeof address, "%04X", one.address);
            out << "| " << address << " | " << one.name << " | " << one.unit << " | "
                << (one.of(Product::sdm630) ? "yes" : "") << " | "
                << (one.of(Product::sdm230) ? "yes" : "") << " | " << one.meaning << " |\n";
        }
    };
    out << "\n## Measurements (input registers)\n";
    table(measurements);
    out << "\n## Settings (holding registers), read only here\n";
    table(settings);
    return out.str();
}

TEST(EastronDocument, SaysWhatTheTableSays) {
    const std::string fresh = document();
    std::ofstream(IB_BINARY_DIR "/eastron.md", std::ios::binary) << fresh;
    std::ifstream file(IB_SOURCE_DIR "/docs/eastron.md", std::ios::binary);
    std::ostringstream kept;
    kept << file.rdbuf();
    EXPECT_TRUE(fresh == kept.str()) << "docs/eastron.md is not what the table says: "
                                        "scripts/update-docs writes it anew";
}

}  // namespace
}  // namespace islandbench::maps::eastron
