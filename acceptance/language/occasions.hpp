#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "acceptance/language/truth.hpp"
#include "base/signals.hpp"
#include "base/time.hpp"

namespace islandbench::acceptance::language {

/// How often something has become so in the last `window`: in (now - window, now].
///
/// Up to 1000 times are counted. Where there were more, or where it was unknown whether it was so,
/// nobody knows the number until these moments have left the window.
class Occasions {
  public:
    static constexpr std::size_t most = 1000;

    /// `is_event`: what is so at the first moment has just happened. Of anything else nobody knows
    /// since when it is so.
    Occasions(Duration window, bool is_event)
        : window_(window), before_(is_event ? Truth::no : Truth::unknown), ring_(most) {
        starts_ = !is_event;
    }

    /// From now on it is `truth`.
    void note(Instant now, Truth truth) noexcept {
        expire(now);
        const bool rises = truth == Truth::yes && before_ == Truth::no;
        // It may have become so at any moment of a stretch of which nobody knows, its end included.
        const bool is_doubtful = truth == Truth::unknown || before_ == Truth::unknown;
        if (is_doubtful && !starts_) unknown_until_ = std::max(unknown_until_, now + window_);
        if (truth == Truth::unknown) unknown_until_ = std::max(unknown_until_, now + window_);
        starts_ = false;
        before_ = truth;
        if (rises) add(now);
    }
    /// Forgets what has left the window.
    void expire(Instant now) noexcept {
        while (size_ > 0 && ring_[oldest_] + window_ <= now) {
            oldest_ = (oldest_ + 1) % most;
            --size_;
        }
    }
    [[nodiscard]] double value(Instant now) const noexcept {
        const bool known = now >= unknown_until_ && before_ != Truth::unknown;
        return known ? static_cast<double>(size_) : Signals::no_value;
    }
    /// The next moment after `now` at which it changes by time alone.
    [[nodiscard]] Instant next(Instant now) const noexcept {
        Instant next = unknown_until_ > now ? unknown_until_ : never;
        if (size_ > 0) next = std::min(next, ring_[oldest_] + window_);
        return next;
    }

  private:
    void add(Instant now) noexcept {
        if (size_ == most) {
            unknown_until_ = std::max(unknown_until_, ring_[oldest_] + window_);
            oldest_ = (oldest_ + 1) % most;
            --size_;
        }
        ring_[(oldest_ + size_) % most] = now;
        ++size_;
    }

    Duration window_;
    Truth before_;
    bool starts_ = true;  ///< the first moment is no change
    Instant unknown_until_ = Instant::min();
    std::vector<Instant> ring_;
    std::size_t oldest_ = 0;
    std::size_t size_ = 0;
};

}  // namespace islandbench::acceptance::language
