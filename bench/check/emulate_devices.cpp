#include "bench/check/emulate_devices.hpp"

#include <cstdio>
#include <iostream>

#include "base/unit_text.hpp"
#include "bench/check/solo_part.hpp"
#include "bench/present.hpp"
#include "bench/run.hpp"
#include "links/tcp_network.hpp"

namespace islandbench::bench {
namespace {

/// As often as the firmware of the devices looks at anything.
constexpr Duration burst = 20ms;

int wrong_use(const std::string& what) {
    std::cerr << "islandbench: " << what << '\n';
    return exit_usage;
}

std::string line_of(const Solo& device, const SoloSpec& spec) {
    std::string ids;
    for (const Deviation& one : spec.deviations) ids += " " + one.id;
    const Role role = spec.profile ? spec.profile->role : Role::inverter;
    return spec.name + " " + std::string(json::enum_text(role)) + " " + device.link() +
           (ids.empty() ? " healthy" : ids) + "\n";
}

}  // namespace

int emulate_devices(const EmulateDevicesOptions& options, const Fixtures& fixtures) {
    Diagnostics problems;
    std::vector<SoloSpec> specs;
    for (const std::string& name : options.devices) {
        Diagnostics found;
        auto spec = load_solo(fixtures, name, found);
        if (spec) specs.push_back(std::move(*spec));
        for (const Diagnostic& one : found.list()) problems.add(one);
    }
    const auto street = load_solo_street(fixtures, problems);
    for (const SoloSpec& spec : specs) {
        const bool inverter = !spec.profile || spec.profile->role == Role::inverter;
        if (inverter || !street || SoloPart::suits(*street, *spec.profile)) continue;
        problems.add({spec.name, 0, "", "nothing like it can be served alone"});
    }
    if (!problems.empty()) {
        std::cerr << problems;
        return exit_usage;
    }
    Instant end = never;
    if (options.duration) {
        const auto duration = parse_measure(*options.duration);
        if (!duration || duration->dimension != Dimension::time || !(duration->value > 0.0)) {
            return wrong_use("--duration " + *options.duration +
                             ": expected a time such as \"5 min\"");
        }
        end = story_start + from_seconds(duration->value);
    }
    Scheduler clock;
    links::TcpNetwork network(clock);
    std::vector<std::unique_ptr<Solo>> devices;
    for (std::size_t i = 0; i < specs.size(); ++i) {
        const int port = options.port ? *options.port + static_cast<int>(i) : 0;
        devices.push_back(make_solo(clock, network, *street, specs[i]));
        const auto opened = devices.back()->open("127.0.0.1:" + std::to_string(port));
        if (!opened) return complain(specs[i].name + ": " + opened.error().what);
        std::cout << line_of(*devices.back(), specs[i]) << std::flush;
    }
    std::fprintf(stderr, "serving %zu devices; Ctrl-C ends it\n", devices.size());
    Instant next = clock.now() + burst;
    while (stop_requests == 0 && clock.now() < end) {
        clock.advance_to(network.wait(std::min(clock.next_timer(), next)));
        if (clock.now() >= next) {
            for (const auto& device : devices) device->advance(clock.now());
            next = clock.now() + burst;
        }
        clock.run_ready();
    }
    return stop_requests > 0 ? exit_interrupted : exit_pass;
}

}  // namespace islandbench::bench
