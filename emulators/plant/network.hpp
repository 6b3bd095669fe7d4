#pragma once

#include <cstddef>
#include <vector>

#include "emulators/plant/phasor.hpp"

namespace islandbench::plant {

/// Three-phase network in the shape of a tree, linear: series impedances, shunt admittances and
/// injected currents. Solved exactly by elimination from the leaves: once per change of the matrix
/// (factorise), then one sweep towards the root and one back per set of injections (solve). A
/// branch may be open, which makes two networks out of one; each side is solved by itself. A branch
/// may have no impedance at all. Several sources are several Norton equivalents: a shunt and an
/// injection.
///
/// What is not linear, the caller iterates as injections, against driving_point() where it must be
/// exact. Flat arrays, no allocation once built; cost per bus: 27 products per solve, two 3x3
/// inverses per factorisation.
///
/// Voltages phase to neutral in V rms, currents in A rms, impedances in ohm. Lines are four-wire
/// with the neutral folded into their zero-sequence values (self (2 z1 + z0) / 3, mutual
/// (z0 - z1) / 3, as in the IEEE European low-voltage test feeder).
class Network {
  public:
    /// Buses are numbered in the order in which they are added; the root is 0.
    using Bus = std::size_t;
    static constexpr Bus root = 0;
    /// Leak at every bus, so that a dead bus has a voltage (zero): 0.05 mW at 230 V.
    static constexpr double leak_siemens = 1e-9;

    Network();

    /// Adds a bus below `parent`, fed through a closed branch of series impedance `ohm`.
    Bus add_bus(Bus parent, const Matrix3& ohm);
    [[nodiscard]] std::size_t size() const noexcept { return parent_.size(); }

    /// Opens or closes the branch above `bus`. Takes effect with the next factorise().
    void set_closed(Bus bus, bool closed);
    /// Replaces the shunt admittance at `bus` (siemens). Takes effect with the next factorise().
    void set_shunt(Bus bus, const Matrix3& siemens);

    void factorise();
    /// Needs a factorisation newer than the last change.
    void solve();

    /// Current injected into the bus; kept from solve to solve.
    [[nodiscard]] Phasor3& injection(Bus bus) noexcept { return injection_[bus]; }
    void clear_injections() noexcept;
    /// Turns the solution and its injections, which is a solution again: the root's by one unit
    /// phasor, everything else's by another. They must be the same where the two hang together.
    void turn(Phasor root_by, Phasor rest_by) noexcept;

    [[nodiscard]] const Phasor3& voltage(Bus bus) const noexcept { return voltage_[bus]; }
    /// Current from the parent into the branch above `bus`; zero where it is open, and at the root.
    [[nodiscard]] Phasor3 branch_current(Bus bus) const noexcept;
    /// Change of voltage(bus) per ampere injected there. Belongs to the last factorisation.
    [[nodiscard]] Matrix3 driving_point(Bus bus) const noexcept;
    /// Largest violation of Kirchhoff's and Ohm's laws in the last solution (V), from the elements
    /// themselves and not from their factors.
    [[nodiscard]] double mismatch() const;

  private:
    std::vector<Bus> parent_;
    std::vector<char> closed_;
    std::vector<Matrix3> series_;
    std::vector<Matrix3> shunt_;
    std::vector<Phasor3> injection_;
    std::vector<Phasor3> voltage_;

    // Factors. With S the admittance of a bus and all below it, and z of the branch above it:
    std::vector<Matrix3> subtree_;   ///< S
    std::vector<Matrix3> transfer_;  ///< (1 + z S)^-1: share of the parent's voltage; 0 where open
    std::vector<Matrix3> response_;  ///< transfer z: volts per ampere; S^-1 where open
    std::vector<Phasor3> gathered_;  ///< injections of the bus and all below it, seen at the bus
    bool stale_ = true;
};

}  // namespace islandbench::plant
