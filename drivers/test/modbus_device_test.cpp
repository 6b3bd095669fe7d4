#include "drivers/test/driver_test.hpp"
#include "drivers/test/probe.hpp"

/// What all Modbus drivers share: retries, time-outs, reconnection, and how they are counted.
namespace islandbench::drivers::test {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using Answer = ScriptedServer::Answer;

constexpr int value_at = 100;  ///< the register that the tests ask for

class ModbusExchange : public DriverTest {
  protected:
    ModbusExchange() {
        device.put(0, {1});
        device.put(value_at, {7, 8, 9});
    }

    Result<modbus::Registers> read(Duration within = 60s) {
        return wait_for(sut.read_holding(value_at, 1, in(within)));
    }

    /// `wrong` alters the first `times` answers about the tests' register.
    void misbehave(int times, std::function<Answer(const Bytes& usual)> wrong) {
        server.script = [times, wrong](const modbus::Adu& adu,
                                       const Bytes& usual) mutable -> std::optional<Answer> {
            if (address_of(adu) != value_at || times == 0) return std::nullopt;
            --times;
            return wrong(usual);
        };
    }

    int asked() const {
        int n = 0;
        for (const auto& request : server.requests) n += address_of(request.adu) == value_at;
        return n;
    }

    RegisterDevice device;
    ScriptedServer server{clock, network, "device", device};
    Probe sut{clock, network, nobody, emulated("home1.inverter")};
};

TEST_F(ModbusExchange, ReadsAfterItHasIdentifiedTheDevice) {
    const auto registers = read();

    ASSERT_TRUE(registers) << registers.error().what;
    EXPECT_THAT(*registers, ElementsAre(7));
    EXPECT_EQ(sut.identity().maker, "islandbench");
    EXPECT_EQ(sut.statistics().exchanges, 2u) << "the identity and the value";
    EXPECT_EQ(sut.statistics().reconnects, 0u) << "the first connection is none";
}

TEST_F(ModbusExchange, AskedTwiceItIdentifiesOnce) {
    ASSERT_TRUE(read());
    ASSERT_TRUE(read());

    EXPECT_THAT(server.requests, SizeIs(3));
    EXPECT_EQ(server.connections, 1);
}

TEST_F(ModbusExchange, SilenceIsTriedAgainAndThenGivenUp) {
    misbehave(3, [](const Bytes&) { return Answer{}; });

    const auto registers = read();

    ASSERT_FALSE(registers);
    EXPECT_EQ(registers.error().code, ErrorCode::timed_out);
    EXPECT_THAT(registers.error().what, HasSubstr("home1.inverter"));
    EXPECT_EQ(asked(), 3) << "once, and the profile's two retries";
    EXPECT_EQ(clock.now(), at_seconds(6)) << "three time-outs of 2 s";
    EXPECT_EQ(sut.statistics().time_outs, 3u);
    EXPECT_EQ(sut.statistics().retries, 2u);

    EXPECT_TRUE(read()) << "a link that never answered is opened anew";
    EXPECT_EQ(server.connections, 2);
    EXPECT_EQ(sut.statistics().reconnects, 1u);
}

TEST_F(ModbusExchange, ItsDeadlineEndsAllRetries) {
    misbehave(100, [](const Bytes&) { return Answer{}; });

    const auto registers = read(5s);

    EXPECT_EQ(registers.error().code, ErrorCode::timed_out);
    EXPECT_EQ(clock.now(), at_seconds(5));
}

TEST_F(ModbusExchange, ACallThatComesTooLateTouchesNothing) {
    ASSERT_TRUE(read());

    const auto registers = read(0s);

    EXPECT_EQ(registers.error().code, ErrorCode::timed_out);
    ASSERT_TRUE(read());
    EXPECT_EQ(server.connections, 1) << "the link is not to blame for a deadline in the past";
}

TEST_F(ModbusExchange, ALateAnswerIsNotTakenForThatOfTheNextRequest) {
    misbehave(1, [this](const Bytes& usual) {
        device.put(value_at, {8});  // from now on
        return Answer{usual, false, 2500ms};
    });

    const auto registers = read();

    ASSERT_TRUE(registers) << registers.error().what;
    EXPECT_THAT(*registers, ElementsAre(8)) << "7 was the answer to the request given up";
    EXPECT_EQ(sut.statistics().bad_replies, 0u);
    EXPECT_EQ(sut.statistics().time_outs, 1u);
    EXPECT_EQ(server.connections, 1) << "late is not wrong";
}

TEST_F(ModbusExchange, ALateAnswerAndTheRightOneInOnePieceAreToldApart) {
    Bytes late;
    server.script = [&late](const modbus::Adu& adu, const Bytes& usual) -> std::optional<Answer> {
        if (address_of(adu) != value_at) return std::nullopt;
        if (late.empty()) {
            late = usual;
            return Answer{};
        }
        Bytes both = late;
        both.insert(both.end(), usual.begin(), usual.end());
        return Answer{std::move(both)};
    };

    ASSERT_TRUE(read());

    EXPECT_EQ(clock.now(), at_seconds(2)) << "one time-out, and then at once";
    EXPECT_EQ(sut.statistics().time_outs, 1u);
}

TEST_F(ModbusExchange, AForeignTransactionIdClosesTheLinkAndAsksAgain) {
    misbehave(1, [](Bytes wrong) {
        wrong[0] ^= 0x40;
        return Answer{std::move(wrong)};
    });

    const auto registers = read();

    ASSERT_TRUE(registers) << registers.error().what;
    EXPECT_EQ(sut.statistics().bad_replies, 1u);
    EXPECT_EQ(sut.statistics().retries, 1u);
    EXPECT_EQ(sut.statistics().reconnects, 1u);
    EXPECT_EQ(server.connections, 2);
}

TEST_F(ModbusExchange, AForeignUnitIdIsABadReply) {
    misbehave(3, [](Bytes wrong) {
        wrong[6] = 0xC0;
        return Answer{std::move(wrong)};
    });

    const auto registers = read();

    ASSERT_FALSE(registers);
    EXPECT_EQ(registers.error().code, ErrorCode::bad_reply);
    EXPECT_THAT(registers.error().what, HasSubstr("unit id is 192, expected 1"));
    EXPECT_EQ(sut.statistics().bad_replies, 3u);
}

TEST_F(ModbusExchange, ShortDataInAWholeFrameIsABadReply) {
    misbehave(1, [](const Bytes& usual) {
        // Length 4: unit, function, byte count 2 and one byte of data.
        return Answer{{usual[0], usual[1], 0, 0, 0, 4, 1, 3, 2, 0}};
    });

    EXPECT_TRUE(read());
    EXPECT_EQ(sut.statistics().bad_replies, 1u);
}

TEST_F(ModbusExchange, BrokenFramingIsABadReply) {
    misbehave(1, [](Bytes wrong) {
        wrong[2] = 1;  // protocol id
        return Answer{std::move(wrong)};
    });

    EXPECT_TRUE(read());
    EXPECT_EQ(sut.statistics().bad_replies, 1u);
    EXPECT_EQ(server.connections, 2);
}

TEST_F(ModbusExchange, HalfAFrameAndThenSilenceRecovers) {
    misbehave(1, [](Bytes half) {
        half.resize(half.size() / 2);
        return Answer{std::move(half)};
    });

    const auto registers = read();

    ASSERT_TRUE(registers) << registers.error().what;
    EXPECT_THAT(*registers, ElementsAre(7));
    EXPECT_EQ(sut.statistics().time_outs, 1u);
}

TEST_F(ModbusExchange, AnAnswerInPiecesIsOneAnswer) {
    server.script = [](const modbus::Adu&, const Bytes& usual) -> std::optional<Answer> {
        return Answer{usual, false, 100ms};
    };
    ASSERT_TRUE(read());
    EXPECT_EQ(sut.statistics().latency_last(), 100ms);
    EXPECT_EQ(sut.statistics().latency_max(), 100ms);
}

TEST_F(ModbusExchange, AnExceptionIsAnAnswerAndNotTriedAgain) {
    for (const std::uint8_t code : {std::uint8_t{4}, std::uint8_t{6}}) {
        misbehave(1, [code](const Bytes& usual) {
            return Answer{{usual[0], usual[1], 0, 0, 0, 3, 1, 0x83, code}};
        });
        const int before = asked();

        const auto registers = read();

        ASSERT_FALSE(registers);
        EXPECT_EQ(registers.error().code, ErrorCode::exception);
        EXPECT_THAT(
            registers.error().what,
            AllOf(HasSubstr("home1.inverter"), HasSubstr("(" + std::to_string(int{code}) + ")")));
        EXPECT_EQ(asked() - before, 1);
    }
    EXPECT_EQ(sut.statistics().exceptions, 2u);
    EXPECT_EQ(sut.statistics().exchanges, 3u) << "they count as answers";
    EXPECT_EQ(server.connections, 1);
}

TEST_F(ModbusExchange, AClosedConnectionIsOpenedAgainAndIdentifiedAgain) {
    misbehave(1, [](const Bytes&) { return Answer{{}, true}; });

    const auto registers = read();

    ASSERT_TRUE(registers) << registers.error().what;
    EXPECT_EQ(server.connections, 2);
    EXPECT_EQ(sut.statistics().reconnects, 1u);
    EXPECT_EQ(sut.statistics().time_outs, 0u);
    EXPECT_THAT(server.functions(), ElementsAre(3, 3, 3, 3)) << "identity and value, twice";
}

TEST_F(ModbusExchange, NamesTheReasonWhenItCannotIdentify) {
    server.script = [](const modbus::Adu&, Bytes wrong) -> std::optional<Answer> {
        wrong[6] = 9;
        return Answer{std::move(wrong)};
    };

    const Done connected = wait_for(sut.connect(in(60s)));

    ASSERT_FALSE(connected);
    EXPECT_EQ(connected.error().code, ErrorCode::bad_reply);
    EXPECT_THAT(connected.error().what, HasSubstr("unit id is 9"));
    EXPECT_EQ(sut.statistics().retries, 0u) << "nothing was sent again on a dropped connection";
}

TEST_F(ModbusExchange, NamesTheDeviceWhereNobodyListens) {
    DeviceSettings settings = at("meter_grid", "tcp://192.0.2.7:502?unit=3");
    settings.where = "nowhere";
    Probe probe(clock, network, nobody, settings);

    const Done connected = wait_for(probe.connect(in(60s)));

    ASSERT_FALSE(connected);
    EXPECT_EQ(connected.error().code, ErrorCode::refused);
    EXPECT_THAT(connected.error().what,
                AllOf(HasSubstr("meter_grid"), HasSubstr("tcp://192.0.2.7:502?unit=3")));
    const auto registers = wait_for(probe.read_holding(value_at, 1, in(60s)));
    EXPECT_EQ(registers.error().code, ErrorCode::refused);
    EXPECT_EQ(probe.statistics().retries, 0u) << "no request was ever sent";
}

TEST_F(ModbusExchange, KeepsTheGapThatTheDeviceNeeds) {
    DeviceSettings settings = emulated("slow");
    settings.profile.request_gap = 300ms;
    Probe probe(clock, network, nobody, settings);
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(wait_for(probe.read_holding(value_at, 1, in(60s))));
    }

    ASSERT_THAT(server.requests, SizeIs(4));
    for (std::size_t i = 1; i < server.requests.size(); ++i) {
        EXPECT_THAT(server.requests[i].at - server.requests[i - 1].at, Ge(300ms));
    }
}

TEST_F(ModbusExchange, AWriteIsRepeatedOnce) {
    misbehave(100, [](const Bytes&) { return Answer{}; });

    const Done done = wait_for(sut.write_holding(value_at, {1}, in(60s)));

    EXPECT_EQ(done.error().code, ErrorCode::timed_out);
    EXPECT_EQ(asked(), 2) << "an old set-point is worth less than the next one";
    EXPECT_EQ(sut.statistics().writes, 0u) << "none was answered";
}

TEST_F(ModbusExchange, CountsAnsweredWrites) {
    device.coils = {false};

    ASSERT_TRUE(wait_for(sut.write_holding(value_at, {1, 2}, in(60s))));
    ASSERT_TRUE(wait_for(sut.write_coil(0, true, in(60s))));

    EXPECT_EQ(sut.statistics().writes, 2u);
    EXPECT_THAT(server.functions(), ElementsAre(3, 16, 5));
    EXPECT_EQ(device.registers.at(value_at + 1), 2);
    EXPECT_TRUE(device.coils[0]);
}

}  // namespace
}  // namespace islandbench::drivers::test
