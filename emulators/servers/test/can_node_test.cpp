#include "emulators/servers/can_node.hpp"

#include <gmock/gmock.h>

#include <optional>
#include <vector>

namespace islandbench::servers {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class CanNodeTest : public ::testing::Test {
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
    CanNode::Hear note(std::vector<std::uint32_t>& ids) {
        return [this, &ids](const can::CanFrame& frame, Instant at) {
            ids.push_back(frame.id);
            heard_at.push_back(at);
        };
    }
    static can::CanFrame frame(std::uint32_t id) { return can::standard_frame(id, {1, 2}); }

    Scheduler clock;
    links::CanBus bus{clock};
    std::vector<std::uint32_t> battery_heard, inverter_heard;
    std::vector<Instant> heard_at;
    std::optional<CanNode> battery, inverter;
};

TEST_F(CanNodeTest, CarriesFramesBothWays) {
    battery.emplace(clock, bus.attach(), note(battery_heard));
    inverter.emplace(clock, bus.attach(), note(inverter_heard));
    battery->send(frame(0x351));
    battery->send(frame(0x355));
    inverter->send(frame(0x305));
    run_for(10ms);

    EXPECT_THAT(inverter_heard, ElementsAre(0x351, 0x355)) << "nobody hears himself";
    EXPECT_THAT(battery_heard, ElementsAre(0x305));
}

TEST_F(CanNodeTest, HearsAFrameWhenItHasPassed) {
    battery.emplace(clock, bus.attach(), note(battery_heard));
    inverter.emplace(clock, bus.attach(), note(inverter_heard));
    run_for(1s);
    battery->send(frame(0x351));
    run_for(10ms);

    EXPECT_THAT(heard_at, ElementsAre(at_seconds(1) + links::CanBus::wire_time(frame(0x351))));
}

TEST_F(CanNodeTest, HearsNothingOnASilentBus) {
    battery.emplace(clock, bus.attach(), note(battery_heard));
    inverter.emplace(clock, bus.attach(), note(inverter_heard));
    bus.silent = true;
    battery->send(frame(0x351));
    run_for(1s);
    bus.silent = false;
    battery->send(frame(0x355));
    run_for(1s);

    EXPECT_THAT(inverter_heard, ElementsAre(0x355));
}

TEST_F(CanNodeTest, MayLeaveTheBusAtAnyTime) {
    battery.emplace(clock, bus.attach(), note(battery_heard));
    inverter.emplace(clock, bus.attach(), note(inverter_heard));
    battery->send(frame(0x351));
    clock.run_ready();
    inverter.reset();
    run_for(1s);
    battery->send(frame(0x355));
    run_for(1s);

    EXPECT_THAT(inverter_heard, IsEmpty());
}

}  // namespace
}  // namespace islandbench::servers
