#pragma once

#include <optional>
#include <string>

#include "reports/store/run_record.hpp"

namespace islandbench::reports {

/// What the batteries held above their floor at a moment, and how long that would have lasted.
struct Reserve {
    Instant at{};
    Energy left;
    Duration p50{};  ///< at the demand that half of the minutes did not exceed
    Duration p90{};  ///< at the demand that nine of ten minutes did not exceed: shorter
};

/// How many hours were left? From the truth of the island: stored energy above the floor of every
/// unit, and means of its demand over whole minutes.
struct HoursLeft {
    std::string unknown;  ///< why nobody can say; "" when all below is known
    int minutes = 0;      ///< of demand
    ActivePower demand_p50, demand_p90;
    Reserve worst;          ///< when the least was left
    Reserve last;           ///< just before the switch closed, or at the end of the run
    bool reclosed = false;  ///< which of the two
    /// What the dispatch core said at the worst moment, from its forecast: its own word, beside
    /// what the demand then was. Absent where it said nothing yet.
    std::optional<Duration> said_p50, said_p90;
};
HoursLeft hours_left(const RunRecord& run);

}  // namespace islandbench::reports
