#include "emulators/devices/load_controller.hpp"

#include <cmath>

namespace islandbench::devices {

namespace map = maps::loadctl;

namespace {

constexpr double healthy_hz = 49.7;
constexpr Duration healthy_for = 10s;
constexpr Duration release_spread = 60s;
constexpr Duration bus_lost_after = 60s;
/// Its supply, of nominal: gone below, good above; how long the capacitor lasts and booting takes.
constexpr double supply_gone = 0.5, supply_good = 0.8;
constexpr Duration hold_up = 1s;
constexpr Duration boot_time = 3s;

}  // namespace

LoadController::LoadController(const DeviceProfile& profile, plant::Street& street,
                               std::size_t home, Random chance)
    : street_(street),
      home_(home),
      chance_(std::move(chance)),
      cadence_length_(profile.cadence),
      cadence_(profile.cadence) {
    const HomeSpec& spec = street.site().homes[home];
    for (const UnderFrequencyStage& setting : spec.under_frequency) {
        stages_.push_back({setting, Duration::zero()});
    }
    const Identity identity{"islandbench", profile.model, "1", spec.name, true};
    maps::put_identity(map_, map::device, identity);
    map::put_settings(map_, spec.under_frequency);
    publish();
}

void LoadController::refresh(Instant now) {
    now_ = now;
    if (!cadence_.due(now)) return;
    const plant::HomeTruth seen = street_.home(home_);
    watch_supply(seen.v.value() / street_.site().nominal_v.value());
    if (!powered_) return;
    const double f = seen.f.value();
    run_stages(f, cadence_length_);
    release_when_alone(f, now);
    drive();
    publish();
}

void LoadController::watch_supply(double v) {
    if (powered_) {
        supply_gap_ = v < supply_gone ? supply_gap_ + cadence_length_ : Duration{};
        if (supply_gap_ >= hold_up) go_dark();
        return;
    }
    supply_back_ = v >= supply_good ? supply_back_ + cadence_length_ : Duration{};
    powered_ = supply_back_ >= boot_time;
}

/// What the bus had asked for is forgotten; what holds the tiers open is not.
void LoadController::go_dark() {
    for (std::size_t i = 1; i < tiers; ++i) held_[i] = true;
    requested_.fill(true);
    drive();
    publish();
    powered_ = false;
    supply_gap_ = supply_back_ = Duration{};
    healthy_since_ = never;
    bus_heard_ = Instant::min();
    for (Stage& stage : stages_) stage.below = Duration{};
}

/// A frequency that cannot be measured is not a low one: a dead home is not shed.
void LoadController::run_stages(double f, Duration step) {
    for (Stage& stage : stages_) {
        const bool low = !std::isnan(f) && f < stage.setting.below.value();
        stage.below = low ? stage.below + step : Duration::zero();
        if (low && stage.below >= stage.setting.delay) {
            held_[static_cast<std::size_t>(stage.setting.tier)] = true;
        }
    }
    const bool healthy = !std::isnan(f) && f >= healthy_hz;
    if (!healthy) {
        healthy_since_ = never;
    } else if (healthy_since_ == never) {
        healthy_since_ = now_;
        release_delay_ = healthy_for + from_seconds(chance_.uniform(0, to_seconds(release_spread)));
    }
}

void LoadController::release_when_alone(double f, Instant now) {
    const bool bus_lost = bus_heard_ == Instant::min() || now - bus_heard_ > bus_lost_after;
    const bool waited = healthy_since_ != never && now - healthy_since_ >= release_delay_;
    if (bus_lost && waited && f >= healthy_hz) held_.fill(false);
}

void LoadController::drive() {
    if (ignores_) return;
    const std::array<bool, tiers> coils = street_.home(home_).coil;
    for (std::size_t i = 0; i < tiers; ++i) {
        const bool wanted = requested_[i] && !held_[i];
        if (coils[i] != wanted) street_.set_coil(home_, static_cast<int>(i), wanted);
    }
}

void LoadController::publish() {
    const plant::HomeTruth seen = street_.home(home_);
    state_.v = seen.v;
    state_.f = seen.f;
    state_.p = seen.tier_p;
    state_.p_total = seen.load_p;
    // It reads its own outputs back: a wiring fault behind them does not show.
    state_.closed = seen.coil;
    state_.requested = requested_;
    state_.local_stage = held_;
    map::put_state(map_, state_);
}

modbus::Served LoadController::read_holding_registers(std::uint16_t address,
                                                      std::span<std::uint16_t> into) {
    bus_heard_ = now_;
    return modbus::read_range(map_, 0, address, into);
}

modbus::Served LoadController::read_input_registers(std::uint16_t address,
                                                    std::span<std::uint16_t> into) {
    return read_holding_registers(address, into);
}

modbus::Served LoadController::read_coils(std::uint16_t address, modbus::Bits& into) {
    bus_heard_ = now_;
    return map::read_tiers(state_, address, into);
}

modbus::Served LoadController::write_coils(std::uint16_t address, const modbus::Bits& values) {
    const auto request = map::decode_tiers(address, values);
    if (!request) return modbus::refuse(request.error());
    bus_heard_ = now_;
    for (std::size_t i = 0; i < tiers; ++i) {
        const std::optional<bool> wanted = (*request)[i];
        if (!wanted) continue;
        requested_[i] = *wanted;
        if (*wanted && healthy_since_ != never) held_[i] = false;
    }
    drive();
    publish();
    return {};
}

}  // namespace islandbench::devices
