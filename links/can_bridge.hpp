#pragma once

#include <cstdint>
#include <memory>

#include "base/task.hpp"
#include "links/can_bus.hpp"

namespace islandbench::links {

/// Makes one bus of two: each side hears every frame of the other. A node does not hear itself, so
/// nothing comes back; only two bridges between the same two buses would turn frames in a circle.
/// What a controller reports about its own side (error frames) stays there.
class CanBridge {
  public:
    CanBridge(Scheduler& clock, std::unique_ptr<CanPort> one, std::unique_ptr<CanPort> other);

    /// Frames that the other side did not take.
    [[nodiscard]] std::uint64_t lost() const noexcept { return lost_; }

  private:
    Task<> carry(CanPort& from, CanPort& to);

    std::unique_ptr<CanPort> one_, other_;
    std::uint64_t lost_ = 0;
    TaskGroup carriers_;  // dies first: its tasks use the ports
};

}  // namespace islandbench::links
