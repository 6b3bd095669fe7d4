#include "reports/street_charts.hpp"

#include <algorithm>
#include <cmath>

#include "base/json_binding.hpp"
#include "reports/chart/labels.hpp"
#include "reports/golden.hpp"
#include "reports/ledger.hpp"
#include "reports/symbols.hpp"
#include "reports/text.hpp"

namespace islandbench::reports {
namespace {

constexpr std::size_t phases_max = 9;

void add_panel(TimeChart& chart, const Panel& panel) {
    if (!panel.lines.empty()) chart.panel(panel);
}

Panel without_limits(Panel panel) {
    panel.limits.clear();
    return panel;
}

/// Every phase gets room by the logarithm of its length: 50 ms and 4 min are both to be seen.
TimeAxis folded_axis(const std::vector<StoryPhase>& phases, double from, double to) {
    std::vector<double> weights;
    double sum = 0.0;
    for (const StoryPhase& phase : phases) {
        const double decades = std::log10(std::max(1e-3, to_seconds(phase.to - phase.from)));
        weights.push_back(std::clamp(1.0 + 0.35 * decades, 0.75, 2.2));
        sum += weights.back();
    }
    std::vector<TimeAxis::Stretch> stretches;
    double x = from;
    for (std::size_t i = 0; i < phases.size(); ++i) {
        const double end = x + weights[i] / sum * (to - from);
        stretches.push_back({phases[i].from, phases[i].to, x, end});
        x = end;
    }
    return TimeAxis(std::move(stretches));
}

TimeAxis plain_axis(const StreetView& street, double width) {
    return TimeAxis(street.from, street.to, TimeChart::left, width - TimeChart::right);
}

std::string span_text(const StreetView& street) {
    return "from " + clock_text(street.from) + " to " + clock_text(street.to);
}

/// Events, panels and strips on a plain time axis.
TimeChart plain_chart(const StreetPanels& panels, const StreetView& street, double width,
                      const std::vector<Panel>& rows) {
    TimeChart chart(plain_axis(street, width), width);
    panels.shade_islands(chart);
    chart.flags(panels.flags(false));
    for (const Panel& row : rows) add_panel(chart, row);
    chart.strips("Utility and interconnect", panels.switches());
    chart.strips(panels.supply_title(), panels.supply());
    chart.times();
    return chart;
}

}  // namespace

std::string story_svg(const RunRecord& run, double width) {
    const StreetView street(run);
    const StreetPanels panels(run, street);
    const auto phases = story_phases(run, street.from, street.to);
    const bool foldable = phases.size() <= phases_max;
    TimeChart chart(foldable ? folded_axis(phases, TimeChart::left, width - TimeChart::right)
                             : plain_axis(street, width),
                    width);
    panels.shade_islands(chart);
    std::string told;
    if (foldable) {
        std::vector<std::pair<std::string, std::string>> names;
        for (const StoryPhase& phase : phases) {
            names.emplace_back(phase.name, format_duration(phase.to - phase.from));
            told += (told.empty() ? "" : ", ") + names.back().first + " for " + names.back().second;
        }
        chart.stretch_names(names);
    }
    chart.flags(panels.flags(foldable));
    add_panel(chart, without_limits(panels.voltage(66.0)));
    add_panel(chart, without_limits(panels.frequency(54.0)));
    chart.strips("Utility and interconnect", panels.switches());
    chart.strips(panels.supply_title(), panels.supply());
    return chart.take("The story in phases of similar width: " + told);
}

std::string timeline_svg(const RunRecord& run, double width) {
    const StreetView street(run);
    const StreetPanels panels(run, street);
    TimeChart chart = plain_chart(
        panels, street, width,
        {panels.voltage(130.0), panels.frequency(110.0), panels.power(120.0), panels.soc(90.0)});
    return chart.take("Voltage, frequency, power, state of charge and supply " + span_text(street));
}

std::string summary_svg(const RunRecord& run) {
    constexpr double width = 1000.0;
    constexpr double head = 74.0;
    const StreetView street(run);
    const StreetPanels panels(run, street);
    TimeChart chart = plain_chart(
        panels, street, width, {panels.voltage(84.0), panels.frequency(84.0), panels.power(84.0)});
    const double height = head + chart.height();
    const std::string picture = chart.take("Voltage, frequency and power " + span_text(street));

    const acceptance::RunVerdict& verdict = run.end.verdict;
    const acceptance::Conclusion conclusion = conclusion_of(run);
    const std::string word = conclusion_text(conclusion, true);
    Markup svg;
    svg.open("svg").attr("xmlns", "http://www.w3.org/2000/svg").attr("width", width);
    svg.attr("height", height + 12.0).attr("font-family", palette::font);
    svg.attr("viewBox", "0 0 1000 " + number_text(height + 12.0)).line();
    svg.leaf("title", "islandbench: " + printable(run.header.scenario) + ", " + word);
    svg.open("rect").attr("width", width).attr("height", height + 12.0);
    svg.attr("fill", palette::paper).close().line();
    svg.open("g").attr("transform", "translate(20 16)");
    svg.raw(symbol_of(conclusion, verdict.passed_unverified == 0, 36.0)).close();
    const auto write = [&svg](double y, double size, std::string_view weight, std::string_view fill,
                              const std::string& text) {
        svg.open("text").attr("x", 68.0).attr("y", y).attr("font-size", size);
        svg.attr("font-weight", weight).attr("fill", fill).text(text).close();
    };
    const std::string title =
        run.header.scenario_title.empty() ? run.header.scenario : run.header.scenario_title;
    write(32.0, 17.0, "600", palette::text, printable(title, 70));
    std::string line = word + ": " + acceptance::counts_text(verdict);
    const auto figures = figure_texts(run.end.figures);
    if (const auto& sustained = run.end.figures.sustained) {
        line += "  \u00b7  sustained power" + std::string(sustained->reached ? " after " : ": ") +
                figures[0].value;
    }
    if (run.end.figures.openness) line += "  \u00b7  openness " + figures[1].value;
    if (run.end.figures.cost) line += "  \u00b7  " + figures[2].value;
    write(52.0, 12.5, "400", palette::line, printable(line, 150));
    svg.line().open("g").attr("transform", "translate(0 " + number_text(head) + ")");
    svg.raw(picture).close().line().close().line();
    return svg.take();
}

}  // namespace islandbench::reports
