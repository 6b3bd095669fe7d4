#pragma once

#include <cstdint>
#include <vector>

#include "base/signals.hpp"

namespace islandbench::acceptance::language {

/// Sees counters rise. A counter that rises by more than one at once is one event.
class Events {
  public:
    /// Place of an event among those that are watched.
    int watch(SignalId counter, const Signals& signals) {
        for (std::size_t i = 0; i < watched_.size(); ++i) {
            if (watched_[i].counter == counter) return static_cast<int>(i);
        }
        watched_.push_back({counter, signals.get(counter)});
        const std::size_t block = Signals::index(counter) / Signals::block;
        if (blocks_.empty() || blocks_.back() != block) blocks_.push_back(block);
        fired_.push_back(0);
        return static_cast<int>(watched_.size()) - 1;
    }

    /// Compares the counters with what they were when read() last looked.
    void look(const Signals& signals) noexcept {
        any_ = false;
        const std::uint64_t moves = moves_of(signals);
        if (moves == moves_) return;
        for (std::size_t i = 0; i < watched_.size(); ++i) {
            fired_[i] = signals.get(watched_[i].counter) > watched_[i].last ? 1 : 0;
            any_ = any_ || fired_[i] != 0;
        }
    }
    /// Remembers the counters as they are.
    void remember(const Signals& signals) noexcept {
        const std::uint64_t moves = moves_of(signals);
        if (moves == moves_) return;
        moves_ = moves;
        for (Watched& one : watched_) {
            const double count = signals.get(one.counter);
            if (count == count) one.last = count;  // a counter without a value counts nothing
        }
    }
    void clear() noexcept {
        if (!any_) return;
        any_ = false;
        for (std::uint8_t& one : fired_) one = 0;
    }

    [[nodiscard]] bool any() const noexcept { return any_; }
    [[nodiscard]] bool fired(int event) const noexcept {
        return fired_[static_cast<std::size_t>(event)] != 0;
    }

  private:
    struct Watched {
        SignalId counter{};
        double last = 0.0;
    };
    /// Becomes another number when one of the counters does.
    [[nodiscard]] std::uint64_t moves_of(const Signals& signals) const noexcept {
        std::uint64_t sum = 0;
        for (const std::size_t block : blocks_) sum += signals.moved()[block];
        return sum;
    }

    std::vector<Watched> watched_;
    std::vector<std::size_t> blocks_;  ///< of signals that hold them
    std::uint64_t moves_ = ~std::uint64_t{0};
    std::vector<std::uint8_t> fired_;
    bool any_ = false;
};

}  // namespace islandbench::acceptance::language
