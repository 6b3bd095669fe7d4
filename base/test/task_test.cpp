#include "base/task.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "base/result.hpp"

namespace islandbench {
namespace {

void run_all(Scheduler& scheduler) {
    scheduler.run_ready();
    while (scheduler.next_timer() != never) {
        scheduler.advance_to(scheduler.next_timer());
        scheduler.run_ready();
    }
}

Task<int> at_once(int value) {
    co_return value;
}

Task<int> later(Scheduler& clock, int value) {
    co_await clock.sleep_for(1ms);
    co_return value;
}

Task<> sum_many(Scheduler& clock, int n, int late_every, long& sum) {
    for (int i = 0; i < n; ++i) {
        const bool late = late_every > 0 && i % late_every == 0;
        // Two statements: g++ 12 runs both branches of a ?: that holds co_await.
        if (late) {
            sum += co_await later(clock, 1);
        } else {
            sum += co_await at_once(1);
        }
    }
}

TEST(Task, ChildrenThatFinishAtOnceUseNoStack) {
    Scheduler clock;
    long sum = 0;
    TaskGroup group(clock);
    group.spawn(sum_many(clock, 200000, 0, sum));

    run_all(clock);

    EXPECT_EQ(sum, 200000);
    EXPECT_EQ(group.size(), 0u);
}

TEST(Task, ChildrenThatFinishLaterResumeTheirParent) {
    Scheduler clock;
    long sum = 0;
    TaskGroup group(clock);
    group.spawn(sum_many(clock, 3000, 3, sum));

    run_all(clock);

    EXPECT_EQ(sum, 3000);
    EXPECT_EQ(clock.now(), story_start + 1000ms);
}

TEST(Task, FramesComeFromThePoolOnceWarm) {
    Scheduler clock;
    long sum = 0;
    TaskGroup group(clock);
    group.spawn(sum_many(clock, 100, 2, sum));
    run_all(clock);
    ASSERT_EQ(group.size(), 0u);
    const std::size_t warm = FramePool::blocks_from_heap();

    group.spawn(sum_many(clock, 10000, 2, sum));
    run_all(clock);

    EXPECT_EQ(FramePool::blocks_from_heap(), warm);
}

struct CountAlive {
    explicit CountAlive(int& n) : count(n) { ++count; }
    ~CountAlive() { --count; }
    int& count;
};

Task<> nested(Scheduler& clock, int depth, int& alive) {
    const CountAlive guard(alive);
    if (depth == 0) {
        co_await clock.sleep_for(1h);
    } else {
        co_await nested(clock, depth - 1, alive);
    }
}

TEST(Task, MayBeDestroyedWhileSuspendedAnywhere) {
    Scheduler clock;
    int alive = 0;
    {
        TaskGroup group(clock);
        group.spawn(nested(clock, 10, alive));
        clock.run_ready();
        EXPECT_EQ(alive, 11);
    }

    EXPECT_EQ(alive, 0);
    EXPECT_EQ(clock.next_timer(), never);
}

TEST(Task, MayBeDestroyedWhileItsParentIsQueued) {
    Scheduler clock;
    int alive = 0;
    auto parent = [](Scheduler& s, int& count) -> Task<> {
        const CountAlive guard(count);
        (void)co_await later(s, 1);
        ADD_FAILURE() << "must not run";
    };
    {
        TaskGroup group(clock);
        group.spawn(parent(clock, alive));
        clock.run_ready();
        clock.advance_to(story_start + 1ms);
        // The child is ready; let it finish, which queues the parent, by running just one step.
        auto killer = [](TaskGroup& g) -> Task<> {
            g.clear();
            co_return;
        };
        TaskGroup other(clock);
        other.spawn(killer(group));
        clock.run_ready();
    }
    EXPECT_EQ(alive, 0);
}

Task<Result<std::unique_ptr<int>>> move_only(bool good) {
    if (!good) co_return failure(ErrorCode::timed_out, "nothing came");
    co_return std::make_unique<int>(42);
}

TEST(Task, CarriesResultsThatOnlyMove) {
    Scheduler clock;
    bool seen = false;
    auto parent = [](bool& done) -> Task<> {
        const auto good = co_await move_only(true);
        const auto bad = co_await move_only(false);
        EXPECT_TRUE(good.has_value() && **good == 42);
        EXPECT_TRUE(!bad.has_value() && bad.error().code == ErrorCode::timed_out);
        done = true;
    };
    TaskGroup group(clock);
    group.spawn(parent(seen));

    run_all(clock);

    EXPECT_TRUE(seen);
}

}  // namespace
}  // namespace islandbench
