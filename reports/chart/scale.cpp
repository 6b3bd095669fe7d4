#include "reports/chart/scale.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "base/assert.hpp"

namespace islandbench::reports {
namespace {

/// The smallest round step that makes at most `most` of `span`.
double round_step(double span, int most) {
    const double wanted = span / std::max(1, most);
    const double power = std::pow(10.0, std::floor(std::log10(wanted)));
    for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
        if (factor * power >= wanted * (1 - 1e-9)) return factor * power;
    }
    return 10.0 * power;
}

Duration round_duration(Duration span, int most) {
    constexpr std::array<Duration, 22> steps{1ms,   2ms,  5ms,   10ms,  20ms, 50ms, 100ms, 200ms,
                                             500ms, 1s,   2s,    5s,    10s,  20s,  30s,   1min,
                                             2min,  5min, 10min, 30min, 1h,   2h};
    for (const Duration step : steps) {
        if (span / step <= most) return step;
    }
    Duration step = 6h;
    while (span / step > most) step *= 2;
    return step;
}

/// "12.5 s" while all is within a minute, "1:12.5" within an hour, else "1:12 h".
std::string time_text(Instant t, Duration step, Duration longest) {
    const double size = std::fabs(to_seconds(t));
    const int digits = step >= 1s ? 0 : step >= 100ms ? 1 : step >= 10ms ? 2 : 3;
    const auto whole = static_cast<long long>(size);
    char text[48];
    const char* sign = t < story_start ? "\u2212" : "";
    if (longest < 1min) {
        std::snprintf(text, sizeof text, "%s%.*f s", sign, digits, size);
    } else if (longest >= 1h && step >= 1min) {
        std::snprintf(text, sizeof text, "%s%lld:%02lld h", sign, whole / 3600, whole / 60 % 60);
    } else {
        const int width = digits == 0 ? 2 : digits + 3;
        std::snprintf(text, sizeof text, "%s%lld:%0*.*f", sign, whole / 60, width, digits,
                      size - static_cast<double>(whole / 60 * 60));
    }
    return text;
}

}  // namespace

void Range::include(double value) noexcept {
    low = std::fmin(low, value);
    high = std::fmax(high, value);
}

std::vector<double> round_ticks(Range range, int most) {
    std::vector<double> ticks;
    if (!(range.span() > 0) || !std::isfinite(range.span())) return {range.low};
    const double step = round_step(range.span(), most);
    const double slack = step * 1e-6;
    for (double n = std::ceil((range.low - slack) / step); n * step <= range.high + slack; ++n) {
        ticks.push_back(n * step);
    }
    return ticks;
}

std::string tick_text(double tick, const std::vector<double>& ticks) {
    const double step = ticks.size() > 1 ? std::fabs(ticks[1] - ticks[0]) : 1.0;
    int digits = 0;
    for (double unit = 1.0; digits < 6; unit /= 10, ++digits) {
        const double steps = step / unit;
        if (std::fabs(steps - std::round(steps)) < 1e-6) break;
    }
    char text[48];
    std::snprintf(text, sizeof text, "%.*f", digits, std::fabs(tick) < step * 1e-6 ? 0.0 : tick);
    return text[0] == '-' ? "\u2212" + std::string(text + 1) : text;
}

TimeAxis::TimeAxis(Instant from, Instant to, double x_from, double x_to)
    : TimeAxis(std::vector<Stretch>{{from, to, x_from, x_to}}) {}

TimeAxis::TimeAxis(std::vector<Stretch> stretches) : stretches_(std::move(stretches)) {
    IB_ASSERT(!stretches_.empty());
    for (const Stretch& one : stretches_) IB_ASSERT(one.from < one.to && one.x_from < one.x_to);
}

double TimeAxis::operator()(Instant t) const noexcept {
    for (const Stretch& one : stretches_) {
        if (t > one.to) continue;
        if (t <= one.from) return one.x_from;
        const double share = static_cast<double>((t - one.from).count()) /
                             static_cast<double>((one.to - one.from).count());
        return one.x_from + share * (one.x_to - one.x_from);
    }
    return right();
}

std::vector<TimeTick> time_ticks(Instant from, Instant to, int most) {
    const Duration step = round_duration(to - from, most);
    const Duration longest = std::max(std::chrono::abs(from.time_since_epoch()),
                                      std::chrono::abs(to.time_since_epoch()));
    std::vector<TimeTick> ticks;
    auto n = from.time_since_epoch() / step;
    if (n * step < from.time_since_epoch()) ++n;
    for (; n * step <= to.time_since_epoch(); ++n) {
        const Instant at{n * step};
        ticks.push_back({at, time_text(at, step, longest)});
    }
    return ticks;
}

}  // namespace islandbench::reports
