#include <algorithm>
#include <cmath>

#include "acceptance/language/program.hpp"

/// The part of Program for signals that move steadily from sample to sample. What happens between
/// two samples is known when the second one has come. Sums and multiples of such signals are
/// straight lines too; absolute values, minima and maxima bend where their sides meet, and a
/// comparison turns where its margin passes zero. All these moments are found one after the other,
/// so that everything between them is a straight line. Products and quotients of two signals that
/// move are taken as straight between such moments.
namespace islandbench::acceptance::language {
namespace {

/// Where a straight line from `a` to `b` passes zero, at the first whole nanosecond behind it.
Instant passing(double a, double b, Instant begin, Instant end) noexcept {
    const double part = a / (a - b);
    const auto length = static_cast<double>((end - begin).count());
    const auto behind = static_cast<std::int64_t>(std::ceil(part * length));
    return std::clamp(begin + Duration{behind}, begin + Duration{1}, end);
}

bool passes(double a, double b) noexcept {
    return (a < 0.0 && b > 0.0) || (a > 0.0 && b < 0.0);
}

}  // namespace

void Program::aim(const Signals& signals, Instant now, Instant until) noexcept {
    ahead_.resize(numbers_.size());  // takes memory at the first sample only
    ramp_begin_ = now;
    ramp_end_ = until;
    for (Ramp& ramp : ramps_) {
        ramp.from = numbers_[index(ramp.out)];
        ramp.to = signals.get(ramp.signal);
    }
}

/// Between a value and none there is none.
double Program::on_ramp(const Ramp& ramp, Instant now) const noexcept {
    if (now >= ramp_end_) return ramp.to;
    const double part = to_seconds(now - ramp_begin_) / to_seconds(ramp_end_ - ramp_begin_);
    const double value = ramp.from + (ramp.to - ramp.from) * part;
    return std::isfinite(value) ? value : Signals::no_value;
}

void Program::run_arithmetic(Instant now) noexcept {
    for (Batch& batch : batches_) {
        if (batch.op < Op::previous) run(batch, now, false);
    }
}

void Program::move_ramps(Instant now) noexcept {
    for (const Ramp& ramp : ramps_) numbers_[index(ramp.out)] = on_ramp(ramp, now);
    run_arithmetic(now);
}

void Program::look_ahead(Instant at) noexcept {
    std::copy(numbers_.begin(), numbers_.end(), ahead_.begin());
    ahead_.swap(numbers_);
    for (const Ramp& ramp : ramps_) numbers_[index(ramp.out)] = on_ramp(ramp, at);
    run_arithmetic(at);
    ahead_.swap(numbers_);
}

Instant Program::next_bend(Instant now) noexcept {
    if (ramps_.empty() || now >= ramp_end_) return never;
    // What the last moment left undone: conditions are computed for `now`, numbers may not be.
    run_arithmetic(now);
    Instant end = ramp_end_;
    // A kink of an inner term may hide one of an outer: look again until the piece is straight.
    while (true) {
        look_ahead(end);
        const Instant kink = first_kink(now, end);
        if (kink >= end) break;
        end = kink;
    }
    Instant next = std::min(first_turn(now, end), end);
    const bool stuck = next <= now + patience_;
    patience_ = stuck ? std::min(patience_ * 2, ramp_end_ - now) : Duration{1};
    if (stuck) next = std::min(now + patience_, end);
    return next < ramp_end_ ? next : never;
}

Instant Program::first_kink(Instant now, Instant end) const noexcept {
    Instant first = end;
    for (const Instruction& i : code_) {
        if (i.op != Op::absolute && i.op != Op::minimum && i.op != Op::maximum) continue;
        const bool alone = i.op == Op::absolute;
        const double begin = numbers_[index(i.a)] - (alone ? 0.0 : numbers_[index(i.b)]);
        const double later = ahead_[index(i.a)] - (alone ? 0.0 : ahead_[index(i.b)]);
        if (passes(begin, later)) first = std::min(first, passing(begin, later, now, end));
    }
    return first;
}

Instant Program::first_turn(Instant now, Instant end) const noexcept {
    Instant first = never;
    for (const Instruction& i : code_) {
        if (i.op != Op::at_most && i.op != Op::below) continue;
        const double begin = numbers_[index(i.b)] - numbers_[index(i.a)];
        const double later = ahead_[index(i.b)] - ahead_[index(i.a)];
        const double unsure = i.unsure < 0 ? 0.0 : numbers_[index(i.unsure)];
        for (const double level : {unsure, -unsure}) {
            const double a = begin - level;
            const double b = later - level;
            if (passes(a, b) || (a == 0.0 && (b < 0.0 || b > 0.0))) {
                first = std::min(first, passing(a, b, now, end));
            }
        }
    }
    return first;
}

}  // namespace islandbench::acceptance::language
