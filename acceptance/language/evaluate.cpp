#include <algorithm>
#include <bit>
#include <cstdint>

#include "acceptance/language/program.hpp"

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
            if (differs != 0) leaf_moved_[index(leaf.users)] = 1;
        }
    }
    for (std::size_t set = 0; set < leaf_moved_.size(); ++set) {
        if (leaf_moved_[set] != 0) note_due(static_cast<int>(set));
        leaf_moved_[set] = 0;
    }
    for (Ramp& ramp : ramps_) {
        numbers_[index(ramp.out)] = ramp.from = ramp.to = values[Signals::index(ramp.signal)];
    }
    for (AgingBlock& block : aging_blocks_) load_aging(block, signals);
}

void Program::load_aging(AgingBlock& block, const Signals& signals) noexcept {
    const bool is_stale = signals.get(block.age) > block.limit;
    const std::uint64_t moved = signals.moved()[block.leaves.of_signals];
    if (is_stale == block.is_stale && moved == block.leaves.seen) return;
    block.is_stale = is_stale;
    block.leaves.seen = moved;
    for (int k = block.leaves.begin; k < block.leaves.end; ++k) {
        const AgingLeaf& leaf = aging_leaves_[index(k)];
        const double value = is_stale ? no_value_because(Doubt::stale) : signals.get(leaf.signal);
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
    for (AgingBlock& block : aging_blocks_) block.leaves.seen = LeafBlock::never_seen;
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

void Program::renew_means() noexcept {
    for (const Renewal& next : renewals_) {
        if (seen_ >= next.at) means_[index(next.mean)].mean.fetch_part();
    }
    means_renewed_at_ = never;
    for (Renewal& next : renewals_) {
        if (seen_ >= next.at) {
            Mean& mean = means_[index(next.mean)];
            bring(mean, seen_);
            mean.mean.close_part();
            next.at = mean.mean.renewed_at();
        }
        means_renewed_at_ = std::min(means_renewed_at_, next.at);
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
    const BatchSet& batches = sets_[index(set)];
    for (int w = batches.begin; w < batches.end; ++w) {
        due_[index(w)] |= set_words_[index(batches.words + w)];
    }
}

/// In order, so that what is made of something that moves now comes behind it, in this pass.
void Program::run_due(Instant now, bool fresh) noexcept {
    for (std::size_t w = 0; w < due_.size(); ++w) {
        moved_[w] = 0;
        std::uint64_t left = ~std::uint64_t{0};
        while (true) {
            const std::uint64_t asked = (due_[w] | timed_[w]) & needed_[w] & ~shut_[w];
            const std::uint64_t due = ((due_[w] & keeping_[w]) | asked) & left;
            if (due == 0) break;
            const std::uint64_t lowest = due & (~due + 1);
            left &= ~lowest;
            const std::size_t b = w * 64 + static_cast<std::size_t>(std::countr_zero(due));
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

}  // namespace islandbench::acceptance::language
