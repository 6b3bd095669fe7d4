#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/truth_tap.hpp"
#include "bench/world.hpp"

namespace islandbench::bench {

/// Tells in words what the street itself does: leaves the grid, stands on its own, sheds, comes
/// back. Looks at the plant after each step.
class StreetNews {
  public:
    using Listener = std::function<void(std::string_view event, std::string detail)>;

    /// Must live as long as the tap, which tells it of contactors.
    StreetNews(const World& world, TruthTap& tap, Listener listener);
    StreetNews(const StreetNews&) = delete;
    StreetNews& operator=(const StreetNews&) = delete;

    /// Tells what the switch has done since the last look.
    void look();

  private:
    struct Move {
        std::size_t home, tier;
        bool closed;
    };
    void tell_damage();
    void tell_contacts(bool closed);
    [[nodiscard]] std::string many(const std::vector<Move>& moves) const;

    const World& world_;
    Listener listener_;
    std::vector<Move> moves_;  ///< of contactors, since the last look
    plant::StreetEvents told_;
};

}  // namespace islandbench::bench
