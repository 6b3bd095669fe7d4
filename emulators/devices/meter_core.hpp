#pragma once

#include <array>

#include "base/site.hpp"
#include "emulators/plant/street.hpp"

namespace islandbench::devices {

/// What a meter's firmware shows: means of the powers since it showed something last, the rest as
/// it is now.
struct MeterMeasurement {
    std::array<ActivePower, phases> p_phase;
    ActivePower p;    ///< of the wired phases; positive = from the grid into the street
    ReactivePower q;  ///< likewise
    std::array<Voltage, phases> v;
    std::array<Current, phases> i;
    Frequency f;  ///< NaN while its side is dead
    Energy imported, exported;

    /// Of the reactive power only a sum is measured: that of a phase follows from its apparent
    /// power and takes the sum's sign.
    [[nodiscard]] ReactivePower q_phase(std::size_t i) const noexcept;
};

/// The measuring part of a meter beside the interconnect device, whatever language it speaks.
/// Powers are means since the last reading, as of every meter: with a cadence of whole periods the
/// islanding probe does not show in them.
class MeterCore {
  public:
    /// Wired to so many phases, the first ones.
    MeterCore(MeterSide side, const plant::Street& street, std::size_t wired = phases);

    /// Once per step of the plant.
    void refresh(Instant now);
    /// Ends a mean and begins the next.
    MeterMeasurement take();

    /// A fault: measures so much too much import from now on, spread over the phases.
    void report_offset(ActivePower p) noexcept { offset_ = p; }

  private:
    /// Powers added up over the milliseconds since the last reading.
    struct Sums {
        std::array<double, phases> p_phase{};
        double p = 0.0, q = 0.0;
        int steps = 0;
    };

    void add_up();
    [[nodiscard]] ActivePower power(std::size_t phase) const noexcept;

    const plant::Street& street_;
    MeterSide side_;
    std::size_t wired_;
    Instant last_{};
    Sums sums_;
    ActivePower offset_;  ///< a fault
    Energy imported_, exported_;
};

}  // namespace islandbench::devices
