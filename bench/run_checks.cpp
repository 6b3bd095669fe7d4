#include "bench/run_checks.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/assert.hpp"
#include "base/link_address.hpp"
#include "links/socket_can.hpp"

namespace islandbench::bench {
namespace {

LinkAddress link_of(const DeviceSpec& device) {
    const auto link = parse_link_address(device.link);
    IB_ASSERT(link.has_value());  // read_site() has seen it
    return *link;
}

bool is_emulated(const DeviceSpec& device) {
    return link_of(device).kind == LinkAddress::Kind::emulated;
}

void complain(const json::Place& place, const std::string& key, const std::string& message,
              Diagnostics& diagnostics) {
    diagnostics.add({place.file, place.line, place.path + "." + key, message});
}

void check_link(const RunFiles& files, const DeviceSpec& device, bool on_wall,
                Diagnostics& diagnostics) {
    const LinkAddress link = link_of(device);
    const bool speaks_can = files.profile_of(device).protocol == Protocol::pylontech;
    if (!speaks_can && device.listen.starts_with("can:")) {
        complain(device.place, "listen", "its profile speaks Modbus, and this is a CAN bus",
                 diagnostics);
    }
    if (link.kind == LinkAddress::Kind::emulated) return;
    if (speaks_can && link.kind == LinkAddress::Kind::tcp) {
        complain(device.place, "link", "its profile speaks on CAN, and this is Modbus TCP",
                 diagnostics);
    }
    if (speaks_can && link.kind == LinkAddress::Kind::rtu) {
        complain(device.place, "link", "its profile speaks on CAN, and this is Modbus RTU",
                 diagnostics);
    }
    const bool is_bus =
        link.kind == LinkAddress::Kind::can || link.kind == LinkAddress::Kind::slcan;
    if (!speaks_can && is_bus) {
        complain(device.place, "link", "its profile speaks Modbus, and this is a CAN bus",
                 diagnostics);
    }
    if (!on_wall) {
        complain(device.place, "link", "\"" + device.link + "\" is real: it needs --clock wall",
                 diagnostics);
    }
}

/// Units of one serial line speak at one speed, and each has a number of its own.
void check_serial_lines(const RunFiles& files, Diagnostics& diagnostics) {
    std::map<std::string, SerialSettings> lines;
    std::set<std::pair<std::string, int>> units;
    for (const DeviceRef& device : devices_of(files.site)) {
        const LinkAddress link = link_of(*device.spec);
        if (link.kind != LinkAddress::Kind::rtu) continue;
        const auto [line, is_new] = lines.emplace(link.host, link.serial);
        if (!is_new && line->second != link.serial) {
            complain(device.spec->place, "link",
                     link.host + " is a line that another device speaks on in another way",
                     diagnostics);
        }
        if (!units.emplace(link.host, link.unit).second) {
            complain(device.spec->place, "link",
                     "unit " + std::to_string(link.unit) + " of " + link.host +
                         " is another device already",
                     diagnostics);
        }
    }
}

/// An emulated battery cannot be wired to an inverter that is somewhere else, nor the other way
/// round.
void check_wired(const DeviceSpec& inverter, const DeviceSpec& bms, Diagnostics& diagnostics) {
    if (is_emulated(inverter) == is_emulated(bms)) return;
    const DeviceSpec& emulated = is_emulated(inverter) ? inverter : bms;
    complain(emulated.place, "link",
             "an inverter and its battery are wired together: both are emulated, or neither",
             diagnostics);
}

/// The key of a step that happens in the street itself; consent goes over the wire.
const char* street_key(const Step& step) {
    if (step.outage) return "outage";
    if (step.grid_back) return "grid_back";
    if (step.grid_frequency) return "grid_frequency";
    if (step.flicker) return "flicker";
    if (step.load_step) return "load_step";
    if (step.silence) return "silence";
    if (step.link) return "link";
    if (step.fault) return "fault";
    return nullptr;
}

/// With every device elsewhere nobody lives in the plant of this process: what happened there would
/// only look like a story.
void check_street_elsewhere(const Scenario& scenario, Diagnostics& diagnostics) {
    for (const Step& step : scenario.steps) {
        const char* key = street_key(step);
        if (key == nullptr) continue;
        complain(step.place, key,
                 "happens in the street, and all devices of this site are elsewhere: let the "
                 "street tell it (islandbench emulate --story), and run a story without such steps",
                 diagnostics);
    }
    if (!scenario.start.soc.empty()) {
        complain(scenario.place, "start.soc",
                 "is how the street starts, and all devices of this site are elsewhere",
                 diagnostics);
    }
}

void check_steps(const RunFiles& files, Diagnostics& diagnostics) {
    if (is_elsewhere(files.site)) return check_street_elsewhere(files.scenario, diagnostics);
    for (const DeviceRef& device : devices_of(files.site)) {
        if (is_emulated(*device.spec)) continue;
        for (const Step& step : files.scenario.steps) {
            if (step.fault && step.fault->device == device.name) {
                complain(step.place, "fault.device",
                         device.name + " is real: only an emulated device is wrong on purpose",
                         diagnostics);
            }
            if (!step.silence) continue;
            const std::string& of = step.silence->of;
            if (of == device.name || device.name.starts_with(of + ".")) {
                complain(step.place, "silence.of",
                         device.name + " is real: only the link of an emulated device falls silent",
                         diagnostics);
            }
        }
    }
}

}  // namespace

bool is_elsewhere(const Site& site) {
    const auto devices = devices_of(site);
    return std::none_of(devices.begin(), devices.end(),
                        [](const DeviceRef& device) { return is_emulated(*device.spec); });
}

void check_links(const RunFiles& files, bool on_wall, Diagnostics& diagnostics) {
    for (const DeviceRef& device : devices_of(files.site)) {
        check_link(files, *device.spec, on_wall, diagnostics);
    }
    check_serial_lines(files, diagnostics);
    check_wired(files.site.former.inverter, files.site.former.bms, diagnostics);
    for (const HomeSpec& home : files.site.homes) {
        if (home.hybrid) check_wired(home.hybrid->inverter, home.hybrid->bms, diagnostics);
    }
    check_steps(files, diagnostics);
}

void check_kernel(const RunFiles& files, Diagnostics& diagnostics) {
    if (links::SocketCanPort::is_supported()) return;
    const std::string why = "needs SocketCAN, and this kernel has none (AF_CAN)";
    for (const DeviceRef& device : devices_of(files.site)) {
        const DeviceSpec& spec = *device.spec;
        if (link_of(spec).kind == LinkAddress::Kind::can) {
            complain(spec.place, "link", "\"" + spec.link + "\" " + why, diagnostics);
        } else if (spec.listen.starts_with("can:")) {
            complain(spec.place, "listen", "\"" + spec.listen + "\" " + why, diagnostics);
        }
    }
}

void check_armed(const RunFiles& files, const std::set<std::string>& arm,
                 Diagnostics& diagnostics) {
    std::vector<std::string> known;
    for (const DeviceRef& device : devices_of(files.site)) known.push_back(device.name);
    for (const std::string& name : arm) {
        if (std::find(known.begin(), known.end(), name) != known.end()) continue;
        diagnostics.add({"command line", 0, "--arm",
                         "no device \"" + name + "\" in the site" + suggestion(name, known)});
    }
}

}  // namespace islandbench::bench
