#include <algorithm>
#include <cmath>

#include "acceptance/language/program.hpp"

/// The part of Program that remembers: what is so now for something that was so before.
namespace islandbench::acceptance::language {
namespace {

/// What is so at one moment only is over right behind it, whether a sample comes or not.
constexpr Duration right_behind{1};

}  // namespace

void Program::wake(std::size_t batch, Instant now) noexcept {
    asleep_[batch / 64] &= ~bit_of(static_cast<int>(batch));
    const Instruction* const first = &code_[index(batches_[batch].begin)];
    lags_[index(batches_[batch].lag)].resume(
        now, [&](std::size_t k) { return numbers_[index(first[k].a)]; });
}

/// Without new samples it goes on changing, as what was so long ago did.
bool Program::run_change(const Batch& batch, Instant now) noexcept {
    Lag& lag = lags_[index(batch.lag)];
    const Instruction* const first = &code_[index(batch.begin)];
    const double* const n = numbers_.data();
    lag.note(now, [=](std::size_t k) { return n[first[k].a]; });
    const Instant next = has_linear() ? lag.next_step() : lag.next();
    wake_ = std::min(wake_, next);
    again(next);
    const double* const ago = lag.ago();
    return each_number(batch, [=](const Instruction& i) { return n[i.a] - ago[&i - first]; });
}

/// What held before these samples; at the very first there was nothing else.
double Program::before(const Instruction& i, Instant now, bool fresh) noexcept {
    const double value = numbers_[index(i.a)];
    double& kept = previous_[index(i.state)];
    const bool is_new = fresh && started_;
    const double out = is_new ? kept : value;
    kept = value;
    if (is_new && !same_bits(out, value)) wake_ = std::min(wake_, now + right_behind);
    again(same_bits(out, value) ? never : Instant::min());
    return out;
}

Cell Program::hold(const Instruction& i, Instant now, bool truth_only,
                   const Cell& before) noexcept {
    Held& kept = held_[index(i.state)];
    kept.now = now;
    Held held = kept;
    const Truth truth = cells_[index(i.a)].truth;
    if (truth == Truth::unknown) held.doubt = cells_[index(i.a)].doubt;
    if (truth == Truth::no) held.possible_since = never;
    if (truth != Truth::no && held.possible_since == never) held.possible_since = now;
    if (truth != Truth::yes) held.yes_since = never;
    if (truth == Truth::yes && held.yes_since == never) held.yes_since = now;
    if (!peeks_) kept = held;

    const auto has_lasted = [&](Instant since) {
        if (since == never) return false;
        if (since == Instant::min()) return true;
        if (now - since >= held.duration) return true;
        wake_ = std::min(wake_, since + held.duration);
        return false;
    };
    const bool possible = has_lasted(held.possible_since);
    const Truth out = has_lasted(held.yes_since) ? Truth::yes
                      : possible                 ? Truth::unknown
                                                 : Truth::no;
    const bool margin_grows = held.yes_since != never && !truth_only;
    const bool is_awaited = out == Truth::no && held.possible_since != never;
    if (is_awaited) again(held.possible_since + held.duration);
    if (margin_grows || out == Truth::unknown) again(Instant::min());
    const Duration lasted = held.yes_since == never ? Duration::zero() : now - held.yes_since;
    const double margin = to_seconds(lasted - held.duration);
    return {margin, margin * i.inverse_scale, before.by, out, held.doubt};
}

/// So now and not so just before. Where no new sample came, just before was the same as now; inside
/// a stretch of unknown values it may have become so at any moment.
Cell Program::edge(const Instruction& i, Instant now, bool fresh) noexcept {
    const Truth truth = cells_[index(i.a)].truth;
    Truth& before = edges_[index(i.state)];
    const Truth just_before = fresh && started_ ? before : truth;
    const Truth steady = std::min(truth, inverse(truth));
    const Truth out = std::min(truth, inverse(just_before));
    if (out != steady) wake_ = std::min(wake_, now + right_behind);
    if (!peeks_) before = truth;
    again(out == steady && !peeks_ ? never : Instant::min());
    return boolean(out, Doubt::several);
}

/// So where the counter has just risen.
Cell Program::pulse(const Instruction& i, Instant now, bool fresh) noexcept {
    const double count = numbers_[index(i.a)];
    double& before = counters_[index(i.state)];
    const bool rises = fresh && count > before;
    if (fresh && !std::isnan(count)) before = count;
    if (rises) wake_ = std::min(wake_, now + right_behind);
    again(rises ? Instant::min() : never);
    return boolean(rises ? Truth::yes : Truth::no);
}

/// So where it begins, or goes on.
Cell Program::stand(const Instruction& i) noexcept {
    Truth& standing = standing_[index(i.state)];
    const Truth begins = cells_[index(i.b)].truth;
    const Truth stands = std::min(cells_[index(i.a)].truth, std::max(begins, standing));
    if (!peeks_) standing = stands;
    again(peeks_ ? Instant::min() : never);
    return boolean(stands, Doubt::several);
}

double Program::tick(const Instruction& i, Instant now) noexcept {
    Occasions& occasions = occasions_[index(i.state)];
    if (peeks_) {
        occasions.expire(now);
    } else {
        occasions.note(now, cells_[index(i.a)].truth);
    }
    wake_ = std::min(wake_, occasions.next(now));
    const bool known = cells_[index(i.a)].truth != Truth::unknown;
    again(known && !peeks_ ? occasions.next(now) : Instant::min());
    return occasions.value(now);
}

}  // namespace islandbench::acceptance::language
