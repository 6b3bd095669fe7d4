// The whole way: an image behind a responder, bytes in between, a client that walks, reads and
// writes.
#include <gtest/gtest.h>

#include "protocols/modbus/client.hpp"
#include "protocols/sunspec/block.hpp"
#include "protocols/sunspec/image.hpp"
#include "protocols/sunspec/walk.hpp"
#include "protocols/test/wire.hpp"

namespace islandbench::sunspec {
namespace {

class Inverter : public modbus::DataModel {
  public:
    Inverter() {
        for (const int id : {1, 701, 702, 703, 704}) image.add(static_cast<std::uint16_t>(id));
        image.add(705, 2, 3);
        image.add(711, 1);
        image.add(713);
        image.add(714, 2);
    }
    modbus::Served read_holding_registers(std::uint16_t address,
                                          std::span<std::uint16_t> into) override {
        return image.read(address, into);
    }
    modbus::Served write_registers(std::uint16_t address,
                                   std::span<const std::uint16_t> values) override {
        return image.write(address, values);
    }
    Image image{40000};
};

/// Client and server, joined by bytes.
class Wire {
  public:
    explicit Wire(modbus::DataModel& model) { responder_.serve(1, model); }

    Result<modbus::Response> ask(const modbus::Request& request) {
        to_server_.push(client_.ask(1, request));
        const auto reply = responder_.answer(**to_server_.pull());
        to_client_.push(modbus::encode(*reply));
        return client_.accept(**to_client_.pull()).value();
    }
    Walk walk() {
        Walk walk;
        while (const auto next = walk.next()) {
            const auto registers = modbus::registers_of(ask(*next));
            registers ? walk.feed(*registers) : walk.refuse(registers.error());
        }
        return walk;
    }
    void read(Block& block, int read_max) {
        block.begin();
        const int slots = find_model(block.where().id)->repetition.has_slots() ? 3 : 0;
        for (const auto& piece : plan_reads(block.where(), read_max, {}, slots)) {
            block.put(piece, modbus::registers_of(ask(piece)).value());
        }
    }

  private:
    modbus::Responder responder_;
    modbus::Client client_;
    modbus::AduStream to_server_, to_client_;
};

/// Random values, but scale factors that hold.
void fill(Image& image, Random& random) {
    for (const Model& model : models) {
        if (!image.has(model.id)) continue;
        const int slots = image.view(model.id).slots();
        const int size = model.size(image.view(model.id).repetitions(), slots);
        for_each_point(model, size, slots, [&](const Point& p) {
            const auto at = static_cast<std::size_t>(image.address_of(p) - image.base());
            if (p.offset < 2 || p.name == model.repetition.count) return;
            if (p.name == model.repetition.slots) return;
            for (std::size_t i = 0; i < p.registers; ++i) {
                image.registers()[at + i] = static_cast<std::uint16_t>(random.bits());
            }
            if (p.type == Type::sunssf) image.registers()[at] = random.bits() % 4;
        });
    }
}

TEST(SunSpecOverModbus, BringsEveryPointAcross) {
    Random random(11, "device");
    Inverter inverter;
    fill(inverter.image, random);
    Wire wire(inverter);
    const Walk walk = wire.walk();
    ASSERT_EQ(walk.models().size(), 9U);
    EXPECT_TRUE(walk.findings().empty());
    int compared = 0;
    for (const int read_max : {125, 50, 8}) {
        for (const ModelAddress& where : walk.models()) {
            Block block(where);
            wire.read(block, read_max);
            const ModelView truth = inverter.image.view(where.id);
            for_each_point(*find_model(where.id), where.size(), truth.slots(), [&](const Point& p) {
                ++compared;
                if (p.type == Type::string) {
                    EXPECT_EQ(block.view().text(p), truth.text(p)) << p.name;
                    return;
                }
                const Reading seen = block.view().number(p), expected = truth.number(p);
                EXPECT_EQ(seen.problem(), expected.problem()) << where.id << " " << p.name;
                EXPECT_EQ(seen.value_or(0), expected.value_or(0)) << where.id << " " << p.name;
            });
        }
    }
    EXPECT_EQ(compared,
              3 * (9 + 72 + 51 + 13 + 53 + (13 + 2 * (9 + 2 * 3)) + 19 + 9 + 13 + 2 * 11));
}

TEST(SunSpecOverModbus, WritesASetPoint) {
    Inverter inverter;
    for (const Point& p : {point<704>("WSet_SF"), point<704>("WSet"), point<704>("WSetRvrtTms"),
                           point<704>("WSetEna"), point<704>("WSetMod")}) {
        ASSERT_TRUE(inverter.image.set(p, 0).has_value());
    }
    Wire wire(inverter);
    Block block(*wire.walk().find(704));
    wire.read(block, 125);

    PointWriter writer;
    writer.begin(block);
    ASSERT_TRUE(writer.set(point<704>("WSet"), -1200).has_value());
    ASSERT_TRUE(writer.set(point<704>("WSetRvrtTms"), 10).has_value());
    ASSERT_TRUE(writer.set(point<704>("WSetEna"), 1).has_value());
    for (const auto& request : writer.requests()) {
        EXPECT_TRUE(modbus::written(wire.ask(request)).has_value());
    }
    EXPECT_EQ(*inverter.image.view(704).number(point<704>("WSet")), -1200.0);
    EXPECT_EQ(inverter.image.view(704).raw(point<704>("WSetRvrtTms")), 10U);
    EXPECT_EQ(inverter.image.view(704).raw(point<704>("WSetEna")), 1U);
    const modbus::WriteSingleRegister unset{inverter.image.address_of(point<704>("VarSetEna")), 1};
    EXPECT_EQ(error_code(modbus::written(wire.ask(unset))), ErrorCode::exception);
}

}  // namespace
}  // namespace islandbench::sunspec
