#pragma once

#include <memory>

#include "emulators/devices/hybrid_body.hpp"
#include "emulators/devices/sunspec_inverter.hpp"
#include "emulators/devices/test/registers.hpp"
#include "emulators/plant/test/miniature.hpp"

namespace islandbench::devices::test {

/// The hybrid of a home in the street in miniature, with its SunSpec face. Its battery allows
/// everything from the start.
struct HybridBench {
    explicit HybridBench(std::size_t home, Ratio sun = Ratio{},
                         const Site& of = plant::quiet_miniature())
        : site(of), street(site, start(sun)), hybrid(*street.hybrid(home)) {
        const HomeSpec& spec = site.homes[home];
        auto made = std::make_unique<HybridBody>(*spec.hybrid, spec.phase, Ratio{1.0}, hybrid);
        body = made.get();
        inverter = std::make_unique<SunSpecInverter>(profile("hybrid 5k", 100ms), "17",
                                                     site.interconnect.enter_service,
                                                     site.nominal_f, std::move(made));
        allow();
    }

    static plant::StreetStart start(Ratio sun) {
        plant::StreetStart start = start_now();
        start.sun = sun;
        return start;
    }
    /// The frames of a healthy battery: 56.0 V, 120 A both ways; 60 %; both enabled.
    void allow() {
        hear(0x351, {0x30, 0x02, 0xB0, 0x04, 0xB0, 0x04});
        hear(0x355, {60, 0, 100, 0});
        hear(0x35C, {0xC0, 0});
    }
    void hear(std::uint32_t id, std::initializer_list<std::uint8_t> payload) {
        body->hear(can::standard_frame(id, payload), street.now());
    }
    void run(Duration d) { test::run(street, d, *inverter); }
    [[nodiscard]] double p() const { return hybrid.state().p.value(); }

    Site site;
    plant::Street street;
    plant::Hybrid& hybrid;
    HybridBody* body = nullptr;
    std::unique_ptr<SunSpecInverter> inverter;
};

}  // namespace islandbench::devices::test
