#pragma once

#include <memory>

#include "drivers/test/driver_test.hpp"
#include "emulators/devices/firmware.hpp"
#include "emulators/devices/hybrid_body.hpp"
#include "emulators/plant/test/miniature.hpp"
#include "emulators/servers/modbus_server.hpp"

namespace islandbench::drivers::test {

/// A driver and an emulated device of a street, which have never met, over a link.
class StreetDriverTest : public DriverTest {
  protected:
    /// The power stage of a home, whose battery allows 100 A.
    std::unique_ptr<devices::HybridBody> power_stage_of(std::size_t home) {
        plant::Hybrid& hybrid = *street.hybrid(home);
        auto body = std::make_unique<devices::HybridBody>(
            *site.homes[home].hybrid, site.homes[home].phase, Ratio{1.0}, hybrid);
        hybrid.control().charge_limit = hybrid.control().discharge_limit = Current{100.0};
        return body;
    }
    /// It listens on "device".
    void serve(std::unique_ptr<devices::ModbusFirmware> firmware,
               const links::LinkCondition& over = {}) {
        condition = over;
        device = std::move(firmware);
        responder.serve(1, *device);
        server = std::move(*servers::ModbusServer::start(clock, network, "device", responder,
                                                         condition, Random(3, "link")));
    }
    /// Street and device go on with the clock from now on.
    void go_on() { world.spawn(live()); }

    Site site = plant::quiet_miniature();
    plant::Street street{site, {.at = story_start}};
    DeviceProfile profile = fast_profile();
    std::unique_ptr<devices::ModbusFirmware> device;

  private:
    static DeviceProfile fast_profile() {
        DeviceProfile profile;
        profile.cadence = 100ms;
        return profile;
    }
    Task<> live() {
        for (;;) {
            co_await clock.sleep_for(1ms);
            street.step();
            device->refresh(clock.now());
        }
    }

    modbus::Responder responder;
    links::LinkCondition condition;  // the server looks at it all the time
    std::unique_ptr<servers::ModbusServer> server;
    TaskGroup world{clock};
};

}  // namespace islandbench::drivers::test
