#pragma once

#include <utility>
#include <vector>

#include "reports/store/run_record.hpp"

namespace islandbench::reports {

/// A series from pairs of seconds and values.
inline Series steps(const std::vector<std::pair<double, double>>& points) {
    Series series{{"truth.x", Dimension::voltage, 0}, {}, {}};
    for (const auto& [t, value] : points) {
        series.times.push_back(at_seconds(t));
        series.values.push_back(value);
    }
    return series;
}

}  // namespace islandbench::reports
