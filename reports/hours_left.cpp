#include "reports/hours_left.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "reports/chart/trace.hpp"
#include "reports/street_view.hpp"
#include "reports/text.hpp"

namespace islandbench::reports {
namespace {

constexpr Duration window = 60s;
constexpr int fewest_windows = 2;

struct Stretch {
    Instant from, to;
};

/// While the switch was open, in the story.
std::vector<Stretch> islands_of(const StreetView& street) {
    std::vector<Stretch> islands;
    if (street.closed == nullptr) return islands;
    each_hold(*street.closed, story_start, street.to, [&](Instant from, Instant to, double closed) {
        if (closed > 0.5) return;
        if (!islands.empty() && islands.back().to == from) {
            islands.back().to = to;
        } else {
            islands.push_back({from, to});
        }
    });
    return islands;
}

/// Whole minutes of the islands.
std::vector<Stretch> minutes_of(const std::vector<Stretch>& islands) {
    std::vector<Stretch> minutes;
    for (const Stretch& island : islands) {
        for (Instant t = island.from; t + window <= island.to; t += window) {
            minutes.push_back({t, t + window});
        }
    }
    return minutes;
}

/// Adds the means of one load to those of the street; false: it has a gap.
bool add_means(const Series& load, const std::vector<Stretch>& minutes,
               std::vector<double>& watts) {
    for (std::size_t i = 0; i < minutes.size(); ++i) {
        Duration known{};
        each_hold(load, minutes[i].from, minutes[i].to,
                  [&](Instant from, Instant to, double value) {
                      known += to - from;
                      watts[i] += value * (to - from) / window;
                  });
        if (known < window) return false;
    }
    return true;
}

/// Mean demand of every minute, sorted; empty when a part of it is not known.
std::vector<double> demand_of(const StreetView& street, const std::vector<Stretch>& minutes) {
    std::vector<double> watts(minutes.size(), 0.0);
    std::vector<const Series*> loads;
    for (const HomeView& home : street.homes) loads.push_back(home.load_p);
    for (const StreetView::Priority& site : street.priority) loads.push_back(site.p);
    for (const Series* load : loads) {
        if (load == nullptr || !add_means(*load, minutes, watts)) return {};
    }
    std::sort(watts.begin(), watts.end());
    return watts;
}

/// The smallest that a share of all does not exceed.
double percentile(const std::vector<double>& sorted, double share) {
    const auto rank = static_cast<std::size_t>(std::ceil(share * double(sorted.size())));
    return sorted[std::max<std::size_t>(rank, 1) - 1];
}

/// Stored energy above the floors, in Wh; nothing when a unit has no record.
std::optional<Series> reserve_of(const RunRecord& run) {
    std::vector<const Series*> parts;
    std::vector<double> capacity;
    for (const UnitCapacity& unit : run.end.energy.units) {
        for (const char* quantity : {".soc", ".soc_floor"}) {
            parts.push_back(run.find("truth." + unit.unit + quantity));
            if (parts.back() == nullptr) return std::nullopt;
        }
        capacity.push_back(unit.capacity.value());
    }
    if (capacity.empty()) return std::nullopt;
    return combined({"reserve", Dimension::energy, 0}, parts, [&](std::span<const double> values) {
        double wh = 0.0;
        for (std::size_t i = 0; i < capacity.size(); ++i) {
            // A NaN stays one: what is not known is not zero.
            const double above = values[2 * i] - values[2 * i + 1];
            wh += capacity[i] * (above < 0.0 ? 0.0 : above);
        }
        return wh;
    });
}

Reserve reserve_at(Instant at, double wh, const HoursLeft& answer) {
    const auto lasts = [wh](ActivePower demand) {
        return from_seconds(std::min(wh / demand.value() * 3600.0, 1e8));
    };
    return {at, Energy{wh}, lasts(answer.demand_p50), lasts(answer.demand_p90)};
}

std::optional<Duration> said_at(const RunRecord& run, const char* signal, Instant at) {
    const Series* series = run.find(signal);
    const double seconds = series == nullptr ? 0.0 : series->at(at);
    if (!(seconds > 0.0)) return std::nullopt;
    return from_seconds(seconds);
}

HoursLeft unknown(std::string why) {
    HoursLeft answer;
    answer.unknown = std::move(why);
    return answer;
}

}  // namespace

HoursLeft hours_left(const RunRecord& run) {
    if (!run.end.energy.known) {
        return unknown("what is true in the street is not known here");
    }
    const StreetView street(run);
    const std::vector<Stretch> islands = islands_of(street);
    if (islands.empty()) return unknown("the street never left the grid");
    const std::vector<Stretch> minutes = minutes_of(islands);
    if (minutes.size() < fewest_windows) {
        Duration in_all{};
        for (const Stretch& island : islands) in_all += island.to - island.from;
        return unknown("the island lasted only " + plain_text(in_all) + ", and " +
                       std::to_string(fewest_windows) +
                       " whole minutes of its demand are needed to tell");
    }
    const std::vector<double> demand = demand_of(street, minutes);
    const auto reserve = reserve_of(run);
    if (demand.empty() || !reserve) return unknown("a part of the record is missing");
    HoursLeft answer;
    answer.minutes = static_cast<int>(minutes.size());
    answer.demand_p50 = ActivePower{percentile(demand, 0.5)};
    answer.demand_p90 = ActivePower{percentile(demand, 0.9)};
    if (!(answer.demand_p50.value() > 0.0)) return unknown("nobody took anything");
    std::optional<Reserve> worst, last;
    for (const Stretch& island : islands) {
        each_hold(*reserve, island.from, island.to, [&](Instant from, Instant, double wh) {
            last = reserve_at(from, wh, answer);
            if (!worst || wh < worst->left.value()) worst = last;
        });
    }
    if (!worst) return unknown("a part of the record is missing");
    answer.worst = *worst;
    answer.last = *last;
    answer.last.at = islands.back().to;
    answer.reclosed = street.closed->at(islands.back().to) > 0.5;
    answer.said_p50 = said_at(run, "dispatch.lasts_p50", answer.worst.at);
    answer.said_p90 = said_at(run, "dispatch.lasts_p90", answer.worst.at);
    return answer;
}

}  // namespace islandbench::reports
