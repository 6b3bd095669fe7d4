#include "links/can_bridge.hpp"

#include <utility>

namespace islandbench::links {

CanBridge::CanBridge(Scheduler& clock, std::unique_ptr<CanPort> one, std::unique_ptr<CanPort> other)
    : one_(std::move(one)), other_(std::move(other)), carriers_(clock) {
    carriers_.spawn(carry(*one_, *other_));
    carriers_.spawn(carry(*other_, *one_));
}

Task<> CanBridge::carry(CanPort& from, CanPort& to) {
    for (;;) {
        const auto received = co_await from.receive(never);
        if (!received) co_return;
        if (received->frame.error) continue;
        if (!to.send(received->frame)) ++lost_;
    }
}

}  // namespace islandbench::links
