#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "acceptance/language/lag.hpp"
#include "acceptance/language/occasions.hpp"
#include "acceptance/language/sliding_mean.hpp"
#include "acceptance/language/truth.hpp"
#include "base/signals.hpp"
#include "base/time.hpp"
#include "base/units.hpp"

namespace islandbench::acceptance::language {

/// What a comparison is about, for margins and sentences.
struct Decider {
    std::string subject;  ///< "truth.home1.v"
    std::string device;   ///< the member of a group that it is about, where one claim has several
    Dimension dimension = Dimension::none;
    int subject_at = -1;  ///< number that is compared, or -1 where `held` counts
    int limit_at = -1;    ///< number it is compared with
    int held = -1;
    int uncertainty_at = -1;  ///< number that says how unsure the margin is; -1: it is sure
};

/// What decides the margin of two conditions together.
enum class Deciding {
    nothing,  ///< both are booleans
    margin,   ///< margins in one unit
    share,    ///< margins in unlike units, compared as shares of their limits
};

/// All numbers and conditions of all criteria as one flat list of instructions over two arrays.
/// What occurs twice is computed once. Building allocates; running does not.
class Program {
  public:
    /// Numbers. Each returns its place in the array of numbers.
    int constant(double value);
    int signal(SignalId id, Between between = Between::step);
    /// The same, without a value while `age` is above `limit` seconds.
    int signal(SignalId id, SignalId age, double limit);
    int negate(int a) { return number(Op::negate, a, a); }
    int absolute(int a) { return number(Op::absolute, a, a); }
    int minimum(int a, int b) { return number(Op::minimum, a, b); }
    int maximum(int a, int b) { return number(Op::maximum, a, b); }
    int add(int a, int b) { return number(Op::add, a, b); }
    int subtract(int a, int b) { return number(Op::subtract, a, b); }
    int multiply(int a, int b) { return number(Op::multiply, a, b); }
    int divide(int a, int b) { return number(Op::divide, a, b); }
    /// What `a` was just before this moment.
    int previous(int a);
    /// Never shared: each starts when its own window opens. The place is means().back().out.
    int mean(int a, Duration window, Duration at_least);
    /// `a` now less `a` so long ago.
    int change(int a, Duration delay);

    /// Conditions. Each returns its place in the array of cells.
    int is_true(int a) { return cell({Op::is_true, 0, a, a, 0, 0.0}); }
    int is_known(int a) { return cell({Op::is_known, 0, a, a, 0, 0.0}); }
    /// lower <= upper, or lower < upper; `scale` is what the margin is a share of, 0 for the limit.
    int ordered(int lower, int upper, bool strict, double scale, Decider decider);
    int negation(int a) { return cell({Op::negation, 0, a, a, 0, 0.0}); }
    int conjunction(int a, int b, Deciding deciding);
    int disjunction(int a, int b, Deciding deciding);
    /// `a` has been so for d without a break.
    int held(int a, Duration d, std::string subject);
    /// `a` is so now and was not just before.
    int becomes(int a);
    /// So at the moment at which the counter `a` rises; before the run it stood at `count`.
    int fires(int a, double count);
    /// `a` has been so since `b` was so last. With `b` an event, it has not happened before the
    /// run.
    int since(int a, int b, bool b_is_event);
    /// So where `sure` is, not so where `possible` is not: of two that count the same.
    int settled(int sure, int possible) { return cell({Op::settled, 0, sure, possible, 0, 0.0}); }

    /// Numbers made of conditions: 1, 0 and no value; 1 where it is so for sure; where it may be.
    int yes_of(int a) { return number(Op::yes_of, a, a); }
    int sure_of(int a) { return number(Op::sure_of, a, a); }
    int possible_of(int a) { return number(Op::possible_of, a, a); }
    /// How often `a` has become so in the last `window`; of an event, how often it has happened.
    int count(int a, Duration window, bool is_event);

    /// Takes the values of all signals.
    void load(const Signals& signals) noexcept;
    /// Nobody knows any value.
    void blank() noexcept;
    /// Time passes with the values as they are, to `now` <= next_wake().
    void elapse(Instant now) noexcept;
    /// Computes what has been selected for `now`, or everything. `fresh`: values have been loaded
    /// since the last time.
    void evaluate(Instant now, bool fresh, bool everything) noexcept;
    /// Computes everything for the moment just before the values of `now`: the time has come, they
    /// have not. No condition remembers that moment.
    void evaluate_before(Instant now) noexcept;
    /// Everything has been placed; from now on only what is selected is computed.
    void prepare();
    [[nodiscard]] bool selects() const noexcept { return selects_; }
    /// Begins a new selection with what must not miss a moment; adds a condition; ends it.
    void select_begin() noexcept;
    void select(int cell) noexcept;
    void select_end() noexcept;
    /// Signals that move between samples: they will be as `signals` says at `until`.
    [[nodiscard]] bool has_linear() const noexcept { return !ramps_.empty(); }
    void aim(const Signals& signals, Instant now, Instant until) noexcept;
    /// The first moment behind `now` and before the end of the ramp at which something bends or a
    /// comparison turns, as long as nothing else happens; never, if there is none.
    [[nodiscard]] Instant next_bend(Instant now) noexcept;
    /// The next moment at which something changes by time alone.
    [[nodiscard]] Instant next_wake() const noexcept { return wake_; }
    /// A mean starts anew.
    void restart_mean(int mean, Instant anchor) noexcept;

    [[nodiscard]] double number_at(int place) const noexcept { return numbers_[index(place)]; }
    [[nodiscard]] const Cell& cell_at(int place) const noexcept { return cells_[index(place)]; }
    [[nodiscard]] const Decider& decider(int by) const { return deciders_[index(by)]; }
    /// What is compared by the decider, and with what.
    [[nodiscard]] double observed(int by) const noexcept;
    [[nodiscard]] double limit(int by) const noexcept;
    /// How unsure its margin is by now.
    [[nodiscard]] double uncertainty(int by) const noexcept {
        const int place = deciders_[index(by)].uncertainty_at;
        return place < 0 ? 0.0 : numbers_[index(place)];
    }
    [[nodiscard]] const SlidingMean& mean_at(int mean) const { return means_[index(mean)].mean; }
    [[nodiscard]] int mean_count() const noexcept { return static_cast<int>(means_.size()); }

  private:
    // Those that make a number from numbers, a cell from numbers, a cell from cells, a number from
    // cells.
    enum class Op : std::uint8_t {
        add,
        subtract,
        multiply,
        divide,
        negate,
        absolute,
        minimum,
        maximum,
        previous,
        mean,
        change,
        is_true,
        is_known,
        at_most,
        below,
        fires,
        // From here on they take cells ...
        negation,
        both,
        both_by_margin,
        both_by_share,
        either,
        either_by_margin,
        either_by_share,
        held,
        becomes,
        since,
        settled,
        // ... and make numbers.
        yes_of,
        sure_of,
        possible_of,
        count,
    };
    struct Instruction {
        Op op = Op::add;
        int out = 0;
        int a = 0;
        int b = 0;
        int state =
            0;  ///< which previous, mean, lag, held or becomes; of a comparison: the limit's place
        double inverse_scale = 0.0;
        int unsure = -1;  ///< of a comparison: the place of its uncertainty, if it has one
        // Known once everything is placed.
        bool cells_out = false;
        int self = 0;  ///< its place in the code
    };
    struct Leaf {
        int out = 0;
        SignalId signal{};
    };
    /// A leaf whose device may not have been heard for too long.
    struct AgingLeaf {
        int out = 0;
        SignalId signal{};
        SignalId age{};
        double limit = 0.0;
    };
    /// A leaf that moves from one sample to the next.
    struct Ramp {
        int out = 0;
        SignalId signal{};
        double from = 0.0;
        double to = 0.0;
    };
    struct Mean {
        int of = 0;
        SlidingMean mean;
        double begins = 0.0;  ///< what it is the mean of, where a straight piece begins
    };
    struct Held {
        Duration duration{};
        Instant yes_since = never;                ///< never: it is not so now
        Instant possible_since = Instant::min();  ///< nobody knows what was before the start
        Instant now{};
        Doubt doubt = Doubt::missing;  ///< why it was unknown last
    };

    static bool makes_cell(Op op) noexcept;
    static bool takes_cells(Op op) noexcept;
    static bool remembers(Op op) noexcept;
    void need(const std::vector<int>& maker, int place) noexcept;

    static std::size_t index(int place) noexcept { return static_cast<std::size_t>(place); }
    static std::uint64_t bit_of(int instruction) noexcept {
        return std::uint64_t{1} << (index(instruction) % 64);
    }
    int number(Op op, int a, int b);
    int cell(Instruction instruction);
    int store(Instruction instruction, int out);
    void find_users();
    /// It moves by itself again then; Instant::min(): all the time.
    void again(const Instruction& i, Instant at) noexcept {
        if (selects_) next_[index(i.self)] = at;
    }
    void note_moved(const std::vector<int>& users, int place) noexcept;
    void renew(const Instruction& i, Instant now, bool fresh) noexcept;
    void renew_due(Instant now, bool fresh) noexcept;
    void run(const Instruction& i, Instant now, bool fresh) noexcept;
    void change(const Instruction& i, Instant now) noexcept;
    void before(const Instruction& i, Instant now, bool fresh) noexcept;
    void measure(const Instruction& i) noexcept;
    void hold(const Instruction& i, Instant now) noexcept;
    void edge(const Instruction& i, Instant now, bool fresh) noexcept;
    void pulse(const Instruction& i, Instant now, bool fresh) noexcept;
    void stand(const Instruction& i) noexcept;
    void tick(const Instruction& i, Instant now) noexcept;
    void renew_means() noexcept;
    [[nodiscard]] double on_ramp(const Ramp& ramp, Instant now) const noexcept;
    void look_ahead(Instant at) noexcept;
    [[nodiscard]] Instant first_kink(Instant now, Instant end) const noexcept;
    [[nodiscard]] Instant first_turn(Instant now, Instant end) const noexcept;
    void move_ramps(Instant now) noexcept;

    std::vector<double> numbers_;
    std::vector<Cell> cells_;
    std::vector<Instruction> code_;
    std::vector<Leaf> leaves_;
    std::vector<AgingLeaf> aging_leaves_;
    std::vector<Ramp> ramps_;
    Instant ramp_begin_{}, ramp_end_{};
    std::vector<double> ahead_;  ///< the numbers at the end of a straight piece
    Duration patience_{1};       ///< how far to go where rounding hides that something has turned
    std::vector<double> previous_;
    std::vector<Mean> means_;
    std::vector<Lag> lags_;
    std::vector<Held> held_;
    std::vector<Truth> edges_;
    std::vector<double> counters_;  ///< of fires: where they stood
    std::vector<Truth> standing_;   ///< of since
    std::vector<Occasions> occasions_;
    std::vector<Decider> deciders_;
    Instant seen_{};
    Instant wake_ = never;
    Instant means_renewed_at_ = never;
    bool started_ = false;
    bool peeks_ = false;  ///< what is computed must not be remembered

    bool selects_ = false;
    std::vector<std::uint8_t> needed_;            ///< by instruction
    std::vector<int> running_;                    ///< the selected ones, in order
    std::vector<int> number_maker_, cell_maker_;  ///< the instruction that makes a place, or -1

    // Only what is made of another value than in the last pass is computed anew. Sets of
    // instructions, a bit each; what an instruction is made of stands before it.
    std::vector<std::uint64_t> due_;    ///< made of something that has moved
    std::vector<std::uint64_t> timed_;  ///< move by time alone too: at next_, by instruction
    std::vector<Instant> next_;
    std::vector<std::uint64_t> needed_bits_;      ///< selected
    std::vector<int> users_;                      ///< instructions, by what they take: ...
    std::vector<int> number_users_, cell_users_;  ///< ... where those of a place begin
    bool all_moved_ = true;                       ///< nothing may be taken over from the last pass

    using Key = std::tuple<Op, int, int, double, std::int64_t>;
    std::map<Key, int> known_;
    std::map<double, int> constants_;
    std::map<std::pair<SignalId, double>, int> signals_;  ///< with the age that they bear
};

}  // namespace islandbench::acceptance::language
