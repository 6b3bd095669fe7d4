#pragma once

#include "base/site.hpp"
#include "emulators/plant/battery.hpp"

namespace islandbench::devices {

/// What a battery management system believes and allows. It counts the charge that its own current
/// sensor sees, from a start that is off by BatterySpec::soc_error: its state of charge is an
/// estimate, never the truth. Whatever bus a BMS speaks, this is inside.
class BmsCore {
  public:
    BmsCore(const BatterySpec& spec, const plant::PackState& pack, Instant start);

    /// Counts on to `now`.
    void refresh(Instant now);

    /// As reported: the estimate, plus what a fault adds, within 0..1.
    [[nodiscard]] Ratio soc() const noexcept;
    [[nodiscard]] Ratio soh() const noexcept { return spec_.soh; }
    [[nodiscard]] Voltage v() const noexcept { return pack_.v; }
    [[nodiscard]] Current i() const noexcept { return seen_i_; }  ///< positive = discharge
    [[nodiscard]] Temperature temperature() const noexcept { return pack_.temperature; }
    /// What it allows now: full from 3 points above the technical floor, and up to 97 %.
    [[nodiscard]] Current charge_limit() const noexcept;
    [[nodiscard]] Current discharge_limit() const noexcept;
    [[nodiscard]] const BatterySpec& spec() const noexcept { return spec_; }

    /// Fault: from now on it reports so much too much (or, negative, too little).
    void report_offset(Ratio offset) noexcept { report_offset_ = offset.value(); }

  private:
    const BatterySpec& spec_;
    const plant::PackState& pack_;
    double estimate_;
    double report_offset_ = 0.0;
    double capacity_ah_;
    Current seen_i_;
    Instant last_;
};

}  // namespace islandbench::devices
