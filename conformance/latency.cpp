#include "conformance/latency.hpp"

#include <algorithm>

namespace islandbench::conformance {

Latency latency_of(const Snapshot& device) {
    std::vector<Duration> times;
    for (const Exchange& one : device.journal) {
        const bool came = one.outcome == Exchange::Outcome::answered ||
                          one.outcome == Exchange::Outcome::exception;
        if (came && !one.request.empty() && !one.frame_length_wrong) times.push_back(one.took);
    }
    Latency latency;
    latency.count = times.size();
    if (times.empty()) return latency;
    std::sort(times.begin(), times.end());
    const auto share = [&](std::size_t percent) {
        return times[std::min(times.size() - 1, times.size() * percent / 100)];
    };
    latency.p50 = share(50);
    latency.p95 = share(95);
    latency.p99 = share(99);
    latency.max = times.back();
    return latency;
}

std::optional<Duration> refresh_period(const Snapshot& device) {
    const Steps* const steps = device.probe("fast_poll");
    if (steps == nullptr) return std::nullopt;
    std::vector<Instant> changes;
    const Exchange* before = nullptr;
    for (const std::size_t step : *steps) {
        const Exchange& one = device.journal[step];
        if (!one.ok()) continue;
        if (before != nullptr && before->registers != one.registers) changes.push_back(one.sent);
        before = &one;
    }
    if (changes.size() < 3) return std::nullopt;
    const Duration whole = changes.back() - changes.front();
    return whole / static_cast<std::int64_t>(changes.size() - 1);
}

}  // namespace islandbench::conformance
