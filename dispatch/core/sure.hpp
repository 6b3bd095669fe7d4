#pragma once

#include <algorithm>
#include <cstdint>

#include "dispatch/core/config.hpp"

namespace islandbench::dispatch::core {

/// How probably one is there.
struct Chance {
    constexpr Chance(std::int64_t permille) noexcept  // NOLINT(google-explicit-constructor)
        : p(std::clamp<std::int64_t>(permille, 0, 1000)), variance(p * (1000 - p)) {}
    std::int64_t p, variance;
};

/// Of a sum over the formers (surely there) and others that take part or not: what is there with
/// 95 % probability. Others stay away independently, each with its own probability (binomial, by
/// its normal approximation), and a common cause takes a share of all of them.
class Sure {
  public:
    void add_surely(std::int64_t value) noexcept { surely_ += value; }
    /// `value` up to 2^22, of one that is there with that chance.
    void add(std::int64_t value, Chance chance) noexcept {
        const std::int64_t v = std::clamp<std::int64_t>(value, 0, most_value);
        mean_m_ += v * chance.p;
        // At most 2^42 each, so that 2^18 of them fit.
        variance_ += static_cast<std::uint64_t>(v * v * chance.variance) / 1000000;
    }
    [[nodiscard]] std::int64_t value(const Tuning& tuning) const noexcept;

  private:
    /// Sums of squares of up to 2^18 of these fit.
    static constexpr std::int64_t most_value = std::int64_t{1} << 22;

    std::int64_t surely_ = 0;
    std::int64_t mean_m_ = 0;  ///< thousandths
    std::uint64_t variance_ = 0;
};

}  // namespace islandbench::dispatch::core
