#pragma once

#include <array>
#include <cstdint>

#include "acceptance/language/events.hpp"
#include "base/time.hpp"

namespace islandbench::acceptance::language {

/// When a window opens and closes. A window holds its first moment and not its last.
struct WindowRule {
    int from = -1;  ///< event; -1: open from the start of the story on
    Duration from_offset{};
    int until = -1;  ///< event; -1: never closes
    Duration until_offset{};
    Duration ready_after{};  ///< judged only so long after it has opened

    /// Both ends count from the same event: every event has a window of its own, and they may
    /// overlap. Otherwise the first event opens a window, and further ones change nothing until it
    /// has closed.
    [[nodiscard]] bool has_fixed_length() const noexcept { return from >= 0 && from == until; }
};

/// The windows of one rule that are open or waiting to open.
class Windows {
  public:
    static constexpr int most = 8;

    struct Slot {
        enum class State : std::uint8_t { idle, pending, open };
        State state = State::idle;
        Instant triggered{};
        Instant opens{};
        Instant closes = never;  ///< never: not known yet
    };
    /// What an update has done, a bit per slot. Closing comes before opening.
    struct Changes {
        unsigned closed = 0;
        unsigned opened = 0;
        bool triggered = false;
        bool crowded = false;
    };

    explicit Windows(WindowRule rule) : rule_(rule) {}

    Changes update(Instant now, const Events& events) noexcept;
    /// When something will open, become ready or close, after `now`; never, if only events can do
    /// it.
    [[nodiscard]] Instant next_boundary(Instant now) const noexcept;
    /// Is there a window to judge at this moment?
    [[nodiscard]] bool judges(Instant now) const noexcept {
        for (int i = 0; i < used(); ++i) {
            if (judges(i, now)) return true;
        }
        return false;
    }
    [[nodiscard]] bool judges(int slot, Instant now) const noexcept {
        const Slot& s = slots_[static_cast<std::size_t>(slot)];
        return s.state == Slot::State::open && now >= s.opens + rule_.ready_after;
    }
    [[nodiscard]] bool any_open() const noexcept {
        for (int i = 0; i < used(); ++i) {
            if (slots_[static_cast<std::size_t>(i)].state == Slot::State::open) return true;
        }
        return false;
    }
    [[nodiscard]] const Slot& slot(int i) const noexcept {
        return slots_[static_cast<std::size_t>(i)];
    }
    [[nodiscard]] const WindowRule& rule() const noexcept { return rule_; }
    [[nodiscard]] int used() const noexcept { return rule_.has_fixed_length() ? most : 1; }

  private:
    void close(Instant now, const Events& events, Changes& changes) noexcept;
    void trigger(Instant now, const Events& events, Changes& changes) noexcept;

    WindowRule rule_;
    std::array<Slot, most> slots_{};
    bool started_ = false;
};

}  // namespace islandbench::acceptance::language
