#pragma once

#include <string>
#include <vector>

#include "bench/scenario.hpp"
#include "bench/world.hpp"

namespace islandbench::bench {

/// The `link` steps that are going on. Of two that overlap the later one counts, where it says
/// something; the end of one does not end the other.
class BadLinks {
  public:
    explicit BadLinks(World& world) : world_(world) {}

    void begin(const LinkStep& step, Instant now);
    /// Whose links are again what they were before a step that is over now.
    std::vector<std::string> end(Instant now);

  private:
    struct Active {
        const LinkStep* step;
        Instant until;
    };
    void tell_world();

    World& world_;
    std::vector<Active> active_;  ///< in the order in which they began
};

/// "the link of home1: 20 % of replies lost, for 30 s"
std::string describe(const LinkStep& step);

}  // namespace islandbench::bench
