#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>

/// Arithmetic of phasors: rms values in a frame that rotates at nominal frequency, so a phasor
/// stands still at nominal frequency and turns by 2 pi (f - f_nominal) per second otherwise.
/// std::complex looks for NaN after every product, which triples the cost of a network solve.
namespace islandbench::plant {

struct Phasor {
    double re = 0.0;
    double im = 0.0;

    bool operator==(const Phasor&) const = default;
    constexpr Phasor operator-() const noexcept { return {-re, -im}; }
    constexpr Phasor& operator+=(Phasor o) noexcept { return *this = *this + o; }
    constexpr Phasor& operator-=(Phasor o) noexcept { return *this = *this - o; }

    friend constexpr Phasor operator+(Phasor a, Phasor b) noexcept {
        return {a.re + b.re, a.im + b.im};
    }
    friend constexpr Phasor operator-(Phasor a, Phasor b) noexcept {
        return {a.re - b.re, a.im - b.im};
    }
    friend constexpr Phasor operator*(Phasor a, Phasor b) noexcept {
        return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
    }
    friend constexpr Phasor operator*(double k, Phasor a) noexcept { return {k * a.re, k * a.im}; }
    friend constexpr Phasor operator*(Phasor a, double k) noexcept { return k * a; }
};

constexpr Phasor conj(Phasor a) noexcept {
    return {a.re, -a.im};
}
/// |a|^2
constexpr double norm(Phasor a) noexcept {
    return a.re * a.re + a.im * a.im;
}
constexpr Phasor operator/(Phasor a, Phasor b) noexcept {
    return (1.0 / norm(b)) * (a * conj(b));
}
inline double abs(Phasor a) noexcept {
    return std::sqrt(norm(a));
}
/// Angle in radians, -pi..pi.
inline double arg(Phasor a) noexcept {
    return std::atan2(a.im, a.re);
}
inline Phasor polar(double magnitude, double radians) noexcept {
    return {magnitude * std::cos(radians), magnitude * std::sin(radians)};
}

/// Complex power v conj(i): P + jQ, Q positive where the current lags (an inductive consumer).
constexpr Phasor power(Phasor v, Phasor i) noexcept {
    return v * conj(i);
}

/// Angle wrapped to -pi..pi.
inline double wrap(double radians) noexcept {
    if (std::fabs(radians) <= std::numbers::pi) return radians;
    return std::remainder(radians, 2.0 * std::numbers::pi);
}
inline constexpr double degrees_per_radian = 180.0 / std::numbers::pi;

/// Three phases a, b, c.
struct Phasor3 {
    std::array<Phasor, 3> phase{};

    constexpr Phasor3() noexcept = default;
    constexpr Phasor3(Phasor a, Phasor b, Phasor c) noexcept : phase{a, b, c} {}

    constexpr Phasor& operator[](std::size_t i) noexcept { return phase[i]; }
    constexpr const Phasor& operator[](std::size_t i) const noexcept { return phase[i]; }
    bool operator==(const Phasor3&) const = default;

    constexpr Phasor3& operator+=(const Phasor3& o) noexcept {
        for (std::size_t i = 0; i < 3; ++i) phase[i] += o[i];
        return *this;
    }
    friend constexpr Phasor3 operator+(Phasor3 a, const Phasor3& b) noexcept { return a += b; }
    friend constexpr Phasor3 operator-(Phasor3 a, const Phasor3& b) noexcept {
        for (std::size_t i = 0; i < 3; ++i) a[i] -= b[i];
        return a;
    }
};

constexpr Phasor3 operator*(Phasor k, const Phasor3& v) noexcept {
    return {k * v[0], k * v[1], k * v[2]};
}
/// The unit phasor that turns one into the direction of the other; 1 where one of them is zero.
inline Phasor turn_between(Phasor from, Phasor to) noexcept {
    const Phasor turn = to * conj(from);
    const double size = abs(turn);
    return size > 0.0 ? (1.0 / size) * turn : Phasor{1.0, 0.0};
}

/// a = 1 at 120 degrees.
inline constexpr Phasor turn_120{-0.5, 0.5 * std::numbers::sqrt3};

/// A balanced set a-b-c of positive sequence whose phase a is `a`.
constexpr Phasor3 balanced(Phasor a) noexcept {
    return {a, a * conj(turn_120), a * turn_120};
}
/// The positive-sequence component, referred to phase a.
constexpr Phasor positive_sequence(const Phasor3& v) noexcept {
    return (1.0 / 3.0) * (v[0] + turn_120 * v[1] + conj(turn_120) * v[2]);
}
/// The negative-sequence component, referred to phase a.
constexpr Phasor negative_sequence(const Phasor3& v) noexcept {
    return (1.0 / 3.0) * (v[0] + conj(turn_120) * v[1] + turn_120 * v[2]);
}
/// One three-phase system: no more negative sequence than a tenth of the positive one. Phases that
/// single-phase sources form each by itself drift apart, and have no common angle or frequency.
constexpr bool is_three_phase(const Phasor3& v) noexcept {
    return norm(negative_sequence(v)) <= 0.01 * norm(positive_sequence(v));
}
/// Sum over the phases of v conj(i).
constexpr Phasor power(const Phasor3& v, const Phasor3& i) noexcept {
    return power(v[0], i[0]) + power(v[1], i[1]) + power(v[2], i[2]);
}
inline double largest_magnitude(const Phasor3& v) noexcept {
    return std::sqrt(std::fmax(norm(v[0]), std::fmax(norm(v[1]), norm(v[2]))));
}
inline double mean_magnitude(const Phasor3& v) noexcept {
    return (abs(v[0]) + abs(v[1]) + abs(v[2])) / 3.0;
}

/// 3x3, row by row. Every matrix of a passive network is symmetric; nothing here relies on it.
struct Matrix3 {
    std::array<std::array<Phasor, 3>, 3> row{};

    constexpr std::array<Phasor, 3>& operator[](std::size_t i) noexcept { return row[i]; }
    constexpr const std::array<Phasor, 3>& operator[](std::size_t i) const noexcept {
        return row[i];
    }
    constexpr Matrix3& operator+=(const Matrix3& o) noexcept {
        for (std::size_t i = 0; i < 3; ++i) {
            for (std::size_t j = 0; j < 3; ++j) row[i][j] += o[i][j];
        }
        return *this;
    }
    friend constexpr Matrix3 operator+(Matrix3 a, const Matrix3& b) noexcept { return a += b; }
    friend constexpr Matrix3 operator-(Matrix3 a, const Matrix3& b) noexcept {
        for (std::size_t i = 0; i < 3; ++i) {
            for (std::size_t j = 0; j < 3; ++j) a[i][j] -= b[i][j];
        }
        return a;
    }
    friend constexpr Matrix3 operator*(const Matrix3& a, const Matrix3& b) noexcept {
        Matrix3 out;
        for (std::size_t i = 0; i < 3; ++i) {
            for (std::size_t j = 0; j < 3; ++j) {
                out[i][j] = a[i][0] * b[0][j] + a[i][1] * b[1][j] + a[i][2] * b[2][j];
            }
        }
        return out;
    }
};

/// Sum over k of m[k] v[k] as the solver needs it: a phasor is one register of two numbers; what
/// multiplies real parts and what multiplies imaginary parts is summed apart and joined at the
/// end. Compilers do not find that by themselves, and it halves the cost of a product.
inline Phasor sum_of_products(Phasor m0, Phasor m1, Phasor m2, const Phasor3& v) noexcept {
    using Pair = double __attribute__((vector_size(16)));
    const Pair a{m0.re, m0.im}, b{m1.re, m1.im}, c{m2.re, m2.im};
    const Pair re = a * v[0].re + b * v[1].re + c * v[2].re;
    const Pair im = a * v[0].im + b * v[1].im + c * v[2].im;
    return {re[0] - im[1], re[1] + im[0]};
}
inline Phasor3 operator*(const Matrix3& m, const Phasor3& v) noexcept {
    return {sum_of_products(m[0][0], m[0][1], m[0][2], v),
            sum_of_products(m[1][0], m[1][1], m[1][2], v),
            sum_of_products(m[2][0], m[2][1], m[2][2], v)};
}
/// m^T v without forming the transpose.
inline Phasor3 transposed_times(const Matrix3& m, const Phasor3& v) noexcept {
    return {sum_of_products(m[0][0], m[1][0], m[2][0], v),
            sum_of_products(m[0][1], m[1][1], m[2][1], v),
            sum_of_products(m[0][2], m[1][2], m[2][2], v)};
}

constexpr Matrix3 diagonal(const Phasor3& d) noexcept {
    Matrix3 m;
    for (std::size_t i = 0; i < 3; ++i) m[i][i] = d[i];
    return m;
}
/// The same in each phase.
constexpr Matrix3 diagonal(Phasor d) noexcept {
    return diagonal(Phasor3{d, d, d});
}
constexpr Matrix3 identity() noexcept {
    return diagonal(Phasor{1.0, 0.0});
}
constexpr Matrix3 transposed(const Matrix3& m) noexcept {
    Matrix3 out;
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = 0; j < 3; ++j) out[i][j] = m[j][i];
    }
    return out;
}
/// Phase matrix of an element with equal positive and negative sequence values: self
/// (2 s1 + s0) / 3, mutual (s0 - s1) / 3. Holds for impedances and for admittances.
constexpr Matrix3 from_sequence(Phasor s1, Phasor s0) noexcept {
    const Phasor self = (1.0 / 3.0) * (2.0 * s1 + s0);
    const Phasor mutual = (1.0 / 3.0) * (s0 - s1);
    Matrix3 m;
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = 0; j < 3; ++j) m[i][j] = i == j ? self : mutual;
    }
    return m;
}

/// Inverse by elimination with pivoting; a singular matrix is our bug (every bus has a leak).
Matrix3 inverse(Matrix3 m);

}  // namespace islandbench::plant
