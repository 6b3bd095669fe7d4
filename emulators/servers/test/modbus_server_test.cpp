#include "emulators/servers/modbus_server.hpp"

#include <gmock/gmock.h>

#include <array>
#include <functional>

#include "base/pump.hpp"
#include "links/memory_network.hpp"
#include "links/tcp_network.hpp"

/// A server promises the same over memory in simulated time and over TCP in wall time. What the
/// clients send and see is bytes, written by hand.
namespace islandbench::servers {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Bytes = std::vector<std::uint8_t>;

/// Answers every read with its own number.
class Numbered final : public modbus::DataModel {
  public:
    explicit Numbered(std::uint16_t number) : number_(number) {}
    modbus::Served read_holding_registers(std::uint16_t /*address*/,
                                          std::span<std::uint16_t> into) override {
        ++reads;
        for (std::uint16_t& value : into) value = number_;
        return {};
    }
    /// Takes coils, and no registers.
    modbus::Served write_coil(std::uint16_t /*address*/, bool /*on*/) override { return {}; }
    int reads = 0;

  private:
    std::uint16_t number_;
};

/// Read one holding register at 0.
Bytes request(std::uint8_t id, std::uint8_t unit) {
    return {0, id, 0, 0, 0, 6, unit, 3, 0, 0, 0, 1};
}
Bytes reply(std::uint8_t id, std::uint8_t unit, std::uint8_t value) {
    return {0, id, 0, 0, 0, 5, unit, 3, 2, 0, value};
}

struct Kind {
    const char* name;
    const char* place;  ///< to listen on
};

class ModbusServerTest : public ::testing::TestWithParam<Kind> {
  protected:
    ModbusServerTest() {
        if (std::string(GetParam().name) == "Tcp") {
            auto tcp = std::make_unique<links::TcpNetwork>(clock);
            pump = tcp.get();
            network = std::move(tcp);
        } else {
            network = std::make_unique<links::MemoryNetwork>(clock);
            pump = &simulated;
        }
        responder.serve(1, first);
        responder.serve(2, second);
        auto started = ModbusServer::start(clock, *network, GetParam().place, responder, condition,
                                           Random(1, "server"));
        EXPECT_TRUE(started.has_value());
        server = std::move(*started);
    }

    /// A connection that a test writes to, and all that came back.
    struct Client {
        std::unique_ptr<links::ByteStream> stream;
        Bytes received;
        std::optional<ErrorCode> ended;
    };

    Task<> keep_reading(Client& client) {
        auto connected = co_await network->connect(server->address(), clock.now() + 5s);
        EXPECT_TRUE(connected.has_value());
        if (!connected) co_return;
        client.stream = std::move(*connected);
        std::array<std::uint8_t, 512> buffer{};
        for (;;) {
            const auto n = co_await client.stream->read_some(buffer, never);
            if (!n) {
                client.ended = n.error().code;
                co_return;
            }
            client.received.insert(client.received.end(), buffer.begin(), buffer.begin() + *n);
        }
    }

    Client& connect() {
        clients.push_back(std::make_unique<Client>());
        tasks.spawn(keep_reading(*clients.back()));
        run_until([this] { return clients.back()->stream != nullptr; });
        return *clients.back();
    }

    /// Until it holds; after ten seconds of the run's clock the test fails.
    void run_until(const std::function<bool()>& holds) {
        const Instant limit = clock.now() + 10s;
        clock.run_ready();
        while (!holds() && clock.now() < limit) {
            const Instant next = std::min(clock.next_timer(), clock.now() + 1ms);
            clock.advance_to(pump->wait(next));
            clock.run_ready();
        }
        EXPECT_TRUE(holds());
    }
    void expect_bytes(Client& client, const Bytes& wanted) {
        run_until([&] { return client.received.size() >= wanted.size(); });
        EXPECT_EQ(client.received, wanted);
        client.received.clear();
    }

    Scheduler clock;
    SimulatedPump simulated;
    Pump* pump = nullptr;
    std::unique_ptr<links::Network> network;
    Numbered first{11}, second{22};
    modbus::Responder responder;
    links::LinkCondition condition = links::LinkCondition::perfect();
    std::unique_ptr<ModbusServer> server;
    std::vector<std::unique_ptr<Client>> clients;
    TaskGroup tasks{clock};
};

TEST_P(ModbusServerTest, AnswersForEachUnit) {
    Client& client = connect();
    client.stream->write(request(1, 1));
    expect_bytes(client, reply(1, 1, 11));
    client.stream->write(request(2, 2));
    expect_bytes(client, reply(2, 2, 22));
}

TEST_P(ModbusServerTest, CountsClientsAndRequestsAndKnowsTheLastWrite) {
    EXPECT_EQ(server->traffic().clients, 0);
    Client& client = connect();
    Client& other = connect();
    client.stream->write(request(1, 1));
    expect_bytes(client, reply(1, 1, 11));
    EXPECT_EQ(server->traffic().clients, 2);
    EXPECT_EQ(server->traffic().requests, 1u);
    EXPECT_FALSE(server->traffic().last_write.has_value()) << "a read is no write";

    client.stream->write(Bytes{0, 2, 0, 0, 0, 6, 1, 6, 0, 9, 0, 1});
    expect_bytes(client, {0, 2, 0, 0, 0, 3, 1, 0x86, 1});
    EXPECT_FALSE(server->traffic().last_write.has_value()) << "it was refused";

    client.stream->write(Bytes{0, 3, 0, 0, 0, 6, 1, 5, 1, 4, 0xFF, 0});
    expect_bytes(client, {0, 3, 0, 0, 0, 6, 1, 5, 1, 4, 0xFF, 0});
    ASSERT_TRUE(server->traffic().last_write.has_value());
    EXPECT_TRUE(server->traffic().last_write->coils);
    EXPECT_EQ(server->traffic().last_write->address, 0x104);
    EXPECT_EQ(server->traffic().last_write->count, 1);
    EXPECT_EQ(server->traffic().requests, 3u);

    other.stream->close();
    run_until([this] { return server->traffic().clients == 1; });
}

TEST_P(ModbusServerTest, AUnitThatThereIsNotIsTheGatewaysException) {
    Client& client = connect();
    client.stream->write(request(1, 9));
    expect_bytes(client, {0, 1, 0, 0, 0, 3, 9, 0x83, 0x0B});
}

TEST_P(ModbusServerTest, AnswersInOrderWhateverTheBytesCameIn) {
    Client& client = connect();
    Bytes both = request(1, 1);
    const Bytes next = request(2, 2);
    both.insert(both.end(), next.begin(), next.end());
    client.stream->write(std::span(both).first(5));
    client.stream->write(std::span(both).subspan(5));
    Bytes wanted = reply(1, 1, 11);
    const Bytes second_reply = reply(2, 2, 22);
    wanted.insert(wanted.end(), second_reply.begin(), second_reply.end());
    expect_bytes(client, wanted);
}

TEST_P(ModbusServerTest, ServesSeveralConnections) {
    Client& a = connect();
    Client& b = connect();
    Client& c = connect();
    c.stream->write(request(3, 1));
    a.stream->write(request(1, 1));
    b.stream->write(request(2, 2));
    expect_bytes(a, reply(1, 1, 11));
    expect_bytes(b, reply(2, 2, 22));
    expect_bytes(c, reply(3, 1, 11));
}

TEST_P(ModbusServerTest, GarbageEndsItsConnectionAndNothingElse) {
    Client& good = connect();
    Client& bad = connect();
    const Bytes garbage{'G', 'E', 'T', ' ', '/', ' ', 'H', 'T', 'T', 'P', '\r', '\n'};
    bad.stream->write(garbage);
    run_until([&] { return bad.ended.has_value(); });
    EXPECT_EQ(*bad.ended, ErrorCode::closed);
    EXPECT_THAT(bad.received, IsEmpty());

    good.stream->write(request(1, 1));
    expect_bytes(good, reply(1, 1, 11));
    Client& later = connect();
    later.stream->write(request(2, 1));
    expect_bytes(later, reply(2, 1, 11));
}

TEST_P(ModbusServerTest, AClientThatLeavesIsNotMissed) {
    Client& gone = connect();
    Client& stays = connect();
    gone.stream->write(request(1, 1));
    gone.stream->close();
    stays.stream->write(request(2, 2));
    expect_bytes(stays, reply(2, 2, 22));
}

TEST_P(ModbusServerTest, AnAddressInUseIsNamed) {
    const auto second_server = ModbusServer::start(clock, *network, server->address(), responder,
                                                   condition, Random(2, "server"));
    ASSERT_FALSE(second_server);
    EXPECT_EQ(second_server.error().code, ErrorCode::in_use);
    EXPECT_THAT(second_server.error().what, HasSubstr(server->address()));
}

TEST_P(ModbusServerTest, TheAddressIsFreeOnceTheServerIsGone) {
    const std::string address = server->address();
    Client& client = connect();
    server.reset();
    run_until([&] { return client.ended.has_value(); });

    const auto again =
        ModbusServer::start(clock, *network, address, responder, condition, Random(2, "server"));
    EXPECT_TRUE(again) << again.error().what;
}

INSTANTIATE_TEST_SUITE_P(Networks, ModbusServerTest,
                         ::testing::Values(Kind{"Memory", "home1.inverter"},
                                           Kind{"Tcp", "127.0.0.1:0"}),
                         [](const auto& param) { return param.param.name; });

}  // namespace
}  // namespace islandbench::servers
