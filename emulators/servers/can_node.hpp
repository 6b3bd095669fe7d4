#pragma once

#include <functional>
#include <memory>

#include "links/can_bus.hpp"

namespace islandbench::servers {

/// Puts an emulated device on a CAN bus: what it hears goes to `hear`, at once.
class CanNode {
  public:
    using Hear = std::function<void(const can::CanFrame&, Instant)>;

    CanNode(Scheduler& clock, std::unique_ptr<links::CanPort> port, Hear hear);

    void send(const can::CanFrame& frame) { (void)port_->send(frame); }

  private:
    Task<> listen();

    std::unique_ptr<links::CanPort> port_;
    Hear hear_;
    TaskGroup listener_;  // dies first: its task uses the rest
};

}  // namespace islandbench::servers
