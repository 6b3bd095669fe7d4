#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "reports/cuts.hpp"
#include "reports/hours_left.hpp"

/// What those who live in the street ask of a run, and the answers in plain words.
namespace islandbench::reports {

enum class Safety {
    nothing_seen,  ///< every criterion of safety that was judged holds
    unsafe,
    not_known,  ///< none was judged, or one could not be
};
constexpr auto enum_names(Safety /*of*/) {
    return json::EnumNames<Safety, 3>{{{Safety::nothing_seen, "nothing unsafe seen"},
                                       {Safety::unsafe, "unsafe"},
                                       {Safety::not_known, "not known"}}};
}

/// Was anything unsafe? From the criteria of severity S0, from C1, H1 and H2, and
/// from what the homes felt.
struct SafetyAnswer {
    Safety safety = Safety::not_known;
    std::vector<std::string> because;             ///< a sentence each, worst first
    std::vector<std::string> judged, not_judged;  ///< ids
    std::string harm;  ///< what harmed somebody whether judged or not; "" where nothing did
};

struct Residents {
    bool known = true;  ///< false: with a device outside, nobody knows what happened in the homes
    HoursLeft hours;
    std::vector<Cut> cuts;
    Darkness darkness;
    SafetyAnswer safety;
};
Residents residents_of(const RunRecord& run);

/// One line each, for a terminal.
std::string hours_line(const Residents& answers);
std::string cuts_line(const Residents& answers);
std::string safety_line(const Residents& answers);

/// As results.json has it.
json::Value residents_json(const Residents& answers);

}  // namespace islandbench::reports
