#pragma once

#include <complex>
#include <cstddef>
#include <vector>

#include "emulators/plant/network.hpp"

namespace islandbench::plant {

/// The slow, obviously right solution of a tree: the nodal admittance matrix of all buses and
/// phases, written down branch by branch and solved by elimination with pivoting.
class DenseNetwork {
  public:
    struct Branch {
        std::size_t parent = 0;
        Matrix3 ohm;
        bool closed = true;
    };

    /// branches[0] belongs to the root and is not used.
    DenseNetwork(std::vector<Branch> branches, std::vector<Matrix3> shunts);
    [[nodiscard]] std::vector<Phasor3> solve(const std::vector<Phasor3>& injections) const;

  private:
    using Complex = std::complex<double>;
    void stamp(std::size_t row_bus, std::size_t column_bus, const Matrix3& y, double sign);

    std::size_t unknowns_;
    std::vector<std::vector<Complex>> y_;
};

}  // namespace islandbench::plant
