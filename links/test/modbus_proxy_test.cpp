#include "links/modbus_proxy.hpp"

#include <gmock/gmock.h>

#include "links/memory_network.hpp"

namespace islandbench::links {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Bytes = std::vector<std::uint8_t>;

/// A reply to transaction `id`, as short as Modbus TCP can have it.
Bytes reply(std::uint8_t id) {
    return {0, id, 0, 0, 0, 3, 1, 0x83, 2};
}

class ModbusProxyTest : public ::testing::Test {
  protected:
    ModbusProxyTest() {
        tasks.spawn(serve(*network.listen("device")));
        auto made =
            ModbusProxy::start(clock, network, "proxy", "device", condition, Random{1, "proxy"},
                               [this](const std::string& line) { news.push_back(line); });
        proxy = std::move(*made);
    }

    /// The device: notes what it is asked and lets the test answer.
    Task<> serve(std::unique_ptr<Listener> door) {
        auto stream = co_await door->accept();
        device = std::move(*stream);
        std::array<std::uint8_t, 64> buffer{};
        for (;;) {
            const auto n = co_await device->read_some(buffer, never);
            if (!n) co_return;
            asked.insert(asked.end(), buffer.begin(),
                         buffer.begin() + static_cast<std::ptrdiff_t>(*n));
        }
    }

    Task<> talk() {
        auto stream = co_await network.connect("proxy", never);
        client = std::move(*stream);
        std::array<std::uint8_t, 64> buffer{};
        for (;;) {
            const auto n = co_await client->read_some(buffer, never);
            if (!n) co_return;
            heard.insert(heard.end(), buffer.begin(),
                         buffer.begin() + static_cast<std::ptrdiff_t>(*n));
        }
    }

    void come() {
        tasks.spawn(talk());
        run(1s);
        ASSERT_TRUE(client && device);
    }

    void run(Duration time) {
        const Instant end = clock.now() + time;
        clock.run_ready();
        while (clock.next_timer() <= end) {
            clock.advance_to(clock.next_timer());
            clock.run_ready();
        }
        clock.advance_to(end);
    }

    Scheduler clock;
    MemoryNetwork network{clock};
    LinkCondition condition = LinkCondition::perfect();
    std::unique_ptr<ByteStream> device, client;
    Bytes asked, heard;
    std::vector<std::string> news;
    std::unique_ptr<ModbusProxy> proxy;
    TaskGroup tasks{clock};
};

TEST_F(ModbusProxyTest, CarriesBytesAsTheyAreBothWays) {
    come();
    client->write(Bytes{1, 2, 3});
    device->write(reply(7));
    run(1s);

    EXPECT_THAT(asked, ElementsAre(1, 2, 3));
    EXPECT_EQ(heard, reply(7));
    EXPECT_EQ(proxy->traffic().clients, 1);
    EXPECT_EQ(proxy->traffic().replies.messages, 1);
}

TEST_F(ModbusProxyTest, AReplyInPiecesIsOneMessage) {
    condition.reorder = 1.0;
    come();
    const Bytes first = reply(1);
    device->write(std::span(first).first(4));
    run(1s);
    device->write(std::span(first).subspan(4));
    run(1s);
    EXPECT_THAT(heard, IsEmpty());
    device->write(reply(2));
    run(1s);

    Bytes swapped = reply(2);
    swapped.insert(swapped.end(), first.begin(), first.end());
    EXPECT_EQ(heard, swapped);
    EXPECT_EQ(proxy->traffic().replies.held_back, 1);
}

TEST_F(ModbusProxyTest, LosesRepliesAndCountsThem) {
    condition.loss = 1.0;
    come();
    device->write(reply(1));
    device->write(reply(2));
    run(1s);

    EXPECT_THAT(heard, IsEmpty());
    EXPECT_EQ(proxy->traffic().replies.lost, 2);
}

TEST_F(ModbusProxyTest, WhatIsNoModbusPassesAsItCame) {
    come();
    const Bytes text{'H', 'T', 'T', 'P', '/', '1', '.', '1'};
    device->write(text);
    run(1s);

    EXPECT_EQ(heard, text);
}

TEST_F(ModbusProxyTest, TheLastWordsOfADeviceThatHangsUpArrive) {
    condition.delay_median = condition.delay_p99 = 200ms;
    come();
    device->write(reply(1));
    device->close();
    run(2s);

    EXPECT_EQ(heard, reply(1));
    EXPECT_FALSE(client->is_open());
    EXPECT_EQ(proxy->traffic().clients, 0);
}

TEST_F(ModbusProxyTest, AClientThatGoesFreesTheDevice) {
    come();
    client->close();
    run(1s);

    EXPECT_FALSE(device->is_open());
    EXPECT_THAT(news, ElementsAre("a client has come", "a client has gone"));
}

TEST_F(ModbusProxyTest, WithoutADeviceTheClientIsTurnedAway) {
    auto lonely =
        ModbusProxy::start(clock, network, "lonely", "nowhere", condition, Random{1, "lonely"},
                           [this](const std::string& line) { news.push_back(line); });
    tasks.spawn([](Network& net, std::unique_ptr<ByteStream>& into) -> Task<> {
        auto stream = co_await net.connect("lonely", never);
        into = std::move(*stream);
    }(network, client));
    run(1s);

    EXPECT_FALSE(client->is_open());
    EXPECT_THAT(news, ElementsAre("nobody listens on \"nowhere\""));
}

}  // namespace
}  // namespace islandbench::links
