#pragma once

#include <array>
#include <optional>
#include <span>

#include "base/site.hpp"
#include "emulators/plant/grid_support.hpp"

/// What a client sets in a follower over its bus (SunSpec 703 to 712; IEEE 1547-2018 clauses 4.10,
/// 5.3, 5.4): each keeps its open-loop response time, 90 % of a change within it.
namespace islandbench::plant {

/// Straight lines between points of rising x; flat outside.
class SupportCurve {
  public:
    struct Point {
        double x = 0.0, y = 0.0;
        bool operator==(const Point&) const = default;
    };
    static constexpr std::size_t most_points = 10;

    /// False, and nothing changes, unless there are 1..10 points and x never falls.
    bool set(std::span<const Point> points) noexcept;
    /// There must be a point.
    [[nodiscard]] double at(double x) const noexcept;
    [[nodiscard]] bool empty() const noexcept { return count_ == 0; }

  private:
    std::array<Point, most_points> points_{};
    std::size_t count_ = 0;
};

/// Of what a reactive power is a share.
enum class VarReference { rating, var_max, var_available };

/// The most reactive power that a unit is rated for, of its rating (category B: 0.44).
inline constexpr double var_max_share = 0.44;

/// How reactive power is set; one way at a time.
struct ReactiveControl {
    enum class Mode { constant, power_factor, volt_var, watt_var };
    Mode mode = Mode::constant;
    /// A factor and on which side of 1 it is.
    struct Factor {
        double cos_phi = 1.0;
        bool over_excited = true;
    };
    Factor injecting, absorbing;  ///< power_factor
    double share = 0.0;           ///< constant: positive over-excited
    SupportCurve curve;           ///< of voltage per unit, or of power by the rating
    Ratio v_ref{1.0};             ///< volt_var: what the curve's 1.0 is, of nominal
    VarReference of = VarReference::rating;
    bool reactive_first = false;  ///< where both do not fit, active power gives way
    Duration response{10s};
};

/// Volt-watt: the most power at a voltage.
struct VoltWatt {
    SupportCurve curve;         ///< of voltage per unit, to a share of the rating
    bool of_available = false;  ///< a share of what there is, not of the rating
    Duration response{10s};
};

/// Under which conditions a unit (re)connects.
struct EnterService {
    Ratio v_min, v_max;
    Frequency f_min, f_max;
    Duration delay{};  ///< in the window without a break
    Duration ramp{};   ///< then, from nothing to the rating; 0: as its set-points do
};

struct GridFunctions {
    std::optional<ReactiveControl> reactive;
    std::optional<VoltWatt> volt_watt;
    std::optional<EnterService> enter_service;  ///< in place of the unit's own settings
};

/// The state of these functions in one unit.
class DerFunctions {
  public:
    /// Reactive power wanted, W of the rating's unit, positive over-excited. `p` is what is given
    /// now, `v` in per unit of nominal.
    double reactive(const ReactiveControl& control, double p, double v, double rating_w) noexcept;
    /// The most power at this voltage; negative = it has to absorb. `available`: of the PV.
    double most_power(const VoltWatt& control, double v, double rating_w,
                      double available) noexcept;
    /// It stands still: what it gives begins anew.
    void rest() noexcept;

  private:
    OpenLoopResponse reactive_, volt_watt_;
    bool limited_ = false;  // volt_watt_ has begun
};

}  // namespace islandbench::plant
