#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "acceptance/language/program.hpp"

/// The part of Program that runs once per sample: no allocation, no strings, no virtual calls.
namespace islandbench::acceptance::language {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

/// What is so at one moment only is over right behind it, whether a sample comes or not.
constexpr Duration right_behind{1};

/// std::min would drop a NaN on one side.
double lesser(double a, double b) noexcept {
    return std::isnan(a) ? a : std::isnan(b) ? b : std::min(a, b);
}
double greater(double a, double b) noexcept {
    return std::isnan(a) ? a : std::isnan(b) ? b : std::max(a, b);
}

bool same_bits(double a, double b) noexcept {
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

bool same_bits(const Cell& a, const Cell& b) noexcept {
    return a.truth == b.truth && same_bits(a.margin, b.margin) && same_bits(a.share, b.share) &&
           a.by == b.by && a.doubt == b.doubt;
}

void set_boolean(Cell& cell, Truth truth, Doubt doubt = Doubt::missing) noexcept {
    cell.truth = truth;
    cell.doubt = doubt;
    cell.margin = truth == Truth::yes ? infinite : -infinite;
    cell.share = cell.margin;
}

Truth truth_of(double flag) noexcept {
    return std::isnan(flag) ? Truth::unknown : flag != 0.0 ? Truth::yes : Truth::no;
}

/// lower <= upper or, if strict, lower < upper.
void compare(Cell& out, double lower, double upper, double inverse_scale, double limit,
             bool strict) noexcept {
    const double margin = upper - lower;
    if (!std::isfinite(margin)) {
        out.truth = Truth::unknown;
        out.doubt = doubt_of(margin);
        return;
    }
    if (inverse_scale == 0.0) inverse_scale = limit != 0.0 ? 1.0 / std::fabs(limit) : 1.0;
    out.margin = margin;
    out.share = margin * inverse_scale;
    const bool so = strict ? margin > 0.0 : margin >= 0.0;
    out.truth = so ? Truth::yes : Truth::no;
}

Cell inverse(const Cell& a) noexcept {
    return {-a.margin, -a.share, a.by, inverse(a.truth), a.doubt};
}

/// Why two together are unknown: as the one that is unknown is.
Doubt doubt_of(const Cell& a, const Cell& b) noexcept {
    return a.truth == Truth::unknown ? a.doubt : b.doubt;
}

/// An unknown one leaves the margin to the other.
void choose(Cell& out, const Cell& a, const Cell& b, bool a_decides, Truth truth) noexcept {
    const bool knows_a = a.truth != Truth::unknown;
    const bool knows_b = b.truth != Truth::unknown;
    const Doubt doubt = doubt_of(a, b);
    out = !knows_b || (knows_a && a_decides) ? a : b;
    // Of one that is unsure and one that is known, the unsure one is the matter.
    if (truth == Truth::unknown && knows_a != knows_b) out = knows_a ? b : a;
    out.truth = truth;
    out.doubt = doubt;
}

void both(Cell& out, const Cell& a, const Cell& b, double Cell::*by) noexcept {
    choose(out, a, b, a.*by <= b.*by, std::min(a.truth, b.truth));
}

void either(Cell& out, const Cell& a, const Cell& b, double Cell::*by) noexcept {
    choose(out, a, b, a.*by >= b.*by, std::max(a.truth, b.truth));
}

double flag_of(Truth truth) noexcept {
    return truth == Truth::unknown ? Signals::no_value : truth == Truth::yes ? 1.0 : 0.0;
}

/// Where the two differ, nobody knows.
void settle(Cell& out, const Cell& sure, const Cell& possible) noexcept {
    out = possible.truth == Truth::no ? possible : sure;
    if (sure.truth != possible.truth) out.truth = Truth::unknown;
    out.doubt = Doubt::several;
}

}  // namespace

void Program::load(const Signals& signals) noexcept {
    const auto values = signals.values();
    for (const Leaf& leaf : leaves_) {
        double& number = numbers_[index(leaf.out)];
        const double value = values[Signals::index(leaf.signal)];
        if (same_bits(value, number)) continue;
        number = value;
        if (selects_) note_moved(number_users_, leaf.out);
    }
    for (Ramp& ramp : ramps_) {
        numbers_[index(ramp.out)] = ramp.from = ramp.to = values[Signals::index(ramp.signal)];
    }
    for (const AgingLeaf& leaf : aging_leaves_) {
        const bool is_stale = values[Signals::index(leaf.age)] > leaf.limit;
        numbers_[index(leaf.out)] =
            is_stale ? no_value_because(Doubt::stale) : values[Signals::index(leaf.signal)];
        if (selects_) note_moved(number_users_, leaf.out);
    }
}

void Program::blank() noexcept {
    all_moved_ = true;
    const double late = no_value_because(Doubt::late);
    for (const Leaf& leaf : leaves_) numbers_[index(leaf.out)] = late;
    for (const AgingLeaf& leaf : aging_leaves_) numbers_[index(leaf.out)] = late;
    for (Ramp& ramp : ramps_) numbers_[index(ramp.out)] = ramp.from = ramp.to = late;
}

void Program::elapse(Instant now) noexcept {
    const double ns = static_cast<double>((now - seen_).count());
    const bool passed = started_ && now > seen_;
    seen_ = now;
    if (!passed) return;
    if (has_linear()) {
        for (Mean& mean : means_) mean.begins = numbers_[index(mean.of)];
        move_ramps(now);
        for (Mean& mean : means_) mean.mean.add((mean.begins + numbers_[index(mean.of)]) / 2, ns);
    } else {
        for (Mean& mean : means_) mean.mean.add(numbers_[index(mean.of)], ns);
    }
    if (now >= means_renewed_at_) renew_means();
}

void Program::renew_means() noexcept {
    means_renewed_at_ = never;
    for (Mean& mean : means_) {
        if (seen_ >= mean.mean.renewed_at()) mean.mean.close_part();
        means_renewed_at_ = std::min(means_renewed_at_, mean.mean.renewed_at());
    }
}

void Program::evaluate(Instant now, bool fresh, bool everything) noexcept {
    if (!started_) {
        for (int i = 0; i < mean_count(); ++i) restart_mean(i, now);
        for (Lag& lag : lags_) lag.start(now);
        seen_ = now;
    }
    wake_ = means_renewed_at_;
    if (!selects_ || everything) {
        for (const Instruction& i : code_) run(i, now, fresh);
    } else if (all_moved_ || has_linear()) {
        for (const int i : running_) run(code_[index(i)], now, fresh);
    } else {
        renew_due(now, fresh);
    }
    std::fill(due_.begin(), due_.end(), 0);
    all_moved_ = false;
    started_ = true;
}

void Program::evaluate_before(Instant now) noexcept {
    peeks_ = true;
    evaluate(now, false, true);
    peeks_ = false;
}

void Program::note_moved(const std::vector<int>& users, int place) noexcept {
    const auto end = index(users[index(place) + 1]);
    for (auto k = index(users[index(place)]); k < end; ++k) {
        due_[index(users_[k]) / 64] |= bit_of(users_[k]);
    }
}

/// In order, so that what is made of something that moves now comes behind it, in this pass.
void Program::renew_due(Instant now, bool fresh) noexcept {
    for (std::size_t w = 0; w < due_.size(); ++w) {
        std::uint64_t left = ~std::uint64_t{0};
        while (true) {
            const std::uint64_t due = (due_[w] | timed_[w]) & needed_bits_[w] & left;
            if (due == 0) break;
            left &= ~(due & (~due + 1));  // the lowest one
            const auto bit = static_cast<std::size_t>(std::countr_zero(due));
            const auto i = w * 64 + bit;
            if ((due_[w] >> bit & 1) == 0 && now < next_[i]) {
                wake_ = std::min(wake_, next_[i]);
                continue;
            }
            renew(code_[i], now, fresh);
        }
    }
}

/// Runs it, and whatever is made of it is due if it has come out otherwise.
void Program::renew(const Instruction& i, Instant now, bool fresh) noexcept {
    if (i.cells_out) {
        const Cell before = cells_[index(i.out)];
        run(i, now, fresh);
        if (!same_bits(before, cells_[index(i.out)])) note_moved(cell_users_, i.out);
        return;
    }
    const double before = numbers_[index(i.out)];
    run(i, now, fresh);
    if (!same_bits(before, numbers_[index(i.out)])) note_moved(number_users_, i.out);
}

void Program::run(const Instruction& i, Instant now, bool fresh) noexcept {
    double* const n = numbers_.data();
    Cell* const c = cells_.data();
    switch (i.op) {
        case Op::add: n[i.out] = n[i.a] + n[i.b]; return;
        case Op::subtract: n[i.out] = n[i.a] - n[i.b]; return;
        case Op::multiply: n[i.out] = n[i.a] * n[i.b]; return;
        case Op::divide: n[i.out] = n[i.a] / n[i.b]; return;
        case Op::negate: n[i.out] = -n[i.a]; return;
        case Op::absolute: n[i.out] = std::fabs(n[i.a]); return;
        case Op::minimum: n[i.out] = lesser(n[i.a], n[i.b]); return;
        case Op::maximum: n[i.out] = greater(n[i.a], n[i.b]); return;
        case Op::mean:
            n[i.out] = means_[index(i.state)].mean.value();
            return again(i, means_[index(i.state)].mean.renewed_at());
        case Op::change: change(i, now); return;
        case Op::previous: before(i, now, fresh); return;
        case Op::is_true: set_boolean(c[i.out], truth_of(n[i.a]), doubt_of(n[i.a])); return;
        case Op::is_known:
            set_boolean(c[i.out], std::isfinite(n[i.a]) ? Truth::yes : Truth::no);
            return;
        case Op::at_most:
        case Op::below: measure(i); return;
        case Op::negation: c[i.out] = inverse(c[i.a]); return;
        case Op::both:
            set_boolean(c[i.out], std::min(c[i.a].truth, c[i.b].truth), doubt_of(c[i.a], c[i.b]));
            return;
        case Op::both_by_margin: both(c[i.out], c[i.a], c[i.b], &Cell::margin); return;
        case Op::both_by_share: both(c[i.out], c[i.a], c[i.b], &Cell::share); return;
        case Op::either:
            set_boolean(c[i.out], std::max(c[i.a].truth, c[i.b].truth), doubt_of(c[i.a], c[i.b]));
            return;
        case Op::either_by_margin: either(c[i.out], c[i.a], c[i.b], &Cell::margin); return;
        case Op::either_by_share: either(c[i.out], c[i.a], c[i.b], &Cell::share); return;
        case Op::held: hold(i, now); return;
        case Op::becomes: edge(i, now, fresh); return;
        case Op::fires: pulse(i, now, fresh); return;
        case Op::since: stand(i); return;
        case Op::settled: settle(c[i.out], c[i.a], c[i.b]); return;
        case Op::yes_of: n[i.out] = flag_of(c[i.a].truth); return;
        case Op::sure_of: n[i.out] = c[i.a].truth == Truth::yes ? 1.0 : 0.0; return;
        case Op::possible_of: n[i.out] = c[i.a].truth == Truth::no ? 0.0 : 1.0; return;
        case Op::count: tick(i, now); return;
    }
}

/// Without new samples it goes on changing, as what was so long ago did.
void Program::change(const Instruction& i, Instant now) noexcept {
    Lag& lag = lags_[index(i.state)];
    const double value = numbers_[index(i.a)];
    lag.note(now, value);
    numbers_[index(i.out)] = value - lag.ago();
    wake_ = std::min(wake_, lag.next());
    again(i, lag.next());
}

/// What held before these samples; at the very first there was nothing else.
void Program::before(const Instruction& i, Instant now, bool fresh) noexcept {
    const double value = numbers_[index(i.a)];
    double& kept = previous_[index(i.state)];
    const bool is_new = fresh && started_;
    const double out = is_new ? kept : value;
    kept = value;
    numbers_[index(i.out)] = out;
    if (is_new && !(out == value)) wake_ = std::min(wake_, now + right_behind);
    again(i, same_bits(out, value) ? never : Instant::min());
}

void Program::measure(const Instruction& i) noexcept {
    Cell& out = cells_[index(i.out)];
    compare(out, numbers_[index(i.a)], numbers_[index(i.b)], i.inverse_scale,
            numbers_[index(i.state)], i.op == Op::below);
    if (i.unsure < 0 || out.truth == Truth::unknown) return;
    if (std::fabs(out.margin) >= numbers_[index(i.unsure)]) return;
    out.truth = Truth::unknown;
    out.doubt = Doubt::uncertain;
}

void Program::hold(const Instruction& i, Instant now) noexcept {
    Held& held = held_[index(i.state)];
    const Truth truth = cells_[index(i.a)].truth;
    if (truth == Truth::unknown) held.doubt = cells_[index(i.a)].doubt;
    if (truth == Truth::no) held.possible_since = never;
    if (truth != Truth::no && held.possible_since == never) held.possible_since = now;
    if (truth != Truth::yes) held.yes_since = never;
    if (truth == Truth::yes && held.yes_since == never) held.yes_since = now;
    held.now = now;

    const auto has_lasted = [&](Instant since) {
        if (since == never) return false;
        if (since == Instant::min()) return true;
        if (now - since >= held.duration) return true;
        wake_ = std::min(wake_, since + held.duration);
        return false;
    };
    Cell& out = cells_[index(i.out)];
    const bool possible = has_lasted(held.possible_since);
    out.truth = has_lasted(held.yes_since) ? Truth::yes : possible ? Truth::unknown : Truth::no;
    const Duration lasted = held.yes_since == never ? Duration::zero() : now - held.yes_since;
    out.margin = to_seconds(lasted - held.duration);
    out.share = out.margin * i.inverse_scale;
    out.doubt = held.doubt;
    const bool awaited = held.possible_since != never && !possible;
    again(i, held.yes_since != never ? Instant::min()  // its margin grows
             : awaited               ? held.possible_since + held.duration
                                     : never);
}

/// So now and not so just before. Where no new sample came, just before was the same as now; inside
/// a stretch of unknown values it may have become so at any moment.
void Program::edge(const Instruction& i, Instant now, bool fresh) noexcept {
    const Truth truth = cells_[index(i.a)].truth;
    Truth& before = edges_[index(i.state)];
    const Truth just_before = fresh && started_ ? before : truth;
    const Truth steady = std::min(truth, inverse(truth));
    const Truth out = std::min(truth, inverse(just_before));
    if (out != steady) wake_ = std::min(wake_, now + right_behind);
    if (!peeks_) before = truth;
    set_boolean(cells_[index(i.out)], out, Doubt::several);
    again(i, out == steady && !peeks_ ? never : Instant::min());
}

/// So where the counter has just risen.
void Program::pulse(const Instruction& i, Instant now, bool fresh) noexcept {
    const double count = numbers_[index(i.a)];
    double& before = counters_[index(i.state)];
    const bool rises = fresh && count > before;
    if (fresh && !std::isnan(count)) before = count;
    if (rises) wake_ = std::min(wake_, now + right_behind);
    set_boolean(cells_[index(i.out)], rises ? Truth::yes : Truth::no);
    again(i, rises ? Instant::min() : never);
}

/// So where it begins, or goes on.
void Program::stand(const Instruction& i) noexcept {
    Truth& standing = standing_[index(i.state)];
    const Truth begins = cells_[index(i.b)].truth;
    const Truth stands = std::min(cells_[index(i.a)].truth, std::max(begins, standing));
    if (!peeks_) standing = stands;
    set_boolean(cells_[index(i.out)], stands, Doubt::several);
    again(i, peeks_ ? Instant::min() : never);
}

void Program::tick(const Instruction& i, Instant now) noexcept {
    Occasions& occasions = occasions_[index(i.state)];
    if (peeks_) {
        occasions.expire(now);
    } else {
        occasions.note(now, cells_[index(i.a)].truth);
    }
    numbers_[index(i.out)] = occasions.value(now);
    wake_ = std::min(wake_, occasions.next(now));
    const bool known = cells_[index(i.a)].truth != Truth::unknown;
    again(i, known && !peeks_ ? occasions.next(now) : Instant::min());
}

}  // namespace islandbench::acceptance::language
