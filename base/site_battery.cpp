#include "base/site.hpp"
#include "base/site/complaints.hpp"

namespace islandbench {
namespace {

/// Beyond 10 C no home or street battery goes: it is a slip of a unit, and would never limit.
void check_current(const BatterySpec& s, Current limit, const char* key, Complaints& complaints) {
    constexpr double nominal_cell_v = 3.2, most_c = 10.0;
    complaints.positive(limit.value(), s.place, key);
    const double one_c = s.capacity.value() / (nominal_cell_v * s.cells_in_series);
    if (!(one_c > 0.0) || limit.value() <= most_c * one_c) return;
    complaints.complain(
        s.place, key,
        "is " + format_measure(limit.value() / one_c, Dimension::none) +
            " times the current that empties this battery in an hour: at most 10 times");
}

}  // namespace

void check_battery(const BatterySpec& s, Complaints& complaints) {
    complaints.positive(s.capacity.value(), s.place, "capacity");
    complaints.within(s.cells_in_series, 1, 400, s.place, "cells_in_series");
    check_current(s, s.charge_limit, "charge_limit", complaints);
    check_current(s, s.discharge_limit, "discharge_limit", complaints);
    complaints.within(s.soh.value(), 0.3, 1.0, s.place, "soh");
    complaints.share(s.soc, s.place, "soc");
    complaints.share(s.owner_reserve, s.place, "owner_reserve");
    complaints.share(s.normal_floor, s.place, "normal_floor");
    complaints.share(s.normal_ceiling, s.place, "normal_ceiling");
    complaints.share(s.island_floor, s.place, "island_floor");
    complaints.share(s.technical_floor, s.place, "technical_floor");
    complaints.share(s.event_dod, s.place, "event_dod");
    if (s.technical_floor > s.island_floor) {
        complaints.complain(s.place, "technical_floor", "is above island_floor");
    }
    if (s.island_floor > s.owner_reserve) {
        complaints.complain(s.place, "island_floor", "is above owner_reserve");
    }
}

void check_municipal(const BatterySpec& s, Complaints& complaints) {
    const auto owners_only = [&](bool given, const char* key) {
        if (given)
            complaints.complain(s.place, key, "is for batteries of homes: nobody owns this one");
    };
    owners_only(s.participation == Participation::firm, "participation");
    owners_only(s.own_use, "own_use");
    owners_only(s.emergency_release, "emergency_release");
}

}  // namespace islandbench
