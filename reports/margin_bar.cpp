#include <algorithm>
#include <cmath>
#include <vector>

#include "reports/chart/palette.hpp"
#include "reports/criterion_charts.hpp"
#include "reports/markup.hpp"
#include "reports/symbols.hpp"
#include "reports/text.hpp"

namespace islandbench::reports {
namespace {

using acceptance::Margin;

constexpr double height = 22.0;
constexpr double middle = 12.5;
constexpr double left_end = 16.0;
constexpr double right_end = margin_bar_width - 20.0;

/// The place of a share of the limit. A square root gives 1 % as much room as 81 % to 100 %: small
/// margins are what a reader looks for. Beyond 100 % it stays at the end.
double place(double share) {
    const double root = std::sqrt(std::min(std::fabs(share), 1.0));
    return share < 0 ? margin_bar_limit - root * (margin_bar_limit - left_end)
                     : margin_bar_limit + root * (right_end - margin_bar_limit);
}

void line(Markup& svg, double x1, double x2, double y1, double y2, std::string_view colour,
          double width) {
    svg.open("line").attr("x1", x1).attr("x2", x2).attr("y1", y1).attr("y2", y2);
    svg.attr("stroke", colour).attr("stroke-width", width).close();
}

void open_svg(Markup& svg, double tall, const std::string& description) {
    svg.open("svg").attr("xmlns", "http://www.w3.org/2000/svg").attr("role", "img");
    svg.attr("aria-label", description).attr("font-family", palette::font);
    svg.attr("viewBox", "0 0 " + number_text(margin_bar_width) + " " + number_text(tall));
    svg.attr("width", margin_bar_width).attr("height", tall);
}

/// ">" at the end of the axis: more than the limit itself.
void beyond(Markup& svg, double share, std::string_view colour) {
    if (std::fabs(share) <= 1.0) return;
    const double end = place(share);
    const double step = share < 0 ? -4.0 : 4.0;
    svg.open("path").attr("d", "M" + number_text(end) + " " + number_text(middle - 4.0) + "l" +
                                   number_text(step) + " 4l" + number_text(-step) + " 4");
    svg.attr("fill", "none").attr("stroke", colour).attr("stroke-width", 1.5).close();
}

void held(Markup& svg, double share, std::string_view colour) {
    line(svg, margin_bar_limit, place(share), middle, middle, colour, 1.5);
    svg.open("circle").attr("cx", place(share)).attr("cy", middle).attr("r", 3.6);
    svg.attr("fill", colour).close();
}

void broken(Markup& svg, double share, std::string_view colour) {
    const double at = place(share);
    svg.open("rect").attr("x", at).attr("y", middle - 4.5).attr("width", margin_bar_limit - at);
    svg.attr("height", 9.0).attr("fill", colour).close();
    svg.open("path").attr(
        "d", "M" + number_text(at - 3.5) + " " + number_text(middle - 3.5) + "l7 7m0 -7l-7 7");
    svg.attr("stroke", palette::paper).attr("stroke-width", 3.6).close();
    svg.open("path").attr(
        "d", "M" + number_text(at - 3.5) + " " + number_text(middle - 3.5) + "l7 7m0 -7l-7 7");
    svg.attr("stroke", colour).attr("stroke-width", 2.0).close();
}

std::string bar(const std::optional<Margin>& margin, acceptance::Conclusion conclusion,
                const std::vector<double>& others, const std::string& description) {
    Markup svg;
    open_svg(svg, height, description);
    line(svg, margin_bar_limit, margin_bar_limit, 0.0, height, palette::text, 2.0);
    for (const double share : others) {
        line(svg, place(share), place(share), 2.0, 6.0, palette::line, 0.8);
    }
    const std::string_view colour = colour_of(conclusion);
    if (!margin) {
        svg.open("rect").attr("x", left_end).attr("y", middle - 4.0);
        svg.attr("width", right_end - left_end).attr("height", 8.0).attr("fill", "none");
        svg.attr("stroke", colour).attr("stroke-width", 0.8).attr("stroke-dasharray", "3 4");
        svg.close();
    } else if (margin->of_limit < 0) {
        broken(svg, margin->of_limit, colour);
    } else {
        held(svg, margin->of_limit, colour);
    }
    if (margin) beyond(svg, margin->of_limit, colour);
    svg.close();
    return svg.take();
}

template <class V>
std::string description_of(const std::string& what, const V& verdict) {
    std::string text = what + ": " + conclusion_text(conclusion_of(verdict), true);
    if (!verdict.margin) return text + ", no margin";
    text += verdict.margin->value < 0 ? ", over its limit by " : ", inside its limit by ";
    text += size_text(*verdict.margin);
    if (verdict.worst) text += " at " + clock_text(*verdict.worst);
    return printable(text);
}

}  // namespace

std::string margin_axis_svg() {
    Markup svg;
    open_svg(svg, 30.0, "Axis of the margins: the limit is 0");
    const auto write = [&svg](double share, const char* text) {
        line(svg, place(share), place(share), 25.0, 30.0, palette::line, 1.0);
        svg.open("text").attr("x", place(share)).attr("y", 21.0).attr("font-size", 10.0);
        svg.attr("text-anchor", "middle").attr("fill", palette::line).text(text).close();
    };
    write(-1.0, "\u2212100");
    write(-0.25, "\u221225");
    write(0.04, "4");
    write(0.25, "25");
    write(1.0, "100 %");
    line(svg, left_end, right_end, 29.5, 29.5, palette::line, 1.0);
    line(svg, margin_bar_limit, margin_bar_limit, 24.0, 30.0, palette::text, 2.0);
    for (const auto& [x, anchor, text] :
         {std::tuple{margin_bar_limit - 6.0, "end", "broken"},
          std::tuple{margin_bar_limit + 6.0, "start", "held, share of the limit"}}) {
        svg.open("text").attr("x", x).attr("y", 8.0).attr("font-size", 10.0);
        svg.attr("text-anchor", anchor).attr("fill", palette::text).text(text).close();
    }
    svg.close();
    return svg.take();
}

std::string margin_bar_svg(const acceptance::Verdict& verdict) {
    std::vector<double> others;
    for (const acceptance::DeviceVerdict& device : verdict.devices) {
        if (device.margin) others.push_back(device.margin->of_limit);
    }
    return bar(verdict.margin, conclusion_of(verdict), others, description_of(verdict.id, verdict));
}

std::string margin_bar_svg(const acceptance::DeviceVerdict& verdict) {
    return bar(verdict.margin, conclusion_of(verdict), {}, description_of(verdict.device, verdict));
}

}  // namespace islandbench::reports
