#pragma once

#include <algorithm>

#include "emulators/plant/phasor.hpp"

namespace islandbench::plant {

/// Shares of constant impedance, current and power of a load.
struct ZipShares {
    double z = 0.4, i = 0.3, p = 0.3;
};

/// A sum of consumers on one phase, each with its shares: complex power at nominal voltage
/// (consumption positive).
struct ZipSum {
    Phasor z, i, p;

    void add(Phasor s, ZipShares shares) noexcept {
        z += shares.z * s;
        i += shares.i * s;
        p += shares.p * s;
    }
    ZipSum& operator+=(const ZipSum& o) noexcept {
        z += o.z;
        i += o.i;
        p += o.p;
        return *this;
    }
    /// Below this voltage constant current and constant power are constant impedance: what is left
    /// of real consumers there, and what keeps a network solvable.
    static constexpr double collapse = 0.7;

    /// Admittance (siemens) of consumers that have adapted to `v_pu`.
    [[nodiscard]] Phasor admittance(double v_pu, double nominal_v) const noexcept {
        const double v = std::max(v_pu, collapse);
        const Phasor s = z + (1.0 / v) * i + (1.0 / (v * v)) * p;
        return (1.0 / (nominal_v * nominal_v)) * conj(s);
    }
};

/// Consumers answer a voltage change as an impedance at first and adapt within this time constant
/// (rectifiers and their storage: about half a cycle). So every step of the network is linear, and
/// which of two solutions a current-limited source ends in follows from where it came.
inline constexpr double load_adapts_s = 0.010;

}  // namespace islandbench::plant
