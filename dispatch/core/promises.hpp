#pragma once

#include "dispatch/core/work.hpp"

namespace islandbench::dispatch::core {

/// Notes when an outage begins and ends, with the charge that every battery began it with. A
/// consent to use the owners' reserves that is withdrawn ends here, before anything is planned with
/// them.
void mark_event(Work& work) noexcept;

/// Of a sum over the formers (surely there) and others that take part or not: what is there with
/// 95 % probability. Others stay away independently, each with its own probability (binomial, by
/// its normal approximation), and a common cause takes a share of all of them.
class Sure {
  public:
    void add_surely(std::int64_t value) noexcept { surely_ += value; }
    /// `value` up to 2^22, of one that is there with `permille`.
    void add(std::int64_t value, std::int64_t permille) noexcept;
    [[nodiscard]] std::int64_t value(const Tuning& tuning) const noexcept;

  private:
    std::int64_t surely_ = 0;
    std::int64_t mean_m_ = 0;  ///< thousandths
    std::int64_t variance_ = 0;
};

/// Rates every commitment, announces those that cannot be kept, with the time that is left, and
/// lets others save for those that ask it.
///
/// A promise needs energy and power for itself and for what nobody may shed, tiers 0 and 1.
void keep_promises(Work& work) noexcept;

}  // namespace islandbench::dispatch::core
