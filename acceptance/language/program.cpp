#include "acceptance/language/program.hpp"

#include <algorithm>
#include <utility>

namespace islandbench::acceptance::language {

int Program::constant(double value) {
    const auto [at, is_new] = constants_.try_emplace(value, static_cast<int>(numbers_.size()));
    if (is_new) numbers_.push_back(value);
    return at->second;
}

int Program::signal(SignalId id, Between between) {
    const auto [at, is_new] = signals_.try_emplace({id, 0.0}, static_cast<int>(numbers_.size()));
    if (is_new) {
        if (between == Between::step) leaves_.push_back({at->second, id});
        if (between == Between::linear) ramps_.push_back({at->second, id});
        numbers_.push_back(Signals::no_value);
    }
    return at->second;
}

int Program::signal(SignalId id, SignalId age, double limit) {
    const auto [at, is_new] = signals_.try_emplace({id, limit}, static_cast<int>(numbers_.size()));
    if (is_new) {
        aging_leaves_.push_back({at->second, id, age, limit});
        numbers_.push_back(Signals::no_value);
    }
    return at->second;
}

int Program::store(Instruction instruction, int out) {
    instruction.out = out;
    instruction.formula = formula_;
    code_.push_back(instruction);
    return out;
}

int Program::number(Op op, int a, int b) {
    const int out = static_cast<int>(numbers_.size());
    const auto [at, is_new] = known_.try_emplace(Key{op, a, b, 0.0, 0}, out);
    if (!is_new) return at->second;
    numbers_.push_back(Signals::no_value);
    return store({op, 0, a, b, 0, 0.0}, out);
}

int Program::previous(int a) {
    const int out = static_cast<int>(numbers_.size());
    const auto [at, is_new] = known_.try_emplace(Key{Op::previous, a, a, 0.0, 0}, out);
    if (!is_new) return at->second;
    numbers_.push_back(Signals::no_value);
    previous_.push_back(Signals::no_value);
    return store({Op::previous, 0, a, a, static_cast<int>(previous_.size()) - 1, 0.0}, out);
}

int Program::mean(int a, Duration window, Duration at_least) {
    const int out = static_cast<int>(numbers_.size());
    numbers_.push_back(Signals::no_value);
    means_.push_back({.of = a, .mean = SlidingMean(window, at_least), .out = out});
    return store({Op::mean, 0, a, a, static_cast<int>(means_.size()) - 1, 0.0}, out);
}

int Program::change(int a, Duration delay) {
    const int out = static_cast<int>(numbers_.size());
    const auto [at, is_new] = known_.try_emplace(Key{Op::change, a, a, 0.0, delay.count()}, out);
    if (!is_new) return at->second;
    numbers_.push_back(Signals::no_value);
    const auto known = std::find(delays_.begin(), delays_.end(), delay);
    const int which = static_cast<int>(known - delays_.begin());
    if (known == delays_.end()) delays_.push_back(delay);
    return store({Op::change, 0, a, a, which, 0.0}, out);
}

int Program::cell(Instruction i) {
    const int out = static_cast<int>(cells_.size());
    const auto [at, is_new] =
        known_.try_emplace(Key{i.op, i.a, i.b, i.inverse_scale, i.state}, out);
    if (!is_new) return at->second;
    cells_.emplace_back();
    return store(i, out);
}

int Program::ordered(int lower, int upper, bool strict, double scale, Decider decider) {
    const Op op = strict ? Op::below : Op::at_most;
    const double inverse = scale > 0.0 ? 1.0 / scale : 0.0;
    const int limit = decider.limit_at;
    const int before = static_cast<int>(cells_.size());
    const int out = cell({op, 0, lower, upper, limit, inverse, decider.uncertainty_at});
    if (out < before) return out;
    cells_[index(out)].by = static_cast<int>(deciders_.size());
    deciders_.push_back(std::move(decider));
    return out;
}

int Program::conjunction(int a, int b, Deciding deciding) {
    const Op op = deciding == Deciding::nothing  ? Op::both
                  : deciding == Deciding::margin ? Op::both_by_margin
                                                 : Op::both_by_share;
    return cell({op, 0, a, b, 0, 0.0});
}

int Program::disjunction(int a, int b, Deciding deciding) {
    const Op op = deciding == Deciding::nothing  ? Op::either
                  : deciding == Deciding::margin ? Op::either_by_margin
                                                 : Op::either_by_share;
    return cell({op, 0, a, b, 0, 0.0});
}

int Program::held(int a, Duration d, std::string subject) {
    const int out = static_cast<int>(cells_.size());
    const auto [at, is_new] = known_.try_emplace(Key{Op::held, a, a, 0.0, d.count()}, out);
    if (!is_new) return at->second;
    const int state = static_cast<int>(held_.size());
    held_.push_back({d});
    cells_.emplace_back();
    cells_[index(out)].by = static_cast<int>(deciders_.size());
    Decider decider;
    decider.subject = std::move(subject);
    decider.dimension = Dimension::time;
    decider.held = state;
    deciders_.push_back(std::move(decider));
    const double seconds = to_seconds(d);
    return store({Op::held, 0, a, a, state, seconds > 0.0 ? 1.0 / seconds : 1.0}, out);
}

int Program::becomes(int a) {
    const int out = static_cast<int>(cells_.size());
    const auto [at, is_new] = known_.try_emplace(Key{Op::becomes, a, a, 0.0, 0}, out);
    if (!is_new) return at->second;
    cells_.emplace_back();
    edges_.push_back(Truth::no);
    return store({Op::becomes, 0, a, a, static_cast<int>(edges_.size()) - 1, 0.0}, out);
}

int Program::fires(int a, double count) {
    const int out = static_cast<int>(cells_.size());
    const auto [at, is_new] = known_.try_emplace(Key{Op::fires, a, a, 0.0, 0}, out);
    if (!is_new) return at->second;
    cells_.emplace_back();
    counters_.push_back(count);
    return store({Op::fires, 0, a, a, static_cast<int>(counters_.size()) - 1, 0.0}, out);
}

int Program::since(int a, int b, bool b_is_event) {
    const int out = static_cast<int>(cells_.size());
    const auto [at, is_new] = known_.try_emplace(Key{Op::since, a, b, 0.0, 0}, out);
    if (!is_new) return at->second;
    cells_.emplace_back();
    standing_.push_back(b_is_event ? Truth::no : Truth::unknown);
    return store({Op::since, 0, a, b, static_cast<int>(standing_.size()) - 1, 0.0}, out);
}

int Program::count(int a, Duration window, bool is_event) {
    const int out = static_cast<int>(numbers_.size());
    const auto [at, is_new] = known_.try_emplace(Key{Op::count, a, a, 0.0, window.count()}, out);
    if (!is_new) return at->second;
    numbers_.push_back(Signals::no_value);
    occasions_.emplace_back(window, is_event);
    return store({Op::count, 0, a, a, static_cast<int>(occasions_.size()) - 1, 0.0}, out);
}

void Program::restart_mean(int mean, Instant anchor) noexcept {
    Mean& one = means_[index(mean)];
    one.mean.restart(anchor);
    one.awake = true;
    one.since = anchor;
    means_renewed_at_ = std::min(means_renewed_at_, one.mean.renewed_at());
}

double Program::observed(int by) const noexcept {
    const Decider& decider = deciders_[index(by)];
    if (decider.held < 0) return numbers_[index(decider.subject_at)];
    const Held& held = held_[index(decider.held)];
    return held.yes_since == never ? 0.0 : to_seconds(held.now - held.yes_since);
}

double Program::limit(int by) const noexcept {
    const Decider& decider = deciders_[index(by)];
    if (decider.held < 0) return numbers_[index(decider.limit_at)];
    return to_seconds(held_[index(decider.held)].duration);
}

}  // namespace islandbench::acceptance::language
