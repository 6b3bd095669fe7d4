#pragma once

#include <cmath>

namespace islandbench::plant {

/// Loss of a converter over its AC power: fixed + linear |p| + square p^2, all of the rating
/// (after Notton).
struct ConverterLoss {
    double rating_w = 0.0;
    double fixed = 0.0, linear = 0.0, square = 0.0;

    [[nodiscard]] double watt(double ac_w) const noexcept {
        const double p = std::fabs(ac_w) / rating_w;
        return rating_w * (fixed + p * (linear + p * square));
    }
    /// AC power that `dc_w` from the DC side becomes (negative: that it takes to put so much in).
    [[nodiscard]] double ac_from_dc(double dc_w) const noexcept {
        double ac = dc_w;
        for (int i = 0; i < 4; ++i) ac = dc_w - watt(ac);  // contracts by about 0.03 a pass
        return ac;
    }
};

}  // namespace islandbench::plant
