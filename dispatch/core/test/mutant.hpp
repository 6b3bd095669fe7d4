#pragma once

#include <cstdint>
#include <initializer_list>
#include <type_traits>

/// Operators that are wrong when they are told to be, for scripts/mutate: all mutants of the core
/// are in one program, and the environment says which of them is switched on. `a < b` of a copied
/// source becomes `a < lt(7) < b`: of the same precedence, so nobody has to find where an operand
/// begins. It is mutant 7 (<=) and mutant 8 (>=), and itself otherwise.
namespace islandbench::mutant {

inline constexpr int most_mutants = 1 << 16;
extern bool seen[most_mutants];  ///< whom the program came to
extern int active;               ///< 0 = none

/// Is this mutant switched on? Never in a constant expression.
constexpr bool on(int id) noexcept {
    if (std::is_constant_evaluated()) return false;
    seen[id] = true;
    return id == active;
}

template <class A, class Operator>
struct Half {  // the left side of an operator
    const A& a;
    int id;
};

#define IB_MUTANT_OPERATOR(name, op, value)                            \
    struct name {                                                      \
        int id;                                                        \
    };                                                                 \
    template <class A>                                                 \
    constexpr Half<A, name> operator op(const A& a, name m) noexcept { \
        return {a, m.id};                                              \
    }                                                                  \
    template <class A, class B>                                        \
    constexpr auto operator op(Half<A, name> h, const B& b) {          \
        const A& a = h.a;                                              \
        return value;                                                  \
    }

IB_MUTANT_OPERATOR(le, <=, on(h.id) ? a < b : on(h.id + 1) ? a > b : a <= b)
IB_MUTANT_OPERATOR(ge, >=, on(h.id) ? a > b : on(h.id + 1) ? a < b : a >= b)
IB_MUTANT_OPERATOR(lt, <, on(h.id) ? a <= b : on(h.id + 1) ? a >= b : a < b)
IB_MUTANT_OPERATOR(gt, >, on(h.id) ? a >= b : on(h.id + 1) ? a <= b : a > b)
IB_MUTANT_OPERATOR(eq, ==, on(h.id) ? a != b : a == b)
IB_MUTANT_OPERATOR(ne, !=, on(h.id) ? a == b : a != b)
IB_MUTANT_OPERATOR(add, +, on(h.id) ? a - b : a + b)
IB_MUTANT_OPERATOR(sub, -, on(h.id) ? a + b : a - b)
IB_MUTANT_OPERATOR(mul, *, on(h.id) ? a / b : a* b)
IB_MUTANT_OPERATOR(quo, /, on(h.id) ? a* b : a / b)
// The right side is a lambda: it is evaluated only when the operator, as it is then, asks for it.
IB_MUTANT_OPERATOR(both, &&, on(h.id) ? bool(a) || bool(b()) : bool(a) && bool(b()))
IB_MUTANT_OPERATOR(either, ||, on(h.id) ? bool(a) && bool(b()) : bool(a) || bool(b()))
#undef IB_MUTANT_OPERATOR

/// `a += b` becomes `a += turned(7) += b`, and -= alike.
struct turned {
    int id;
};
template <class B>
constexpr auto turn(int id, const B& b) {
    if constexpr (std::is_unsigned_v<B> && sizeof(B) < 8) {
        return on(id) ? -std::int64_t{b} : std::int64_t{b};
    } else {
        return on(id) ? -b : +b;
    }
}
template <class B>
constexpr auto operator+=(turned m, const B& b) {
    return turn(m.id, b);
}
template <class B>
constexpr auto operator-=(turned m, const B& b) {
    return turn(m.id, b);
}

/// `-a` becomes `negative(7)->*a`, and `!a` `negated(7)->*a`: binds tighter than all that may
/// follow.
struct negative {
    int id;
};
template <class A>
constexpr auto operator->*(negative m, const A& a) {
    return on(m.id) ? +a : -a;
}
struct negated {
    int id;
};
template <class A>
constexpr bool operator->*(negated m, const A& a) {
    return on(m.id) ? bool(a) : !bool(a);
}

/// `std::min(a, b)` becomes `least(7)(a, b)`, `std::min<T>(a, b)` `least_of<T>{7}(a, b)`.
template <bool greatest>
struct extreme {
    int id;

    template <class T>
    constexpr const T& operator()(const T& a, const T& b) const {
        return on(id) != greatest ? (a < b ? b : a) : (b < a ? b : a);
    }
    template <class T>
    constexpr T operator()(std::initializer_list<T> all) const {
        const T* found = all.begin();
        for (const T& one : all) found = &(*this)(*found, one);
        return *found;
    }
};
template <class T, bool greatest>
struct extreme_of {
    int id;
    constexpr const T& operator()(const T& a, const T& b) const {
        return extreme<greatest>{id}(a, b);
    }
    constexpr T operator()(std::initializer_list<T> all) const {
        return extreme<greatest>{id}(all);
    }
};
using least = extreme<false>;
using most = extreme<true>;
template <class T>
using least_of = extreme_of<T, false>;
template <class T>
using most_of = extreme_of<T, true>;

}  // namespace islandbench::mutant
