#include "protocols/modbus/server.hpp"

#include <gtest/gtest.h>

#include <array>

#include "protocols/test/wire.hpp"

namespace islandbench::modbus {
namespace {

using wire::bytes;
using wire::bytes_of;

/// Ten holding registers from 100 on, eight coils from 0 on.
class Device : public DataModel {
  public:
    Served read_holding_registers(std::uint16_t address, std::span<std::uint16_t> into) override {
        return read_range(holding, 100, address, into);
    }
    Served write_registers(std::uint16_t address, std::span<const std::uint16_t> values) override {
        if (address < 100 || address + values.size() > 110) {
            return refuse(ExceptionCode::illegal_data_address);
        }
        std::copy(values.begin(), values.end(), holding.begin() + (address - 100));
        return {};
    }
    Served read_coils(std::uint16_t address, Bits& into) override {
        if (address + into.size() > coils.size()) {
            return refuse(ExceptionCode::illegal_data_address);
        }
        for (std::size_t i = 0; i < into.size(); ++i) into.set(i, coils[address + i]);
        return {};
    }
    Served write_coils(std::uint16_t address, const Bits& values) override {
        if (address + values.size() > coils.size()) {
            return refuse(ExceptionCode::server_device_failure);
        }
        for (std::size_t i = 0; i < values.size(); ++i) coils[address + i] = values[i];
        return {};
    }

    std::array<std::uint16_t, 10> holding{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    std::array<bool, 8> coils{};
};

struct Bench {
    Device device;
    Responder responder;
    Bench() { responder.serve(1, device); }

    wire::Bytes ask(const char* request, std::uint8_t unit = 1) {
        const auto reply = responder.answer(Adu{77, unit, Pdu(bytes(request))});
        if (!reply) return {};
        EXPECT_EQ(reply->transaction_id, 77);
        EXPECT_EQ(reply->unit_id, unit);
        return bytes_of(reply->pdu);
    }
};

TEST(Responder, ReadsAndWritesRegisters) {
    Bench bench;
    EXPECT_EQ(bench.ask("03 00 65 00 02"), bytes("03 04 00 01 00 02"));
    EXPECT_EQ(bench.ask("06 00 65 12 34"), bytes("06 00 65 12 34"));
    EXPECT_EQ(bench.ask("10 00 6C 00 02 04 AA BB CC DD"), bytes("10 00 6C 00 02"));
    EXPECT_EQ(bench.device.holding,
              (std::array<std::uint16_t, 10>{0, 0x1234, 2, 3, 4, 5, 6, 7, 0xAABB, 0xCCDD}));
}

TEST(Responder, ReadsAndWritesCoils) {
    Bench bench;
    EXPECT_EQ(bench.ask("05 00 04 FF 00"), bytes("05 00 04 FF 00"));
    EXPECT_EQ(bench.ask("0F 00 00 00 03 01 05"), bytes("0F 00 00 00 03"));
    EXPECT_EQ(bench.ask("01 00 00 00 08"), bytes("01 01 15"));
    EXPECT_EQ(bench.ask("01 00 04 00 02"), bytes("01 01 01"));
}

TEST(Responder, WritesBeforeItReads) {
    Bench bench;
    EXPECT_EQ(bench.ask("17 00 64 00 02 00 64 00 01 02 00 FF"), bytes("17 04 00 FF 00 01"));
}

TEST(Responder, WritesNothingWhenTheReadIsRefused) {
    Bench bench;
    EXPECT_EQ(bench.ask("17 00 6D 00 02 00 64 00 01 02 00 FF"), bytes("97 02"));
    EXPECT_EQ(bench.device.holding[0], 0);
}

TEST(Responder, AnswersWithTheStandardsExceptions) {
    Bench bench;
    EXPECT_EQ(bench.ask("07"), bytes("87 01"));              // function that nobody knows
    EXPECT_EQ(bench.ask("04 00 64 00 01"), bytes("84 01"));  // function that it does not offer
    EXPECT_EQ(bench.ask("02 00 00 00 01"), bytes("82 01"));
    EXPECT_EQ(bench.ask("03 00 64 00 00"), bytes("83 03"));
    EXPECT_EQ(bench.ask("03 00 64 00 7E"), bytes("83 03"));
    EXPECT_EQ(bench.ask("10 00 64 00 02 02 00 00"), bytes("90 03"));
    EXPECT_EQ(bench.ask("03 00 6D 00 02"), bytes("83 02"));  // one past the end
    EXPECT_EQ(bench.ask("03 00 63 00 02"), bytes("83 02"));  // one before the start
    EXPECT_EQ(bench.ask("03 FF FF 00 02"), bytes("83 02"));
    EXPECT_EQ(bench.ask("0F 00 08 00 01 01 01"), bytes("8F 04"));  // its own word
    EXPECT_EQ(bench.ask("03 00 6D 00 01"), bytes("03 02 00 09"));
}

TEST(Responder, KnowsItsUnits) {
    Bench bench;
    Device second;
    second.holding[0] = 99;
    bench.responder.serve(2, second);
    EXPECT_EQ(bench.ask("03 00 64 00 01", 1), bytes("03 02 00 00"));
    EXPECT_EQ(bench.ask("03 00 64 00 01", 2), bytes("03 02 00 63"));
    EXPECT_EQ(bench.ask("03 00 64 00 01", 3), bytes("83 0B"));

    Responder silent(UnknownUnit::silence);
    silent.serve(1, second);
    EXPECT_FALSE(silent.answer(Adu{1, 2, Pdu(bytes("03 00 64 00 01"))}).has_value());
}

TEST(Responder, AnswersAnyBytesWithWholeFrames) {
    Bench bench;
    Random random(6, "requests");
    constexpr std::uint8_t functions[] = {1, 2, 3, 4, 5, 6, 15, 16, 23};
    for (int round = 0; round < 50000; ++round) {
        auto request = wire::random_bytes(random, wire::random_size(random, 1, 253));
        if (random.chance(0.9)) request[0] = functions[random.bits() % std::size(functions)];
        const auto reply = bench.responder.answer(Adu{1, 1, Pdu(request)});
        ASSERT_TRUE(reply.has_value());
        ASSERT_EQ(reply->pdu[0] & 0x7F, request[0] & 0x7F);
        if (reply->pdu[0] >= 0x80) {
            ASSERT_EQ(reply->pdu.size(), 2U);
        }
    }
}

TEST(DataModel, OffersNothingByItself) {
    DataModel nothing;
    Responder responder;
    responder.serve(1, nothing);
    for (const char* request :
         {"01 00 00 00 01", "02 00 00 00 01", "03 00 00 00 01", "04 00 00 00 01", "05 00 00 FF 00",
          "06 00 00 00 01", "0F 00 00 00 01 01 01", "10 00 00 00 01 02 00 01"}) {
        const auto pdu = bytes(request);
        const auto reply = responder.answer(Adu{1, 1, Pdu(pdu)});
        EXPECT_EQ(bytes_of(reply->pdu), (wire::Bytes{static_cast<std::uint8_t>(pdu[0] | 0x80), 1}));
    }
}

}  // namespace
}  // namespace islandbench::modbus
