#pragma once

#include <array>
#include <string>
#include <vector>

#include "base/site.hpp"
#include "reports/store/run_record.hpp"

/// Finds the parts of a street among the recorded signals, by their names.
namespace islandbench::reports {

struct HomeView {
    std::string name;
    const Series* v = nullptr;
    const Series* load_p = nullptr;
    const Series* inverter_p = nullptr;  ///< nullptr where there is none, here and below
    const Series* soc = nullptr;
    std::array<const Series*, tiers> shed{};
};

struct StreetView {
    explicit StreetView(const RunRecord& run);

    Instant from{}, to{};  ///< what was recorded
    /// Nobody knows the truth of this street: what follows is what its devices said.
    bool from_telemetry = false;
    std::array<const Series*, phases> grid_v{}, island_v{};
    const Series* grid_f = nullptr;
    const Series* island_f = nullptr;
    const Series* closed = nullptr;  ///< the interconnect
    const Series* grid_dead = nullptr;
    const Series* pcc_p = nullptr;
    std::string former;  ///< its name
    const Series* former_p = nullptr;
    const Series* former_soc = nullptr;
    std::vector<HomeView> homes;
    struct Priority {
        std::string name;
        const Series* v = nullptr;
        const Series* p = nullptr;
    };
    std::vector<Priority> priority;
};

/// A phase of the story, from one event to the next.
struct StoryPhase {
    std::string name;
    Instant from{}, to{};
};
/// At least one. The events that divide: outage, island, island_formed, grid_back, reclosed,
/// and what is seen of them in a street that is elsewhere.
std::vector<StoryPhase> story_phases(const RunRecord& run, Instant from, Instant to);

/// An event of that name begins a phase.
bool divides_story(const std::string& event);

}  // namespace islandbench::reports
