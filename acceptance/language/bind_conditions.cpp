#include <cmath>

#include "acceptance/language/binder.hpp"

/// The part of Binder that places conditions and keeps track of the units of their margins.
namespace islandbench::acceptance::language {
namespace {

bool is_strict(Comparison c) {
    return c == Comparison::less || c == Comparison::greater;
}
bool points_up(Comparison c) {
    return c == Comparison::less || c == Comparison::less_equal;
}

/// How a signal says "closed": 1 for what is called closed, a contact or a breaker; 0 for what is
/// called open. Other names do not say it, and guessing would turn a verdict round.
std::optional<bool> says_closed_with_one(const std::string& signal) {
    const std::string last = signal.substr(signal.rfind('.') + 1);
    if (last == "closed" || last == "contact" || last == "breaker") return true;
    if (last == "open") return false;
    return std::nullopt;
}

}  // namespace

BoundCondition Binder::condition(const Expression& e) {
    if (failed()) return {};
    switch (e.form) {
        case Form::name: return boolean(e);
        case Form::comparison: return comparison(e);
        case Form::band: return band(e);
        case Form::is:
        case Form::becomes: return state(e);
        case Form::happened: return happened(e);
        case Form::negation: {
            BoundCondition made = condition(e.parts[0]);
            made.place = failed() ? 0 : program_.negation(made.place);
            return made;
        }
        case Form::conjunction:
        case Form::disjunction: return connective(e);
        case Form::held: return held(e);
        case Form::lately: return lately(e);
        case Form::since: return since(e);
        case Form::every:
        case Form::any:
        case Form::at_least: return quantified(e);
        case Form::implication:
            fail(e.column,
                 "\"implies\" stands once, outermost, in an always, from, at or before claim that "
                 "asks for every moment: elsewhere it would hold wherever nothing was tested");
            return {};
        default: fail(e.column, "expected a condition, found a number"); return {};
    }
}

BoundCondition Binder::ordered(const BoundNumber& left, const BoundNumber& right,
                               Comparison comparison, const Decider& decider, double scale) {
    BoundCondition made;
    if (failed()) return made;
    const bool up = points_up(comparison);
    made.place = program_.ordered(up ? left.place : right.place, up ? right.place : left.place,
                                  is_strict(comparison), scale, decider);
    made.decided_in = left.dimension;
    made.names_signal = left.names_signal || right.names_signal;
    made.is_instant = left.is_instant || right.is_instant;
    return made;
}

BoundCondition Binder::comparison(const Expression& e) {
    const BoundNumber left = number(e.parts[0]);
    const BoundNumber right = number(e.parts[1]);
    same_dimension(left, right, e.column, "compare");
    const bool left_is_limit = left.constant.has_value() && !right.constant.has_value();
    const Expression& subject = e.parts[left_is_limit ? 1 : 0];
    const BoundNumber& limit = left_is_limit ? left : right;
    Decider decider;
    decider.subject = text(subject);
    decider.device = member();
    decider.dimension = left.dimension;
    decider.subject_at = left_is_limit ? right.place : left.place;
    decider.limit_at = limit.place;
    decider.uncertainty_at = unsure(left, right);
    const double scale = limit.constant ? std::fabs(*limit.constant) : 0.0;
    return ordered(left, right, e.comparisons[0], decider, scale);
}

BoundCondition Binder::band(const Expression& e) {
    const BoundNumber left = number(e.parts[0]);
    const BoundNumber middle = number(e.parts[1]);
    const BoundNumber right = number(e.parts[2]);
    same_dimension(left, middle, e.column, "compare");
    same_dimension(middle, right, e.parts[2].column, "compare");
    if (failed()) return {};
    double half_width = 0.0;
    if (left.constant && right.constant) {
        const bool up = points_up(e.comparisons[0]);
        half_width = (up ? *right.constant - *left.constant : *left.constant - *right.constant) / 2;
        if (half_width < 0.0)
            fail(e.column, "nothing lies between these limits: are they swapped?");
    }
    Decider decider;
    decider.subject = text(e.parts[1]);
    decider.device = member();
    decider.dimension = middle.dimension;
    decider.subject_at = middle.place;
    decider.limit_at = left.place;
    decider.uncertainty_at = unsure(left, middle);
    const BoundCondition first = ordered(left, middle, e.comparisons[0], decider, half_width);
    decider.limit_at = right.place;
    decider.uncertainty_at = unsure(middle, right);
    const BoundCondition second = ordered(middle, right, e.comparisons[1], decider, half_width);
    return combined(first, second, true);
}

BoundCondition Binder::combined(const BoundCondition& a, const BoundCondition& b,
                                bool conjunction) {
    BoundCondition made;
    if (failed()) return made;
    const bool unlike = a.decided_in && b.decided_in && a.decided_in != b.decided_in;
    made.unlike_units = unlike || a.unlike_units || b.unlike_units;
    made.decided_in = a.decided_in ? a.decided_in : b.decided_in;
    made.names_signal = a.names_signal || b.names_signal;
    made.is_instant = a.is_instant || b.is_instant;
    const Deciding deciding = !made.decided_in    ? Deciding::nothing
                              : made.unlike_units ? Deciding::share
                                                  : Deciding::margin;
    made.place = conjunction ? program_.conjunction(a.place, b.place, deciding)
                             : program_.disjunction(a.place, b.place, deciding);
    return made;
}

BoundCondition Binder::connective(const Expression& e) {
    BoundCondition whole = condition(e.parts[0]);
    for (std::size_t i = 1; i < e.parts.size(); ++i) {
        whole = combined(whole, condition(e.parts[i]), e.form == Form::conjunction);
    }
    return whole;
}

BoundCondition Binder::boolean(const Expression& e) {
    const BoundNumber flag = name(e);
    if (failed()) return {};
    if (flag.dimension != Dimension::none || !flag.names_signal || e.name.starts_with("event.")) {
        fail(e.column, "expected a condition: \"" + e.name + "\" is a number, compare it");
        return {};
    }
    BoundCondition made;
    made.place = program_.is_true(flag.place);
    made.names_signal = true;
    return made;
}

/// Does "is open" and the like ask that the signal be 0?
bool Binder::means_no(const Expression& e) {
    if (e.state == State::yes || e.state == State::no) return e.state == State::no;
    const auto closed_is_one = says_closed_with_one(e.parts[0].name);
    if (e.parts[0].form != Form::name || !closed_is_one) {
        fail(e.column,
             "only a signal named ...closed, ...open, ...contact or ...breaker is open "
             "or closed: write \"is true\" or \"is false\"");
        return false;
    }
    return (e.state == State::closed) != *closed_is_one;
}

BoundCondition Binder::state(const Expression& e) {
    if (e.state == State::known || e.state == State::missing) {
        const BoundNumber subject = number(e.parts[0]);
        if (failed()) return {};
        BoundCondition made;
        made.place = program_.is_known(subject.place);
        if (e.state == State::missing) made.place = program_.negation(made.place);
        made.names_signal = subject.names_signal;
        return made;
    }
    if (is_number(e.parts[0].form) && e.parts[0].form != Form::name) {
        fail(e.column, "only a signal or a condition is true, false, open or closed");
    }
    const bool inverted = means_no(e);
    BoundCondition made = condition(e.parts[0]);
    if (failed()) return {};
    if (inverted) made.place = program_.negation(made.place);
    if (e.form == Form::is) return made;
    if (made.is_instant) fail(e.column, "what is so at one moment only does not become so");
    made.place = program_.becomes(made.place);
    made.decided_in.reset();
    made.unlike_units = false;
    made.is_instant = true;
    return made;
}

BoundCondition Binder::held(const Expression& e) {
    const BoundCondition subject = condition(e.parts[0]);
    const Duration lasting = duration(e.parts[1]);
    if (failed()) return {};
    if (subject.is_instant) fail(e.column, "what is so at one moment only cannot be held");
    BoundCondition made = subject;
    made.place = program_.held(subject.place, lasting, text(e.parts[0]));
    made.decided_in = Dimension::time;
    made.unlike_units = false;
    return made;
}

/// It has been so at some moment of the last d: it has not been missing all that time.
BoundCondition Binder::lately(const Expression& e) {
    BoundCondition made = condition(e.parts[0]);
    const Duration window = duration(e.parts[1]);
    if (failed()) return {};
    const int never_so = program_.held(program_.negation(made.place), window, text(e.parts[0]));
    made.place = program_.negation(never_so);
    made.decided_in = Dimension::time;
    made.unlike_units = false;
    made.is_instant = false;
    return made;
}

BoundCondition Binder::since(const Expression& e) {
    BoundCondition made = condition(e.parts[0]);
    const BoundCondition start = occasion(e.parts[1]);
    if (failed()) return {};
    if (made.is_instant) fail(e.column, "what is so at one moment only cannot last since then");
    made.place = program_.since(made.place, start.place, start.is_event);
    made.decided_in.reset();
    made.unlike_units = false;
    made.names_signal = true;
    return made;
}

BoundCondition Binder::occasion(const Expression& e) {
    const Parsed<std::string> name = fill_in(e.name, e.column, instances_);
    const auto counter =
        e.form == Form::name && name ? scope_.signals.find("event." + *name) : std::nullopt;
    if (!counter) return condition(e);
    BoundCondition made;
    made.place = program_.fires(program_.signal(*counter), scope_.signals.get(*counter));
    made.names_signal = true;
    made.is_instant = true;
    made.is_event = true;
    return made;
}

BoundCondition Binder::happened(const Expression& e) {
    const SignalId counter = event(e.name, e.column);
    if (failed()) return {};
    BoundCondition made;
    made.place = program_.is_true(program_.signal(counter));
    made.names_signal = true;
    return made;
}

}  // namespace islandbench::acceptance::language
