#include <algorithm>

#include "acceptance/language/program.hpp"

/// The part of Program that knows which batches anybody needs. Most windows are closed most of the
/// time, and what only they ask for need not be computed meanwhile.
namespace islandbench::acceptance::language {

void Program::need(const std::vector<int>& maker, int place) noexcept {
    const int batch = maker[index(place)];
    if (batch >= 0) needed_[index(batch) / 64] |= bit_of(batch);
}

void Program::select_begin() noexcept {
    std::fill(needed_.begin(), needed_.end(), 0);
    // What a mean is of has to be there whenever time passes.
    for (const Mean& mean : means_) {
        if (!mean.restarts) need(number_maker_, mean.of);
    }
}

void Program::select_means() noexcept {
    renewals_.clear();
    means_renewed_at_ = never;
    for (int k = 0; k < mean_count(); ++k) {
        Mean& mean = means_[index(k)];
        const bool may_rest = mean.restarts && !has_linear();
        if (may_rest && !is_needed(number_maker_[index(mean.out)])) mean.awake = false;
        if (!mean.awake) continue;
        renewals_.push_back({mean.mean.renewed_at(), k});
        means_renewed_at_ = std::min(means_renewed_at_, mean.mean.renewed_at());
    }
}

void Program::select(int cell) noexcept {
    need(cell_maker_, cell_seat_[index(cell)]);
}

/// What remembers has to be told of every change of what it is made of, wanted or not.
/// Operands stand before what is made of them: one sweep back finds all.
void Program::select_end() noexcept {
    for (std::size_t b = batches_.size(); b-- > 0;) {
        if (!runs(static_cast<int>(b))) continue;
        for (int k = batches_[b].begin; k < batches_[b].end; ++k) {
            each_operand(code_[index(k)], [this](int place, bool is_cell) {
                need(is_cell ? cell_maker_ : number_maker_, place);
            });
        }
    }
    for (std::size_t b = 0; b < batches_.size(); ++b) {
        const int batch = static_cast<int>(b);
        const bool may_sleep = batches_[b].op == Op::change && !keeps(batch);
        if (may_sleep && !is_needed(batch)) asleep_[b / 64] |= bit_of(batch);
    }
    select_means();
    all_moved_ = true;  // what was not needed so far is out of date
}

}  // namespace islandbench::acceptance::language
