#include "emulators/devices/bms_core.hpp"

#include <algorithm>
#include <cmath>

namespace islandbench::devices {
namespace {

constexpr double cell_nominal_v = 3.2;  // LFP

}  // namespace

BmsCore::BmsCore(const BatterySpec& spec, const plant::PackState& pack, Instant start)
    : spec_(spec),
      pack_(pack),
      estimate_(pack.soc.value() + spec.soc_error.offset.value()),
      sensor_offset_(spec.soc_error.sensor_offset),
      capacity_ah_(spec.capacity.value() * spec.soh.value() /
                   (cell_nominal_v * spec.cells_in_series)),
      last_(start) {}

void BmsCore::refresh(Instant now) {
    seen_i_ = pack_.i - pack_.unseen_i + sensor_offset_;
    const double hours = to_seconds(now - last_) / 3600.0;
    last_ = now;
    estimate_ = std::clamp(estimate_ - seen_i_.value() * hours / capacity_ah_, 0.0, 1.0);
    if (!pack_.can_charge) estimate_ = 1.0;  // the only moment at which voltage tells
    if (!due_) return;
    const bool reached = due_->falling ? cell_v() <= due_->cell_v : cell_v() >= due_->cell_v;
    if (reached) jump_to(due_->to);
}

Ratio BmsCore::soc() const noexcept {
    const double said = std::clamp(held_.value_or(estimate_ + report_offset_), 0.0, 1.0);
    if (report_step_ <= 0.0) return Ratio{said};
    return Ratio{std::floor(said / report_step_ + 1e-9) * report_step_};
}

void BmsCore::freeze(bool frozen) noexcept {
    if (!frozen) {
        held_.reset();
    } else if (!held_) {
        held_ = std::clamp(estimate_ + report_offset_, 0.0, 1.0);
    }
}

double BmsCore::cell_v() const noexcept {
    return pack_.v.value() / spec_.cells_in_series;
}

void BmsCore::recalibrate(Ratio to, std::optional<Voltage> cell) {
    if (!cell) return jump_to(to);
    due_ = Recalibration{to, cell->value(), cell_v() > cell->value()};
}

/// A BMS that has just set itself right holds to nothing that it reported before.
void BmsCore::jump_to(Ratio to) noexcept {
    const Ratio before = soc();
    estimate_ = to.value();
    report_offset_ = 0.0;
    held_.reset();
    due_.reset();
    jump_ = Jump{before, soc()};
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
