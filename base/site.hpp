#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostics.hpp"
#include "base/link_address.hpp"
#include "base/site/loads.hpp"
#include "base/site/network.hpp"
#include "base/site/services.hpp"
#include "base/site/units.hpp"

/// What stands in a site file: the street as built. Ratings and settings, no state.
/// Every struct has a declare() that names its keys; defaults are the members' initial values.
namespace islandbench {

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
    /// Agreed for energy lent in the island; by default its storage and the wear of its battery.
    std::optional<EnergyPrice> lent_rate;
};
template <class V>
void declare(V& v, EconomicsSpec& s) {
    v.optional("energy_in", s.energy_in, "price of the energy stored");
    v.optional("round_trip", s.round_trip, "round-trip efficiency");
    v.optional("battery_price", s.battery_price, "price of battery capacity");
    v.optional("end_of_life", s.end_of_life, "state of health at replacement");
    v.optional("per_event", s.per_event, "fixed cost of an emergency");
    v.optional("lent_rate", s.lent_rate, "agreed for energy lent in the island");
}

/// Homes of one street: a low-voltage street has no more; what holds more is a slip, or a district.
inline constexpr std::size_t most_homes = 255;
/// Promises that a street can keep an account of.
inline constexpr std::size_t most_priority_sites = 8;

struct Site {
    std::string name;
    std::string title;
    std::string grid_code;           ///< of its units: name of a profile (fixtures/gridcodes)
    std::vector<std::string> codes;  ///< others that criteria may name, such as en50160
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
    ServicesSpec services;
    std::map<std::string, std::string> agreed;  ///< figure -> who agreed it with the pilot owner
    json::Place place;
};
template <class V>
void declare(V& v, Site& s) {
    v.place(s.place);
    v.required("name", s.name, "name");
    v.optional("title", s.title, "one line for reports");
    v.required("grid_code", s.grid_code, "grid code of its units");
    v.optional("codes", s.codes, "other codes whose figures criteria may name");
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
    v.optional("services", s.services, "what the street does for the grid");
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

/// Index of the line with a phase_limit that feeds a bus, the nearest one; none: no such cable
/// does.
std::optional<std::size_t> limited_line_of(const Site& site, const std::string& bus);

/// What the reader alone cannot see: ranges, duplicate names, references, loops in the feeder.
void check_site(const Site& site, Diagnostics& diagnostics);

/// The same of what was agreed with the grid's operator, at `key` of a file.
void check_services(const ServicesSpec& services, const json::Place& place, const std::string& key,
                    Diagnostics& diagnostics);

/// Reads and checks a site file.
Site read_site(std::string_view text, const std::string& file, Diagnostics& diagnostics);

}  // namespace islandbench
