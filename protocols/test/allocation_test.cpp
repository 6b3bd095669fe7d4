// Once warm, an exchange asks the heap for nothing: every allocation in this executable is counted.
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <new>

#include "protocols/can/pylontech.hpp"
#include "protocols/maps/interconnect.hpp"
#include "protocols/modbus/client.hpp"
#include "protocols/modbus/server.hpp"
#include "protocols/sunspec/block.hpp"
#include "protocols/sunspec/image.hpp"

namespace {

std::size_t allocations = 0;

void* counted(std::size_t size) {
    ++allocations;
    void* const memory = std::malloc(size > 0 ? size : 1);
    if (memory == nullptr) std::abort();
    return memory;
}

}  // namespace

void* operator new(std::size_t size) {
    return counted(size);
}
void* operator new[](std::size_t size) {
    return counted(size);
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete[](void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t /*size*/) noexcept {
    std::free(memory);
}
void operator delete[](void* memory, std::size_t /*size*/) noexcept {
    std::free(memory);
}

namespace islandbench {
namespace {

using sunspec::point;

class Inverter : public modbus::DataModel {
  public:
    Inverter() {
        image.add(701);
        image.add(704);
        EXPECT_TRUE(image.set(point<701>("W_SF"), 0).has_value());
        EXPECT_TRUE(image.set(point<704>("WSet_SF"), 0).has_value());
        EXPECT_TRUE(image.set(point<704>("WSet"), 0).has_value());
    }
    modbus::Served read_holding_registers(std::uint16_t address,
                                          std::span<std::uint16_t> into) override {
        return image.read(address, into);
    }
    modbus::Served write_registers(std::uint16_t address,
                                   std::span<const std::uint16_t> values) override {
        return image.write(address, values);
    }
    sunspec::Image image{0};
};

/// A poll and a command, through bytes, both sides.
class Conversation {
  public:
    Conversation() { responder_.serve(1, inverter_); }

    void once(double w) {
        inverter_.image.measure(point<701>("W"), w);
        read(measurements_, measurements_plan_);
        read(controls_, controls_plan_);
        writer_.begin(controls_);
        good_ = good_ && writer_.set(point<704>("WSet"), w);
        for (const auto& request : writer_.requests()) good_ = good_ && written(ask(request));
        good_ = good_ && *measurements_.view().number(point<701>("W")) == w;
    }
    [[nodiscard]] bool good() const { return good_; }

  private:
    Result<modbus::Response> ask(const modbus::Request& request) {
        to_server_.push(client_.ask(1, request));
        to_client_.push(modbus::encode(*responder_.answer(**to_server_.pull())));
        return *client_.accept(**to_client_.pull());
    }
    void read(sunspec::Block& block, const std::vector<modbus::ReadHoldingRegisters>& plan) {
        block.begin();
        for (const auto& piece : plan) block.put(piece, *modbus::registers_of(ask(piece)));
    }

    Inverter inverter_;
    modbus::Responder responder_;
    modbus::Client client_;
    modbus::AduStream to_server_, to_client_;
    sunspec::Block measurements_{{701, 2, 153}}, controls_{{704, 157, 65}};
    std::vector<modbus::ReadHoldingRegisters> measurements_plan_ =
        sunspec::plan_reads(measurements_.where(), 125);
    std::vector<modbus::ReadHoldingRegisters> controls_plan_ =
        sunspec::plan_reads(controls_.where(), 125);
    sunspec::PointWriter writer_;
    bool good_ = true;
};

TEST(Allocation, NoneInASunSpecConversationOnceWarm) {
    Conversation conversation;
    for (int i = 0; i < 3; ++i) conversation.once(i);
    const std::size_t before = allocations;
    for (int i = 0; i < 100; ++i) conversation.once(10 * i);
    EXPECT_EQ(allocations, before);
    EXPECT_TRUE(conversation.good());
}

TEST(Allocation, NoneInMapsAndFrames) {
    namespace map = maps::interconnect;
    namespace bms = can::pylontech;
    std::array<std::uint16_t, map::map_size> registers{};
    const auto state = std::span(registers).subspan(map::state_address, map::state_size);
    bool good = true;
    const std::size_t before = allocations;
    for (int i = 0; i < 100; ++i) {
        map::State sent;
        sent.f_island = Frequency{49.0 + 0.01 * i};
        map::put_state(registers, sent);
        good = good && map::decode_state(state)->f_island.value() > 48.0;
        const auto limits =
            bms::decode(bms::encode(bms::Limits{Voltage{53}, Current{1.0 * i}, {}}));
        good = good && std::holds_alternative<bms::Limits>(limits.message);
        const auto maker = bms::decode(bms::encode(bms::Manufacturer{"PYLON"}));
        good = good && std::holds_alternative<bms::Manufacturer>(maker.message);
    }
    EXPECT_EQ(allocations, before);
    EXPECT_TRUE(good);
}

}  // namespace
}  // namespace islandbench
