#include "emulators/plant/phasor.hpp"

#include <utility>

#include "base/assert.hpp"

namespace islandbench::plant {
namespace {

std::size_t pivot_row(const Matrix3& m, std::size_t column) {
    std::size_t best = column;
    for (std::size_t i = column + 1; i < 3; ++i) {
        if (norm(m[i][column]) > norm(m[best][column])) best = i;
    }
    return best;
}

void subtract_row(std::array<Phasor, 3>& from, const std::array<Phasor, 3>& what, Phasor factor) {
    for (std::size_t j = 0; j < 3; ++j) from[j] -= factor * what[j];
}

}  // namespace

Matrix3 inverse(Matrix3 m) {
    Matrix3 out = identity();
    for (std::size_t k = 0; k < 3; ++k) {
        const std::size_t best = pivot_row(m, k);
        std::swap(m[k], m[best]);
        std::swap(out[k], out[best]);
        IB_ASSERT(norm(m[k][k]) > 0.0);
        const Phasor scale = Phasor{1.0, 0.0} / m[k][k];
        for (std::size_t j = 0; j < 3; ++j) {
            m[k][j] = scale * m[k][j];
            out[k][j] = scale * out[k][j];
        }
        for (std::size_t i = 0; i < 3; ++i) {
            if (i == k) continue;
            const Phasor factor = m[i][k];
            subtract_row(m[i], m[k], factor);
            subtract_row(out[i], out[k], factor);
        }
    }
    return out;
}

}  // namespace islandbench::plant
