#include "emulators/plant/current_limit.hpp"

#include <algorithm>

namespace islandbench::plant {
namespace {

/// Rounds over the phases. They are weakly coupled (zero sequence against positive): warm, two or
/// three do; from scratch about ten.
constexpr int most_rounds = 60;
/// Change of a series impedance that no longer matters, of its own size and at least of an ohm.
constexpr double settled = 1e-9;

constexpr Phasor one{1.0, 0.0};
constexpr Phasor direction = limiting_direction;

/// The source and its network with some impedance already in series: currents, and their change
/// per volt of EMF.
struct Circuit {
    Matrix3 admittance;
    Phasor3 current;

    /// Puts impedance in series with one phase: a change of rank one (Sherman and Morrison).
    void insert(std::size_t phase, Phasor ohm) noexcept {
        const Phasor scale = ohm / (one + admittance[phase][phase] * ohm);
        const std::array<Phasor, 3> row = admittance[phase];
        const Phasor through = current[phase];
        for (std::size_t i = 0; i < 3; ++i) {
            const Phasor factor = admittance[i][phase] * scale;
            for (std::size_t j = 0; j < 3; ++j) admittance[i][j] -= factor * row[j];
            current[i] -= factor * through;
        }
    }
};

}  // namespace

double needed_ohm(Phasor i, Phasor a, double ampere) {
    const double over = norm(i) / (ampere * ampere);
    if (over <= 1.0) return 0.0;
    const Phasor c = a * direction;
    const double square = norm(c);
    return (-c.re + std::sqrt(c.re * c.re + square * (over - 1.0))) / square;
}

Phasor3 CurrentLimiter::limit(const Matrix3& admittance, const Phasor3& unlimited,
                              const std::array<double, 3>& ampere) {
    bool free = !limiting();
    for (std::size_t p = 0; p < 3; ++p) free = free && norm(unlimited[p]) <= ampere[p] * ampere[p];
    if (free) {
        drop_ = {};
        return unlimited;
    }
    Circuit circuit{admittance, unlimited};
    for (std::size_t p = 0; p < 3; ++p) circuit.insert(p, ohm_[p] * direction);
    double change = 1.0;
    for (int round = 0; round < most_rounds && change > settled; ++round) {
        change = 0.0;
        for (std::size_t p = 0; p < 3; ++p) {
            // Phase p as it would be with nothing in series, the others as they are.
            const Phasor without = one - ohm_[p] * circuit.admittance[p][p] * direction;
            const double ohm = needed_ohm(circuit.current[p] / without,
                                          circuit.admittance[p][p] / without, ampere[p]);
            circuit.insert(p, (ohm - ohm_[p]) * direction);
            change = std::max(change, std::fabs(ohm - ohm_[p]) / (1.0 + ohm));
            ohm_[p] = ohm;
        }
    }
    for (std::size_t p = 0; p < 3; ++p) drop_[p] = ohm_[p] * direction * circuit.current[p];
    return circuit.current;
}

}  // namespace islandbench::plant
