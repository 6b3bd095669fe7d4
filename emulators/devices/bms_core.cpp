#include "emulators/devices/bms_core.hpp"

#include <algorithm>

namespace islandbench::devices {
namespace {

constexpr double cell_nominal_v = 3.2;  // LFP

}  // namespace

BmsCore::BmsCore(const BatterySpec& spec, const plant::PackState& pack, Instant start)
    : spec_(spec),
      pack_(pack),
      estimate_(pack.soc.value() + spec.soc_error.offset.value()),
      capacity_ah_(spec.capacity.value() * spec.soh.value() /
                   (cell_nominal_v * spec.cells_in_series)),
      last_(start) {}

void BmsCore::refresh(Instant now) {
    seen_i_ = pack_.i + spec_.soc_error.sensor_offset;
    const double hours = to_seconds(now - last_) / 3600.0;
    last_ = now;
    estimate_ = std::clamp(estimate_ - seen_i_.value() * hours / capacity_ah_, 0.0, 1.0);
    if (!pack_.can_charge) estimate_ = 1.0;  // the only moment at which voltage tells
}

Ratio BmsCore::soc() const noexcept {
    return Ratio{std::clamp(estimate_ + report_offset_, 0.0, 1.0)};
}

Current BmsCore::charge_limit() const noexcept {
    if (!pack_.can_charge) return Current{};
    const double taper = std::clamp((1.0 - soc().value()) / 0.03, 0.05, 1.0);
    return spec_.charge_limit * taper;
}

Current BmsCore::discharge_limit() const noexcept {
    if (!pack_.can_discharge) return Current{};
    const double above = soc().value() - spec_.technical_floor.value();
    return spec_.discharge_limit * std::clamp(above / 0.03, 0.0, 1.0);
}

}  // namespace islandbench::devices
