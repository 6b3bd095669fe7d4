#include "links/can_bridge.hpp"

#include <gmock/gmock.h>

#include "links/memory_network.hpp"

namespace islandbench::links {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// What a node has heard.
class Ear {
  public:
    Ear(Scheduler& clock, std::unique_ptr<CanPort> p) : port(std::move(p)), task_(clock) {
        task_.spawn([](Ear& self) -> Task<> {
            for (;;) {
                const auto received = co_await self.port->receive(never);
                self.frames.push_back(received->frame);
            }
        }(*this));
    }
    std::unique_ptr<CanPort> port;
    std::vector<can::CanFrame> frames;

  private:
    TaskGroup task_;
};

class CanBridgeTest : public ::testing::Test {
  protected:
    void run_for(Duration d) {
        const Instant end = clock.now() + d;
        clock.run_ready();
        while (clock.next_timer() <= end) {
            clock.advance_to(clock.next_timer());
            clock.run_ready();
        }
        clock.advance_to(end);
    }

    Scheduler clock;
    MemoryNetwork network{clock};
    CanBus home{clock};
    CanBridge sut{clock, home.attach_outside(), network.can_port("vcan0", {})};
    Ear battery{clock, home.attach()}, inverter{clock, home.attach()};
    Ear stranger{clock, network.can_port("vcan0", {})};
    const can::CanFrame limits = can::standard_frame(0x351, {1, 2, 3});
    const can::CanFrame keep_alive = can::standard_frame(0x305, {0, 0});
};

TEST_F(CanBridgeTest, EverySideHearsTheOtherOnce) {
    battery.port->send(limits);
    stranger.port->send(keep_alive);
    run_for(100ms);
    EXPECT_THAT(stranger.frames, ElementsAre(limits));
    EXPECT_THAT(battery.frames, ElementsAre(keep_alive)) << "and not itself";
    EXPECT_THAT(inverter.frames, ElementsAre(limits, keep_alive));
    EXPECT_EQ(sut.lost(), 0u);
}

TEST_F(CanBridgeTest, AHomeThatIsSilentToTheOutsideIsSoOnTheOtherBus) {
    home.outside_silent = true;
    battery.port->send(limits);
    stranger.port->send(keep_alive);
    run_for(100ms);
    EXPECT_THAT(stranger.frames, IsEmpty());
    EXPECT_THAT(battery.frames, IsEmpty());
    EXPECT_THAT(inverter.frames, ElementsAre(limits));
}

TEST_F(CanBridgeTest, WhatAControllerReportsStaysOnItsSide) {
    can::CanFrame report;
    report.error = true;
    report.id = 0x40;
    report.length = 8;
    stranger.port->send(report);
    run_for(100ms);
    EXPECT_THAT(battery.frames, IsEmpty());
}

TEST_F(CanBridgeTest, CountsWhatTheOtherSideDoesNotTake) {
    // On the other bus everybody else waits for what has a lower id, and a node keeps 32 frames.
    can::CanFrame report;  // busy on that side only: the bridge does not carry it
    report.error = true;
    for (int i = 0; i < 400; ++i) {
        while (stranger.port->send(report)) continue;
        battery.port->send(limits);
        run_for(CanBus::wire_time(limits));
    }
    EXPECT_GT(sut.lost(), 0u);
    const std::size_t told = stranger.frames.size();
    run_for(1s);
    EXPECT_LT(told, stranger.frames.size()) << "what waits goes out when the bus is free";
}

}  // namespace
}  // namespace islandbench::links
