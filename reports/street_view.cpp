#include "reports/street_view.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "reports/telemetry_view.hpp"

namespace islandbench::reports {
namespace {

/// "truth.home1.load_p" -> {"home1", "load_p"}; nothing for other sources.
std::optional<std::pair<std::string, std::string>> split_truth(const std::string& name) {
    constexpr std::string_view prefix = "truth.";
    if (!name.starts_with(prefix)) return std::nullopt;
    const std::size_t dot = name.rfind('.');
    if (dot < prefix.size()) return std::nullopt;
    return std::pair{name.substr(prefix.size(), dot - prefix.size()), name.substr(dot + 1)};
}

using Quantities = std::map<std::string, const Series*>;

const Series* of(const Quantities& quantities, const std::string& name) {
    const auto found = quantities.find(name);
    return found == quantities.end() ? nullptr : found->second;
}

HomeView home_of(const std::string& name, const Quantities& quantities) {
    HomeView home{name,
                  of(quantities, "v"),
                  of(quantities, "load_p"),
                  of(quantities, "inverter_p"),
                  of(quantities, "soc"),
                  {}};
    for (int tier = 0; tier < tiers; ++tier) {
        home.shed[static_cast<std::size_t>(tier)] = of(quantities, "shed" + std::to_string(tier));
    }
    return home;
}

std::string phase_after(const std::string& event) {
    if (event == "outage" || event == "seen_grid_lost") return "grid lost";
    if (event == "island" || event == "seen_open") return "transfer";
    if (event == "island_formed" || event == "seen_island") return "island";
    if (event == "grid_back" || event == "seen_grid_back") return "grid back";
    if (event == "reclosed" || event == "seen_closed") return "reconnected";
    return {};
}

}  // namespace

StreetView::StreetView(const RunRecord& run) : to(run.end.at) {
    // In the order of the site file, which is that of the signals.
    std::vector<std::string> names;
    std::map<std::string, Quantities> things;
    std::optional<Instant> first;
    for (const Series& series : run.series) {
        if (!series.times.empty()) {
            first = first ? std::min(*first, series.times.front()) : series.times.front();
            to = std::max(to, series.times.back());
        }
        const auto parts = split_truth(series.info.name);
        if (!parts) continue;
        if (things.find(parts->first) == things.end()) names.push_back(parts->first);
        things[parts->first][parts->second] = &series;
    }
    from = first.value_or(run.end.at);
    if (to <= from) to = from + 1s;
    for (const std::string& name : names) {
        const Quantities& quantities = things[name];
        const auto phase = [&](std::size_t i) {
            return of(quantities, "v_" + std::string(1, "abc"[i]));
        };
        if (name == "grid") {
            grid_v = {phase(0), phase(1), phase(2)};
            grid_f = of(quantities, "f");
            grid_dead = of(quantities, "dead");
        } else if (name == "island") {
            island_v = {phase(0), phase(1), phase(2)};
            island_f = of(quantities, "f");
        } else if (name == "pcc") {
            closed = of(quantities, "closed");
            pcc_p = of(quantities, "p");
        } else if (of(quantities, "i_share") != nullptr || of(quantities, "limiting") != nullptr) {
            former = name;
            former_p = of(quantities, "p");
            former_soc = of(quantities, "soc");
        } else if (of(quantities, "load_p") != nullptr) {
            homes.push_back(home_of(name, quantities));
        } else if (of(quantities, "v") != nullptr && of(quantities, "p") != nullptr) {
            priority.push_back({name, of(quantities, "v"), of(quantities, "p")});
        }
    }
    see_by_telemetry(run, *this);
}

bool divides_story(const std::string& event) {
    return !phase_after(event).empty();
}

std::vector<StoryPhase> story_phases(const RunRecord& run, Instant from, Instant to) {
    std::vector<StoryPhase> phases{{"grid", from, to}};
    for (const RunEvent& event : run.events) {
        const std::string name = phase_after(event.name);
        const bool divides =
            !name.empty() && name != phases.back().name && event.at > from && event.at < to;
        if (!divides) continue;
        if (event.at == phases.back().from) {
            phases.back().name = name;
            continue;
        }
        phases.back().to = event.at;
        phases.push_back({name, event.at, to});
    }
    return phases;
}

}  // namespace islandbench::reports
