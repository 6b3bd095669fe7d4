#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <vector>

#include "reports/chart/scale.hpp"
#include "reports/store/run_record.hpp"

/// Recorded signals as steps: a value holds until the next sample, NaN is a gap.
namespace islandbench::reports {

/// Calls take(from, to, value) for every stretch with a value between `from` and `to`.
template <class Take>
void each_hold(const Series& series, Instant from, Instant to, Take take) {
    const auto after = std::upper_bound(series.times.begin(), series.times.end(), from);
    std::size_t i = static_cast<std::size_t>(after - series.times.begin());
    if (i > 0) --i;
    for (; i < series.times.size() && series.times[i] < to; ++i) {
        if (std::isnan(series.values[i])) continue;
        const Instant end = i + 1 < series.times.size() ? series.times[i + 1] : to;
        const Instant begin = std::max(series.times[i], from);
        if (begin < end) take(begin, std::min(end, to), series.values[i]);
    }
}

/// Every moment at which one of them has a sample, once, in order.
std::vector<Instant> all_times(std::span<const Series* const> parts);

/// The values of several signals, put together at every moment at which one of them changes.
/// `combine` gets a span of the values in force.
template <class Combine>
Series combined(SignalInfo info, std::span<const Series* const> parts, Combine combine) {
    Series result{std::move(info), {}, {}};
    const std::vector<Instant> times = all_times(parts);
    std::vector<std::size_t> next(parts.size(), 0);
    std::vector<double> values(parts.size(), Signals::no_value);
    for (const Instant t : times) {
        for (std::size_t i = 0; i < parts.size(); ++i) {
            const Series& part = *parts[i];
            for (; next[i] < part.times.size() && part.times[next[i]] <= t; ++next[i]) {
                values[i] = part.values[next[i]];
            }
        }
        result.times.push_back(t);
        result.values.push_back(combine(std::span<const double>(values)));
    }
    return result;
}

/// NaN when one of them is: an unknown part makes an unknown sum.
Series sum_of(std::string name, std::span<const Series* const> parts);
/// Smallest and largest of those that have a value.
Series lowest_of(std::string name, std::span<const Series* const> parts);
Series highest_of(std::string name, std::span<const Series* const> parts);

/// Means over consecutive windows, of the time that has a value; a window without any is a gap.
Series means_of(const Series& series, Duration window);

/// The range in which a signal is for the given share of the time (0.98 leaves out the 1 %
/// lowest and the 1 % highest). Empty optional when there is no value.
std::optional<Range> usual_range(const Series& series, Instant from, Instant to, double share);
/// The whole range.
std::optional<Range> full_range(std::span<const Series* const> parts, Instant from, Instant to);

/// An SVG path of a signal as steps. What lies beyond the scale runs along its edge.
std::string step_path(const Series& series, const TimeAxis& x, const Scale& y);
/// The closed area between two signals.
std::string area_path(const Series& low, const Series& high, const TimeAxis& x, const Scale& y);

}  // namespace islandbench::reports
