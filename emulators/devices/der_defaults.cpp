// What the registers of DerSupport show before anybody writes them.
#include <array>
#include <cmath>

#include "emulators/devices/der_support.hpp"
#include "emulators/devices/sunspec_common.hpp"
#include "emulators/devices/trip_points.hpp"

namespace islandbench::devices {

using plant::Protection;
using sunspec::point;
using sunspec::symbol;

namespace {

constexpr double pct = 100.0;

}  // namespace

void DerSupport::build_enter_service() {
    const plant::EnterService set = body_.enter_service();
    must_set(image_, point<703>("ESVHi"), pct * set.v_max.value());
    must_set(image_, point<703>("ESVLo"), pct * set.v_min.value());
    must_set(image_, point<703>("ESHzHi"), set.f_max.value());
    must_set(image_, point<703>("ESHzLo"), set.f_min.value());
    must_set(image_, point<703>("ESDlyTms"), std::round(to_seconds(set.delay)));
    must_set(image_, point<703>("ESRndTms"), 0);
    must_set(image_, point<703>("ESRmpTms"), std::round(to_seconds(set.ramp)));
}

void DerSupport::build_constants() {
    must_set(image_, point<704>("PF_SF"), -3);
    must_set(image_, point<704>("VarSet_SF"), 0);
    must_set(image_, point<704>("VarSetPct_SF"), -1);
    for (const auto& zero :
         {point<704>("PFWInjEna"),      point<704>("PFWInjEnaRvrt"), point<704>("PFWInjRvrtTms"),
          point<704>("PFWInjRvrtRem"),  point<704>("PFWAbsEna"),     point<704>("PFWAbsEnaRvrt"),
          point<704>("PFWAbsRvrtTms"),  point<704>("PFWAbsRvrtRem"), point<704>("PFWInj.Ext"),
          point<704>("PFWInjRvrt.Ext"), point<704>("PFWAbs.Ext"),    point<704>("PFWAbsRvrt.Ext"),
          point<704>("VarSetEna"),      point<704>("VarSetPri"),     point<704>("VarSet"),
          point<704>("VarSetRvrt"),     point<704>("VarSetPct"),     point<704>("VarSetPctRvrt"),
          point<704>("VarSetEnaRvrt"),  point<704>("VarSetRvrtTms"), point<704>("VarSetRvrtRem")}) {
        must_set(image_, zero, 0);
    }
    for (const auto& one : {point<704>("PFWInj.PF"), point<704>("PFWInjRvrt.PF"),
                            point<704>("PFWAbs.PF"), point<704>("PFWAbsRvrt.PF")}) {
        must_set(image_, one, 1.0);
    }
    must_set(image_, point<704>("VarSetMod"), symbol<704>("VarSetMod", "VARS"));
}

/// The droop that the unit was built with as four points, else category B of IEEE 1547-2018, off.
void DerSupport::build_volt_var() {
    const std::optional<VoltVarSpec> built = body_.volt_var();
    const VoltVarSpec droop = built.value_or(VoltVarSpec{});
    const double slope = droop.k.value() * droop.q_max.value();
    const double near = droop.dead_band.value(), far = near + slope;
    must_set(image_, point<705>("V_SF"), -1);
    must_set(image_, point<705>("DeptRef_SF"), -1);
    must_set(image_, point<705>("RspTms_SF"), -1);
    const auto set = [this](std::string_view name, double value, int slot = 0) {
        must_set(image_, volt_var_.at(name, 0, slot), value);
    };
    set("Crv.ActPt", 4);
    set("Crv.DeptRef", symbol<705>("Crv.DeptRef", "W_MAX_PCT"));
    set("Crv.Pri", symbol<705>("Crv.Pri", "ACTIVE"));
    set("Crv.VRef", pct);
    set("Crv.RspTms", to_seconds(droop.response));
    const std::array volts{-far, -near, near, far};
    for (int i = 0; i < 4; ++i) {
        const double q = pct * droop.q_max.value();
        set("Crv.Pt.V", pct * (droop.v_ref.value() + volts[static_cast<std::size_t>(i)]), i);
        set("Crv.Pt.Var", i == 0 ? q : i == 3 ? -q : 0.0, i);
    }
    for (int i = 4; i < der_curve_points; ++i) {
        set("Crv.Pt.V", 0, i);
        set("Crv.Pt.Var", 0, i);
    }
    volt_var_.copy_to_workspaces();
    volt_var_.set_enabled(built.has_value());
}

/// Category B of IEEE 1547-2018: from 106 % down to a fifth at 110 %.
void DerSupport::build_volt_watt() {
    must_set(image_, point<706>("V_SF"), -1);
    must_set(image_, point<706>("DeptRef_SF"), -1);
    must_set(image_, point<706>("RspTms_SF"), -1);
    const auto set = [this](std::string_view name, double value, int slot = 0) {
        must_set(image_, volt_watt_.at(name, 0, slot), value);
    };
    set("Crv.ActPt", 2);
    set("Crv.DeptRef", symbol<706>("Crv.DeptRef", "W_MAX_PCT"));
    set("Crv.RspTms", 10);
    for (int i = 0; i < der_curve_points; ++i) {
        set("Crv.Pt.V", i == 0 ? 106 : i == 1 ? 110 : 0, i);
        set("Crv.Pt.W", i == 0 ? 100 : i == 1 ? 20 : 0, i);
    }
    volt_watt_.copy_to_workspaces();
}

/// Category B: nothing up to half the rating, 44 % under-excited at all of it.
void DerSupport::build_watt_var() {
    must_set(image_, point<712>("W_SF"), -1);
    must_set(image_, point<712>("DeptRef_SF"), -1);
    const auto set = [this](std::string_view name, double value, int slot = 0) {
        must_set(image_, watt_var_.at(name, 0, slot), value);
    };
    set("Crv.ActPt", 3);
    set("Crv.DeptRef", symbol<712>("Crv.DeptRef", "W_MAX_PCT"));
    set("Crv.Pri", symbol<712>("Crv.Pri", "ACTIVE"));
    for (int i = 0; i < der_curve_points; ++i) {
        set("Crv.Pt.W", i == 0 ? 20 : i == 1 ? 50 : i == 2 ? 100 : 0, i);
        set("Crv.Pt.Var", i == 2 ? -44 : 0, i);
    }
    watt_var_.copy_to_workspaces();
}

void DerSupport::build_trips(AdoptableModel& trips, Protection::Kind kind) {
    must_set(image_, named_point(trips.model(), is_voltage(kind) ? "V_SF" : "Hz_SF"),
             is_voltage(kind) ? -1 : -2);
    must_set(image_, named_point(trips.model(), "Tms_SF"), -2);
    std::array<Protection::Setting, 3> stages{};
    const std::size_t most = Protection::most_of(kind);
    const std::size_t count = body_.trips(kind, std::span(stages).first(most));
    must_set(image_, trips.at("Crv.MustTrip.ActPt", 0), static_cast<double>(count));
    for (std::size_t i = 0; i < most; ++i) {
        const int slot = static_cast<int>(i);
        must_set(image_, trips.at(limit_name(kind), 0, slot), limit_unit(kind) * stages[i].limit);
        must_set(image_, trips.at("Crv.MustTrip.Pt.Tms", 0, slot), to_seconds(stages[i].delay));
    }
    trips.copy_to_workspaces();
    trips.set_enabled(true);
}

}  // namespace islandbench::devices
