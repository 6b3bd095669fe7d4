#pragma once

#include <cstddef>
#include <vector>

#include "base/time.hpp"

namespace islandbench::acceptance::language {

/// The moments that still wait for something: stretches in their order, at most 256 at once.
class Pending {
  public:
    static constexpr std::size_t most = 256;

    Pending() : ring_(most) {}

    /// All moments from `now` on, until end() is told.
    void begin(Instant now) noexcept {
        if (is_open_) return;
        is_open_ = true;
        if (size_ == most) {
            crowded_ = true;
            return;
        }
        ring_[(oldest_ + size_) % most] = {now, never};
        ++size_;
    }
    /// `now` is the first moment that does not wait.
    void end(Instant now) noexcept {
        if (!is_open_) return;
        is_open_ = false;
        if (size_ == 0) return;
        Stretch& newest = ring_[(oldest_ + size_ - 1) % most];
        if (newest.end == never) newest.end = now;
        if (newest.begin >= now) --size_;  // all of it has its answer
    }
    /// No moment before `until` waits any more.
    void drop(Instant until) noexcept {
        while (size_ > 0) {
            Stretch& first = ring_[oldest_];
            if (first.end > until) {
                if (first.begin < until) first.begin = until;
                return;
            }
            oldest_ = (oldest_ + 1) % most;
            --size_;
        }
    }
    /// The first moment that waits; never, if none does.
    [[nodiscard]] Instant first() const noexcept {
        return size_ > 0 ? ring_[oldest_].begin : never;
    }
    /// There were more stretches than are followed.
    [[nodiscard]] bool crowded() const noexcept { return crowded_; }

  private:
    struct Stretch {
        Instant begin{};
        Instant end = never;
    };
    std::vector<Stretch> ring_;
    std::size_t oldest_ = 0;
    std::size_t size_ = 0;
    bool is_open_ = false;
    bool crowded_ = false;
};

}  // namespace islandbench::acceptance::language
