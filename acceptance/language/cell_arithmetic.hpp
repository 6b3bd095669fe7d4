#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "acceptance/language/truth.hpp"
#include "base/signals.hpp"

/// How cells are made of numbers and of each other.
namespace islandbench::acceptance::language {

/// The margin where no number decides.
constexpr double infinite = std::numeric_limits<double>::infinity();

/// std::min would drop a NaN on one side.
inline double lesser(double a, double b) noexcept {
    return std::isnan(a) ? a : std::isnan(b) ? b : std::min(a, b);
}
inline double greater(double a, double b) noexcept {
    return std::isnan(a) ? a : std::isnan(b) ? b : std::max(a, b);
}

/// Bits in which the two differ.
inline std::uint64_t differences(double a, double b) noexcept {
    return std::bit_cast<std::uint64_t>(a) ^ std::bit_cast<std::uint64_t>(b);
}

inline bool same_bits(double a, double b) noexcept {
    return differences(a, b) == 0;
}

inline bool same_bits(const Cell& a, const Cell& b) noexcept {
    return a.truth == b.truth && same_bits(a.margin, b.margin) && same_bits(a.share, b.share) &&
           a.by == b.by && a.doubt == b.doubt;
}

/// Of a boolean; `by` stays -1.
inline Cell boolean(Truth truth, Doubt doubt = Doubt::missing) noexcept {
    const double margin = truth == Truth::yes ? infinite : -infinite;
    return {margin, margin, -1, truth, doubt};
}

inline Truth truth_of(double flag) noexcept {
    return std::isnan(flag) ? Truth::unknown : flag != 0.0 ? Truth::yes : Truth::no;
}

/// What a comparison finds.
struct Measured {
    double margin;  ///< upper - lower
    double unsure;  ///< nobody knows where the margin is smaller
    double scale;   ///< what makes the margin a share
};

/// Of lower <= upper or, if strict, lower < upper, with `margin` = upper - lower: nobody knows
/// where it is smaller than `unsure`, or how unsure it is has no value.
inline Truth compared(double margin, double unsure, bool strict) noexcept {
    if (!std::isfinite(margin) || !(std::fabs(margin) >= unsure)) return Truth::unknown;
    return (strict ? margin > 0.0 : margin >= 0.0) ? Truth::yes : Truth::no;
}

/// The cell of it. What has no value keeps the margin of `before`.
inline Cell measured(const Cell& before, Truth truth, double margin, double scale) noexcept {
    if (!std::isfinite(margin)) {
        return {before.margin, before.share, before.by, truth, doubt_of(margin)};
    }
    const Doubt doubt = truth == Truth::unknown ? Doubt::uncertain : before.doubt;
    return {margin, margin * scale, before.by, truth, doubt};
}

/// What a margin is multiplied with to be a share: what was given or, if that is 0, of the limit.
inline double scale_of(double given, double limit) noexcept {
    if (given != 0.0) return given;
    return limit != 0.0 ? 1.0 / std::fabs(limit) : 1.0;
}

inline Cell inverse(const Cell& a) noexcept {
    return {-a.margin, -a.share, a.by, inverse(a.truth), a.doubt};
}

/// Why two together are unknown: as the one that is unknown is.
inline Doubt doubt_of(const Cell& a, const Cell& b) noexcept {
    return a.truth == Truth::unknown ? a.doubt : b.doubt;
}

/// An unknown one leaves the margin to the other.
inline Cell chosen(const Cell& a, const Cell& b, bool a_decides, Truth truth) noexcept {
    const bool knows_a = a.truth != Truth::unknown;
    const bool knows_b = b.truth != Truth::unknown;
    bool takes_a = !knows_b || (knows_a && a_decides);
    // Of one that is unsure and one that is known, the unsure one is the matter.
    if (truth == Truth::unknown && knows_a != knows_b) takes_a = !knows_a;
    const Cell& one = takes_a ? a : b;
    return {one.margin, one.share, one.by, truth, doubt_of(a, b)};
}

inline Cell both(const Cell& a, const Cell& b, double Cell::*by) noexcept {
    return chosen(a, b, a.*by <= b.*by, std::min(a.truth, b.truth));
}

inline Cell either(const Cell& a, const Cell& b, double Cell::*by) noexcept {
    return chosen(a, b, a.*by >= b.*by, std::max(a.truth, b.truth));
}

inline double flag_of(Truth truth) noexcept {
    return truth == Truth::unknown ? Signals::no_value : truth == Truth::yes ? 1.0 : 0.0;
}

/// Where the two differ, nobody knows.
inline Cell settled(const Cell& sure, const Cell& possible) noexcept {
    const Cell& one = possible.truth == Truth::no ? possible : sure;
    const Truth truth = sure.truth == possible.truth ? one.truth : Truth::unknown;
    return {one.margin, one.share, one.by, truth, Doubt::several};
}

}  // namespace islandbench::acceptance::language
