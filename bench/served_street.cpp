#include "bench/served_street.hpp"

#include "base/assert.hpp"

namespace islandbench::bench {
namespace {

constexpr const char* unit = "1";  ///< every emulated device answers to this one

std::string loopback(int port) {
    return "127.0.0.1:" + std::to_string(port);
}

/// "coil 4", "registers 40123..40125".
std::string words(const servers::LastWrite& write) {
    std::string text = write.coils ? "coil" : "register";
    if (write.count > 1) text += "s";
    text += " " + std::to_string(write.address);
    if (write.count > 1) text += ".." + std::to_string(write.address + write.count - 1);
    return text;
}

}  // namespace

ServedStreet::ServedStreet(Scheduler& clock, links::Network& network, const RunFiles& files,
                           std::uint64_t seed)
    : clock_(clock),
      network_(network),
      files_(files),
      world_(clock, network, files, seed),
      counted_(clock.now()) {}

Result<void> ServedStreet::open(std::optional<int> port) {
    const auto all = devices_of(files_.site);
    std::map<std::string, std::string> places;
    for (const DeviceRef& device : all) {
        if (port) places[device.name] = loopback((*port)++);
    }
    if (auto opened = world_.open(true, places); !opened) return opened;
    for (const DeviceRef& device : all) {
        if (files_.profile_of(*device.spec).protocol == Protocol::pylontech) {
            const std::string free =
                device.spec->listen.empty() ? loopback(0) : device.spec->listen;
            const auto place = places.find(device.name);
            const std::string where = place == places.end() ? free : place->second;
            if (auto opened = open_can(device.name, where); !opened) return opened;
        }
        add_device(device);
    }
    return {};
}

Result<void> ServedStreet::open_can(const std::string& device, const std::string& where) {
    links::CanBus* bus = world_.can_bus(device.substr(0, device.find('.')));
    IB_ASSERT(bus != nullptr);
    auto server = links::SlcanServer::start(clock_, network_, where, *bus);
    if (!server) {
        return failure(server.error().code,
                       device + " cannot listen on " + where + ": " + server.error().what);
    }
    can_doors_.push_back({device, std::move(*server)});
    return {};
}

const links::SlcanServer* ServedStreet::can_door(const std::string& device) const {
    for (const CanDoor& door : can_doors_) {
        if (door.device == device) return door.server.get();
    }
    return nullptr;
}

void ServedStreet::add_device(const DeviceRef& device) {
    ServedDevice served;
    served.name = device.name;
    served.role = device.role;
    served.profile = device.spec->profile;
    if (const links::SlcanServer* door = can_door(device.name)) {
        served.address = "slcan://" + door->address();
        served.unit = "-";
    } else {
        const auto address = world_.address_of(device.name);
        IB_ASSERT(address.has_value());
        served.address = "tcp://" + *address;
        served.unit = unit;
    }
    devices_.push_back(std::move(served));
}

std::map<std::string, std::string> ServedStreet::links() const {
    std::map<std::string, std::string> links;
    for (const ServedDevice& device : devices_) {
        const bool modbus = device.unit != "-";
        links[device.name] = device.address + (modbus ? "?unit=" + device.unit : "");
    }
    return links;
}

int ServedStreet::clients() const {
    int sum = 0;
    for (const ServedDevice& device : devices_) {
        const servers::ModbusTraffic* modbus = world_.traffic_of(device.name);
        const links::SlcanServer* can = can_door(device.name);
        if (modbus != nullptr) sum += modbus->clients;
        if (can != nullptr) sum += can->traffic().clients;
    }
    return sum;
}

void ServedStreet::count(Instant now) {
    const double seconds = to_seconds(now - counted_);
    for (ServedDevice& device : devices_) {
        const std::uint64_t before = device.messages;
        if (const servers::ModbusTraffic* modbus = world_.traffic_of(device.name)) {
            device.clients = modbus->clients;
            device.messages = modbus->requests;
            if (modbus->last_write) {
                device.last_write = words(*modbus->last_write);
                device.written_at = modbus->last_write->at;
            }
        } else if (const links::SlcanServer* can = can_door(device.name)) {
            const links::SlcanTraffic& traffic = can->traffic();
            device.clients = traffic.clients;
            device.messages = traffic.heard + traffic.sent;
            if (traffic.last_sent) {
                device.last_write = "frame " + *traffic.last_sent;
                device.written_at = traffic.sent_at;
            }
        }
        const auto messages = static_cast<double>(device.messages - before);
        device.per_second = seconds > 0.0 ? messages / seconds : 0.0;
    }
    counted_ = now;
}

}  // namespace islandbench::bench
