#pragma once

#include <cstdint>

namespace islandbench::acceptance::language {

/// Kleene's three values, in an order in which "and" is the lesser and "or" the greater.
enum class Truth : std::int8_t { no = 0, unknown = 1, yes = 2 };

constexpr Truth inverse(Truth t) noexcept {
    return static_cast<Truth>(2 - static_cast<int>(t));
}

/// How a condition stands at one moment.
struct Cell {
    /// By how much it holds (positive) or not (negative), in the unit of what decides; infinite
    /// where no number decides. Has no meaning while `truth` is unknown.
    double margin = 0.0;
    double share = 0.0;  ///< the same as a share of the limit
    int by = -1;         ///< the decider: which comparison, or -1 for a boolean
    Truth truth = Truth::unknown;
};

}  // namespace islandbench::acceptance::language
