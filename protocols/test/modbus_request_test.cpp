#include <gtest/gtest.h>

#include <limits>

#include "protocols/modbus/pdu.hpp"
#include "protocols/test/wire.hpp"

namespace islandbench::modbus {
namespace {

using wire::Bytes;
using wire::bytes;
using wire::bytes_of;

/// The examples of Modbus Application Protocol V1.1b3, clauses 6.1 to 6.17.
struct Golden {
    const char* pdu;
    Request request;
};
const std::vector<Golden>& golden_requests() {
    static const std::vector<Golden> list{
        {"01 00 13 00 13", ReadCoils{19, 19}},
        {"02 00 C4 00 16", ReadDiscreteInputs{196, 22}},
        {"03 00 6B 00 03", ReadHoldingRegisters{107, 3}},
        {"04 00 08 00 01", ReadInputRegisters{8, 1}},
        {"05 00 AC FF 00", WriteSingleCoil{172, true}},
        {"05 00 AC 00 00", WriteSingleCoil{172, false}},
        {"06 00 01 00 03", WriteSingleRegister{1, 3}},
        {"0F 00 13 00 0A 02 CD 01", WriteMultipleCoils{19, {1, 0, 1, 1, 0, 0, 1, 1, 1, 0}}},
        {"10 00 01 00 02 04 00 0A 01 02", WriteMultipleRegisters{1, {0x000A, 0x0102}}},
        {"17 00 03 00 06 00 0E 00 03 06 00 FF 00 FF 00 FF",
         ReadWriteMultipleRegisters{3, 6, 14, {0x00FF, 0x00FF, 0x00FF}}},
    };
    return list;
}

TEST(ModbusRequest, EncodesTheStandardsExamples) {
    for (const Golden& golden : golden_requests()) {
        EXPECT_EQ(bytes_of(encode_request(golden.request)), bytes(golden.pdu)) << golden.pdu;
    }
}

TEST(ModbusRequest, DecodesTheStandardsExamples) {
    for (const Golden& golden : golden_requests()) {
        const auto request = decode_request(bytes(golden.pdu));
        ASSERT_TRUE(request.has_value()) << golden.pdu;
        EXPECT_TRUE(*request == golden.request) << golden.pdu;
    }
}

ExceptionCode refusal(const Bytes& pdu) {
    const auto request = decode_request(pdu);
    return request ? ExceptionCode{0} : request.error();
}

TEST(ModbusRequest, AnswersUnknownFunctionsWithOne) {
    for (const int function : {0, 7, 8, 11, 17, 20, 22, 24, 43, 99, 0x83, 255}) {
        EXPECT_EQ(refusal({static_cast<std::uint8_t>(function), 0, 0, 0, 1}),
                  ExceptionCode::illegal_function)
            << function;
    }
    EXPECT_EQ(refusal({}), ExceptionCode::illegal_function);
}

TEST(ModbusRequest, AnswersWrongLengthsWithThree) {
    for (const Golden& golden : golden_requests()) {
        Bytes longer = bytes(golden.pdu);
        longer.push_back(0);
        EXPECT_EQ(refusal(longer), ExceptionCode::illegal_data_value) << golden.pdu;
        for (Bytes shorter = bytes(golden.pdu); shorter.size() > 1;) {
            shorter.pop_back();
            EXPECT_EQ(refusal(shorter), ExceptionCode::illegal_data_value) << golden.pdu;
        }
    }
}

TEST(ModbusRequest, AnswersWrongByteCountsWithThree) {
    EXPECT_EQ(refusal(bytes("0F 00 13 00 0A 01 CD 01")), ExceptionCode::illegal_data_value);
    EXPECT_EQ(refusal(bytes("0F 00 13 00 11 02 CD 01")), ExceptionCode::illegal_data_value);
    EXPECT_EQ(refusal(bytes("10 00 01 00 02 03 00 0A 01 02")), ExceptionCode::illegal_data_value);
    EXPECT_EQ(refusal(bytes("10 00 01 00 01 04 00 0A 01 02")), ExceptionCode::illegal_data_value);
    EXPECT_EQ(refusal(bytes("17 00 03 00 06 00 0E 00 02 06 00 FF 00 FF 00 FF")),
              ExceptionCode::illegal_data_value);
}

TEST(ModbusRequest, KnowsOnlyTwoCoilValues) {
    EXPECT_EQ(refusal(bytes("05 00 AC 00 01")), ExceptionCode::illegal_data_value);
    EXPECT_EQ(refusal(bytes("05 00 AC FF FF")), ExceptionCode::illegal_data_value);
    EXPECT_EQ(refusal(bytes("05 00 AC 01 00")), ExceptionCode::illegal_data_value);
}

Registers registers(std::size_t n) {
    Registers values;
    values.resize(n);
    return values;
}
Bits bits(std::size_t n) {
    Bits values;
    values.resize(n);
    return values;
}

TEST(ModbusRequest, KeepsTheQuantityLimits) {
    for (const Request& good : std::vector<Request>{
             ReadCoils{0, 1}, ReadCoils{0, 2000}, ReadDiscreteInputs{0, 2000},
             ReadHoldingRegisters{0, 1}, ReadHoldingRegisters{0, 125}, ReadInputRegisters{0, 125},
             WriteMultipleCoils{0, bits(1)}, WriteMultipleCoils{0, bits(1968)},
             WriteMultipleRegisters{0, registers(123)},
             ReadWriteMultipleRegisters{0, 125, 0, registers(121)}}) {
        EXPECT_TRUE(is_valid(good)) << to_text(good);
        EXPECT_TRUE(decode_request(encode_request(good)).has_value()) << to_text(good);
    }
    for (const Request& bad : std::vector<Request>{
             ReadCoils{0, 0}, ReadCoils{0, 2001}, ReadDiscreteInputs{0, 2001},
             ReadHoldingRegisters{0, 0}, ReadHoldingRegisters{0, 126}, ReadInputRegisters{0, 126},
             WriteMultipleCoils{0, bits(0)}, WriteMultipleCoils{0, bits(1969)},
             WriteMultipleRegisters{0, registers(0)}, WriteMultipleRegisters{0, registers(124)},
             ReadWriteMultipleRegisters{0, 0, 0, registers(1)},
             ReadWriteMultipleRegisters{0, 126, 0, registers(1)},
             ReadWriteMultipleRegisters{0, 1, 0, registers(0)},
             ReadWriteMultipleRegisters{0, 1, 0, registers(122)}}) {
        EXPECT_FALSE(is_valid(bad)) << to_text(bad);
    }
}

TEST(ModbusRequest, AnswersBadQuantitiesOnTheWireWithThree) {
    for (const char* pdu :
         {"01 00 00 00 00", "01 00 00 07 D1", "02 00 00 07 D1", "03 00 00 00 00", "03 00 00 00 7E",
          "04 00 00 00 7E", "03 00 00 FF FF", "0F 00 00 00 00 00", "10 00 00 00 00 00",
          "17 00 00 00 00 00 00 00 01 02 00 00", "17 00 00 00 7E 00 00 00 01 02 00 00"}) {
        EXPECT_EQ(refusal(bytes(pdu)), ExceptionCode::illegal_data_value) << pdu;
    }
    // 124 registers fit into the bytes of a PDU, but not into the standard.
    Bytes write = bytes("10 00 00 00 7C F8");
    write.resize(6 + 248);
    EXPECT_EQ(refusal(write), ExceptionCode::illegal_data_value);
    Bytes both = bytes("17 00 00 00 01 00 00 00 7A F4");
    both.resize(10 + 244);
    EXPECT_EQ(refusal(both), ExceptionCode::illegal_data_value);
    Bytes coils = bytes("0F 00 00 07 B1 F7");
    coils.resize(6 + 247);
    EXPECT_EQ(refusal(coils), ExceptionCode::illegal_data_value);
    // More than any PDU holds.
    Bytes far = bytes("10 00 00 00 7F FE");
    far.resize(6 + 254);
    EXPECT_EQ(refusal(far), ExceptionCode::illegal_data_value);
    Bytes far_coils = bytes("0F 00 00 07 F8 FF");
    far_coils.resize(6 + 255);
    EXPECT_EQ(refusal(far_coils), ExceptionCode::illegal_data_value);
}

TEST(ModbusRequest, AnswersRangesPastTheLastAddressWithTwo) {
    EXPECT_TRUE(decode_request(bytes("03 FF FF 00 01")).has_value());
    EXPECT_TRUE(decode_request(bytes("03 FF 83 00 7D")).has_value());
    for (const char* pdu :
         {"03 FF FF 00 02", "01 FF FF 00 02", "03 FF 84 00 7D", "10 FF FF 00 02 04 00 00 00 00",
          "0F FF FF 00 02 01 03", "17 FF FF 00 02 00 00 00 01 02 00 00",
          "17 00 00 00 01 FF FF 00 02 04 00 00 00 00"}) {
        EXPECT_EQ(refusal(bytes(pdu)), ExceptionCode::illegal_data_address) << pdu;
    }
    EXPECT_FALSE(is_valid(ReadHoldingRegisters{65535, 2}));
}

TEST(ModbusRequest, SurvivesRandomBytesAndRepeatsWhatItAccepts) {
    Random random(1, "requests");
    constexpr std::uint8_t functions[] = {1, 2, 3, 4, 5, 6, 15, 16, 23};
    int accepted = 0;
    for (int round = 0; round < 200000; ++round) {
        Bytes pdu = wire::random_bytes(random, wire::random_size(random, 0, 16));
        if (pdu.size() > 1) pdu[0] = functions[random.bits() % std::size(functions)];
        if (pdu.size() > 4) pdu[3] = 0;  // small quantities
        if (pdu.size() > 5) pdu[5] = static_cast<std::uint8_t>(pdu.size() - 6);
        if (pdu.size() > 6 && pdu[0] == 16) pdu[4] = static_cast<std::uint8_t>(pdu[5] / 2);
        const auto request = decode_request(pdu);
        if (!request) continue;
        ++accepted;
        ASSERT_TRUE(is_valid(*request));
        const auto again = decode_request(encode_request(*request));
        ASSERT_TRUE(again.has_value() && *again == *request);
        // Spare bits of coils are dropped; everything else comes back byte for byte.
        if (pdu[0] != 15) {
            ASSERT_EQ(bytes_of(encode_request(*request)), pdu);
        }
    }
    EXPECT_GT(accepted, 10000);
}

TEST(ModbusRequest, SaysWhatItIs) {
    EXPECT_EQ(to_text(ReadHoldingRegisters{40000, 3}), "function 3 at 40000, quantity 3");
    EXPECT_EQ(to_text(ReadWriteMultipleRegisters{3, 6, 14, registers(3)}),
              "function 23 at 3, quantity 6, writing at 14, quantity 3");
}

TEST(ModbusBits, PackTheFirstBitLowest) {
    Bits bits{1, 0, 1, 1, 0, 0, 1, 1, 1, 0};
    EXPECT_EQ(bytes_of(bits.bytes()), bytes("CD 01"));
    bits.resize(3);
    bits.resize(10);
    EXPECT_EQ(bytes_of(bits.bytes()), bytes("05 00"));
    EXPECT_TRUE(Bits(bytes("FD"), 3) == (Bits{1, 0, 1}));  // spare bits do not count
}

}  // namespace
}  // namespace islandbench::modbus
