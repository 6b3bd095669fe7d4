#include "reports/chart/time_chart.hpp"

#include <algorithm>
#include <cmath>

#include "reports/chart/labels.hpp"
#include "reports/chart/trace.hpp"
#include "reports/text.hpp"

namespace islandbench::reports {
namespace {

constexpr double font_size = 11.0;
constexpr double flag_row = 14.0;
constexpr int flag_rows_max = 9;

/// Flags of the same text whose labels would stand on top of each other become one.
std::vector<Flag> merged(const std::vector<TimeFlag>& flags, const TimeAxis& x) {
    std::vector<Flag> result;
    std::vector<int> counts;
    for (const TimeFlag& flag : flags) {
        const double place = x(flag.at);
        const double reach = text_width(flag.text, font_size) + 24.0;
        bool found = false;
        for (std::size_t i = 0; i < result.size() && !found; ++i) {
            found = result[i].text == flag.text && place - result[i].x < reach;
            if (found) ++counts[i];
        }
        if (found) continue;
        result.push_back({place, flag.text, flag.colour, 0});
        counts.push_back(1);
    }
    for (std::size_t i = 0; i < result.size(); ++i) {
        if (counts[i] > 1) result[i].text += " \u00d7" + std::to_string(counts[i]);
    }
    return result;
}

/// Grey of a shade: 0 is paper, 1 nearly black.
std::string grey(double shade) {
    const int level = static_cast<int>(std::lround(255.0 - std::clamp(shade, 0.0, 1.0) * 187.0));
    return "rgb(" + std::to_string(level) + "," + std::to_string(level) + "," +
           std::to_string(level) + ")";
}

}  // namespace

Range panel_range(const std::vector<const Series*>& signals, Instant from, Instant to,
                  std::optional<Range> at_least) {
    Range range = at_least.value_or(Range{Signals::no_value, Signals::no_value});
    for (const Series* signal : signals) {
        if (const auto usual = usual_range(*signal, from, to, 0.98)) {
            range.include(usual->low);
            range.include(usual->high);
        }
    }
    if (std::isnan(range.low)) return {0.0, 1.0};
    const double room =
        range.span() > 0 ? range.span() * 0.06 : std::max(1e-3, std::fabs(range.low) * 0.02);
    return {range.low - room, range.high + room};
}

TimeChart::TimeChart(TimeAxis axis, double width) : x_(std::move(axis)), width_(width) {}

void TimeChart::shade(Instant from, Instant to) {
    shades_.emplace_back(from, to);
}

void TimeChart::text(double x, double y, std::string_view text, std::string_view anchor,
                     std::string_view colour, double size, bool bold) {
    body_.open("text").attr("x", x).attr("y", y).attr("font-size", size).attr("fill", colour);
    if (anchor != "start") body_.attr("text-anchor", anchor);
    if (bold) body_.attr("font-weight", "600");
    body_.text(text).close();
}

void TimeChart::flags(std::vector<TimeFlag> flags) {
    std::stable_sort(flags.begin(), flags.end(),
                     [](const TimeFlag& a, const TimeFlag& b) { return a.at < b.at; });
    for (TimeFlag& flag : flags) flag.text = shortened(flag.text, 26);
    std::vector<Flag> placed = merged(flags, x_);
    const int rows = std::min(place_flags(placed, font_size, 8.0), flag_rows_max);
    const double bottom = height_ + rows * flag_row;
    for (const TimeFlag& flag : flags) {
        if (flag.through) leaders_.push_back({x_(flag.at), bottom, flag.colour});
    }
    std::size_t hidden = 0;
    for (const Flag& flag : placed) {
        if (flag.row >= rows) {
            ++hidden;
            continue;
        }
        const double y = bottom - flag.row * flag_row - 4.0;
        body_.open("path").attr("d", "M" + number_text(flag.x) + " " + number_text(y - 8.0) + "V" +
                                         number_text(bottom));
        body_.attr("stroke", flag.colour).attr("fill", "none").attr("stroke-width", 1.0).close();
        // A halo, so that the border of a folded phase does not strike the text through.
        body_.open("g").attr("paint-order", "stroke").attr("stroke", "#f7f7f6");
        body_.attr("stroke-width", 3.0);
        text(flag.x + 3.0, y, flag.text, "start", flag.colour, font_size);
        body_.close();
    }
    if (hidden > 0) {
        text(left - 8.0, height_ + 10.0, "+" + std::to_string(hidden) + " in table", "end",
             palette::line, font_size - 1.0);
    }
    height_ = bottom + 2.0;
}

void TimeChart::stretch_names(const std::vector<std::pair<std::string, std::string>>& names) {
    for (std::size_t i = 0; i < names.size() && i < x_.stretches().size(); ++i) {
        const TimeAxis::Stretch& stretch = x_.stretches()[i];
        text(stretch.x_from + 4.0, height_ + 12.0, names[i].first, "start", palette::text,
             font_size, true);
        text(stretch.x_from + 4.0, height_ + 26.0, names[i].second, "start", palette::line,
             font_size);
        if (i > 0) leaders_.push_back({stretch.x_from, height_, palette::line});
    }
    height_ += 34.0;
}

void TimeChart::grid(const Panel& panel, const Scale& y) {
    const Range shown{y.values.low / panel.unit_size, y.values.high / panel.unit_size};
    const auto ticks = round_ticks(shown, std::max(3, static_cast<int>(panel.height / 26.0)));
    for (const double tick : ticks) {
        const double at = y(tick * panel.unit_size);
        body_.open("line").attr("x1", x_.left()).attr("x2", x_.right());
        body_.attr("y1", at).attr("y2", at).attr("stroke", palette::faint);
        body_.attr("stroke-width", 0.5).close();
        text(x_.left() - 6.0, at + 3.8, tick_text(tick, ticks), "end", palette::line, font_size);
    }
    for (const LimitLine& limit : panel.limits) {
        if (!y.values.has(limit.value)) continue;
        const double at = y(limit.value);
        body_.open("line").attr("x1", x_.left()).attr("x2", x_.right());
        body_.attr("y1", at).attr("y2", at).attr("stroke", palette::text);
        body_.attr("stroke-width", 0.8).attr("stroke-dasharray", "7 3").close();
    }
}

void TimeChart::line(const Line& line, const Scale& y) {
    const std::string path = step_path(*line.series, x_, y);
    if (path.empty()) return;
    body_.open("path").attr("d", path).attr("fill", "none").attr("stroke", line.pen.colour);
    body_.attr("stroke-width", line.pen.width).attr("stroke-linejoin", "round");
    if (!line.pen.dash.empty()) body_.attr("stroke-dasharray", line.pen.dash);
    body_.close();
}

/// Small arrowheads at the edge, where a signal leaves the scale.
void TimeChart::off_scale_marks(const Line& line, const Scale& y) {
    double free_from = x_.left() - 100.0;
    int side = 0;
    Instant end = Instant::min();
    each_hold(*line.series, x_.from(), x_.to(), [&](Instant from, Instant to, double value) {
        const int before = from == end ? side : 0;
        side = value < y.values.low ? -1 : value > y.values.high ? 1 : 0;
        end = to;
        const double at = x_(from);
        if (side == 0 || side == before || at < free_from) return;
        const double tip = side < 0 ? y.at_low + 1.0 : y.at_high - 1.0;
        const double base = side < 0 ? tip - 6.0 : tip + 6.0;
        body_.open("polygon").attr("points", number_text(at - 3.5) + "," + number_text(base) + " " +
                                                 number_text(at + 3.5) + "," + number_text(base) +
                                                 " " + number_text(at) + "," + number_text(tip));
        body_.attr("fill", palette::text).close();
        free_from = at + 9.0;
    });
}

/// "no value" where a gap is wide enough to say so.
void TimeChart::name_gaps(const Panel& panel, const Scale& y) {
    constexpr double wide = 60.0;
    double end = x_.left();
    const auto name = [&](double from, double to) {
        if (to - from < wide) return;
        text((from + to) / 2.0, (y.at_low + y.at_high) / 2.0, "no value", "middle", palette::line,
             font_size);
    };
    each_hold(*panel.lines.front().series, x_.from(), x_.to(),
              [&](Instant from, Instant to, double) {
                  name(end, x_(from));
                  end = x_(to);
              });
    name(end, x_.right());
}

/// The key of the lines, each at the height where its line ends.
void TimeChart::line_labels(const Panel& panel, const Scale& y) {
    struct Key {
        std::string label;
        Pen pen;
        double at;
    };
    std::vector<Key> keys;
    for (const Line& one : panel.lines) {
        const double last = one.series->at(x_.to());
        const double value = std::isfinite(last) ? last : (y.values.low + y.values.high) / 2.0;
        keys.push_back({one.label, one.pen, y(std::clamp(value, y.values.low, y.values.high))});
    }
    for (const LimitLine& limit : panel.limits) {
        if (!y.values.has(limit.value)) continue;
        keys.push_back({limit.label, {palette::text, 0.8, "7 3"}, y(limit.value)});
    }
    if (panel.low != nullptr) {
        keys.push_back({panel.area_label, {palette::band, 8.0, {}}, y.at_high});
    }
    std::vector<double> wanted;
    for (const Key& key : keys) wanted.push_back(key.at);
    const auto placed = spread(wanted, 12.5, y.at_high, y.at_low);
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (std::fabs(placed[i] - wanted[i]) > 2.0 && keys[i].pen.width < 4.0) {
            body_.open("line").attr("x1", x_.right() + 1.0).attr("x2", x_.right() + 6.0);
            body_.attr("y1", wanted[i]).attr("y2", placed[i]).attr("stroke", palette::line);
            body_.attr("stroke-width", 0.6).close();
        }
        body_.open("line").attr("x1", x_.right() + 6.0).attr("x2", x_.right() + 22.0);
        body_.attr("y1", placed[i]).attr("y2", placed[i]).attr("stroke", keys[i].pen.colour);
        body_.attr("stroke-width", keys[i].pen.width);
        if (!keys[i].pen.dash.empty()) body_.attr("stroke-dasharray", keys[i].pen.dash);
        body_.close();
        text(x_.right() + 26.0, placed[i] + 3.8, shortened(keys[i].label, 15), "start",
             palette::text, font_size);
    }
}

void TimeChart::panel(const Panel& panel) {
    height_ += 18.0;
    std::string title = panel.title + (panel.unit.empty() ? "" : ", " + panel.unit);
    text(x_.left(), height_ - 6.0, title, "start", palette::text, font_size, true);
    std::vector<const Series*> all;
    for (const Line& one : panel.lines) all.push_back(one.series);
    if (panel.low != nullptr) all.insert(all.end(), {panel.low, panel.high});
    if (const auto full = full_range(all, x_.from(), x_.to())) {
        std::string beyond;
        const auto say = [&](const char* word, double value) {
            const double in_unit = value / panel.unit_size;
            beyond += (beyond.empty() ? "" : ", ") + std::string(word) +
                      (in_unit < 0 ? "\u2212" : "") + number_text(std::fabs(in_unit)) + " " +
                      panel.unit;
        };
        if (full->low < panel.range.low) say("\u25bc off the scale, down to ", full->low);
        if (full->high > panel.range.high) say("\u25b2 off the scale, up to ", full->high);
        text(x_.left() + text_width(title, font_size) + 14.0, height_ - 6.0, beyond, "start",
             palette::line, font_size);
    }
    const Scale y{panel.range, height_ + panel.height, height_};
    grid(panel, y);
    if (panel.low != nullptr) {
        body_.open("path").attr("d", area_path(*panel.low, *panel.high, x_, y));
        body_.attr("fill", palette::band).close();
    }
    for (const Line& one : panel.lines) {
        line(one, y);
        off_scale_marks(one, y);
    }
    if (panel.name_gaps) name_gaps(panel, y);
    line_labels(panel, y);
    height_ += panel.height + 4.0;
}

void TimeChart::strip(const Strip& strip) {
    constexpr double readable = 10.0;  // lower ones have no room for words
    if (!strip.label.empty()) {
        text(x_.left() - 6.0, height_ + std::max(strip.height, 7.0) - 2.5,
             shortened(strip.label, 14), "end", palette::text, font_size);
    }
    struct Piece {
        double from, to;
        StripLook look;
    };
    std::vector<Piece> pieces;
    each_hold(*strip.series, x_.from(), x_.to(), [&](Instant from, Instant to, double value) {
        StripLook look = strip.look(value);
        const bool same = !pieces.empty() && pieces.back().look.shade == look.shade &&
                          pieces.back().look.text == look.text &&
                          pieces.back().to > x_(from) - 1e-6;
        if (same) {
            pieces.back().to = x_(to);
        } else {
            pieces.push_back({x_(from), x_(to), std::move(look)});
        }
    });
    for (const Piece& piece : pieces) {
        const double width = std::max(piece.to - piece.from, 0.75);
        body_.open("rect").attr("x", piece.from).attr("y", height_ + 0.5).attr("width", width);
        body_.attr("height", strip.height - 1.0).attr("fill", grey(piece.look.shade));
        if (piece.look.shade < 0.05 && width > 2.0) {
            body_.attr("stroke", palette::line).attr("stroke-width", 0.6);
        }
        body_.close();
        const bool fits = text_width(piece.look.text, font_size - 1.0) + 6.0 <= width;
        if (!fits || strip.height < readable) continue;
        text(piece.from + 4.0, height_ + strip.height - 2.8, piece.look.text, "start",
             piece.look.shade > 0.65 ? palette::paper : palette::text, font_size - 1.0);
    }
    height_ += strip.height + (strip.height < readable ? 1.0 : 2.0);
}

void TimeChart::strips(const std::string& title, const std::vector<Strip>& strips) {
    height_ += 18.0;
    text(x_.left(), height_ - 6.0, title, "start", palette::text, font_size, true);
    for (const Strip& one : strips) strip(one);
}

void TimeChart::times() {
    const int most = static_cast<int>((x_.right() - x_.left()) / 70.0);
    body_.open("line").attr("x1", x_.left()).attr("x2", x_.right());
    body_.attr("y1", height_ + 3.0).attr("y2", height_ + 3.0).attr("stroke", palette::line);
    body_.attr("stroke-width", 1.0).close();
    for (const TimeTick& tick : time_ticks(x_.from(), x_.to(), most)) {
        const double at = x_(tick.at);
        body_.open("line").attr("x1", at).attr("x2", at).attr("y1", height_ + 3.0);
        body_.attr("y2", height_ + 7.0).attr("stroke", palette::line).close();
        text(at, height_ + 18.0, tick.text, "middle", palette::line, font_size);
    }
    height_ += 22.0;
}

std::string TimeChart::take(std::string_view description) {
    const double bottom = height_;
    Markup svg;
    svg.open("svg").attr("xmlns", "http://www.w3.org/2000/svg").attr("role", "img");
    svg.attr("aria-label", description).attr("font-family", palette::font);
    svg.attr("viewBox", "0 0 " + number_text(width_) + " " + number_text(height_ + 2.0));
    svg.attr("width", width_).attr("height", height_ + 2.0).line();
    for (const auto& [from, to] : shades_) {
        svg.open("rect").attr("x", x_(from)).attr("y", 0.0).attr("width", x_(to) - x_(from));
        svg.attr("height", bottom).attr("fill", palette::shade).close();
    }
    for (const Leader& leader : leaders_) {
        const bool plain = leader.colour == palette::text || leader.colour == palette::line;
        svg.open("line").attr("x1", leader.x).attr("x2", leader.x).attr("y1", leader.from);
        svg.attr("y2", bottom).attr("stroke", plain ? "#9a9a9a" : leader.colour);
        svg.attr("stroke-width", plain ? 0.6 : 1.0).attr("stroke-dasharray", "2 2").close();
    }
    svg.line().raw(body_.take()).line().close();
    return svg.take();
}

}  // namespace islandbench::reports
