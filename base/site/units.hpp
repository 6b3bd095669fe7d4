#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/site/controls.hpp"
#include "base/site/device.hpp"
#include "base/units.hpp"

/// What gives and stores power: batteries, the former, hybrids, and how they are protected.
namespace islandbench {

/// One protection stage: outside `limit` for `delay`, the unit disconnects.
struct VoltageStage {
    Ratio limit;
    Duration delay{};
};
template <class V>
void declare(V& v, VoltageStage& s) {
    v.required("limit", s.limit, "voltage of nominal");
    v.required("delay", s.delay, "time delay");
}
struct FrequencyStage {
    Frequency limit;
    Duration delay{};
};
template <class V>
void declare(V& v, FrequencyStage& s) {
    v.required("limit", s.limit, "frequency");
    v.required("delay", s.delay, "time delay");
}
struct RocofStage {
    Rocof limit;
    Duration delay{};
};
template <class V>
void declare(V& v, RocofStage& s) {
    v.required("limit", s.limit, "rate of change of frequency");
    v.required("delay", s.delay, "time delay");
}

/// Interface protection as set in a unit. The defaults are those of G98/G99 Type A, low voltage;
/// IEEE 1547 sets up to three under-voltage and two over-frequency stages, European codes one on
/// the mean of 10 minutes. Every stage counts by itself, whatever the others see; a limit of 0: no
/// such stage.
struct ProtectionSpec {
    VoltageStage uv{Ratio{0.80}, 2500ms};
    std::optional<VoltageStage> uv2, uv3;
    VoltageStage ov1{Ratio{1.14}, 1s};
    VoltageStage ov2{Ratio{1.19}, 500ms};
    std::optional<VoltageStage> ov_mean;  ///< on the mean of 10 minutes
    FrequencyStage uf1{Frequency{47.5}, 20s};
    FrequencyStage uf2{Frequency{47.0}, 500ms};
    FrequencyStage of{Frequency{52.0}, 500ms};
    std::optional<FrequencyStage> of2;
    RocofStage rocof{Rocof{1.0}, 500ms};
};
template <class V>
void declare(V& v, ProtectionSpec& s) {
    v.optional("uv", s.uv, "under-voltage stage 1");
    v.optional("uv2", s.uv2, "under-voltage stage 2");
    v.optional("uv3", s.uv3, "under-voltage stage 3");
    v.optional("ov1", s.ov1, "over-voltage stage 1");
    v.optional("ov2", s.ov2, "over-voltage stage 2");
    v.optional("ov_mean", s.ov_mean, "over-voltage, mean of 10 minutes");
    v.optional("uf1", s.uf1, "under-frequency stage 1");
    v.optional("uf2", s.uf2, "under-frequency stage 2");
    v.optional("of", s.of, "over-frequency stage 1");
    v.optional("of2", s.of2, "over-frequency stage 2");
    v.optional("rocof", s.rocof, "loss of mains; 0 Hz/s: none");
}

/// What a tripped unit must see before it reconnects.
struct ServiceWindowSpec {
    Ratio v_min{0.80}, v_max{1.14};
    Frequency f_min{47.5}, f_max{52.0};
};
template <class V>
void declare(V& v, ServiceWindowSpec& s) {
    v.required("v_min", s.v_min, "lowest voltage of nominal");
    v.required("v_max", s.v_max, "highest voltage of nominal");
    v.required("f_min", s.f_min, "lowest frequency");
    v.required("f_max", s.f_max, "highest frequency");
}

/// How the battery's own SoC estimate is wrong, always.
struct SocError {
    Ratio offset;           ///< at the start; positive = reports too much
    Current sensor_offset;  ///< of the current sensor; positive = sees too much discharge
};
template <class V>
void declare(V& v, SocError& s) {
    v.optional("offset", s.offset, "estimate minus truth at the start");
    v.optional("sensor_offset", s.sensor_offset, "current sensor offset, discharge positive");
}

/// How surely an owner's battery takes part when the street needs it. An owner may opt out either
/// way, at once; of a firm one it is recorded as a breach.
enum class Participation { voluntary, firm };

constexpr auto enum_names(Participation /*of*/) {
    return json::EnumNames<Participation, 2>{
        {{Participation::voluntary, "voluntary"}, {Participation::firm, "firm"}}};
}

/// An LFP pack. SoC is a share of `capacity`.
struct BatterySpec {
    Energy capacity;
    int cells_in_series = 16;  ///< 16 for 48 V class, 224 for a high-voltage rack
    Ratio soh{1.0};
    Current charge_limit;
    Current discharge_limit;
    Ratio soc{0.5};  ///< at the start, unless the scenario says otherwise
    SocError soc_error;
    Ratio owner_reserve{0.3};                       ///< kept for the owner while the grid is there
    Ratio normal_floor{0.2}, normal_ceiling{0.95};  ///< window while the grid is there
    Ratio island_floor{0.2};                        ///< not below in an island
    Ratio technical_floor{0.1};                     ///< never below
    Ratio event_dod{1.0};                           ///< most that one outage may take, of capacity
    bool emergency_release = false;  ///< lends what is below island_floor on the operator's word
    bool own_use = false;            ///< below island_floor it goes on for its owner's home alone
    Participation participation = Participation::voluntary;
    Temperature ambient{20.0};
    json::Place place;
};
template <class V>
void declare(V& v, BatterySpec& s) {
    v.place(s.place);
    v.required("capacity", s.capacity, "usable energy at full health");
    v.optional("cells_in_series", s.cells_in_series, "LFP cells in series");
    v.optional("soh", s.soh, "state of health");
    v.required("charge_limit", s.charge_limit, "largest charge current");
    v.required("discharge_limit", s.discharge_limit, "largest discharge current");
    v.optional("soc", s.soc, "state of charge at the start");
    v.optional("soc_error", s.soc_error, "how wrong the BMS is");
    v.optional("owner_reserve", s.owner_reserve, "SoC kept while the grid is there");
    v.optional("normal_floor", s.normal_floor, "lowest SoC while the grid is there");
    v.optional("normal_ceiling", s.normal_ceiling, "highest SoC that dispatch charges to");
    v.optional("island_floor", s.island_floor, "lowest SoC in an island");
    v.optional("technical_floor", s.technical_floor, "lowest SoC at all");
    v.optional("event_dod", s.event_dod, "most that one outage may take, of capacity");
    v.optional("emergency_release", s.emergency_release,
               "while a promise is at risk and the operator says so, it lends down to its "
               "technical floor");
    v.optional(
        "own_use", s.own_use,
        "from its island floor down to its technical floor it serves its owner's home alone");
    v.optional(
        "participation", s.participation,
        "firm: its owner has promised to take part, and an opt-out in an outage is recorded");
    v.optional("ambient", s.ambient, "air temperature");
}

/// A step of an overload curve: `multiple` of the rating for at most `duration`.
struct OverloadStep {
    double multiple = 1.0;
    Duration duration{};
};
template <class V>
void declare(V& v, OverloadStep& s) {
    v.required("multiple", s.multiple, "of the rated current");
    v.required("for", s.duration, "longest time");
}

/// The municipal three-phase inverter that forms the street, with its battery.
struct FormerSpec {
    std::string name = "former";
    std::string bus;
    ApparentPower rating;
    Ratio droop{0.01};          ///< frequency drop at rated power, of nominal frequency
    Ratio voltage_droop{0.05};  ///< voltage drop at rated reactive power
    Ratio xf{0.15}, rf{0.01};   ///< coupling impedance on the rating
    Ratio x0{0.05}, r0{0.01};   ///< zero-sequence impedance on the rating
    std::vector<OverloadStep> overload{{1.25, 10s},
                                       {1.5, 1s}};  ///< per phase; the last is the limit
    ActivePower grid_setpoint;                      ///< held by the slow PI while connected
    Duration grid_pi{5s};                           ///< time constant of that PI
    Ratio share_limit{0.9};    ///< of the rating per phase that dispatch may plan with
    Duration cooling{60s};     ///< from a used-up overload curve back to a fresh one
    Duration restart{10s};     ///< from a trip to the next start
    double surge_limit = 2.0;  ///< of the rated current: what its semiconductors bear at a closing
    FormingSpec control;
    double loss_fixed = 0.004, loss_linear = 0.01, loss_square = 0.01;  ///< of the rating (Notton)
    BatterySpec battery;
    DeviceSpec inverter;
    DeviceSpec bms;
    json::Place place;
};
template <class V>
void declare(V& v, FormerSpec& s) {
    v.place(s.place);
    v.optional("name", s.name, "name in signals and reports");
    v.required("bus", s.bus, "bus");
    v.required("rating", s.rating, "three-phase rating");
    v.optional("droop", s.droop, "frequency droop");
    v.optional("voltage_droop", s.voltage_droop, "voltage droop");
    v.optional("xf", s.xf, "coupling reactance");
    v.optional("rf", s.rf, "coupling resistance");
    v.optional("x0", s.x0, "zero-sequence reactance");
    v.optional("r0", s.r0, "zero-sequence resistance");
    v.optional("overload", s.overload, "overload curve per phase");
    v.optional("grid_setpoint", s.grid_setpoint, "power held while connected");
    v.optional("grid_pi", s.grid_pi, "time constant of the set-point control");
    v.optional("share_limit", s.share_limit, "share of the rating that dispatch plans with");
    v.optional("cooling", s.cooling, "from a used-up overload curve back to a fresh one");
    v.optional("restart", s.restart, "from a trip to the next start");
    v.optional("control", s.control, "law and parameters of frequency and voltage");
    v.optional("surge_limit", s.surge_limit,
               "current that it bears when the switch closes out of phase, of the rated current");
    v.optional("loss_fixed", s.loss_fixed, "constant loss, of the rating");
    v.optional("loss_linear", s.loss_linear, "loss proportional to power");
    v.optional("loss_square", s.loss_square, "loss proportional to power squared");
    v.required("battery", s.battery, "its battery");
    v.required("inverter", s.inverter, "communication of the inverter");
    v.required("bms", s.bms, "communication of the battery");
}

/// A home's inverter that forms: a voltage behind its coupling impedance, droop as the former's.
/// Its power set-point moves its no-load frequency; beside a grid a slow PI keeps its reactive
/// power at zero. The interconnect device's line (contact, raise/lower, consent) reaches it.
struct HomeFormingSpec {
    Ratio droop{0.05};          ///< frequency drop at rated power, of nominal frequency
    Ratio voltage_droop{0.05};  ///< voltage drop at rated reactive power
    Ratio xf{0.15}, rf{0.01};   ///< coupling impedance on the rating; its own or virtual
    std::vector<OverloadStep> overload{{1.25, 10s}, {1.5, 1s}};  ///< the last is the limit
    Duration cooling{60s};  ///< from a used-up overload curve back to a fresh one
    Duration grid_pi{5s};   ///< time constant of the PI
    FormingSpec control;
};
template <class V>
void declare(V& v, HomeFormingSpec& s) {
    v.optional("droop", s.droop, "frequency droop");
    v.optional("voltage_droop", s.voltage_droop, "voltage droop");
    v.optional("xf", s.xf, "coupling reactance, its own or virtual");
    v.optional("rf", s.rf, "coupling resistance, its own or virtual");
    v.optional("overload", s.overload, "overload curve");
    v.optional("cooling", s.cooling, "from a used-up overload curve back to a fresh one");
    v.optional("grid_pi", s.grid_pi, "time constant of the reactive power control");
    v.optional("control", s.control, "parameters of frequency and voltage control; law: droop");
}

/// A home's hybrid inverter: battery and PV on one DC bus, one AC phase. What its grid code decides
/// is optional here: what stands in the site file was set by hand and comes first.
struct HybridSpec {
    ApparentPower rating;
    std::optional<ActivePower> pv_peak;
    ActivePower efficient_min;            ///< its battery does badly below; 0: nothing is known
    std::string grid_code;                ///< that it is set to; empty: that of the site
    std::optional<Ratio> v_block;         ///< stops injecting below this voltage
    std::optional<Ratio> v_block_above;   ///< and above this one
    Duration resume{100ms};               ///< back in range so long before it injects again
    std::optional<Duration> trip_after;   ///< blocked so long: it disconnects and waits
    std::optional<Duration> rejoin;       ///< in-range time before a tripped unit reconnects
    std::optional<Duration> rejoin_ramp;  ///< then, from nothing to the rating
    std::optional<ServiceWindowSpec> rejoin_window;  ///< besides every stage of its protection
    std::optional<Frequency> fw_start;  ///< frequency-watt (LFSM-O): reduces power above this
    std::optional<Ratio> fw_droop;      ///< pu frequency per pu power
    std::optional<FrequencyDroopSpec> frequency_droop;  ///< both sides, in place of fw_*
    Duration f_filter{100ms};                           ///< of the frequency that these act on
    std::optional<VoltVarSpec> volt_var;
    PllSpec pll;
    std::optional<CurrentLoopSpec> current_loop;  ///< absent: a current source, 5 ms
    std::optional<HomeFormingSpec> forming;       ///< absent: it follows
    std::optional<ProtectionSpec> protection;
    double loss_fixed = 0.004, loss_linear = 0.01, loss_square = 0.01;  ///< of the rating (Notton)
    BatterySpec battery;
    DeviceSpec inverter;
    DeviceSpec bms;
    json::Place place;
};
template <class V>
void declare(V& v, HybridSpec& s) {
    v.place(s.place);
    v.required("rating", s.rating, "AC rating");
    v.optional("pv_peak", s.pv_peak, "peak power of the PV field on its DC bus");
    v.optional("efficient_min", s.efficient_min, "its battery does badly below this power");
    v.optional("grid_code", s.grid_code, "grid code that it is set to; empty: that of the site");
    v.optional("v_block", s.v_block, "stops injecting below this voltage");
    v.optional("v_block_above", s.v_block_above, "stops injecting above this voltage");
    v.optional("resume", s.resume, "time in range before it injects again");
    v.optional("trip_after", s.trip_after, "blocked so long, it disconnects");
    v.optional("rejoin", s.rejoin, "time in range before a tripped unit reconnects");
    v.optional("rejoin_ramp", s.rejoin_ramp, "from nothing to the rating after that");
    v.optional("rejoin_window", s.rejoin_window, "range, besides that of its protection");
    v.optional("fw_start", s.fw_start, "frequency-watt start");
    v.optional("fw_droop", s.fw_droop, "frequency-watt droop");
    v.optional("frequency_droop", s.frequency_droop, "both sides, in place of fw_*");
    v.optional("f_filter", s.f_filter, "filter of the frequency that they act on");
    v.optional("volt_var", s.volt_var, "volt-var as a droop");
    v.optional("pll", s.pll, "phase-locked loop");
    v.optional("current_loop", s.current_loop, "voltage behind a filter, not a current source");
    v.optional("forming", s.forming, "it forms: a voltage with droop, not a current");
    v.optional("protection", s.protection, "interface protection");
    v.optional("loss_fixed", s.loss_fixed, "constant loss, of the rating");
    v.optional("loss_linear", s.loss_linear, "loss proportional to power");
    v.optional("loss_square", s.loss_square, "loss proportional to power squared");
    v.required("battery", s.battery, "its battery");
    v.required("inverter", s.inverter, "communication of the inverter");
    v.required("bms", s.bms, "communication of the battery");
}

/// The same unit with all that neither its file nor a grid code has set, as G98/G99 Type A has it.
HybridSpec with_defaults(HybridSpec spec);

}  // namespace islandbench
