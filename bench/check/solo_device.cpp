#include "bench/check/solo_device.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "bench/engine.hpp"
#include "emulators/devices/dual_inverter.hpp"
#include "emulators/devices/inverter_face.hpp"

namespace islandbench::bench {
namespace {

constexpr const char* street_name = "miniature";
constexpr double nominal_v = 230.0, nominal_hz = 50.0;
/// How far voltage and frequency wander, and how slowly: nothing that a protection minds.
constexpr double wander_hz = 0.02, wander_hz_s = 17.0;
constexpr double wander_v = 1.2, wander_v_s = 11.0;
constexpr double sun = 0.3;

const HomeSpec& home_of(const Site& site) {
    const auto home = std::find_if(site.homes.begin(), site.homes.end(),
                                   [](const HomeSpec& h) { return h.hybrid.has_value(); });
    IB_ASSERT(home != site.homes.end());
    return *home;
}

const DeviationDeed* deed_of(const SoloSpec& spec, Deed what) {
    for (const Deviation& one : spec.deviations) {
        for (const DeviationDeed& deed : one.deeds) {
            if (deed.what == what) return &deed;
        }
    }
    return nullptr;
}

}  // namespace

/// What stands at a unit id whose map is a vendor's own: registers that answer, and mean nothing
/// here.
class SoloDevice::ForeignMap final : public modbus::DataModel {
  public:
    modbus::Served read_holding_registers(std::uint16_t /*address*/,
                                          std::span<std::uint16_t> into) override {
        std::fill(into.begin(), into.end(), std::uint16_t{0x8000});
        return {};
    }
};

SoloDevice::SoloDevice(Scheduler& clock, links::Network& network, const RunFiles& files,
                       const SoloSpec& spec)
    : clock_(clock),
      network_(network),
      spec_(spec),
      hybrid_spec_(*home_of(files.site).hybrid),
      profile_(spec.profile ? *spec.profile : files.profile_of(hybrid_spec_.inverter)),
      hybrid_(hybrid_spec_, nominal_v, nominal_hz, Ratio{0.6}),
      bms_(files.profile_of(hybrid_spec_.bms),
           devices::BmsCore(hybrid_spec_.battery, hybrid_.pack(), clock.now() - spec.on_before)),
      now_(clock.now() - spec.on_before),
      began_(now_) {
    auto healthy = make_face(files, profile_);
    if (spec.older_face) {
        auto dual = std::make_unique<devices::DualInverter>(
            std::move(healthy), make_face(files, *spec.older_face),
            static_cast<std::uint16_t>(profile_.register_base));
        if (spec.feigns_older_orders) dual->feign_older_orders();
        healthy = std::move(dual);
    }
    healthy->feign_orders(spec.feigns_orders);
    firmware_ = std::make_unique<devices::Deviant>(
        std::move(healthy), static_cast<std::uint16_t>(profile_.register_base), spec_.deviations);
    advance(clock.now());
    serve();
}

SoloDevice::~SoloDevice() = default;

std::unique_ptr<devices::InverterFirmware> SoloDevice::make_face(const RunFiles& files,
                                                                 const DeviceProfile& profile) {
    auto body =
        std::make_unique<devices::HybridBody>(hybrid_spec_, Phase::a, profile.ramp, hybrid_);
    bodies_.push_back(body.get());
    return devices::make_inverter(profile, spec_.name, files.site.interconnect.enter_service,
                                  files.site.nominal_f, std::move(body));
}

/// Which unit ids answer, and with what.
void SoloDevice::serve() {
    const DeviationDeed* const elsewhere = deed_of(spec_, Deed::unit);
    const DeviationDeed* const foreign = deed_of(spec_, Deed::foreign_unit);
    const DeviationDeed* const other = elsewhere != nullptr ? elsewhere : foreign;
    const auto unit = other == nullptr ? spec_.unit : static_cast<std::uint8_t>(other->address);
    responder_.serve(unit, *firmware_);
    if (foreign == nullptr) return;
    foreign_ = std::make_unique<ForeignMap>();
    responder_.serve(spec_.unit, *foreign_);
}

Result<void> SoloDevice::open(const std::string& where) {
    auto server = servers::ModbusServer::start(clock_, network_, where, responder_, spec_.link,
                                               Random(1, "link." + spec_.name));
    if (!server) return tl::unexpected(server.error());
    server_ = std::move(*server);
    if (!spec_.deviations.empty()) {
        server_->set_manners(std::make_unique<servers::WireManners>(
            spec_.deviations, Random(1, "manners." + spec_.name)));
    }
    return {};
}

void SoloDevice::advance(Instant now) {
    while (now_ + plant_step <= now) {
        now_ += plant_step;
        const double t = to_seconds(now_ - began_);
        const double turn = 2.0 * std::numbers::pi;
        const double off_hz = wander_hz * std::sin(turn * t / wander_hz_s);
        angle_ = std::fmod(angle_ + turn * off_hz * to_seconds(plant_step), turn);
        const double v = nominal_v + wander_v * std::sin(turn * t / wander_v_s);
        const plant::Phasor terminals = plant::polar(v, angle_);
        hybrid_.advance(terminals, sun);
        hybrid_.measure(terminals);
        bms_.refresh(now_);
        for (const can::CanFrame& frame : bms_.take_frames()) {
            for (devices::HybridBody* const body : bodies_) body->hear(frame, now_);
        }
        for (devices::HybridBody* const body : bodies_) (void)body->take_frame(now_);
        firmware_->refresh(now_);
    }
}

namespace {

/// A healthy device of an installed profile, or of a file that is one.
std::optional<DeviceProfile> solo_profile(const Fixtures& fixtures, const std::string& name,
                                          Diagnostics& diagnostics) {
    const auto path = fixtures.find("profiles", name);
    const auto text = path ? read_text_file(*path) : Result<std::string>(std::string{});
    if (!path || !text) return std::nullopt;
    return read_device_profile(*text, path->string(), diagnostics);
}

/// A file may be of either kind: only profiles have a role.
bool is_profile(const std::string& text) {
    Diagnostics unheard;
    const json::Value value = json::parse(text, "", unheard);
    return unheard.empty() && value.is(json::Kind::object) && value.find("role") != nullptr;
}

std::optional<SoloSpec> healthy(const Fixtures& fixtures, const std::string& name,
                                Diagnostics& diagnostics) {
    SoloSpec solo;
    solo.profile = solo_profile(fixtures, name, diagnostics);
    if (!solo.profile) {
        diagnostics.add({name, 0, "",
                         "neither a device of fixtures/devices nor a profile" +
                             suggestion(name, fixtures.list("devices"))});
        return std::nullopt;
    }
    solo.name = solo.profile->name;
    return diagnostics.empty() ? std::optional(solo) : std::nullopt;
}

}  // namespace

std::optional<SoloSpec> load_solo(const Fixtures& fixtures, const std::string& name,
                                  Diagnostics& diagnostics) {
    const auto path = fixtures.find("devices", name);
    if (!path) return healthy(fixtures, name, diagnostics);
    SoloSpec solo;
    const auto text = read_text_file(*path);
    if (!text) {
        diagnostics.add({path->string(), 0, "", text.error().what});
        return std::nullopt;
    }
    if (is_profile(*text)) return healthy(fixtures, name, diagnostics);
    const auto personality = read_personality(*text, path->string(), diagnostics);
    const auto all = load_deviations(fixtures, diagnostics);
    solo.name = personality.name;
    solo.unit = static_cast<std::uint8_t>(std::clamp(personality.unit, 1, 247));
    if (!personality.profile.empty()) {
        solo.profile = solo_profile(fixtures, personality.profile, diagnostics);
        if (!solo.profile) {
            diagnostics.add({path->string(), personality.place.line, "$.profile",
                             "no profile \"" + personality.profile + "\" is installed"});
        } else if (solo.profile->role != Role::inverter) {
            diagnostics.add({path->string(), personality.place.line, "$.profile",
                             "only an inverter deviates when it is alone"});
        }
    }
    for (const std::string& id : personality.deviations) {
        const auto found =
            std::find_if(all.begin(), all.end(), [&](const Deviation& d) { return d.id == id; });
        if (found == all.end()) {
            diagnostics.add({path->string(), personality.place.line, "$.deviations",
                             "no deviation \"" + id + "\" is installed"});
        } else {
            solo.deviations.push_back(*found);
        }
    }
    return diagnostics.empty() ? std::optional(solo) : std::nullopt;
}

std::optional<RunFiles> load_solo_street(const Fixtures& fixtures, Diagnostics& diagnostics) {
    return load_street_files(fixtures, street_name, std::nullopt, diagnostics);
}

}  // namespace islandbench::bench
