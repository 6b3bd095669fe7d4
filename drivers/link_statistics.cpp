#include "drivers/link_statistics.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace islandbench::drivers {
namespace {

constexpr int per_doubling = 8;
constexpr double floor_us = 1.0;

/// Bucket 0 is up to 1 us; bucket b ends at 2^(b/8) us.
std::size_t bucket_of(Duration latency) {
    const double us = static_cast<double>(latency.count()) / 1e3;
    if (us <= floor_us) return 0;
    const double b = std::ceil(std::log2(us) * per_doubling);
    return std::min<std::size_t>(static_cast<std::size_t>(b), 255);
}

Duration end_of(std::size_t bucket) {
    return from_seconds(std::exp2(static_cast<double>(bucket) / per_doubling) * 1e-6);
}

}  // namespace

void LinkStatistics::add_latency(Duration latency) noexcept {
    ++histogram_[bucket_of(latency)];
    ++count_;
    last_ = latency;
    max_ = std::max(max_, latency);
}

Duration LinkStatistics::latency_percentile(double share) const noexcept {
    const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
    std::uint64_t seen = 0;
    for (std::size_t b = 0; b < histogram_.size(); ++b) {
        seen += histogram_[b];
        if (seen > 0 && seen >= wanted) return std::min(end_of(b), max_);
    }
    return Duration::zero();
}

}  // namespace islandbench::drivers
