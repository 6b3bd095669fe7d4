#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "acceptance/language/cell_arithmetic.hpp"
#include "acceptance/language/instruction.hpp"
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

/// All numbers and conditions of all criteria as instructions over two arrays. What occurs twice is
/// computed once. Instructions that do the same for every member of a group stand together and run
/// as one loop, and only where something has moved that they are made of. Building allocates;
/// running does not.
class Program {
  public:
    /// Instructions that are placed from now on belong to another formula.
    void begin_formula() noexcept { ++formula_; }

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

    /// Somebody may select this cell.
    void want(int cell) { roots_.push_back(cell); }
    /// Somebody looks at the margin of this cell, if `gate` >= 0 only while the cell `gate` is or
    /// may be so. Of others the truth alone counts.
    void want_margin(int cell, int gate = -1) {
        want(cell);
        wanted_.emplace_back(cell, gate);
    }
    /// What this cell is made of has to look back at any moment. In other cells a change is looked
    /// at no sooner than its delay after the cell has been selected.
    void want_history(int cell) {
        want(cell);
        with_history_.push_back(cell);
    }
    /// This mean is restarted before anybody asks for it, so that it may rest meanwhile.
    void let_rest(int mean) { means_[index(mean)].restarts = true; }
    /// Everything has been placed: what follows does not allocate.
    void prepare();

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
    /// The batch of instructions that makes a cell; -1 of no cell.
    [[nodiscard]] int batch_of(int cell) const noexcept {
        return cell < 0 ? -1 : cell_maker_[index(cell_seat_[index(cell)])];
    }
    /// Has any cell of a batch moved in the last pass? Cells whose margin nobody wants move where
    /// their truth does, or while it is unknown.
    [[nodiscard]] bool has_moved(int batch) const noexcept {
        return batch >= 0 && (moved_[index(batch) / 64] & bit_of(batch)) != 0;
    }
    [[nodiscard]] bool has_any_moved() const noexcept {
        std::uint64_t any = 0;
        for (std::size_t w = 0; w < moved_.size(); ++w) any |= moved_[w] & watched_[w];
        return any != 0;
    }
    /// has_any_moved() asks for the batches that make these.
    void watch_none() noexcept { std::fill(watched_.begin(), watched_.end(), 0); }
    void watch(int batch) noexcept {
        if (batch >= 0) watched_[index(batch) / 64] |= bit_of(batch);
    }
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

    /// Stays where it is. Its margin is that of now only where somebody has said want_margin().
    [[nodiscard]] const Cell& cell_at(int place) const noexcept {
        return cells_[index(cell_seat_[index(place)])];
    }
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
    /// A batch of which nobody knows yet where it will stand.
    struct Draft {
        int depth = 0;  ///< it stands behind all of a lesser depth
        Op op = Op::add;
        bool margins_count = false;
        int gate = -1, door = -1;
    };
    /// Does anybody look at the margin of a cell, or ask for anything?
    struct Want {
        bool any = false;
        int gate = -1;  ///< only while this cell is or may be so; -1: always

        void add(int other) noexcept {
            gate = any && gate != other ? -1 : other;
            any = true;
        }
    };
    /// A leaf that moves from one sample to the next.
    struct Ramp {
        int out = 0;
        SignalId signal{};
        double from = 0.0;
        double to = 0.0;
    };
    /// First, in one line of memory, what every moment takes.
    struct alignas(64) Mean {
        int of = 0;
        bool restarts = false;  ///< whenever somebody asks for it anew
        bool awake = false;     ///< it has been restarted and asked for ever since
        double held = 0.0;      ///< what it is the mean of, ...
        Instant since{};        ///< ... from then on; what was before has been added
        SlidingMean mean;
        double begins = 0.0;  ///< what it is the mean of, where a straight piece begins
        int out = 0;
    };
    struct Renewal {
        Instant at{};
        int mean = 0;
    };
    struct Held {
        Duration duration{};
        Instant yes_since = never;                ///< never: it is not so now
        Instant possible_since = Instant::min();  ///< nobody knows what was before the start
        Instant now{};
        Doubt doubt = Doubt::missing;  ///< why it was unknown last
    };

    static std::size_t index(int place) noexcept { return static_cast<std::size_t>(place); }
    static std::uint64_t bit_of(int batch) noexcept {
        return std::uint64_t{1} << (index(batch) % 64);
    }
    int number(Op op, int a, int b);
    int cell(Instruction instruction);
    int store(Instruction instruction, int out);

    // How instructions are put together, in prepare().
    [[nodiscard]] std::vector<Want> wants() const;
    [[nodiscard]] std::vector<Want> asks(const std::vector<Want>& wants) const;
    void make_batches();
    void place_lag(Batch& batch);
    void find_scales();
    void find_seats();
    void find_strides(Batch& batch) const noexcept;
    void take_seats();
    void find_users();
    void sort_leaves(const std::vector<std::vector<int>>& users);
    void order_batches(const std::vector<int>& draft_of, const std::vector<Draft>& drafts);
    void sort_aging_leaves(const std::vector<std::vector<int>>& users);
    int keep_set(const std::vector<int>& batches);
    [[nodiscard]] bool is_needed(int batch) const noexcept {
        return (needed_[index(batch) / 64] & bit_of(batch)) != 0;
    }
    [[nodiscard]] bool keeps(int batch) const noexcept {
        return (keeping_[index(batch) / 64] & bit_of(batch)) != 0;
    }
    [[nodiscard]] bool runs(int batch) const noexcept { return is_needed(batch) || keeps(batch); }

    void load_aging(AgingBlock& block, const Signals& signals) noexcept;
    void need(const std::vector<int>& maker, int place) noexcept;
    /// It moves by itself again then; Instant::min(): all the time.
    void again(Instant at) noexcept { again_ = at < again_ ? at : again_; }
    void note_due(int set) noexcept;
    void run_due(Instant now, bool fresh) noexcept;
    // These tell whether what the batch makes has moved.
    bool run_one(std::size_t batch, Instant now, bool fresh) noexcept;
    bool run_timed(std::size_t batch, Instant now, bool fresh) noexcept;
    bool run(Batch& batch, Instant now, bool fresh) noexcept;
    template <class Make>
    bool each_number(const Batch& batch, Make make) noexcept {
        double* out = &numbers_[index(batch.out)];
        std::uint64_t moved = 0;
        for (int k = batch.begin; k < batch.end; ++k, ++out) {
            const double made = make(code_[index(k)]);
            moved |= differences(*out, made);
            *out = made;
        }
        return moved != 0;
    }
    template <class Make>
    bool each_pair(const Batch& batch, Make make) noexcept;
    template <class Make>
    bool each_cell(Batch& batch, Make make) noexcept;
    [[nodiscard]] bool is_shut_out(const Batch& batch) const noexcept {
        return batch.door >= 0 && !batches_[index(batch.door)].opens;
    }
    [[nodiscard]] bool truth_only(const Batch& batch) const noexcept {
        return !batch.margins_count || (batch.gate >= 0 && !batches_[index(batch.gate)].opens);
    }
    bool run_numbers(const Batch& batch, Instant now, bool fresh) noexcept;
    bool run_cells(Batch& batch, Instant now, bool fresh) noexcept;
    bool run_comparisons(Batch& batch) noexcept;
    template <class Measure>
    bool compare(Batch& batch, bool truth_only, Measure measure) noexcept;
    [[nodiscard]] bool stands(const Batch& batch) const noexcept;
    bool tell(Batch& batch, bool turned, bool moved, bool opens) noexcept;
    void run_arithmetic(Instant now) noexcept;
    double renewed_mean(const Instruction& i, Instant now) noexcept;
    bool run_change(const Batch& batch, Instant now) noexcept;
    void wake(std::size_t batch, Instant now) noexcept;
    double before(const Instruction& i, Instant now, bool fresh) noexcept;
    double tick(const Instruction& i, Instant now) noexcept;
    Cell hold(const Instruction& i, Instant now, bool truth_only, const Cell& before) noexcept;
    Cell edge(const Instruction& i, Instant now, bool fresh) noexcept;
    Cell pulse(const Instruction& i, Instant now, bool fresh) noexcept;
    Cell stand(const Instruction& i) noexcept;
    void renew_means() noexcept;
    /// Adds what has been so up to `now`. Done where that ends or a part is full, not at every
    /// moment.
    static void bring(Mean& mean, Instant now) noexcept {
        if (now > mean.since) {
            mean.mean.add(mean.held, static_cast<double>((now - mean.since).count()));
        }
        mean.since = now;
    }
    void select_means() noexcept;
    void find_keepers();
    [[nodiscard]] bool rests(const Batch& batch) const noexcept;
    [[nodiscard]] double on_ramp(const Ramp& ramp, Instant now) const noexcept;
    void look_ahead(Instant at) noexcept;
    [[nodiscard]] Instant first_kink(Instant now, Instant end) const noexcept;
    [[nodiscard]] Instant first_turn(Instant now, Instant end) const noexcept;
    void move_ramps(Instant now) noexcept;

    std::vector<double> numbers_;
    std::vector<Cell> cells_;
    std::vector<int> number_seat_, cell_seat_;  ///< where the value of a place stands
    std::vector<Instruction> code_;
    std::vector<Leaf> leaves_;
    std::vector<AgingLeaf> aging_leaves_;
    std::vector<AgingBlock> aging_blocks_;
    std::vector<Ramp> ramps_;
    Instant ramp_begin_{}, ramp_end_{};
    std::vector<double> ahead_;  ///< the numbers at the end of a straight piece
    Duration patience_{1};       ///< how far to go where rounding hides that something has turned
    std::vector<double> previous_;
    std::vector<Mean> means_;
    std::vector<Renewal> renewals_;  ///< of the means that are awake
    std::vector<Duration> delays_;   ///< of changes, each once
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

    std::vector<Batch> batches_;
    std::vector<LeafBlock> leaf_blocks_;
    std::vector<std::uint8_t> leaf_moved_;  ///< by set of users, while leaves are read
    std::vector<BatchSet> sets_;
    std::vector<std::uint64_t> set_words_;
    std::map<std::vector<int>, int> known_sets_;
    std::vector<int> number_maker_, cell_maker_;  ///< the batch that makes a place, or -1
    std::vector<int> with_history_, roots_;
    std::vector<std::pair<int, int>> wanted_;  ///< cells whose margin counts, and their gates
    int formula_ = 0;

    // Sets of batches, a bit each; what a batch is made of stands before it.
    std::vector<std::uint64_t> needed_;   ///< somebody looks at what they make
    std::vector<std::uint64_t> keeping_;  ///< must not miss a change, for when somebody does
    std::vector<std::uint64_t> asleep_;   ///< changes that nobody asks for, and that miss them
    std::vector<std::uint64_t> due_;      ///< made of something that has moved
    std::vector<std::uint64_t> timed_;    ///< move by time alone too: at next_
    std::vector<std::uint64_t> shut_;     ///< is_shut_out()
    std::vector<std::uint64_t> watched_;  ///< made of cells that windows look at
    std::vector<std::uint64_t> moved_;    ///< in the last pass
    std::vector<Instant> next_;           ///< by batch
    Instant again_ = never;               ///< next_ of the batch that runs
    bool all_moved_ = true;               ///< nothing may be taken over from the last pass

    using Key = std::tuple<Op, int, int, double, std::int64_t>;
    std::map<Key, int> known_;
    std::map<double, int> constants_;
    std::map<std::pair<SignalId, double>, int> signals_;  ///< with the age that they bear
};

}  // namespace islandbench::acceptance::language
