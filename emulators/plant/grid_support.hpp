#pragma once

#include <optional>

#include "base/site.hpp"
#include "emulators/plant/timing.hpp"

/// What a follower does for its grid by itself: power by frequency, reactive power by voltage.
/// Each keeps its open-loop response (IEEE 1547-2018: 90 % of a change within the response time).
namespace islandbench::plant {

/// A first-order lag that covers 90 % of a step within the response time; none for zero.
class OpenLoopResponse {
  public:
    double follow(double target, Duration response) noexcept;
    void reset(double value) noexcept { value_ = value; }
    [[nodiscard]] double value() const noexcept { return value_; }

  private:
    Duration response_{};
    double gain_ = 1.0;
    double value_ = 0.0;
};

/// Frequency-droop as it is in force. One side alone, reducing what is injected down to nothing,
/// is LFSM-O of G98/G99 and EN 50549.
struct FrequencyDroop {
    bool enable = true;
    Frequency start;  ///< gives less above this
    Ratio droop;      ///< pu of nominal frequency per pu of rating
    struct Below {
        Frequency start;
        Ratio droop;
    };
    std::optional<Below> below;  ///< and more below this; absent: only the side above
    bool absorb = false;         ///< above, it may go on to charge; else it stops at nothing
    Duration response{};
};
/// As a unit's file sets it.
FrequencyDroop frequency_droop_of(const HybridSpec& spec, double nominal_hz);

/// Power to add at frequency `f` (W), before response and limits: 0 in the dead band.
double droop_at(const FrequencyDroop& droop, double f, double nominal_hz, double rating_w) noexcept;

/// Volt-var as it is in force; `dead_band` to each side of the reference.
using VoltVar = VoltVarSpec;

/// Share of the rating, positive over-excited, at `v` per unit: 0 in the dead band. A curve of more
/// points would stand in its place.
double volt_var_at(const VoltVar& droop, double v) noexcept;

}  // namespace islandbench::plant
