#pragma once

#include "acceptance/grid_code_rows.hpp"

/// The rows of a grid-code file about what a unit does for its grid, and what it must obey.
namespace islandbench::acceptance {

/// Power against frequency, above and below. A code says by a droop how steep, or by the frequency
/// at which all has been done.
struct FrequencyResponse {
    std::optional<Frequency> dead_band;  ///< to each side of nominal, in place of the starts
    std::optional<Frequency> over_start, under_start;
    std::optional<Ratio> droop;
    std::optional<Frequency> over_zero;   ///< no output is left
    std::optional<Frequency> under_full;  ///< all output is asked for
    std::optional<Frequency> hysteresis;
    std::optional<Duration> response;
    std::vector<Frequency> dead_band_range;
    std::vector<Ratio> droop_range;
    std::vector<Duration> response_range;
    Certainty certainty = Certainty::kh;
    std::string source;
};
template <class V>
void declare(V& v, FrequencyResponse& s) {
    v.optional("dead_band", s.dead_band, "to each side of nominal");
    v.optional("over_start", s.over_start, "reduces power above");
    v.optional("under_start", s.under_start, "raises power below");
    v.optional("droop", s.droop, "pu frequency per pu power");
    v.optional("over_zero", s.over_zero, "no output is left");
    v.optional("under_full", s.under_full, "all output is asked for");
    v.optional("hysteresis", s.hysteresis, "of the release");
    v.optional("response", s.response, "response time");
    v.optional("dead_band_range", s.dead_band_range, "lowest and highest setting");
    v.optional("droop_range", s.droop_range, "lowest and highest setting");
    v.optional("response_range", s.response_range, "shortest and longest setting");
    declare_tag(v, s);
}

/// What a curve gives by what it is asked for.
enum class CurveOf { volt_var, volt_watt, watt_var };
constexpr auto enum_names(CurveOf /*of*/) {
    return json::EnumNames<CurveOf, 3>{{{CurveOf::volt_var, "volt_var"},
                                        {CurveOf::volt_watt, "volt_watt"},
                                        {CurveOf::watt_var, "watt_var"}}};
}

struct CurvePoint {
    std::string at;  ///< voltage, or share of the rating
    Ratio give;      ///< of the rating; reactive power positive = over-excited
    json::Place place;
    Measure x;  ///< `at`, read
};
template <class V>
void declare(V& v, CurvePoint& s) {
    v.place(s.place);
    v.required("at", s.at, "voltage, or share of the rating");
    v.required("give", s.give, "of the rating");
}

/// Reactive or active power by voltage, reactive by active power.
struct CodeCurve {
    CurveOf of = CurveOf::volt_var;
    std::string category;    ///< of the unit, where the code has several
    bool as_shipped = true;  ///< in force unless somebody sets it otherwise
    std::vector<CurvePoint> points;
    std::optional<Duration> response;
    std::vector<Duration> response_range;
    Certainty certainty = Certainty::s;
    std::string source;
};
template <class V>
void declare(V& v, CodeCurve& s) {
    v.required("of", s.of, "volt_var, volt_watt or watt_var");
    v.optional("category", s.category, "of the unit, where the code has several");
    v.optional("as_shipped", s.as_shipped, "in force unless set otherwise");
    v.required("points", s.points, "from low to high; level outside");
    v.optional("response", s.response, "open-loop response time (90 %)");
    v.optional("response_range", s.response_range, "shortest and longest setting");
    declare_tag(v, s);
}

/// How soon a unit obeys, and how soon it is gone.
struct UnitTimes {
    std::optional<CodeDuration> island_max;         ///< unintentional island: gone after
    std::optional<CodeDuration> island_max_agreed;  ///< with the network operator's agreement
    std::optional<CodeDuration> open_phase;         ///< one phase lost: gone after
    std::optional<CodeDuration> stop;               ///< told to cease: no power after
    std::optional<CodeDuration> limit;              ///< told a limit: inside it after
    std::optional<CodeDuration> report;             ///< asked: answers within
};
template <class V>
void declare(V& v, UnitTimes& s) {
    v.optional("island_max", s.island_max, "longest unintentional island");
    v.optional("island_max_agreed", s.island_max_agreed, "longest one by agreement");
    v.optional("open_phase", s.open_phase, "longest operation with a phase lost");
    v.optional("stop", s.stop, "from the command to no power");
    v.optional("limit", s.limit, "from the command to the limit");
    v.optional("report", s.report, "longest time to an answer");
}

}  // namespace islandbench::acceptance
