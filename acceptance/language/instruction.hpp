#pragma once

#include <cstddef>
#include <cstdint>

#include "acceptance/language/truth.hpp"
#include "base/signals.hpp"

/// What a program is made of.
namespace islandbench::acceptance::language {

/// What an instruction does: makes a number from numbers, a cell from numbers, a cell from cells, a
/// number from cells, in this order.
enum class Op : std::uint8_t {
    add,
    subtract,
    multiply,
    divide,
    negate,
    absolute,
    minimum,
    maximum,
    previous,
    mean,
    change,
    is_true,
    is_known,
    at_most,
    below,
    fires,
    // From here on they take cells ...
    negation,
    both,
    both_by_margin,
    both_by_share,
    either,
    either_by_margin,
    either_by_share,
    held,
    becomes,
    since,
    settled,
    // ... and make numbers.
    yes_of,
    sure_of,
    possible_of,
    count,
};

struct Instruction {
    Op op = Op::add;
    int out = 0;
    int a = 0;
    int b = 0;
    int state = 0;  ///< which previous, mean, held ... or delay; of a comparison: the limit's place
    double inverse_scale = 0.0;
    int unsure = -1;   ///< of a comparison: the place of its uncertainty, if it has one
    int formula = -1;  ///< the one that it was placed for
};

/// Where an operand of instructions one behind the other stands: each so many places behind the one
/// before it.
struct Stride {
    int first = 0;
    int step = 0;

    [[nodiscard]] constexpr int at(int k) const noexcept { return first + k * step; }
};

/// Instructions one behind the other that do the same: of one formula for every member of its
/// groups. None of them is made of another of them.
struct Batch {
    Op op = Op::add;
    bool makes_cells = false;
    bool margins_count = false;       ///< somebody looks at the margins of its cells ...
    bool opens = false;               ///< any of its cells is or may be so
    int gate = -1;                    ///< ... but only while this batch opens them
    int door = -1;                    ///< only while this batch opens it does anybody ask for it
    int begin = 0, end = 0;           ///< in the code
    int out = 0;                      ///< where what the first one makes stands; others follow
    int lag = -1;                     ///< of changes
    bool is_even = false;             ///< it takes nothing but two numbers, and they stand ...
    Stride a, b;                      ///< ... so
    double inverse_scale = 0.0;       ///< of comparisons that all have the same; or 0
    Truth standing = Truth::unknown;  ///< of comparisons: all are known to be so, or not to be so
    int users = 0;                    ///< the set of batches that take what it makes, ...
    int turn_users = 0;               ///< ... and of those that only ask for the truth of its cells
    int gated = 0;                    ///< the set of batches whose gate or door it is ...
    int shuts = 0;                    ///< ... and of those whose door it is
};

/// A set of batches, a bit each: in words `begin` up to `end`, as far as they are not 0.
struct BatchSet {
    int begin = 0, end = 0;
    int words = 0;  ///< where word 0 would stand
};

/// Leaves one behind the other whose signals are of one block.
struct LeafBlock {
    static constexpr std::uint64_t never_seen = ~std::uint64_t{0};
    std::size_t of_signals = 0;
    int begin = 0, end = 0;
    std::uint64_t seen = never_seen;  ///< Signals::moved() of when they were read
};
struct Leaf {
    int out = 0;
    SignalId signal{};
    int users = 0;  ///< the set of batches that take it
};
/// A leaf whose device may not have been heard for too long.
struct AgingLeaf {
    int out = 0;
    SignalId signal{};
    SignalId age{};
    double limit = 0.0;
    int users = 0;
};
/// Such leaves one behind the other whose signals are of one block and one device.
struct AgingBlock {
    LeafBlock leaves;
    SignalId age{};
    double limit = 0.0;
    bool is_stale = false;
};

constexpr bool makes_cell(Op op) noexcept {
    return op >= Op::is_true && op < Op::yes_of;
}

constexpr bool takes_cells(Op op) noexcept {
    return op >= Op::negation;
}

constexpr bool compares(Op op) noexcept {
    return op == Op::at_most || op == Op::below;
}

/// Is what it makes a matter of the past too? Then it may not miss a change, and moves by time
/// alone.
constexpr bool is_timed(Op op) noexcept {
    return op == Op::previous || op == Op::mean || op == Op::change || op == Op::held ||
           op == Op::becomes || op == Op::fires || op == Op::since || op == Op::count;
}

/// Are the margins that it makes infinite, whatever it is made of?
constexpr bool makes_booleans(Op op) noexcept {
    return op == Op::is_true || op == Op::is_known || op == Op::both || op == Op::either ||
           op == Op::becomes || op == Op::fires || op == Op::since;
}

/// Are margins that it makes made of those of what it takes?
constexpr bool hands_margins_on(Op op) noexcept {
    return (op >= Op::negation && op <= Op::either_by_share) || op == Op::settled;
}

/// Visits every place that it takes, and tells whether that is a cell: of a comparison also what
/// its margin is a share of, and how unsure it is.
template <class Visit>
void each_operand(const Instruction& one, Visit visit) {
    const bool cells = takes_cells(one.op);
    visit(one.a, cells);
    if (one.b != one.a) visit(one.b, cells);
    if (!compares(one.op)) return;
    visit(one.state, false);
    if (one.unsure >= 0) visit(one.unsure, false);
}

}  // namespace islandbench::acceptance::language
