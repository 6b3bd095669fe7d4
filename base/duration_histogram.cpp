#include "base/duration_histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/assert.hpp"

namespace islandbench {
namespace {

constexpr std::uint64_t parts_bits = 4;  // sixteen parts
constexpr std::uint64_t parts_in_octave = std::uint64_t{1} << parts_bits;

/// Below sixteen nanoseconds every value has its own bucket, above it shares one with those that
/// have the same first five bits.
std::size_t bucket_of(std::uint64_t value) noexcept {
    if (value < parts_in_octave) return value;
    const auto shift = static_cast<std::uint64_t>(std::bit_width(value)) - (parts_bits + 1);
    return (shift + 1) * parts_in_octave + ((value >> shift) - parts_in_octave);
}

/// The largest value in a bucket.
std::uint64_t edge_of(std::size_t bucket) noexcept {
    if (bucket < parts_in_octave) return bucket;
    const std::uint64_t shift = bucket / parts_in_octave - 1;
    const std::uint64_t first = bucket % parts_in_octave + parts_in_octave;
    return ((first + 1) << shift) - 1;
}

}  // namespace

void DurationHistogram::add(Duration value) noexcept {
    const Duration kept = std::clamp(value, Duration::zero(), Duration{24h});
    const std::size_t bucket = bucket_of(static_cast<std::uint64_t>(kept.count()));
    IB_ASSERT(bucket < counts_.size());
    ++counts_[bucket];
    ++count_;
    longest_ = std::max(longest_, kept);
}

std::optional<Duration> DurationHistogram::percentile(double share) const noexcept {
    IB_ASSERT(share > 0.0 && share <= 1.0);
    if (count_ == 0) return std::nullopt;
    const auto wanted = static_cast<std::int64_t>(std::ceil(share * static_cast<double>(count_)));
    std::int64_t seen = 0;
    std::size_t bucket = 0;
    while (bucket + 1 < counts_.size() && (seen += counts_[bucket]) < wanted) ++bucket;
    return std::min(Duration{static_cast<std::int64_t>(edge_of(bucket))}, longest_);
}

}  // namespace islandbench
