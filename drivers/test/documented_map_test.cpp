#include <cmath>

#include "drivers/interconnect_driver.hpp"
#include "drivers/load_controller_driver.hpp"
#include "drivers/test/driver_test.hpp"
#include "drivers/test/golden.hpp"

/// Interconnect device and load controller, from registers laid out by hand as their maps document
/// them.
namespace islandbench::drivers::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Write = RegisterDevice::Write;

class InterconnectDriverTest : public DriverTest {
  protected:
    InterconnectDriverTest() { put_interconnect(device, "acme", false); }
    RegisterDevice device;
    ScriptedServer server{clock, network, "device", device};
    InterconnectDriver sut{clock, network, nobody, emulated("pcc")};
};

TEST_F(InterconnectDriverTest, ReadsGoldenRegisters) {
    const auto reading = wait_for(sut.read(in(60s)));

    ASSERT_TRUE(reading) << reading.error().what;
    EXPECT_TRUE(reading->closed);
    EXPECT_FALSE(reading->sync_ok);
    EXPECT_TRUE(reading->grid_ok);
    EXPECT_FALSE(reading->island_stable);
    EXPECT_TRUE(reading->ne_link_closed);
    EXPECT_TRUE(reading->permit_island);
    EXPECT_FALSE(reading->permit_reclose);
    EXPECT_TRUE(reading->sync_requested);
    EXPECT_EQ(reading->timer_remaining, 12345ms);
    EXPECT_DOUBLE_EQ(reading->v_grid.value(), 230.2);
    EXPECT_DOUBLE_EQ(reading->v_island.value(), 229.2);
    EXPECT_DOUBLE_EQ(reading->f_grid.value(), 49.99);
    EXPECT_DOUBLE_EQ(reading->f_island.value(), 50.01);
    EXPECT_DOUBLE_EQ(reading->df.value(), 0.02);
    EXPECT_DOUBLE_EQ(reading->dv.value(), -0.0043);
    EXPECT_DOUBLE_EQ(reading->dphi.value(), -1.5);
    EXPECT_EQ(sut.identity().maker, "acme");
    EXPECT_EQ(sut.identity().serial, "0815");
    EXPECT_FALSE(sut.identity().emulator);
}

TEST_F(InterconnectDriverTest, ADeadSideIsNoNumberToComputeWith) {
    device.put(109, {0xFFFF});                  // f_grid
    device.put(111, {0x8000, 0x8000, 0x8000});  // df, dv, dphi
    const auto reading = wait_for(sut.read(in(60s)));

    ASSERT_TRUE(reading);
    for (const double value : {reading->f_grid.value(), reading->df.value(), reading->dv.value(),
                               reading->dphi.value()}) {
        EXPECT_EQ(value, 0.0);
    }
}

TEST_F(InterconnectDriverTest, WritesOnlyWhatItIsAskedForAndLeavesTheRest) {
    InterconnectCommand command;
    command.permit_reclose = true;
    command.sync_request = false;
    server.script = [this](const modbus::Adu& adu,
                           const Bytes&) -> std::optional<ScriptedServer::Answer> {
        if (function_of(adu) == 16) device.put(121, {1, 1, 0, 0});  // as a good device does
        return std::nullopt;
    };

    EXPECT_TRUE(wait_for(sut.command(command, in(60s))));

    EXPECT_THAT(device.writes, ElementsAre(Write{121, {65535, 1, 65535, 0}}));
}

TEST_F(InterconnectDriverTest, AConsentThatDoesNotShowIsAFailure) {
    device.ignores_writes = true;
    InterconnectCommand reclose, island;
    reclose.permit_reclose = true;
    island.permit_island = false;

    for (const InterconnectCommand& command : {reclose, island}) {
        const Done done = wait_for(sut.command(command, in(60s)));
        ASSERT_FALSE(done);
        EXPECT_EQ(done.error().code, ErrorCode::bad_reply);
        EXPECT_THAT(done.error().what, HasSubstr("pcc: does not show the consent"));
    }
}

TEST_F(InterconnectDriverTest, AFlagThatIsNeitherZeroNorOneIsABadReply) {
    device.put(100, {2});
    const auto reading = wait_for(sut.read(in(60s)));

    ASSERT_FALSE(reading);
    EXPECT_EQ(reading.error().code, ErrorCode::bad_reply);
    EXPECT_THAT(reading.error().what, HasSubstr("pcc: contact is 2"));
}

TEST_F(InterconnectDriverTest, AnotherKindOfDeviceIsNotTakenForOne) {
    put_load_controller(device, "acme", false);
    const Done done = wait_for(sut.connect(in(60s)));

    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::bad_reply);
    EXPECT_THAT(done.error().what, HasSubstr("pcc"));
}

class LoadControllerDriverTest : public DriverTest {
  protected:
    LoadControllerDriverTest() { put_load_controller(device, "acme", false); }
    RegisterDevice device;
    ScriptedServer server{clock, network, "device", device};
    LoadControllerDriver sut{clock, network, nobody, emulated("home1.loadctl")};
};

TEST_F(LoadControllerDriverTest, ReadsGoldenRegisters) {
    const auto reading = wait_for(sut.read(in(60s)));

    ASSERT_TRUE(reading) << reading.error().what;
    EXPECT_THAT(reading->closed, ElementsAre(true, true, false, true, false));
    EXPECT_TRUE(reading->local_stage) << "tier 4 is held open by the device itself";
    EXPECT_DOUBLE_EQ(reading->p_total.value(), 1250.0);
    EXPECT_DOUBLE_EQ(reading->p[0].value(), 60.0);
    EXPECT_DOUBLE_EQ(reading->p[1].value(), 200.0);
    EXPECT_DOUBLE_EQ(reading->p[2].value(), 0.0);
    EXPECT_DOUBLE_EQ(reading->p[3].value(), 990.0);
    EXPECT_DOUBLE_EQ(reading->v.value(), 228.7);
    EXPECT_DOUBLE_EQ(reading->f.value(), 49.95);
}

TEST_F(LoadControllerDriverTest, WithoutLocalStagesNoneIsReported) {
    device.put(104, {0});
    EXPECT_FALSE(wait_for(sut.read(in(60s)))->local_stage);
}

TEST_F(LoadControllerDriverTest, AHomeWithoutVoltageHasNoFrequency) {
    device.put(101, {0xFFFF});
    EXPECT_TRUE(std::isnan(wait_for(sut.read(in(60s)))->f.value()));
}

TEST_F(LoadControllerDriverTest, WritesTheCoilOfTheTierAndReadsItBack) {
    EXPECT_TRUE(wait_for(sut.set_tier(3, false, in(60s))));
    EXPECT_TRUE(wait_for(sut.set_tier(2, true, in(60s))));

    EXPECT_EQ(device.coils, (std::vector<bool>{true, true, true, false, false}));
    EXPECT_THAT(server.functions(), ElementsAre(3, 5, 1, 5, 1));
    EXPECT_THAT(device.writes, IsEmpty()) << "coils only";
}

TEST_F(LoadControllerDriverTest, AContactorThatDoesNotMoveIsAFailure) {
    device.ignores_writes = true;

    const Done done = wait_for(sut.set_tier(4, true, in(60s)));

    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::bad_reply);
    EXPECT_EQ(done.error().what, "home1.loadctl: tier 4 did not close");
}

TEST_F(LoadControllerDriverTest, AWrongMapVersionIsNotRead) {
    device.put(14, {2});
    EXPECT_FALSE(wait_for(sut.connect(in(60s))));
}

}  // namespace
}  // namespace islandbench::drivers::test
