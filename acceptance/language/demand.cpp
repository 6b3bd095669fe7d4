#include "acceptance/language/program.hpp"

/// The part of Program that knows which instructions anybody needs. Most windows are closed most of
/// the time, and what only they ask for need not be computed meanwhile.
namespace islandbench::acceptance::language {
namespace {

void note(std::vector<int>& maker, int place, int instruction) {
    const auto at = static_cast<std::size_t>(place);
    if (maker.size() <= at) maker.resize(at + 1, -1);
    maker[at] = instruction;
}

}  // namespace

bool Program::makes_cell(Op op) noexcept {
    return op >= Op::is_true && op < Op::yes_of;
}

bool Program::takes_cells(Op op) noexcept {
    return op >= Op::negation;
}

/// Is what it makes a matter of the past too? Then it may not miss a moment.
bool Program::remembers(Op op) noexcept {
    return op == Op::previous || op == Op::change || op == Op::held || op == Op::becomes ||
           op == Op::fires || op == Op::since || op == Op::count;
}

/// Which instructions take a place, of numbers and of cells: lists one behind the other.
void Program::find_users() {
    const std::size_t words = code_.size() / 64 + 1;
    due_.assign(words, 0);
    timed_.assign(words, 0);
    next_.assign(code_.size(), Instant::min());
    needed_bits_.assign(words, 0);
    std::vector<std::vector<int>> of_numbers(numbers_.size()), of_cells(cells_.size());
    for (std::size_t k = 0; k < code_.size(); ++k) {
        const Instruction& one = code_[k];
        const int i = static_cast<int>(k);
        if (remembers(one.op) || one.op == Op::mean) timed_[k / 64] |= bit_of(i);
        auto& taken = takes_cells(one.op) ? of_cells : of_numbers;
        taken[index(one.a)].push_back(i);
        if (one.b != one.a) taken[index(one.b)].push_back(i);
        if (one.op == Op::at_most || one.op == Op::below) of_numbers[index(one.state)].push_back(i);
        if (one.unsure >= 0) of_numbers[index(one.unsure)].push_back(i);
    }
    const auto flatten = [this](const std::vector<std::vector<int>>& lists,
                                std::vector<int>& begin) {
        for (const std::vector<int>& list : lists) {
            begin.push_back(static_cast<int>(users_.size()));
            users_.insert(users_.end(), list.begin(), list.end());
        }
        begin.push_back(static_cast<int>(users_.size()));
    };
    flatten(of_numbers, number_users_);
    flatten(of_cells, cell_users_);
}

void Program::prepare() {
    needed_.assign(code_.size(), 0);
    running_.reserve(code_.size());
    number_maker_.assign(numbers_.size(), -1);
    cell_maker_.assign(cells_.size(), -1);
    for (std::size_t i = 0; i < code_.size(); ++i) {
        note(makes_cell(code_[i].op) ? cell_maker_ : number_maker_, code_[i].out,
             static_cast<int>(i));
    }
    for (std::size_t i = 0; i < code_.size(); ++i) {
        code_[i].self = static_cast<int>(i);
        code_[i].cells_out = makes_cell(code_[i].op);
    }
    find_users();
    selects_ = true;
    select_begin();
    select_end();
}

void Program::need(const std::vector<int>& maker, int place) noexcept {
    const int instruction = maker[index(place)];
    if (instruction >= 0) needed_[index(instruction)] = 1;
}

void Program::select_begin() noexcept {
    for (std::size_t i = 0; i < code_.size(); ++i) needed_[i] = remembers(code_[i].op) ? 1 : 0;
    // What a mean is of has to be there whenever time passes.
    for (const Mean& mean : means_) need(number_maker_, mean.of);
}

void Program::select(int cell) noexcept {
    need(cell_maker_, cell);
}

/// Operands stand before what is made of them: one sweep back finds all.
void Program::select_end() noexcept {
    for (std::size_t i = code_.size(); i-- > 0;) {
        if (needed_[i] == 0) continue;
        const Instruction& one = code_[i];
        const std::vector<int>& maker = takes_cells(one.op) ? cell_maker_ : number_maker_;
        need(maker, one.a);
        need(maker, one.b);
        // What a comparison's margin is a share of.
        if (one.op == Op::at_most || one.op == Op::below) need(number_maker_, one.state);
        if (one.unsure >= 0) need(number_maker_, one.unsure);
    }
    running_.clear();
    for (std::size_t i = 0; i < code_.size(); ++i) {
        if (needed_[i] != 0) running_.push_back(static_cast<int>(i));
    }
    std::fill(needed_bits_.begin(), needed_bits_.end(), 0);
    for (const int i : running_) needed_bits_[index(i) / 64] |= bit_of(i);
    all_moved_ = true;  // what was not needed so far is out of date
}

}  // namespace islandbench::acceptance::language
