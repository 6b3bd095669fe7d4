#pragma once

#include <algorithm>
#include <array>

#include "emulators/plant/frequency_meter.hpp"

namespace islandbench::plant {

/// Whether three phases are one system. Phases that single-phase sources form each by itself drift
/// apart, and come by the right angles now and then: what has drifted counts as apart until it has
/// been in step for a second. Apart are frequencies that differ by more than 20 mHz for half a
/// second, or angles that are more than 30 degrees off for 0.1 s (engineering judgement: a load
/// step on one phase moves its angle by a few degrees, and its measured frequency for some 50 ms).
/// Unequal magnitudes are no reason: one limited phase of one source has its frequency all the
/// same.
class PhaseWatch {
  public:
    PhaseWatch(double nominal_hz, double dead_below)
        : meters_{FrequencyMeter{nominal_hz, meter_s, dead_below},
                  FrequencyMeter{nominal_hz, meter_s, dead_below},
                  FrequencyMeter{nominal_hz, meter_s, dead_below}} {}

    /// One step.
    void update(const Phasor3& v) noexcept {
        for (std::size_t p = 0; p < meters_.size(); ++p) meters_[p].update(v[p]);
        const bool spread = spread_hz() > most_spread_hz;
        const bool turned = any_turned(v);
        spread_.update(spread);
        turned_.update(turned);
        in_step_.update(!spread && !turned);
        if (spread_.reached(spread_for) || turned_.reached(turned_for)) apart_ = true;
        if (in_step_.reached(in_step_for) || !any_alive()) apart_ = false;
    }
    [[nodiscard]] bool apart() const noexcept { return apart_; }

  private:
    static constexpr double meter_s = 0.050;
    static constexpr double most_spread_hz = 0.020;
    static constexpr Duration spread_for = 500ms, turned_for = 100ms, in_step_for = 1s;

    [[nodiscard]] bool any_alive() const noexcept {
        return std::any_of(meters_.begin(), meters_.end(),
                           [](const FrequencyMeter& one) { return one.alive(); });
    }
    [[nodiscard]] double spread_hz() const noexcept {
        double low = 0.0, high = 0.0;
        bool first = true;
        for (const FrequencyMeter& one : meters_) {
            if (!one.alive()) continue;
            low = first ? one.deviation() : std::min(low, one.deviation());
            high = first ? one.deviation() : std::max(high, one.deviation());
            first = false;
        }
        return high - low;
    }
    /// A live phase does not lag the live one before it by 90 to 150 degrees.
    [[nodiscard]] bool any_turned(const Phasor3& v) const noexcept {
        constexpr double square_of_cos_30 = 0.75;
        for (std::size_t p = 0; p < 3; ++p) {
            const std::size_t next = (p + 1) % 3;
            if (!meters_[p].alive() || !meters_[next].alive()) continue;
            const Phasor lag = v[p] * conj(v[next]) * conj(turn_120);
            if (lag.re <= 0.0 || lag.re * lag.re < square_of_cos_30 * norm(lag)) return true;
        }
        return false;
    }

    std::array<FrequencyMeter, 3> meters_;
    Hold spread_, turned_, in_step_;
    bool apart_ = false;
};

}  // namespace islandbench::plant
