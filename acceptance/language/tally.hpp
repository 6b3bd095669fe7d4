#pragma once

#include "acceptance/language/program.hpp"
#include "base/time.hpp"

namespace islandbench::acceptance::language {

/// How close a claim came to its limit, or how far beyond.
struct Closest {
    bool exists = false;
    double margin = 0.0;
    double share = 0.0;
    double observed = 0.0;
    double limit = 0.0;
    int by = -1;  ///< decider of the program; -1: no number decided, or a time or share of a window
    Instant at{};
};

inline Closest closest_of(const Cell& cell, const Program& program, Instant at) noexcept {
    Closest made{true, cell.margin, cell.share, 0.0, 0.0, cell.by, at};
    if (cell.by < 0) return made;
    made.observed = program.observed(cell.by);
    made.limit = program.limit(cell.by);
    return made;
}

/// What one instance of one claim has come to so far.
struct Tally {
    bool opened = false;           ///< its trigger came
    bool tested = false;           ///< there was a moment to judge
    bool violated = false;         ///< for sure
    bool undecided = false;        ///< values that are missing could have decided it
    bool cut = false;              ///< the run ended before the claim could be decided
    bool too_short = false;        ///< a window closed before its mean was ready
    bool crowded = false;          ///< more windows at once than are followed
    bool ran_out = false;          ///< the run ended inside a window that has no fixed end
    bool never_met = false;        ///< a deadline was still not met when the run ended
    Instant first = never;         ///< first violation
    Instant no_value_at = never;   ///< first moment at which it was unknown
    Doubt doubt = Doubt::missing;  ///< why it was
    Closest unsure_at;             ///< the worst moment within its uncertainty
    Duration without_value{};
    Duration judged{};                    ///< time in judged windows
    Duration shortest = Duration::max();  ///< shortest window that was judged
    Closest closest;

    void violate(Instant at) noexcept {
        first = at < first ? at : first;
        violated = true;
    }
    void miss(Instant at, Doubt why) noexcept {
        if (no_value_at != never) return;
        no_value_at = at;
        doubt = why;
    }
    /// Keeps the moment that was furthest inside its uncertainty.
    void unsure(const Cell& cell, const Program& program, Instant at) noexcept {
        if (cell.doubt != Doubt::uncertain || cell.by < 0) return;
        if (unsure_at.exists && unsure_at.margin <= cell.margin) return;
        unsure_at = closest_of(cell, program, at);
    }
    /// Keeps the smaller margin.
    void closest_from(const Closest& other, bool by_share) noexcept {
        const double mine = by_share ? closest.share : closest.margin;
        const double others = by_share ? other.share : other.margin;
        if (!closest.exists || others < mine) closest = other;
    }
    /// The same from a cell, without work where it is no closer.
    void consider(const Cell& cell, const Program& program, Instant at, bool by_share) noexcept {
        const double mine = by_share ? closest.share : closest.margin;
        const double others = by_share ? cell.share : cell.margin;
        if (closest.exists && !(others < mine)) return;
        closest = closest_of(cell, program, at);
    }
};

/// How a run came to its end.
enum class Ending { completed, stopped };

}  // namespace islandbench::acceptance::language
