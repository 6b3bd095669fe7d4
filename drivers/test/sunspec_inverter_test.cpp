#include "drivers/sunspec_inverter.hpp"

#include <cmath>

#include "drivers/test/driver_test.hpp"
#include "drivers/test/golden.hpp"

/// Readings from golden registers, and set-points as they arrive in registers.
namespace islandbench::drivers::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Write = RegisterDevice::Write;

class SunSpecInverterTest : public DriverTest {
  protected:
    SunSpecInverterTest() { put_inverter(device, "acme"); }

    InverterReading read() {
        const auto reading = wait_for(sut.read(in(60s)));
        EXPECT_TRUE(reading) << reading.error().what;
        return reading.value_or(InverterReading{});
    }
    /// Until every slow model has had its turn.
    InverterReading read_all() {
        for (int i = 0; i < 3; ++i) read();
        return read();
    }
    Done command(double p, double p_default = 0.0, Ratio curtail_to = Ratio{1.0}) {
        InverterCommand command;
        command.p = ActivePower{p};
        command.p_default = ActivePower{p_default};
        command.curtail_to = curtail_to;
        return wait_for(sut.command(command, in(60s)));
    }

    RegisterDevice device;
    ScriptedServer server{clock, network, "device", device};
    SunSpecInverter sut{clock, network, nobody, emulated("home2.inverter")};
};

TEST_F(SunSpecInverterTest, KnowsWhoAnswers) {
    read();

    EXPECT_EQ(sut.identity().maker, "acme");
    EXPECT_EQ(sut.identity().model, "hybrid 5k");
    EXPECT_EQ(sut.identity().version, "1.4");
    EXPECT_EQ(sut.identity().serial, "0815");
    EXPECT_FALSE(sut.identity().emulator);
    EXPECT_THAT(sut.findings(), IsEmpty());
}

TEST_F(SunSpecInverterTest, ReadsItsNameplateWithTheScaleFactorsOf702) {
    read();

    EXPECT_DOUBLE_EQ(sut.limits().p_discharge_max.value(), 4800.0);
    EXPECT_DOUBLE_EQ(sut.limits().p_charge_max.value(), 3000.0);
    EXPECT_DOUBLE_EQ(sut.limits().s_max.value(), 5500.0);
}

TEST_F(SunSpecInverterTest, ReadsGoldenRegisters) {
    const InverterReading reading = read_all();

    EXPECT_TRUE(reading.connected);
    EXPECT_FALSE(reading.forming);
    EXPECT_FALSE(reading.throttled);
    EXPECT_FALSE(reading.fault);
    EXPECT_DOUBLE_EQ(reading.p.value(), 1234.0) << "positive injects";
    EXPECT_DOUBLE_EQ(reading.q.value(), -210.0);
    EXPECT_DOUBLE_EQ(reading.f.value(), 49.987);
    EXPECT_DOUBLE_EQ(reading.p_phase[0].value(), 0.0);
    EXPECT_DOUBLE_EQ(reading.p_phase[1].value(), 1234.0);
    EXPECT_DOUBLE_EQ(reading.v_phase[1].value(), 231.5);
    EXPECT_TRUE(std::isnan(reading.v_phase[2].value())) << "it has no phase C";
    ASSERT_TRUE(reading.soc && reading.pv);
    EXPECT_DOUBLE_EQ(reading.soc->value(), 0.573);
    EXPECT_DOUBLE_EQ(reading.pv->value(), 1690.0) << "port 1 alone; port 0 is the battery";
    EXPECT_FALSE(reading.p_setpoint) << "not enabled";
}

TEST_F(SunSpecInverterTest, ReadsItsStates) {
    device.put(m701 + 4, {6});       // InvSt: fault
    device.put(m701 + 5, {0});       // ConnSt: disconnected
    device.put(m701 + 8, {0, 2});    // DERMode, bit 1: grid-forming
    device.put(m701 + 111, {0, 1});  // ThrotSrc, bit 0: WMaxLimPct
    const InverterReading reading = read();

    EXPECT_TRUE(reading.fault);
    EXPECT_FALSE(reading.connected);
    EXPECT_TRUE(reading.forming);
    EXPECT_TRUE(reading.throttled);
}

TEST_F(SunSpecInverterTest, TheFirstReadingAlreadyHasItsSetPoint) {
    device.put(m704 + 22, {1, 1, 0xFFFF, 0xFA24});  // WSetEna, WSetMod, WSet: -1,500 W
    device.put(m704 + 33, {0, 7});                  // WSetRvrtRem
    const InverterReading reading = read();

    ASSERT_TRUE(reading.p_setpoint && reading.reversion_left);
    EXPECT_DOUBLE_EQ(reading.p_setpoint->value(), -1500.0);
    EXPECT_EQ(*reading.reversion_left, 7s);
}

TEST_F(SunSpecInverterTest, FastReadingsAreOneExchange) {
    read();
    const auto before = server.requests.size();

    ASSERT_TRUE(wait_for(sut.read_fast(in(60s))));

    EXPECT_EQ(server.requests.size() - before, 1u);
}

TEST_F(SunSpecInverterTest, SlowModelsAreReadOnceASecond) {
    read_all();
    const auto before = server.requests.size();
    for (int i = 0; i < 5; ++i) {
        read();
        run_for(100ms);
    }
    EXPECT_EQ(server.requests.size() - before, 5u) << "701 and nothing else";

    run_for(1s);
    device.put(m713 + 4, {400});
    EXPECT_DOUBLE_EQ(read_all().soc.value_or(Ratio{}).value(), 0.4);
}

TEST_F(SunSpecInverterTest, ALostReplyDoesNotTakeAwayWhatWasKnown) {
    ASSERT_TRUE(read_all().pv);
    int lost = 0;
    server.script = [&](const modbus::Adu& request, const Bytes&) {
        std::optional<ScriptedServer::Answer> answer;
        const bool slow = address_of(request) >= m713;  // 713 and 714
        if (slow && lost < 2) {
            ++lost;
            answer.emplace();  // silence
        }
        return answer;
    };
    int readings = 0;
    for (int k = 0; k < 20; ++k) {
        run_for(300ms);
        const auto reading = wait_for(sut.read(in(500ms)));
        if (!reading) continue;
        ++readings;
        EXPECT_TRUE(reading->pv && reading->soc) << k;
    }
    EXPECT_EQ(lost, 2);
    EXPECT_GT(readings, 10);
}

TEST_F(SunSpecInverterTest, WhatIsNotImplementedIsAbsentAndNotZero) {
    device.put(m713 + 4, {0xFFFF});            // SoC
    device.put(m714 + 45 + 12, {0x8000});      // PV port's DCW
    device.put(m704 + 22, {1, 1, 0x8000, 0});  // WSet enabled, its value not implemented
    const InverterReading reading = read_all();

    EXPECT_FALSE(reading.soc);
    EXPECT_FALSE(reading.pv);
    EXPECT_FALSE(reading.p_setpoint);
}

TEST_F(SunSpecInverterTest, WhatItDoesNotTellIsNoZero) {
    device.put(m701 + 12, {0x8000});  // Var
    EXPECT_TRUE(std::isnan(read().q.value()));
}

TEST_F(SunSpecInverterTest, ASleepingInverterHasNoReading) {
    device.put(m701 + 10, {0x8000});  // W

    const auto reading = wait_for(sut.read(in(60s)));

    ASSERT_FALSE(reading) << "no data is not 0 W";
    EXPECT_EQ(reading.error().code, ErrorCode::not_available);
    EXPECT_THAT(reading.error().what, HasSubstr("home2.inverter"));
}

TEST_F(SunSpecInverterTest, AValueWithoutAScaleFactorIsNoReading) {
    device.put(m701 + 116, {0x8000});  // W_SF

    EXPECT_EQ(wait_for(sut.read(in(60s))).error().code, ErrorCode::bad_reply);
}

TEST_F(SunSpecInverterTest, ScalesWithTheExponentOfTheSameResponse) {
    EXPECT_DOUBLE_EQ(read().p.value(), 1234.0);
    device.put(m701 + 10, {-37});
    device.put(m701 + 116, {2});
    EXPECT_DOUBLE_EQ(read().p.value(), -3700.0);
    device.put(m701 + 10, {4711});
    device.put(m701 + 116, {-1});
    EXPECT_DOUBLE_EQ(read().p.value(), 471.1);
}

TEST_F(SunSpecInverterTest, AnExponentThatMovesBetweenTwoReadsGivesNoReading) {
    DeviceSettings settings = emulated("home2.inverter");
    settings.profile.read_max = 50;  // W and W_SF come in different reads
    SunSpecInverter narrow(clock, network, nobody, settings);
    ASSERT_TRUE(wait_for(narrow.read(in(60s))));
    server.script = [this](const modbus::Adu& adu,
                           const Bytes&) -> std::optional<ScriptedServer::Answer> {
        if (address_of(adu) <= m701 + 10) device.put(m701 + 116, {1});  // behind the first look
        return std::nullopt;
    };

    const auto reading = wait_for(narrow.read_fast(in(60s)));

    EXPECT_FALSE(reading) << reading->p.value() << " W may be wrong by a factor of ten";
}

TEST_F(SunSpecInverterTest, WorksWithoutStorageAndDcModels) {
    device.end_sunspec(m713);
    const InverterReading reading = read_all();

    EXPECT_DOUBLE_EQ(reading.p.value(), 1234.0);
    EXPECT_FALSE(reading.soc);
    EXPECT_FALSE(reading.pv);
}

TEST_F(SunSpecInverterTest, NamesTheModelThatIsMissing) {
    device.end_sunspec(m704);

    const auto reading = wait_for(sut.read(in(60s)));

    ASSERT_FALSE(reading);
    EXPECT_EQ(reading.error().code, ErrorCode::not_available);
    EXPECT_THAT(reading.error().what, HasSubstr("has no SunSpec model 704"));
}

TEST_F(SunSpecInverterTest, TellsADeviceWithoutAMapFromOneThatIsSilent) {
    device.put(40000, {0, 0});
    EXPECT_THAT(wait_for(sut.read(in(60s))).error().what, HasSubstr("has no SunSpec map"));
}

/// Frequency response, behind what put_inverter() made: in force 0.4 Hz and 10 % above nominal, and
/// nothing below; a workspace that is empty.
constexpr int m711 = m714 + 70;
void put_711(RegisterDevice& device) {
    const int end = device.put_model(m711, 711, 32);
    device.put(m711 + 2, {1, 0, 1, 2});   // Ena, AdptCtlReq, AdptCtlRslt, NCtl
    device.put(m711 + 11, {-3, -3, -1});  // Db_SF, K_SF, RspTms_SF
    device.put(m711 + 14, {0, 400, 0, 10000, 100, 100, 0, 20, 0, 1});
    device.end_sunspec(end);
}

TEST_F(SunSpecInverterTest, ArmsThroughTheWorkspaceOf711AndLooksWhetherItIsInForce) {
    put_711(device);
    const FrequencyResponse response{Frequency{0.015}, Ratio{0.01}, 1s};

    const Done ignored = wait_for(sut.arm(response, in(60s)));

    EXPECT_THAT(device.writes, ElementsAre(Write{m711 + 24, {0, 15, 0, 15, 10, 10, 0, 10}},
                                           Write{m711 + 2, {1, 2}}));
    ASSERT_FALSE(ignored) << "it acknowledges, and adopts nothing";
    EXPECT_THAT(ignored.error().what, HasSubstr("does not show the frequency response"));
    device.put(m711 + 14, {0, 15, 0, 15, 10, 10, 0, 10, 0, 1});
    EXPECT_TRUE(wait_for(sut.arm(response, in(60s))));
}

TEST_F(SunSpecInverterTest, DisarmedItHasAgainWhatItHadBefore) {
    put_711(device);
    const FrequencyResponse response{Frequency{0.015}, Ratio{0.01}, 1s};
    (void)wait_for(sut.arm(response, in(60s)));
    device.writes.clear();

    EXPECT_TRUE(wait_for(sut.arm(std::nullopt, in(60s))));

    EXPECT_THAT(device.writes, ElementsAre(Write{m711 + 24, {0, 400, 0, 10000, 100, 100, 0, 20}},
                                           Write{m711 + 2, {1, 2}}));
    device.writes.clear();
    EXPECT_TRUE(wait_for(sut.arm(std::nullopt, in(60s))));
    EXPECT_THAT(device.writes, IsEmpty()) << "nothing of ours is in force";
}

TEST_F(SunSpecInverterTest, WithoutModel711ItCannotBeArmed) {
    const Done done = wait_for(sut.arm(FrequencyResponse{}, in(60s)));
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().what, HasSubstr("has no model 711"));
    EXPECT_THAT(device.writes, IsEmpty());
}

TEST_F(SunSpecInverterTest, WritesTheTimerFirstAndTheEnableLast) {
    ASSERT_TRUE(command(-1500.0, 250.0));

    EXPECT_THAT(device.writes,
                ElementsAre(
                    // WSetEnaRvrt, WSetRvrtTms
                    Write{m704 + 30, {1, 0, 5}},
                    // WSetEna, WSetMod, WSet, WSetRvrt side by side: one write, all or nothing
                    Write{m704 + 22, {1, 1, 0xFFFF, 0xFA24, 0, 250}}));
}

TEST_F(SunSpecInverterTest, UsesTheScaleFactorOfTheDevice) {
    device.put(m704 + 55, {2});  // WSet_SF: 100 W

    ASSERT_TRUE(command(1500.0));

    EXPECT_THAT(device.writes.back().values, ElementsAre(1, 1, 0, 15, 0, 0));
}

TEST_F(SunSpecInverterTest, CurtailsWhenTheLimitChangesAndNotOtherwise) {
    ASSERT_TRUE(command(1000.0, 0.0, Ratio{0.6}));
    EXPECT_THAT(device.writes, SizeIs(3));
    EXPECT_EQ(device.writes[1], (Write{m704 + 14, {1, 600}}));  // WMaxLimPctEna, WMaxLimPct
    device.writes.clear();

    ASSERT_TRUE(command(900.0, 0.0, Ratio{0.6}));
    EXPECT_THAT(device.writes, SizeIs(2)) << "flash wear: what stands is not written again";
    device.writes.clear();

    ASSERT_TRUE(command(900.0));
    EXPECT_EQ(device.writes[1], (Write{m704 + 14, {0, 1000}}));
}

TEST_F(SunSpecInverterTest, LiftsALimitThatSomebodyElseLeft) {
    device.put(m704 + 14, {1, 300});

    ASSERT_TRUE(command(1000.0));

    EXPECT_EQ(device.registers.at(m704 + 14), 0);
}

TEST_F(SunSpecInverterTest, CurtailsAgainWhatForgotItsLimitWhileItWasAway) {
    ASSERT_TRUE(command(1000.0, 0.0, Ratio{0.6}));
    device.put(m704 + 14, {0, 1000});  // a restart
    server.hang_up();
    read_all();
    device.writes.clear();

    ASSERT_TRUE(command(1000.0, 0.0, Ratio{0.6}));

    EXPECT_EQ(device.registers.at(m704 + 14), 1);
    EXPECT_EQ(device.registers.at(m704 + 15), 600);
}

TEST_F(SunSpecInverterTest, RefusesWhatIsOutsideTheNameplateBeforeAnyWrite) {
    for (const double p : {4801.0, -3001.0, std::nan("")}) {
        const Done done = command(p);
        ASSERT_FALSE(done) << p;
        EXPECT_EQ(done.error().code, ErrorCode::out_of_range);
    }
    const Done bad_default = command(0.0, -3001.0);
    ASSERT_FALSE(bad_default);
    EXPECT_THAT(bad_default.error().what, HasSubstr("-3"));

    EXPECT_THAT(device.writes, IsEmpty());
    EXPECT_TRUE(command(4800.0));
    EXPECT_TRUE(command(-3000.0));
}

TEST_F(SunSpecInverterTest, RefusesAValidityThatTheTimerCannotHold) {
    InverterCommand command;
    command.valid_for = 1900ms;

    EXPECT_EQ(wait_for(sut.command(command, in(60s))).error().code, ErrorCode::out_of_range);
    EXPECT_THAT(device.writes, IsEmpty());
}

TEST_F(SunSpecInverterTest, ASetPointThatDoesNotShowIsAFailure) {
    device.ignores_writes = true;

    const Done done = command(1000.0);

    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::bad_reply);
    EXPECT_THAT(done.error().what, HasSubstr("does not show the set-point"));
    EXPECT_GE(clock.now(), at_seconds(5)) << "devices show the old value for up to 5 s";
}

TEST_F(SunSpecInverterTest, ALimitThatDoesNotShowIsAFailure) {
    ASSERT_TRUE(command(1000.0));
    server.script = [this](const modbus::Adu& adu,
                           const Bytes&) -> std::optional<ScriptedServer::Answer> {
        if (function_of(adu) == 16) device.put(m704 + 14, {0, 1000});
        return std::nullopt;
    };

    EXPECT_FALSE(command(1000.0, 0.0, Ratio{0.5}));
}

TEST_F(SunSpecInverterTest, WaitsForADeviceThatShowsItsSetPointLate) {
    device.ignores_writes = true;
    server.script = [this](const modbus::Adu&,
                           const Bytes&) -> std::optional<ScriptedServer::Answer> {
        if (clock.now() >= at_seconds(3)) device.put(m704 + 22, {1, 1, 0, 1000, 0, 0});
        return std::nullopt;
    };

    EXPECT_TRUE(command(1000.0));
}

TEST_F(SunSpecInverterTest, AnEnableThatDoesNotHoldIsAFailure) {
    device.ignores_writes = true;
    device.put(m704 + 24, {0, 1000});  // the value is right, but it is not enabled

    EXPECT_FALSE(command(1000.0));
}

TEST_F(SunSpecInverterTest, ReleaseDisablesSetPointAndLimit) {
    ASSERT_TRUE(command(1000.0, 0.0, Ratio{0.5}));

    ASSERT_TRUE(wait_for(sut.release(in(60s))));

    EXPECT_EQ(device.registers.at(m704 + 22), 0);  // WSetEna
    EXPECT_EQ(device.registers.at(m704 + 14), 0);  // WMaxLimPctEna
}

TEST_F(SunSpecInverterTest, ReleaseLeavesAloneWhatTheDeviceDoesNotHave) {
    device.put(m704 + 14, {0xFFFF, 0xFFFF});
    ASSERT_TRUE(command(1000.0));
    device.writes.clear();

    ASSERT_TRUE(wait_for(sut.release(in(60s))));

    EXPECT_THAT(device.writes, ElementsAre(Write{m704 + 22, {0}}));
}

TEST_F(SunSpecInverterTest, ComesBackToTheSameDeviceWithoutWalkingItsChain) {
    read_all();
    const auto before = server.requests.size();
    server.hang_up();

    read();

    EXPECT_LE(server.requests.size() - before, 3u) << "the common model, and what was asked for";
}

TEST_F(SunSpecInverterTest, ADeviceThatIsNotUsableLeavesNothingOfItselfBehind) {
    read();
    RegisterDevice other;
    put_inverter(other, "other");
    other.put(m702 + 11, {900});                                     // 9 kW
    for (int i = m704 + 2; i < m713; ++i) other.registers.erase(i);  // its controls do not answer
    server.replace_device(other);
    EXPECT_FALSE(wait_for(sut.read(in(60s))));
    server.replace_device(device);

    read();

    EXPECT_EQ(sut.identity().maker, "acme");
    EXPECT_DOUBLE_EQ(sut.limits().p_discharge_max.value(), 4800.0);
}

TEST_F(SunSpecInverterTest, AnotherDeviceIsNotListenedToUntilTheFirstIsBack) {
    read();
    RegisterDevice other;
    put_inverter(other, "other");
    other.put(m702 + 11, {900});  // 9 kW
    server.replace_device(other);

    const auto stranger = wait_for(sut.read(in(60s)));
    EXPECT_EQ(stranger.error().code, ErrorCode::stranger);
    EXPECT_EQ(sut.identity().maker, "acme");
    EXPECT_GE(sut.statistics().strangers, 1u);
    server.replace_device(device);

    read();

    EXPECT_DOUBLE_EQ(sut.limits().p_discharge_max.value(), 4800.0) << "its own nameplate";
}

}  // namespace
}  // namespace islandbench::drivers::test
