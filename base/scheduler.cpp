#include "base/scheduler.hpp"

#include <utility>

#include "base/assert.hpp"

namespace islandbench {

Waiter::~Waiter() {
    if (scheduler_ != nullptr) scheduler_->forget(*this);
}

void Scheduler::advance_to(Instant t) {
    IB_ASSERT(t >= now_);
    now_ = t;
    while (!heap_.empty() && heap_.front()->due_ <= now_) make_ready(*heap_.front());
}

void Scheduler::run_ready() {
    while (ready_.linked()) {
        Waiter& waiter = *static_cast<Waiter::Hook*>(ready_.next())->owner;
        waiter.ready_.unlink();
        // The coroutine may destroy the waiter while it runs: nothing of it is touched afterwards.
        const std::coroutine_handle<> handle = waiter.handle;
        handle.resume();
    }
}

void Scheduler::make_ready(Waiter& waiter) noexcept {
    remove_timer(waiter);
    waiter.notify_.unlink();
    if (!waiter.ready_.linked()) ready_.push_before(waiter.ready_);
}

void Scheduler::start_timer(Waiter& waiter, Instant due) {
    IB_ASSERT(waiter.heap_index_ == Waiter::no_timer);
    if (due <= now_) return make_ready(waiter);
    waiter.due_ = due;
    waiter.order_ = order_next_++;
    heap_.push_back(&waiter);
    waiter.heap_index_ = heap_.size() - 1;
    sift_up(waiter.heap_index_);
}

void Scheduler::forget(Waiter& waiter) noexcept {
    remove_timer(waiter);
    waiter.notify_.unlink();
    waiter.ready_.unlink();
}

void Scheduler::place(std::size_t index, Waiter* waiter) noexcept {
    heap_[index] = waiter;
    waiter->heap_index_ = index;
}

void Scheduler::sift_up(std::size_t index) noexcept {
    Waiter* moving = heap_[index];
    while (index > 0) {
        const std::size_t parent = (index - 1) / 2;
        if (!earlier(*moving, *heap_[parent])) break;
        place(index, heap_[parent]);
        index = parent;
    }
    place(index, moving);
}

void Scheduler::sift_down(std::size_t index) noexcept {
    Waiter* moving = heap_[index];
    for (;;) {
        std::size_t child = 2 * index + 1;
        if (child >= heap_.size()) break;
        if (child + 1 < heap_.size() && earlier(*heap_[child + 1], *heap_[child])) ++child;
        if (!earlier(*heap_[child], *moving)) break;
        place(index, heap_[child]);
        index = child;
    }
    place(index, moving);
}

void Scheduler::remove_timer(Waiter& waiter) noexcept {
    const std::size_t index = std::exchange(waiter.heap_index_, Waiter::no_timer);
    if (index == Waiter::no_timer) return;
    Waiter* last = heap_.back();
    heap_.pop_back();
    if (last == &waiter) return;
    place(index, last);
    sift_up(index);
    sift_down(last->heap_index_);
}

void Notifier::notify_all() noexcept {
    while (waiting_.linked()) {
        Waiter& waiter = *static_cast<Waiter::Hook*>(waiting_.next())->owner;
        waiter.notified = true;
        scheduler_.make_ready(waiter);  // unlinks it here
    }
}

void Notifier::Awaiter::await_suspend(std::coroutine_handle<> handle) {
    waiter_.handle = handle;
    if (deadline_ <= waiter_.scheduler()->now()) {
        waiter_.scheduler()->make_ready(waiter_);
        return;
    }
    notifier_.waiting_.push_before(waiter_.notify_);
    if (deadline_ != never) waiter_.scheduler()->start_timer(waiter_, deadline_);
}

}  // namespace islandbench
