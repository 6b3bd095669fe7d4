#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics.hpp"
#include "base/figure.hpp"
#include "base/json_binding.hpp"
#include "base/unit_text.hpp"

/// What stands in a grid-code file (fixtures/gridcodes): the figures of a code as data, every row
/// with how sure it is. Voltages may be written in volts, phase to neutral, or as shares of
/// nominal; the reader resolves them to shares.
namespace islandbench::acceptance {

/// What a protection stage or a test point is about.
enum class GridQuantity {
    voltage,
    voltage_10min,  ///< mean over 10 minutes
    frequency,
    rocof,
    phase_step,
};
constexpr auto enum_names(GridQuantity /*of*/) {
    return json::EnumNames<GridQuantity, 5>{{{GridQuantity::voltage, "voltage"},
                                             {GridQuantity::voltage_10min, "voltage_10min"},
                                             {GridQuantity::frequency, "frequency"},
                                             {GridQuantity::rocof, "rocof"},
                                             {GridQuantity::phase_step, "phase_step"}}};
}

enum class Beyond { above, below };
constexpr auto enum_names(Beyond /*of*/) {
    return json::EnumNames<Beyond, 2>{{{Beyond::above, "above"}, {Beyond::below, "below"}}};
}

/// What the times of the trip table mean: codes count from different ends.
enum class DelayMeaning {
    clearing,    ///< IEEE: from the start of the condition to no more current
    time_delay,  ///< GB, EU: the intended delay; disconnection is later
    trip_delay,  ///< AU: as time_delay, with a largest disconnection time of its own
};
constexpr auto enum_names(DelayMeaning /*of*/) {
    return json::EnumNames<DelayMeaning, 3>{{{DelayMeaning::clearing, "clearing time"},
                                             {DelayMeaning::time_delay, "time delay"},
                                             {DelayMeaning::trip_delay, "trip delay"}}};
}

/// Beyond `limit` for `delay`, the unit leaves.
struct TripStage {
    std::string id;
    GridQuantity quantity = GridQuantity::voltage;
    Beyond beyond = Beyond::below;
    std::string limit;
    Duration delay{};
    std::optional<Duration> disconnected;  ///< AU: largest disconnection time
    std::vector<std::string> limit_range;  ///< lowest and highest setting, where it is adjustable
    std::vector<Duration> delay_range;
    Certainty certainty = Certainty::kh;
    std::string source;
    json::Place place;
    Measure at;  ///< `limit`, read
};
template <class V>
void declare(V& v, TripStage& s) {
    v.place(s.place);
    v.required("id", s.id, "name of the stage");
    v.required("quantity", s.quantity, "what is measured");
    v.required("beyond", s.beyond, "side of the limit on which it acts");
    v.required("limit", s.limit, "limit, with its unit");
    v.required("delay", s.delay, "see delays_are");
    v.optional("disconnected", s.disconnected, "largest disconnection time");
    v.optional("limit_range", s.limit_range, "lowest and highest setting");
    v.optional("delay_range", s.delay_range, "shortest and longest setting");
    v.required("certainty", s.certainty, "how sure the row is");
    v.optional("source", s.source, "where the row comes from");
}

/// A point at which the unit must not trip.
struct NoTripPoint {
    GridQuantity quantity = GridQuantity::voltage;
    std::string value;
    std::optional<Duration> duration;
    std::vector<Frequency> sweep;           ///< of a rate of change: from, to
    std::optional<Frequency> at_frequency;  ///< of a phase step
    Certainty certainty = Certainty::km;
    json::Place place;
    Measure at;
};
template <class V>
void declare(V& v, NoTripPoint& s) {
    v.place(s.place);
    v.required("quantity", s.quantity, "what is applied");
    v.required("value", s.value, "value, with its unit");
    v.optional("for", s.duration, "duration");
    v.optional("sweep", s.sweep, "frequencies from and to");
    v.optional("at", s.at_frequency, "frequency at the phase step");
    v.required("certainty", s.certainty, "how sure the row is");
}

/// What a unit does in a band that it must ride through.
enum class RideMode { continuous, mandatory, permissive, momentary_cessation, cease };
constexpr auto enum_names(RideMode /*of*/) {
    return json::EnumNames<RideMode, 5>{{{RideMode::continuous, "continuous"},
                                         {RideMode::mandatory, "mandatory"},
                                         {RideMode::permissive, "permissive"},
                                         {RideMode::momentary_cessation, "momentary cessation"},
                                         {RideMode::cease, "cease"}}};
}

struct RideThrough {
    GridQuantity quantity = GridQuantity::voltage;
    std::string from, to;
    std::optional<Duration> duration;  ///< absent = without end
    Duration longer_per_pu{};          ///< added per unit of voltage above `from`
    RideMode mode = RideMode::continuous;
    std::optional<Duration> cease_within;
    Certainty certainty = Certainty::kh;
    json::Place place;
    Measure low, high;
};
template <class V>
void declare(V& v, RideThrough& s) {
    v.place(s.place);
    v.required("quantity", s.quantity, "voltage or frequency");
    v.required("from", s.from, "lower end of the band");
    v.required("to", s.to, "upper end of the band");
    v.optional("for", s.duration, "time to stay; without it, always");
    v.optional("longer_per_pu", s.longer_per_pu, "added per unit of voltage above the lower end");
    v.optional("mode", s.mode, "what the unit does there");
    v.optional("cease_within", s.cease_within, "time to stop current");
    v.required("certainty", s.certainty, "how sure the row is");
}

/// A band that the grid must be in before a unit may enter service.
struct ServiceBand {
    std::string min, max;
    Certainty certainty = Certainty::kh;
    std::string source;
    json::Place place;
    Measure low, high;
};
template <class V>
void declare(V& v, ServiceBand& s) {
    v.place(s.place);
    v.required("min", s.min, "lowest value");
    v.required("max", s.max, "highest value");
    v.required("certainty", s.certainty, "how sure the row is");
    v.optional("source", s.source, "where the row comes from");
}

/// One figure that is a time.
struct CodeDuration {
    Duration value{};
    std::vector<Duration> range;
    Certainty certainty = Certainty::kh;
    std::string source;
};
template <class V>
void declare(V& v, CodeDuration& s) {
    v.required("value", s.value, "the figure");
    v.optional("range", s.range, "shortest and longest setting");
    v.required("certainty", s.certainty, "how sure it is");
    v.optional("source", s.source, "where it comes from");
}

/// A ramp of active power, as a share of the rating per minute.
struct CodeRamp {
    Ratio per_minute;
    Certainty certainty = Certainty::km;
    std::string source;
};
template <class V>
void declare(V& v, CodeRamp& s) {
    v.required("per_minute", s.per_minute, "of the rating per minute");
    v.required("certainty", s.certainty, "how sure it is");
    v.optional("source", s.source, "where it comes from");
}

struct EnterService {
    ServiceBand voltage;
    ServiceBand frequency;
    CodeDuration observation;
    std::optional<CodeRamp> ramp;          ///< absent = the code prescribes none
    std::optional<CodeRamp> project_ramp;  ///< what the project asks for where the code is silent
    std::vector<NoTripPoint> not_at;       ///< must not reconnect while held there
};
template <class V>
void declare(V& v, EnterService& s) {
    v.required("voltage", s.voltage, "voltage window");
    v.required("frequency", s.frequency, "frequency window");
    v.required("observation", s.observation, "time in both windows before closing");
    v.optional("ramp", s.ramp, "ramp after reconnecting");
    v.optional("project_ramp", s.project_ramp, "ramp that the project asks for");
    v.optional("not_at", s.not_at, "points at which it must not reconnect");
}

/// Synchronising limits up to a rating.
struct SyncRow {
    std::optional<ApparentPower> up_to;  ///< absent = any rating
    Frequency df;
    Ratio dv;
    Angle dphi;
    Certainty certainty = Certainty::kh;
};
template <class V>
void declare(V& v, SyncRow& s) {
    v.optional("up_to", s.up_to, "largest rating that the row is for");
    v.required("df", s.df, "frequency difference");
    v.required("dv", s.dv, "voltage difference of nominal");
    v.required("dphi", s.dphi, "phase angle");
    v.required("certainty", s.certainty, "how sure the row is");
}

/// Power against frequency.
struct FrequencyResponse {
    std::optional<Frequency> over_start, under_start;
    std::optional<Ratio> droop;
    std::optional<Duration> response;
    Certainty certainty = Certainty::kh;
};
template <class V>
void declare(V& v, FrequencyResponse& s) {
    v.optional("over_start", s.over_start, "reduces power above");
    v.optional("under_start", s.under_start, "raises power below");
    v.optional("droop", s.droop, "pu frequency per pu power");
    v.optional("response", s.response, "response time");
    v.required("certainty", s.certainty, "how sure the row is");
}

struct CodeRocof {
    Rocof value;
    Duration window{500ms};
    Certainty certainty = Certainty::kh;
};
template <class V>
void declare(V& v, CodeRocof& s) {
    v.required("value", s.value, "rate of change to withstand");
    v.optional("window", s.window, "over which it is measured");
    v.required("certainty", s.certainty, "how sure it is");
}

/// How far measured trips may be off.
struct TripTolerance {
    Duration late{500ms};
    Ratio voltage;
    Frequency frequency;
    Certainty certainty = Certainty::km;
};
template <class V>
void declare(V& v, TripTolerance& s) {
    v.required("late", s.late, "trip later than the delay by at most");
    v.required("voltage", s.voltage, "of nominal");
    v.required("frequency", s.frequency, "absolute");
    v.required("certainty", s.certainty, "how sure the row is");
}

/// May an island leave early, on a dip that its units must ride through?
enum class FastIsland { yes, no, conditional, unknown };
constexpr auto enum_names(FastIsland /*of*/) {
    return json::EnumNames<FastIsland, 4>{{{FastIsland::yes, "yes"},
                                           {FastIsland::no, "no"},
                                           {FastIsland::conditional, "conditional"},
                                           {FastIsland::unknown, "unknown"}}};
}

struct Nominal {
    Voltage v{230.0};
    Frequency f{50.0};
};
template <class V>
void declare(V& v, Nominal& s) {
    v.required("v", s.v, "phase to neutral");
    v.required("f", s.f, "frequency");
}

struct GridCode {
    std::string name;
    std::string title;
    std::string edition;  ///< of the documents, and the version of this file
    Nominal nominal;
    DelayMeaning delays_are = DelayMeaning::time_delay;
    std::vector<TripStage> trip;
    std::optional<TripTolerance> trip_tolerance;
    std::vector<NoTripPoint> no_trip;
    std::vector<RideThrough> ride_through;
    std::optional<CodeRocof> rocof_withstand;
    EnterService enter_service;
    std::vector<SyncRow> sync;
    std::optional<FrequencyResponse> frequency_response;
    std::optional<CodeDuration> island_max;  ///< unintentional island: gone after
    FastIsland fast_island = FastIsland::unknown;
    json::Place place;
};
template <class V>
void declare(V& v, GridCode& s) {
    v.place(s.place);
    v.required("name", s.name, "name that site files use");
    v.required("title", s.title, "one line for reports");
    v.required("edition", s.edition, "documents and their editions");
    v.required("nominal", s.nominal, "nominal voltage and frequency");
    v.required("delays_are", s.delays_are, "what the delays of the trip table mean");
    v.required("trip", s.trip, "interface protection");
    v.optional("trip_tolerance", s.trip_tolerance, "accuracy asked for in type tests");
    v.optional("no_trip", s.no_trip, "points at which a unit must not trip");
    v.optional("ride_through", s.ride_through, "bands that a unit must ride through");
    v.optional("rocof_withstand", s.rocof_withstand, "rate of change to withstand");
    v.required("enter_service", s.enter_service, "when a unit may connect");
    v.optional("sync", s.sync, "synchronising limits, smallest rating first");
    v.optional("frequency_response", s.frequency_response, "power against frequency");
    v.optional("island_max", s.island_max, "longest unintentional island");
    v.optional("fast_island", s.fast_island, "may an island leave early");
}

/// Reads and checks a grid-code file.
GridCode read_grid_code(std::string_view text, const std::string& file, Diagnostics& diagnostics);

/// Is the grid inside the window in which a unit may enter service? Phase-to-neutral voltages;
/// anything without a value is outside.
bool may_enter_service(const GridCode& code, Voltage lowest, Voltage highest,
                       Frequency frequency) noexcept;

}  // namespace islandbench::acceptance
