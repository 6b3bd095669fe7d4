#include <algorithm>

#include "acceptance/language/program.hpp"

/// The part of Program that says where values stand. What a batch makes stands in a row, and so do,
/// as far as they can, the signals that it takes: then it reads few lines of memory.
namespace islandbench::acceptance::language {
namespace {

constexpr int nowhere = -1;

template <class Value>
void reseat(std::vector<Value>& values, const std::vector<int>& seats) {
    std::vector<Value> seated(values.size());
    for (std::size_t k = 0; k < values.size(); ++k) {
        seated[static_cast<std::size_t>(seats[k])] = values[k];
    }
    values = std::move(seated);
}

}  // namespace

/// The places were given as instructions came; code_ is in batches by now.
void Program::find_seats() {
    number_seat_.assign(numbers_.size(), nowhere);
    cell_seat_.assign(cells_.size(), nowhere);
    int next_number = 0, next_cell = 0;
    const auto sit = [](int& seat, int& next) {
        if (seat == nowhere) seat = next++;
    };
    for (Batch& batch : batches_) {
        // One operand of all after the other.
        for (const auto which : {&Instruction::a, &Instruction::b, &Instruction::state}) {
            if (takes_cells(batch.op)) break;
            if (which == &Instruction::state && !compares(batch.op)) break;
            for (int k = batch.begin; k < batch.end; ++k) {
                const int place = code_[index(k)].*which;
                if (number_maker_[index(place)] >= 0) continue;
                sit(number_seat_[index(place)], next_number);
            }
        }
        batch.out = batch.makes_cells ? next_cell : next_number;
        for (int k = batch.begin; k < batch.end; ++k) {
            const int place = code_[index(k)].out;
            if (batch.makes_cells) {
                sit(cell_seat_[index(place)], next_cell);
            } else {
                sit(number_seat_[index(place)], next_number);
            }
        }
    }
    for (int& seat : number_seat_) sit(seat, next_number);
}

/// What stands evenly need not be looked up one by one.
void Program::find_strides(Batch& batch) const noexcept {
    const Instruction* const first = &code_[index(batch.begin)];
    const int count = batch.end - batch.begin;
    const int second = count > 1 ? 1 : 0;
    batch.a = {first->a, first[second].a - first->a};
    batch.b = {first->b, first[second].b - first->b};
    batch.is_even = !takes_cells(batch.op);
    batch.inverse_scale = first->inverse_scale;
    for (int k = 0; k < count; ++k) {
        const Instruction& one = first[k];
        if (one.inverse_scale != batch.inverse_scale) batch.inverse_scale = 0.0;
        batch.is_even =
            batch.is_even && one.a == batch.a.at(k) && one.b == batch.b.at(k) && one.unsure < 0;
    }
}

void Program::take_seats() {
    const auto number = [&](int& place) {
        if (place >= 0) place = number_seat_[index(place)];
    };
    const auto cell = [&](int& place) { place = cell_seat_[index(place)]; };
    for (Instruction& one : code_) {
        for (int* const operand : {&one.a, &one.b}) {
            takes_cells(one.op) ? cell(*operand) : number(*operand);
        }
        makes_cell(one.op) ? cell(one.out) : number(one.out);
        if (!compares(one.op)) continue;
        number(one.state);
        number(one.unsure);
    }
    for (Leaf& leaf : leaves_) number(leaf.out);
    for (AgingLeaf& leaf : aging_leaves_) number(leaf.out);
    for (Ramp& ramp : ramps_) number(ramp.out);
    for (Mean& mean : means_) number(mean.of), number(mean.out);
    for (Decider& decider : deciders_) {
        for (int* const place : {&decider.subject_at, &decider.limit_at, &decider.uncertainty_at}) {
            number(*place);
        }
    }
    for (int& root : with_history_) cell(root);
    for (Batch& batch : batches_) find_strides(batch);
    reseat(numbers_, number_seat_);
    reseat(cells_, cell_seat_);
    reseat(number_maker_, number_seat_);
    reseat(cell_maker_, cell_seat_);
}

}  // namespace islandbench::acceptance::language
