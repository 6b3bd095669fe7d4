#include "emulators/servers/can_node.hpp"

namespace islandbench::servers {

CanNode::CanNode(Scheduler& clock, std::unique_ptr<links::CanPort> port, Hear hear)
    : port_(std::move(port)), hear_(std::move(hear)), listener_(clock) {
    listener_.spawn(listen());
}

Task<> CanNode::listen() {
    for (;;) {
        const auto received = co_await port_->receive(never);
        if (!received) co_return;
        hear_(received->frame, received->at);
    }
}

}  // namespace islandbench::servers
