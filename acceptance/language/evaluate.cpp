#include <algorithm>
#include <bit>
#include <cstdint>

#include "acceptance/language/cell_arithmetic.hpp"
#include "acceptance/language/program.hpp"
#include "base/assert.hpp"

/// The part of Program that runs once per sample: no allocation, no strings, no virtual calls.
namespace islandbench::acceptance::language {

void Program::load(const Signals& signals) noexcept {
    const auto values = signals.values();
    const auto moved = signals.moved();
    for (LeafBlock& block : leaf_blocks_) {
        if (moved[block.of_signals] == block.seen) continue;
        block.seen = moved[block.of_signals];
        for (int k = block.begin; k < block.end; ++k) {
            const Leaf& leaf = leaves_[index(k)];
            const double value = values[Signals::index(leaf.signal)];
            double& number = numbers_[index(leaf.out)];
            const std::uint64_t differs = differences(number, value);
            number = value;
            if (differs != 0) leaf_moved_[index(leaf.users) / 64] |= bit_of(leaf.users);
        }
    }
    for (std::size_t w = 0; w < leaf_moved_.size(); ++w) {
        for (; leaf_moved_[w] != 0; leaf_moved_[w] &= leaf_moved_[w] - 1) {
            note_due(static_cast<int>(w * 64) + std::countr_zero(leaf_moved_[w]));
        }
    }
    for (Ramp& ramp : ramps_) {
        numbers_[index(ramp.out)] = ramp.from = ramp.to = values[Signals::index(ramp.signal)];
    }
    for (const AgingLeaf& leaf : aging_leaves_) {
        const bool is_stale = values[Signals::index(leaf.age)] > leaf.limit;
        const double value =
            is_stale ? no_value_because(Doubt::stale) : values[Signals::index(leaf.signal)];
        double& number = numbers_[index(leaf.out)];
        if (differences(number, value) != 0) note_due(leaf.users);
        number = value;
    }
}

void Program::blank() noexcept {
    all_moved_ = true;
    const double late = no_value_because(Doubt::late);
    for (const Leaf& leaf : leaves_) numbers_[index(leaf.out)] = late;
    for (LeafBlock& block : leaf_blocks_) block.seen = LeafBlock::never_seen;
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
        for (Mean& mean : means_) {
            mean.mean.add((mean.begins + numbers_[index(mean.of)]) / 2, ns);
            mean.since = now;
        }
    }
    if (now >= means_renewed_at_) renew_means();
}

/// Adds what has been so up to `now`. Done where that ends or a part is full, not at every moment.
void Program::bring(Mean& mean, Instant now) noexcept {
    if (now > mean.since) mean.mean.add(mean.held, static_cast<double>((now - mean.since).count()));
    mean.since = now;
}

void Program::renew_means() noexcept {
    means_renewed_at_ = never;
    for (const int k : awake_means_) {
        Mean& mean = means_[index(k)];
        if (seen_ >= mean.mean.renewed_at()) {
            bring(mean, seen_);
            mean.mean.close_part();
        }
        means_renewed_at_ = std::min(means_renewed_at_, mean.mean.renewed_at());
    }
}

void Program::evaluate(Instant now, bool fresh, bool everything) noexcept {
    if (!started_) {
        for (int i = 0; i < mean_count(); ++i) restart_mean(i, now);
        select_means();
        for (Lag& lag : lags_) lag.start(now);
        seen_ = now;
    }
    wake_ = means_renewed_at_;
    if (everything || all_moved_ || has_linear()) {
        for (std::size_t b = 0; b < batches_.size(); ++b) {
            if (everything || runs(static_cast<int>(b))) run_one(b, now, fresh);
        }
        std::fill(moved_.begin(), moved_.end(), ~std::uint64_t{0});
        std::fill(due_.begin(), due_.end(), 0);
    } else {
        run_due(now, fresh);
    }
    all_moved_ = false;
    started_ = true;
}

void Program::evaluate_before(Instant now) noexcept {
    peeks_ = true;
    evaluate(now, false, true);
    peeks_ = false;
}

void Program::note_due(int set) noexcept {
    const std::size_t words = due_.size();
    const std::uint64_t* const batches = &sets_[index(set) * words];
    for (std::size_t w = 0; w < words; ++w) due_[w] |= batches[w];
}

/// In order, so that what is made of something that moves now comes behind it, in this pass.
void Program::run_due(Instant now, bool fresh) noexcept {
    for (std::size_t w = 0; w < due_.size(); ++w) {
        moved_[w] = 0;
        std::uint64_t left = ~std::uint64_t{0};
        while (true) {
            const std::uint64_t due =
                ((due_[w] & (needed_[w] | keeping_[w])) | (timed_[w] & needed_[w])) & left;
            if (due == 0) break;
            const std::uint64_t lowest = due & (~due + 1);
            left &= ~lowest;
            const std::size_t b = w * 64 + static_cast<std::size_t>(std::countr_zero(due));
            const bool is_shut_out = this->is_shut_out(batches_[b]);
            if (is_shut_out && (due_[w] & keeping_[w] & lowest) == 0) continue;
            if ((due_[w] & lowest) == 0 && now < next_[b]) {
                wake_ = std::min(wake_, next_[b]);
                continue;
            }
            if (!run_one(b, now, fresh)) continue;
            moved_[w] |= lowest;
            note_due(batches_[b].users);
        }
        due_[w] = 0;
    }
}

bool Program::run_one(std::size_t b, Instant now, bool fresh) noexcept {
    if (is_timed(batches_[b].op)) return run_timed(b, now, fresh);
    return run(batches_[b], now, fresh);
}

bool Program::run_timed(std::size_t b, Instant now, bool fresh) noexcept {
    const int batch = static_cast<int>(b);
    again_ = never;
    const bool sleeps = (asleep_[b / 64] & bit_of(batch)) != 0;
    if (sleeps && is_needed(batch)) wake(b, now);
    const Instant wake = wake_;
    const bool moved = run(batches_[b], now, fresh);
    next_[b] = again_;
    // Of what moves between samples a change has to be told at every step, asked for or not.
    const bool told = has_linear() && keeps(batch);
    const bool waits = told || (is_needed(batch) && !is_shut_out(batches_[b]));
    if (!waits) wake_ = wake;
    return moved;
}

template <class Make>
bool Program::each_number(const Batch& batch, Make make) noexcept {
    std::uint64_t moved = 0;
    for (int k = batch.begin; k < batch.end; ++k) {
        const Instruction& i = code_[index(k)];
        const double made = make(i);
        double& out = numbers_[index(i.out)];
        moved |= differences(out, made);
        out = made;
    }
    return moved != 0;
}

template <class Make>
bool Program::each_cell(Batch& batch, Make make) noexcept {
    bool moved = false, turned = false, opens = false;
    const bool truth_only = this->truth_only(batch);
    for (int k = batch.begin; k < batch.end; ++k) {
        const Instruction& i = code_[index(k)];
        Cell& out = cells_[index(i.out)];
        const Cell made = make(i, out);
        const bool differs = !same_bits(made, out);
        turned |= made.truth != out.truth || (made.truth == Truth::unknown && differs);
        moved |= differs;
        opens |= made.truth != Truth::no;
        out = made;
    }
    if (opens && !batch.opens) note_due(batch.gated);
    batch.opens = opens;
    if (turned) note_due(batch.turn_users);
    return turned || (moved && !truth_only);
}

bool Program::run(Batch& batch, Instant now, bool fresh) noexcept {
    return batch.makes_cells ? run_cells(batch, now, fresh) : run_numbers(batch, now, fresh);
}

bool Program::run_numbers(const Batch& batch, Instant now, bool fresh) noexcept {
    using I = const Instruction&;
    double* const n = numbers_.data();
    Cell* const c = cells_.data();
    switch (batch.op) {
        case Op::add: return each_number(batch, [n](I i) { return n[i.a] + n[i.b]; });
        case Op::subtract: return each_number(batch, [n](I i) { return n[i.a] - n[i.b]; });
        case Op::multiply: return each_number(batch, [n](I i) { return n[i.a] * n[i.b]; });
        case Op::divide: return each_number(batch, [n](I i) { return n[i.a] / n[i.b]; });
        case Op::negate: return each_number(batch, [n](I i) { return -n[i.a]; });
        case Op::absolute: return each_number(batch, [n](I i) { return std::fabs(n[i.a]); });
        case Op::minimum: return each_number(batch, [n](I i) { return lesser(n[i.a], n[i.b]); });
        case Op::maximum: return each_number(batch, [n](I i) { return greater(n[i.a], n[i.b]); });
        case Op::mean: return each_number(batch, [=, this](I i) { return renewed_mean(i, now); });
        case Op::change: return each_number(batch, [=, this](I i) { return change(i, now); });
        case Op::previous:
            return each_number(batch, [=, this](I i) { return before(i, now, fresh); });
        case Op::yes_of: return each_number(batch, [c](I i) { return flag_of(c[i.a].truth); });
        case Op::sure_of:
            return each_number(batch, [c](I i) { return c[i.a].truth == Truth::yes ? 1.0 : 0.0; });
        case Op::possible_of:
            return each_number(batch, [c](I i) { return c[i.a].truth == Truth::no ? 0.0 : 1.0; });
        case Op::count: return each_number(batch, [=, this](I i) { return tick(i, now); });
        default: break;
    }
    IB_ASSERT(false);
}

inline Cell Program::measured(const Instruction& i, bool strict, const Cell& before) noexcept {
    const double* const n = numbers_.data();
    const double scale = scale_of(i.inverse_scale, n[i.state]);
    const Cell made = compared(before, n[i.a], n[i.b], scale, strict);
    if (i.unsure < 0 || made.truth == Truth::unknown) return made;
    if (std::fabs(made.margin) >= n[i.unsure]) return made;
    return {made.margin, made.share, made.by, Truth::unknown, Doubt::uncertain};
}

bool Program::run_cells(Batch& batch, Instant now, bool fresh) noexcept {
    using I = const Instruction&;
    using C = const Cell&;  // what it was before
    const double* const n = numbers_.data();
    const Cell* const c = cells_.data();
    const auto all = [&](auto make) { return each_cell(batch, make); };
    switch (batch.op) {
        case Op::is_true:
            return all([n](I i, C) { return boolean(truth_of(n[i.a]), doubt_of(n[i.a])); });
        case Op::is_known:
            return all(
                [n](I i, C) { return boolean(std::isfinite(n[i.a]) ? Truth::yes : Truth::no); });
        case Op::at_most: return all([this](I i, C was) { return measured(i, false, was); });
        case Op::below: return all([this](I i, C was) { return measured(i, true, was); });
        case Op::negation: return all([c](I i, C) { return inverse(c[i.a]); });
        case Op::both:
            return all([c](I i, C) {
                const Cell &a = c[i.a], &b = c[i.b];
                return boolean(std::min(a.truth, b.truth), doubt_of(a, b));
            });
        case Op::both_by_margin:
            return all([c](I i, C) { return both(c[i.a], c[i.b], &Cell::margin); });
        case Op::both_by_share:
            return all([c](I i, C) { return both(c[i.a], c[i.b], &Cell::share); });
        case Op::either:
            return all([c](I i, C) {
                const Cell &a = c[i.a], &b = c[i.b];
                return boolean(std::max(a.truth, b.truth), doubt_of(a, b));
            });
        case Op::either_by_margin:
            return all([c](I i, C) { return either(c[i.a], c[i.b], &Cell::margin); });
        case Op::either_by_share:
            return all([c](I i, C) { return either(c[i.a], c[i.b], &Cell::share); });
        case Op::held: {
            const bool truth_only = this->truth_only(batch);
            return all([&](I i, C was) { return hold(i, now, truth_only, was); });
        }
        case Op::becomes: return all([&](I i, C) { return edge(i, now, fresh); });
        case Op::fires: return all([&](I i, C) { return pulse(i, now, fresh); });
        case Op::since: return all([this](I i, C) { return stand(i); });
        case Op::settled: return all([c](I i, C) { return language::settled(c[i.a], c[i.b]); });
        default: break;
    }
    IB_ASSERT(false);
}

double Program::renewed_mean(const Instruction& i, Instant now) noexcept {
    Mean& mean = means_[index(i.state)];
    if (!mean.awake) return mean.mean.value();
    bring(mean, now);
    mean.held = numbers_[index(mean.of)];
    again(mean.mean.renewed_at());
    return mean.mean.value();
}

}  // namespace islandbench::acceptance::language
