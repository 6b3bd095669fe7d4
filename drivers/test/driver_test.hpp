#pragma once

#include <gmock/gmock.h>

#include <optional>
#include <string>

#include "drivers/modbus_device.hpp"
#include "drivers/test/register_device.hpp"
#include "drivers/test/scripted_server.hpp"
#include "links/memory_network.hpp"

namespace islandbench::drivers::test {

/// Runs drivers in simulated time, against what listens on "device" in memory.
class DriverTest : public ::testing::Test {
  protected:
    /// Runs until the task is done; a task that is not done after ten minutes fails the test.
    template <class T>
    T wait_for(Task<T> task) {
        std::optional<T> result;
        TaskGroup tasks(clock);
        tasks.spawn(keep(std::move(task), result));
        clock.run_ready();
        const Instant limit = clock.now() + 600s;
        while (tasks.size() > 0 && clock.next_timer() <= limit) {
            clock.advance_to(clock.next_timer());
            clock.run_ready();
        }
        EXPECT_TRUE(result.has_value()) << "the task never ended";
        return std::move(*result);
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

    [[nodiscard]] Instant in(Duration d) const { return clock.now() + d; }

    /// Of a device that this process emulates, so that writes are allowed.
    static DeviceSettings emulated(const std::string& name) {
        DeviceSettings settings;
        settings.name = name;
        settings.where = "device";
        return settings;
    }
    /// Of a device at an address of its own, as a site file names it.
    static DeviceSettings at(const std::string& name, const std::string& link) {
        DeviceSettings settings = emulated(name);
        settings.link = *parse_link_address(link);
        return settings;
    }

    Scheduler clock;
    links::MemoryNetwork network{clock};
    WriteGuard nobody{{}};  ///< has armed nothing

  private:
    template <class T>
    static Task<> keep(Task<T> task, std::optional<T>& result) {
        auto value = co_await std::move(task);
        result.emplace(std::move(value));
    }
};

}  // namespace islandbench::drivers::test
