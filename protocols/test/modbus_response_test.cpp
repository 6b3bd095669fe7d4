#include <gmock/gmock.h>

#include "protocols/modbus/pdu.hpp"
#include "protocols/test/wire.hpp"

namespace islandbench::modbus {
namespace {

using ::testing::HasSubstr;
using wire::Bytes;
using wire::bytes;
using wire::bytes_of;

/// The examples of Modbus Application Protocol V1.1b3, clauses 6.1 to 6.17 and 7.
struct Golden {
    const char* pdu;
    Request request;
    Response response;
};
const std::vector<Golden>& golden_replies() {
    static const std::vector<Golden> list{
        {"01 03 CD 6B 05", ReadCoils{19, 19}, Bits(bytes("CD 6B 05"), 19)},
        {"02 03 AC DB 35", ReadDiscreteInputs{196, 22}, Bits(bytes("AC DB 35"), 22)},
        {"03 06 02 2B 00 00 00 64", ReadHoldingRegisters{107, 3}, Registers{0x022B, 0, 0x0064}},
        {"04 02 00 0A", ReadInputRegisters{8, 1}, Registers{10}},
        {"05 00 AC FF 00", WriteSingleCoil{172, true}, Written{}},
        {"06 00 01 00 03", WriteSingleRegister{1, 3}, Written{}},
        {"0F 00 13 00 0A", WriteMultipleCoils{19, {1, 0, 1, 1, 0, 0, 1, 1, 1, 0}}, Written{}},
        {"10 00 01 00 02", WriteMultipleRegisters{1, {0x000A, 0x0102}}, Written{}},
        {"17 0C 00 FE 0A CD 00 01 00 03 00 0D 00 FF",
         ReadWriteMultipleRegisters{3, 6, 14, {0xFF, 0xFF, 0xFF}},
         Registers{0x00FE, 0x0ACD, 0x0001, 0x0003, 0x000D, 0x00FF}},
        {"81 02", ReadCoils{0x04A1, 1}, ExceptionCode::illegal_data_address},
        {"90 06", WriteMultipleRegisters{1, {1}}, ExceptionCode::server_device_busy},
    };
    return list;
}

TEST(ModbusResponse, EncodesTheStandardsExamples) {
    for (const Golden& golden : golden_replies()) {
        EXPECT_EQ(bytes_of(encode_response(golden.request, golden.response)), bytes(golden.pdu))
            << golden.pdu;
    }
    EXPECT_EQ(bytes_of(encode_exception(7, ExceptionCode::illegal_function)), bytes("87 01"));
}

TEST(ModbusResponse, DecodesTheStandardsExamples) {
    for (const Golden& golden : golden_replies()) {
        const auto response = decode_response(golden.request, bytes(golden.pdu));
        ASSERT_TRUE(response.has_value()) << response.error().what;
        EXPECT_TRUE(*response == golden.response) << golden.pdu;
    }
}

std::string complaint(const Request& request, const Bytes& pdu) {
    const auto response = decode_response(request, pdu);
    if (response) return "accepted";
    EXPECT_EQ(error_code(response), ErrorCode::bad_reply);
    return response.error().what;
}

TEST(ModbusResponse, NamesTheFieldThatDoesNotFit) {
    const Request read = ReadHoldingRegisters{107, 3};
    EXPECT_THAT(complaint(read, bytes("04 06 02 2B 00 00 00 64")),
                HasSubstr("function is 4, expected 3"));
    EXPECT_THAT(complaint(read, bytes("83")),
                HasSubstr("length of the exception is 1, expected 2"));
    EXPECT_THAT(complaint(read, bytes("83 02 00")), HasSubstr("length of the exception"));
    EXPECT_THAT(complaint(read, bytes("90 02")), HasSubstr("function is 144, expected 3"));
    EXPECT_THAT(complaint(read, {}), HasSubstr("length is 0"));

    const Request write = WriteMultipleRegisters{1, {10, 258}};
    EXPECT_THAT(complaint(write, bytes("10 00 02 00 02")), HasSubstr("address is 2, expected 1"));
    EXPECT_THAT(complaint(write, bytes("10 00 01 00 01")), HasSubstr("quantity is 1, expected 2"));
    EXPECT_THAT(complaint(write, bytes("10 00 01 00")), HasSubstr("length is 4, expected 5"));
    EXPECT_THAT(complaint(write, bytes("10 00 01 00 02 00")), HasSubstr("length is 6, expected 5"));
    EXPECT_THAT(complaint(WriteSingleRegister{1, 3}, bytes("06 00 01 00 04")),
                HasSubstr("value is 4, expected 3"));
    EXPECT_THAT(complaint(WriteSingleCoil{1, true}, bytes("05 00 01 00 00")),
                HasSubstr("value is 0, expected 65280"));
}

/// Fewer bytes than asked for, or a byte count that says more than there is: both seen in the
/// field.
TEST(ModbusResponse, WantsAsManyBytesAsWereAskedFor) {
    const Request read = ReadHoldingRegisters{107, 3};
    EXPECT_THAT(complaint(read, bytes("03 04 02 2B 00 00")),
                HasSubstr("function 3 at 107, quantity 3: byte count is 4, expected 6"));
    EXPECT_THAT(complaint(read, bytes("03 08 02 2B 00 00 00 64 00 01")),
                HasSubstr("byte count is 8"));
    EXPECT_THAT(complaint(read, bytes("03 06 02 2B 00 00")), HasSubstr("length is 6, expected 8"));
    EXPECT_THAT(complaint(read, bytes("03 06 02 2B 00 00 00 64 00")), HasSubstr("length is 9"));
    EXPECT_THAT(complaint(read, bytes("03")), HasSubstr("length is 1, expected 8"));
    const Request coils = ReadCoils{19, 19};
    EXPECT_THAT(complaint(coils, bytes("01 02 CD 6B")), HasSubstr("byte count is 2, expected 3"));
    EXPECT_THAT(complaint(coils, bytes("01 03 CD 6B")), HasSubstr("length is 4, expected 5"));
}

TEST(ModbusResponse, CountsWholeBytesOfCoils) {
    for (const int n : {1, 7, 8, 9, 16, 17, 1999, 2000}) {
        const auto quantity = static_cast<std::uint16_t>(n);
        const Request coils = ReadCoils{0, quantity};
        Bytes pdu{1, static_cast<std::uint8_t>((quantity + 7) / 8)};
        pdu.resize(2U + pdu[1]);
        EXPECT_TRUE(decode_response(coils, pdu).has_value()) << quantity;
        Bits bits;
        bits.resize(quantity);
        EXPECT_EQ(bytes_of(encode_response(coils, bits)), pdu) << quantity;
    }
}

TEST(ModbusResponse, IgnoresSpareBitsOfCoils) {
    const auto response = decode_response(ReadCoils{0, 3}, bytes("01 01 FD"));
    ASSERT_TRUE(response.has_value());
    EXPECT_TRUE(std::get<Bits>(*response) == (Bits{1, 0, 1}));
}

TEST(ModbusResponse, TurnsExceptionsIntoErrorsOnRequest) {
    const Result<Response> refused = Response{ExceptionCode::illegal_data_address};
    EXPECT_EQ(error_of(registers_of(refused)),
              (Error{ErrorCode::exception, "exception: illegal data address (2)"}));
    EXPECT_EQ(error_code(bits_of(refused)), ErrorCode::exception);
    EXPECT_EQ(error_code(written(refused)), ErrorCode::exception);
    EXPECT_EQ(to_text(ExceptionCode{0x55}), "unknown exception (85)");

    EXPECT_TRUE(*registers_of(Response{Registers{7}}) == Registers{7});
    EXPECT_TRUE(written(Response{Written{}}).has_value());
    const Result<Response> lost = failure(ErrorCode::closed, "gone");
    EXPECT_EQ(error_code(registers_of(lost)), ErrorCode::closed);
}

TEST(ModbusResponse, SurvivesEveryDamageToAReply) {
    Random random(2, "replies");
    int accepted = 0;
    for (int round = 0; round < 100000; ++round) {
        const Golden& golden = golden_replies()[random.bits() % golden_replies().size()];
        Bytes pdu = bytes(golden.pdu);
        pdu[random.bits() % pdu.size()] ^= static_cast<std::uint8_t>(1U << (random.bits() % 8));
        if (random.chance(0.3)) pdu.resize(wire::random_size(random, 0, 20));
        pdu.shrink_to_fit();
        const auto response = decode_response(golden.request, pdu);
        if (!response) continue;
        ++accepted;
        if (std::holds_alternative<Bits>(*response)) continue;  // spare bits
        ASSERT_EQ(bytes_of(encode_response(golden.request, *response)), pdu);
    }
    EXPECT_GT(accepted, 1000);
}

TEST(ModbusResponse, SurvivesRandomBytes) {
    Random random(3, "noise");
    for (int round = 0; round < 100000; ++round) {
        const Golden& golden = golden_replies()[random.bits() % golden_replies().size()];
        const Bytes pdu = wire::random_bytes(random, wire::random_size(random, 0, 253));
        const auto response = decode_response(golden.request, pdu);
        if (response) {
            ASSERT_LE(pdu.size(), 2U + 250U);
        }
    }
}

}  // namespace
}  // namespace islandbench::modbus
