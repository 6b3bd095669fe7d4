#include <algorithm>
#include <cmath>
#include <cstdint>

#include "acceptance/language/program.hpp"
#include "base/assert.hpp"

/// The part of Program that runs a batch, lane by lane. Here most of the time goes, so what stands
/// evenly is not looked up, and what did not change is not written.
namespace islandbench::acceptance::language {

template <class Make>
bool Program::each_cell(Batch& batch, Make make) noexcept {
    bool moved = false, turned = false, opens = false;
    const bool truth_only = this->truth_only(batch);
    Cell* cell = &cells_[index(batch.out)];
    for (int k = batch.begin; k < batch.end; ++k, ++cell) {
        Cell& out = *cell;
        const Cell made = make(code_[index(k)], out);
        const bool differs = !same_bits(made, out);
        turned |= made.truth != out.truth || (made.truth == Truth::unknown && differs);
        moved |= differs;
        opens |= made.truth != Truth::no;
        out = made;
    }
    return tell(batch, turned, moved && !truth_only, opens);
}

bool Program::tell(Batch& batch, bool turned, bool moved, bool opens) noexcept {
    if (opens != batch.opens) {
        if (opens) note_due(batch.gated);
        const BatchSet& shut = sets_[index(batch.shuts)];
        for (int w = shut.begin; w < shut.end; ++w) {
            shut_[index(w)] ^= set_words_[index(shut.words + w)];
        }
    }
    batch.opens = opens;
    if (turned) note_due(batch.turn_users);
    return turned || moved;
}

bool Program::run(Batch& batch, Instant now, bool fresh) noexcept {
    return batch.makes_cells ? run_cells(batch, now, fresh) : run_numbers(batch, now, fresh);
}

template <class Make>
bool Program::each_pair(const Batch& batch, Make make) noexcept {
    const double* const n = numbers_.data();
    if (!batch.is_even) {
        return each_number(batch, [=](const Instruction& i) { return make(n[i.a], n[i.b]); });
    }
    const Stride a = batch.a, b = batch.b;
    const int count = batch.end - batch.begin;
    double* const out = &numbers_[index(batch.out)];
    std::uint64_t moved = 0;
    for (int k = 0; k < count; ++k) {
        const double made = make(n[a.at(k)], n[b.at(k)]);
        moved |= differences(out[k], made);
        out[k] = made;
    }
    return moved != 0;
}

bool Program::run_numbers(const Batch& batch, Instant now, bool fresh) noexcept {
    using I = const Instruction&;
    Cell* const c = cells_.data();
    switch (batch.op) {
        case Op::add: return each_pair(batch, [](double a, double b) { return a + b; });
        case Op::subtract: return each_pair(batch, [](double a, double b) { return a - b; });
        case Op::multiply: return each_pair(batch, [](double a, double b) { return a * b; });
        case Op::divide: return each_pair(batch, [](double a, double b) { return a / b; });
        case Op::negate: return each_pair(batch, [](double a, double) { return -a; });
        case Op::absolute: return each_pair(batch, [](double a, double) { return std::fabs(a); });
        case Op::minimum: return each_pair(batch, [](double a, double b) { return lesser(a, b); });
        case Op::maximum: return each_pair(batch, [](double a, double b) { return greater(a, b); });
        case Op::mean: return each_number(batch, [=, this](I i) { return renewed_mean(i, now); });
        case Op::change: return run_change(batch, now);
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

/// Are they all what they have been, with no look at a cell?
bool Program::stands(const Batch& batch) const noexcept {
    const double* const n = numbers_.data();
    const Stride a = batch.a, b = batch.b;
    const int count = batch.end - batch.begin;
    const bool is_strict = batch.op == Op::below;
    const bool all_are = batch.standing == Truth::yes;
    bool stands = true;
    for (int k = 0; k < count; ++k) {
        const double margin = n[b.at(k)] - n[a.at(k)];
        const bool is_so = is_strict ? margin > 0.0 : margin >= 0.0;
        stands &= is_so == all_are && std::isfinite(margin);
    }
    return stands;
}

/// `measure(k)`: the margin of lane k, how unsure it is, and what it is a share of. Where nobody
/// looks at the margin, only what turns is written.
template <class Measure>
bool Program::compare(Batch& batch, bool truth_only, Measure measure) noexcept {
    const bool strict = batch.op == Op::below;
    const int count = batch.end - batch.begin;
    Cell* const cells = &cells_[index(batch.out)];
    bool moved = false, turned = false;
    Truth least = Truth::yes, most = Truth::no;
    for (int k = 0; k < count; ++k) {
        const Measured is = measure(k);
        const Truth truth = compared(is.margin, is.unsure, strict);
        least = std::min(least, truth);
        most = std::max(most, truth);
        Cell& cell = cells[k];
        if (truth == cell.truth && truth != Truth::unknown) {
            if (truth_only) continue;
            const double share = is.margin * is.scale;
            moved |= (differences(is.margin, cell.margin) | differences(share, cell.share)) != 0;
            cell.margin = is.margin;
            cell.share = share;
            continue;
        }
        const Cell made = measured(cell, truth, is.margin, is.scale);
        turned |= truth != cell.truth || !same_bits(made, cell);
        cell = made;
    }
    batch.standing = least == most ? least : Truth::unknown;
    return tell(batch, turned, moved && !truth_only, most != Truth::no);
}

/// Most cells are comparisons, and most of them turn rarely.
bool Program::run_comparisons(Batch& batch) noexcept {
    const bool truth_only = this->truth_only(batch);
    const bool has_stood = batch.is_even && batch.standing != Truth::unknown;
    if (truth_only && has_stood && stands(batch)) return false;
    const double* const n = numbers_.data();
    if (batch.is_even && batch.inverse_scale != 0.0) {
        const Stride a = batch.a, b = batch.b;
        const double scale = batch.inverse_scale;
        return compare(batch, truth_only, [=](int k) {
            return Measured{n[b.at(k)] - n[a.at(k)], 0.0, scale};
        });
    }
    const Instruction* const first = &code_[index(batch.begin)];
    return compare(batch, truth_only, [=](int k) {
        const Instruction& i = first[k];
        return Measured{n[i.b] - n[i.a], i.unsure < 0 ? 0.0 : n[i.unsure],
                        scale_of(i.inverse_scale, n[i.state])};
    });
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
        case Op::at_most:
        case Op::below: return run_comparisons(batch);
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
