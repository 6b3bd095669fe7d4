#pragma once

#include "dispatch/core/work.hpp"

namespace islandbench::dispatch::core {

/// Judges the outputs from the inputs, by other formulas than those that made them.
Promise broken_promise(const Work& work, std::span<const UnitOut> units,
                       std::span<const HomeOut> homes) noexcept;

}  // namespace islandbench::dispatch::core
