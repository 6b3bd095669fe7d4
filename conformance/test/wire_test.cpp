#include "conformance/wire.hpp"

#include <gmock/gmock.h>

#include "drivers/test/driver_test.hpp"

/// What a check sees of a reply that is not as it should be: frames written by hand, by the
/// Modbus specifications, so that no encoder of ours has a say.
namespace islandbench::conformance {
namespace {

using Bytes = std::vector<std::uint8_t>;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Outcome = Exchange::Outcome;

/// Answers each request with the next of its frames. 0xA1 and 0xA2 in front of a frame stand for
/// the request's transaction id.
class Scripted {
  public:
    Scripted(Scheduler& clock, links::Network& network, std::vector<Bytes> frames)
        : frames_(std::move(frames)), listener_(*network.listen("device")), tasks_(clock) {
        tasks_.spawn(accept());
    }

  private:
    Task<> accept() {
        for (;;) {
            auto stream = co_await listener_->accept();
            if (!stream) co_return;
            tasks_.spawn(serve(std::move(*stream)));
        }
    }
    Task<> serve(std::unique_ptr<links::ByteStream> accepted) {
        const auto stream = std::move(accepted);
        Bytes buffer(300);
        for (;;) {
            const auto count = co_await stream->read_some(buffer, never);
            if (!count || next_ == frames_.size()) co_return;
            Bytes frame = frames_[next_++];
            if (frame.size() > 1 && frame[0] == 0xA1 && frame[1] == 0xA2) {
                frame[0] = buffer[0];
                frame[1] = buffer[1];
            }
            stream->write(frame);
        }
    }

    std::vector<Bytes> frames_;
    std::size_t next_ = 0;
    std::unique_ptr<links::Listener> listener_;
    TaskGroup tasks_;
};

class WireTest : public drivers::test::DriverTest {
  protected:
    /// Asks unit 1 for two registers at 40000.
    Exchange ask(std::vector<Bytes> frames, int times = 1) {
        const Scripted device(clock, network, std::move(frames));
        Wire wire(clock, network, "device", profile, journal);
        std::size_t last = 0;
        for (int i = 0; i < times; ++i) {
            last = wait_for(wire.ask("test", 1, read_request(3, 40000, 2)));
        }
        return journal[last];
    }

    DeviceProfile profile;
    std::vector<Exchange> journal;
};

TEST_F(WireTest, AReplyAsItShouldBe) {
    const Exchange one = ask({{0xA1, 0xA2, 0, 0, 0, 7, 1, 3, 4, 0x53, 0x75, 0x6E, 0x53}});
    EXPECT_EQ(one.outcome, Outcome::answered);
    EXPECT_THAT(one.registers, ElementsAre(0x5375, 0x6E53));
    EXPECT_FALSE(one.transaction_id_wrong || one.unit_id_wrong || one.byte_count_wrong ||
                 one.frame_length_wrong);
    EXPECT_EQ(one.request.size(), 12u);
    EXPECT_EQ(one.reply.size(), 13u);
}

TEST_F(WireTest, AnException) {
    const Exchange one = ask({{0xA1, 0xA2, 0, 0, 0, 3, 1, 0x83, 2}});
    EXPECT_EQ(one.outcome, Outcome::exception);
    EXPECT_EQ(one.exception, modbus::ExceptionCode::illegal_data_address);
    EXPECT_THAT(one.registers, IsEmpty());
}

TEST_F(WireTest, Silence) {
    const Exchange one = ask({});
    EXPECT_EQ(one.outcome, Outcome::closed) << "the script ends with the connection";
    const Exchange mute = ask({{}});
    EXPECT_EQ(mute.outcome, Outcome::silent);
    EXPECT_EQ(mute.took, profile.time_out);
}

TEST_F(WireTest, ATransactionIdOfItsOwn) {
    const Exchange one = ask({{0, 0, 0, 0, 0, 7, 1, 3, 4, 0, 1, 0, 2}});
    EXPECT_TRUE(one.transaction_id_wrong);
    EXPECT_THAT(one.registers, ElementsAre(1, 2)) << "and understood all the same";
}

TEST_F(WireTest, AnotherUnit) {
    EXPECT_TRUE(ask({{0xA1, 0xA2, 0, 0, 0, 7, 0xC0, 3, 4, 0, 1, 0, 2}}).unit_id_wrong);
}

TEST_F(WireTest, FewerBytesThanAsked) {
    const Exchange one = ask({{0xA1, 0xA2, 0, 0, 0, 5, 1, 3, 2, 0, 1}});
    EXPECT_TRUE(one.byte_count_wrong);
    EXPECT_FALSE(one.frame_length_wrong);
    EXPECT_THAT(one.registers, ElementsAre(1));
}

TEST_F(WireTest, AByteCountThatLies) {
    const Exchange one = ask({{0xA1, 0xA2, 0, 0, 0, 7, 1, 3, 6, 0, 1, 0, 2}});
    EXPECT_TRUE(one.byte_count_wrong);
    EXPECT_FALSE(one.frame_length_wrong);
}

TEST_F(WireTest, AFrameLengthThatLies) {
    for (const std::uint8_t told : {std::uint8_t{6}, std::uint8_t{8}}) {
        const Exchange one = ask({{0xA1, 0xA2, 0, 0, 0, told, 1, 3, 4, 0, 1, 0, 2}});
        EXPECT_TRUE(one.frame_length_wrong) << int{told};
        EXPECT_FALSE(one.byte_count_wrong) << int{told};
        EXPECT_THAT(one.registers, ElementsAre(1, 2));
    }
}

TEST_F(WireTest, TheReplyToAnEarlierRequest) {
    // The second request gets what was meant for the first: its id is 1 less (0x4A01).
    const Exchange one = ask({{}, {0x4A, 0x01, 0, 0, 0, 7, 1, 3, 4, 0, 1, 0, 2}}, 2);
    EXPECT_EQ(one.outcome, Outcome::silent);
    EXPECT_EQ(one.late_replies, 1);
}

TEST_F(WireTest, NobodyThere) {
    Wire wire(clock, network, "nowhere", profile, journal);
    const auto index = wait_for(wire.ask("test", 1, read_request(3, 40000, 2)));
    EXPECT_EQ(journal[index].outcome, Outcome::refused);
}

}  // namespace
}  // namespace islandbench::conformance
