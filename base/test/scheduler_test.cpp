#include "base/scheduler.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "base/random.hpp"
#include "base/task.hpp"

namespace islandbench {
namespace {

using ::testing::ElementsAre;

/// Moves the time from event to event until nothing is left, as a pump would.
void run_all(Scheduler& scheduler) {
    scheduler.run_ready();
    while (scheduler.next_timer() != never) {
        scheduler.advance_to(scheduler.next_timer());
        scheduler.run_ready();
    }
}

Task<> note_after(Scheduler& clock, Duration wait, std::string text,
                  std::vector<std::string>& log) {
    co_await clock.sleep_for(wait);
    log.push_back(text + "@" + format_duration(clock.now() - story_start));
}

TEST(Scheduler, RunsTimersInOrderOfTimeThenOfSetting) {
    Scheduler clock;
    std::vector<std::string> log;
    TaskGroup group(clock);
    group.spawn(note_after(clock, 20ms, "late", log));
    group.spawn(note_after(clock, 10ms, "first", log));
    group.spawn(note_after(clock, 10ms, "second", log));

    run_all(clock);

    EXPECT_THAT(log, ElementsAre("first@10 ms", "second@10 ms", "late@20 ms"));
}

TEST(Scheduler, TimersStayOrderedWhileOthersAreDropped) {
    Scheduler clock;
    Random random(3, "timers");
    std::vector<Instant> woken;
    auto sleeper = [](Scheduler& s, Instant due, std::vector<Instant>& into) -> Task<> {
        co_await s.sleep_until(due);
        into.push_back(s.now());
    };
    TaskGroup keep(clock);
    auto drop = std::make_unique<TaskGroup>(clock);
    for (int i = 0; i < 500; ++i) {
        const Instant due = story_start + std::chrono::milliseconds(1 + random.bits() % 1000);
        (i % 3 == 0 ? *drop : keep).spawn(sleeper(clock, due, woken));
    }
    clock.run_ready();
    drop.reset();

    run_all(clock);

    EXPECT_EQ(woken.size(), 333u);
    EXPECT_TRUE(std::is_sorted(woken.begin(), woken.end()));
}

Task<> wait_for(Notifier& notifier, Instant deadline, std::string name,
                std::vector<std::string>& log) {
    const bool notified = co_await notifier.wait_until(deadline);
    log.push_back(name + (notified ? ": notified" : ": deadline"));
}

TEST(Notifier, WakesWaitersInOrderAndTellsDeadlinesApart) {
    Scheduler clock;
    Notifier notifier(clock);
    std::vector<std::string> log;
    TaskGroup group(clock);
    group.spawn(wait_for(notifier, story_start + 5ms, "impatient", log));
    group.spawn(wait_for(notifier, never, "a", log));
    group.spawn(wait_for(notifier, story_start + 50ms, "b", log));
    clock.run_ready();
    clock.advance_to(story_start + 10ms);
    clock.run_ready();

    notifier.notify_all();
    run_all(clock);

    EXPECT_THAT(log, ElementsAre("impatient: deadline", "a: notified", "b: notified"));
    EXPECT_EQ(clock.now(), story_start + 10ms) << "the timer of a notified waiter is gone";
}

TEST(Notifier, ForgetsWaitersThatDie) {
    Scheduler clock;
    Notifier notifier(clock);
    std::vector<std::string> log;
    {
        TaskGroup group(clock);
        group.spawn(wait_for(notifier, story_start + 5ms, "dead", log));
        clock.run_ready();
    }

    notifier.notify_all();
    run_all(clock);

    EXPECT_TRUE(log.empty());
}

}  // namespace
}  // namespace islandbench
