#include "acceptance/language/names.hpp"

namespace islandbench::acceptance::language {
namespace {

/// What is wrong in it is said where it is used.
void move_to(Expression& e, int column) {
    e.column = column;
    for (Expression& part : e.parts) move_to(part, column);
}

void replace(Expression& e, const Names& names) {
    if (e.form != Form::name) {
        for (Expression& part : e.parts) replace(part, names);
        return;
    }
    const auto meant = names.find(e.name);
    if (meant == names.end()) return;
    const int column = e.column;
    e = meant->second;
    e.parenthesised = e.form != Form::name;
    move_to(e, column);
}

void replace(std::optional<Expression>& e, const Names& names) {
    if (e) replace(*e, names);
}

}  // namespace

void use_names(ClaimText& claim, const Names& names) {
    if (names.empty()) return;
    replace(claim.condition, names);
    replace(claim.whenever, names);
    replace(claim.goal, names);
    replace(claim.deadline, names);
    replace(claim.hold, names);
    replace(claim.limit, names);
}

void use_names(TriggerText& trigger, const Names& names) {
    replace(trigger.condition, names);
}

}  // namespace islandbench::acceptance::language
