#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "acceptance/verdict.hpp"
#include "reports/chart/palette.hpp"
#include "reports/chart/scale.hpp"
#include "reports/markup.hpp"
#include "reports/store/run_record.hpp"

namespace islandbench::reports {

struct Pen {
    std::string_view colour = palette::text;
    double width = 1.2;
    std::string_view dash;  ///< as SVG has it, "" is solid
};

struct Line {
    const Series* series = nullptr;
    std::string label;
    Pen pen;
};

struct LimitLine {
    double value = 0.0;
    std::string label;
};

/// Signals of one kind over time.
struct Panel {
    std::string title;       ///< "Voltage"
    std::string unit;        ///< "kW"
    double unit_size = 1.0;  ///< 1e3 for kW: values are divided by it
    double height = 110.0;
    std::vector<Line> lines;
    const Series* low = nullptr;  ///< with `high`: an area behind the lines
    const Series* high = nullptr;
    std::string area_label;
    std::vector<LimitLine> limits;
    Range range;             ///< in the unit of the signals
    bool name_gaps = false;  ///< writes "no value" into gaps of the first line
};

/// How a stretch of a strip looks. Shade 0 is empty, 1 is full.
struct StripLook {
    double shade = 0.0;
    std::string text;  ///< written where it fits
};

/// A signal of few values over time, as a bar.
struct Strip {
    std::string label;
    const Series* series = nullptr;
    std::function<StripLook(double)> look;
    double height = 12.0;
};

/// A moment with a name.
struct TimeFlag {
    Instant at{};
    std::string text;
    std::string_view colour = palette::text;
    bool through = true;  ///< its leader runs through everything below
};

/// A chart over time: lanes of flags, panels and strips one below the other, on one time axis. The
/// result is a complete SVG without scripts, styles or ids, so that any number of them fits into a
/// page.
class TimeChart {
  public:
    TimeChart(TimeAxis axis, double width);

    /// A background from one moment to another.
    void shade(Instant from, Instant to);
    /// Flags in rows of their own; no text meets another or a leader. Flags of one text close
    /// together become one ("x 3").
    void flags(std::vector<TimeFlag> flags);
    /// Names above the stretches of a folded axis, with a line between them.
    void stretch_names(const std::vector<std::pair<std::string, std::string>>& names);
    void panel(const Panel& panel);
    void strips(const std::string& title, const std::vector<Strip>& strips);
    [[nodiscard]] double height() const noexcept { return height_ + 2.0; }
    /// Times below everything so far (plain axes only).
    void times();

    /// The SVG. `description` is what someone hears who cannot see it.
    std::string take(std::string_view description);

    static constexpr double left = 88.0;    ///< room for the labels of the axes
    static constexpr double right = 118.0;  ///< room for the labels of the lines

  private:
    struct Leader {
        double x, from;
        std::string_view colour;
    };

    void text(double x, double y, std::string_view text, std::string_view anchor,
              std::string_view colour, double size, bool bold = false);
    void grid(const Panel& panel, const Scale& y);
    void line(const Line& line, const Scale& y);
    void off_scale_marks(const Line& line, const Scale& y);
    void name_gaps(const Panel& panel, const Scale& y);
    void line_labels(const Panel& panel, const Scale& y);
    void strip(const Strip& strip);

    TimeAxis x_;
    double width_;
    double height_ = 4.0;
    Markup body_;
    std::vector<Leader> leaders_;
    std::vector<std::pair<Instant, Instant>> shades_;
};

/// The range of a panel: where its signals usually are (98 % of the time), `at_least` included,
/// with a little room. What lies outside is marked, not hidden.
Range panel_range(const std::vector<const Series*>& signals, Instant from, Instant to,
                  std::optional<Range> at_least);

}  // namespace islandbench::reports
