#include <algorithm>
#include <cmath>

#include "reports/chart/trace.hpp"
#include "reports/ledger.hpp"
#include "reports/limits.hpp"
#include "reports/street_charts.hpp"
#include "reports/symbols.hpp"
#include "reports/text.hpp"

namespace islandbench::reports {
namespace {

constexpr double no_supply = -1.0;
constexpr std::size_t soc_lines_most = 6;
constexpr std::size_t homes_shown = 60;
/// With a name and words each; more homes get thin bars.
constexpr std::size_t homes_in_full = 12;
/// As an inverter's own meter shows power: the former's islanding probe ripples faster.
constexpr Duration power_mean = 400ms;
constexpr std::string_view light_line = "#8c8c8c";

/// The tiers in a mask: "tier 4", "tiers 3, 4".
std::string tiers_text(unsigned mask) {
    std::string list;
    for (unsigned tier = 0; tier < tiers; ++tier) {
        if ((mask >> tier & 1u) != 0) list += (list.empty() ? "" : ", ") + std::to_string(tier);
    }
    return (list.size() > 1 ? "tiers " : "tier ") + list;
}

StripLook supply_look(double value) {
    if (value == no_supply) return {0.0, "no supply"};
    const auto mask = static_cast<unsigned>(value);
    if (mask == 0) return {0.85, {}};
    int open = 0;
    for (unsigned tier = 0; tier < tiers; ++tier) open += static_cast<int>(mask >> tier & 1u);
    return {0.62 - 0.11 * open, tiers_text(mask) + " shed"};
}

/// Which tiers of a home are open, as a mask; -1 while it has no voltage to speak of.
Series supply_of(const HomeView& home, Voltage nominal) {
    std::vector<const Series*> parts{home.v};
    for (const Series* shed : home.shed) {
        if (shed != nullptr) parts.push_back(shed);
    }
    return combined({home.name, Dimension::none, 0}, parts, [&](std::span<const double> values) {
        if (std::isnan(values.front())) return Signals::no_value;
        if (values.front() < 0.5 * nominal.value()) return no_supply;
        unsigned mask = 0;
        std::size_t part = 1;
        for (unsigned tier = 0; tier < tiers; ++tier) {
            if (home.shed[tier] == nullptr) continue;
            if (values[part++] > 0.5) mask |= 1u << tier;
        }
        return static_cast<double>(mask);
    });
}

void add_line(Panel& panel, const Series* series, std::string label, Pen pen) {
    if (series != nullptr) panel.lines.push_back({series, std::move(label), pen});
}

}  // namespace

StreetPanels::StreetPanels(const RunRecord& run, const StreetView& street)
    : run_(run), street_(street) {
    collect_homes();
}

const Series* StreetPanels::keep(Series series) {
    kept_.push_back(std::move(series));
    return &kept_.back();
}

void StreetPanels::collect_homes() {
    Parts voltages, loads, inverters;
    for (const HomeView& home : street_.homes) {
        if (home.v != nullptr) voltages.push_back(home.v);
        if (home.load_p != nullptr) loads.push_back(home.load_p);
        if (home.inverter_p != nullptr) inverters.push_back(home.inverter_p);
        if (home.v != nullptr) supply_.push_back(keep(supply_of(home, run_.header.nominal_v)));
    }
    for (const StreetView::Priority& site : street_.priority) {
        voltages.push_back(site.v);
        loads.push_back(site.p);
    }
    if (voltages.size() > 1) {
        lowest_v_ = keep(lowest_of("lowest", voltages));
        highest_v_ = keep(highest_of("highest", voltages));
    }
    Parts socs;
    for (const HomeView& home : street_.homes) {
        if (home.soc != nullptr) socs.push_back(home.soc);
    }
    if (socs.size() > soc_lines_most) {
        lowest_soc_ = keep(lowest_of("lowest", socs));
        highest_soc_ = keep(highest_of("highest", socs));
    }
    const auto keep_means = [this](const Series& of) { return keep(means_of(of, power_mean)); };
    if (!loads.empty()) loads_ = keep_means(sum_of("loads", loads));
    if (!inverters.empty()) inverters_ = keep_means(sum_of("inverters", inverters));
    if (street_.pcc_p != nullptr) pcc_p_ = keep_means(*street_.pcc_p);
    if (street_.former_p != nullptr) former_p_ = keep_means(*street_.former_p);
}

Range StreetPanels::range(const Panel& panel, std::optional<Range> at_least) const {
    Parts parts;
    for (const Line& line : panel.lines) parts.push_back(line.series);
    return panel_range(parts, street_.from, street_.to, at_least);
}

/// The limits of the criteria on quantities of that kind.
std::vector<LimitLine> StreetPanels::limits(Dimension dimension) const {
    std::vector<double> values;
    for (const acceptance::Verdict& verdict : run_.end.verdict.criteria) {
        for (const std::string& formula : verdict.formulas) {
            for (const Measure& measure : measures_in(formula)) {
                const bool level = formula.find("abs(") == std::string::npos;
                if (measure.dimension == dimension && level) values.push_back(measure.value);
            }
        }
    }
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    std::vector<LimitLine> lines;
    for (const double value : values) lines.push_back({value, level_text(value, dimension)});
    return lines;
}

Panel StreetPanels::voltage(double height) const {
    Panel panel{.title = "Voltage, phase to neutral", .unit = "V", .height = height};
    const std::string a = street_.from_telemetry ? "" : " A";  // telemetry tells means
    add_line(panel, street_.grid_v[0], "grid" + a, {light_line, 0.9, {}});
    add_line(panel, street_.island_v[0], "street" + a, {palette::text, 1.1, {}});
    add_line(panel, street_.island_v[1], "street B", {palette::text, 1.1, "5 2"});
    add_line(panel, street_.island_v[2], "street C", {palette::text, 1.1, "1.5 1.5"});
    panel.low = lowest_v_;
    panel.high = highest_v_;
    panel.area_label = "all terminals";
    // A dead bus is no voltage that a scale should make room for: it is marked as off the scale.
    const double nominal = run_.header.nominal_v.value();
    const Range wanted{0.93 * nominal, 1.10 * nominal};
    panel.range = range(panel, wanted);
    panel.range.low = std::max(panel.range.low, 0.75 * nominal);
    panel.limits = limits(Dimension::voltage);
    return panel;
}

Panel StreetPanels::frequency(double height) const {
    Panel panel{.title = "Frequency", .unit = "Hz", .height = height};
    add_line(panel, street_.grid_f, "grid", {light_line, 0.9, {}});
    add_line(panel, street_.island_f, "street", {palette::text, 1.2, {}});
    const double nominal = run_.header.nominal_f.value();
    panel.range = range(panel, Range{nominal - 0.2, nominal + 0.2});
    // A device that measures a dead bus may tell 0 Hz.
    panel.range.low = std::max(panel.range.low, 0.9 * nominal);
    panel.limits = limits(Dimension::frequency);
    return panel;
}

Panel StreetPanels::power(double height) const {
    Panel panel{
        .title = "Active power, means of 0.4 s", .unit = "kW", .unit_size = 1e3, .height = height};
    add_line(panel, loads_, "all loads", {light_line, 1.0, {}});
    add_line(panel, pcc_p_, "from the grid", {palette::text, 1.1, "1.5 1.5"});
    add_line(panel, inverters_, "home inverters", {palette::text, 1.1, "5 2"});
    add_line(panel, former_p_, street_.former, {palette::text, 1.3, {}});
    panel.range = range(panel, Range{0.0, 0.0});
    return panel;
}

Panel StreetPanels::soc(double height) const {
    Panel panel{.title = "State of charge", .unit = "%", .unit_size = 0.01, .height = height};
    add_line(panel, street_.former_soc, street_.former, {palette::text, 1.4, {}});
    constexpr std::string_view dashes[] = {"5 2", "1.5 1.5", "7 2 1.5 2"};
    std::size_t n = 0;
    for (const HomeView& home : street_.homes) {
        if (home.soc == nullptr || lowest_soc_ != nullptr) continue;
        add_line(panel, home.soc, home.name, {palette::text, 1.0, dashes[n++ % 3]});
    }
    // More lines than a few say nothing.
    panel.low = lowest_soc_;
    panel.high = highest_soc_;
    panel.area_label = "homes";
    Parts parts{street_.former_soc, lowest_soc_, highest_soc_};
    for (const Line& line : panel.lines) parts.push_back(line.series);
    parts.erase(std::remove(parts.begin(), parts.end(), nullptr), parts.end());
    panel.range = panel_range(parts, street_.from, street_.to, std::nullopt);
    return panel;
}

std::vector<Strip> StreetPanels::switches() const {
    std::vector<Strip> strips;
    if (street_.grid_dead != nullptr) {
        strips.push_back({"utility", street_.grid_dead, [](double dead) -> StripLook {
                              if (dead > 0.5) return {0.0, "dead"};
                              return {0.35, "live"};
                          }});
    }
    if (street_.closed != nullptr) {
        strips.push_back({"interconnect", street_.closed, [](double closed) -> StripLook {
                              if (closed > 0.5) return {0.85, "closed"};
                              return {0.0, "open"};
                          }});
    }
    return strips;
}

std::vector<Strip> StreetPanels::supply() const {
    std::vector<Strip> strips;
    const bool many = supply_.size() > homes_in_full;
    for (const Series* home : supply_) {
        if (strips.size() == homes_shown) break;
        if (many) {
            const bool named = strips.size() % 6 == 0;
            strips.push_back({named ? home->info.name : "", home, supply_look, 5.0});
        } else {
            strips.push_back({home->info.name, home, supply_look});
        }
    }
    return strips;
}

std::string StreetPanels::supply_title() const {
    const bool many = supply_.size() > homes_in_full;
    const std::string title =
        many ? "Homes, a thin bar each: dark = all tiers have power, lighter = "
               "the more are off, white = no supply"
             : "Homes: dark = all tiers have power";
    if (supply_.size() <= homes_shown) return title;
    return title + " (first " + std::to_string(homes_shown) + " of " +
           std::to_string(supply_.size()) + ")";
}

std::vector<TimeFlag> StreetPanels::flags(bool without_phases) const {
    std::vector<TimeFlag> flags = verdicts();
    for (const RunEvent& event : run_.events) {
        if (without_phases && divides_story(event.name)) continue;
        flags.push_back({event.at, event_text(event.name), palette::text, true});
    }
    return flags;
}

std::vector<TimeFlag> StreetPanels::verdicts() const {
    std::vector<TimeFlag> flags;
    for (const acceptance::Verdict* verdict : worst_first(run_.end.verdict)) {
        const auto moment = moment_of(*verdict);
        if (verdict->outcome == acceptance::Outcome::pass || !moment) continue;
        const bool unsure = verdict->outcome == acceptance::Outcome::inconclusive;
        flags.push_back({*moment, (unsure ? "? " : "\u2715 ") + verdict->id,
                         colour_of(conclusion_of(*verdict)), true});
    }
    return flags;
}

void StreetPanels::shade_islands(TimeChart& chart) const {
    if (street_.closed == nullptr) return;
    // Not an optional: g++ 12 takes one here for uninitialised.
    Instant opened = never;
    each_hold(*street_.closed, street_.from, street_.to, [&](Instant from, Instant, double closed) {
        if (closed < 0.5) {
            opened = std::min(opened, from);
        } else if (opened != never) {
            chart.shade(opened, from);
            opened = never;
        }
    });
    if (opened != never) chart.shade(opened, street_.to);
}

}  // namespace islandbench::reports
