#include "reports/criterion_charts.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <vector>

#include "reports/chart/time_chart.hpp"
#include "reports/chart/trace.hpp"
#include "reports/ledger.hpp"
#include "reports/limits.hpp"
#include "reports/symbols.hpp"
#include "reports/text.hpp"

namespace islandbench::reports {
namespace {

using acceptance::Verdict;

constexpr std::size_t lines_max = 5;
constexpr std::size_t strips_max = 8;
constexpr std::size_t panels_max = 3;

bool belongs_to(const std::string& signal, const std::string& device) {
    return signal.find("." + device + ".") != std::string::npos;
}

/// The signals judged that explain the worst moment: those of the device responsible, and those
/// that belong to nobody in particular.
std::vector<const Series*> signals_of(const RunRecord& run, const Verdict& verdict) {
    std::vector<const Series*> all, own;
    for (const std::string& name : verdict.signals) {
        const Series* series = run.find(name);
        if (series == nullptr || series->times.empty()) continue;
        all.push_back(series);
        const bool shared =
            std::none_of(verdict.devices.begin(), verdict.devices.end(),
                         [&name](const auto& device) { return belongs_to(name, device.device); });
        if (shared || belongs_to(name, verdict.device)) own.push_back(series);
    }
    return verdict.device.empty() || own.empty() ? all : own;
}

/// How far around the worst moment one must see: longer than any time in the formulas.
Duration half_window(const Verdict& verdict, const std::vector<const Series*>& signals) {
    double seconds = 5.0;
    for (const std::string& formula : verdict.formulas) {
        for (const Measure& measure : measures_in(formula)) {
            if (measure.dimension == Dimension::time)
                seconds = std::max(seconds, 1.3 * measure.value);
        }
    }
    if (verdict.margin && verdict.margin->dimension == Dimension::time) {
        seconds = std::max(seconds, 1.5 * std::fabs(verdict.margin->value));
    }
    const bool slow = std::any_of(signals.begin(), signals.end(), [](const Series* one) {
        return one->info.name.find(".soc") != std::string::npos ||
               one->info.dimension == Dimension::energy;
    });
    if (slow) seconds = std::max(seconds, 120.0);
    return from_seconds(std::min(seconds, 1800.0));
}

struct Unit {
    std::string text;
    double size = 1.0;
};

Unit unit_of(Dimension dimension, Range range) {
    const double size = std::max(std::fabs(range.low), std::fabs(range.high));
    switch (dimension) {
        case Dimension::ratio: return {"%", 0.01};
        case Dimension::time: return {size < 1.0 ? "ms" : "s", size < 1.0 ? 1e-3 : 1.0};
        case Dimension::active_power:
        case Dimension::reactive_power:
        case Dimension::apparent_power:
        case Dimension::energy:
            if (size >= 1e3) return {"k" + std::string(unit_symbol(dimension)), 1e3};
            break;
        default: break;
    }
    return {std::string(unit_symbol(dimension)), 1.0};
}

std::vector<double> limits_of(const Verdict& verdict, Dimension dimension) {
    std::vector<double> values;
    for (const std::string& formula : verdict.formulas) {
        const bool both_sides = formula.find("abs(") != std::string::npos;
        for (const Measure& measure : measures_in(formula)) {
            if (measure.dimension != dimension) continue;
            values.push_back(measure.value);
            if (both_sides) values.push_back(-measure.value);
        }
    }
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    return values;
}

/// Grows the range to the next limit on each side, so that a reader sees how far away it is.
Range with_limits(Range range, const std::vector<double>& limits) {
    const Range data = range;
    for (const double limit : limits) {
        if (limit > data.high) {
            range.high = std::fmax(range.high, limit);
            break;
        }
    }
    for (auto limit = limits.rbegin(); limit != limits.rend(); ++limit) {
        if (*limit < data.low) {
            range.low = std::fmin(range.low, *limit);
            break;
        }
    }
    const double room = range.span() > 0 ? 0.08 * range.span() : std::fabs(range.low) * 0.05 + 0.05;
    return {range.low - room, range.high + room};
}

std::string without_source(const std::string& name) {
    const std::size_t dot = name.find('.');
    return dot == std::string::npos ? name : name.substr(dot + 1);
}

/// "Voltage"; a ratio is named after its signals, because it may be anything.
std::string title_of(Dimension dimension, const std::vector<const Series*>& signals) {
    if (dimension == Dimension::ratio) {
        const bool charge = std::all_of(signals.begin(), signals.end(), [](const Series* one) {
            return one->info.name.find(".soc") != std::string::npos;
        });
        return charge ? "State of charge"
                      : shortened(without_source(signals.front()->info.name), 30);
    }
    std::string title(dimension_name(dimension));
    title.front() = static_cast<char>(std::toupper(title.front()));
    return title;
}

/// Where the signals are nearly all of the time, and at the worst moment.
Range range_of(const std::vector<const Series*>& signals, Instant from, Instant to, Instant worst) {
    Range range{Signals::no_value, Signals::no_value};
    for (const Series* one : signals) {
        range.include(one->at(worst));
        if (const auto usual = usual_range(*one, from, to, 0.98)) {
            range.include(usual->low);
            range.include(usual->high);
        }
    }
    return range;
}

/// A panel for the signals of one kind; nothing when none has a value in the window.
std::optional<Panel> panel_of(const Verdict& verdict, Instant worst, Dimension dimension,
                              const std::vector<const Series*>& signals, Instant from, Instant to) {
    constexpr std::array<std::string_view, lines_max> dashes{"", "5 2", "1.5 1.5", "7 2 1.5 2",
                                                             "2 4"};
    if (!full_range(signals, from, to)) return std::nullopt;
    const auto limits = limits_of(verdict, dimension);
    Panel panel;
    panel.range = with_limits(range_of(signals, from, to, worst), limits);
    const Unit unit = unit_of(dimension, panel.range);
    panel.title = title_of(dimension, signals);
    panel.name_gaps = signals.size() == 1;
    panel.unit = unit.text;
    panel.unit_size = unit.size;
    panel.height = 104.0;
    for (std::size_t i = 0; i < std::min(signals.size(), lines_max); ++i) {
        panel.lines.push_back(
            {signals[i], without_source(signals[i]->info.name), {palette::text, 1.2, dashes[i]}});
    }
    for (const double limit : limits) {
        panel.limits.push_back({limit, "limit " + level_text(limit, dimension)});
    }
    return panel;
}

std::vector<Strip> strips_of(const std::vector<const Series*>& signals) {
    std::vector<Strip> strips;
    for (const Series* one : signals) {
        if (strips.size() == strips_max) break;
        strips.push_back({without_source(one->info.name), one, [](double value) -> StripLook {
                              if (value == 0.0) return {0.0, "no"};
                              if (value == 1.0) return {0.8, "yes"};
                              return {0.5, format_measure(value, Dimension::none)};
                          }});
    }
    return strips;
}

std::vector<TimeFlag> flags_of(const RunRecord& run, Instant from, Instant to) {
    std::vector<TimeFlag> flags;
    for (const RunEvent& event : run.events) {
        if (event.at < from || event.at > to) continue;
        flags.push_back({event.at, event_text(event.name), palette::text, true});
    }
    return flags;
}

}  // namespace

std::string criterion_svg(const RunRecord& run, const Verdict& verdict, double width) {
    const auto signals = signals_of(run, verdict);
    const auto moment = moment_of(verdict);
    if (!moment || signals.empty()) return {};
    const Instant worst = *moment;
    const Duration half = half_window(verdict, signals);
    Instant first = Instant::max();
    for (const Series* one : signals) first = std::min(first, one->times.front());
    const Instant from = std::max(worst - half, std::min(first, worst - 1s));
    const Instant to = std::max(std::min(worst + half, run.end.at), worst + 1s);

    std::map<Dimension, std::vector<const Series*>> kinds;
    for (const Series* one : signals) kinds[one->info.dimension].push_back(one);
    TimeChart chart(TimeAxis(from, to, TimeChart::left, width - TimeChart::right), width);
    const bool broken = verdict.outcome == acceptance::Outcome::fail;
    auto flags = flags_of(run, from, to);
    flags.insert(flags.begin(), {worst, broken ? "\u2715 worst moment" : "worst moment",
                                 colour_of(conclusion_of(verdict)), true});
    chart.flags(std::move(flags));
    std::size_t panels = 0;
    for (const auto& [dimension, list] : kinds) {
        if (dimension == Dimension::none || panels == panels_max) continue;
        if (const auto panel = panel_of(verdict, worst, dimension, list, from, to)) {
            chart.panel(*panel);
            ++panels;
        }
    }
    if (kinds.count(Dimension::none) > 0) chart.strips("States", strips_of(kinds[Dimension::none]));
    chart.times();
    return chart.take(
        printable(verdict.id + ", " + verdict.title + ", around " + clock_text(worst)));
}

}  // namespace islandbench::reports
