#pragma once

#include <string_view>

/// The colours of all reports: greys for what is normal, a colour only where a person should look,
/// and never a colour alone. Contrast on the light ground at least 4.4:1 for text, 3:1 for marks.
namespace islandbench::reports::palette {

inline constexpr std::string_view ground = "#f4f4f4";
inline constexpr std::string_view paper = "#ffffff";
inline constexpr std::string_view text = "#1f1f1f";
inline constexpr std::string_view line = "#6b6b6b";   ///< secondary text, axes
inline constexpr std::string_view faint = "#c9c9c9";  ///< grid lines, leaders
inline constexpr std::string_view shade = "#ececea";  ///< background of the island
inline constexpr std::string_view band = "#d4d4d2";   ///< range of many signals
inline constexpr std::string_view fail = "#b3261e";
inline constexpr std::string_view warning = "#9a6700";
inline constexpr std::string_view inconclusive = "#8250df";
inline constexpr std::string_view selection = "#0072b2";

inline constexpr std::string_view font =
    "'Segoe UI','Helvetica Neue','Liberation Sans',Arial,sans-serif";

}  // namespace islandbench::reports::palette
