// Drivers on a serial bus: libmodbus on our side, emulated meters on the other, a pty between them.
// In wall time: the line takes the time that characters take.
#include <gmock/gmock.h>

#include "drivers/eastron_meter.hpp"
#include "drivers/sunspec_meter.hpp"
#include "drivers/test/golden.hpp"
#include "drivers/test/serial_pair.hpp"
#include "emulators/devices/eastron_meter.hpp"
#include "emulators/plant/test/miniature.hpp"
#include "emulators/servers/modbus_server.hpp"
#include "emulators/servers/rtu_server.hpp"

namespace islandbench::drivers::test {
namespace {

class SerialBusTest : public ::testing::Test {
  protected:
    SerialBusTest() {
        profile.model = "SDM630";
        profile.read_max = 80;
        profile.cadence = 400ms;
        eastron.emplace(profile, MeterSide::grid, street);
        put_meter(sunspec, "Acme");
        responder.serve(2, *eastron);
        responder.serve(3, sunspec);
        server.emplace(clock, line.take(), responder,
                       servers::LineTiming{{115200, 'N', 1}, 1ms, true});
    }

    [[nodiscard]] DeviceSettings settings(const std::string& name, int unit) const {
        DeviceSettings settings;
        settings.name = name;
        settings.link =
            *parse_link_address("rtu:" + line.path() + "?baud=115200&unit=" + std::to_string(unit));
        settings.where = modbus_place(settings.link);
        settings.profile.model = "SDM630";
        settings.profile.read_max = 80;
        settings.profile.time_out = 5s;
        return settings;
    }
    template <class Meter>
    Task<> poll(Meter& meter, int times, std::vector<Result<MeterReading>>& into) {
        for (int i = 0; i < times; ++i) {
            into.push_back(co_await meter.read(clock.now() + 30s));
        }
    }
    void run(TaskGroup& tasks) {
        clock.run_ready();
        while (tasks.size() > 0 && clock.now() < story_start + 60s) {
            clock.advance_to(network.wait(std::min(clock.next_timer(), clock.now() + 5ms)));
            clock.run_ready();
        }
        EXPECT_EQ(tasks.size(), 0u);
    }

    Site site = plant::quiet_miniature();
    plant::Street street{site, {.at = story_start}};
    DeviceProfile profile;
    Scheduler clock;
    links::TcpNetwork network{clock};
    SerialEnd line{clock, network};
    std::optional<devices::EastronMeter> eastron;
    RegisterDevice sunspec;
    modbus::Responder responder{modbus::UnknownUnit::silence};
    std::optional<servers::RtuServer> server;
    WriteGuard nobody{{}};
};

TEST_F(SerialBusTest, CarriesSeveralMetersAtOnce) {
    EastronMeter two(clock, network, nobody, settings("meter_grid", 2));
    SunSpecMeter three(clock, network, nobody, settings("meter_island", 3));
    std::vector<Result<MeterReading>> of_two, of_three;
    {
        TaskGroup tasks(clock);
        tasks.spawn(poll(two, 5, of_two));
        tasks.spawn(poll(three, 5, of_three));
        run(tasks);
    }
    ASSERT_EQ(of_two.size(), 5u);
    ASSERT_EQ(of_three.size(), 5u);
    for (const auto& reading : of_two) {
        ASSERT_TRUE(reading.has_value()) << reading.error().what;
        EXPECT_NEAR(reading->v_phase[0].value(), street.grid().v[0].value(), 0.1);
    }
    for (const auto& reading : of_three) {
        ASSERT_TRUE(reading.has_value()) << reading.error().what;
        EXPECT_EQ(reading->p.value(), 9120.0);
    }
    EXPECT_EQ(server->traffic().bad_frames, 0u);
    EXPECT_EQ(two.statistics().reconnects + three.statistics().reconnects, 0u);
    EXPECT_FALSE(two.may_write());  // a serial line is real until it is armed
}

TEST_F(SerialBusTest, AUnitThatIsNotThereTimesOut) {
    DeviceSettings nine = settings("meter_grid", 9);
    nine.profile.time_out = 1s;
    nine.profile.retries = 0;
    EastronMeter meter(clock, network, nobody, nine);
    std::vector<Result<MeterReading>> readings;
    TaskGroup tasks(clock);
    tasks.spawn(poll(meter, 1, readings));
    run(tasks);
    ASSERT_EQ(readings.size(), 1u);
    ASSERT_FALSE(readings[0].has_value());
    EXPECT_EQ(readings[0].error().code, ErrorCode::timed_out);
    EXPECT_GE(server->traffic().unanswered, 1u);
}

/// The same device through our own codec and through libmodbus, one after the other.
TEST_F(SerialBusTest, ASecondOpinionComesThroughLibmodbus) {
    modbus::Responder alone;
    alone.serve(1, sunspec);
    const links::LinkCondition condition;
    auto served = servers::ModbusServer::start(clock, network, "127.0.0.1:0", alone, condition,
                                               Random(3, "link"));
    ASSERT_TRUE(served.has_value());
    std::vector<Result<MeterReading>> readings;
    for (const char* through : {"", "libmodbus:"}) {
        DeviceSettings there = settings("meter_grid", 1);
        there.where = through + (*served)->address();
        SunSpecMeter meter(clock, network, nobody, there);
        TaskGroup tasks(clock);
        tasks.spawn(poll(meter, 1, readings));
        run(tasks);
    }
    ASSERT_EQ(readings.size(), 2u);
    for (const auto& reading : readings) {
        ASSERT_TRUE(reading.has_value()) << reading.error().what;
        EXPECT_EQ(reading->p.value(), 9120.0);
        EXPECT_EQ(reading->v_phase[2].value(), 231.9);
    }
}

}  // namespace
}  // namespace islandbench::drivers::test
