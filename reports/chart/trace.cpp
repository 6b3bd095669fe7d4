#include "reports/chart/trace.hpp"

#include <cstdint>
#include <cstdio>

namespace islandbench::reports {
namespace {

constexpr double column_width = 0.5;

std::string place_text(double value) {
    char text[32];
    const int length = std::snprintf(text, sizeof text, "%.1f", value);
    std::string_view digits(text, static_cast<std::size_t>(length));
    if (digits.ends_with(".0")) digits.remove_suffix(2);
    return digits == "-0" ? "0" : std::string(digits);
}

double on_paper(double value, const Scale& y) {
    return y(std::clamp(value, y.values.low, y.values.high));
}

/// What a signal does within one column of pixels: that is all a reader can see of it.
struct Column {
    std::int64_t index = INT64_MIN;
    double x = 0.0;
    double first = 0.0, lowest = 0.0, highest = 0.0, last = 0.0;

    void start(std::int64_t at, double place, double y) { *this = {at, place, y, y, y, y}; }
    void add(double y) {
        lowest = std::fmin(lowest, y);
        highest = std::fmax(highest, y);
        last = y;
    }
};

/// Draws steps, a column of pixels at a time, so that a path has a bounded length and yet shows
/// every excursion.
class StepPath {
  public:
    void hold(double x_from, double x_to, double y) {
        const bool continues = drawing_ && std::fabs(x_from - x_end_) < 1e-9;
        const auto index = static_cast<std::int64_t>(std::floor(x_from / column_width));
        if (!continues) {
            flush();
            path_ += "M" + place_text(x_from) + " " + place_text(y);
            drawing_ = true;
            at_ = place_text(y);
            column_.start(index, x_from, y);
        } else if (index == column_.index) {
            column_.add(y);
        } else {
            flush();
            column_.start(index, x_from, y);
        }
        x_end_ = x_to;
    }
    std::string take() {
        flush();
        return std::move(path_);
    }

  private:
    void to(double y) {
        const std::string text = place_text(y);
        if (text == at_) return;
        path_ += "V" + text;
        at_ = text;
    }
    void across(double x) {
        const std::string text = "H" + place_text(x);
        path_ += text;
    }
    /// Draws the column's excursions, then goes on to where the last hold ended.
    void flush() {
        if (!drawing_ || column_.index == INT64_MIN) return;
        to(column_.first);
        to(column_.lowest);
        to(column_.highest);
        to(column_.last);
        across(x_end_);
        column_.index = INT64_MIN;
    }

    std::string path_;
    std::string at_;
    bool drawing_ = false;
    double x_end_ = 0.0;
    Column column_;
};

SignalInfo named(std::string name, std::span<const Series* const> parts) {
    return {std::move(name), parts.empty() ? Dimension::none : parts.front()->info.dimension, 0.0};
}

/// Weighs values by how long they hold, a window at a time.
class WindowMeans {
  public:
    WindowMeans(Series& into, Duration window) : into_(into), window_(window) {}

    void hold(Instant from, Instant to, double value) {
        while (from < to) {
            const Instant begin = begin_of_window(from);
            if (begin != begin_) turn_to(begin);
            const Instant end = std::min(to, begin + window_);
            sum_ += value * to_seconds(end - from);
            weight_ += to_seconds(end - from);
            from = end;
        }
    }
    void finish() {
        if (weight_ > 0.0) push(begin_, sum_ / weight_);
    }

  private:
    [[nodiscard]] Instant begin_of_window(Instant t) const {
        const Duration since = t - story_start;
        const Duration into = since % window_;
        return t - (into < Duration::zero() ? into + window_ : into);
    }
    void turn_to(Instant begin) {
        finish();
        const bool gap = weight_ > 0.0 && begin > begin_ + window_;
        if (gap) push(begin_ + window_, Signals::no_value);
        begin_ = begin;
        sum_ = weight_ = 0.0;
    }
    void push(Instant t, double value) {
        into_.times.push_back(t);
        into_.values.push_back(value);
    }

    Series& into_;
    Duration window_;
    Instant begin_{Instant::min()};
    double sum_ = 0.0, weight_ = 0.0;
};

}  // namespace

Series means_of(const Series& series, Duration window) {
    Series result{series.info, {}, {}};
    if (series.times.empty()) return result;
    WindowMeans means(result, window);
    each_hold(series, series.times.front(), series.times.back() + 1ns,
              [&](Instant from, Instant to, double value) { means.hold(from, to, value); });
    means.finish();
    if (std::isnan(series.values.back())) {
        result.times.push_back(series.times.back() + window);
        result.values.push_back(Signals::no_value);
    }
    return result;
}

std::vector<Instant> all_times(std::span<const Series* const> parts) {
    if (parts.empty()) return {};
    if (parts.size() == 1) return parts[0]->times;
    // Halves, because signals have most of their moments in common: what is merged stays short.
    const std::vector<Instant> first = all_times(parts.first(parts.size() / 2));
    const std::vector<Instant> second = all_times(parts.subspan(parts.size() / 2));
    std::vector<Instant> all;
    all.reserve(first.size() + second.size());
    std::set_union(first.begin(), first.end(), second.begin(), second.end(),
                   std::back_inserter(all));
    return all;
}

Series sum_of(std::string name, std::span<const Series* const> parts) {
    return combined(named(std::move(name), parts), parts, [](std::span<const double> values) {
        double sum = 0.0;
        for (const double value : values) sum += value;
        return sum;
    });
}

Series lowest_of(std::string name, std::span<const Series* const> parts) {
    return combined(named(std::move(name), parts), parts, [](std::span<const double> values) {
        double low = Signals::no_value;
        for (const double value : values) low = std::fmin(low, value);
        return low;
    });
}

Series highest_of(std::string name, std::span<const Series* const> parts) {
    return combined(named(std::move(name), parts), parts, [](std::span<const double> values) {
        double high = Signals::no_value;
        for (const double value : values) high = std::fmax(high, value);
        return high;
    });
}

std::optional<Range> full_range(std::span<const Series* const> parts, Instant from, Instant to) {
    Range range{Signals::no_value, Signals::no_value};
    for (const Series* part : parts) {
        each_hold(*part, from, to, [&range](Instant, Instant, double value) {
            if (std::isfinite(value)) range.include(value);
        });
    }
    if (std::isnan(range.low)) return std::nullopt;
    return range;
}

std::optional<Range> usual_range(const Series& series, Instant from, Instant to, double share) {
    struct Weight {
        double value, seconds;
    };
    std::vector<Weight> weights;
    double total = 0.0;
    each_hold(series, from, to, [&](Instant begin, Instant end, double value) {
        if (!std::isfinite(value)) return;
        weights.push_back({value, to_seconds(end - begin)});
        total += weights.back().seconds;
    });
    if (weights.empty()) return std::nullopt;
    std::sort(weights.begin(), weights.end(),
              [](const Weight& a, const Weight& b) { return a.value < b.value; });
    const double tail = total * (1.0 - share) / 2.0;
    const auto value_at = [&weights](double seconds) {
        double sum = 0.0;
        for (const Weight& weight : weights) {
            sum += weight.seconds;
            if (sum > seconds) return weight.value;
        }
        return weights.back().value;
    };
    return Range{value_at(tail), value_at(total - tail)};
}

std::string step_path(const Series& series, const TimeAxis& x, const Scale& y) {
    StepPath path;
    each_hold(series, x.from(), x.to(), [&](Instant from, Instant to, double value) {
        path.hold(x(from), x(to), on_paper(value, y));
    });
    return path.take();
}

std::string area_path(const Series& low, const Series& high, const TimeAxis& x, const Scale& y) {
    // One thin box per column of pixels: from the lowest low to the highest high in it.
    const double left = x.left();
    const auto columns = static_cast<std::size_t>((x.right() - left) / column_width) + 1;
    std::vector<Range> boxes(columns, Range{Signals::no_value, Signals::no_value});
    for (const Series* edge : {&low, &high}) {
        each_hold(*edge, x.from(), x.to(), [&](Instant from, Instant to, double value) {
            const auto first = static_cast<std::size_t>((x(from) - left) / column_width);
            const auto last = static_cast<std::size_t>((x(to) - left) / column_width);
            for (std::size_t i = first; i <= last && i < columns; ++i) {
                boxes[i].include(on_paper(value, y));
            }
        });
    }
    std::string path;
    for (std::size_t i = 0; i < columns; ++i) {
        if (std::isnan(boxes[i].low)) continue;
        std::size_t end = i + 1;
        while (end < columns && boxes[end].low == boxes[i].low &&
               boxes[end].high == boxes[i].high) {
            ++end;
        }
        const double from = left + static_cast<double>(i) * column_width;
        const double to = std::min(left + static_cast<double>(end) * column_width, x.right());
        if (to > from) {
            path += "M" + place_text(from) + " " + place_text(boxes[i].low) + "H" + place_text(to) +
                    "V" + place_text(boxes[i].high) + "H" + place_text(from) + "Z";
        }
        i = end - 1;
    }
    return path;
}

}  // namespace islandbench::reports
