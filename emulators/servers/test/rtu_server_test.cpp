#include "emulators/servers/rtu_server.hpp"

#include <gmock/gmock.h>

#include "links/memory_network.hpp"

/// A serial line in simulated time: bytes written by hand, moments to the nanosecond.
namespace islandbench::servers {
namespace {

using ::testing::IsEmpty;
using Bytes = std::vector<std::uint8_t>;

/// Answers every read with its own number, and counts what is written to it.
class Numbered final : public modbus::DataModel {
  public:
    explicit Numbered(std::uint16_t number) : number_(number) {}
    modbus::Served read_holding_registers(std::uint16_t /*address*/,
                                          std::span<std::uint16_t> into) override {
        for (std::uint16_t& value : into) value = number_;
        return {};
    }
    modbus::Served write_registers(std::uint16_t /*address*/,
                                   std::span<const std::uint16_t> /*values*/) override {
        ++writes;
        return {};
    }
    int writes = 0;

  private:
    std::uint16_t number_;
};

Bytes framed(Bytes content) {
    const std::uint16_t crc = modbus::crc16(content);
    content.push_back(static_cast<std::uint8_t>(crc & 0xFF));
    content.push_back(static_cast<std::uint8_t>(crc >> 8));
    return content;
}
Bytes request(std::uint8_t unit) {
    return framed({unit, 3, 0, 0, 0, 1});
}
Bytes reply(std::uint8_t unit, std::uint8_t value) {
    return framed({unit, 3, 2, 0, value});
}

class RtuServerTest : public ::testing::Test {
  protected:
    RtuServerTest() {
        responder.serve(2, first);
        responder.serve(3, second);
        auto [ours, theirs] = links::MemoryNetwork::make_pair(clock);
        line = std::move(ours);
        server = std::make_unique<RtuServer>(clock, std::move(theirs), responder, timing);
        reader.spawn(read());
    }
    Task<> read() {
        std::array<std::uint8_t, 300> buffer{};
        for (;;) {
            const auto count = co_await line->read_some(buffer, never);
            if (!count) co_return;
            received.insert(received.end(), buffer.begin(),
                            buffer.begin() + static_cast<std::ptrdiff_t>(*count));
            last = clock.now();
        }
    }
    void run_for(Duration duration) {
        const Instant end = clock.now() + duration;
        clock.run_ready();
        while (clock.next_timer() <= end) {
            clock.advance_to(clock.next_timer());
            clock.run_ready();
        }
        clock.advance_to(end);
    }

    Scheduler clock;
    LineTiming timing{{9600, 'E', 1}, 4ms, true};
    Numbered first{20}, second{30};
    modbus::Responder responder{modbus::UnknownUnit::silence};
    std::unique_ptr<links::ByteStream> line;
    std::unique_ptr<RtuServer> server;
    Bytes received;
    Instant last{};
    TaskGroup reader{clock};
};

TEST_F(RtuServerTest, AnswersForEachUnitOfTheBus) {
    line->write(request(2));
    run_for(1s);
    EXPECT_EQ(received, reply(2, 20));
    received.clear();
    line->write(request(3));
    run_for(1s);
    EXPECT_EQ(received, reply(3, 30));
    EXPECT_EQ(server->traffic().requests, 2u);
}

TEST_F(RtuServerTest, KeepsSilentForOthersAndAfterNoise) {
    line->write(request(9));
    run_for(1s);
    Bytes damaged = request(2);
    damaged[3] ^= 1;
    line->write(damaged);
    run_for(1s);
    line->write(Bytes(400, 0xAA));
    run_for(1s);
    EXPECT_THAT(received, IsEmpty());
    EXPECT_EQ(server->traffic().bad_frames, 2u);
    EXPECT_EQ(server->traffic().unanswered, 1u);
    line->write(request(2));
    run_for(1s);
    EXPECT_EQ(received, reply(2, 20));
}

TEST_F(RtuServerTest, TakesTheTimeThatCharactersTake) {
    line->write(request(2));
    run_for(1s);
    const Duration character = Duration{1s} * 11 / 9600;
    const Duration gap = character * 7 / 2;
    const Duration expected = gap + timing.turnaround + character * 8 + character * 7;
    EXPECT_EQ(last, story_start + expected);
}

TEST_F(RtuServerTest, EndsAFrameWithSilenceAlone) {
    const Bytes whole = request(2);
    const auto bytes = std::span<const std::uint8_t>(whole);
    line->write(bytes.first(3));
    run_for(3ms);  // less than 3.5 characters: still the same frame
    line->write(bytes.subspan(3));
    run_for(1s);
    EXPECT_EQ(received, reply(2, 20));
    received.clear();
    line->write(bytes.first(3));
    run_for(5ms);
    line->write(bytes.subspan(3));
    run_for(1s);
    EXPECT_THAT(received, IsEmpty());
    EXPECT_EQ(server->traffic().bad_frames, 2u);
}

TEST_F(RtuServerTest, TellsAllUnitsAtOnceAndAnswersNothing) {
    line->write(framed({0, 6, 0, 0, 0, 1}));
    run_for(1s);
    EXPECT_EQ(first.writes, 1);
    EXPECT_EQ(second.writes, 1);
    EXPECT_THAT(received, IsEmpty());
}

}  // namespace
}  // namespace islandbench::servers
