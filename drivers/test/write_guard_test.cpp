#include "drivers/write_guard.hpp"

#include "drivers/interconnect_driver.hpp"
#include "drivers/load_controller_driver.hpp"
#include "drivers/sunspec_inverter.hpp"
#include "drivers/test/driver_test.hpp"
#include "drivers/test/golden.hpp"
#include "drivers/test/probe.hpp"

/// Nothing is written to a device that nobody has allowed: the rule itself, and the bytes.
namespace islandbench::drivers::test {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::Not;

Peer peer(const std::string& link, bool is_local, bool emulator) {
    Peer peer;
    peer.device = "home1.inverter";
    peer.link = *parse_link_address(link);
    peer.is_local = is_local;
    peer.identity = {emulator ? "islandbench" : "acme", "hybrid 5k", "1.4", "17", emulator};
    return peer;
}

const std::string loopback = "tcp://127.0.0.1:502?unit=1";
const std::string remote = "tcp://192.0.2.7:502?unit=1";

TEST(WriteGuard, AllowsWhatThisProcessEmulates) {
    EXPECT_TRUE(WriteGuard{{}}.permit(peer("emulated", true, true)));
}

TEST(WriteGuard, AllowsALocalDeviceThatSaysItIsAnEmulator) {
    EXPECT_TRUE(WriteGuard{{}}.permit(peer(loopback, true, true)));
}

TEST(WriteGuard, ATunnelOnThisMachineIsRealHardware) {
    EXPECT_FALSE(WriteGuard{{}}.permit(peer(loopback, true, false)));
}

TEST(WriteGuard, AnEmulatorElsewhereIsNotOurs) {
    EXPECT_FALSE(WriteGuard{{}}.permit(peer(remote, false, true)));
}

TEST(WriteGuard, TheConnectedAddressCountsAndNotTheNameOfTheLink) {
    EXPECT_FALSE(WriteGuard{{}}.permit(peer(loopback, false, true)));
}

TEST(WriteGuard, AllowsWhatAPersonHasArmedByName) {
    const WriteGuard guard{{"home1.inverter"}};
    const auto permit = guard.permit(peer(remote, false, false));

    ASSERT_TRUE(permit);
    EXPECT_EQ(permit->device(), "home1.inverter");
}

TEST(WriteGuard, ArmingOneDeviceArmsNoOther) {
    for (const char* name : {"home2.inverter", "home1", "home1.inverter2", ""}) {
        EXPECT_FALSE(WriteGuard{{name}}.permit(peer(remote, false, false))) << name;
    }
}

TEST(WriteGuard, SaysWhichDeviceIsNotArmedAndWhoItIs) {
    const auto permit = WriteGuard{{}}.permit(peer(remote, false, false));

    ASSERT_FALSE(permit);
    EXPECT_EQ(permit.error().code, ErrorCode::not_armed);
    EXPECT_EQ(permit.error().what,
              "home1.inverter (tcp://192.0.2.7:502?unit=1, acme hybrid 5k) is not armed");
}

class ModbusDevice : public DriverTest {
  protected:
    /// No function that writes has ever reached the device.
    void expect_untouched(const ScriptedServer& server) {
        EXPECT_THAT(server.functions(), Not(IsEmpty()));
        EXPECT_THAT(server.functions(), Each(Le(4))) << "1 to 4 read, the others write";
        EXPECT_THAT(device.writes, IsEmpty());
    }

    RegisterDevice device;
};

TEST_F(ModbusDevice, WritesNothingWithoutAPermit) {
    device.put(0, {2});
    device.put(100, {0});
    device.coils = {false};
    ScriptedServer server(clock, network, "device", device);
    Probe sut(clock, network, nobody, at("home1.inverter", loopback));

    const Done registers = wait_for(sut.write_holding(100, {1}, in(60s)));
    const Done coil = wait_for(sut.write_coil(0, true, in(60s)));

    EXPECT_EQ(registers.error().code, ErrorCode::not_armed);
    EXPECT_THAT(registers.error().what, AllOf(HasSubstr("home1.inverter"), HasSubstr("not armed")));
    EXPECT_EQ(coil.error().code, ErrorCode::not_armed);
    EXPECT_FALSE(sut.may_write());
    expect_untouched(server);
}

TEST_F(ModbusDevice, AnInverterThatIsNotArmedGetsNoSetPoint) {
    put_inverter(device, "acme");
    ScriptedServer server(clock, network, "device", device);
    SunSpecInverter sut(clock, network, nobody, at("home1.inverter", loopback));
    InverterCommand command;
    command.p = ActivePower{1000.0};

    EXPECT_EQ(wait_for(sut.command(command, in(60s))).error().code, ErrorCode::not_armed);
    EXPECT_EQ(wait_for(sut.release(in(60s))).error().code, ErrorCode::not_armed);
    expect_untouched(server);
    EXPECT_THAT(sut.writes(), Not(IsEmpty())) << "so that a person can be asked";
}

TEST_F(ModbusDevice, AnInterconnectDeviceThatIsNotArmedGetsNoConsent) {
    put_interconnect(device, "acme", false);
    ScriptedServer server(clock, network, "device", device);
    InterconnectDriver sut(clock, network, nobody, at("pcc", loopback));
    InterconnectCommand command;
    command.permit_island = true;

    EXPECT_EQ(wait_for(sut.command(command, in(60s))).error().code, ErrorCode::not_armed);
    expect_untouched(server);
    EXPECT_THAT(sut.writes(), Not(IsEmpty()));
}

TEST_F(ModbusDevice, ALoadControllerThatIsNotArmedKeepsItsContactors) {
    put_load_controller(device, "acme", false);
    ScriptedServer server(clock, network, "device", device);
    LoadControllerDriver sut(clock, network, nobody, at("home1.loadctl", loopback));

    EXPECT_EQ(wait_for(sut.set_tier(4, false, in(60s))).error().code, ErrorCode::not_armed);
    expect_untouched(server);
    EXPECT_THAT(sut.writes(), Not(IsEmpty()));
}

TEST_F(ModbusDevice, ALocalEmulatorIsWrittenToWithoutArming) {
    device.put(0, {1});
    device.put(100, {0});
    ScriptedServer server(clock, network, "device", device);
    Probe sut(clock, network, nobody, at("home1.inverter", loopback));

    EXPECT_TRUE(wait_for(sut.write_holding(100, {1}, in(60s))));
}

TEST_F(ModbusDevice, AnEmulatorOnAnotherMachineIsNot) {
    device.put(0, {1});
    device.put(100, {0});
    ScriptedServer server(clock, network, "device", device);
    RemoteNetwork far(network);
    Probe sut(clock, far, nobody, at("home1.inverter", loopback));

    EXPECT_EQ(wait_for(sut.write_holding(100, {1}, in(60s))).error().code, ErrorCode::not_armed);
    expect_untouched(server);
}

TEST_F(ModbusDevice, ArmedByNameItWritesToHardware) {
    device.put(0, {2});
    device.put(100, {0});
    ScriptedServer server(clock, network, "device", device);
    RemoteNetwork far(network);
    const WriteGuard guard{{"home1.inverter"}};
    Probe sut(clock, far, guard, at("home1.inverter", remote));

    EXPECT_TRUE(wait_for(sut.write_holding(100, {1}, in(60s))));
    EXPECT_EQ(device.registers.at(100), 1);
}

TEST_F(ModbusDevice, AnotherDeviceBehindTheSameAddressLosesThePermit) {
    device.put(0, {1});
    device.put(100, {0});
    ScriptedServer server(clock, network, "device", device);
    Probe sut(clock, network, nobody, at("home1.inverter", loopback));
    ASSERT_TRUE(wait_for(sut.write_holding(100, {1}, in(60s))));
    ASSERT_TRUE(sut.may_write());
    RegisterDevice other;
    other.put(0, {2});
    other.put(100, {0});
    server.replace_device(other);

    EXPECT_EQ(wait_for(sut.write_holding(100, {5}, in(60s))).error().code, ErrorCode::stranger);
    EXPECT_FALSE(sut.may_write());
    EXPECT_EQ(sut.identity().maker, "islandbench") << "who it was";
    EXPECT_THAT(other.writes, IsEmpty());
}

TEST_F(ModbusDevice, ANameIsArmedForTheDeviceThatAnsweredFirst) {
    device.put(0, {2});
    device.put(100, {0});
    ScriptedServer server(clock, network, "device", device);
    const WriteGuard armed{{"home1.inverter"}};
    Probe sut(clock, network, armed, at("home1.inverter", remote));
    ASSERT_TRUE(wait_for(sut.write_holding(100, {1}, in(60s))));
    RegisterDevice other;
    other.put(0, {1});
    other.put(100, {0});
    server.replace_device(other);

    const Done refused = wait_for(sut.write_holding(100, {5}, in(60s)));
    EXPECT_EQ(refused.error().code, ErrorCode::stranger);
    EXPECT_THAT(refused.error().what, AllOf(HasSubstr("another device answers here: islandbench"),
                                            HasSubstr("it was acme probe")));
    EXPECT_THAT(other.writes, IsEmpty());

    server.replace_device(device);
    EXPECT_TRUE(wait_for(sut.write_holding(100, {5}, in(60s)))) << "the first one is back";
}

TEST_F(ModbusDevice, AWriteThatMustBeRepeatedAsksForThePermitAgain) {
    device.put(0, {1});
    device.put(100, {0});
    ScriptedServer server(clock, network, "device", device);
    Probe sut(clock, network, nobody, at("home1.inverter", loopback));
    RegisterDevice other;
    other.put(0, {2});
    other.put(100, {0});
    // The first write is swallowed, and behind the address there is another device from then on.
    server.script = [&](const modbus::Adu& adu,
                        const Bytes&) -> std::optional<ScriptedServer::Answer> {
        if (function_of(adu) != 16) return std::nullopt;
        server.replace_device(other);
        return ScriptedServer::Answer{};
    };

    EXPECT_EQ(wait_for(sut.write_holding(100, {5}, in(60s))).error().code, ErrorCode::stranger);
    EXPECT_THAT(other.writes, IsEmpty());
}

}  // namespace
}  // namespace islandbench::drivers::test
