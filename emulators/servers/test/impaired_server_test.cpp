#include <gmock/gmock.h>

#include <array>

#include "emulators/servers/modbus_server.hpp"
#include "links/memory_network.hpp"

/// What a bad link does to the replies of a server, in simulated time.
namespace islandbench::servers {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Counting final : public modbus::DataModel {
  public:
    modbus::Served read_holding_registers(std::uint16_t /*address*/,
                                          std::span<std::uint16_t> into) override {
        ++reads;
        for (std::uint16_t& value : into) value = 7;
        return {};
    }
    int reads = 0;
};

/// One server, one connection, and which requests were answered when.
class Exchange {
  public:
    Exchange(std::uint64_t seed, const links::LinkCondition& link) : condition(link) {
        responder.serve(1, device);
        server = std::move(*ModbusServer::start(clock, network, "device", responder, condition,
                                                Random(seed, "link")));
        tasks.spawn(listen());
        run_for(0s);
    }

    void ask(std::uint8_t id) {
        const std::array<std::uint8_t, 12> bytes{0, id, 0, 0, 0, 6, 1, 3, 0, 0, 0, 1};
        stream->write(bytes);
    }
    void run_for(Duration d) {
        const Instant end = clock.now() + d;
        clock.run_ready();
        while (clock.next_timer() <= end) {
            clock.advance_to(clock.next_timer());
            clock.run_ready();
        }
        clock.advance_to(end);
    }
    /// One request a second; the ids answered.
    std::vector<int> ask_often(int times) {
        for (int i = 0; i < times; ++i) {
            ask(static_cast<std::uint8_t>(i));
            run_for(1s);
        }
        return answered;
    }

    Scheduler clock;
    links::MemoryNetwork network{clock};
    Counting device;
    modbus::Responder responder;
    links::LinkCondition condition;
    std::unique_ptr<ModbusServer> server;
    std::unique_ptr<links::ByteStream> stream;
    std::vector<int> answered;
    std::vector<Instant> when;
    TaskGroup tasks{clock};

  private:
    Task<> listen() {
        auto connected = co_await network.connect("device", never);
        stream = std::move(*connected);
        std::array<std::uint8_t, 64> buffer{};
        for (;;) {
            const auto n = co_await stream->read_some(buffer, never);
            if (!n) co_return;
            answered.push_back(buffer[1]);
            when.push_back(clock.now());
        }
    }
};

TEST(ImpairedServer, DelaysEachReply) {
    Exchange sut(1, {50ms, 50ms, 0.0, false});
    sut.ask(1);
    sut.run_for(49ms);
    EXPECT_THAT(sut.answered, IsEmpty());
    sut.run_for(2ms);
    EXPECT_THAT(sut.answered, ElementsAre(1));
}

TEST(ImpairedServer, LosesTheSameRepliesForTheSameSeed) {
    const links::LinkCondition lossy{30ms, 300ms, 0.3, false};
    Exchange a(7, lossy), again(7, lossy), other(8, lossy);

    const auto answered = a.ask_often(60);

    EXPECT_LT(answered.size(), 60u);
    EXPECT_GT(answered.size(), 30u);
    EXPECT_EQ(a.device.reads, 60) << "the device has answered, the link has lost";
    EXPECT_EQ(again.ask_often(60), answered);
    EXPECT_EQ(again.when, a.when) << "and at the same times";
    EXPECT_NE(other.ask_often(60), answered);
}

TEST(ImpairedServer, IsSilentAsLongAsItsLinkIs) {
    Exchange sut(1, links::LinkCondition::perfect());
    sut.ask(1);
    sut.run_for(1s);
    sut.condition.silent = true;
    sut.ask(2);
    sut.run_for(1s);
    sut.condition.silent = false;
    sut.ask(3);
    sut.run_for(1s);

    EXPECT_THAT(sut.answered, ElementsAre(1, 3));
    EXPECT_EQ(sut.device.reads, 2) << "what was asked meanwhile never reached the device";
    EXPECT_TRUE(sut.stream->is_open()) << "silence is no closed connection";
}

TEST(ImpairedServer, TheConditionMayChangeAtAnyTime) {
    Exchange sut(1, links::LinkCondition::perfect());
    sut.ask(1);
    sut.run_for(1s);
    sut.condition = {200ms, 200ms, 0.0, false};
    const Instant asked = sut.clock.now();
    sut.ask(2);
    sut.run_for(1s);

    ASSERT_THAT(sut.when, SizeIs(2));
    EXPECT_EQ(sut.when[0], story_start);
    EXPECT_EQ(sut.when[1] - asked, 200ms);
}

}  // namespace
}  // namespace islandbench::servers
