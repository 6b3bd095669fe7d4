#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace islandbench::dispatch::core {

/// One that takes a share: between 0 and cap_w, in proportion to its weight.
struct Share {
    std::int32_t cap_w = 0;    ///< 0 .. max_cap_w
    std::int32_t weight = 0;   ///< >= 0; 0 takes nothing
    std::uint16_t group = 0;   ///< < max_groups
    std::uint16_t branch = 0;  ///< 0: hangs on its group directly; else branches[branch - 1]
};
inline constexpr std::int32_t max_cap_w = 1 << 24;
inline constexpr int max_groups = 4;

/// What the members of a group (a phase) take together.
struct GroupBounds {
    std::int64_t min_w = 0, max_w = std::int64_t{1} << 40;
};

/// A branch of a group (a cable, in one phase): what its members take together at most.
struct BranchLimit {
    std::uint8_t group = 0;
    std::int64_t max_w = std::int64_t{1} << 40;
};

struct SplitResult {
    std::int64_t units_w = 0;  ///< sum of all shares, exactly
    std::int64_t slack_w = 0;  ///< what is left to the slack
    std::int64_t rest_w = 0;   ///< of the target, what nobody could take; negative when the groups'
                               ///< lower bounds ask for more than the target
};

/// Room that split() works in: as much as `units` and `branches` need, taken once.
class SplitScratch {
  public:
    void fit(std::size_t units, std::size_t branches);

    /// What the last split gave this one before the watts that rounding lost were carried: a number
    /// that does not depend on who stands where in the list.
    [[nodiscard]] std::int32_t rounded_down(const Share& share) const noexcept;

  private:
    friend class Filler;
    struct Item {
        std::int32_t cap_w = 0, weight = 0;
    };
    /// The units on one branch, or directly on one group; a range of items.
    struct Node {
        std::uint32_t begin = 0, end = 0;
        std::uint32_t live = 0;  ///< items before it are full at the level under search
        std::uint8_t group = 0;
        bool pinned = false;       ///< its sum is at its bound
        std::int64_t weight = 0;   ///< sum over all its items
        std::int64_t reach_w = 0;  ///< likewise of the caps
        std::int64_t full = 0;     ///< sum of the caps of begin..live, fixed point
        std::int64_t tried = 0;    ///< its items' sum at the level tried last, fixed point
        std::int64_t value = 0;    ///< likewise at the level found
        std::int64_t max = 0;      ///< fixed point
        std::int64_t level = 0;
        std::int64_t given_w = 0;
    };
    std::vector<Item> items_;
    std::vector<Node> nodes_;
    std::size_t nodes_used_ = 0;  ///< by the last split
};

/// Weighted water-filling with box limits on three levels: x_i = clamp(level * w_i, 0, cap_i),
/// where a group or branch whose sum hits a bound has a level of its own. That is the exact
/// solution of
///
///     min  sum x_i^2 / w_i + slack^2 / w_slack
///     s.t. sum x_i + slack = target,  0 <= x_i <= cap_i,  min_g <= sum of group g <= max_g,
///          sum of branch b <= max_b
///
/// up to a watt per unit of rounding; the integer sums are exact. Everybody rises with the target
/// (facts: no unit ever moves against another). A lower bound that the caps cannot reach is met as
/// far as they go; where the bounds cross, the upper one wins. The slack is a unit outside
/// the groups that is not ordered anything (cap_w = 0: none).
///
/// Takes time in proportion to the units and branches, and no memory: the scratch has to fit them,
/// units that it does not hold get nothing.
SplitResult split(std::span<const Share> units, std::span<const GroupBounds> groups,
                  std::span<const BranchLimit> branches, Share slack, std::int64_t target_w,
                  std::span<std::int32_t> out, SplitScratch& scratch) noexcept;

}  // namespace islandbench::dispatch::core
