#pragma once

#include <cstdint>

/// What holds a chain of SunSpec models together: "SunS", then the models, each with its ID and its
/// length L in front, then the end model (ID 65535, L 0).
namespace islandbench::sunspec {

inline constexpr std::uint16_t marker_high = 0x5375;  // "Su"
inline constexpr std::uint16_t marker_low = 0x6E53;   // "nS"
inline constexpr std::uint16_t marker_size = 2;
inline constexpr std::uint16_t common_id = 1;
inline constexpr std::uint16_t end_id = 0xFFFF;

}  // namespace islandbench::sunspec
