#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/units.hpp"

/// What a parsed text says, before any name in it has been looked up.
namespace islandbench::acceptance::language {

enum class Form {
    // A number.
    number,    ///< value and dimension
    name,      ///< a signal or a figure; with {group} still in it
    negate,    ///< -a
    absolute,  ///< abs(a)
    minimum,   ///< min(a, b, ...)
    maximum,   ///< max(a, b, ...)
    previous,  ///< previous(a): a just before this moment
    mean,      ///< mean(a, window[, at least d])
    change,    ///< change(a, d): a now less a so long ago
    slope,     ///< slope(a, d): that change, per second
    count,     ///< count of OCCASION in d: how often in the last d
    share,     ///< share of (c) in d: what part of the last d
    lasting,   ///< time of (c) in d: how much of the last d
    highest,   ///< highest(group: a)
    lowest,    ///< lowest(group: a)
    spread,    ///< spread(group: a): highest less lowest
    add,
    subtract,
    multiply,
    divide,
    // Something that is so or not.
    comparison,   ///< a < b and so on
    band,         ///< a <= b <= c, or the other way round
    is,           ///< a is true, false, open, closed, known, missing
    becomes,      ///< a becomes true, false, open, closed: the very moment
    happened,     ///< after EVENT: it has happened
    negation,     ///< not a
    conjunction,  ///< a and b ...
    disjunction,  ///< a or b ...
    implication,  ///< a implies b
    held,         ///< a held for d
    lately,       ///< a within the last d
    since,        ///< a since OCCASION
    every,        ///< every group: a
    any,          ///< any group: a
    at_least,     ///< at least n of group: a; parts: n, a
};

constexpr bool is_number(Form form) noexcept {
    return form <= Form::divide;
}
/// What a number made of it is depends on more than the values of this moment.
constexpr bool looks_back(Form form) noexcept {
    return form >= Form::previous && form <= Form::lasting;
}
constexpr bool is_over_group(Form form) noexcept {
    return form == Form::highest || form == Form::lowest || form == Form::spread ||
           form >= Form::every;
}

enum class Comparison { less, less_equal, greater, greater_equal };

/// The word behind "is" or "becomes".
enum class State { yes, no, open, closed, known, missing };

struct Expression {
    Form form = Form::number;
    int column = 1;
    double value = 0.0;
    Dimension dimension = Dimension::none;
    std::string name;  ///< of a signal, figure, event or group; of a number: as written
    std::vector<Comparison> comparisons;
    State state = State::yes;
    bool parenthesised = false;
    std::vector<Expression> parts;
};

/// An event, or a moment so long after it.
struct Bound {
    std::string event;
    int column = 1;
    std::optional<Expression> offset;
};

/// "from A until B"; without a start it is always.
struct WindowText {
    std::optional<Bound> from;
    std::optional<Bound> until;
};

enum class ClaimKind {
    window,       ///< always / from ... until ...
    deadline,     ///< within D after E
    moment,       ///< at E
    just_before,  ///< before E
    response,     ///< whenever A: within D: C
    waiting,      ///< whenever A: B until C
};

/// How much of a window must be so.
enum class Requirement {
    throughout,  ///< every moment
    sometime,    ///< one moment is enough
    share,       ///< for at least P of the time
    longest,     ///< lasts at most D, each time
    total,       ///< lasts at most D in total
};

/// How many members of a group a claim asks of.
enum class Quantifier {
    every,     ///< each for itself
    worst,     ///< at every moment the one that is nearest to its limit
    at_least,  ///< each for itself, and so many are enough
};

struct GroupText {
    std::string name;
    int column = 1;
    Quantifier quantifier = Quantifier::every;
    std::optional<Expression> least;  ///< of at_least: a count or a share
};

/// One formula: a claim about a run.
struct ClaimText {
    std::vector<GroupText> groups;  ///< "for every g:" and its like, outermost first
    ClaimKind kind = ClaimKind::window;
    WindowText window;
    std::vector<WindowText> except;
    Bound event;                         ///< of a deadline or a moment
    std::optional<Expression> whenever;  ///< A of "whenever A:"
    std::optional<Expression> goal;      ///< C of "B until C"; B is `condition`
    std::optional<Expression> deadline;  ///< D of "within D"
    std::optional<Expression> hold;      ///< H of "... for H"
    Requirement requirement = Requirement::throughout;
    std::optional<Expression> limit;  ///< P or D of the requirement
    Expression condition;
};

/// What makes a criterion apply: an event, or a condition that is so at some moment.
struct TriggerText {
    std::vector<GroupText> groups;  ///< "for any g:"
    std::optional<Bound> event;
    std::optional<Expression> condition;
};

}  // namespace islandbench::acceptance::language
