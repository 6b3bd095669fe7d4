#include "bench/scan.hpp"

#include <cctype>
#include <cstdio>
#include <fstream>
#include <iostream>

#include "base/json.hpp"
#include "bench/run.hpp"
#include "drivers/sunspec_scanner.hpp"
#include "links/tcp_network.hpp"

namespace islandbench::bench {
namespace {

constexpr Duration patience = Duration{5min};

int give_up(int code, const std::string& why) {
    std::cerr << "islandbench: " << why << "\n";
    return code;
}

json::Value json_of(const drivers::ScannedPoint& scanned, const sunspec::ModelAddress& where) {
    const sunspec::Point& point = scanned.point;
    json::Value one = json::Value::object();
    one.set("name", scanned.name);
    one.set("address", where.address + point.offset);
    one.set("registers", int{point.registers});
    if (scanned.problem == sunspec::Problem::none) {
        one.set("value", scanned.value);
    } else {
        one.set("absent", to_text(scanned.problem));
    }
    if (!point.unit.empty()) one.set("unit", point.unit);
    if (point.writable()) one.set("writable", true);
    if (point.mandatory) one.set("mandatory", true);
    return one;
}

json::Value json_of(const drivers::ScannedModel& model) {
    json::Value one = json::Value::object();
    one.set("id", int{model.where.id});
    one.set("label", model.label.empty() ? "unknown" : model.label);
    one.set("address", int{model.where.address});
    one.set("length", int{model.where.length});
    if (!model.trouble.empty()) one.set("trouble", model.trouble);
    json::Value points = json::Value::array();
    for (const auto& point : model.points) points.push(json_of(point, model.where));
    one.set("points", std::move(points));
    return one;
}

json::Value map_of(const drivers::SunSpecScanner& device, const std::string& link) {
    json::Value map = json::Value::object();
    map.set("link", link);
    const Identity& identity = device.identity();
    map.set("maker", identity.maker);
    map.set("model", identity.model);
    map.set("version", identity.version);
    map.set("serial", identity.serial);
    map.set("register_base", device.base());
    map.set("read_max", device.read_max());
    json::Value models = json::Value::array();
    for (const auto& model : device.models()) models.push(json_of(model));
    map.set("models", std::move(models));
    json::Value findings = json::Value::array();
    for (const auto& finding : device.findings()) findings.push(finding.text);
    map.set("findings", std::move(findings));
    return map;
}

bool has_model(const drivers::SunSpecScanner& device, int low, int high) {
    for (const auto& model : device.models()) {
        if (model.where.id >= low && model.where.id <= high) return true;
    }
    return false;
}

/// An inverter of before IEEE 1547-2018, and nothing newer.
bool speaks_100(const drivers::SunSpecScanner& device) {
    const bool measures = has_model(device, 101, 103) || has_model(device, 111, 113);
    return measures && has_model(device, 120, 120) && !has_model(device, 701, 701);
}

/// What a device with these models is in a street; nothing where no driver here would know.
const char* role_of(const drivers::SunSpecScanner& device) {
    if (has_model(device, 701, 701) && has_model(device, 704, 704)) return "inverter";
    if (speaks_100(device)) return "inverter";
    if (has_model(device, 201, 204) || has_model(device, 211, 214)) return "meter";
    if (has_model(device, 802, 802)) return "bms";
    return nullptr;
}

/// "Acme Hybrid 5k" as a file's name: "acme_hybrid_5k".
std::string file_name(const std::string& text) {
    std::string name;
    for (const char c : text) {
        const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0;
        if (plain) name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        if (!plain && !name.empty() && name.back() != '_') name += '_';
    }
    while (!name.empty() && name.back() == '_') name.pop_back();
    return name.empty() ? "device" : name;
}

json::Value profile_of(const drivers::SunSpecScanner& device, const std::string& name,
                       const char* role) {
    json::Value profile = json::Value::object();
    profile.set("name", name);
    profile.set("role", role);
    profile.set("protocol", speaks_100(device) ? "sunspec-100" : "sunspec");
    profile.set("maker", device.identity().maker);
    profile.set("model", device.identity().model);
    profile.set("register_base", device.base());
    profile.set("read_max", device.read_max());
    return profile;
}

bool write(const std::filesystem::path& path, const json::Value& value) {
    std::ofstream file(path);
    file << json::to_text(value) << "\n" << std::flush;
    return static_cast<bool>(file);
}

bool write_all(const drivers::SunSpecScanner& device, const ScanOptions& options) {
    std::error_code failed;
    std::filesystem::create_directories(options.out, failed);
    if (failed || !write(options.out / "device_map.json", map_of(device, options.link)))
        return false;
    const char* const role = role_of(device);
    if (role == nullptr) return true;
    const std::string name = file_name(device.identity().maker + " " + device.identity().model);
    json::Value stub = json::Value::object();
    stub.set("profile", name);
    stub.set("link", options.link);
    return write(options.out / (name + ".json"), profile_of(device, name, role)) &&
           write(options.out / "site_stub.json", stub);
}

void print(const drivers::SunSpecScanner& device) {
    std::printf("%s\n%-6s %-8s %-6s %-7s %s\n", to_text(device.identity()).c_str(), "model",
                "address", "L", "points", "");
    for (const auto& model : device.models()) {
        std::printf("%-6d %-8d %-6d %-7zu %s\n", model.where.id, model.where.address,
                    model.where.length, model.points.size(),
                    (model.trouble.empty() ? model.label : model.trouble).c_str());
    }
    for (const auto& finding : device.findings()) std::printf("odd: %s\n", finding.text.c_str());
}

Task<> scan_once(drivers::SunSpecScanner& device, Instant deadline, std::optional<Done>& into) {
    Done done = co_await device.scan(deadline);
    into = std::move(done);
}

}  // namespace

int scan(const ScanOptions& options) {
    const auto link = parse_link_address(options.link);
    if (!link) return give_up(exit_usage, link.error().what);
    if (link->kind != LinkAddress::Kind::tcp && link->kind != LinkAddress::Kind::rtu) {
        return give_up(exit_usage, "scan needs a link to Modbus: tcp:// or rtu:");
    }
    Scheduler clock;
    links::TcpNetwork network(clock);
    const drivers::WriteGuard nobody{{}};
    drivers::DeviceSettings settings;
    settings.name = "device";
    settings.link = *link;
    settings.where = modbus_place(*link);
    drivers::SunSpecScanner device(clock, network, nobody, settings);
    std::optional<Done> done;
    TaskGroup tasks(clock);
    tasks.spawn(scan_once(device, clock.now() + patience, done));
    clock.run_ready();
    while (!done && stop_requests == 0) {
        clock.advance_to(network.wait(std::min(clock.next_timer(), clock.now() + Duration{100ms})));
        clock.run_ready();
    }
    if (!done) return exit_interrupted;
    if (!*done) return give_up(exit_bench_error, done->error().what);
    print(device);
    if (!write_all(device, options)) {
        return give_up(exit_bench_error, options.out.string() + ": cannot be written");
    }
    return exit_pass;
}

}  // namespace islandbench::bench
