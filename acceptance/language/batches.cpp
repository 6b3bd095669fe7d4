#include <algorithm>
#include <array>
#include <map>
#include <numeric>

#include "acceptance/language/program.hpp"

/// The part of Program that puts instructions together. "for every home" places the same
/// instructions 36 times over; what tells one home from another is only where a value stands. So
/// they run as one loop, a batch, and are called and told of what has moved once, not 36 times.
namespace islandbench::acceptance::language {
namespace {

/// In place of a batch where no instruction makes an operand.
constexpr int no_batch = -1;

}  // namespace

/// By cell. A margin is made of the margins of what it is made of, as far as they have any. Of "A
/// and B" with a boolean A, that of B counts only where A may be so.
std::vector<Program::Want> Program::wants() const {
    std::vector<Want> wants(cells_.size());
    std::vector<std::uint8_t> is_boolean_cell(cells_.size(), 0);
    for (const Instruction& one : code_) {
        if (!makes_cell(one.op)) continue;
        const bool inverts = one.op == Op::negation && is_boolean_cell[index(one.a)] != 0;
        is_boolean_cell[index(one.out)] = makes_booleans(one.op) || inverts;
    }
    for (const auto& [cell, gate] : wanted_) wants[index(cell)].add(gate);
    for (std::size_t k = code_.size(); k-- > 0;) {
        const Instruction& one = code_[k];
        if (!hands_margins_on(one.op)) continue;
        const Want want = wants[index(one.out)];
        if (!want.any) continue;
        const bool decides = one.op == Op::both_by_margin || one.op == Op::both_by_share;
        const bool may_gate = decides && want.gate < 0 && is_boolean_cell[index(one.a)] != 0;
        wants[index(one.a)].add(want.gate);
        wants[index(one.b)].add(may_gate ? one.a : want.gate);
    }
    return wants;
}

/// By instruction: is it asked for only while some cell is or may be so? Of "A and B" nobody needs
/// B where A is not so, if the truth counts alone or A has no margin.
std::vector<Program::Want> Program::asks(const std::vector<Want>& wants) const {
    std::vector<Want> of_numbers(numbers_.size()), of_cells(cells_.size()), asks(code_.size());
    for (const int cell : roots_) of_cells[index(cell)].add(-1);
    for (std::size_t k = code_.size(); k-- > 0;) {
        const Instruction& one = code_[k];
        asks[k] = (makes_cell(one.op) ? of_cells : of_numbers)[index(one.out)];
        const bool conjoins = one.op >= Op::both && one.op <= Op::both_by_share;
        const bool shuts =
            conjoins && (!wants[index(one.out)].any || wants[index(one.b)].gate == one.a);
        const bool forgets = shuts && asks[k].any && asks[k].gate < 0 && one.a != one.b;
        each_operand(one, [&](int place, bool is_cell) {
            Want& want = (is_cell ? of_cells : of_numbers)[index(place)];
            if (is_timed(one.op)) return want.add(-1);
            if (asks[k].any) want.add(forgets && place == one.b ? one.a : asks[k].gate);
        });
    }
    return asks;
}

/// Instructions are alike where they do the same with what alike instructions make, for one
/// formula.
void Program::make_batches() {
    const std::vector<Want> wants = this->wants();
    const std::vector<Want> asks = this->asks(wants);
    number_maker_.assign(numbers_.size(), no_batch);
    cell_maker_.assign(cells_.size(), no_batch);
    std::map<std::array<int, 10>, int> known;
    std::vector<int> batch_of(code_.size());
    std::vector<Draft> drafts;
    for (std::size_t k = 0; k < code_.size(); ++k) {
        const Instruction& one = code_[k];
        const Want want = makes_cell(one.op) ? wants[index(one.out)] : Want{};
        // A gate that comes later cannot shut what is there before it.
        const auto batch_of_gate = [&](int gate) {
            return gate < 0 ? no_batch : cell_maker_[index(gate)];
        };
        Draft draft{0, one.op, want.any, batch_of_gate(want.gate), batch_of_gate(asks[k].gate)};
        for (const int gate : {draft.gate, draft.door}) {
            if (gate == no_batch) continue;
            draft.depth = std::max(draft.depth, drafts[index(gate)].depth + 1);
        }
        std::array<int, 10> shape{one.formula, static_cast<int>(one.op), want.any, draft.gate,
                                  draft.door};
        std::size_t next = 5;
        each_operand(one, [&](int place, bool is_cell) {
            const int maker = (is_cell ? cell_maker_ : number_maker_)[index(place)];
            shape[next++] = maker;
            if (maker == no_batch) return;
            draft.depth = std::max(draft.depth, drafts[index(maker)].depth + 1);
        });
        if (one.op == Op::change) shape[next++] = one.state;  // they look back together
        shape[9] = draft.depth;
        const int batch = known.try_emplace(shape, static_cast<int>(drafts.size())).first->second;
        if (index(batch) == drafts.size()) drafts.push_back(draft);
        batch_of[k] = batch;
        (makes_cell(one.op) ? cell_maker_ : number_maker_)[index(one.out)] = batch;
    }
    order_batches(batch_of, drafts);
}

/// What a batch is made of comes before it, and so does what opens and shuts it.
void Program::order_batches(const std::vector<int>& draft_of, const std::vector<Draft>& drafts) {
    std::vector<int> order(drafts.size()), place(drafts.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](int a, int b) { return drafts[index(a)].depth < drafts[index(b)].depth; });
    for (std::size_t b = 0; b < order.size(); ++b) place[index(order[b])] = static_cast<int>(b);
    std::vector<std::vector<Instruction>> sorted(drafts.size());
    for (std::size_t k = 0; k < code_.size(); ++k) {
        sorted[index(place[index(draft_of[k])])].push_back(code_[k]);
    }
    code_.clear();
    for (std::size_t b = 0; b < order.size(); ++b) {
        const Draft& draft = drafts[index(order[b])];
        Batch batch;
        batch.op = draft.op;
        batch.makes_cells = makes_cell(draft.op);
        batch.margins_count = draft.margins_count;
        batch.gate = draft.gate == no_batch ? no_batch : place[index(draft.gate)];
        batch.door = draft.door == no_batch ? no_batch : place[index(draft.door)];
        batch.begin = static_cast<int>(code_.size());
        code_.insert(code_.end(), sorted[b].begin(), sorted[b].end());
        batch.end = static_cast<int>(code_.size());
        if (batch.op == Op::change) place_lag(batch);
        batches_.push_back(batch);
    }
    for (auto* maker : {&number_maker_, &cell_maker_}) {
        for (int& batch : *maker) batch = batch == no_batch ? no_batch : place[index(batch)];
    }
}

void Program::place_lag(Batch& batch) {
    batch.lag = static_cast<int>(lags_.size());
    const Instruction& first = code_[index(batch.begin)];
    lags_.emplace_back(delays_[index(first.state)], index(batch.end - batch.begin));
}

/// Which batches take what a batch makes, and what a leaf says.
void Program::find_users() {
    std::vector<std::vector<int>> of_batches(batches_.size()), of_turns(batches_.size()),
        of_numbers(numbers_.size());
    const auto add = [](std::vector<int>& users, int batch) {
        if (users.empty() || users.back() != batch) users.push_back(batch);
    };
    for (std::size_t b = 0; b < batches_.size(); ++b) {
        for (int k = batches_[b].begin; k < batches_[b].end; ++k) {
            each_operand(code_[index(k)], [&](int place, bool is_cell) {
                const int maker = (is_cell ? cell_maker_ : number_maker_)[index(place)];
                const bool margins =
                    !is_cell || (batches_[b].margins_count && hands_margins_on(batches_[b].op));
                auto& of_makers = margins ? of_batches : of_turns;
                if (maker != no_batch) return add(of_makers[index(maker)], static_cast<int>(b));
                add(of_numbers[index(place)], static_cast<int>(b));
            });
        }
    }
    sort_leaves(of_numbers);
    for (std::size_t b = 0; b < batches_.size(); ++b) {
        batches_[b].users = keep_set(of_batches[b]);
        batches_[b].turn_users = keep_set(of_turns[b]);
        std::vector<int> gated, shut;
        for (std::size_t g = b; g < batches_.size(); ++g) {
            const Batch& later = batches_[g];
            const int self = static_cast<int>(b);
            if (later.gate == self || later.door == self) gated.push_back(static_cast<int>(g));
            if (later.door == self) shut.push_back(static_cast<int>(g));
        }
        batches_[b].gated = keep_set(gated);
        batches_[b].shuts = keep_set(shut);
    }
    sort_aging_leaves(of_numbers);
}

/// Sets that are the same are kept once.
int Program::keep_set(const std::vector<int>& batches) {
    const int next = static_cast<int>(known_sets_.size());
    const auto [at, is_new] = known_sets_.try_emplace(batches, next);
    if (!is_new) return at->second;
    BatchSet set;
    if (!batches.empty()) {
        const auto [first, last] = std::minmax_element(batches.begin(), batches.end());
        set.begin = *first / 64;
        set.end = *last / 64 + 1;
        set.words = static_cast<int>(set_words_.size()) - set.begin;
        set_words_.resize(set_words_.size() + index(set.end - set.begin), 0);
    }
    for (const int batch : batches) set_words_[index(set.words + batch / 64)] |= bit_of(batch);
    sets_.push_back(set);
    return next;
}

/// Leaves stand as their signals do. Batches that take the same leaves are told once.
void Program::sort_leaves(const std::vector<std::vector<int>>& users) {
    std::sort(leaves_.begin(), leaves_.end(),
              [](const Leaf& a, const Leaf& b) { return a.signal < b.signal; });
    for (std::size_t k = 0; k < leaves_.size(); ++k) {
        Leaf& leaf = leaves_[k];
        leaf.users = keep_set(users[index(leaf.out)]);
        const std::size_t block = Signals::index(leaf.signal) / Signals::block;
        if (k == 0 || block != leaf_blocks_.back().of_signals) {
            leaf_blocks_.push_back({block, static_cast<int>(k), static_cast<int>(k)});
        }
        ++leaf_blocks_.back().end;
    }
    leaf_moved_.assign(known_sets_.size(), 0);
}

void Program::sort_aging_leaves(const std::vector<std::vector<int>>& users) {
    std::sort(
        aging_leaves_.begin(), aging_leaves_.end(), [](const AgingLeaf& a, const AgingLeaf& b) {
            return std::tuple(a.age, a.limit, a.signal) < std::tuple(b.age, b.limit, b.signal);
        });
    for (std::size_t k = 0; k < aging_leaves_.size(); ++k) {
        AgingLeaf& leaf = aging_leaves_[k];
        leaf.users = keep_set(users[index(leaf.out)]);
        const std::size_t block = Signals::index(leaf.signal) / Signals::block;
        const auto goes_on = [&](const AgingBlock& last) {
            return last.age == leaf.age && last.limit == leaf.limit &&
                   last.leaves.of_signals == block;
        };
        if (k == 0 || !goes_on(aging_blocks_.back())) {
            const int at = static_cast<int>(k);
            aging_blocks_.push_back({{block, at, at}, leaf.age, leaf.limit});
        }
        ++aging_blocks_.back().leaves.end;
    }
}

/// Is it a batch of means that are all restarted before anybody asks for them?
bool Program::rests(const Batch& batch) const noexcept {
    if (batch.op != Op::mean || batch.door != no_batch) return false;
    return std::all_of(code_.begin() + batch.begin, code_.begin() + batch.end,
                       [&](const Instruction& i) { return means_[index(i.state)].restarts; });
}

/// What remembers has to be told of everything, whether anybody asks for it or not: by then it
/// would be too late. But a change that only windows ask for is looked at no sooner than its delay
/// after they have opened, and may start then.
void Program::find_keepers() {
    std::vector<std::uint8_t> asked(batches_.size(), 0);
    for (const int cell : with_history_) asked[index(cell_maker_[index(cell)])] = 1;
    for (std::size_t b = batches_.size(); b-- > 0;) {
        const bool keeps = is_timed(batches_[b].op) && !rests(batches_[b]);
        const bool may_rest = asked[b] == 0 && batches_[b].door == no_batch;
        const bool sleeps = batches_[b].op == Op::change && may_rest;
        if (sleeps) asleep_[b / 64] |= bit_of(static_cast<int>(b));
        if (keeps && !sleeps) keeping_[b / 64] |= bit_of(static_cast<int>(b));
        if (asked[b] == 0 && (!keeps || sleeps)) continue;
        for (int k = batches_[b].begin; k < batches_[b].end; ++k) {
            each_operand(code_[index(k)], [&](int place, bool is_cell) {
                const int maker = (is_cell ? cell_maker_ : number_maker_)[index(place)];
                if (maker != no_batch) asked[index(maker)] = 1;
            });
        }
    }
}

/// What margins are a share of is mostly a constant.
void Program::find_scales() {
    std::vector<double> limits(numbers_.size(), Signals::no_value);
    for (const auto& [value, place] : constants_) limits[index(place)] = value;
    for (Instruction& one : code_) {
        if (!compares(one.op)) continue;
        const double limit = limits[index(one.state)];
        if (!std::isnan(limit)) one.inverse_scale = scale_of(one.inverse_scale, limit);
    }
}

void Program::prepare() {
    find_scales();
    make_batches();
    find_seats();
    take_seats();
    find_users();
    const std::size_t words = batches_.size() / 64 + 1;
    for (auto* set : {&needed_, &keeping_, &asleep_, &watched_, &due_, &timed_, &shut_, &moved_})
        set->assign(words, 0);
    next_.assign(batches_.size(), Instant::min());
    for (std::size_t b = 0; b < batches_.size(); ++b) {
        const std::uint64_t bit = bit_of(static_cast<int>(b));
        if (is_timed(batches_[b].op)) timed_[b / 64] |= bit;
        if (batches_[b].door != no_batch) shut_[b / 64] |= bit;
    }
    find_keepers();
    renewals_.reserve(means_.size());
    select_begin();
    select_end();
}

}  // namespace islandbench::acceptance::language
