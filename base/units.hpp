#pragma once

#include <compare>

#include "base/time.hpp"

namespace islandbench {

/// What a number measures. Numbers are kept in the unit named here; text is converted at the edge.
enum class Dimension {
    none,                  ///< counts, states, booleans (1 = true)
    time,                  ///< s
    ratio,                 ///< 1 (0.2 = 20 % = 0.2 pu)
    active_power,          ///< W, positive flows from the device into the AC bus
    reactive_power,        ///< var, positive = over-excited, from the device into the AC bus
    apparent_power,        ///< VA
    energy,                ///< Wh
    charge,                ///< Ah
    voltage,               ///< V rms (phase to neutral unless the name says otherwise), or V DC
    current,               ///< A rms, or A DC
    frequency,             ///< Hz
    rocof,                 ///< Hz/s
    power_rate,            ///< W/s
    voltage_rate,          ///< V/s
    ratio_rate,            ///< 1/s (0.1 = 10 %/s = 0.1 pu/s)
    angle,                 ///< degrees
    temperature,           ///< degrees Celsius
    resistance,            ///< ohm
    impedance_per_length,  ///< ohm/km
    length,                ///< m
    money,                 ///< euro
    energy_price,          ///< euro/kWh
};

/// A physical quantity of one kind. Unlike kinds do not add: W, var and VA are three things.
/// The sign convention of the whole project: positive active power flows from the device into the
/// AC bus (generation, discharge); negative is consumption or charging.
template <Dimension D>
class Quantity {
  public:
    static constexpr Dimension dimension = D;

    constexpr Quantity() noexcept = default;
    constexpr explicit Quantity(double value) noexcept : value_(value) {}

    /// The number in the unit that Dimension names.
    [[nodiscard]] constexpr double value() const noexcept { return value_; }

    constexpr auto operator<=>(const Quantity&) const noexcept = default;
    constexpr Quantity operator-() const noexcept { return Quantity{-value_}; }
    constexpr Quantity& operator+=(Quantity other) noexcept { return *this = *this + other; }
    constexpr Quantity& operator-=(Quantity other) noexcept { return *this = *this - other; }

    friend constexpr Quantity operator+(Quantity a, Quantity b) noexcept {
        return Quantity{a.value_ + b.value_};
    }
    friend constexpr Quantity operator-(Quantity a, Quantity b) noexcept {
        return Quantity{a.value_ - b.value_};
    }
    friend constexpr Quantity operator*(Quantity a, double k) noexcept {
        return Quantity{a.value_ * k};
    }
    friend constexpr Quantity operator*(double k, Quantity a) noexcept { return a * k; }
    friend constexpr Quantity operator/(Quantity a, double k) noexcept {
        return Quantity{a.value_ / k};
    }
    friend constexpr double operator/(Quantity a, Quantity b) noexcept {
        return a.value_ / b.value_;
    }

  private:
    double value_ = 0.0;
};

using Ratio = Quantity<Dimension::ratio>;
using ActivePower = Quantity<Dimension::active_power>;
using ReactivePower = Quantity<Dimension::reactive_power>;
using ApparentPower = Quantity<Dimension::apparent_power>;
using Energy = Quantity<Dimension::energy>;
using Charge = Quantity<Dimension::charge>;
using Voltage = Quantity<Dimension::voltage>;
using Current = Quantity<Dimension::current>;
using Frequency = Quantity<Dimension::frequency>;
using Rocof = Quantity<Dimension::rocof>;
using Angle = Quantity<Dimension::angle>;
using Temperature = Quantity<Dimension::temperature>;
using Resistance = Quantity<Dimension::resistance>;
using ImpedancePerLength = Quantity<Dimension::impedance_per_length>;
using Length = Quantity<Dimension::length>;
using Money = Quantity<Dimension::money>;
using EnergyPrice = Quantity<Dimension::energy_price>;

constexpr Energy operator*(ActivePower p, Duration t) noexcept {
    return Energy{p.value() * to_seconds(t) / 3600.0};
}
constexpr Energy operator*(Duration t, ActivePower p) noexcept {
    return p * t;
}

}  // namespace islandbench
