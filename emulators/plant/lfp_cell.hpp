#pragma once

namespace islandbench::plant {

// One LFP cell: a Sony/Murata US26650 of 3 Ah (M. Naumann, doctoral thesis, TU Munich 2018; tables
// as published with simses-lite, rounded). State of charge 0..1, clamped. Look-ups on uniform
// grids.

/// Capacity of the cell that the resistances belong to (Ah).
inline constexpr double cell_ah = 3.0;

/// Open-circuit voltage (V), discharge and charge averaged. Every 0.5 % of charge: the foot and the
/// last percent are steep.
double cell_ocv(double soc) noexcept;
/// Integral of cell_ocv() from empty (V): times Ah it is the energy stored.
double cell_ocv_area(double soc) noexcept;
/// Gap between the open-circuit voltages after charging and after discharging (V).
double cell_hysteresis(double soc) noexcept;
/// Ohm, about a minute after a step of current. Linear between the measured 10, 25 and 40 degrees;
/// above as at 40 (as measured at 60), below 10 growing on as it does between 25 and 10
/// (engineering judgement).
double cell_resistance(double soc, double celsius, bool charging) noexcept;
/// Entropic coefficient dU/dT (V/K). A discharge current I gives -I T dU/dT of reversible heat.
double cell_entropy(double soc) noexcept;

}  // namespace islandbench::plant
