#include "reports/cuts.hpp"

#include <algorithm>
#include <cmath>

#include "reports/chart/trace.hpp"
#include "reports/street_view.hpp"
#include "reports/text.hpp"

namespace islandbench::reports {
namespace {

/// A load controller is read about once a second, more slowly over a bad link.
constexpr Duration report_delay = 10s;

double value_at(const RunRecord& run, const std::string& signal, Instant t) {
    const Series* series = run.find(signal);
    return series == nullptr ? Signals::no_value : series->at(t);
}

/// When a signal last rose to one, at `t` or before it.
Instant last_rise(const Series& series, Instant t) {
    Instant rise = t;
    double before = Signals::no_value;
    for (std::size_t i = 0; i < series.times.size() && series.times[i] <= t; ++i) {
        if (series.values[i] > 0.5 && !(before > 0.5)) rise = series.times[i];
        before = series.values[i];
    }
    return rise;
}

/// "phase C of the former, which carried 113 % of its rating"
std::string fullest_phase(const RunRecord& run, Instant t) {
    double most = Signals::no_value;
    std::string phase;
    for (const auto& [name, signal] :
         {std::pair{"A", "dispatch.share_a"}, std::pair{"B", "dispatch.share_b"},
          std::pair{"C", "dispatch.share_c"}}) {
        const double share = value_at(run, signal, t);
        if (std::isnan(share) || share <= most) continue;
        most = share;
        phase = name;
    }
    if (phase.empty()) return "a phase";
    return "phase " + phase + ", which carried " + percent_text(most) + " of what the " +
           printable(run.end.energy.former, 40) + " can give";
}

void explain_order(const RunRecord& run, Instant ordered, Cut& cut) {
    const double state = value_at(run, "dispatch.state", ordered);
    const double mode = value_at(run, "dispatch.mode", ordered);
    const bool saves = (mode == dispatch_mode_saving && cut.tier >= 4) ||
                       (mode == dispatch_mode_critical && cut.tier >= 2);
    if (state == dispatch_state_black) {
        cut.cause = CutCause::restart;
        cut.why = "by the dispatch core, so that a dead street does not come back all at once";
    } else if (saves) {
        cut.cause = CutCause::saving;
        cut.why = "by the dispatch core, to save energy for what matters more";
    } else {
        cut.cause = CutCause::overload;
        cut.why = "by the dispatch core, to relieve " + fullest_phase(run, ordered);
    }
}

/// The lowest frequency in the second before.
double lowest_frequency(const RunRecord& run, Instant t) {
    double lowest = Signals::no_value;
    if (const Series* f = run.find("truth.island.f")) {
        each_hold(*f, t - 1s, t + 1ns,
                  [&](Instant, Instant, double hertz) { lowest = std::fmin(lowest, hertz); });
    }
    return lowest;
}

bool said_local(const RunRecord& run, const Cut& cut) {
    const Series* stage = run.find("seen." + cut.home + ".loadctl.local_stage");
    if (stage == nullptr) return false;
    bool said = false;
    each_hold(*stage, cut.from, cut.from + report_delay,
              [&](Instant, Instant, double value) { said = said || value > 0.5; });
    return said;
}

const RunEvent* fault_at(const RunRecord& run, const Cut& cut) {
    const RunEvent* found = nullptr;
    for (const RunEvent& event : run.events) {
        const bool before = event.at <= cut.from && event.name.starts_with("fault.");
        if (before && event.detail.starts_with(cut.home + ".")) found = &event;
    }
    return found;
}

/// Below half the voltage nobody can order a home's load controller anything.
bool was_dark(const RunRecord& run, const Cut& cut) {
    return value_at(run, "truth." + cut.home + ".v", cut.from) < 0.5 * run.header.nominal_v.value();
}

void explain(const RunRecord& run, Cut& cut) {
    if (was_dark(run, cut)) {
        cut.cause = CutCause::no_supply;
        cut.why = "by its own load controller's last charge, because the home was dark";
        return;
    }
    std::string ordered = "cmd.";
    ordered.append(cut.home).append(".loadctl.shed").append(std::to_string(cut.tier));
    const Series* order = run.find(ordered);
    if (order != nullptr && order->at(cut.from) > 0.5) {
        return explain_order(run, last_rise(*order, cut.from), cut);
    }
    if (said_local(run, cut)) {
        cut.cause = CutCause::local_stage;
        cut.why = "by its own load controller, because the frequency was low";
        const double lowest = lowest_frequency(run, cut.from);
        if (!std::isnan(lowest)) cut.why += " (" + format_measure(Frequency{lowest}) + ")";
    } else if (const RunEvent* fault = fault_at(run, cut)) {
        cut.cause = CutCause::fault;
        cut.why = "because of a fault that the story put there: " + printable(fault->detail, 120);
    } else {
        cut.cause = CutCause::unknown;
        cut.why = "for a reason that the record does not show";
    }
}

}  // namespace

std::vector<Cut> cuts_of(const RunRecord& run) {
    std::vector<Cut> cuts;
    const StreetView street(run);
    for (const HomeView& home : street.homes) {
        for (int tier = 0; tier < tiers; ++tier) {
            const Series* shed = home.shed[static_cast<std::size_t>(tier)];
            if (shed == nullptr) continue;
            const std::size_t first = cuts.size();
            each_hold(*shed, story_start, run.end.at, [&](Instant from, Instant to, double open) {
                if (open < 0.5) return;
                const bool goes_on = cuts.size() > first && cuts.back().to == from;
                if (!goes_on) {
                    Cut& cut = cuts.emplace_back();
                    cut.home = home.name;
                    cut.tier = tier;
                    cut.from = from;
                }
                cuts.back().to = to;
            });
        }
    }
    for (Cut& cut : cuts) {
        cut.lasted = *cut.to - cut.from;
        if (*cut.to >= run.end.at) cut.to.reset();
        explain(run, cut);
    }
    std::stable_sort(cuts.begin(), cuts.end(),
                     [](const Cut& a, const Cut& b) { return a.from < b.from; });
    return cuts;
}

Darkness darkness_of(const RunRecord& run) {
    Darkness darkness;
    const StreetView street(run);
    std::vector<const Series*> places;
    for (const HomeView& home : street.homes) places.push_back(home.v);
    for (const StreetView::Priority& site : street.priority) places.push_back(site.v);
    const double limit = 0.85 * run.header.nominal_v.value();
    for (const Series* v : places) {
        if (v == nullptr) continue;
        ++darkness.of;
        Duration longest{}, present{};
        Instant end{};
        each_hold(*v, story_start, run.end.at, [&](Instant from, Instant to, double volts) {
            if (volts >= limit) return;
            if (darkness.places == 0 && longest == 0ns) darkness.first = from;
            if (longest == 0ns) darkness.first = std::min(darkness.first, from);
            present = (from == end ? present : Duration{}) + (to - from);
            end = to;
            longest = std::max(longest, present);
        });
        if (longest > 0ns) ++darkness.places;
        darkness.longest = std::max(darkness.longest, longest);
    }
    return darkness;
}

}  // namespace islandbench::reports
