#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "acceptance/verdict.hpp"
#include "base/json_binding.hpp"
#include "base/signals.hpp"
#include "reports/store/golden_figures.hpp"
#include "reports/store/settlement.hpp"
#include "reports/store/street_energy.hpp"

/// What a run leaves behind, as plain data. RunStore keeps it, RunReader gives it back, and every
/// report is a pure function of it.
namespace islandbench::reports {

enum class ClockKind { simulated, wall };
constexpr auto enum_names(ClockKind /*of*/) {
    return json::EnumNames<ClockKind, 2>{
        {{ClockKind::simulated, "simulated"}, {ClockKind::wall, "wall"}}};
}

/// A file that went into the run, as expanded and used.
struct RunInput {
    std::string name;  ///< "miniature_outage.json"
    std::string kind;  ///< "scenario", "site", "profile", "grid code", "criteria", as below
    std::string text;
};

/// The kind of the measured homes that took the place of what the site says of its homes' use.
inline constexpr const char* load_profiles_kind = "load profiles";

/// Known before the first tick.
struct RunHeader {
    std::string scenario;        ///< name
    std::string scenario_title;  ///< one line for people
    std::string site;
    std::string site_title;
    ClockKind clock = ClockKind::simulated;
    bool hardware = false;  ///< a real device took part: also makes every commit survive power loss
    bool strict = false;    ///< a pass on an unverified limit is not enough
    std::string not_judged;  ///< ids of the installed criteria that the story leaves out
    std::string own_limits;  ///< files of criteria or grid codes that are not the installed ones
    std::uint64_t seed = 0;
    Duration duration{};     ///< length of the story
    std::string started_at;  ///< UTC by the bench's clock, ISO 8601; of no influence on the hash
    Voltage nominal_v{230.0};
    Frequency nominal_f{50.0};
    std::vector<std::pair<std::string, std::string>> versions;  ///< {"islandbench", "0.1.0"}, ...
    std::vector<RunInput> inputs;
};

enum class EndReason {
    completed,
    not_told,     ///< to its end, but a step never came or changed nothing: another story
    stopped,      ///< by a criterion of severity S0
    interrupted,  ///< by a person
    bench_error,
    unfinished,  ///< nobody closed the run: killed, or still going
};
constexpr auto enum_names(EndReason /*of*/) {
    return json::EnumNames<EndReason, 6>{{{EndReason::completed, "completed"},
                                          {EndReason::not_told, "story not told"},
                                          {EndReason::stopped, "stopped by a criterion"},
                                          {EndReason::interrupted, "interrupted"},
                                          {EndReason::bench_error, "bench error"},
                                          {EndReason::unfinished, "unfinished"}}};
}

/// How one device was reached: counts over the run, latency of the exchanges that succeeded.
struct LinkStatistics {
    std::string device;    ///< "home1.inverter"
    std::string address;   ///< "emulated", "tcp://10.0.0.7:502?unit=1"
    std::string identity;  ///< maker, model, version as the device says them: hostile text
    std::int64_t exchanges = 0;
    std::int64_t time_outs = 0;
    std::int64_t retries = 0;
    std::int64_t reconnects = 0;
    std::int64_t bad_replies = 0;
    std::int64_t exceptions = 0;
    std::optional<Duration> p50, p95, p99;
    /// How long after its last order the device fell back to its default, as the bench saw it, at the
    /// latest; absent: it never had to, or nobody could see it.
    std::optional<Duration> fallback;
};
template <class V>
void declare(V& v, LinkStatistics& s) {
    v.required("device", s.device, "name");
    v.required("address", s.address, "how it was reached");
    v.required("identity", s.identity, "as it says itself");
    v.required("exchanges", s.exchanges, "requests that were answered");
    v.required("time_outs", s.time_outs, "requests without an answer in time");
    v.required("retries", s.retries, "further attempts");
    v.required("reconnects", s.reconnects, "connections opened again");
    v.required("bad_replies", s.bad_replies, "answers that broke the protocol");
    v.required("exceptions", s.exceptions, "requests that the device refused");
    nullable_seconds(v, "p50_s", s.p50, "median latency");
    nullable_seconds(v, "p95_s", s.p95, "latency of 95 %");
    nullable_seconds(v, "p99_s", s.p99, "latency of 99 %");
    nullable_seconds(v, "fallback_s", s.fallback, "from the last order to its default");
}

/// How far something was behind the wall clock: that which half, 95 % and 99 % of all did not
/// exceed (up to a sixteenth above the truth), and the furthest. All 0 in simulated time.
struct Lateness {
    Duration p50{}, p95{}, p99{}, max{};

    bool operator==(const Lateness&) const = default;
};
template <class V>
void declare(V& v, Lateness& s) {
    seconds(v, "p50_s", s.p50, "median");
    seconds(v, "p95_s", s.p95, "of 95 %");
    seconds(v, "p99_s", s.p99, "of 99 %");
    seconds(v, "max_s", s.max, "furthest");
}

/// Whether the bench kept up. In wall time a bench that lags sees devices later than they answered.
struct RunPace {
    std::int64_t dispatch_steps = 0;       ///< of the dispatch loop
    std::int64_t dispatch_steps_late = 0;  ///< by more than a tenth of their period
    Lateness ticks;                        ///< of the plant's steps
    Lateness dispatch;                     ///< of the dispatch loop's
    std::int64_t plant_steps = 0;          ///< of 1 ms
    std::int64_t plant_solutions = 0;      ///< fewer where the street has coasted
};
template <class V>
void declare(V& v, RunPace& s) {
    v.required("dispatch_steps", s.dispatch_steps, "steps of the dispatch loop");
    v.required("dispatch_steps_late", s.dispatch_steps_late, "late by more than a tenth");
    v.required("tick_lateness", s.ticks, "of the plant's steps");
    v.required("dispatch_lateness", s.dispatch, "of the dispatch loop's");
    v.required("plant_steps", s.plant_steps, "milliseconds of the street");
    v.required("plant_solutions", s.plant_solutions, "of them with a solution of their own");
}

/// Whether the emulated street obeyed physics: power balance at every bus, no energy from nothing,
/// in every step. A broken law ends a run as a bench error.
struct PlantLaws {
    Ratio nearest;       ///< that any step came to breaking one, of the limit
    std::string broken;  ///< which one, where and by how much; empty = none
};
template <class V>
void declare(V& v, PlantLaws& s) {
    v.required("nearest", s.nearest, "nearest that a step came to breaking a law, of its limit");
    v.required("broken", s.broken, "law that was broken, or nothing");
}

/// Known after the last tick.
struct RunEnd {
    EndReason reason = EndReason::completed;
    std::string detail;    ///< for people, when it did not complete
    Instant at{};          ///< story time reached
    Duration simulated{};  ///< length of time simulated, settling included
    Duration wall{};       ///< what that took
    acceptance::RunVerdict verdict;
    GoldenFigures figures;
    StreetEnergy energy;
    Settlement settlement;
    std::vector<LinkStatistics> links;
    RunPace pace;
    PlantLaws laws;
};

struct RunEvent {
    Instant at{};
    std::string name;    ///< "outage", "fault.silent_home2"
    std::string detail;  ///< for people

    bool operator==(const RunEvent&) const = default;
};

/// A recorded signal. Between samples a value holds; NaN says that there is no value from then on.
struct Series {
    SignalInfo info;
    std::vector<Instant> times;  ///< strictly increasing
    std::vector<double> values;

    /// The value in force at `t`; NaN before the first sample.
    [[nodiscard]] double at(Instant t) const;
};

struct RunRecord {
    RunHeader header;
    RunEnd end;
    std::vector<Series> series;
    std::vector<RunEvent> events;
    std::string trace_sha256;   ///< of everything recorded, in order; "" when unfinished
    std::string record_sha256;  ///< the seal: of all else, trace hash included; "" when unfinished

    /// The series of that name, or nullptr.
    [[nodiscard]] const Series* find(std::string_view name) const;
};

}  // namespace islandbench::reports
