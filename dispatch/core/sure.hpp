#pragma once

#include <algorithm>
#include <cstdint>

#include "dispatch/core/config.hpp"

namespace islandbench::dispatch::core {

/// Many of whom each is there with the same probability: what they have.
class Crowd {
  public:
    /// `value` 0 to 2^22 counts; 2^18 of them fit.
    void add(std::int64_t value) noexcept {
        const std::int64_t v = std::clamp<std::int64_t>(value, 0, std::int64_t{1} << 22);
        sum_ += v;
        squares_ += v * v;
    }

  private:
    friend class Sure;
    std::int64_t sum_ = 0, squares_ = 0;
};

/// Of a sum over the formers (surely there) and others that take part or not: what is there with
/// 95 % probability. Others stay away independently, each with its own probability (binomial, by
/// its normal approximation), and a common cause takes a share of all of them.
class Sure {
  public:
    void add_surely(std::int64_t value) noexcept { surely_ += value; }
    /// Each of them is there with that probability. All crowds together are no more than fit one.
    void add(const Crowd& crowd, std::int64_t there_permille) noexcept;
    [[nodiscard]] std::int64_t value(const Tuning& tuning) const noexcept;

  private:
    std::int64_t surely_ = 0;
    std::int64_t mean_m_ = 0;  ///< thousandths
    std::int64_t variance_ = 0;
};

}  // namespace islandbench::dispatch::core
