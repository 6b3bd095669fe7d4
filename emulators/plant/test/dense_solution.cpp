#include "emulators/plant/test/dense_solution.hpp"

#include <cmath>
#include <utility>

namespace islandbench::plant {

DenseNetwork::DenseNetwork(std::vector<Branch> branches, std::vector<Matrix3> shunts)
    : unknowns_(3 * branches.size()), y_(unknowns_, std::vector<Complex>(unknowns_)) {
    const Phasor leak{Network::leak_siemens, 0.0};
    for (std::size_t bus = 0; bus < branches.size(); ++bus) {
        stamp(bus, bus, shunts[bus] + diagonal(leak), 1.0);
        if (bus == 0 || !branches[bus].closed) continue;
        const std::size_t up = branches[bus].parent;
        const Matrix3 y = inverse(branches[bus].ohm);
        stamp(bus, bus, y, 1.0);
        stamp(up, up, y, 1.0);
        stamp(bus, up, y, -1.0);
        stamp(up, bus, y, -1.0);
    }
}

void DenseNetwork::stamp(std::size_t row_bus, std::size_t column_bus, const Matrix3& y,
                         double sign) {
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = 0; j < 3; ++j) {
            y_[3 * row_bus + i][3 * column_bus + j] += sign * Complex(y[i][j].re, y[i][j].im);
        }
    }
}

std::vector<Phasor3> DenseNetwork::solve(const std::vector<Phasor3>& injections) const {
    auto m = y_;
    std::vector<Complex> x(unknowns_);
    for (std::size_t i = 0; i < unknowns_; ++i) {
        x[i] = Complex(injections[i / 3][i % 3].re, injections[i / 3][i % 3].im);
    }
    for (std::size_t k = 0; k < unknowns_; ++k) {
        std::size_t best = k;
        for (std::size_t i = k + 1; i < unknowns_; ++i) {
            if (std::abs(m[i][k]) > std::abs(m[best][k])) best = i;
        }
        std::swap(m[k], m[best]);
        std::swap(x[k], x[best]);
        for (std::size_t i = k + 1; i < unknowns_; ++i) {
            const Complex factor = m[i][k] / m[k][k];
            for (std::size_t j = k; j < unknowns_; ++j) m[i][j] -= factor * m[k][j];
            x[i] -= factor * x[k];
        }
    }
    std::vector<Phasor3> v(unknowns_ / 3);
    for (std::size_t i = unknowns_; i-- > 0;) {
        for (std::size_t j = i + 1; j < unknowns_; ++j) x[i] -= m[i][j] * x[j];
        x[i] /= m[i][i];
        v[i / 3][i % 3] = {x[i].real(), x[i].imag()};
    }
    return v;
}

}  // namespace islandbench::plant
