#pragma once

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/world.hpp"

namespace islandbench::bench {

/// Tells in words what the street itself does: leaves the grid, stands on its own, sheds, comes
/// back. Looks at the plant after each step.
class StreetNews {
  public:
    using Listener = std::function<void(std::string_view event, std::string detail)>;

    StreetNews(const World& world, Listener listener);

    /// Tells what has happened since the last look.
    void look();

  private:
    void look_at_contacts();

    const World& world_;
    Listener listener_;
    plant::StreetEvents told_;
    std::vector<std::array<bool, tiers>> contacts_;
};

}  // namespace islandbench::bench
