#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "reports/store/run_record.hpp"

/// Who fed whom, homes taken together: what the street's one-line picture shows, and its words.
namespace islandbench::reports {

/// Energy into the street's cables and out of them, at one place.
struct Exchange {
    Energy given, taken;
};

struct PartSummary {
    std::string name;    ///< "Before", "In the island", "After reclosing"
    bool closed = true;  ///< the switch
    Duration lasted{};
    Exchange grid, former, with_battery, without;
    std::vector<std::pair<std::string, Energy>> priority;  ///< what each took
    std::size_t homes_with = 0, homes_without = 0;
    Energy through;  ///< all that was given
    Energy lost;     ///< in the cables: given less taken

    /// Too little to draw or to mention.
    [[nodiscard]] bool is_trifle(Energy energy) const;
};

/// The parts that lasted, in their order; none when it is not known who fed whom.
std::vector<PartSummary> parts_of(const RunRecord& run);

/// "2 homes with batteries"
std::string homes_text(std::size_t homes, bool battery);

/// One line: "former 321 Wh + 2 with battery 66 Wh -> 1 without 101 Wh, clinic 180 Wh".
std::string flow_text(const RunRecord& run, const PartSummary& part);
/// Whole sentences, for people and screen readers.
std::string flow_sentence(const RunRecord& run, const PartSummary& part);

/// What a home was in one part of the story, the first that is true.
enum class HomeState { dark, shed, self_fed, served };
HomeState state_of(const HomeEnergy& home, Duration lasted);

}  // namespace islandbench::reports
