#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <string>

#include "base/device_profile.hpp"
#include "base/roles.hpp"
#include "dispatch/core/config.hpp"
#include "dispatch/core/step.hpp"

/// What the dispatch loop is given: how to reach each device, and how each wants to be treated.
namespace islandbench::dispatch {

/// How the loop treats one device.
struct PortSettings {
    Duration poll{1s};         ///< from the start of a read to the start of the next
    Duration poll_island{1s};  ///< the same while the street is an island
    Duration poll_full{1s};    ///< a former in the island: full readings between the fast ones
    Duration time_out{2s};     ///< of one call of a port
    int write_retries = 1;     ///< further attempts of a write that was not answered
    Duration write_gap{1s};    ///< shortest time between writes (flash wear)
    ActivePower write_dead_band{100.0};  ///< smaller changes of a set-point are not written
    Duration valid{6s};                  ///< how long a set-point holds without news
    Duration refresh{2s};                ///< it is written again this often, changed or not

    /// Telemetry up to this age still counts. One lost exchange must not make a device stale: the
    /// next reading is then older than time-out and period by what an exchange takes.
    [[nodiscard]] Duration hold(Duration period) const noexcept {
        constexpr Duration exchange = 500ms;
        return std::max(3 * period, time_out + period + exchange);
    }
};

/// The settings of a device with this profile in this role.
PortSettings port_settings(const DeviceProfile& profile, bool forms = false);

template <class Port>
struct Slot {
    Port* port = nullptr;  ///< absent: the device cannot be reached, and is lived without
    PortSettings settings{};
};

/// The devices by their full names, as devices_of(site) gives them. Any may be missing. The ports
/// outlive the loop.
struct Ports {
    Slot<InterconnectPort> interconnect;
    std::map<std::string, Slot<InverterPort>> inverters;
    std::map<std::string, Slot<BmsPort>> bms;
    std::map<std::string, Slot<MeterPort>> meters;
    std::map<std::string, Slot<LoadControlPort>> loadctls;
};

struct Settings {
    Duration grid_period{1s};
    Duration island_period{250ms};
    /// Thresholds of the core. What the site file says (nominal values, windows, the former's share
    /// limit) and the periods above replace theirs here.
    core::Tuning tuning{};
    /// How far the clock of the run is behind the wall clock now (the pump knows); none = never.
    std::function<Duration()> lateness{};
    /// The core that is in charge. Tests of the bench put wrong ones here.
    core::StepFunction* step = &core::step;
};

}  // namespace islandbench::dispatch
