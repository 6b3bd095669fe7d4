#pragma once

#include <cstdint>

namespace islandbench::dispatch::core::test {

/// Times of tests, ms.
inline constexpr std::int64_t minute = 60000, hour = 60 * minute, day = 24 * hour;

}  // namespace islandbench::dispatch::core::test
