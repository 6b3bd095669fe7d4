// The link of libmodbus against a serial line that is made by hand: a pty, whose other end the test
// holds. What comes and goes there is bytes.
#include "links/libmodbus_link.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <stdlib.h>
#include <unistd.h>

#include "links/serial_stream.hpp"
#include "protocols/modbus/client.hpp"
#include "protocols/modbus/rtu.hpp"

namespace islandbench::links {
namespace {

using Bytes = std::vector<std::uint8_t>;

/// A serial line: one end is a device's path, the other our descriptor.
class Pty {
  public:
    Pty() : master_(::posix_openpt(O_RDWR | O_NOCTTY)) {
        EXPECT_EQ(::grantpt(master_), 0);
        EXPECT_EQ(::unlockpt(master_), 0);
        path_ = ::ptsname(master_);
        // As long as somebody has it open, a master whose client has left does not hang up.
        kept_ = ::open(path_.c_str(), O_RDWR | O_NOCTTY);
    }
    ~Pty() { ::close(kept_); }
    [[nodiscard]] int take_master() const { return master_; }
    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    int master_, kept_;
    std::string path_;
};

class LibmodbusLinkTest : public ::testing::Test {
  protected:
    LibmodbusLinkTest() {
        auto opened = serial_stream(clock, network, pty.take_master());
        EXPECT_TRUE(opened.has_value());
        bus = std::move(*opened);
        tasks = std::make_unique<TaskGroup>(clock);
        devices = std::make_unique<TaskGroup>(clock);
    }
    ~LibmodbusLinkTest() override {
        tasks.reset();
        devices.reset();
    }

    bool run(Duration limit = 20s) {
        clock.run_ready();
        while (tasks->size() > 0 && clock.now() < story_start + limit) {
            clock.advance_to(network.wait(std::min(clock.next_timer(), clock.now() + 5ms)));
            clock.run_ready();
        }
        return tasks->size() == 0;
    }

    /// Devices on the line: answers from what was asked; an empty answer is silence.
    using Device = std::function<Bytes(const Bytes& asked)>;
    Task<> be(Device device) {
        std::array<std::uint8_t, 300> buffer{};
        for (;;) {
            const auto count = co_await bus->read_some(buffer, never);
            if (!count) co_return;
            heard.emplace_back(buffer.begin(),
                               buffer.begin() + static_cast<std::ptrdiff_t>(*count));
            const Bytes answer = device(heard.back());
            if (!answer.empty()) bus->write(answer);
        }
    }

    [[nodiscard]] std::string where() const { return "rtu:" + pty.path() + "?baud=115200"; }

    Scheduler clock;
    TcpNetwork network{clock};
    Pty pty;
    std::unique_ptr<ByteStream> bus;
    std::vector<Bytes> heard;
    std::unique_ptr<TaskGroup> devices, tasks;
};

Bytes framed(Bytes content) {
    const std::uint16_t crc = modbus::crc16(content);
    content.push_back(static_cast<std::uint8_t>(crc & 0xFF));
    content.push_back(static_cast<std::uint8_t>(crc >> 8));
    return content;
}

/// One register, which holds the unit's number.
Bytes answer_of(const Bytes& asked) {
    return framed({asked[0], 3, 2, 0, asked[0]});
}

/// Connects and asks a unit for a register as often as `times`; notes what came.
Task<> poll(Network& network, std::string where, std::uint8_t unit, int times, Duration patience,
            Scheduler& clock, std::vector<std::string>& log) {
    auto stream = co_await network.connect(where, clock.now() + 5s);
    if (!stream) {
        log.push_back(stream.error().what);
        co_return;
    }
    modbus::Client client;
    modbus::AduStream received;
    for (int i = 0; i < times; ++i) {
        modbus::Request request = modbus::ReadHoldingRegisters{7, 1};
        (*stream)->write(client.ask(unit, request));
        std::array<std::uint8_t, 300> buffer{};
        const Instant limit = clock.now() + patience;
        const auto count = co_await (*stream)->read_some(buffer, limit);
        if (!count) {
            log.push_back(count.error().code == ErrorCode::timed_out ? "silence" : "closed");
            continue;
        }
        received.push(std::span<const std::uint8_t>(buffer).first(*count));
        const auto adu = received.pull();
        const auto response = client.accept(**adu);
        if (!response || !*response) {
            log.push_back("bad reply");
        } else if (const auto* code = std::get_if<modbus::ExceptionCode>(&**response)) {
            log.push_back(to_text(*code));
        } else {
            log.push_back(std::to_string(std::get<modbus::Registers>(**response)[0]));
        }
    }
}

TEST_F(LibmodbusLinkTest, ReadsOverASerialLine) {
    devices->spawn(be(answer_of));
    std::vector<std::string> log;
    tasks->spawn(poll(network, where(), 2, 2, 2s, clock, log));
    ASSERT_TRUE(run());
    EXPECT_THAT(log, ::testing::ElementsAre("2", "2"));
    ASSERT_EQ(heard.size(), 2u);
    EXPECT_EQ(heard[0], framed({2, 3, 0, 7, 0, 1}));
}

TEST_F(LibmodbusLinkTest, SharesTheBusBetweenUnits) {
    devices->spawn(be(answer_of));
    std::vector<std::string> two, three;
    tasks->spawn(poll(network, where(), 2, 20, 4s, clock, two));
    tasks->spawn(poll(network, where(), 3, 20, 4s, clock, three));
    ASSERT_TRUE(run());
    EXPECT_EQ(two, std::vector<std::string>(20, "2"));
    EXPECT_EQ(three, std::vector<std::string>(20, "3"));
    for (const Bytes& one : heard) EXPECT_EQ(one.size(), 8u);  // never two requests at once
}

TEST_F(LibmodbusLinkTest, BringsExceptions) {
    devices->spawn(be([](const Bytes& asked) { return framed({asked[0], 0x83, 2}); }));
    std::vector<std::string> log;
    tasks->spawn(poll(network, where(), 2, 1, 2s, clock, log));
    ASSERT_TRUE(run());
    EXPECT_THAT(log, ::testing::ElementsAre("illegal data address (2)"));
}

TEST_F(LibmodbusLinkTest, BringsNothingOfSilenceAndNoise) {
    int asked = 0;
    devices->spawn(be([&asked](const Bytes& request) {
        if (++asked == 1) return Bytes{};
        Bytes answer = answer_of(request);
        if (asked == 2) answer[3] ^= 0x10;
        if (asked == 3) answer = framed({9, 3, 2, 0, 9});  // another unit
        return answer;
    }));
    std::vector<std::string> log;
    tasks->spawn(poll(network, where(), 2, 4, 2s, clock, log));
    ASSERT_TRUE(run());
    EXPECT_THAT(log, ::testing::ElementsAre("silence", "silence", "silence", "2"));
}

TEST_F(LibmodbusLinkTest, SaysWhichLineCannotBeOpened) {
    std::vector<std::string> log;
    tasks->spawn(poll(network, "rtu:/dev/no-such-line?unit=1", 2, 1, 2s, clock, log));
    ASSERT_TRUE(run());
    EXPECT_THAT(log, ::testing::ElementsAre(::testing::HasSubstr("/dev/no-such-line")));
}

TEST_F(LibmodbusLinkTest, EndsWhileARequestIsOnTheLine) {
    std::vector<std::string> log;
    tasks->spawn(poll(network, where(), 2, 1, 20s, clock, log));
    for (int i = 0; i < 20; ++i) {
        clock.advance_to(network.wait(clock.now() + 5ms));
        clock.run_ready();
    }
    tasks.reset();  // the driver dies; its worker must not outlive it
    EXPECT_TRUE(log.empty());
}

}  // namespace
}  // namespace islandbench::links
