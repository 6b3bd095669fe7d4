#include "drivers/sunspec_battery.hpp"
#include "drivers/sunspec_inverter.hpp"
#include "drivers/test/driver_test.hpp"
#include "emulators/devices/hybrid_body.hpp"
#include "emulators/devices/sunspec_inverter.hpp"
#include "emulators/plant/test/miniature.hpp"
#include "emulators/servers/modbus_server.hpp"

/// A driver and an emulated device that have never met, over a link with delay, loss, silence and
/// refusals.
namespace islandbench::drivers::test {
namespace {

/// Home 1 of the street in miniature, its inverter on the wire and its battery allowing all.
class SunSpecOverALink : public DriverTest {
  protected:
    SunSpecOverALink() {
        profile.cadence = 100ms;
        profile.model = "hybrid 5k";
        const HomeSpec& home = site.homes[0];
        plant::Hybrid& hybrid = *street.hybrid(0);
        auto body =
            std::make_unique<devices::HybridBody>(*home.hybrid, home.phase, Ratio{1.0}, hybrid);
        hybrid.control().charge_limit = hybrid.control().discharge_limit = Current{100.0};
        device.emplace(profile, "home1.inverter", site.interconnect.enter_service, site.nominal_f,
                       std::move(body));
        responder.serve(1, *device);
        server = std::move(*servers::ModbusServer::start(clock, network, "device", responder,
                                                         condition, Random(3, "link")));
        DeviceSettings settings = emulated("home1.inverter");
        sut.emplace(clock, network, nobody, settings);
        world.spawn(live());
    }

    Task<> live() {
        for (;;) {
            co_await clock.sleep_for(1ms);
            street.step();
            device->refresh(clock.now());
        }
    }

    Done command(double p) {
        InverterCommand command;
        command.p = ActivePower{p};
        return wait_for(sut->command(command, in(60s)));
    }

    Site site = plant::quiet_miniature();
    plant::Street street{site, {.at = story_start}};
    DeviceProfile profile;
    std::optional<devices::SunSpecInverter> device;
    modbus::Responder responder;
    links::LinkCondition condition;
    std::unique_ptr<servers::ModbusServer> server;
    std::optional<SunSpecInverter> sut;
    TaskGroup world{clock};
};

TEST_F(SunSpecOverALink, OneKilowattInIsOneKilowattOnTheStreet) {
    ASSERT_TRUE(command(1000.0));
    run_for(3s);

    const auto reading = wait_for(sut->read(in(60s)));
    ASSERT_TRUE(reading) << reading.error().what;
    EXPECT_NEAR(reading->p.value(), 1000.0, 20.0);
    EXPECT_NEAR(street.hybrid(0)->state().p.value(), 1000.0, 20.0);
    EXPECT_NEAR(reading->p_setpoint.value_or(ActivePower{}).value(), 1000.0, 0.5);
    EXPECT_TRUE(sut->identity().emulator);
    EXPECT_GT(sut->statistics().latency_percentile(0.5), 5ms) << "the link has its delay";
}

TEST_F(SunSpecOverALink, GetsThroughALinkThatLosesOneReplyInFive) {
    condition.loss = 0.2;
    // The chain of fifteen models takes some forty exchanges, all of which have to get through.
    ASSERT_TRUE(wait_for(sut->connect(in(300s))));
    int good = 0;
    for (int i = 0; i < 60; ++i) good += wait_for(sut->read_fast(in(10s))).has_value();

    EXPECT_GE(good, 57) << "two retries each";
    EXPECT_GT(sut->statistics().retries, 5u);
    EXPECT_EQ(sut->statistics().bad_replies, 0u) << "a late answer is no wrong one";
}

TEST_F(SunSpecOverALink, SilenceIsATimeOutAndItsEndARecovery) {
    ASSERT_TRUE(wait_for(sut->read(in(60s))));
    condition.silent = true;
    EXPECT_EQ(wait_for(sut->read(in(20s))).error().code, ErrorCode::timed_out);
    condition.silent = false;

    EXPECT_TRUE(wait_for(sut->read(in(60s))));
    EXPECT_GE(sut->statistics().reconnects, 1u);
}

TEST_F(SunSpecOverALink, ItsSetPointFallsBackWhenTheDriverIsGone) {
    ASSERT_TRUE(command(2000.0));
    condition.silent = true;
    run_for(7s);
    EXPECT_NEAR(street.hybrid(0)->state().p.value(), 0.0, 20.0) << "5 s, then the default of 0 W";
}

TEST_F(SunSpecOverALink, ARefusalIsToldFromSilence) {
    DeviceSettings settings = emulated("home1.inverter");
    settings.link.unit = 9;  // nobody there: exception 0x0B
    SunSpecInverter elsewhere(clock, network, nobody, settings);

    const auto reading = wait_for(elsewhere.read(in(60s)));

    ASSERT_FALSE(reading);
    EXPECT_THAT(reading.error().what, ::testing::HasSubstr("has no SunSpec map"));
    EXPECT_GT(elsewhere.statistics().exceptions, 0u);
}

TEST_F(SunSpecOverALink, ReleaseGivesThePowerBack) {
    ASSERT_TRUE(command(2000.0));
    ASSERT_TRUE(wait_for(sut->release(in(60s))));
    run_for(2s);

    const auto reading = wait_for(sut->read(in(60s)));
    ASSERT_TRUE(reading);
    EXPECT_NEAR(street.hybrid(0)->state().p.value(), 0.0, 20.0) << "no sun: nothing to pass on";
}

}  // namespace
}  // namespace islandbench::drivers::test
