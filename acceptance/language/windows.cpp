#include "acceptance/language/windows.hpp"

#include <algorithm>

namespace islandbench::acceptance::language {

Windows::Changes Windows::update(Instant now, const Events& events) noexcept {
    Changes changes;
    close(now, events, changes);
    trigger(now, events, changes);
    for (int i = 0; i < used(); ++i) {
        Slot& s = slots_[static_cast<std::size_t>(i)];
        if (s.state != Slot::State::pending || now < s.opens) continue;
        s.state = Slot::State::open;
        changes.opened |= 1U << i;
    }
    return changes;
}

void Windows::close(Instant now, const Events& events, Changes& changes) noexcept {
    const bool ends = rule_.until >= 0 && !rule_.has_fixed_length() && events.fired(rule_.until);
    for (int i = 0; i < used(); ++i) {
        Slot& s = slots_[static_cast<std::size_t>(i)];
        if (s.state == Slot::State::idle) continue;
        if (ends && s.closes == never && now > s.triggered) s.closes = now + rule_.until_offset;
        if (now < s.closes) continue;
        // One that closes before it has opened was never there.
        if (s.state == Slot::State::open) changes.closed |= 1U << i;
        s.state = Slot::State::idle;
    }
}

void Windows::trigger(Instant now, const Events& events, Changes& changes) noexcept {
    const bool comes = rule_.from < 0 ? !started_ : events.fired(rule_.from);
    started_ = true;
    if (!comes) return;
    changes.triggered = true;
    for (int i = 0; i < used(); ++i) {
        Slot& s = slots_[static_cast<std::size_t>(i)];
        if (s.state != Slot::State::idle) continue;
        s = {Slot::State::pending, now, now + rule_.from_offset,
             rule_.has_fixed_length() ? now + rule_.until_offset : never};
        return;
    }
    changes.crowded = rule_.has_fixed_length();
}

Instant Windows::next_boundary(Instant now) const noexcept {
    Instant next = never;
    for (int i = 0; i < used(); ++i) {
        const Slot& s = slots_[static_cast<std::size_t>(i)];
        if (s.state == Slot::State::idle) continue;
        for (const Instant at : {s.opens, s.opens + rule_.ready_after, s.closes}) {
            if (at > now) next = std::min(next, at);
        }
    }
    return next;
}

}  // namespace islandbench::acceptance::language
