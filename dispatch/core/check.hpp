#pragma once

#include "dispatch/core/work.hpp"

namespace islandbench::dispatch::core {

/// What has been seen of the outputs so far; the first promise that is broken, of units and of
/// homes.
struct Judged {
    Promise units = Promise::none_broken, homes = Promise::none_broken;
    std::int64_t off_w = 0;      ///< sum of the orders
    std::int64_t allowed_w = 0;  ///< a quantum each, and the dead band of an order left standing
    std::int64_t fresh_w = 0;    ///< most that those with fresh data could add
    bool gives = false;          ///< a battery gives to the bus
    bool takes = false;          ///< somebody takes from it
    int restored = 0;            ///< homes that have got a tier back
};

/// Judges the outputs from the inputs, by other formulas than those that made them.
void judge_units(const Work& work, Part part, std::span<const UnitOut> units,
                 Judged& judged) noexcept;
void judge_homes(const Work& work, std::span<const HomeOut> homes, Judged& judged) noexcept;

/// All together, once all have been judged.
Promise broken_promise(const Work& work, const Judged& judged) noexcept;

}  // namespace islandbench::dispatch::core
