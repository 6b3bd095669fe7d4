#include "reports/street_picture.hpp"

#include <algorithm>
#include <cmath>

#include "reports/chart/palette.hpp"
#include "reports/energy_summary.hpp"
#include "reports/markup.hpp"
#include "reports/text.hpp"

namespace islandbench::reports {
namespace {

constexpr double width = 1100.0;
constexpr double line_y = 18.0;   ///< of the street's line, from the top of its row
constexpr double box_top = 56.0;  ///< of the boxes that hang on it
constexpr double box_height = 48.0;
constexpr double cell = 10.0, pitch = 12.0;
constexpr double arrow_most = 9.0, arrow_least = 1.2;
constexpr std::size_t cell_rows_most = 6;
constexpr std::string_view dark_grey = "#4a4a4a";
constexpr std::string_view mid_grey = "#b9b9b9";

/// A place on the line.
struct Place {
    double left, right;
    [[nodiscard]] double middle() const { return (left + right) / 2; }
    [[nodiscard]] double size() const { return right - left; }
};
constexpr Place grid_place{120, 262}, former_place{346, 510}, with_place{526, 728},
    without_place{744, 926}, priority_place{942, 1096};
constexpr double switch_left = 276.0, switch_right = 316.0;

std::size_t cells_in_line(const Place& place) {
    return static_cast<std::size_t>((place.size() + pitch - cell) / pitch);
}

std::size_t cell_lines(std::size_t homes, const Place& place) {
    const std::size_t in_line = cells_in_line(place);
    return std::min((homes + in_line - 1) / in_line, cell_rows_most);
}

class Picture {
  public:
    explicit Picture(const RunRecord& run) : run_(run), parts_(parts_of(run)) {
        for (const PartSummary& part : parts_) {
            for (const Exchange* one :
                 {&part.grid, &part.former, &part.with_battery, &part.without}) {
                largest_ = std::max({largest_, power(one->given, part), power(one->taken, part)});
            }
            for (const auto& site : part.priority) {
                largest_ = std::max(largest_, power(site.second, part));
            }
        }
    }

    std::string take() {
        if (parts_.empty()) return {};
        std::string told;
        for (const PartSummary& part : parts_)
            told += part.name + ": " + flow_sentence(run_, part) + " ";
        const std::size_t lines = std::max(cell_lines(parts_[0].homes_with, with_place),
                                           cell_lines(parts_[0].homes_without, without_place));
        const double row = box_top + box_height + 8.0 + static_cast<double>(lines) * pitch + 16.0;
        const double height = row * static_cast<double>(parts_.size()) + 22.0;
        svg_.open("svg").attr("xmlns", "http://www.w3.org/2000/svg").attr("role", "img");
        svg_.attr("aria-label", printable(told, 2000)).attr("font-family", palette::font);
        svg_.attr("viewBox", "0 0 " + number_text(width) + " " + number_text(height));
        svg_.attr("width", width).attr("height", height).line();
        for (std::size_t i = 0; i < parts_.size(); ++i) {
            svg_.open("g").attr("transform",
                                "translate(0 " + number_text(row * static_cast<double>(i)) + ")");
            svg_.line();
            draw(parts_[i]);
            svg_.close().line();
        }
        legend(height - 12.0);
        svg_.close();
        return svg_.take();
    }

  private:
    static double power(Energy energy, const PartSummary& part) {
        return energy.value() * 3600.0 / to_seconds(part.lasted);
    }

    const PartEnergy& energies(const PartSummary& part) const {
        if (!part.closed) return run_.end.energy.island;
        return part.name == "After reclosing" ? run_.end.energy.after : run_.end.energy.before;
    }

    void write(double x, double y, double size, std::string_view weight, std::string_view anchor,
               const std::string& text, std::string_view fill = palette::text) {
        svg_.open("text").attr("x", x).attr("y", y).attr("font-size", size);
        svg_.attr("font-weight", weight).attr("text-anchor", anchor).attr("fill", fill);
        svg_.text(text).close().line();
    }

    void stroke(double x1, double y1, double x2, double y2, double thickness,
                std::string_view colour = palette::text) {
        svg_.open("line").attr("x1", x1).attr("y1", y1).attr("x2", x2).attr("y2", y2);
        svg_.attr("stroke", colour).attr("stroke-width", thickness).close().line();
    }

    void box(const Place& place, double top, const std::string& name,
             const std::vector<std::string>& lines) {
        svg_.open("rect").attr("x", place.left).attr("y", top).attr("width", place.size());
        svg_.attr("height", box_height).attr("fill", palette::paper).attr("stroke", palette::line);
        svg_.close().line();
        write(place.middle(), top + 14.0, 11.5, "600", "middle", name);
        for (std::size_t i = 0; i < lines.size(); ++i) {
            write(place.middle(), top + 28.0 + 13.0 * static_cast<double>(i), 10.5, "400", "middle",
                  lines[i]);
        }
    }

    std::vector<std::string> amounts(const Exchange& exchange, const PartSummary& part) const {
        std::vector<std::string> lines;
        for (const auto& [verb, energy] :
             {std::pair{"gave ", exchange.given}, std::pair{"took ", exchange.taken}}) {
            if (part.is_trifle(energy)) continue;
            lines.push_back(verb + plain_text(energy) + " (" +
                            plain_text(ActivePower{power(energy, part)}) + ")");
        }
        if (lines.empty()) lines.emplace_back(part.closed ? "next to nothing" : "nothing");
        return lines;
    }

    /// From (x, tail) to (x, head), or along the line when `flat`.
    void arrow(double x, double tail, double head, Energy energy, const PartSummary& part,
               bool flat) {
        if (part.is_trifle(energy)) return;
        const double thick = std::max(arrow_least, arrow_most * power(energy, part) / largest_);
        const double way = head > tail ? 1.0 : -1.0;
        const double wing = thick / 2 + 3.5, length = std::min(wing + 3.0, 11.0);
        const double neck = head - way * length;
        const auto point = [flat](double along, double across) {
            return number_text(flat ? along : across) + " " + number_text(flat ? across : along);
        };
        svg_.open("path").attr(
            "d", "M" + point(tail, x - thick / 2) + "L" + point(neck, x - thick / 2) + "L" +
                     point(neck, x - wing) + "L" + point(head, x) + "L" + point(neck, x + wing) +
                     "L" + point(neck, x + thick / 2) + "L" + point(tail, x + thick / 2) + "Z");
        svg_.attr("fill", dark_grey).close().line();
    }

    void hang(const Place& place, const std::string& name, const Exchange& exchange,
              const PartSummary& part) {
        const bool both = !part.is_trifle(exchange.given) && !part.is_trifle(exchange.taken);
        const double apart = both ? 14.0 : 0.0;
        arrow(place.middle() - apart, box_top - 1, line_y + 3, exchange.given, part, false);
        arrow(place.middle() + apart, line_y + 3, box_top - 1, exchange.taken, part, false);
        box(place, box_top, name, amounts(exchange, part));
    }

    void draw(const PartSummary& part) {
        write(0.0, line_y + 4.0, 13.0, "600", "start", part.name);
        write(0.0, line_y + 20.0, 11.0, "400", "start", plain_text(part.lasted), palette::line);
        stroke(switch_right, line_y, priority_place.right, line_y, 2.4);
        draw_switch(part.closed);
        stroke(grid_place.middle(), line_y, grid_place.middle(), box_top, part.closed ? 0.0 : 1.0,
               palette::faint);
        stroke(grid_place.left + 30.0, line_y, switch_left, line_y, 2.4,
               part.closed ? palette::text : palette::faint);
        hang(grid_place, "Grid", part.grid, part);
        hang(former_place, printable(run_.end.energy.former, 24), part.former, part);
        if (part.homes_with > 0) {
            hang(with_place, homes_text(part.homes_with, true), part.with_battery, part);
        }
        if (part.homes_without > 0) {
            hang(without_place, counted(part.homes_without, "home") + " without batteries",
                 part.without, part);
        }
        draw_priority(part);
        cells(part, true, with_place);
        cells(part, false, without_place);
    }

    void draw_switch(bool closed) {
        for (const double x : {switch_left, switch_right}) {
            svg_.open("circle").attr("cx", x).attr("cy", line_y).attr("r", 3.2);
            svg_.attr("fill", palette::text).close().line();
        }
        stroke(switch_left, line_y, switch_right - (closed ? 0.0 : 6.0),
               line_y - (closed ? 0.0 : 15.0), 2.4);
        write((switch_left + switch_right) / 2, line_y + 17.0, 10.0, "400", "middle",
              closed ? "closed" : "open", palette::line);
    }

    void draw_priority(const PartSummary& part) {
        if (part.priority.empty()) return;
        Exchange exchange;
        for (const auto& site : part.priority) exchange.taken += site.second;
        const std::string name = part.priority.size() == 1
                                     ? printable(part.priority[0].first, 24)
                                     : counted(part.priority.size(), "priority site");
        hang(priority_place, name, exchange, part);
    }

    void cells(const PartSummary& part, bool battery, const Place& place) {
        const std::size_t in_line = cells_in_line(place);
        std::size_t n = 0;
        for (const HomeEnergy& home : energies(part).homes) {
            if (home.battery != battery) continue;
            if (n / in_line >= cell_rows_most) break;
            const double x = place.left + pitch * static_cast<double>(n % in_line);
            const double y = box_top + box_height + 8.0 + pitch * static_cast<double>(n / in_line);
            draw_cell(x, y, state_of(home, part.lasted), printable(home.home, 40));
            ++n;
        }
    }

    static const char* words(HomeState state) {
        switch (state) {
            case HomeState::dark: return "dark for a tenth of the time or more";
            case HomeState::shed: return "a part of it switched off for a while";
            case HomeState::self_fed: return "fed itself, and others";
            case HomeState::served: break;
        }
        return "fed from the street";
    }

    void draw_cell(double x, double y, HomeState state, const std::string& name) {
        svg_.open("g");
        if (!name.empty()) svg_.leaf("title", name + ": " + words(state));
        const std::string_view fill = state == HomeState::self_fed ? dark_grey
                                      : state == HomeState::served ? mid_grey
                                                                   : palette::paper;
        const std::string_view edge = state == HomeState::dark   ? palette::fail
                                      : state == HomeState::shed ? palette::warning
                                                                 : dark_grey;
        svg_.open("rect").attr("x", x + 0.5).attr("y", y + 0.5).attr("width", cell - 1);
        svg_.attr("height", cell - 1).attr("fill", fill).attr("stroke", edge).close();
        const auto mark = [&](const std::string& d, std::string_view paint) {
            svg_.open("path").attr("d",
                                   "M" + number_text(x + 0.5) + " " + number_text(y + 0.5) + d);
            svg_.attr("fill", paint).attr("stroke", edge).attr("stroke-width", 1.4).close();
        };
        if (state == HomeState::shed) mark("v9h9Z", edge);
        if (state == HomeState::dark) mark("l9 9m0 -9l-9 9", "none");
        svg_.close().line();
    }

    void legend(double y) {
        double x = grid_place.left;
        write(0.0, y + 9.0, 10.5, "400", "start", "One cell a home:", palette::line);
        for (const HomeState state :
             {HomeState::self_fed, HomeState::served, HomeState::shed, HomeState::dark}) {
            draw_cell(x, y, state, {});
            write(x + 15.0, y + 9.0, 10.5, "400", "start", words(state));
            x += state == HomeState::shed ? 232.0 : state == HomeState::self_fed ? 150.0 : 136.0;
        }
        write(priority_place.right, y + 9.0, 10.5, "400", "end",
              "Arrows: mean power, the widest " + plain_text(ActivePower{largest_}), palette::line);
    }

    const RunRecord& run_;
    std::vector<PartSummary> parts_;
    double largest_ = 1.0;
    Markup svg_;
};

}  // namespace

std::string street_picture_svg(const RunRecord& run) {
    return Picture(run).take();
}

}  // namespace islandbench::reports
