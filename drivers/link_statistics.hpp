#pragma once

#include <array>
#include <cstdint>

#include "base/time.hpp"

namespace islandbench::drivers {

/// What one link has been through. The latency histogram has eight buckets per doubling, so that a
/// percentile is within 9 % of the truth and nothing is allocated.
class LinkStatistics {
  public:
    std::uint64_t exchanges = 0;    ///< requests answered
    std::uint64_t time_outs = 0;    ///< requests without an answer in time
    std::uint64_t retries = 0;      ///< requests sent again
    std::uint64_t reconnects = 0;   ///< connections after the first
    std::uint64_t bad_replies = 0;  ///< framing or fields that do not fit
    std::uint64_t exceptions = 0;   ///< the device refused
    std::uint64_t writes = 0;       ///< write requests answered
    std::uint64_t strangers = 0;    ///< connections that another device answered

    void add_latency(Duration latency) noexcept;
    /// The latency that `share` of the exchanges stayed within; 0 without any exchange.
    [[nodiscard]] Duration latency_percentile(double share) const noexcept;
    [[nodiscard]] Duration latency_last() const noexcept { return last_; }
    [[nodiscard]] Duration latency_max() const noexcept { return max_; }

  private:
    std::array<std::uint32_t, 256> histogram_{};
    std::uint64_t count_ = 0;
    Duration last_{};
    Duration max_{};
};

}  // namespace islandbench::drivers
