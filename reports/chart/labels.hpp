#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace islandbench::reports {

/// How wide a text will be at a font size, on the safe side for the fonts that readers have.
double text_width(std::string_view utf8, double font_size) noexcept;

/// A label that hangs on a vertical leader at `x` and reaches to its right.
struct Flag {
    double x = 0.0;
    std::string text;
    std::string_view colour;
    int row = 0;  ///< from the bottom; result of place_flags()
};

/// Gives every flag a row so that no text meets another text or the leader of another flag, which
/// runs from its row down. Sorts by x. Returns the number of rows.
int place_flags(std::vector<Flag>& flags, double font_size, double gap);

/// Places labels of lines one below the other at their wanted heights, moved apart as little as
/// needed, within [top, bottom]. The result has the order of `wanted`.
std::vector<double> spread(const std::vector<double>& wanted, double height, double top,
                           double bottom);

}  // namespace islandbench::reports
