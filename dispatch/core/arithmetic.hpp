#pragma once

#include <algorithm>
#include <cstdint>

#include "dispatch/core/data.hpp"

/// Integer helpers of the core. Nothing here overflows for the ranges that plausible() lets in.
namespace islandbench::dispatch::core {

constexpr std::int32_t to_w(std::int64_t value) noexcept {
    return static_cast<std::int32_t>(
        std::clamp<std::int64_t>(value, -(std::int64_t{1} << 30), std::int64_t{1} << 30));
}

/// `share` thousandths of `of`.
constexpr std::int64_t permille(std::int64_t of, std::int64_t share) noexcept {
    return of * share / 1000;
}

/// Age of something that happened at `then`; very large when it never did, 0 for the future.
constexpr std::int64_t since(std::int64_t now_ms, std::int64_t then_ms) noexcept {
    constexpr std::int64_t ages = std::int64_t{1} << 60;
    if (then_ms == never_reported) return ages;
    if (now_ms <= then_ms) return 0;  // who never reported may be asked for, too
    return std::min(now_ms - then_ms, ages);
}

/// The first time that is at most `hold_ms` old: since(now, then) <= hold is then >= oldest.
constexpr std::int64_t oldest(std::int64_t now_ms, std::int32_t hold_ms) noexcept {
    if (hold_ms < 0) return std::numeric_limits<std::int64_t>::max();  // nothing is so young
    if (now_ms <= never_reported + hold_ms) return never_reported + 1;
    return now_ms - hold_ms;
}

/// Integer square root, rounded down.
constexpr std::int64_t root(std::int64_t square) noexcept {
    if (square <= 0) return 0;
    std::int64_t x = std::int64_t{1} << 31;
    while (x * x > square) {
        const std::int64_t next = (x + square / x) / 2;
        if (next >= x) break;
        x = next;
    }
    return x;
}

}  // namespace islandbench::dispatch::core
