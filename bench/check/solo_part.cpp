#include "bench/check/solo_part.hpp"

#include <algorithm>

#include "bench/engine.hpp"

namespace islandbench::bench {
namespace {

std::optional<DeviceRef> device_like(const RunFiles& files, const DeviceProfile& profile) {
    const auto all = devices_of(files.site);
    // Meters of any language hang at the same place; batteries do not.
    const auto found = std::find_if(all.begin(), all.end(), [&](const DeviceRef& device) {
        const bool same = files.profile_of(*device.spec).protocol == profile.protocol;
        return device.role == profile.role && (same || profile.role == Role::meter);
    });
    return found == all.end() ? std::nullopt : std::optional(*found);
}

RunFiles with_profile(const RunFiles& files, const SoloSpec& spec) {
    RunFiles changed = files;
    const auto like = device_like(files, *spec.profile);
    IB_ASSERT(like.has_value());
    changed.profiles[like->spec->profile] = *spec.profile;
    changed.scenario.links = {spec.link.delay_median, spec.link.delay_p99, Ratio{spec.link.loss}};
    return changed;
}

}  // namespace

bool SoloPart::suits(const RunFiles& files, const DeviceProfile& profile) {
    return device_like(files, profile).has_value();
}

SoloPart::SoloPart(Scheduler& clock, links::Network& network, const RunFiles& files,
                   const SoloSpec& spec)
    : clock_(clock),
      network_(network),
      files_(with_profile(files, spec)),
      name_(device_like(files, *spec.profile)->name),
      can_(spec.profile->protocol == Protocol::pylontech),
      world_(std::make_unique<World>(clock, network, files_, std::uint64_t{1})) {
    advance(clock.now());
}

Result<void> SoloPart::open(const std::string& where) {
    if (!can_) return world_->open_one(name_, where);
    links::CanBus* const bus = world_->can_bus(name_.substr(0, name_.find('.')));
    IB_ASSERT(bus != nullptr);
    auto door = links::SlcanServer::start(clock_, network_, where, *bus);
    if (!door) return tl::unexpected(door.error());
    door_ = std::move(*door);
    return {};
}

std::string SoloPart::address() const {
    return can_ ? door_->address() : world_->address_of(name_).value_or("");
}

std::string SoloPart::link() const {
    return can_ ? "slcan://" + address() : "tcp://" + address() + "?unit=1";
}

const servers::ModbusTraffic* SoloPart::traffic() const {
    return world_->traffic_of(name_);
}

void SoloPart::advance(Instant now) {
    while (world_->street().now() + plant_step <= now) world_->step();
}

std::unique_ptr<Solo> make_solo(Scheduler& clock, links::Network& network, const RunFiles& street,
                                const SoloSpec& spec) {
    const bool inverter = !spec.profile || spec.profile->role == Role::inverter;
    if (inverter) return std::make_unique<SoloDevice>(clock, network, street, spec);
    return std::make_unique<SoloPart>(clock, network, street, spec);
}

}  // namespace islandbench::bench
