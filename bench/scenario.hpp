#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "acceptance/catalogue.hpp"
#include "base/json_binding.hpp"
#include "base/site.hpp"

/// What stands in a scenario file: the story that a street is taken through.
namespace islandbench::bench {

enum class OutageKind {
    upstream_break,  ///< the line above the transformer opens; a neighbour's load stays on our side
    exact_balance,   ///< as above, and that load takes just what flowed: nothing moves at first
    bolted_fault,    ///< three-phase short circuit on the grid side, then open
};
constexpr auto enum_names(OutageKind /*of*/) {
    return json::EnumNames<OutageKind, 3>{{{OutageKind::upstream_break, "upstream_break"},
                                           {OutageKind::exact_balance, "exact_balance"},
                                           {OutageKind::bolted_fault, "bolted_fault"}}};
}

struct OutageStep {
    OutageKind kind = OutageKind::upstream_break;
    ActivePower neighbour_p{60e3};    ///< consumption, three-phase
    ReactivePower neighbour_q{20e3};  ///< consumption
};
template <class V>
void declare(V& v, OutageStep& s) {
    v.optional("kind", s.kind, "how the grid is lost");
    v.optional("neighbour_p", s.neighbour_p, "load left on our side of the break");
    v.optional("neighbour_q", s.neighbour_q, "its reactive power");
}

/// The grid returns, for good or until a later step takes it away.
struct GridBackStep {
    Frequency f{50.0};
};
template <class V>
void declare(V& v, GridBackStep& s) {
    v.optional("f", s.f, "frequency it comes back with");
}

/// The frequency of the grid leaves its wander around 50 Hz: a ramp to another value, or a recorded
/// day from its beginning.
struct GridFrequencyStep {
    std::optional<Frequency> to;
    std::optional<Rocof> rate;  ///< of the ramp; without it the frequency jumps
    std::string record;         ///< CSV file of times and hertz
};
template <class V>
void declare(V& v, GridFrequencyStep& s) {
    v.optional("to", s.to, "frequency that it goes to");
    v.optional("rate", s.rate, "of the ramp; at once without it");
    v.optional("record", s.record, "CSV file of a recorded frequency, followed from its beginning");
}

/// A short loss or dip of the grid.
struct FlickerStep {
    Duration duration{300ms};
    Ratio remaining;  ///< voltage that remains
};
template <class V>
void declare(V& v, FlickerStep& s) {
    v.optional("for", s.duration, "duration");
    v.optional("remaining", s.remaining, "voltage that remains, of nominal");
}

/// Somebody switches something on, on a tier of a home or at a priority site.
struct LoadStepStep {
    std::string at;
    int tier = 2;  ///< of a home
    ActivePower p;
    ReactivePower q;
    Duration duration{60s};
    std::optional<MotorSpec> motor;  ///< in a home: it starts as a motor
};
template <class V>
void declare(V& v, LoadStepStep& s) {
    v.required("at", s.at, "home or priority site");
    v.optional("tier", s.tier, "tier of a home");
    v.required("p", s.p, "consumption at nominal voltage");
    v.optional("q", s.q, "reactive consumption");
    v.optional("for", s.duration, "duration");
    v.optional("motor", s.motor, "in a home: it starts as a motor, {} with all defaults");
}

/// The communication of a home, or of one device, carries nothing.
struct SilenceStep {
    std::string of;
    Duration duration{30s};
};
template <class V>
void declare(V& v, SilenceStep& s) {
    v.required("of", s.of, "home, or device such as home1.inverter");
    v.optional("for", s.duration, "duration");
}

/// The Modbus links of a home, or of one device, are bad for a while; what is not given stays as it
/// is. Shares are of the replies.
struct LinkStep {
    std::string of;
    Duration duration{30s};
    std::optional<Duration> delay_median, delay_p99;
    std::optional<Ratio> loss, corrupt, reorder, reset;
    std::optional<Duration> drip;
    std::optional<bool> half_open;
};
template <class V>
void declare(V& v, LinkStep& s) {
    v.required("of", s.of, "home, or device such as home1.inverter");
    v.optional("for", s.duration, "duration");
    v.optional("delay_median", s.delay_median, "median delay of a request-reply exchange");
    v.optional("delay_p99", s.delay_p99, "99th percentile of it");
    v.optional("loss", s.loss, "share of replies that are lost");
    v.optional("corrupt", s.corrupt, "share of replies in which one bit is wrong");
    v.optional("reorder", s.reorder, "share of replies that come behind the next one");
    v.optional("reset", s.reset, "share of replies in whose place the connection is reset");
    v.optional("drip", s.drip, "pause between any two bytes of a reply");
    v.optional("half_open", s.half_open,
               "connections of this moment stay open and carry nothing any more; new ones work");
}

/// The operator gives or withdraws consent at the interconnect device.
struct ConsentStep {
    std::optional<bool> island;
    std::optional<bool> reclose;
};
template <class V>
void declare(V& v, ConsentStep& s) {
    v.optional("island", s.island, "the street may form an island");
    v.optional("reclose", s.reclose, "the street may close on to the grid");
}

/// The operator asks the dispatch core to take the street off the grid, or back to it. That is a
/// wish: the interconnect device still needs its consents.
struct RequestStep {
    bool island = true;  ///< false: return to the grid
};
template <class V>
void declare(V& v, RequestStep& s) {
    v.required("island", s.island, "true: form a planned island; false: return to the grid");
}

/// The dispatch core stops answering: it steps, reads and writes nothing. Devices live on their
/// defaults.
struct ControllerStep {
    std::optional<Duration> lost_for;  ///< to the end of the story without it
    bool restarts = false;             ///< it comes back knowing only what it must not forget
};
template <class V>
void declare(V& v, ControllerStep& s) {
    v.optional("lost_for", s.lost_for, "how long it is lost; without it, to the end");
    v.optional("restarts", s.restarts,
               "it starts anew, and knows only the counters that it must not forget");
}

/// The owner of a home's battery lends nothing from now on, or does again.
struct OptOutStep {
    std::string home;
    bool out = true;
};
template <class V>
void declare(V& v, OptOutStep& s) {
    v.required("home", s.home, "home with a battery");
    v.optional("out", s.out, "false: its owner takes part again");
}

/// The operator announces a storm, or calls it off.
struct StormStep {
    std::optional<Duration> in;  ///< it comes so long after the announcement
    Duration lasts{1h};
};
template <class V>
void declare(V& v, StormStep& s) {
    v.optional("in", s.in, "so long after the announcement; without it, it is called off");
    v.optional("lasts", s.lasts, "how long");
}

/// A BMS sets its state of charge anew, rightly or wrongly, and what it reports jumps.
struct RecalibrationFault {
    Ratio to;
    std::optional<Voltage> cell;  ///< when the mean cell voltage reaches this; without it, at once
};
template <class V>
void declare(V& v, RecalibrationFault& s) {
    v.required("to", s.to, "SoC that it reports from then on");
    v.optional("cell", s.cell, "mean cell voltage that sets it off; without it, at once");
}

/// A device that is wrong on purpose, from this step on. Exactly one of the kinds.
struct FaultStep {
    std::string id;                            ///< becomes the event fault.<id>
    std::string device;                        ///< such as pcc, home3.loadctl, home1.bms
    std::optional<Angle> sync_angle_error;     ///< switch: measures the angle wrong by so much
    std::optional<bool> detection_off;         ///< switch: does not see that the grid is gone
    std::optional<bool> welded;                ///< switch: its contact does not open
    std::optional<std::vector<int>> miswired;  ///< loadctl: coil k acts on contactor miswired[k]
    std::optional<bool> ignores_orders;        ///< loadctl: acknowledges, and moves nothing
    std::optional<bool> out_of_service;        ///< inverter: fails and stays away
    std::optional<Duration> trips_late;        ///< inverter: each stage so much later
    std::optional<Duration> rides_through;     ///< inverter: leaves after this at the latest
    std::optional<Duration> reconnects_after;  ///< inverter: in place of its observation time
    std::optional<double> power_report;        ///< inverter: reports its power times this
    std::optional<ActivePower> meter_offset;   ///< meter: reports so much too much import
    std::optional<Ratio> soc_report_offset;    ///< bms: adds so much to what it reports
    std::optional<Current> sensor_offset;      ///< bms: its current sensor is so far off
    std::optional<ActivePower> unseen_load;    ///< bms: drawn from the pack past its sensor
    std::optional<bool> soc_frozen;            ///< bms: goes on reporting what it reports now
    std::optional<Ratio> soc_stuck;            ///< bms: reports this, whatever it counts
    std::optional<Ratio> soc_resolution;       ///< bms: reports in whole steps of this
    std::optional<RecalibrationFault> soc_recalibration;
};
template <class V>
void declare(V& v, FaultStep& s) {
    v.required("id", s.id, "name of the event");
    v.required("device", s.device, "the device that is wrong");
    v.optional("sync_angle_error", s.sync_angle_error, "error of its angle measurement");
    v.optional("detection_off", s.detection_off, "islanding is not detected");
    v.optional("welded", s.welded, "the main contact does not open");
    v.optional("miswired", s.miswired, "contactor that each of the five coils acts on");
    v.optional("ignores_orders", s.ignores_orders, "acknowledges and moves no contactor");
    v.optional("trips_late", s.trips_late, "added to the delay of each stage; 0 s ends that");
    v.optional("rides_through", s.rides_through, "it trips after this at the latest");
    v.optional("reconnects_after", s.reconnects_after, "in place of its observation time");
    v.optional("power_report", s.power_report, "it reports its power times this, such as -1");
    v.optional("meter_offset", s.meter_offset, "added to the import that it reports");
    v.optional("out_of_service", s.out_of_service, "the inverter fails; false: it works again");
    v.optional("soc_report_offset", s.soc_report_offset, "added to the reported SoC");
    v.optional("sensor_offset", s.sensor_offset,
               "error of its current sensor; positive sees too much discharge");
    v.optional("unseen_load", s.unseen_load, "drawn from the battery past the BMS's sensor");
    v.optional("soc_frozen", s.soc_frozen, "the reported SoC stays where it is; false ends that");
    v.optional("soc_stuck", s.soc_stuck, "reported SoC, whatever it is");
    v.optional("soc_resolution", s.soc_resolution, "the SoC is reported in whole steps of this");
    v.optional("soc_recalibration", s.soc_recalibration, "the reported SoC jumps");
}

/// One step of the story: a trigger and exactly one thing that happens.
struct Step {
    std::optional<Duration> at;       ///< from the start of the story
    std::optional<std::string> when;  ///< condition, see docs/criteria.md
    std::optional<OutageStep> outage;
    std::optional<GridBackStep> grid_back;
    std::optional<GridFrequencyStep> grid_frequency;
    std::optional<FlickerStep> flicker;
    std::optional<LoadStepStep> load_step;
    std::optional<SilenceStep> silence;
    std::optional<LinkStep> link;
    std::optional<ConsentStep> consent;
    std::optional<RequestStep> request;
    std::optional<ControllerStep> controller;
    std::optional<FaultStep> fault;
    std::optional<OptOutStep> opt_out;
    std::optional<StormStep> storm;
    json::Place place;
};
template <class V>
void declare(V& v, Step& s) {
    v.place(s.place);
    v.optional("at", s.at, "time from the start of the story");
    v.optional("when", s.when, "condition that triggers the step once");
    v.optional("outage", s.outage, "the grid is lost");
    v.optional("grid_back", s.grid_back, "the grid returns");
    v.optional("grid_frequency", s.grid_frequency, "the grid's frequency moves");
    v.optional("flicker", s.flicker, "the grid is lost for a moment");
    v.optional("load_step", s.load_step, "a load is switched on");
    v.optional("silence", s.silence, "a link carries nothing");
    v.optional("link", s.link, "a link is bad for a while");
    v.optional("consent", s.consent, "operator consent");
    v.optional("request", s.request, "the operator asks for a planned island or a return");
    v.optional("controller", s.controller, "the dispatch core stops answering");
    v.optional("fault", s.fault, "a device is wrong on purpose");
    v.optional("opt_out", s.opt_out, "an owner lends nothing any more");
    v.optional("storm", s.storm, "the operator announces a storm");
}

/// How the street stands when the story starts.
struct StartSpec {
    std::map<std::string, Ratio> soc;   ///< by home or former; others as in the site
    Ratio sun;                          ///< share of their peak that PV fields give
    std::string time_of_day = "18:00";  ///< what homes with a demand, and measured ones, go by
    bool permit_island = true;
    bool permit_reclose = false;
};
template <class V>
void declare(V& v, StartSpec& s) {
    v.optional("soc", s.soc, "state of charge by home or former");
    v.optional("sun", s.sun, "share of peak that PV gives");
    v.optional("time_of_day", s.time_of_day,
               "what the clock on the wall shows, such as \"07:30\"; \"18:00\" unless given");
    v.optional("permit_island", s.permit_island, "operator consent to islanding");
    v.optional("permit_reclose", s.permit_reclose, "operator consent to reclosing");
}

/// Delay and loss of every emulated link.
struct LinkSpec {
    Duration delay_median{30ms};
    Duration delay_p99{300ms};
    Ratio loss{0.001};
};
template <class V>
void declare(V& v, LinkSpec& s) {
    v.optional("delay_median", s.delay_median, "median delay of a request-reply exchange");
    v.optional("delay_p99", s.delay_p99, "99th percentile");
    v.optional("loss", s.loss, "share of exchanges that are lost");
}

/// Criteria that are known to fail on this story: the run counts as well when just these fail, and
/// not when one of them holds. Nothing of it changes how a criterion is judged.
struct KnownFailureSpec {
    std::vector<std::string> criteria;  ///< ids, all of them selected, none of severity S0
    std::string reason;                 ///< for people: why, and what would mend it
    json::Place place;
};
template <class V>
void declare(V& v, KnownFailureSpec& s) {
    v.place(s.place);
    v.required("criteria", s.criteria, "ids of criteria that fail on this story");
    v.required("reason", s.reason, "why they fail, for people");
}

struct Scenario {
    std::string name;
    std::string title;
    std::string site;  ///< name of a site file
    Duration duration{300s};
    std::uint64_t seed = 1;
    std::optional<Duration> observation;  ///< shortens the grid code's observation time
    Duration grid_period{1s};             ///< of dispatch, while connected
    Duration island_period{250ms};        ///< of dispatch, in the island
    StartSpec start;
    std::optional<ServicesSpec> services;  ///< in place of the site's
    LinkSpec links;
    std::vector<Step> steps;
    std::vector<std::string> criteria;
    std::optional<KnownFailureSpec> known_failure;
    json::Place place;
    json::Place site_place, criteria_place;  ///< of these keys
};
template <class V>
void declare(V& v, Scenario& s) {
    v.place(s.place);
    v.required("name", s.name, "name");
    v.optional("title", s.title, "one line for reports");
    v.required("site", s.site, "site file");
    v.required("duration", s.duration, "length of the story");
    v.required("seed", s.seed, "start of all chance");
    v.optional("observation", s.observation, "observation time, shorter than the grid code's");
    v.optional("grid_period", s.grid_period, "dispatch period while connected");
    v.optional("island_period", s.island_period, "dispatch period in the island");
    v.optional("start", s.start, "state at the start");
    v.optional("services", s.services, "what the street does for the grid, instead of the site's");
    v.optional("links", s.links, "delay and loss of emulated links");
    v.required("steps", s.steps, "the story");
    v.required("criteria", s.criteria, "ids of the criteria to judge");
    v.optional("known_failure", s.known_failure, "criteria that are known to fail here, and why");
}

/// Reads a scenario; what refers to the site is checked by check_scenario().
Scenario read_scenario(std::string_view text, const std::string& file, Diagnostics& diagnostics);

/// That the known failures of a story are criteria that it judges, that they may fail (a criterion
/// of severity S0 may not), and that a reason is given.
void check_known_failure(const Scenario& scenario, const acceptance::Selection& selection,
                         Diagnostics& diagnostics);

/// Ranges, and names that must exist in the site. "when" conditions are checked when they are
/// compiled against the run's signals.
void check_scenario(const Scenario& scenario, const Site& site, Diagnostics& diagnostics);

}  // namespace islandbench::bench
