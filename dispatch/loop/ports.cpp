#include "dispatch/loop/ports.hpp"

#include <algorithm>

namespace islandbench::dispatch {
namespace {

/// A smaller change of a set-point is noise of telemetry that is not of one age.
constexpr ActivePower least_dead_band{100.0};

}  // namespace

PortSettings port_settings(const DeviceProfile& profile, bool forms) {
    PortSettings s;
    s.time_out = profile.time_out;
    s.write_gap = profile.write_gap;
    s.write_dead_band = std::max(profile.write_dead_band, least_dead_band);
    s.poll = s.poll_island = std::max<Duration>(1s, profile.cadence);
    switch (profile.role) {
        case Role::interconnect: s.poll = s.poll_island = 500ms; break;
        case Role::bms: s.poll = s.poll_island = profile.cadence; break;
        case Role::inverter:
            if (forms) s.poll_island = 250ms;
            break;
        // Who draws an overload has to be known before somebody is shed for it.
        case Role::loadctl: s.poll_island = 250ms; break;
        case Role::meter: break;
    }
    return s;
}

}  // namespace islandbench::dispatch
