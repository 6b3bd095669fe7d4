#include "bench/world.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/time_of_day.hpp"
#include "bench/deviations.hpp"
#include "emulators/devices/deviant.hpp"
#include "emulators/devices/eastron_meter.hpp"
#include "emulators/devices/former_body.hpp"
#include "emulators/devices/interconnect_face.hpp"
#include "emulators/devices/inverter_face.hpp"
#include "emulators/devices/sunspec_battery.hpp"
#include "emulators/plant/measured_day.hpp"

namespace islandbench::bench {
namespace {

/// What the homes were measured to use; each a little later in its minute than the one before.
std::map<std::string, plant::DemandDay> measured_days(const RunFiles& files) {
    const auto homes = static_cast<std::int64_t>(files.site.homes.size());
    std::map<std::string, plant::DemandDay> days;
    for (std::int64_t k = 0; k < homes; ++k) {
        const auto i = static_cast<std::size_t>(k);
        days[files.site.homes[i].name] =
            plant::measured_day(files.measured->profiles[i], k * Duration{1min} / homes);
    }
    return days;
}

plant::StreetStart street_start(const RunFiles& files, std::uint64_t seed, Instant at) {
    const Scenario& scenario = files.scenario;
    plant::StreetStart start;
    start.seed = seed;
    start.at = at;
    start.time_of_day = *parse_time_of_day(scenario.start.time_of_day);  // check_scenario() did
    start.soc = scenario.start.soc;
    start.sun = scenario.start.sun;
    if (files.measured) start.measured = measured_days(files);
    start.permit_island = scenario.start.permit_island;
    start.permit_reclose = scenario.start.permit_reclose;
    start.observation = scenario.observation;
    return start;
}

/// "home1.inverter" belongs to "home1".
bool belongs_to(const std::string& device, const std::string& home_or_device) {
    return device == home_or_device || device.starts_with(home_or_device + ".");
}

links::LinkCondition usual_link(const LinkSpec& link) {
    return {link.delay_median, link.delay_p99, link.loss.value()};
}

void worsen(links::LinkCondition& link, const LinkStep& step) {
    link.delay_median = step.delay_median.value_or(link.delay_median);
    link.delay_p99 = step.delay_p99.value_or(link.delay_p99);
    link.loss = step.loss.value_or(Ratio{link.loss}).value();
    link.corrupt = step.corrupt.value_or(Ratio{link.corrupt}).value();
    link.reorder = step.reorder.value_or(Ratio{link.reorder}).value();
    link.reset = step.reset.value_or(Ratio{link.reset}).value();
    link.drip = step.drip.value_or(link.drip);
}

}  // namespace

/// A device on Modbus: what it answers, and how good its link is.
struct World::Device {
    std::string name;
    std::string listen;
    std::unique_ptr<devices::ModbusFirmware> firmware;
    devices::Deviant* deviant = nullptr;  ///< the firmware, where the story lets it deviate
    bool silenced = false;                ///< by the story
    links::LinkCondition condition;
    modbus::Responder responder;
    std::unique_ptr<servers::ModbusServer> server;
};

/// A home's battery and its inverter's end of the CAN bus between them.
struct World::Battery {
    std::string home;
    std::string listen;  ///< an interface that is to be one with the bus, or empty
    links::CanBus bus;
    std::unique_ptr<links::CanBridge> bridge;
    devices::PylontechBms bms;
    devices::HybridBody* inverter = nullptr;
    std::unique_ptr<servers::CanNode> bms_node, inverter_node;

    Battery(Scheduler& clock, std::string home_name, const DeviceProfile& profile,
            devices::BmsCore core)
        : home(std::move(home_name)), bus(clock), bms(profile, std::move(core)) {
        bms_node = std::make_unique<servers::CanNode>(
            clock, bus.attach(),
            [this](const can::CanFrame& frame, Instant at) { bms.hear(frame, at); });
        inverter_node = std::make_unique<servers::CanNode>(
            clock, bus.attach(), [this](const can::CanFrame& frame, Instant at) {
                if (inverter != nullptr) inverter->hear(frame, at);
            });
    }

    void refresh(Instant now) {
        bms.refresh(now);
        for (const can::CanFrame& frame : bms.take_frames()) bms_node->send(frame);
        if (inverter == nullptr) return;
        if (const auto frame = inverter->take_frame(now)) inverter_node->send(*frame);
    }
};

World::World(Scheduler& clock, links::Network& network, const RunFiles& files, std::uint64_t seed)
    : clock_(clock),
      network_(network),
      files_(files),
      seed_(seed),
      street_(files.site, street_start(files, seed, clock.now())),
      audit_(files.site, street_) {
    add_interconnect();
    for (const MeterSpec& meter : files.site.meters) add_meter(meter);
    add_former();
    for (std::size_t i = 0; i < files.site.homes.size(); ++i) add_home(i);
}

World::~World() = default;

bool World::is_emulated(const DeviceSpec& spec) {
    const auto link = parse_link_address(spec.link);
    IB_ASSERT(link.has_value());  // check_site() has seen it
    return link->kind == LinkAddress::Kind::emulated;
}

World::Device& World::add(const std::string& name, const DeviceSpec& spec,
                          std::unique_ptr<devices::ModbusFirmware> firmware) {
    auto device = std::make_unique<Device>();
    device->name = name;
    device->listen = spec.listen;
    device->firmware = std::move(firmware);
    if (may_deviate(name)) {
        const int base = files_.profile_of(spec).register_base;
        auto deviant = std::make_unique<devices::Deviant>(std::move(device->firmware),
                                                          static_cast<std::uint16_t>(base),
                                                          std::vector<Deviation>{});
        device->deviant = deviant.get();
        device->firmware = std::move(deviant);
    }
    const LinkSpec& link = files_.scenario.links;
    device->condition = usual_link(link);
    device->responder.serve(1, *device->firmware);
    devices_.push_back(std::move(device));
    return *devices_.back();
}

/// Only such a device takes the way through a changed image.
bool World::may_deviate(const std::string& device) const {
    const auto& steps = files_.scenario.steps;
    return std::any_of(steps.begin(), steps.end(), [&](const Step& step) {
        return step.fault && step.fault->deviations && step.fault->device == device;
    });
}

void World::deviate(const std::string& device, const std::vector<std::string>& ids) {
    std::vector<Deviation> deviations;
    for (const std::string& id : ids) {
        deviations.push_back(
            *find_deviation(files_.deviations, id));  // load_run_files() has seen it
    }
    for (const auto& one : devices_) {
        if (one->name != device || one->deviant == nullptr) continue;
        one->deviant->deviate(deviations);
        auto manners =
            std::make_unique<servers::WireManners>(deviations, Random(seed_, "manners." + device));
        one->server->set_manners(ids.empty() ? nullptr : std::move(manners));
    }
}

void World::add_interconnect() {
    const DeviceSpec& spec = files_.site.interconnect.device;
    if (!is_emulated(spec)) return;
    add("pcc", spec,
        std::make_unique<devices::InterconnectFace>(files_.profile_of(spec), "pcc",
                                                    street_.interconnect()));
}

void World::add_meter(const MeterSpec& meter) {
    if (!is_emulated(meter.device)) return;
    const DeviceProfile& profile = files_.profile_of(meter.device);
    const auto put = [&](auto firmware) {
        meters_[meter.name] = &firmware->core();
        add(meter.name, meter.device, std::move(firmware));
    };
    if (profile.protocol == Protocol::eastron) {
        put(std::make_unique<devices::EastronMeter>(profile, meter.side, street_));
    } else {
        put(std::make_unique<devices::SunSpecMeter>(profile, meter.name, meter.side, street_));
    }
}

void World::add_former() {
    const FormerSpec& former = files_.site.former;
    const std::string bms_name = former.name + ".bms";
    const std::string inverter_name = former.name + ".inverter";
    // The former and its battery are wired together: both are emulated, or neither is.
    if (!is_emulated(former.bms) || !is_emulated(former.inverter)) return;
    auto battery = std::make_unique<devices::SunSpecBattery>(
        files_.profile_of(former.bms), bms_name,
        devices::BmsCore(former.battery, street_.former().pack(), street_.now()));
    devices::BmsCore& core = battery->core();
    bms_cores_[bms_name] = &core;
    add(bms_name, former.bms, std::move(battery));
    auto body = std::make_unique<devices::FormerBody>(former, street_.former(), core);
    add_inverter(inverter_name, former.inverter, std::move(body));
}

void World::add_home(std::size_t index) {
    const HomeSpec& home = files_.site.homes[index];
    if (home.hybrid) add_hybrid(index, *home.hybrid);
    if (!is_emulated(home.loadctl)) return;
    const std::string name = home.name + ".loadctl";
    auto firmware = std::make_unique<devices::LoadController>(files_.profile_of(home.loadctl),
                                                              street_, index, Random(seed_, name));
    load_controllers_[name] = firmware.get();
    add(name, home.loadctl, std::move(firmware));
}

void World::add_hybrid(std::size_t index, const HybridSpec& hybrid) {
    if (!is_emulated(hybrid.bms) || !is_emulated(hybrid.inverter)) return;
    const HomeSpec& home = files_.site.homes[index];
    plant::Hybrid& follower = *street_.hybrid(index);
    batteries_.push_back(std::make_unique<Battery>(
        clock_, home.name, files_.profile_of(hybrid.bms),
        devices::BmsCore(hybrid.battery, follower.pack(), street_.now())));
    Battery& battery = *batteries_.back();
    if (hybrid.bms.listen.starts_with("can:")) battery.listen = hybrid.bms.listen.substr(4);
    bms_cores_[home.name + ".bms"] = &battery.bms.core();

    const DeviceProfile& profile = files_.profile_of(hybrid.inverter);
    auto body = std::make_unique<devices::HybridBody>(hybrid, home.phase, profile.ramp, follower);
    battery.inverter = body.get();
    const std::string name = home.name + ".inverter";
    add_inverter(name, hybrid.inverter, std::move(body));
}

void World::add_inverter(const std::string& name, const DeviceSpec& spec,
                         std::unique_ptr<devices::InverterBody> body) {
    const DeviceProfile& profile = files_.profile_of(spec);
    auto firmware = devices::make_inverter(profile, name, files_.site.interconnect.enter_service,
                                           files_.site.nominal_f, std::move(body));
    inverters_[name] = firmware.get();
    add(name, spec, std::move(firmware));
}

Result<void> World::open(bool on_tcp, const std::map<std::string, std::string>& places) {
    for (const auto& device : devices_) {
        const std::string fallback = on_tcp ? "127.0.0.1:0" : device->name;
        const auto place = places.find(device->name);
        std::string where = on_tcp && !device->listen.empty() ? device->listen : fallback;
        if (place != places.end()) where = place->second;
        if (auto opened = open_one(device->name, where); !opened) return opened;
    }
    for (const auto& battery : batteries_) {
        if (!on_tcp || battery->listen.empty()) continue;
        battery->bridge = std::make_unique<links::CanBridge>(
            clock_, battery->bus.attach_outside(), network_.can_port(battery->listen, {}));
    }
    return {};
}

Result<void> World::open_one(const std::string& name, const std::string& where) {
    const auto found = std::find_if(devices_.begin(), devices_.end(),
                                    [&](const auto& device) { return device->name == name; });
    IB_ASSERT(found != devices_.end());
    Device& device = **found;
    auto server = servers::ModbusServer::start(clock_, network_, where, device.responder,
                                               device.condition, Random(seed_, "link." + name));
    if (!server) {
        return failure(server.error().code,
                       name + " cannot listen on " + where + ": " + server.error().what);
    }
    device.server = std::move(*server);
    return {};
}

std::optional<std::string> World::address_of(const std::string& name) const {
    for (const auto& device : devices_) {
        if (device->name == name && device->server) return device->server->address();
    }
    return std::nullopt;
}

const servers::ModbusTraffic* World::traffic_of(const std::string& name) const {
    for (const auto& device : devices_) {
        if (device->name == name && device->server) return &device->server->traffic();
    }
    return nullptr;
}

World::Battery* World::battery_of(const std::string& home) {
    for (const auto& battery : batteries_) {
        if (battery->home == home) return battery.get();
    }
    return nullptr;
}

links::CanBus* World::can_bus(const std::string& home) {
    Battery* battery = battery_of(home);
    return battery == nullptr ? nullptr : &battery->bus;
}

void World::step() {
    street_.step();
    if (tamper_ != nullptr) tamper_(street_);
    (void)audit_.check(street_);
    const Instant now = street_.now();
    for (const auto& battery : batteries_) battery->refresh(now);
    for (const auto& device : devices_) {
        device->firmware->refresh(now);
        device->condition.silent = device->silenced || !device->firmware->powered();
    }
    look_for_jumps();
}

void World::look_for_jumps() {
    std::erase_if(may_jump_, [this](const std::string& device) {
        const auto jump = bms_cores_.at(device)->take_jump();
        if (jump) jumps_.push_back({device, *jump});
        return jump.has_value();
    });
}

void World::set_silent(const std::string& home_or_device, bool silent) {
    for (const auto& device : devices_) {
        if (belongs_to(device->name, home_or_device)) device->silenced = silent;
    }
    // A silent home is one that the bench cannot hear; inside, its battery and inverter still talk.
    for (const auto& battery : batteries_) {
        if (belongs_to(battery->home + ".bms", home_or_device))
            battery->bus.outside_silent = silent;
    }
}

void World::set_links(std::span<const LinkStep* const> steps) {
    for (const auto& device : devices_) {
        links::LinkCondition& now = device->condition;
        const auto [silent, half_open] = std::pair{now.silent, now.half_open};
        now = usual_link(files_.scenario.links);
        now.silent = silent;
        now.half_open = half_open;
        for (const LinkStep* step : steps) {
            if (belongs_to(device->name, step->of)) worsen(now, *step);
        }
    }
}

void World::leave_half_open(const std::string& home_or_device) {
    for (const auto& device : devices_) {
        if (belongs_to(device->name, home_or_device)) ++device->condition.half_open;
    }
}

void World::ignore_bms(const std::string& home, bool ignores) {
    Battery* battery = battery_of(home);
    if (battery != nullptr) battery->inverter->ignore_bms(ignores);
}

std::optional<Duration> World::fell_back_after(const std::string& device) const {
    const auto at = inverters_.find(device);
    return at == inverters_.end() ? std::nullopt : at->second->fell_back_after();
}

}  // namespace islandbench::bench
