#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/figure.hpp"
#include "base/json_binding.hpp"
#include "base/unit_text.hpp"

/// The rows of a grid-code file that a generating unit must obey. Each says how sure it is; where
/// its figures are not all as sure, it is as sure as the least of them. What nobody has given is
/// absent.
namespace islandbench::acceptance {

/// How sure a row is, and where it comes from: the last keys of each.
template <class V, class Row>
void declare_tag(V& v, Row& row) {
    v.required("certainty", row.certainty, "how sure the row is");
    v.optional("source", row.source, "where the row comes from");
}

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

/// A wider range that an amendment of the code permits.
struct AmendedRange {
    std::vector<Duration> delay_range;
    Certainty certainty = Certainty::s1;
    std::string source;
};
template <class V>
void declare(V& v, AmendedRange& s) {
    v.required("delay_range", s.delay_range, "shortest and longest setting");
    declare_tag(v, s);
}

/// Beyond `limit` for `delay`, the unit leaves.
struct TripStage {
    std::string id;
    GridQuantity quantity = GridQuantity::voltage;
    Beyond beyond = Beyond::below;
    std::string limit;
    Duration delay{};
    std::optional<Duration> disconnected;      ///< AU: largest disconnection time
    std::optional<Duration> disconnected_aim;  ///< a shorter one that another source names
    std::vector<std::string> limit_range;  ///< lowest and highest setting, where it is adjustable
    std::vector<Duration> delay_range;
    std::optional<AmendedRange> amended;
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
    v.optional("disconnected_aim", s.disconnected_aim, "shorter one, where sources disagree");
    v.optional("limit_range", s.limit_range, "lowest and highest setting");
    v.optional("delay_range", s.delay_range, "shortest and longest setting");
    v.optional("amended", s.amended, "what an amendment permits besides");
    declare_tag(v, s);
}

/// How far measured trips may be off.
struct TripTolerance {
    Duration late{500ms};
    Ratio voltage;
    Frequency frequency;
    Certainty certainty = Certainty::km;
    std::string source;
};
template <class V>
void declare(V& v, TripTolerance& s) {
    v.required("late", s.late, "trip later than the delay by at most");
    v.required("voltage", s.voltage, "of nominal");
    v.required("frequency", s.frequency, "absolute");
    declare_tag(v, s);
}

/// Least accuracy of a unit's own measurement (IEEE 1547-2018 table 3). Tests stay 2 of it off a
/// limit, verdicts allow 1.5 of it (IEEE 1547.1-2020 4.2).
struct MeasurementAccuracy {
    Ratio voltage, voltage_transient;  ///< of nominal
    Frequency frequency, frequency_transient;
    Ratio power, time;  ///< of the rating; of what is measured
    double time_transient_cycles = 2.0;
    Certainty certainty = Certainty::s;
    std::string source;
};
template <class V>
void declare(V& v, MeasurementAccuracy& s) {
    v.required("voltage", s.voltage, "of nominal, steady");
    v.required("voltage_transient", s.voltage_transient, "of nominal, over 5 cycles");
    v.required("frequency", s.frequency, "steady");
    v.required("frequency_transient", s.frequency_transient, "over 5 cycles");
    v.required("power", s.power, "of the rating, active and reactive");
    v.required("time", s.time, "of a time from 5 s to 600 s");
    v.required("time_transient_cycles", s.time_transient_cycles, "of a time from 0.1 s to 5 s");
    declare_tag(v, s);
}

/// A point at which the unit must not trip.
struct NoTripPoint {
    GridQuantity quantity = GridQuantity::voltage;
    std::string value;
    std::optional<Duration> duration;
    std::vector<Frequency> sweep;           ///< of a rate of change: from, to
    std::optional<Frequency> at_frequency;  ///< of a phase step
    Certainty certainty = Certainty::km;
    std::string source;
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
    declare_tag(v, s);
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
    std::string source;
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
    declare_tag(v, s);
}

/// Output is back at `share` of what it was so long after the voltage is.
struct OutputRestored {
    Ratio share;
    Duration within{};
    Certainty certainty = Certainty::kh;
    std::string source;
};
template <class V>
void declare(V& v, OutputRestored& s) {
    v.required("share", s.share, "of the current before");
    v.required("within", s.within, "time after the voltage is back");
    declare_tag(v, s);
}

/// Disturbances in a row that a unit rides through: so many, so far apart, counted anew after.
struct ConsecutiveDips {
    int sets = 1;
    Duration apart{}, counted_anew{};
    Certainty certainty = Certainty::km;
    std::string source;
};
template <class V>
void declare(V& v, ConsecutiveDips& s) {
    v.required("sets", s.sets, "disturbances");
    v.required("apart", s.apart, "shortest time between two");
    v.required("counted_anew", s.counted_anew, "after this time without one");
    declare_tag(v, s);
}

struct CodeRocof {
    Rocof value;
    Duration window{500ms};
    Certainty certainty = Certainty::kh;
    std::string source;
};
template <class V>
void declare(V& v, CodeRocof& s) {
    v.required("value", s.value, "rate of change to withstand");
    v.required("window", s.window, "over which it is measured");
    declare_tag(v, s);
}

/// A jump of the voltage's angle to withstand.
struct PhaseJump {
    std::optional<Angle> positive_sequence;
    std::optional<Angle> single_phase;  ///< of one phase of three
    Certainty certainty = Certainty::s;
    std::string source;
};
template <class V>
void declare(V& v, PhaseJump& s) {
    v.optional("positive_sequence", s.positive_sequence, "of all phases together");
    v.optional("single_phase", s.single_phase, "of one phase");
    declare_tag(v, s);
}

/// A band that the grid must be in before a unit may enter service.
struct ServiceBand {
    std::string min, max;
    std::vector<std::string> min_range, max_range;  ///< lowest and highest setting
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
    v.optional("min_range", s.min_range, "lowest and highest setting of min");
    v.optional("max_range", s.max_range, "lowest and highest setting of max");
    declare_tag(v, s);
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
    declare_tag(v, s);
}

/// One figure that is a share.
struct CodeShare {
    Ratio value;
    Certainty certainty = Certainty::kh;
    std::string source;
};
template <class V>
void declare(V& v, CodeShare& s) {
    v.required("value", s.value, "the figure");
    declare_tag(v, s);
}

/// A ramp of active power, as a share of the rating per minute.
struct CodeRamp {
    Ratio per_minute;
    std::vector<Ratio> range;
    Certainty certainty = Certainty::km;
    std::string source;
};
template <class V>
void declare(V& v, CodeRamp& s) {
    v.required("per_minute", s.per_minute, "of the rating per minute");
    v.optional("range", s.range, "slowest and fastest setting");
    declare_tag(v, s);
}

/// A delay by chance in place of a ramp, so that units do not return together.
struct RandomDelay {
    Duration shortest{}, longest{};
    std::optional<ApparentPower> below;  ///< allowed where all units together are smaller
    Certainty certainty = Certainty::s;
    std::string source;
};
template <class V>
void declare(V& v, RandomDelay& s) {
    v.required("shortest", s.shortest, "shortest setting");
    v.required("longest", s.longest, "longest setting");
    v.optional("below", s.below, "where all units together are smaller");
    declare_tag(v, s);
}

/// After an interruption no longer than `up_to`, a shorter observation is enough.
struct ShortInterruption {
    Duration up_to{}, observation{};
    Certainty certainty = Certainty::km;
    std::string source;
};
template <class V>
void declare(V& v, ShortInterruption& s) {
    v.required("up_to", s.up_to, "longest interruption");
    v.required("observation", s.observation, "time in the window");
    declare_tag(v, s);
}

/// Windows of a start that no trip went before, where they are others.
struct NormalStart {
    ServiceBand voltage, frequency;
    CodeDuration observation;
};
template <class V>
void declare(V& v, NormalStart& s) {
    v.required("voltage", s.voltage, "voltage window");
    v.required("frequency", s.frequency, "frequency window");
    v.required("observation", s.observation, "time in both windows before closing");
}

struct EnterService {
    ServiceBand voltage;
    ServiceBand frequency;
    CodeDuration observation;
    std::optional<CodeRamp> ramp;             ///< absent = the code prescribes none
    std::optional<CodeDuration> ramp_period;  ///< IEEE: from nothing to the rating
    std::optional<CodeShare> largest_step;    ///< of the rating, where it rises in steps
    std::optional<RandomDelay> random_delay;
    std::optional<CodeRamp> project_ramp;  ///< what the project asks for where the code is silent
    std::optional<ShortInterruption> short_interruption;
    std::optional<NormalStart> normal_start;
    std::vector<NoTripPoint> not_at;  ///< must not reconnect while held there
};
template <class V>
void declare(V& v, EnterService& s) {
    v.required("voltage", s.voltage, "voltage window");
    v.required("frequency", s.frequency, "frequency window");
    v.required("observation", s.observation, "time in both windows before closing");
    v.optional("ramp", s.ramp, "ramp after reconnecting");
    v.optional("ramp_period", s.ramp_period, "time from nothing to the rating");
    v.optional("largest_step", s.largest_step, "of the rating, where power rises in steps");
    v.optional("random_delay", s.random_delay, "delay by chance in place of a ramp");
    v.optional("project_ramp", s.project_ramp, "ramp that the project asks for");
    v.optional("short_interruption", s.short_interruption, "shorter observation after one");
    v.optional("normal_start", s.normal_start, "windows of a start without a trip before");
    v.optional("not_at", s.not_at, "points at which it must not reconnect");
}

/// Synchronising limits up to a rating.
struct SyncRow {
    std::optional<ApparentPower> up_to;  ///< absent = any rating
    Frequency df;
    Ratio dv;
    Angle dphi;
    Certainty certainty = Certainty::kh;
    std::string source;
};
template <class V>
void declare(V& v, SyncRow& s) {
    v.optional("up_to", s.up_to, "largest rating that the row is for");
    v.required("df", s.df, "frequency difference");
    v.required("dv", s.dv, "voltage difference of nominal");
    v.required("dphi", s.dphi, "phase angle");
    declare_tag(v, s);
}

}  // namespace islandbench::acceptance
