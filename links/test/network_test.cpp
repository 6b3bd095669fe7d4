#include <gmock/gmock.h>

#include <functional>
#include <numeric>

#include "base/pump.hpp"
#include "links/memory_network.hpp"
#include "links/tcp_network.hpp"

/// One contract for all networks: what simulated time promises, wall time keeps.
namespace islandbench::links {
namespace {

using namespace std::chrono_literals;
using Bytes = std::vector<std::uint8_t>;

struct Kind {
    const char* name;
    const char* place;    ///< to listen on
    const char* nowhere;  ///< where nobody listens
};

class NetworkContract : public ::testing::TestWithParam<Kind> {
  protected:
    NetworkContract() {
        if (std::string(GetParam().name) == "Tcp") {
            auto tcp = std::make_unique<TcpNetwork>(clock);
            pump = tcp.get();
            network = std::move(tcp);
        } else {
            network = std::make_unique<MemoryNetwork>(clock);
            pump = &simulated;
        }
    }

    /// Runs until the tasks are done or the run's clock reaches `limit`.
    bool run(Duration limit = 5s) {
        clock.run_ready();
        while (tasks->size() > 0 && clock.now() < story_start + limit) {
            const Instant next = std::min(clock.next_timer(), clock.now() + 1ms);
            clock.advance_to(pump->wait(next));
            clock.run_ready();
        }
        return tasks->size() == 0;
    }

    Scheduler clock;
    SimulatedPump simulated;
    Pump* pump = nullptr;
    std::unique_ptr<Network> network;
    std::unique_ptr<TaskGroup> servers = std::make_unique<TaskGroup>(clock);
    std::unique_ptr<TaskGroup> tasks = std::make_unique<TaskGroup>(clock);
};

Task<> echo(Listener& listener) {
    auto stream = co_await listener.accept();
    std::array<std::uint8_t, 100> buffer{};
    for (;;) {
        const auto n = co_await (*stream)->read_some(buffer, never);
        if (!n) co_return;
        (*stream)->write({buffer.data(), *n});
    }
}

Task<Result<Bytes>> read_exactly(ByteStream& stream, std::size_t size, Instant deadline) {
    Bytes all(size);
    std::size_t have = 0;
    while (have < size) {
        const auto n = co_await stream.read_some(std::span(all).subspan(have), deadline);
        if (!n) co_return tl::unexpected(n.error());
        have += *n;
    }
    co_return std::move(all);
}

TEST_P(NetworkContract, CarriesBytesBothWaysInOrder) {
    auto listener = network->listen(GetParam().place);
    ASSERT_TRUE(listener.has_value()) << listener.error().what;
    Bytes sent(50000), received;
    std::iota(sent.begin(), sent.end(), std::uint8_t{0});
    servers->spawn(echo(**listener));
    tasks->spawn([](Network& net, std::string where, const Bytes& out, Bytes& in) -> Task<> {
        auto stream = co_await net.connect(where, at_seconds(2));
        EXPECT_TRUE(stream.has_value());
        if (!stream) co_return;
        (*stream)->write(out);
        auto all = co_await read_exactly(**stream, out.size(), at_seconds(4));
        if (all) in = *all;
    }(*network, (*listener)->address(), sent, received));

    EXPECT_TRUE(run());
    EXPECT_EQ(received, sent);
}

TEST_P(NetworkContract, ReadsTimeOutAndTheStreamStaysUsable) {
    auto listener = network->listen(GetParam().place);
    servers->spawn(echo(**listener));
    std::vector<std::string> seen;
    tasks->spawn(
        [](Scheduler& s, Network& net, std::string where, std::vector<std::string>& log) -> Task<> {
            auto stream = co_await net.connect(where, at_seconds(2));
            std::array<std::uint8_t, 4> buffer{};
            const auto nothing = co_await (*stream)->read_some(buffer, s.now() + 50ms);
            log.emplace_back(nothing ? "data" : error_name(nothing.error().code));
            const Bytes one{7};
            (*stream)->write(one);
            const auto something = co_await (*stream)->read_some(buffer, s.now() + 1s);
            log.emplace_back(something ? "data" : error_name(something.error().code));
        }(clock, *network, (*listener)->address(), seen));

    EXPECT_TRUE(run());
    EXPECT_THAT(seen, ::testing::ElementsAre("timed out", "data"));
}

TEST_P(NetworkContract, TellsTheReaderThatTheOtherSideClosed) {
    auto listener = network->listen(GetParam().place);
    servers->spawn([](Listener& l) -> Task<> {
        auto stream = co_await l.accept();
        const Bytes last{1, 2, 3};
        (*stream)->write(last);
        co_await l.accept();  // keeps the stream; the test closes it by ending this task
    }(**listener));
    std::vector<std::string> seen;
    tasks->spawn([](Network& net, std::string where, std::unique_ptr<TaskGroup>& server,
                    std::vector<std::string>& log) -> Task<> {
        auto stream = co_await net.connect(where, at_seconds(2));
        const auto data = co_await read_exactly(**stream, 3, at_seconds(2));
        log.emplace_back(data ? "data" : "none");
        server->clear();
        std::array<std::uint8_t, 4> buffer{};
        const auto end = co_await (*stream)->read_some(buffer, at_seconds(2));
        log.emplace_back(end ? "data" : error_name(end.error().code));
        log.emplace_back((*stream)->is_open() ? "open" : "not open");
    }(*network, (*listener)->address(), servers, seen));

    EXPECT_TRUE(run());
    EXPECT_THAT(seen, ::testing::ElementsAre("data", "closed", "not open"));
}

TEST_P(NetworkContract, AResetEndsItAtOnceForBoth) {
    auto listener = network->listen(GetParam().place);
    servers->spawn([](Listener& l) -> Task<> {
        auto stream = co_await l.accept();
        (*stream)->reset();
        co_await l.accept();  // keeps the stream
    }(**listener));
    std::vector<std::string> seen;
    tasks->spawn([](Network& net, std::string where, std::vector<std::string>& log) -> Task<> {
        auto stream = co_await net.connect(where, at_seconds(2));
        std::array<std::uint8_t, 4> buffer{};
        const auto end = co_await (*stream)->read_some(buffer, at_seconds(2));
        log.emplace_back(end ? "data" : error_name(end.error().code));
    }(*network, (*listener)->address(), seen));

    EXPECT_TRUE(run());
    EXPECT_THAT(seen, ::testing::ElementsAre("closed"));
}

TEST_P(NetworkContract, RefusesWhereNobodyListens) {
    std::string seen;
    tasks->spawn([](Network& net, std::string where, std::string& log) -> Task<> {
        auto stream = co_await net.connect(where, at_seconds(2));
        log = stream ? "connected" : std::string(error_name(stream.error().code));
    }(*network, GetParam().nowhere, seen));

    EXPECT_TRUE(run());
    EXPECT_EQ(seen, "refused");
}

TEST_P(NetworkContract, NamesAnAddressInUse) {
    auto first = network->listen(GetParam().place);
    ASSERT_TRUE(first.has_value());

    auto second = network->listen((*first)->address());

    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().code, ErrorCode::in_use);
    EXPECT_THAT(second.error().what, ::testing::HasSubstr((*first)->address()));
}

TEST_P(NetworkContract, APeerThatNeverReadsLosesTheConnection) {
    auto listener = network->listen(GetParam().place);
    bool closed = false;
    servers->spawn([](Listener& l) -> Task<> {
        auto stream = co_await l.accept();
        co_await l.accept();
    }(**listener));
    tasks->spawn([](Scheduler& s, Network& net, std::string where, bool& done) -> Task<> {
        auto stream = co_await net.connect(where, at_seconds(2));
        const Bytes block(60000);
        for (int i = 0; i < 1000 && (*stream)->is_open(); ++i) {
            (*stream)->write(block);
            co_await s.sleep_for(1ms);
        }
        done = !(*stream)->is_open();
    }(clock, *network, (*listener)->address(), closed));

    EXPECT_TRUE(run());
    EXPECT_TRUE(closed);
}

TEST_P(NetworkContract, TasksMayDieInTheMiddleOfAnOperation) {
    auto listener = network->listen(GetParam().place);
    auto doomed = std::make_unique<TaskGroup>(clock);
    doomed->spawn([](Network& net, std::string where) -> Task<> {
        auto stream = co_await net.connect(where, never);
        std::array<std::uint8_t, 4> buffer{};
        (void)co_await (*stream)->read_some(buffer, never);
        ADD_FAILURE() << "nobody writes";
    }(*network, (*listener)->address()));
    tasks->spawn([](Scheduler& s, std::unique_ptr<TaskGroup>& group) -> Task<> {
        co_await s.sleep_for(30ms);
        group.reset();
        co_await s.sleep_for(30ms);
    }(clock, doomed));

    EXPECT_TRUE(run());
}

INSTANTIATE_TEST_SUITE_P(All, NetworkContract,
                         ::testing::Values(Kind{"Memory", "door", "nowhere"},
                                           Kind{"Tcp", "127.0.0.1:0", "127.0.0.1:9"}),
                         [](const auto& p) { return p.param.name; });

TEST(TcpNetwork, WaitReachesTheNextEventAndNeverGoesBack) {
    Scheduler clock(at_seconds(-1));
    TcpNetwork sut(clock);

    Instant before = clock.now();
    for (int i = 1; i <= 20; ++i) {
        const Instant target = at_seconds(-1) + i * 2ms;
        while (clock.now() < target) {
            const Instant t = sut.wait(target);
            ASSERT_GE(t, before);
            ASSERT_LE(t, target);
            clock.advance_to(t);
            before = t;
        }
    }

    EXPECT_EQ(clock.now(), at_seconds(-1) + 40ms);
    EXPECT_GE(sut.lateness(), 0ns);
}

}  // namespace
}  // namespace islandbench::links
