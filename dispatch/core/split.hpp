#pragma once

#include <cstdint>
#include <span>

namespace islandbench::dispatch::core {

/// One that takes a share: between 0 and cap_w, in proportion to its weight.
struct Share {
    std::int32_t cap_w = 0;   ///< 0 .. max_cap_w
    std::int32_t weight = 0;  ///< >= 0; 0 takes nothing
    std::uint8_t group = 0;
};
inline constexpr std::int32_t max_cap_w = 1 << 24;
inline constexpr int max_groups = 4;

/// What the members of a group (a phase) take together.
struct GroupBounds {
    std::int64_t min_w = 0, max_w = std::int64_t{1} << 40;
};

struct SplitResult {
    std::int64_t units_w = 0;  ///< sum of all shares, exactly
    std::int64_t slack_w = 0;  ///< what is left to the slack
    std::int64_t rest_w = 0;   ///< of the target, what nobody could take; negative when the groups'
                               ///< lower bounds ask for more than the target
};

/// Weighted water-filling with box limits on two levels: x_i = clamp(level * w_i, 0, cap_i), where
/// a group whose sum hits a bound has a level of its own. That is the exact solution of
///
///     min  sum x_i^2 / w_i + slack^2 / w_slack
///     s.t. sum x_i + slack = target,  0 <= x_i <= cap_i,  min_g <= sum of group g <= max_g
///
/// up to a watt per unit of rounding; the integer sums are exact. Everybody rises with the target
/// (facts: no unit ever moves against another). A lower bound that the caps cannot reach is met as
/// far as they go; where the bounds cross, the upper one wins. The slack is a unit outside
/// the groups that is not ordered anything (cap_w = 0: none).
SplitResult split(std::span<const Share> units, std::span<const GroupBounds> groups, Share slack,
                  std::int64_t target_w, std::span<std::int32_t> out) noexcept;

}  // namespace islandbench::dispatch::core
