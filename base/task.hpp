#pragma once

#include <coroutine>
#include <cstddef>
#include <exception>
#include <list>
#include <optional>
#include <type_traits>
#include <utility>

#include "base/assert.hpp"
#include "base/frame_pool.hpp"
#include "base/scheduler.hpp"

namespace islandbench {

template <class T>
class Task;

namespace detail {

/// What all our coroutines have: a scheduler, and the parent that waits for the result.
/// No symmetric transfer: g++ 12 makes it a tail call at -O2 only, and a long chain of finished
/// children would overflow the stack. A child that finishes at once does not suspend its parent;
/// one that finishes later queues its parent with the scheduler.
class PromiseBase {
  public:
    static void* operator new(std::size_t size) { return FramePool::allocate(size); }
    static void operator delete(void* frame, std::size_t size) noexcept {
        FramePool::release(frame, size);
    }

    struct FinalAwaiter {
        [[nodiscard]] bool await_ready() const noexcept { return false; }
        template <class Promise>
        void await_suspend(std::coroutine_handle<Promise> self) const noexcept {
            PromiseBase& promise = self.promise();
            if (promise.parent_waits) promise.scheduler->make_ready(promise.parent);
        }
        void await_resume() const noexcept {}
    };

    static std::suspend_always initial_suspend() noexcept { return {}; }
    static FinalAwaiter final_suspend() noexcept { return {}; }
    /// No exception leaves the file that calls a throwing library; one that does is our bug.
    [[noreturn]] static void unhandled_exception() noexcept { std::terminate(); }

    Scheduler* scheduler = nullptr;
    Waiter parent;
    bool parent_waits = false;
};

template <class T>
class Promise : public PromiseBase {
  public:
    Task<T> get_return_object() noexcept;
    void return_value(T value) { value_.emplace(std::move(value)); }
    T take() {
        IB_ASSERT(value_.has_value());
        return std::move(*value_);
    }

  private:
    std::optional<T> value_;
};

template <>
class Promise<void> : public PromiseBase {
  public:
    Task<void> get_return_object() noexcept;
    void return_void() const noexcept {}
    void take() const noexcept {}
};

}  // namespace detail

/// A coroutine that starts when it is awaited (or spawned in a TaskGroup) and yields one T.
/// Destroying it destroys the coroutine wherever it is suspended, with everything it waits for.
///
/// g++ 12.2 miscompiles an aggregate temporary inside a co_await expression: name it first.
template <class T = void>
class [[nodiscard]] Task {
  public:
    using promise_type = detail::Promise<T>;

    Task(Task&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
    Task& operator=(Task&& other) noexcept {
        std::swap(frame_, other.frame_);
        return *this;
    }
    ~Task() {
        if (frame_) frame_.destroy();
    }

    [[nodiscard]] bool await_ready() const noexcept { return false; }
    template <class ParentPromise>
    bool await_suspend(std::coroutine_handle<ParentPromise> parent) {
        detail::PromiseBase& own = frame_.promise();
        own.scheduler = parent.promise().scheduler;
        own.parent.bind(*own.scheduler);
        own.parent.handle = parent;
        frame_.resume();
        if (frame_.done()) return false;
        own.parent_waits = true;
        return true;
    }
    T await_resume() { return frame_.promise().take(); }

  private:
    friend class TaskGroup;
    friend class detail::Promise<T>;
    explicit Task(std::coroutine_handle<promise_type> frame) noexcept : frame_(frame) {}

    std::coroutine_handle<promise_type> frame_;
};

namespace detail {

template <class T>
Task<T> Promise<T>::get_return_object() noexcept {
    return Task<T>(std::coroutine_handle<Promise<T>>::from_promise(*this));
}
inline Task<void> Promise<void>::get_return_object() noexcept {
    return Task<void>(std::coroutine_handle<Promise<void>>::from_promise(*this));
}

}  // namespace detail

/// Owner of root tasks. It dies before the links that its tasks use, and they before the scheduler.
class TaskGroup {
  public:
    explicit TaskGroup(Scheduler& scheduler) noexcept : scheduler_(scheduler) {}
    ~TaskGroup() { clear(); }
    TaskGroup(const TaskGroup&) = delete;
    TaskGroup& operator=(const TaskGroup&) = delete;

    /// Queues the task's first step; it runs with the next run_ready().
    void spawn(Task<void> task) {
        reap();
        Root& root = roots_.emplace_back(std::move(task), scheduler_);
        root.task.frame_.promise().scheduler = &scheduler_;
        root.start.handle = root.task.frame_;
        scheduler_.make_ready(root.start);
    }
    /// Destroys all tasks, youngest first.
    void clear() noexcept {
        while (!roots_.empty()) roots_.pop_back();
    }
    /// Tasks that have not finished.
    [[nodiscard]] std::size_t size() noexcept {
        reap();
        return roots_.size();
    }

  private:
    struct Root {
        Root(Task<void> t, Scheduler& scheduler) noexcept : task(std::move(t)), start(scheduler) {}
        Task<void> task;
        Waiter start;
    };

    void reap() noexcept {
        roots_.remove_if([](const Root& root) { return root.task.frame_.done(); });
    }

    Scheduler& scheduler_;
    std::list<Root> roots_;
};

}  // namespace islandbench
