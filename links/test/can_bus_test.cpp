#include "links/can_bus.hpp"

#include <gmock/gmock.h>

namespace islandbench::links {
namespace {

using ::testing::ElementsAre;

class CanBusTest : public ::testing::Test {
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

    Task<> listen(CanPort& port) {
        for (;;) {
            const auto received = co_await port.receive(never);
            ids.push_back(received->frame.id);
            times.push_back(received->at - story_start);
        }
    }

    static can::CanFrame frame(std::uint32_t id) {
        return can::standard_frame(id, {1, 2, 3, 4, 5, 6, 7, 8});
    }

    Scheduler clock;
    CanBus sut{clock};
    std::unique_ptr<CanPort> a = sut.attach(), b = sut.attach(), c = sut.attach();
    std::vector<std::uint32_t> ids;
    std::vector<Duration> times;
    TaskGroup tasks{clock};
};

TEST_F(CanBusTest, EveryOtherNodeHearsAFrameAfterItsTimeOnTheWire) {
    tasks.spawn(listen(*b));
    tasks.spawn(listen(*c));
    tasks.spawn(listen(*a));

    a->send(frame(0x355));
    run_for(10ms);

    EXPECT_THAT(ids, ElementsAre(0x355, 0x355)) << "the sender does not hear itself";
    EXPECT_THAT(times, ElementsAre(270us, 270us)) << "111 bits and 24 stuff bits at 500 kbit/s";
}

TEST_F(CanBusTest, TheLowestIdGoesFirst) {
    tasks.spawn(listen(*c));
    run_for(1ms);
    a->send(frame(0x35E));
    b->send(frame(0x305));
    a->send(frame(0x351));

    run_for(10ms);

    EXPECT_THAT(ids, ElementsAre(0x305, 0x35E, 0x351)) << "each node keeps its own order";
}

TEST_F(CanBusTest, ASilentBusLosesFrames) {
    tasks.spawn(listen(*b));
    sut.silent = true;
    a->send(frame(0x351));
    run_for(10ms);
    sut.silent = false;
    a->send(frame(0x355));
    run_for(10ms);

    EXPECT_THAT(ids, ElementsAre(0x355));
}

TEST_F(CanBusTest, SlowNodesLoseTheOldestFramesAndSaySo) {
    for (int i = 0; i < 300; ++i) {
        ASSERT_TRUE(a->send(frame(0x100)));
        run_for(1ms);
    }

    EXPECT_EQ(b->overruns(), 44u);
}

TEST_F(CanBusTest, AFullTransmitQueueRefuses) {
    int accepted = 0;
    while (a->send(frame(0x100))) ++accepted;
    EXPECT_EQ(accepted, 32);
}

}  // namespace
}  // namespace islandbench::links
