#include "links/impaired_stream.hpp"

#include <gmock/gmock.h>

#include <bit>

#include "links/memory_network.hpp"

namespace islandbench::links {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Ge;
using Bytes = std::vector<std::uint8_t>;

class ImpairedStreamTest : public ::testing::Test {
  protected:
    ImpairedStreamTest() {
        auto [a, b] = MemoryNetwork::make_pair(clock);
        near_end = std::move(a);
        sut = impair(std::move(b), clock, condition, random);
        reader.spawn(collect());
    }

    /// Notes what arrives at the far end of what `sut` writes, and when.
    Task<> collect() {
        std::array<std::uint8_t, 16> buffer{};
        for (;;) {
            const auto n = co_await near_end->read_some(buffer, never);
            if (!n) co_return;
            for (std::size_t i = 0; i < *n; ++i) {
                bytes.push_back(buffer[i]);
                times.push_back(clock.now() - story_start);
            }
        }
    }

    void run_until(Instant end) {
        clock.run_ready();
        while (clock.next_timer() <= end) {
            clock.advance_to(clock.next_timer());
            clock.run_ready();
        }
        clock.advance_to(end);
    }

    Scheduler clock;
    LinkCondition condition;
    Random random{1, "link"};
    std::unique_ptr<ByteStream> near_end, sut;
    Bytes bytes;
    std::vector<Duration> times;
    TaskGroup reader{clock};
};

TEST_F(ImpairedStreamTest, DelaysByTheConditionAndKeepsTheOrder) {
    condition.loss = 0;
    for (std::uint8_t i = 0; i < 5; ++i) sut->write(Bytes{i});

    run_until(at_seconds(10));

    EXPECT_THAT(bytes, ElementsAre(0, 1, 2, 3, 4));
    EXPECT_THAT(times, Each(Ge(1ms)));
    EXPECT_TRUE(std::is_sorted(times.begin(), times.end()));
}

TEST_F(ImpairedStreamTest, AWireWithoutDelayIsAtOnce) {
    condition = LinkCondition::perfect();
    sut->write(Bytes{1});

    run_until(at_seconds(1));

    EXPECT_THAT(times, ElementsAre(0ns));
}

TEST_F(ImpairedStreamTest, LosesTheShareItSays) {
    condition = {0ns, 0ns, 0.25, false};
    for (int i = 0; i < 4000; ++i) sut->write(Bytes{1});

    run_until(at_seconds(1));

    EXPECT_NEAR(static_cast<double>(bytes.size()), 3000.0, 120.0);
}

TEST_F(ImpairedStreamTest, SilenceSwallowsWhatIsUnderWayToo) {
    condition = {100ms, 100ms, 0.0, false};
    sut->write(Bytes{1});
    run_until(at_seconds(0.05));
    condition.silent = true;
    run_until(at_seconds(0.2));
    sut->write(Bytes{2});
    condition.silent = false;
    run_until(at_seconds(0.3));
    sut->write(Bytes{3});

    run_until(at_seconds(1));

    EXPECT_THAT(bytes, ElementsAre(3));
}

TEST_F(ImpairedStreamTest, CorruptionTurnsOneBitOfAMessage) {
    condition = LinkCondition::perfect();
    condition.corrupt = 1.0;
    sut->write(Bytes{0, 0, 0, 0, 0, 0, 0, 0});

    run_until(at_seconds(1));

    int turned = 0;
    for (const std::uint8_t byte : bytes) turned += std::popcount(byte);
    EXPECT_EQ(bytes.size(), 8u);
    EXPECT_EQ(turned, 1);
}

TEST_F(ImpairedStreamTest, WhatIsHeldBackGoesBehindTheNext) {
    condition = LinkCondition::perfect();
    condition.reorder = 1.0;
    sut->write(Bytes{1});
    run_until(at_seconds(1));
    EXPECT_TRUE(bytes.empty());
    sut->write(Bytes{2});

    run_until(at_seconds(2));

    EXPECT_THAT(bytes, ElementsAre(2, 1));
}

TEST_F(ImpairedStreamTest, AResetComesInPlaceOfTheMessage) {
    condition = LinkCondition::perfect();
    condition.reset = 1.0;
    sut->write(Bytes{1});

    run_until(at_seconds(1));

    EXPECT_TRUE(bytes.empty());
    EXPECT_FALSE(near_end->is_open());
}

TEST_F(ImpairedStreamTest, DripsByteByByteAndKeepsTheOrder) {
    condition = LinkCondition::perfect();
    condition.drip = 20ms;
    sut->write(Bytes{1, 2, 3});
    sut->write(Bytes{4});

    run_until(at_seconds(1));

    EXPECT_THAT(bytes, ElementsAre(1, 2, 3, 4));
    EXPECT_THAT(times, ElementsAre(0ms, 20ms, 40ms, 40ms));
}

TEST_F(ImpairedStreamTest, AHalfOpenConnectionStaysOpenAndDeadWhileANewOneWorks) {
    condition = LinkCondition::perfect();
    ++condition.half_open;
    auto [a, b] = MemoryNetwork::make_pair(clock);
    const auto later = impair(std::move(b), clock, condition, random);
    sut->write(Bytes{1});
    later->write(Bytes{2});

    run_until(at_seconds(1));

    std::array<std::uint8_t, 4> buffer{};
    std::size_t heard = 0;
    reader.spawn(
        [](ByteStream& stream, std::array<std::uint8_t, 4>& into, std::size_t& count) -> Task<> {
            const auto n = co_await stream.read_some(into, never);
            count = n ? *n : 0;
        }(*a, buffer, heard));
    run_until(at_seconds(2));
    EXPECT_TRUE(bytes.empty());
    EXPECT_TRUE(near_end->is_open());
    EXPECT_EQ(heard, 1u);
    EXPECT_EQ(buffer[0], 2);
}

}  // namespace
}  // namespace islandbench::links
