#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/store/run_record.hpp"

namespace islandbench::reports {

enum class CutCause {
    overload,     ///< ordered by the dispatch core: a phase of the former had too much to carry
    saving,       ///< ordered by the dispatch core: the batteries ran low
    restart,      ///< ordered by the dispatch core: a dead street must not come back at once
    local_stage,  ///< by the load controller itself: the frequency was low
    no_supply,    ///< by the load controller's last charge: the home was dark
    fault,        ///< nobody ordered it: the story put a fault there
    unknown,      ///< the record does not show it
};
constexpr auto enum_names(CutCause /*of*/) {
    return json::EnumNames<CutCause, 7>{{{CutCause::overload, "overload"},
                                         {CutCause::saving, "saving"},
                                         {CutCause::restart, "restart"},
                                         {CutCause::local_stage, "local stage"},
                                         {CutCause::no_supply, "no supply"},
                                         {CutCause::fault, "fault"},
                                         {CutCause::unknown, "unknown"}}};
}

/// A tier of a home that was switched off, as its contactor moved.
struct Cut {
    std::string home;
    int tier = 0;
    Instant from{};
    std::optional<Instant> to;  ///< absent: until the end of the run
    Duration lasted{};
    CutCause cause = CutCause::unknown;
    std::string why;  ///< for people: "to relieve phase C of the former, which carried 113 %"
};

/// In the order of their time. From contactors (truth), and for the cause from what was ordered and
/// from the core's own word. Empty as well where the truth is not known.
std::vector<Cut> cuts_of(const RunRecord& run);

/// Voltage that was of no use (below 85 % of nominal) at a home or a priority site.
struct Darkness {
    std::size_t places = 0;  ///< how many were dark at some time
    std::size_t of = 0;      ///< how many there are
    Instant first{};         ///< meaningful with a place, as the next
    Duration longest{};      ///< longest time without a break at any of them
};
Darkness darkness_of(const RunRecord& run);

/// Values of dispatch.mode and dispatch.state that the causes are read from.
inline constexpr int dispatch_mode_saving = 1, dispatch_mode_critical = 2;
inline constexpr int dispatch_state_black = 10;

}  // namespace islandbench::reports
