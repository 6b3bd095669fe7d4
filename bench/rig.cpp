#include "bench/rig.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "drivers/eastron_meter.hpp"
#include "drivers/interconnect_driver.hpp"
#include "drivers/load_controller_driver.hpp"
#include "drivers/sunspec_100_inverter.hpp"
#include "drivers/sunspec_battery.hpp"
#include "drivers/sunspec_inverter.hpp"
#include "drivers/sunspec_meter.hpp"
#include "links/slcan_port.hpp"

namespace islandbench::bench {

struct Rig::Link {
    DeviceRef ref;
    LinkAddress address;
    DeviceProfile profile;
    std::unique_ptr<drivers::ModbusDevice> modbus;
    std::unique_ptr<drivers::PylontechBms> can;
    // The role port that the driver is, whichever it is.
    InverterPort* inverter = nullptr;
    BmsPort* bms = nullptr;
    MeterPort* meter = nullptr;
    InterconnectPort* interconnect = nullptr;
    LoadControlPort* loadctl = nullptr;
    SignalId latency{};
    bool connected = false;
    std::string last_error = "no answer";

    [[nodiscard]] const drivers::LinkStatistics& statistics() const {
        return modbus ? modbus->statistics() : can->statistics();
    }
};

namespace {

/// Makes the driver and notes which port it is.
template <class Driver, class Port>
void install(std::unique_ptr<drivers::ModbusDevice>& device, Port*& port,
             std::unique_ptr<Driver> driver) {
    port = driver.get();
    device = std::move(driver);
}

/// "home1" of "home1.bms"
std::string home_of(const DeviceRef& ref) {
    return ref.name.substr(0, ref.name.find('.'));
}

}  // namespace

Rig::Rig(Scheduler& clock, links::Network& network, World& world, const RunFiles& files,
         const drivers::WriteGuard& guard, Signals& signals)
    : clock_(clock),
      network_(network),
      world_(world),
      files_(files),
      guard_(guard),
      signals_(signals),
      connecting_(clock) {
    for (const DeviceRef& ref : devices_of(files.site)) {
        const bool on_can = files.profile_of(*ref.spec).protocol == Protocol::pylontech;
        on_can ? add_can(ref) : add_modbus(ref);
    }
    for (const auto& link : links_) {
        link->latency =
            signals_.add({"link." + link->ref.name + ".latency", Dimension::time, 0.02});
    }
}

Rig::~Rig() = default;

void Rig::add_modbus(const DeviceRef& ref) {
    auto link = std::make_unique<Link>();
    link->ref = ref;
    link->address = *parse_link_address(ref.spec->link);
    link->profile = files_.profile_of(*ref.spec);
    const auto emulated = world_.address_of(ref.name);
    const std::string where = emulated ? *emulated : modbus_place(link->address);
    const drivers::DeviceSettings settings{ref.name, link->address, where, link->profile};
    const auto make = [&]<class Driver>(std::type_identity<Driver>) {
        return std::make_unique<Driver>(clock_, network_, guard_, settings);
    };
    using std::type_identity;
    switch (ref.role) {
        case Role::inverter:
            if (speaks_sunspec_100(link->profile)) {
                install(link->modbus, link->inverter,
                        make(type_identity<drivers::SunSpec100Inverter>{}));
            } else {
                install(link->modbus, link->inverter,
                        make(type_identity<drivers::SunSpecInverter>{}));
            }
            break;
        case Role::bms:
            install(link->modbus, link->bms, make(type_identity<drivers::SunSpecBattery>{}));
            break;
        case Role::meter:
            if (link->profile.protocol == Protocol::eastron) {
                install(link->modbus, link->meter, make(type_identity<drivers::EastronMeter>{}));
            } else {
                install(link->modbus, link->meter, make(type_identity<drivers::SunSpecMeter>{}));
            }
            break;
        case Role::interconnect:
            install(link->modbus, link->interconnect,
                    make(type_identity<drivers::InterconnectDriver>{}));
            break;
        case Role::loadctl:
            install(link->modbus, link->loadctl,
                    make(type_identity<drivers::LoadControllerDriver>{}));
            break;
    }
    links_.push_back(std::move(link));
}

std::unique_ptr<links::CanPort> Rig::open_can(const Link& link, std::vector<std::uint32_t> ids) {
    if (link.address.kind == LinkAddress::Kind::can) {
        return network_.can_port(link.address.host, std::move(ids));
    }
    if (link.address.kind == LinkAddress::Kind::slcan) {
        return std::make_unique<links::SlcanPort>(clock_, network_, host_and_port(link.address));
    }
    links::CanBus* bus = world_.can_bus(home_of(link.ref));
    IB_ASSERT(bus != nullptr);  // check_links() lets no other CAN device through
    return bus->attach_outside();
}

void Rig::add_can(const DeviceRef& ref) {
    auto link = std::make_unique<Link>();
    link->ref = ref;
    link->address = *parse_link_address(ref.spec->link);
    link->profile = files_.profile_of(*ref.spec);
    const auto& wanted = can::pylontech::battery_ids;
    link->can = std::make_unique<drivers::PylontechBms>(
        clock_, open_can(*link, {wanted.begin(), wanted.end()}), ref.name);
    link->bms = link->can.get();
    links_.push_back(std::move(link));
}

bool Rig::has_can() const {
    return std::any_of(links_.begin(), links_.end(),
                       [](const auto& link) { return link->can != nullptr; });
}

void Rig::log_can(links::CanLog& log) {
    for (const auto& link : links_) {
        if (link->can) log.listen(home_of(link->ref), open_can(*link, {}));
    }
}

Task<> Rig::connect_one(Link& link, Instant deadline) {
    while (!link.connected && clock_.now() < deadline) {
        if (link.modbus) {
            const Done done = co_await link.modbus->connect(deadline);
            link.connected = done.has_value();
            if (!done) link.last_error = done.error().what;
        } else {
            const auto heard = co_await link.can->read(deadline);
            link.connected = heard.has_value();
            if (!heard) link.last_error = heard.error().what;
        }
        if (!link.connected) co_await clock_.sleep_for(200ms);
    }
}

void Rig::connect(Instant deadline) {
    for (const auto& link : links_) connecting_.spawn(connect_one(*link, deadline));
}

bool Rig::connected() const {
    for (const auto& link : links_) {
        if (!link->connected) return false;
    }
    return true;
}

std::vector<std::string> Rig::not_connected() const {
    std::vector<std::string> list;
    for (const auto& link : links_) {
        if (!link->connected) list.push_back(link->last_error);
    }
    return list;
}

std::vector<UnarmedDevice> Rig::unarmed() const {
    std::vector<UnarmedDevice> list;
    for (const auto& link : links_) {
        if (!link->modbus || link->modbus->may_write()) continue;
        std::vector<std::string> writes = link->modbus->writes();
        if (writes.empty()) continue;
        list.push_back({link->ref.name, to_text(link->address), to_text(link->modbus->identity()),
                        std::move(writes)});
    }
    return list;
}

bool Rig::has_hardware() const {
    for (const auto& link : links_) {
        if (link->modbus && !link->modbus->identity().emulator) return true;
        // Nobody says on CAN that it is an emulator.
        if (link->address.kind == LinkAddress::Kind::can) return true;
    }
    return false;
}

bool Rig::all_emulated_here() const {
    return std::all_of(links_.begin(), links_.end(), [](const auto& link) {
        return link->address.kind == LinkAddress::Kind::emulated;
    });
}

dispatch::Ports Rig::ports() {
    dispatch::Ports ports;
    for (const auto& link : links_) {
        const std::string& name = link->ref.name;
        const bool forms = name == files_.site.former.name + ".inverter";
        const dispatch::PortSettings settings = dispatch::port_settings(link->profile, forms);
        if (link->inverter != nullptr) ports.inverters[name] = {link->inverter, settings};
        if (link->bms != nullptr) ports.bms[name] = {link->bms, settings};
        if (link->meter != nullptr) ports.meters[name] = {link->meter, settings};
        if (link->loadctl != nullptr) ports.loadctls[name] = {link->loadctl, settings};
        if (link->interconnect == nullptr) continue;
        ports.interconnect = {link->interconnect, settings};
        // A loop that steps more often beside the grid asks its switch as often.
        Duration& poll = ports.interconnect.settings.poll;
        poll = std::min(poll, files_.scenario.grid_period);
    }
    return ports;
}

void Rig::tap() noexcept {
    for (const auto& link : links_) {
        if (link->statistics().exchanges == 0) continue;
        signals_.set(link->latency, to_seconds(link->statistics().latency_last()));
    }
}

std::vector<reports::LinkStatistics> Rig::link_statistics() const {
    std::vector<reports::LinkStatistics> list;
    for (const auto& link : links_) {
        const drivers::LinkStatistics& from = link->statistics();
        reports::LinkStatistics to;
        to.device = link->ref.name;
        to.address = to_text(link->address);
        to.identity = link->modbus ? to_text(link->modbus->identity()) : link->profile.maker;
        to.exchanges = static_cast<std::int64_t>(from.exchanges);
        to.time_outs = static_cast<std::int64_t>(from.time_outs);
        to.retries = static_cast<std::int64_t>(from.retries);
        to.reconnects = static_cast<std::int64_t>(from.reconnects);
        if (from.strangers > 0) to.identity += "; another device answered here";
        to.bad_replies = static_cast<std::int64_t>(from.bad_replies);
        to.exceptions = static_cast<std::int64_t>(from.exceptions);
        if (from.exchanges > 0) {
            to.p50 = from.latency_percentile(0.50);
            to.p95 = from.latency_percentile(0.95);
            to.p99 = from.latency_percentile(0.99);
        }
        to.fallback = world_.fell_back_after(to.device);
        list.push_back(std::move(to));
    }
    return list;
}

}  // namespace islandbench::bench
