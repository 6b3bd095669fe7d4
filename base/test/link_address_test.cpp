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

TEST(LinkAddress, TextIsReadBack) {
    for (const char* text :
         {"emulated", "can:vcan0", "tcp://host:502?unit=1", "tcp://[fe80::1]:1502?unit=247",
          "slcan://127.0.0.1:15070", "slcan://[::1]:1"}) {
        EXPECT_EQ(to_text(*parse_link_address(text)), text);
    }
}

TEST(LinkAddress, RefusesNonsense) {
    for (const char* text :
         {"", "udp://x", "tcp://", "tcp://:502", "tcp://h:0", "tcp://h:70000",
          "tcp://h:502?unit=256", "tcp://h?slave=1", "can:", "slcan://h", "slcan://:1",
          "slcan://h:0", "slcan://h:1?unit=1", "can:vcan 0", "can:a/b", "can:sixteenletters00"}) {
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
