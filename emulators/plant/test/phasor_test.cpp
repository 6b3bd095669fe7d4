#include "emulators/plant/phasor.hpp"

#include <complex>

#include <gtest/gtest.h>

namespace islandbench::plant {
namespace {

using Complex = std::complex<double>;

Complex as_std(Phasor a) {
    return {a.re, a.im};
}

TEST(Phasor, CalculatesAsTheStandardLibraryDoes) {
    const Phasor a{3.0, -4.0};
    const Phasor b{0.5, 2.0};
    EXPECT_LT(std::abs(as_std(a * b) - as_std(a) * as_std(b)), 1e-15);
    EXPECT_LT(std::abs(as_std(a / b) - as_std(a) / as_std(b)), 1e-15);
    EXPECT_DOUBLE_EQ(abs(a), 5.0);
    EXPECT_DOUBLE_EQ(arg(b), std::arg(as_std(b)));
}

TEST(Phasor, PowerOfALaggingCurrentIsConsumptionOfReactivePower) {
    const Phasor s = power(Phasor{230.0, 0.0}, polar(10.0, -0.5));
    EXPECT_DOUBLE_EQ(s.re, 2300.0 * std::cos(0.5));
    EXPECT_DOUBLE_EQ(s.im, 2300.0 * std::sin(0.5));
}

TEST(Sequences, BalancedSetHasPositiveSequenceOnly) {
    const Phasor3 v = balanced(polar(230.0, 0.3));
    EXPECT_LT(abs(positive_sequence(v) - polar(230.0, 0.3)), 1e-12);
    EXPECT_LT(abs(v[0] + v[1] + v[2]), 1e-12);
    // a-b-c: phase b comes a third of a turn after phase a.
    EXPECT_NEAR(arg(v[1] / v[0]) * degrees_per_radian, -120.0, 1e-9);
}

TEST(Sequences, EachSequenceSeesItsOwnImpedance) {
    const Phasor z1{0.1, 0.7};
    const Phasor z0{0.4, 1.3};
    const Matrix3 z = from_sequence(z1, z0);

    const Phasor3 positive = z * balanced({1.0, 0.0});
    const Phasor3 zero = z * Phasor3{{1.0, 0.0}, {1.0, 0.0}, {1.0, 0.0}};

    EXPECT_LT(abs(positive[0] - z1), 1e-15);
    EXPECT_LT(abs(positive[1] - z1 * conj(turn_120)), 1e-15);
    EXPECT_LT(abs(zero[1] - z0), 1e-15);
}

TEST(Matrix3, InverseTimesMatrixIsIdentity) {
    Matrix3 m = from_sequence({0.1, 0.7}, {0.4, 1.3});
    m[0][1] = {5.0, -2.0};  // not symmetric, and a pivot elsewhere
    m[0][0] = {};
    const Matrix3 one = inverse(m) * m;
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = 0; j < 3; ++j) {
            EXPECT_LT(abs(one[i][j] - Phasor{i == j ? 1.0 : 0.0, 0.0}), 1e-13);
        }
    }
}

}  // namespace
}  // namespace islandbench::plant
