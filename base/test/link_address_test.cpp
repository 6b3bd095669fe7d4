#include "base/link_address.hpp"

#include <gtest/gtest.h>

namespace islandbench {
namespace {

TEST(LinkAddress, ReadsAllForms) {
    const auto tcp = parse_link_address("tcp://192.168.1.20:1502?unit=71");
    ASSERT_TRUE(tcp.has_value());
    EXPECT_EQ(*tcp, (LinkAddress{LinkAddress::Kind::tcp, "192.168.1.20", 1502, 71}));
    EXPECT_EQ(parse_link_address("tcp://inverter")->port, 502);
    EXPECT_EQ(parse_link_address("tcp://[::1]:1502")->host, "::1");
    EXPECT_EQ(parse_link_address("emulated")->kind, LinkAddress::Kind::emulated);
    EXPECT_EQ(parse_link_address("can:can0")->host, "can0");
    const auto slcan = parse_link_address("slcan://[::1]:15070");
    ASSERT_TRUE(slcan.has_value());
    EXPECT_EQ(*slcan, (LinkAddress{LinkAddress::Kind::slcan, "::1", 15070, 0}));
    EXPECT_EQ(host_and_port(*slcan), "[::1]:15070");
}

TEST(LinkAddress, ReadsSerialLines) {
    const auto rtu = parse_link_address("rtu:/dev/ttyUSB0?baud=19200&parity=E&unit=2");
    ASSERT_TRUE(rtu.has_value());
    EXPECT_EQ(*rtu, (LinkAddress{LinkAddress::Kind::rtu, "/dev/ttyUSB0", 0, 2, {19200, 'E', 1}}));
    EXPECT_EQ(parse_link_address("rtu:/dev/ttyS0")->serial, (SerialSettings{9600, 'N', 1}));
    const auto other = parse_link_address("rtu:/dev/ttyUSB0?unit=7&stop=1&parity=E&baud=19200");
    EXPECT_EQ(modbus_place(*other), modbus_place(*rtu));  // two units on one bus
    EXPECT_FALSE(rtu->is_loopback());
}

TEST(LinkAddress, TextIsReadBack) {
    for (const char* text :
         {"emulated", "can:vcan0", "tcp://host:502?unit=1", "tcp://[fe80::1]:1502?unit=247",
          "slcan://127.0.0.1:15070", "slcan://[::1]:1",
          "rtu:/dev/ttyUSB1?baud=115200&parity=O&stop=2&unit=247"}) {
        EXPECT_EQ(to_text(*parse_link_address(text)), text);
    }
}

TEST(LinkAddress, RefusesNonsense) {
    for (const char* text : {"",
                             "udp://x",
                             "tcp://",
                             "tcp://:502",
                             "tcp://h:0",
                             "tcp://h:70000",
                             "tcp://h:502?unit=256",
                             "tcp://h?slave=1",
                             "can:",
                             "slcan://h",
                             "slcan://:1",
                             "slcan://h:0",
                             "slcan://h:1?unit=1",
                             "can:vcan 0",
                             "can:a/b",
                             "can:sixteenletters00",
                             "rtu:",
                             "rtu:ttyUSB0",
                             "rtu:/dev/x?unit=0",
                             "rtu:/dev/x?unit=248",
                             "rtu:/dev/x?baud=x",
                             "rtu:/dev/x?parity=M",
                             "rtu:/dev/x?stop=3",
                             "rtu:/dev/x?&unit=1",
                             "rtu:/dev/x?data=7",
                             "rtu:/dev/x?unit"}) {
        EXPECT_FALSE(parse_link_address(text).has_value()) << text;
    }
}

TEST(LinkAddress, KnowsLoopback) {
    EXPECT_TRUE(parse_link_address("tcp://127.0.0.1:1")->is_loopback());
    EXPECT_TRUE(parse_link_address("tcp://localhost:1")->is_loopback());
    EXPECT_TRUE(parse_link_address("tcp://[::1]:1")->is_loopback());
    EXPECT_TRUE(parse_link_address("slcan://127.0.0.1:1")->is_loopback());
    EXPECT_FALSE(parse_link_address("can:localhost")->is_loopback());
    EXPECT_FALSE(parse_link_address("tcp://10.0.0.1:1")->is_loopback());
    EXPECT_FALSE(parse_link_address("tcp://localhost.evil.example:1")->is_loopback());
}

}  // namespace
}  // namespace islandbench
