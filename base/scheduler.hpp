#pragma once

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.hpp"

namespace islandbench {

class Notifier;
class Scheduler;

/// Hook of an intrusive doubly linked list; unlinks itself when it dies.
class ListHook {
  public:
    ListHook() noexcept : next_(this), previous_(this) {}
    ~ListHook() { unlink(); }
    ListHook(const ListHook&) = delete;
    ListHook& operator=(const ListHook&) = delete;

    [[nodiscard]] bool linked() const noexcept { return next_ != this; }
    [[nodiscard]] ListHook* next() const noexcept { return next_; }
    void unlink() noexcept {
        previous_->next_ = next_;
        next_->previous_ = previous_;
        next_ = previous_ = this;
    }
    /// Links `hook` in front of this one; in front of a list's head means at its end.
    void push_before(ListHook& hook) noexcept {
        hook.previous_ = previous_;
        hook.next_ = this;
        previous_->next_ = &hook;
        previous_ = &hook;
    }

  private:
    ListHook* next_;
    ListHook* previous_;
};

/// One suspended coroutine: it lives inside an awaiter or a promise, and takes itself out of the
/// ready queue, the timers and the notifier when it dies. So a task may be destroyed at any moment.
class Waiter {
  public:
    explicit Waiter(Scheduler& scheduler) noexcept : scheduler_(&scheduler) {}
    Waiter() noexcept = default;  ///< bound to a scheduler later, by bind()
    ~Waiter();
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;

    void bind(Scheduler& scheduler) noexcept { scheduler_ = &scheduler; }
    [[nodiscard]] Scheduler* scheduler() const noexcept { return scheduler_; }

    std::coroutine_handle<> handle;
    /// Set when a Notifier, not the timer, woke the coroutine.
    bool notified = false;

  private:
    friend class Scheduler;
    friend class Notifier;
    static constexpr std::size_t no_timer = SIZE_MAX;

    struct Hook : ListHook {
        explicit Hook(Waiter* o) noexcept : owner(o) {}
        Waiter* owner;
    };

    Scheduler* scheduler_ = nullptr;
    Hook ready_{this};
    Hook notify_{this};
    Instant due_{};
    std::uint64_t order_ = 0;
    std::size_t heap_index_ = no_timer;
};

/// The one queue of a run: ready coroutines, first come first served, and timers ordered by time
/// and then by the order in which they were set. It knows nothing of the OS; a Pump moves its time.
/// Single-threaded; none of its functions allocates once the timer heap has grown.
class Scheduler {
  public:
    explicit Scheduler(Instant start = story_start) noexcept : now_(start) {}
    Scheduler(const Scheduler&) = delete;
    Scheduler& operator=(const Scheduler&) = delete;

    [[nodiscard]] Instant now() const noexcept { return now_; }
    /// When the next timer is due; `never` if none is set.
    [[nodiscard]] Instant next_timer() const noexcept {
        return heap_.empty() ? never : heap_.front()->due_;
    }
    [[nodiscard]] bool has_ready() const noexcept { return ready_.linked(); }

    /// Moves the time forward and makes the timers due by then ready, in order. `t` >= now().
    void advance_to(Instant t);
    /// Runs ready coroutines until none is left, those that became ready meanwhile included.
    void run_ready();

    /// Queues the waiter's coroutine; nothing happens when it is queued already. Drops its timer.
    void make_ready(Waiter& waiter) noexcept;
    /// Makes the waiter ready at `due`, or at once when that is past.
    void start_timer(Waiter& waiter, Instant due);
    void forget(Waiter& waiter) noexcept;

    /// co_await scheduler.sleep_until(t): always gives others a turn, also when t is past.
    auto sleep_until(Instant t) noexcept;
    auto sleep_for(Duration d) noexcept;

  private:
    static bool earlier(const Waiter& a, const Waiter& b) noexcept {
        return a.due_ != b.due_ ? a.due_ < b.due_ : a.order_ < b.order_;
    }
    void sift_up(std::size_t index) noexcept;
    void sift_down(std::size_t index) noexcept;
    void place(std::size_t index, Waiter* waiter) noexcept;
    void remove_timer(Waiter& waiter) noexcept;

    Instant now_;
    std::uint64_t order_next_ = 0;
    ListHook ready_;
    std::vector<Waiter*> heap_;
};

/// Awaiter of sleep_until() and sleep_for().
class SleepAwaiter {
  public:
    SleepAwaiter(Scheduler& scheduler, Instant due) noexcept : waiter_(scheduler), due_(due) {}
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle) {
        waiter_.handle = handle;
        waiter_.scheduler()->start_timer(waiter_, due_);
    }
    void await_resume() const noexcept {}

  private:
    Waiter waiter_;
    Instant due_;
};

inline auto Scheduler::sleep_until(Instant t) noexcept {
    return SleepAwaiter(*this, t);
}
inline auto Scheduler::sleep_for(Duration d) noexcept {
    return SleepAwaiter(*this, now_ + d);
}

/// Wakes coroutines that wait for something to change. It remembers nothing: a coroutine checks its
/// condition, waits, and checks again.
///
///     while (buffer.empty()) {
///         if (!co_await arrived.wait_until(deadline)) co_return failure(...);
///     }
class Notifier {
  public:
    explicit Notifier(Scheduler& scheduler) noexcept : scheduler_(scheduler) {}
    Notifier(const Notifier&) = delete;
    Notifier& operator=(const Notifier&) = delete;

    void notify_all() noexcept;

    class Awaiter {
      public:
        Awaiter(Notifier& notifier, Instant deadline) noexcept
            : notifier_(notifier), waiter_(notifier.scheduler_), deadline_(deadline) {}
        [[nodiscard]] bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> handle);
        /// True when notified, false when the deadline came first.
        [[nodiscard]] bool await_resume() const noexcept { return waiter_.notified; }

      private:
        Notifier& notifier_;
        Waiter waiter_;
        Instant deadline_;
    };

    /// co_await notifier.wait_until(deadline) -> bool; `never` waits without a deadline.
    Awaiter wait_until(Instant deadline) noexcept { return Awaiter(*this, deadline); }

  private:
    Scheduler& scheduler_;
    ListHook waiting_;
};

}  // namespace islandbench
