#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "acceptance/catalogue.hpp"
#include "base/json_binding.hpp"
#include "base/site.hpp"
#include "bench/fault_step.hpp"

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

/// The network operator tells a home's inverter to cease, and later permits it again.
struct StopStep {
    std::string of;
    Duration duration{60s};
};
template <class V>
void declare(V& v, StopStep& s) {
    v.required("of", s.of, "home with an inverter");
    v.optional("for", s.duration, "until it is permitted again");
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

/// The operator lets a promise at risk use the reserves of the owners who agreed to that, or takes
/// it back.
struct EmergencyStep {
    bool on = true;
};
template <class V>
void declare(V& v, EmergencyStep& s) {
    v.optional("on", s.on, "false: the emergency is over");
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
    std::optional<StopStep> stop;
    std::optional<ControllerStep> controller;
    std::optional<FaultStep> fault;
    std::optional<OptOutStep> opt_out;
    std::optional<StormStep> storm;
    std::optional<EmergencyStep> emergency;
    json::Place place;
};
/// What happens in it: how many things there are.
int things_in(const Step& step);

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
    v.optional("stop", s.stop, "a home's inverter is told to cease");
    v.optional("controller", s.controller, "the dispatch core stops answering");
    v.optional("fault", s.fault, "a device is wrong on purpose");
    v.optional("opt_out", s.opt_out, "an owner lends nothing any more");
    v.optional("storm", s.storm, "the operator announces a storm");
    v.optional("emergency", s.emergency, "the operator lets a promise use the owners' reserves");
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
    Duration grid_period{
        1s};  ///< of dispatch, while connected; of asking the switch, where below 500 ms
    Duration island_period{250ms};  ///< of dispatch, in the island
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
    v.optional("grid_period", s.grid_period,
               "dispatch period while connected; the switch is asked as often, where that is below "
               "500 ms");
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
