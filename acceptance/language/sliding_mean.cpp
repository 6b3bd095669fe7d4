#include "acceptance/language/sliding_mean.hpp"

#include <algorithm>
#include <cmath>

#include "base/assert.hpp"

namespace islandbench::acceptance::language {
namespace {

std::int64_t ceiling(Duration a, Duration b) {
    return (a.count() + b.count() - 1) / b.count();
}

Duration part_of(Duration window) {
    const Duration fine = std::clamp(window / SlidingMean::enough_parts, SlidingMean::shortest_part,
                                     SlidingMean::usual_part);
    return std::max(Duration{ceiling(window, Duration{SlidingMean::most_parts})},
                    fine / SlidingMean::shortest_part * SlidingMean::shortest_part);
}

}  // namespace

SlidingMean::SlidingMean(Duration window, Duration at_least)
    : part_(part_of(window)),
      ready_parts_(static_cast<int>(std::max<std::int64_t>(1, ceiling(at_least, part_)))),
      ring_(static_cast<std::size_t>(ceiling(window, part_)), 0.0) {
    IB_ASSERT(window > Duration::zero() && at_least <= window);
}

void SlidingMean::restart(Instant anchor) noexcept {
    next_ = 0;
    filled_ = 0;
    missing_ = 0;
    sum_ = 0.0;
    current_ = 0.0;
    base_ = Signals::no_value;
    part_end_ = anchor + part_;
    mean_ = Signals::no_value;
}

void SlidingMean::close_part() noexcept {
    push(current_);
    current_ = 0.0;
    part_end_ += part_;
    const bool ready = filled_ >= ready_parts_ && missing_ == 0;
    mean_ =
        ready ? base_ + sum_ / (static_cast<double>(part_.count()) * filled_) : Signals::no_value;
}

void SlidingMean::push(double integral) noexcept {
    const bool full = filled_ == static_cast<int>(ring_.size());
    if (full && std::isnan(ring_[next_])) --missing_;
    if (full && !std::isnan(ring_[next_])) sum_ -= ring_[next_];
    if (!full) ++filled_;
    ring_[next_] = integral;
    if (std::isnan(integral)) {
        ++missing_;
    } else {
        sum_ += integral;
    }
    if (++next_ < ring_.size()) return;
    next_ = 0;
    // Once per round: what adding and taking away has rounded off does not gather over hours.
    sum_ = 0.0;
    for (const double part : ring_) sum_ += std::isnan(part) ? 0.0 : part;
}

}  // namespace islandbench::acceptance::language
