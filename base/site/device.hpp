#pragma once

#include <string>

#include "base/json_binding.hpp"

/// Roles, phases and devices: what every part of a site refers to.
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
    /// Emulated devices in wall time: "127.0.0.1:15021", or "" for any free port. A battery on CAN
    /// also "can:vcan0": its home's bus and that interface become one.
    std::string listen;
    json::Place place;
};
template <class V>
void declare(V& v, DeviceSpec& s) {
    v.place(s.place);
    v.required("profile", s.profile, "device profile");
    v.optional(
        "link", s.link,
        "emulated, tcp://host:port?unit=n, rtu:/dev/tty...?baud=9600&unit=n, slcan://host:port or "
        "can:interface");
    v.optional("listen", s.listen,
               "where the emulated device is in wall time: loopback address, or can:interface");
}

}  // namespace islandbench
