#pragma once

#include <deque>
#include <string>
#include <vector>

#include "reports/chart/time_chart.hpp"
#include "reports/street_view.hpp"

/// The pictures of a whole run. Pure functions of what was recorded.
namespace islandbench::reports {

/// The panels and strips that show a street, ready to be put on any time axis.
class StreetPanels {
  public:
    StreetPanels(const RunRecord& run, const StreetView& street);
    StreetPanels(const StreetPanels&) = delete;
    StreetPanels& operator=(const StreetPanels&) = delete;

    /// Empty panels (no line) where a run recorded nothing of the kind.
    [[nodiscard]] Panel voltage(double height) const;
    [[nodiscard]] Panel frequency(double height) const;
    [[nodiscard]] Panel power(double height) const;
    [[nodiscard]] Panel soc(double height) const;
    /// Utility and interconnect.
    [[nodiscard]] std::vector<Strip> switches() const;
    /// Which tiers of every home have power.
    [[nodiscard]] std::vector<Strip> supply() const;
    [[nodiscard]] std::string supply_title() const;

    /// The worst moments of the criteria that did not pass, and the events; those that divide the
    /// story may be left out.
    [[nodiscard]] std::vector<TimeFlag> flags(bool without_phases) const;
    /// From the opening of the interconnect to its closing.
    void shade_islands(TimeChart& chart) const;

  private:
    [[nodiscard]] std::vector<TimeFlag> verdicts() const;
    using Parts = std::vector<const Series*>;
    const Series* keep(Series series);
    void collect_homes();
    [[nodiscard]] Range range(const Panel& panel, std::optional<Range> at_least) const;
    [[nodiscard]] std::vector<LimitLine> limits(Dimension dimension) const;

    const RunRecord& run_;
    const StreetView& street_;
    std::deque<Series> kept_;  ///< sums and bands; the panels point into it
    const Series* lowest_v_ = nullptr;
    const Series* highest_v_ = nullptr;
    const Series* lowest_soc_ = nullptr;
    const Series* highest_soc_ = nullptr;
    const Series* loads_ = nullptr;
    const Series* inverters_ = nullptr;
    const Series* pcc_p_ = nullptr;
    const Series* former_p_ = nullptr;
    std::vector<const Series*> supply_;
};

/// The story at a glance: its phases in columns of similar width, each with its true duration.
std::string story_svg(const RunRecord& run, double width);

/// Voltage, frequency, power, SoC and supply on one plain time axis, with the events.
std::string timeline_svg(const RunRecord& run, double width);

/// One stand-alone picture of a run, for a README or a slide: verdict, frequency, voltage, power.
std::string summary_svg(const RunRecord& run);

}  // namespace islandbench::reports
