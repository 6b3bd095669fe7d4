#include "reports/symbols.hpp"

#include "reports/chart/palette.hpp"
#include "reports/markup.hpp"

namespace islandbench::reports {
namespace {

using acceptance::Conclusion;

/// All shapes are drawn on a 24 x 24 field.
void path(Markup& svg, std::string_view d, std::string_view fill, std::string_view stroke,
          double width) {
    svg.open("path").attr("d", d).attr("fill", fill).attr("stroke", stroke);
    svg.attr("stroke-width", width).attr("stroke-linecap", "round");
    svg.attr("stroke-linejoin", "round").close();
}

void draw(Markup& svg, Conclusion conclusion, bool verified) {
    constexpr std::string_view tick = "M6.5 12.5L10.5 16.5L17.5 8";
    constexpr std::string_view square = "M3 3H21V21H3Z";
    constexpr std::string_view disc = "M12 1.5A10.5 10.5 0 1 1 11.99 1.5Z";
    constexpr std::string_view cross = "M8 8L16 16M16 8L8 16";
    const std::string_view colour = colour_of(conclusion);
    switch (conclusion) {
        case Conclusion::pass:
            path(svg, square, verified ? colour : palette::paper, colour, 2.0);
            path(svg, tick, "none", verified ? palette::paper : colour, 2.4);
            break;
        case Conclusion::fail:
            path(svg, disc, colour, colour, 1.0);
            path(svg, cross, "none", palette::paper, 2.6);
            break;
        case Conclusion::known_failure:
            path(svg, disc, palette::paper, colour, 2.0);
            path(svg, cross, "none", colour, 2.6);
            break;
        case Conclusion::unexpected_pass:
            path(svg, disc, colour, colour, 1.0);
            path(svg, "M12 6.2V13M12 17.2V17.3", "none", palette::paper, 2.6);
            break;
        case Conclusion::inconclusive:
            path(svg, "M12 1.5L22.5 12L12 22.5L1.5 12Z", palette::paper, colour, 2.0);
            path(svg, "M9.2 9.6A2.8 2.8 0 1 1 12 12.6V13.8M12 17.1V17.2", "none", colour, 2.2);
            break;
        case Conclusion::error:
            path(svg, "M12 2L22.5 21.5H1.5Z", colour, colour, 1.5);
            path(svg, "M12 9V14.5M12 18.2V18.3", "none", palette::paper, 2.6);
            break;
    }
}

}  // namespace

std::string_view colour_of(Conclusion conclusion) noexcept {
    switch (conclusion) {
        case Conclusion::pass: return "#4a4a4a";
        case Conclusion::known_failure: return palette::warning;
        case Conclusion::inconclusive: return palette::inconclusive;
        case Conclusion::unexpected_pass:
        case Conclusion::fail:
        case Conclusion::error: break;
    }
    return palette::fail;
}

std::string symbol_of(Conclusion conclusion, bool limit_verified, double size) {
    Markup svg;
    svg.open("svg").attr("xmlns", "http://www.w3.org/2000/svg").attr("viewBox", "0 0 24 24");
    svg.attr("width", size).attr("height", size).attr("aria-hidden", "true");
    draw(svg, conclusion, limit_verified);
    svg.close();
    return svg.take();
}

}  // namespace islandbench::reports
