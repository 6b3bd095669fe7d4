#pragma once

#include <utility>

#include "acceptance/language/syntax.hpp"

/// How expressions are put together.
namespace islandbench::acceptance::language {

inline Expression node(Form form, int column) {
    Expression made;
    made.form = form;
    made.column = column;
    return made;
}

inline Expression single_of(Form form, int column, Expression part) {
    Expression made = node(form, column);
    made.parts.push_back(std::move(part));
    return made;
}

inline Expression pair_of(Form form, int column, Expression left, Expression right) {
    Expression made = single_of(form, column, std::move(left));
    made.parts.push_back(std::move(right));
    return made;
}

}  // namespace islandbench::acceptance::language
