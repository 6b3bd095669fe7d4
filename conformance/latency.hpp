#pragma once

#include "conformance/snapshot.hpp"

namespace islandbench::conformance {

/// How long replies take, of all that came.
struct Latency {
    std::size_t count = 0;
    Duration p50{}, p95{}, p99{}, max{};
};
[[nodiscard]] Latency latency_of(const Snapshot& device);

/// How long the device shows the same measurement; absent where that was not seen.
[[nodiscard]] std::optional<Duration> refresh_period(const Snapshot& device);

}  // namespace islandbench::conformance
