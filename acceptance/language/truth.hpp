#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace islandbench::acceptance::language {

/// Kleene's three values, in an order in which "and" is the lesser and "or" the greater.
enum class Truth : std::int8_t { no = 0, unknown = 1, yes = 2 };

constexpr Truth inverse(Truth t) noexcept {
    return static_cast<Truth>(2 - static_cast<int>(t));
}

/// Why something is unknown.
enum class Doubt : std::uint8_t {
    missing,    ///< no value
    late,       ///< no sample for too long
    stale,      ///< the device has not been heard for too long
    uncertain,  ///< nearer to its limit than the measurement is sure
    several,    ///< follows from several that are not known
};

/// A NaN that says why there is no value. Arithmetic hands it on where the processor keeps the bits
/// of a NaN; where it does not, the reason becomes "missing" and nothing else changes.
inline double no_value_because(Doubt doubt) noexcept {
    constexpr std::uint64_t quiet_nan = 0x7ff8000000000000U;
    return std::bit_cast<double>(quiet_nan | static_cast<std::uint64_t>(doubt));
}

/// Why a number that is not finite has no value.
inline Doubt doubt_of(double number) noexcept {
    const auto why = static_cast<Doubt>(std::bit_cast<std::uint64_t>(number) & 0x7U);
    return std::isnan(number) && (why == Doubt::late || why == Doubt::stale) ? why : Doubt::missing;
}

/// How a condition stands at one moment.
struct Cell {
    /// By how much it holds (positive) or not (negative), in the unit of what decides; infinite
    /// where no number decides. While `truth` is unknown it has a meaning only where it is
    /// uncertain.
    double margin = 0.0;
    double share = 0.0;  ///< the same as a share of the limit
    int by = -1;         ///< the decider: which comparison, or -1 for a boolean
    Truth truth = Truth::unknown;
    Doubt doubt = Doubt::missing;  ///< why it is unknown

    // Field by field: g++ 12 copies the whole through memory otherwise, and waits for what it has
    // just written there in pieces. That took twice the time of making cells.
    Cell() = default;
    Cell(double its_margin, double its_share, int decider, Truth its_truth,
         Doubt its_doubt) noexcept
        : margin(its_margin), share(its_share), by(decider), truth(its_truth), doubt(its_doubt) {}
    Cell(const Cell& other) noexcept
        : Cell(other.margin, other.share, other.by, other.truth, other.doubt) {}
    Cell& operator=(const Cell& other) noexcept {
        margin = other.margin;
        share = other.share;
        by = other.by;
        truth = other.truth;
        doubt = other.doubt;
        return *this;
    }
    ~Cell() = default;
};

}  // namespace islandbench::acceptance::language
