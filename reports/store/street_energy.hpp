#pragma once

#include <string>
#include <vector>

#include "base/units.hpp"
#include "reports/store/json_fields.hpp"

/// Who fed whom: energy through every connection of the street, before, in and after the island,
/// summed over the true power of every plant step. Never negative.
namespace islandbench::reports {

struct HomeEnergy {
    std::string home;
    bool battery = false;  ///< has a battery of its own
    Energy load;           ///< what its appliances took
    Energy given;          ///< into the street, beyond its own use
    Energy taken;          ///< from the street
    Duration dark{};       ///< without usable voltage (85 % of nominal)
    Duration shed{};       ///< with a tier switched off
};
template <class V>
void declare(V& v, HomeEnergy& s) {
    v.required("home", s.home, "name");
    v.required("battery", s.battery, "it has one");
    number(v, "load_kwh", s.load, 1e3, "what its appliances took");
    number(v, "given_kwh", s.given, 1e3, "into the street, beyond its own use");
    number(v, "taken_kwh", s.taken, 1e3, "from the street");
    seconds(v, "dark_s", s.dark, "without usable voltage");
    seconds(v, "shed_s", s.shed, "with a tier switched off");
}

struct PriorityEnergy {
    std::string site;
    Energy taken;
};
template <class V>
void declare(V& v, PriorityEnergy& s) {
    v.required("site", s.site, "name");
    number(v, "taken_kwh", s.taken, 1e3, "from the street");
}

/// One part of the story.
struct PartEnergy {
    Duration lasted{};
    Energy grid_in, grid_out;      ///< through the switch, into the street and out of it
    Energy former_out, former_in;  ///< what the former gave, and took
    std::vector<HomeEnergy> homes;
    std::vector<PriorityEnergy> priority;
};
template <class V>
void declare(V& v, PartEnergy& s) {
    seconds(v, "lasted_s", s.lasted, "how long");
    number(v, "grid_in_kwh", s.grid_in, 1e3, "from the grid");
    number(v, "grid_out_kwh", s.grid_out, 1e3, "into the grid");
    number(v, "former_out_kwh", s.former_out, 1e3, "from the former");
    number(v, "former_in_kwh", s.former_in, 1e3, "into the former");
    v.required("homes", s.homes, "per home");
    v.required("priority", s.priority, "per priority site");
}

/// What a battery holds when full, as it has aged.
struct UnitCapacity {
    std::string unit;
    Energy capacity;
};
template <class V>
void declare(V& v, UnitCapacity& s) {
    v.required("unit", s.unit, "name");
    number(v, "capacity_kwh", s.capacity, 1e3, "when full");
}

struct StreetEnergy {
    bool known = false;  ///< false, and all else empty: with a device outside nobody can know
    std::string former;  ///< its name
    PartEnergy before;   ///< until the switch opened for the first time
    PartEnergy island;   ///< while it was open
    PartEnergy after;    ///< while it was closed again
    std::vector<UnitCapacity> units;
};
template <class V>
void declare(V& v, StreetEnergy& s) {
    v.required("known", s.known, "nothing outside the bench took part");
    v.required("former", s.former, "its name");
    v.required("before", s.before, "until the switch opened for the first time");
    v.required("island", s.island, "while it was open");
    v.required("after", s.after, "while it was closed again");
    v.required("units", s.units, "what the batteries hold");
}

}  // namespace islandbench::reports
