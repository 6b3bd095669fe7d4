#pragma once

#include <vector>

#include "base/site.hpp"
#include "emulators/plant/timing.hpp"

namespace islandbench::plant {

/// Tells a live grid from a dead one by moving it: the interconnect device lays a small square wave
/// on the former's raise/lower line. A grid does not follow; an island does. Works at any power
/// flow, balanced ones included.
///
/// The bus frequency, less its trailing mean over one probe period and clipped, is correlated with
/// the sign of the probe (delayed as the frequency measurement is) over one period. More than half
/// of the amplitude, held for the time that together with the window makes probe_periods periods,
/// means that the grid is gone.
class IslandDetector {
  public:
    explicit IslandDetector(const InterconnectSpec& spec);

    /// One step with the bus frequency (Hz above nominal, measured with filter_s).
    void advance(double frequency_deviation);
    /// Forgets what it has seen; the probe starts anew.
    void reset();

    /// The probe for the raise/lower line now (Hz).
    [[nodiscard]] double probe() const noexcept { return sign(at_) * amplitude_; }
    /// How much of the probe the bus follows: 0 on a stiff grid, 1 in an island.
    [[nodiscard]] double following() const noexcept;
    [[nodiscard]] bool grid_gone() const noexcept { return followed_.reached(hold_); }

    /// Time constant of the frequency measurement that this is made for.
    static constexpr double filter_s = 0.030;

  private:
    /// +1 in the first half of the period, -1 in the second.
    [[nodiscard]] double sign(std::size_t at) const noexcept {
        return at < window_ / 2 ? 1.0 : -1.0;
    }

    std::size_t window_;  ///< probe period in steps
    double amplitude_;
    Duration hold_;
    std::size_t at_ = 0;  ///< phase of the probe
    std::size_t seen_ = 0;
    std::vector<double> frequencies_, products_;  ///< rings over one period
    double frequency_sum_ = 0.0, product_sum_ = 0.0;
    Hold followed_;
};

}  // namespace islandbench::plant
