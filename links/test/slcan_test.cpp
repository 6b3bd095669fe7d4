#include <gmock/gmock.h>

#include "links/memory_network.hpp"
#include "links/slcan_port.hpp"
#include "links/slcan_server.hpp"

/// A CAN bus served to strangers, and our own end of such a line.
namespace islandbench::links {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class SlcanTest : public ::testing::Test {
  protected:
    void run_for(Duration d) {
        const Instant end = clock.now() + d;
        clock.run_ready();
        while (clock.next_timer() <= end) {
            clock.advance_to(clock.next_timer());
            clock.run_ready();
        }
        clock.advance_to(end);
    }

    void serve() {
        auto started = SlcanServer::start(clock, network, "can", bus);
        ASSERT_TRUE(started.has_value());
        server = std::move(*started);
    }

    /// A stranger's connection; what it hears goes to `text`.
    Task<> hear(ByteStream& stream, std::string& text) {
        std::array<std::uint8_t, 100> buffer{};
        for (;;) {
            const auto n = co_await stream.read_some(buffer, never);
            if (!n) co_return;
            text.append(reinterpret_cast<const char*>(buffer.data()), *n);
        }
    }
    Task<> dial(std::unique_ptr<ByteStream>& into) {
        auto stream = co_await network.connect("can", never);
        if (stream) into = std::move(*stream);
    }
    static void say(ByteStream& stream, std::string_view text) {
        stream.write({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    }

    Task<> collect(CanPort& port, std::vector<std::uint32_t>& ids) {
        for (;;) {
            const auto received = co_await port.receive(never);
            ids.push_back(received->frame.id);
        }
    }
    Task<> receive_once(CanPort& port, Duration limit, Result<ReceivedFrame>& into) {
        const Instant deadline = clock.now() + limit;
        into = co_await port.receive(deadline);
    }

    static can::CanFrame frame(std::uint32_t id) { return can::standard_frame(id, {0x34, 0x12}); }

    Scheduler clock;
    MemoryNetwork network{clock};
    CanBus bus{clock};
    std::unique_ptr<CanPort> node = bus.attach();
    std::unique_ptr<SlcanServer> server;
    std::unique_ptr<ByteStream> first, second;
    TaskGroup tasks{clock};
};

TEST_F(SlcanTest, AStrangerHearsTheBusOnceItsChannelIsOpen) {
    serve();
    std::string heard;
    tasks.spawn(dial(first));
    run_for(1ms);
    tasks.spawn(hear(*first, heard));
    node->send(frame(0x351));
    run_for(10ms);
    EXPECT_EQ(heard, "") << "closed";

    say(*first, "C\rS6\rO\r");
    run_for(1ms);
    EXPECT_EQ(heard, "\r\r\r");
    node->send(frame(0x355));
    run_for(10ms);
    EXPECT_EQ(heard, "\r\r\rt35523412\r");
    EXPECT_EQ(server->traffic().heard, 1u);

    say(*first, "C\r");
    run_for(1ms);
    node->send(frame(0x356));
    run_for(10ms);
    EXPECT_EQ(heard, "\r\r\rt35523412\r\r");
}

TEST_F(SlcanTest, FramesOfAStrangerReachTheBusAndTheOtherStranger) {
    serve();
    std::string one, other;
    tasks.spawn(dial(first));
    tasks.spawn(dial(second));
    run_for(1ms);
    tasks.spawn(hear(*first, one));
    tasks.spawn(hear(*second, other));
    std::vector<std::uint32_t> ids;
    tasks.spawn(collect(*node, ids));
    say(*first, "O\r");
    say(*second, "O\r");
    run_for(1ms);
    EXPECT_EQ(server->traffic().clients, 2);

    say(*first, "t30580102030405060708\rT1234ABCD0\r");
    run_for(10ms);
    EXPECT_THAT(ids, ElementsAre(0x305, 0x1234ABCD));
    EXPECT_EQ(one, "\r\r\r") << "done, and no echo of its own";
    EXPECT_EQ(other, "\rt30580102030405060708\rT1234ABCD0\r");
    EXPECT_EQ(server->traffic().sent, 2u);

    first->close();
    run_for(10ms);
    EXPECT_EQ(server->traffic().clients, 1);
}

TEST_F(SlcanTest, WhatCannotBeIsRefusedWithABell) {
    serve();
    std::string heard;
    tasks.spawn(dial(first));
    run_for(1ms);
    tasks.spawn(hear(*first, heard));
    const auto reply_to = [&](const char* line) {
        heard.clear();
        say(*first, line);
        run_for(1ms);
        return heard;
    };
    EXPECT_EQ(reply_to("t30500\r"), "\a") << "the channel is closed";
    EXPECT_EQ(reply_to("S5\r"), "\a") << "the bus is 500 kbit/s";
    EXPECT_EQ(reply_to("X\r"), "\a");
    EXPECT_EQ(reply_to("L\r"), "\r");
    EXPECT_EQ(reply_to("t3050\r"), "\a") << "it listens only";
    EXPECT_EQ(reply_to("O\r"), "\r");
    EXPECT_EQ(reply_to("t3059\r"), "\a") << "nine bytes";
    EXPECT_EQ(reply_to("t3050\r"), "\r");
    EXPECT_EQ(reply_to("V\r"), "V1013\r");
    EXPECT_EQ(reply_to("F\r"), "F00\r");
    EXPECT_EQ(server->traffic().sent, 1u);
}

TEST_F(SlcanTest, TimeStampsAreMillisecondsOfTheMinute) {
    serve();
    std::string heard;
    tasks.spawn(dial(first));
    run_for(61s);
    tasks.spawn(hear(*first, heard));
    say(*first, "Z1\rO\r");
    node->send(frame(0x351));
    run_for(100ms);
    EXPECT_EQ(heard, "\r\rt3512341203E8\r") << "1000 ms";
}

TEST_F(SlcanTest, ASilentGatewayPassesNothingToStrangers) {
    serve();
    std::string heard;
    tasks.spawn(dial(first));
    run_for(1ms);
    tasks.spawn(hear(*first, heard));
    say(*first, "O\r");
    run_for(1ms);
    bus.outside_silent = true;
    node->send(frame(0x351));
    run_for(10ms);
    EXPECT_EQ(heard, "\r");
}

TEST_F(SlcanTest, OurPortHearsAndSends) {
    serve();
    SlcanPort port(clock, network, "can");
    run_for(10ms);
    EXPECT_TRUE(port.is_open()) << port.trouble();
    std::vector<std::uint32_t> at_node, at_port;
    tasks.spawn(collect(*node, at_node));
    tasks.spawn(collect(port, at_port));
    node->send(frame(0x355));
    EXPECT_TRUE(port.send(frame(0x305)));
    run_for(10ms);
    EXPECT_THAT(at_port, ElementsAre(0x355));
    EXPECT_THAT(at_node, ElementsAre(0x305));
    tasks.clear();
}

TEST_F(SlcanTest, OurPortComesBackWhenTheServerDoes) {
    serve();
    SlcanPort port(clock, network, "can");
    run_for(10ms);
    EXPECT_TRUE(port.is_open());
    server.reset();
    run_for(2s);
    EXPECT_FALSE(port.is_open());
    EXPECT_FALSE(port.send(frame(0x305)));
    EXPECT_EQ(port.reconnects(), 0u);
    Result<ReceivedFrame> none = failure(ErrorCode::io, "");
    tasks.spawn(receive_once(port, 1s, none));
    run_for(1s);
    ASSERT_FALSE(none.has_value());
    EXPECT_EQ(none.error().code, ErrorCode::closed);
    EXPECT_THAT(none.error().what, HasSubstr("slcan://can"));

    serve();
    run_for(1s);
    EXPECT_TRUE(port.is_open()) << port.trouble();
    EXPECT_EQ(port.reconnects(), 1u);
    std::vector<std::uint32_t> ids;
    tasks.spawn(collect(port, ids));
    node->send(frame(0x356));
    run_for(10ms);
    EXPECT_THAT(ids, ElementsAre(0x356));
    tasks.clear();
}

/// A bus on which nothing happens is fine as long as the adapter answers.
TEST_F(SlcanTest, AQuietBusIsNoLostConnection) {
    serve();
    SlcanPort port(clock, network, "can");
    run_for(60s);
    EXPECT_TRUE(port.is_open());
    EXPECT_EQ(port.reconnects(), 0u);
}

/// Answers as it is told, one answer a command.
Task<> play_adapter(Listener& listener, std::string answers) {
    for (;;) {
        auto stream = co_await listener.accept();
        std::array<std::uint8_t, 100> buffer{};
        for (const char answer : answers) {
            const auto n = co_await (*stream)->read_some(buffer, never);
            if (!n) break;
            const auto byte = static_cast<std::uint8_t>(answer);
            (*stream)->write({&byte, 1});
        }
        for (;;) {
            const auto n = co_await (*stream)->read_some(buffer, never);
            if (!n) break;
        }
    }
}

TEST_F(SlcanTest, WhyThereIsNoChannelIsSaid) {
    struct Case {
        const char* answers;
        const char* why;
    };
    for (const Case& one : {Case{"\a\a", "refuses 500 kbit/s"}, Case{"\a\r\a", "refuses to open"},
                            Case{"", "no slcan adapter answers here"}}) {
        auto listener = network.listen("odd");
        ASSERT_TRUE(listener.has_value());
        TaskGroup adapter(clock);
        adapter.spawn(play_adapter(**listener, one.answers));
        const SlcanPort port(clock, network, "odd");
        run_for(2200ms);
        EXPECT_FALSE(port.is_open());
        EXPECT_THAT(port.trouble(), HasSubstr(one.why));
        EXPECT_THAT(port.trouble(), HasSubstr("slcan://odd"));
    }
    const SlcanPort nobody(clock, network, "nowhere");
    run_for(100ms);
    EXPECT_THAT(nobody.trouble(), HasSubstr("slcan://nowhere: "));
}

TEST_F(SlcanTest, AnAdapterThatVanishedWithoutAWordIsDialledAgain) {
    auto listener = network.listen("odd");
    TaskGroup adapter(clock);
    adapter.spawn(play_adapter(**listener, "\r\r\r"));
    const SlcanPort port(clock, network, "odd");
    run_for(4s);
    EXPECT_TRUE(port.is_open());
    run_for(6s);
    EXPECT_EQ(port.reconnects(), 1u) << port.trouble();
}

}  // namespace
}  // namespace islandbench::links
