#include <algorithm>
#include <cmath>

#include "acceptance/language/binder.hpp"

/// The part of Binder that knows how far numbers may be from what is.
namespace islandbench::acceptance::language {

Uncertainty Binder::both(const Uncertainty& a, const Uncertainty& b,
                         int (Program::*together)(int, int)) {
    if (a.is_none()) return b;
    if (b.is_none()) return a;
    const bool adds = together == &Program::add;
    if (a.place < 0 && b.place < 0) {
        return {adds ? a.fixed + b.fixed : std::max(a.fixed, b.fixed)};
    }
    return {0.0, (program_.*together)(place_of(a), place_of(b))};
}

/// |factor| times `of`, or `of` divided by it.
Uncertainty Binder::times(const Uncertainty& of, const BoundNumber& factor, bool divided) {
    if (of.is_none()) return {};
    if (factor.constant && of.place < 0) {
        const double size = std::fabs(*factor.constant);
        return {divided ? of.fixed / size : of.fixed * size};
    }
    const int size = program_.absolute(factor.place);
    const int from = place_of(of);
    return {0.0, divided ? program_.divide(from, size) : program_.multiply(from, size)};
}

/// Of a * b: |b| ua + |a| ub + ua ub. Of a / b: (ua + |a / b| ub) / |b|, to first order.
Uncertainty Binder::of_product(const BoundNumber& a, const BoundNumber& b, const BoundNumber& made,
                               bool divided) {
    const Uncertainty by_b = times(b.uncertainty, divided ? made : a, false);
    if (divided) return times(both(a.uncertainty, by_b, &Program::add), b, true);
    const Uncertainty by_a = times(a.uncertainty, b, false);
    Uncertainty whole = both(by_a, by_b, &Program::add);
    if (a.uncertainty.is_none() || b.uncertainty.is_none()) return whole;
    const int little = program_.multiply(place_of(a.uncertainty), place_of(b.uncertainty));
    return both(whole, {0.0, little}, &Program::add);
}

int Binder::unsure(const BoundNumber& a, const BoundNumber& b) {
    if (failed()) return -1;
    const Uncertainty whole = both(a.uncertainty, b.uncertainty, &Program::add);
    return whole.is_none() ? -1 : place_of(whole);
}

}  // namespace islandbench::acceptance::language
