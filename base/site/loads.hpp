#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/site/units.hpp"

/// What uses power: homes with their appliances and load controllers, priority sites.
namespace islandbench {

/// What makes an appliance a motor: a pump, a compressor. Switched on, it draws its locked-rotor
/// current until it has run up, longer at a low voltage, and does not start at all below `stall_v`.
/// Defaults: locked rotor 5 to 7 times the running current at a power factor of 0.2 to 0.4 for 0.3
/// to 1 s; stalls below 0.65 to 0.70; contactors let go at 0.4 to 0.6 (engineering judgement); trip
/// and restart as in GridLAB-D's single-phase motor.
struct MotorSpec {
    double locked_rotor = 6.0;     ///< current, of the running one, at nominal voltage
    double locked_rotor_pf = 0.3;  ///< power factor
    Duration run_up{500ms};        ///< at nominal voltage
    Ratio stall_v{0.67};           ///< of nominal: below, its torque is less than its load's
    Ratio drop_out{0.5};           ///< of nominal: below, its contactor lets go
    Duration trip_after{10s};      ///< at locked-rotor current
    Duration restart{300s};        ///< from the thermal trip to the next attempt
    json::Place place;
};
template <class V>
void declare(V& v, MotorSpec& s) {
    v.place(s.place);
    v.optional("locked_rotor", s.locked_rotor, "starting current, of the running current");
    v.optional("locked_rotor_pf", s.locked_rotor_pf, "power factor while starting");
    v.optional("run_up", s.run_up, "time to full speed at nominal voltage");
    v.optional("stall_v", s.stall_v, "voltage of nominal below which it stalls");
    v.optional("drop_out", s.drop_out, "voltage of nominal below which its contactor lets go");
    v.optional("trip_after", s.trip_after, "time at starting current until it trips");
    v.optional("restart", s.restart, "from a thermal trip to the next attempt");
}
/// Ranges that a motor can have; what is wrong, with the key, or "" twice.
std::pair<std::string, std::string> problem_of(const MotorSpec& s);

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
    bool thermostatic = false;  ///< keeps a temperature: makes up for what it missed without supply
    Duration lock_out{};  ///< a compressor's: no start so soon after it stopped or lost supply
    std::optional<MotorSpec> motor;
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
    v.optional("thermostatic", s.thermostatic,
               "makes up for what it missed without supply; needs mean_on and mean_off");
    v.optional("lock_out", s.lock_out, "of a compressor: time to its next start");
    v.optional("motor", s.motor, "starts, and may stall, as a motor does");
}

inline constexpr int tiers = 5;

/// What heats a home's water. Only what draws from the street is on a tier.
enum class HotWater {
    other,   ///< gas, wood, district heat
    tank,    ///< immersion heater in a tank, about 3 kW for half an hour
    shower,  ///< instantaneous electric shower, 7.5 to 10 kW for minutes
};
constexpr auto enum_names(HotWater /*of*/) {
    return json::EnumNames<HotWater, 3>{
        {{HotWater::other, "other"}, {HotWater::tank, "tank"}, {HotWater::shower, "shower"}}};
}

/// What a home uses over a winter day, as an installer knows it: from the bill and from looking
/// around. The plant makes a day of uses on all tiers from it; the day repeats.
struct DemandSpec {
    Energy daily;  ///< of one day, at nominal voltage
    HotWater hot_water = HotWater::other;
    json::Place place;
};
template <class V>
void declare(V& v, DemandSpec& s) {
    v.place(s.place);
    v.required("daily", s.daily, "energy of a day");
    v.optional("hot_water", s.hot_water, "what heats the water");
}

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
    std::string service_code;  ///< line code of the service cable; none: it is one of the lines
    Length service_length{15.0};
    LoadClass load_class = LoadClass::t3;
    std::vector<ApplianceSpec> appliances;  ///< beside the demand, where both are given
    std::optional<DemandSpec> demand;
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
    v.optional("service_code", s.service_code,
               "line code of the service cable; without it the home is at the bus itself");
    v.optional("service_length", s.service_length, "length of the service cable");
    v.optional("load_class", s.load_class, "longest gap at an unplanned transfer");
    v.optional("appliances", s.appliances, "what switches on and off by chance, at any hour");
    v.optional("demand", s.demand, "a day of uses, made from the day's energy");
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
    bool others_save = false;  ///< others are shed while what it needs is all that is left
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
    v.optional("others_save", s.others_save,
               "homes' tiers 4, then 2 and 3 are shed while the energy of the promise is all that "
               "is left");
    v.optional("load_class", s.load_class, "longest gap at an unplanned transfer");
}

}  // namespace islandbench
