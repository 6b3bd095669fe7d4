#include <gmock/gmock.h>

#include "protocols/modbus/client.hpp"
#include "protocols/modbus/mbap.hpp"
#include "protocols/test/wire.hpp"

namespace islandbench::modbus {
namespace {

using ::testing::HasSubstr;
using wire::Bytes;
using wire::bytes;
using wire::bytes_of;

Pdu pdu(const char* hex) {
    return Pdu(bytes(hex));
}

TEST(Mbap, EncodesAHandMadeFrame) {
    EXPECT_EQ(bytes_of(encode(Adu{0x1501, 0xFF, pdu("03 00 04 00 01")})),
              bytes("15 01 00 00 00 06 FF 03 00 04 00 01"));
}

TEST(AduStream, DecodesAHandMadeFrame) {
    AduStream stream;
    stream.push(bytes("15 01 00 00 00 05 FF 03 02 00 05"));
    const auto adu = stream.pull();
    ASSERT_TRUE(adu.has_value() && adu->has_value());
    EXPECT_TRUE(**adu == (Adu{0x1501, 0xFF, pdu("03 02 00 05")}));
    EXPECT_FALSE(stream.pull()->has_value());
}

TEST(AduStream, PutsFragmentsTogether) {
    AduStream stream;
    const Bytes frame = bytes("00 07 00 00 00 03 01 83 02");
    for (std::size_t i = 0; i + 1 < frame.size(); ++i) {
        stream.push(Bytes{frame[i]});
        ASSERT_FALSE(stream.pull()->has_value()) << i;
    }
    stream.push(Bytes{frame.back()});
    EXPECT_TRUE(**stream.pull() == (Adu{7, 1, pdu("83 02")}));
}

TEST(AduStream, TakesJoinedFramesApart) {
    AduStream stream;
    stream.push(bytes("00 01 00 00 00 03 01 83 02 00 02 00 00 00 03 01 83 06 00"));
    EXPECT_EQ((*stream.pull())->transaction_id, 1);
    EXPECT_EQ((*stream.pull())->transaction_id, 2);
    EXPECT_FALSE(stream.pull()->has_value());
    stream.push(bytes("03 00 00 00 03 01 83 05"));
    EXPECT_TRUE(**stream.pull() == (Adu{3, 1, pdu("83 05")}));
}

TEST(AduStream, KeepsTheLengthLimits) {
    AduStream stream;
    Bytes longest = bytes("00 01 00 00 00 FE 01");
    longest.resize(6 + 254, 0x2A);
    stream.push(longest);
    EXPECT_EQ((*stream.pull())->pdu.size(), max_pdu_size);
    stream.push(bytes("00 01 00 00 00 02 01 2A"));
    EXPECT_EQ((*stream.pull())->pdu.size(), 1U);

    for (const char* header : {"00 01 00 00 00 00", "00 01 00 00 00 01", "00 01 00 00 00 FF",
                               "00 01 00 00 01 00", "00 01 00 00 FF FF"}) {
        AduStream broken;
        broken.push(bytes(header));
        EXPECT_EQ(error_code(broken.pull()), ErrorCode::bad_frame) << header;
    }
}

TEST(AduStream, StaysBrokenUntilReset) {
    AduStream stream;
    stream.push(bytes("00 01 00 01 00 03 01 83 02"));
    EXPECT_EQ(error_of(stream.pull()),
              (Error{ErrorCode::bad_frame, "MBAP header: protocol id is 1, expected 0"}));
    stream.push(bytes("00 01 00 00 00 03 01 83 02"));
    EXPECT_FALSE(stream.pull().has_value());
    stream.reset();
    EXPECT_FALSE(stream.pull()->has_value());
    stream.push(bytes("00 01 00 00 00 03 01 83 02"));
    EXPECT_TRUE(stream.pull()->has_value());
}

/// However the bytes are cut, the frames are the same; random ones mostly break the framing.
TEST(AduStream, DoesNotCareHowBytesAreCut) {
    Random random(4, "cuts");
    for (int round = 0; round < 300; ++round) {
        Bytes sent;
        std::vector<Adu> expected;
        for (int i = 0; i < 20; ++i) {
            expected.push_back(
                {static_cast<std::uint16_t>(random.bits()), 1,
                 Pdu(wire::random_bytes(random, wire::random_size(random, 1, 253)))});
            const AduBytes one = encode(expected.back());
            sent.insert(sent.end(), one.begin(), one.end());
        }
        AduStream stream;
        std::size_t got = 0;
        for (std::size_t at = 0; at < sent.size();) {
            const std::size_t n = std::min(wire::random_size(random, 1, 600), sent.size() - at);
            stream.push(std::span<const std::uint8_t>(sent).subspan(at, n));
            at += n;
            for (auto adu = stream.pull(); adu->has_value(); adu = stream.pull()) {
                ASSERT_TRUE(got < expected.size() && **adu == expected[got]);
                ++got;
            }
        }
        ASSERT_EQ(got, expected.size());
    }
}

TEST(AduStream, SurvivesRandomBytes) {
    Random random(5, "noise");
    for (int round = 0; round < 2000; ++round) {
        AduStream stream;
        for (int i = 0; i < 20; ++i) {
            stream.push(wire::random_bytes(random, wire::random_size(random, 0, 30)));
            for (auto adu = stream.pull(); adu.has_value() && adu->has_value();
                 adu = stream.pull()) {
                ASSERT_FALSE((*adu)->pdu.empty());
            }
        }
    }
}

/// The client's request, with the reply `pdu` to it.
struct Exchange {
    Client client{10};
    Request request = ReadHoldingRegisters{107, 1};

    Adu reply(std::uint16_t id, std::uint8_t unit = 1, const char* hex = "03 02 00 2A") const {
        return {id, unit, pdu(hex)};
    }
};

TEST(Client, NumbersItsRequests) {
    Client client(65535);
    EXPECT_EQ(bytes_of(client.ask(7, ReadHoldingRegisters{107, 3})),
              bytes("FF FF 00 00 00 06 07 03 00 6B 00 03"));
    EXPECT_EQ(bytes_of(client.ask(7, WriteSingleRegister{1, 3})),
              bytes("00 00 00 00 00 06 07 06 00 01 00 03"));
}

TEST(Client, AcceptsTheAnswer) {
    Exchange x;
    (void)x.client.ask(1, x.request);
    EXPECT_TRUE(x.client.waiting());
    const auto response = x.client.accept(x.reply(10));
    EXPECT_TRUE(*registers_of(*response) == Registers{42});
    EXPECT_FALSE(x.client.waiting());
}

TEST(Client, DropsLateReplies) {
    Exchange x;
    for (int i = 0; i < 5; ++i) (void)x.client.ask(1, x.request);  // ids 10 to 14
    EXPECT_FALSE(x.client.accept(x.reply(10)).has_value());
    EXPECT_FALSE(x.client.accept(x.reply(13)).has_value());
    EXPECT_TRUE(x.client.waiting());
    EXPECT_TRUE(x.client.accept(x.reply(14))->has_value());
    EXPECT_FALSE(x.client.accept(x.reply(14)).has_value());  // once more: already answered
    EXPECT_EQ(x.client.late_replies(), 3);
}

TEST(Client, KnowsLateRepliesAcrossTheWrap) {
    Exchange x;
    x.client = Client(65500);
    for (int i = 0; i < 437; ++i) (void)x.client.ask(1, x.request);
    EXPECT_FALSE(x.client.accept(x.reply(65528)).has_value());  // 408 behind
    EXPECT_TRUE(x.client.accept(x.reply(400))->has_value());
}

std::string complaint(Client& client, const Adu& adu) {
    const auto response = client.accept(adu);
    if (!response) return "late";
    if (response->has_value()) return "accepted";
    EXPECT_EQ(response->error().code, ErrorCode::bad_reply);
    return response->error().what;
}

TEST(Client, RefusesWhatIsNotTheAnswer) {
    Exchange x;
    (void)x.client.ask(1, x.request);
    EXPECT_THAT(complaint(x.client, x.reply(11)), HasSubstr("transaction id is 11, expected 10"));
    EXPECT_THAT(complaint(x.client, x.reply(12)), HasSubstr("nothing was asked"));
    (void)x.client.ask(1, x.request);
    EXPECT_THAT(complaint(x.client, x.reply(9)), HasSubstr("transaction id is 9, expected 11"));
    (void)x.client.ask(1, x.request);
    EXPECT_THAT(complaint(x.client, x.reply(12, 0xC0)), HasSubstr("unit id is 192, expected 1"));
    (void)x.client.ask(1, x.request);
    EXPECT_THAT(complaint(x.client, x.reply(13, 1, "04 02 00 2A")), HasSubstr("function is 4"));
    (void)x.client.ask(1, x.request);
    EXPECT_THAT(complaint(x.client, x.reply(14, 1, "03 04 00 2A 00 2B")), HasSubstr("byte count"));
}

}  // namespace
}  // namespace islandbench::modbus
