#include <algorithm>
#include <cmath>
#include <utility>

#include "acceptance/language/binder.hpp"
#include "base/unit_text.hpp"

/// The part of Binder that places numbers which depend on more than this moment, or on more than
/// one device.
namespace islandbench::acceptance::language {

BoundNumber Binder::previous(const Expression& e) {
    const std::size_t means_before = means_.size();
    const Duration before = looks_back_;
    BoundNumber made = number(e.parts[0]);
    if (failed()) return {};
    if (!made.names_signal) fail(e.column, "previous() needs a signal");
    if (made.is_instant || means_.size() != means_before || looks_back_ != before) {
        fail(e.column, "previous() takes signals, not previous(), mean() or change()");
    }
    if (made.is_linear) fail(e.column, "previous() of a signal that moves steadily is itself");
    if (failed()) return {};
    made.place = program_.previous(made.place);
    made.is_instant = true;
    return made;
}

BoundNumber Binder::mean(const Expression& e) {
    const Duration before = std::exchange(looks_back_, Duration::zero());
    BoundNumber made = number(e.parts[0]);
    const bool changes = looks_back_ > Duration::zero();
    looks_back_ = std::max(looks_back_, before);
    const Duration window = duration(e.parts[1]);
    const Duration at_least = e.parts.size() > 2 ? duration(e.parts[2]) : window;
    if (failed()) return {};
    if (!made.names_signal) fail(e.column, "mean() needs a signal");
    if (made.is_instant) fail(e.column, "previous() has no duration: it has no mean");
    if (changes) fail(e.column, "a mean of a change: take the change of a mean");
    if (window < SlidingMean::shortest_part) fail(e.parts[1].column, "a mean takes 1 ms or more");
    if (at_least > window) fail(e.parts.back().column, "longer than the window of the mean");
    if (failed()) return {};
    made.place = program_.mean(made.place, window, at_least);
    means_.push_back(program_.mean_count() - 1);
    return made;
}

BoundNumber Binder::change(const Expression& e) {
    const std::string word = e.form == Form::slope ? "slope" : "change";
    const Duration before = std::exchange(looks_back_, Duration::zero());
    const std::size_t means_before = means_.size();
    BoundNumber made = number(e.parts[0]);
    const Duration delay = duration(e.parts[1]);
    if (failed()) return {};
    if (!made.names_signal) fail(e.column, word + "() needs a signal");
    if (made.is_instant) fail(e.column, "previous() has no duration: it has no " + word + "()");
    if (delay < Lag::shortest_part) fail(e.parts[1].column, "a " + word + " takes 1 ms or more");
    if (failed()) return {};
    Duration ready = looks_back_;
    for (std::size_t i = means_before; i < means_.size(); ++i) {
        ready = std::max(ready, program_.mean_at(means_[i]).ready_after());
    }
    looks_back_ = std::max(before, ready + delay);
    made.place = program_.change(made.place, delay);
    made.uncertainty = both(made.uncertainty, made.uncertainty, &Program::add);
    return made;
}

/// The change over so long, per second.
BoundNumber Binder::slope(const Expression& e) {
    BoundNumber made = change(e);
    const Duration delay = duration(e.parts[1]);
    if (failed()) return {};
    const auto rate = quotient_of(made.dimension, Dimension::time);
    if (!rate) {
        fail(e.column, "the slope of " + std::string(dimension_name(made.dimension)) +
                           " has no unit here: use change()");
        return {};
    }
    const BoundNumber seconds = constant(to_seconds(delay), Dimension::time);
    made.place = program_.divide(made.place, seconds.place);
    made.uncertainty = times(made.uncertainty, seconds, true);
    made.dimension = *rate;
    return made;
}

/// How often it has happened, or has become so. It looks back into the run.
BoundNumber Binder::count(const Expression& e) {
    const BoundCondition subject = occasion(e.parts[0]);
    const Duration window = duration(e.parts[1]);
    if (failed()) return {};
    if (window <= Duration::zero()) fail(e.parts[1].column, "a count takes a window");
    if (subject.is_instant && !subject.is_event) {
        fail(e.parts[0].column, "a count counts how often this becomes so: leave out \"becomes\"");
    }
    if (failed()) return {};
    BoundNumber made;
    made.place = program_.count(subject.place, window, subject.is_event);
    made.names_signal = true;
    return made;
}

/// The mean of 1 where it is so and 0 where it is not.
BoundNumber Binder::share_of_time(const Expression& e) {
    const Duration before = std::exchange(looks_back_, Duration::zero());
    const BoundCondition subject = occasion(e.parts[0]);
    const bool changes = looks_back_ > Duration::zero();
    looks_back_ = std::max(looks_back_, before);
    const Duration window = duration(e.parts[1]);
    if (failed()) return {};
    if (subject.is_instant) {
        fail(e.parts[0].column, "what is so at one moment only has no share of time");
    }
    if (changes) fail(e.parts[0].column, "a share of the time of a change: use \"for at least\"");
    if (window < SlidingMean::shortest_part) fail(e.parts[1].column, "a share takes 1 ms or more");
    if (failed()) return {};
    BoundNumber made;
    made.place = program_.mean(program_.yes_of(subject.place), window, window);
    made.dimension = Dimension::ratio;
    made.names_signal = true;
    means_.push_back(program_.mean_count() - 1);
    if (e.form == Form::share) return made;
    made.place = program_.multiply(made.place, program_.constant(to_seconds(window)));
    made.dimension = Dimension::time;
    return made;
}

template <class Bound>
std::vector<Bound> Binder::for_members(const std::string& group, int column, const Expression& e,
                                       Bound (Binder::*bind)(const Expression&)) {
    std::vector<Bound> made;
    const std::vector<std::string>* members = find_group(group, column);
    if (members == nullptr) return made;
    const std::string name = group_name(*scope_.groups, group);
    if (instances_.contains(name)) {
        fail(column, "\"" + name + "\" comes twice");
        return made;
    }
    for (const std::string& member : *members) {
        instances_[name] = member;
        made.push_back((this->*bind)(e));
    }
    instances_.erase(name);
    return made;
}

std::string Binder::member() const {
    std::string names;
    for (const auto& [group, member] : instances_) {
        if (!scope_.instances.contains(group)) names += (names.empty() ? "" : "/") + member;
    }
    return names;
}

BoundNumber Binder::over_group(const Expression& e) {
    const std::vector<BoundNumber> members =
        for_members(e.name, e.column, e.parts[0], &Binder::number);
    if (failed()) return {};
    Uncertainty uncertainty = members.front().uncertainty;
    std::vector<int> places;
    for (const BoundNumber& one : members) {
        uncertainty = both(uncertainty, one.uncertainty, &Program::maximum);
        if (one.is_instant || one.constant) {
            fail(e.parts[0].column, "highest, lowest and spread compare signals of a group");
            return {};
        }
        places.push_back(one.place);
    }
    const bool apart = e.form == Form::spread;
    BoundNumber made = members.front();
    if (e.form != Form::lowest) made.place = folded(places, &Program::maximum);
    if (e.form == Form::lowest) made.place = folded(places, &Program::minimum);
    if (apart) made.place = program_.subtract(made.place, folded(places, &Program::minimum));
    made.uncertainty = apart ? both(uncertainty, uncertainty, &Program::add) : uncertainty;
    return made;
}

/// Neighbour with neighbour, and the same with what comes of it: what stands in one row is of one
/// kind, and runs as one loop.
int Binder::folded(std::vector<int> places, int (Program::*pair)(int, int)) {
    while (places.size() > 1) {
        std::vector<int> row;
        for (std::size_t i = 0; i + 1 < places.size(); i += 2) {
            row.push_back((program_.*pair)(places[i], places[i + 1]));
        }
        if (places.size() % 2 != 0) row.push_back(places.back());
        places = std::move(row);
    }
    return places.front();
}

BoundCondition Binder::about_every(const GroupText& group, const Expression& e) {
    return joined(for_members(group.name, group.column, e, &Binder::condition), true);
}

BoundCondition Binder::joined(const std::vector<BoundCondition>& members, bool conjunction) {
    if (failed()) return {};
    BoundCondition whole = members.front();
    for (std::size_t i = 1; i < members.size(); ++i) {
        whole = combined(whole, members[i], conjunction);
    }
    return whole;
}

BoundCondition Binder::quantified(const Expression& e) {
    const std::vector<BoundCondition> members =
        for_members(e.name, e.column, e.parts.back(), &Binder::condition);
    if (failed()) return {};
    return e.form == Form::at_least ? at_least(e, members) : joined(members, e.form == Form::every);
}

/// Counts those for which it is so for sure, and those for which it may be so.
BoundCondition Binder::at_least(const Expression& e, const std::vector<BoundCondition>& members) {
    const auto wanted = members_wanted(e.parts[0], members.size());
    if (!wanted) return {};
    int sure = program_.constant(0.0);
    int possible = sure;
    BoundCondition made;
    for (const BoundCondition& one : members) {
        sure = program_.add(sure, program_.sure_of(one.place));
        possible = program_.add(possible, program_.possible_of(one.place));
        made.names_signal = made.names_signal || one.names_signal;
        made.is_instant = made.is_instant || one.is_instant;
    }
    const int limit = program_.constant(*wanted);
    Decider decider;
    decider.subject =
        "number of " + group_name(*scope_.groups, e.name) + " with " + text(e.parts.back());
    decider.subject_at = sure;
    decider.limit_at = limit;
    const int is_sure = program_.ordered(limit, sure, false, 0.0, decider);
    decider.subject_at = possible;
    const int is_possible = program_.ordered(limit, possible, false, 0.0, decider);
    made.place = program_.settled(is_sure, is_possible);
    made.decided_in = Dimension::none;
    return made;
}

/// So many members: "2", or "95 %" of them.
std::optional<double> Binder::members_wanted(const Expression& least, std::size_t members) {
    const BoundNumber number = this->number(least);
    if (failed()) return std::nullopt;
    const bool is_share = number.dimension == Dimension::ratio;
    if (!number.constant || (!is_share && number.dimension != Dimension::none)) {
        fail(least.column, "expected how many, such as 2 or 95 %");
        return std::nullopt;
    }
    const auto all = static_cast<double>(members);
    const double wanted =
        is_share ? std::ceil(*number.constant * all - 1e-9) : std::ceil(*number.constant);
    if (!(*number.constant > 0.0) || (is_share && *number.constant > 1.0)) {
        fail(least.column, "a share is above 0 % and not above 100 %, a number above 0");
    } else if (wanted > all) {
        fail(least.column, "there are only " + std::to_string(members) + " of them");
    }
    if (failed()) return std::nullopt;
    return wanted;
}

const std::vector<std::string>* Binder::find_group(const std::string& group, int column) {
    if (scope_.groups == nullptr) {
        fail(column, "no groups are known here");
        return nullptr;
    }
    const auto at = scope_.groups->find(group_name(*scope_.groups, group));
    if (at != scope_.groups->end() && !at->second.empty()) return &at->second;
    fail(column, at == scope_.groups->end() ? unknown_group(*scope_.groups, group)
                                            : "no " + group + " in this site");
    return nullptr;
}

}  // namespace islandbench::acceptance::language
