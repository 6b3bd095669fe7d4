#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostics.hpp"
#include "base/json_binding.hpp"
#include "base/link_address.hpp"
#include "base/units.hpp"

/// What stands in a site file: the street as built. Ratings and settings, no state.
/// Every struct has a declare() that names its keys; defaults are the members' initial values.
namespace islandbench {

enum class Phase { a, b, c };
inline constexpr int phases = 3;

constexpr auto enum_names(Phase /*of*/) {
    return json::EnumNames<Phase, 3>{{{Phase::a, "A"}, {Phase::b, "B"}, {Phase::c, "C"}}};
}

/// What a device does in the street. A scenario speaks to roles, never to products.
enum class Role {
    inverter,  ///< converts; reads P, Q, V, f; takes a power set-point
    bms,       ///< knows the battery: SoC, limits, state
    meter,
    interconnect,  ///< the switch between street and grid, with its own sync check
    loadctl,       ///< tier contactors of a home
};

constexpr auto enum_names(Role /*of*/) {
    return json::EnumNames<Role, 5>{{{Role::inverter, "inverter"},
                                     {Role::bms, "bms"},
                                     {Role::meter, "meter"},
                                     {Role::interconnect, "switch"},
                                     {Role::loadctl, "loadctl"}}};
}

/// How long a load may be without supply at an unplanned transfer (criterion C2).
enum class LoadClass { t1, t2, t3, t4 };

constexpr auto enum_names(LoadClass /*of*/) {
    return json::EnumNames<LoadClass, 4>{{{LoadClass::t1, "T1"},
                                          {LoadClass::t2, "T2"},
                                          {LoadClass::t3, "T3"},
                                          {LoadClass::t4, "T4"}}};
}

/// A device of the street and how it is reached.
struct DeviceSpec {
    std::string profile;            ///< name of a device profile (fixtures/profiles)
    std::string link = "emulated";  ///< see LinkAddress
    std::string
        listen;  ///< emulated devices in wall time: "127.0.0.1:15021", or "" for any free port
    json::Place place;
};
template <class V>
void declare(V& v, DeviceSpec& s) {
    v.place(s.place);
    v.required("profile", s.profile, "device profile");
    v.optional("link", s.link, "emulated, tcp://host:port?unit=n or can:interface");
    v.optional("listen", s.listen, "loopback address of the emulated device in wall time");
}

struct LineCode {
    ImpedancePerLength r1, x1, r0, x0;
};
template <class V>
void declare(V& v, LineCode& s) {
    v.required("r1", s.r1, "positive-sequence resistance");
    v.required("x1", s.x1, "positive-sequence reactance");
    v.required("r0", s.r0, "zero-sequence resistance, neutral return included");
    v.required("x0", s.x0, "zero-sequence reactance, neutral return included");
}

/// A cable between two buses; three phases and neutral, the neutral folded into r0 and x0.
struct LineSpec {
    std::string from, to, code;
    Length length;
    json::Place place;
};
template <class V>
void declare(V& v, LineSpec& s) {
    v.place(s.place);
    v.required("from", s.from, "bus nearer to the transformer");
    v.required("to", s.to, "bus");
    v.required("code", s.code, "line code");
    v.required("length", s.length, "route length");
}

/// Upstream network and Dyn transformer, seen from the low-voltage busbar.
struct GridSpec {
    std::string bus;  ///< the busbar on the grid side of the interconnect device
    Voltage no_load_v{240.0};
    ApparentPower transformer_rating;
    Ratio transformer_r{0.012};
    Ratio transformer_x{0.04};
    ApparentPower fault_level{50e6};  ///< of the upstream network
    double x_over_r = 4.0;            ///< of the upstream network
    json::Place place;
};
template <class V>
void declare(V& v, GridSpec& s) {
    v.place(s.place);
    v.required("bus", s.bus, "busbar on the grid side");
    v.optional("no_load_v", s.no_load_v, "phase-to-neutral voltage without load");
    v.required("transformer_rating", s.transformer_rating, "rating of the transformer");
    v.optional("transformer_r", s.transformer_r, "short-circuit resistance on its rating");
    v.optional("transformer_x", s.transformer_x, "short-circuit reactance on its rating");
    v.optional("fault_level", s.fault_level, "short-circuit power of the upstream network");
    v.optional("x_over_r", s.x_over_r, "X/R of the upstream network");
}

/// Limits inside which the interconnect device closes.
struct SyncLimits {
    Frequency df{0.1};
    Ratio dv{0.03};
    Angle dphi{10.0};
    Duration hold{200ms};
};
template <class V>
void declare(V& v, SyncLimits& s) {
    v.optional("df", s.df, "frequency difference");
    v.optional("dv", s.dv, "voltage difference of nominal");
    v.optional("dphi", s.dphi, "phase angle");
    v.optional("hold", s.hold, "time inside all three before closing");
}

/// When the grid counts as healthy again (enter service), as set in the interconnect device. The
/// defaults are those of G98/G99 Type A.
struct EnterServiceSpec {
    Ratio v_min{0.80}, v_max{1.14};
    Frequency f_min{47.5}, f_max{52.0};
    Duration observation{20s};
};
template <class V>
void declare(V& v, EnterServiceSpec& s) {
    v.optional("v_min", s.v_min, "lowest voltage of nominal");
    v.optional("v_max", s.v_max, "highest voltage of nominal");
    v.optional("f_min", s.f_min, "lowest frequency");
    v.optional("f_max", s.f_max, "highest frequency");
    v.optional("observation", s.observation, "time in the window before reclosing");
}

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

/// Interface protection as set in a unit. The defaults are those of G98/G99 Type A, low voltage.
struct ProtectionSpec {
    VoltageStage uv{Ratio{0.80}, 2500ms};
    VoltageStage ov1{Ratio{1.14}, 1s};
    VoltageStage ov2{Ratio{1.19}, 500ms};
    FrequencyStage uf1{Frequency{47.5}, 20s};
    FrequencyStage uf2{Frequency{47.0}, 500ms};
    FrequencyStage of{Frequency{52.0}, 500ms};
    RocofStage rocof{Rocof{1.0}, 500ms};
};
template <class V>
void declare(V& v, ProtectionSpec& s) {
    v.optional("uv", s.uv, "under-voltage");
    v.optional("ov1", s.ov1, "over-voltage stage 1");
    v.optional("ov2", s.ov2, "over-voltage stage 2");
    v.optional("uf1", s.uf1, "under-frequency stage 1");
    v.optional("uf2", s.uf2, "under-frequency stage 2");
    v.optional("of", s.of, "over-frequency");
    v.optional("rocof", s.rocof, "loss of mains");
}

/// The switch between street and grid. It detects islanding, opens, earths, synchronises, closes.
struct InterconnectSpec {
    std::string bus;  ///< the bus on the street side
    Current rating{160.0};
    Ratio v_min{0.85}, v_max{1.12};
    Frequency f_min{49.0}, f_max{51.0};
    Duration trip_delay{100ms};
    Frequency probe{0.02};  ///< square wave on the former's raise/lower line while closed
    Duration probe_period{400ms};
    int probe_periods = 3;  ///< the bus frequency followed for so long: the grid is gone
    Duration opening_time{50ms};
    Duration closing_time{60ms};
    SyncLimits sync;
    EnterServiceSpec enter_service;
    bool ne_link = true;  ///< closes the neutral-earth link in the island
    DeviceSpec device;
    json::Place place;
};
template <class V>
void declare(V& v, InterconnectSpec& s) {
    v.place(s.place);
    v.required("bus", s.bus, "bus on the street side");
    v.optional("rating", s.rating, "rated current");
    v.optional("v_min", s.v_min, "opens below this voltage");
    v.optional("v_max", s.v_max, "opens above this voltage");
    v.optional("f_min", s.f_min, "opens below this frequency");
    v.optional("f_max", s.f_max, "opens above this frequency");
    v.optional("trip_delay", s.trip_delay, "time outside before it opens");
    v.optional("probe", s.probe, "amplitude of the islanding probe");
    v.optional("probe_period", s.probe_period, "period of the islanding probe");
    v.optional("probe_periods", s.probe_periods, "periods the bus must follow");
    v.optional("opening_time", s.opening_time, "from command to open contact");
    v.optional("closing_time", s.closing_time, "from command to closed contact");
    v.optional("sync", s.sync, "synchronism check");
    v.optional("enter_service", s.enter_service, "when the grid is healthy again");
    v.optional("ne_link", s.ne_link, "closes the neutral-earth link in the island");
    v.required("device", s.device, "its communication");
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
    Ratio share_limit{0.9};  ///< of the rating per phase that dispatch may plan with
    Duration cooling{60s};   ///< from a used-up overload curve back to a fresh one
    Duration restart{10s};   ///< from a trip to the next start
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
    v.optional("loss_fixed", s.loss_fixed, "constant loss, of the rating");
    v.optional("loss_linear", s.loss_linear, "loss proportional to power");
    v.optional("loss_square", s.loss_square, "loss proportional to power squared");
    v.required("battery", s.battery, "its battery");
    v.required("inverter", s.inverter, "communication of the inverter");
    v.required("bms", s.bms, "communication of the battery");
}

/// A home's hybrid inverter: battery and PV on one DC bus, one AC phase.
struct HybridSpec {
    ApparentPower rating;
    std::optional<ActivePower> pv_peak;
    Ratio v_block{0.7};        ///< stops injecting below this voltage
    Duration resume{100ms};    ///< back in range so long before it injects again
    Duration trip_after{1s};   ///< blocked so long: it disconnects and waits
    Duration rejoin{20s};      ///< in-range time before a tripped unit reconnects
    Frequency fw_start{50.4};  ///< frequency-watt (LFSM-O): reduces power above this
    Ratio fw_droop{0.10};      ///< pu frequency per pu power
    ProtectionSpec protection;
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
    v.optional("v_block", s.v_block, "stops injecting below this voltage");
    v.optional("resume", s.resume, "time in range before it injects again");
    v.optional("trip_after", s.trip_after, "blocked so long, it disconnects");
    v.optional("rejoin", s.rejoin, "time in range before a tripped unit reconnects");
    v.optional("fw_start", s.fw_start, "frequency-watt start");
    v.optional("fw_droop", s.fw_droop, "frequency-watt droop");
    v.optional("protection", s.protection, "interface protection");
    v.optional("loss_fixed", s.loss_fixed, "constant loss, of the rating");
    v.optional("loss_linear", s.loss_linear, "loss proportional to power");
    v.optional("loss_square", s.loss_square, "loss proportional to power squared");
    v.required("battery", s.battery, "its battery");
    v.required("inverter", s.inverter, "communication of the inverter");
    v.required("bms", s.bms, "communication of the battery");
}

/// Something that switches on and off by chance, on one tier of a home.
/// Tiers (a lower number is more critical): 0 medical, communication, controller supply; 1 fridge,
/// boiler pump; 2 light and sockets; 3 cooking, heating stage; 4 hot water, car.
struct ApplianceSpec {
    std::string name;
    int tier = 2;
    ActivePower p;
    double power_factor = 1.0;  ///< inductive
    Duration mean_on{};         ///< 0 with mean_off 0 = always on
    Duration mean_off{};
    std::vector<double> zip{0.4, 0.3, 0.3};  ///< shares of constant impedance, current, power
    json::Place place;
};
template <class V>
void declare(V& v, ApplianceSpec& s) {
    v.place(s.place);
    v.required("name", s.name, "name");
    v.required("tier", s.tier, "0 (never shed) to 4 (first shed)");
    v.required("p", s.p, "power while on, at nominal voltage");
    v.optional("power_factor", s.power_factor, "inductive power factor");
    v.optional("mean_on", s.mean_on, "mean time on");
    v.optional("mean_off", s.mean_off, "mean time off");
    v.optional("zip", s.zip, "shares of constant impedance, current and power");
}

inline constexpr int tiers = 5;

/// A local stage of a load controller: opens `tier` by itself when the frequency stays low.
struct UnderFrequencyStage {
    int tier = 4;
    Frequency below{49.2};
    Duration delay{500ms};
};
template <class V>
void declare(V& v, UnderFrequencyStage& s) {
    v.required("tier", s.tier, "tier it opens");
    v.required("below", s.below, "frequency");
    v.optional("delay", s.delay, "time below");
}

struct HomeSpec {
    std::string name;
    std::string bus;
    Phase phase = Phase::a;
    std::string service_code;  ///< line code of the service cable
    Length service_length{15.0};
    LoadClass load_class = LoadClass::t3;
    std::vector<ApplianceSpec> appliances;
    std::optional<HybridSpec> hybrid;
    std::vector<UnderFrequencyStage> under_frequency{{4, Frequency{49.2}, 300ms},
                                                     {3, Frequency{48.9}, 1s},
                                                     {2, Frequency{48.6}, 2s},
                                                     {1, Frequency{48.3}, 5s}};
    DeviceSpec loadctl;
    json::Place place;
};
template <class V>
void declare(V& v, HomeSpec& s) {
    v.place(s.place);
    v.required("name", s.name, "name in signals and reports");
    v.required("bus", s.bus, "bus of the street");
    v.required("phase", s.phase, "phase of the service");
    v.required("service_code", s.service_code, "line code of the service cable");
    v.optional("service_length", s.service_length, "length of the service cable");
    v.optional("load_class", s.load_class, "longest gap at an unplanned transfer");
    v.required("appliances", s.appliances, "what the home uses");
    v.optional("hybrid", s.hybrid, "hybrid inverter with battery");
    v.optional("under_frequency", s.under_frequency, "local stages of the load controller");
    v.required("loadctl", s.loadctl, "communication of the load controller");
}

/// A site that the street has promised to supply: a clinic, a hall.
struct PrioritySiteSpec {
    std::string name;
    std::string bus;
    ActivePower p;    ///< three-phase, balanced
    ReactivePower q;  ///< consumption positive
    Duration firm_duration{4h};
    LoadClass load_class = LoadClass::t3;
    json::Place place;
};
template <class V>
void declare(V& v, PrioritySiteSpec& s) {
    v.place(s.place);
    v.required("name", s.name, "name in signals and reports");
    v.required("bus", s.bus, "bus");
    v.required("p", s.p, "consumption");
    v.optional("q", s.q, "reactive consumption");
    v.optional("firm_duration", s.firm_duration, "promised duration");
    v.optional("load_class", s.load_class, "longest gap at an unplanned transfer");
}

enum class MeterSide { grid, island };
constexpr auto enum_names(MeterSide /*of*/) {
    return json::EnumNames<MeterSide, 2>{
        {{MeterSide::grid, "grid"}, {MeterSide::island, "island"}}};
}

/// A three-phase meter beside the interconnect device.
struct MeterSpec {
    std::string name;
    MeterSide side = MeterSide::grid;
    DeviceSpec device;
    json::Place place;
};
template <class V>
void declare(V& v, MeterSpec& s) {
    v.place(s.place);
    v.required("name", s.name, "name in signals and reports");
    v.required("side", s.side, "side of the interconnect device");
    v.required("device", s.device, "its communication");
}

/// Inputs of the cost per kWh delivered in the emergency; every report shows them.
struct EconomicsSpec {
    EnergyPrice energy_in{0.25};     ///< paid for the energy in the batteries
    Ratio round_trip{0.88};          ///< AC to AC
    EnergyPrice battery_price{250};  ///< per kWh of capacity
    Ratio end_of_life{0.8};          ///< state of health at which a pack is replaced
    Money per_event;                 ///< fixed cost of one emergency
};
template <class V>
void declare(V& v, EconomicsSpec& s) {
    v.optional("energy_in", s.energy_in, "price of the energy stored");
    v.optional("round_trip", s.round_trip, "round-trip efficiency");
    v.optional("battery_price", s.battery_price, "price of battery capacity");
    v.optional("end_of_life", s.end_of_life, "state of health at replacement");
    v.optional("per_event", s.per_event, "fixed cost of an emergency");
}

struct Site {
    std::string name;
    std::string title;
    std::string grid_code;  ///< name of a grid-code profile (fixtures/gridcodes)
    Voltage nominal_v{230.0};
    Frequency nominal_f{50.0};
    /// T_det of criterion C1: longest time that the street feeds a dead grid, opening included.
    Duration t_detect{1600ms};
    std::map<std::string, LineCode> line_codes;
    GridSpec grid;
    InterconnectSpec interconnect;
    std::vector<LineSpec> lines;
    FormerSpec former;
    std::vector<HomeSpec> homes;
    std::vector<PrioritySiteSpec> priority_sites;
    std::vector<MeterSpec> meters;
    EconomicsSpec economics;
    std::map<std::string, std::string> agreed;  ///< figure -> who agreed it with the pilot owner
    json::Place place;
};
template <class V>
void declare(V& v, Site& s) {
    v.place(s.place);
    v.required("name", s.name, "name");
    v.optional("title", s.title, "one line for reports");
    v.required("grid_code", s.grid_code, "grid-code profile");
    v.optional("nominal_v", s.nominal_v, "phase-to-neutral voltage");
    v.optional("nominal_f", s.nominal_f, "frequency");
    v.optional("t_detect_s", s.t_detect, "longest time of feeding a dead grid, opening included");
    v.required("line_codes", s.line_codes, "cable types");
    v.required("grid", s.grid, "upstream network and transformer");
    v.required("interconnect", s.interconnect, "switch between street and grid");
    v.required("lines", s.lines, "cables of the street");
    v.required("former", s.former, "the municipal grid-forming unit");
    v.required("homes", s.homes, "homes");
    v.optional("priority_sites", s.priority_sites, "sites with a promise");
    v.optional("meters", s.meters, "meters at the interconnect device");
    v.optional("economics", s.economics, "inputs of the cost figure");
    v.optional("agreed", s.agreed, "unsure figures and who agreed them");
}

/// One device of a site, by its full name: "home1.inverter", "former.bms", "pcc", "meter_grid".
struct DeviceRef {
    std::string name;
    Role role = Role::inverter;
    const DeviceSpec* spec = nullptr;  ///< in the site
};

/// All devices, in a fixed order: switch, meters, former, homes.
std::vector<DeviceRef> devices_of(const Site& site);

/// What the reader alone cannot see: ranges, duplicate names, references, loops in the feeder.
void check_site(const Site& site, Diagnostics& diagnostics);

/// Reads and checks a site file.
Site read_site(std::string_view text, const std::string& file, Diagnostics& diagnostics);

}  // namespace islandbench
