#pragma once

#include <optional>
#include <string>
#include <vector>

#include "acceptance/test/choices.hpp"

/// A slow, obviously right evaluator. It has every value of every millisecond before it and answers
/// by looking at all of them, straight from the definitions in docs/criteria.md. It shares no code
/// with the language: formulas are made here as trees, and written out as text for the Judge.
namespace islandbench::acceptance::test {

/// Kleene's values.
enum class Three { no, unknown, yes };

/// A run of n milliseconds: two voltages (truth.x, truth.y), two booleans (truth.p, truth.q), two
/// events (start, stop). NaN where there is no value.
struct Trace {
    std::vector<double> x, y, p, q;
    std::vector<bool> start, stop;

    [[nodiscard]] int size() const { return static_cast<int>(x.size()); }
    /// Does anything change at t?
    [[nodiscard]] bool changes_at(int t) const;
};

Trace random_trace(Choices& random, bool with_gaps);

/// A condition, and what it is at millisecond t.
struct ReferenceCondition {
    enum class Kind {
        x_most,
        y_above,
        x_band,
        p_true,
        q_known,
        negation,
        both,
        either,
        held,
        rises,
        x_change,
        x_slope,
        lately,
        since_start,
        since,
        count_start,
        count,
        at_least,
        every,
        any,
        spread,
        highest,
        lowest
    };
    Kind kind = Kind::p_true;
    double low = 0.0, high = 0.0;
    int duration = 0;
    std::vector<ReferenceCondition> parts;

    [[nodiscard]] std::string text() const;
    [[nodiscard]] Three at(const Trace& trace, int t) const;
    /// Right behind t, with its values: what was so at that moment only is over.
    [[nodiscard]] Three behind(const Trace& trace, int t) const;
    /// Just before t: the values of the last millisecond, at the time t.
    [[nodiscard]] Three before(const Trace& trace, int t) const;
    /// By how much, in volts; infinite where no number decides. `values_of`: t, or the millisecond
    /// before where the moment just before t is asked for.
    [[nodiscard]] double margin(const Trace& trace, int t, int values_of) const;
    /// At half milliseconds: 2 t is t, and 2 t + 1 what is between t and t + 1.
    [[nodiscard]] Three half(const Trace& trace, int position) const {
        const int t = position / 2;
        return position % 2 == 0 ? at(trace, t) : behind(trace, t);
    }
    /// Is its margin in volts?
    [[nodiscard]] bool is_in_volts() const;
    /// Until so long after a window has opened, a change in it says nothing.
    [[nodiscard]] int ready_after() const;
    /// Is it made of that kind anywhere?
    [[nodiscard]] bool has(Kind what) const;

  private:
    /// Answers of at(), so that nested conditions are not asked again and again.
    mutable std::vector<std::optional<Three>> known_;
    mutable const Trace* known_of_ = nullptr;

    [[nodiscard]] Three computed(const Trace& trace, int t) const;
    /// Of a count.
    [[nodiscard]] int limit() const { return static_cast<int>(low); }
    [[nodiscard]] std::string member_text() const;
    [[nodiscard]] Three since_at(const Trace& trace, int t) const;
    [[nodiscard]] Three counted(const Trace& trace, int t, int last) const;
    [[nodiscard]] Three members_at(const Trace& trace, int t) const;
};

/// Kleene's "all of them" and "any of them".
Three all_of(const std::vector<Three>& values);
Three any_of(const std::vector<Three>& values);
Three invert(Three a);

struct ReferenceClaim {
    enum class Kind { always, from_until, fixed, within, at, before, response, waiting };
    enum class Requirement { throughout, implication, sometime, share, longest, total };
    Kind kind = Kind::always;
    Requirement requirement = Requirement::throughout;
    ReferenceCondition condition;
    ReferenceCondition antecedent;          ///< of an implication; of whenever: A
    ReferenceCondition goal;                ///< of whenever ... until
    bool at_start = false;                  ///< whenever start: the event instead of A
    bool has_limit = true;                  ///< of until: within `limit`
    int from_offset = 0, until_offset = 0;  ///< ms
    int limit = 0;                          ///< ms, or percent
    int hold = 0;                           ///< ms
    bool except = false;                    ///< from stop until stop + 5 ms

    [[nodiscard]] std::string text() const;

  private:
    [[nodiscard]] std::string whenever_text() const;
};

ReferenceCondition random_condition(Choices& random, int depth, bool edges);
ReferenceClaim random_claim(Choices& random);

struct ReferenceVerdict {
    enum class Outcome { pass, inconclusive, fail };
    Outcome outcome = Outcome::inconclusive;
    std::optional<int> first;      ///< ms of the first violation
    std::optional<double> margin;  ///< volts, seconds or share; if the reference knows it
};

/// The run ends when the last millisecond of the trace is over.
ReferenceVerdict evaluate(const ReferenceClaim& claim, const Trace& trace);

/// whenever: within, and until.
ReferenceVerdict evaluate_whenever(const ReferenceClaim& claim, const Trace& trace);

/// "from start until stop: share of (C) in window >= percent".
ReferenceVerdict evaluate_share(const ReferenceCondition& condition, const Trace& trace, int window,
                                int percent);

/// "from start until stop: change(mean(truth.x, mean ms), delay ms) <= limit", in ms and volts;
/// with `fixed` "until start + fixed ms" instead.
ReferenceVerdict evaluate_change_of_mean(const Trace& trace, int mean, int delay, double limit,
                                         int fixed);

/// "from start until stop: mean(truth.x, window, at least at_least) <= limit", in ms and volts.
ReferenceVerdict evaluate_mean(const Trace& trace, int window, int at_least, double limit);

}  // namespace islandbench::acceptance::test
