#pragma once

#include <optional>
#include <utility>

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

    // Faults, each from now on. It believes what it reports: its limits follow; only the cells'
    // own protection stays with the truth.

    /// Reports so much too much (or, negative, too little).
    void report_offset(Ratio offset) noexcept { report_offset_ = offset.value(); }
    /// Its current sensor is so far off, in place of what the site says; positive = sees too much
    /// discharge.
    void sensor_offset(Current offset) noexcept { sensor_offset_ = offset; }
    /// Goes on reporting what it reports now, while it counts on; or ends that.
    void freeze(bool frozen) noexcept;
    /// Reports this, whatever it counts.
    void stick(Ratio at) noexcept { held_ = at.value(); }
    /// Reports in whole steps of this, rounded down.
    void report_in_steps(Ratio of) noexcept { report_step_ = of.value(); }
    /// Sets its estimate to this: at once, or when the mean cell voltage reaches `cell`, from
    /// whichever side.
    void recalibrate(Ratio to, std::optional<Voltage> cell);

    /// A jump of what it reports, by recalibration.
    struct Jump {
        Ratio from, to;
    };
    /// The jump that happened since the last call.
    std::optional<Jump> take_jump() noexcept { return std::exchange(jump_, std::nullopt); }

  private:
    struct Recalibration {
        Ratio to;
        double cell_v;
        bool falling;  ///< the cells come from above
    };
    [[nodiscard]] double cell_v() const noexcept;
    void jump_to(Ratio to) noexcept;

    const BatterySpec& spec_;
    const plant::PackState& pack_;
    double estimate_;
    double report_offset_ = 0.0;
    double report_step_ = 0.0;
    std::optional<double> held_;  ///< frozen or stuck there
    Current sensor_offset_;
    std::optional<Recalibration> due_;
    std::optional<Jump> jump_;
    double capacity_ah_;
    Current seen_i_;
    Instant last_;
};

}  // namespace islandbench::devices
