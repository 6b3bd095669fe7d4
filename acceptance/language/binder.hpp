#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "acceptance/figures.hpp"
#include "acceptance/language/program.hpp"
#include "acceptance/language/render.hpp"
#include "acceptance/language/syntax.hpp"
#include "base/signals.hpp"

namespace islandbench::acceptance::language {

/// What names may mean.
struct Scope {
    const Signals& signals;
    const Figures& figures;
    std::string source;  ///< "truth": only truth. and event. may be named; "" = any but dispatch.
    Instances instances;
    const Groups* groups = nullptr;  ///< none: no group may be named
    /// Telemetry of a device that has not been heard for longer has no value.
    Duration stale_after{10'000'000'000};
};

/// Why a criterion that judges `source` may not name this signal; empty if it may. Nothing is
/// judged by the core's own word, and the truth only by the truth.
std::string source_trouble(const std::string& signal, const std::string& source);

/// What a divided by b is; nothing where the quotient has no unit that we know.
std::optional<Dimension> quotient_of(Dimension a, Dimension b);

/// What a text has named.
struct Uses {
    std::vector<std::string> signals;
    std::vector<std::string> figures;

    void signal(const std::string& name);
    void figure(const std::string& name);
};

/// How far a number may be from what is: known before the run, or a number of the program.
struct Uncertainty {
    double fixed = 0.0;
    int place = -1;

    [[nodiscard]] bool is_none() const { return place < 0 && fixed == 0.0; }
};

/// A number of an expression, placed in a program.
struct BoundNumber {
    int place = 0;
    Dimension dimension = Dimension::none;
    std::optional<double> constant;
    bool names_signal = false;
    bool is_instant = false;  ///< previous(): has no duration
    bool is_linear = false;   ///< moves between samples
    Uncertainty uncertainty;
};

/// A condition of an expression, placed in a program.
struct BoundCondition {
    int place = 0;
    std::optional<Dimension> decided_in;  ///< unit of its margin; none: no number decides
    bool unlike_units = false;            ///< its parts have margins in unlike units
    bool names_signal = false;
    bool is_instant = false;  ///< becomes: is so at single moments only
    bool is_event = false;    ///< so at the moments of an event
};

/// Turns expressions into instructions: looks names up, checks units, computes constants. The first
/// thing wrong is kept.
class Binder {
  public:
    Binder(Program& program, const Scope& scope, Uses& uses)
        : program_(program), scope_(scope), uses_(uses), instances_(scope.instances) {}

    BoundNumber number(const Expression& e);
    BoundCondition condition(const Expression& e);
    /// A time that is known before the run; negative ones are complaints.
    Duration duration(const Expression& e);
    /// How many of so many members "2" or "95 %" is.
    std::optional<double> members_wanted(const Expression& least, std::size_t members);
    /// A share above 0 and up to 1, known before the run.
    double share(const Expression& e);
    /// An event or a condition: a condition that is so at the moment of the event, or while it is.
    BoundCondition occasion(const Expression& e);
    /// The condition about every member of a group, all of them together.
    BoundCondition about_every(const GroupText& group, const Expression& e);
    /// The counter of an event, as `event.<name>`; a {group} in it is filled in.
    SignalId event(const std::string& name, int column);

    /// An expression as people read it: "195.5 V <= truth.home1.v <= 253 V".
    std::string text(const Expression& e);

    void fail(int column, std::string message);
    [[nodiscard]] bool failed() const noexcept { return wrong_.has_value(); }
    [[nodiscard]] const Complaint& wrong() const { return *wrong_; }
    /// Means made so far: they start with the window of their claim.
    [[nodiscard]] const std::vector<int>& means() const noexcept { return means_; }
    /// How far back the furthest change() of a claim looks, its means included.
    [[nodiscard]] Duration looks_back() const noexcept { return looks_back_; }

  private:
    /// The members of groups that we are inside of, besides those of the scope: "home2".
    [[nodiscard]] std::string member() const;
    /// Numbers and figures, and arithmetic on them.
    [[nodiscard]] bool is_constant(const Expression& e) const;
    BoundNumber name(const Expression& e);
    BoundNumber signal(const std::string& name, int column);
    BoundNumber read(const std::string& name, SignalId id);
    /// Uncertainties add up at their worst: nothing is known of how they go together.
    Uncertainty both(const Uncertainty& a, const Uncertainty& b,
                     int (Program::*together)(int, int));
    Uncertainty times(const Uncertainty& of, const BoundNumber& factor, bool divided);
    Uncertainty of_product(const BoundNumber& a, const BoundNumber& b, const BoundNumber& made,
                           bool divided);
    int place_of(const Uncertainty& one) {
        return one.place >= 0 ? one.place : program_.constant(one.fixed);
    }
    /// The place of what the margin of a comparison may be off by; -1: nothing.
    int unsure(const BoundNumber& a, const BoundNumber& b);
    /// A name without its source means the one that is judged: island.f is truth.island.f.
    [[nodiscard]] std::string with_source(const std::string& name) const;
    BoundNumber unary(const Expression& e);
    BoundNumber extremum(const Expression& e);
    BoundNumber sum(const Expression& e);
    BoundNumber product(const Expression& e);
    BoundNumber mean(const Expression& e);
    BoundNumber change(const Expression& e);
    BoundNumber slope(const Expression& e);
    BoundNumber count(const Expression& e);
    BoundNumber share_of_time(const Expression& e);
    BoundNumber over_group(const Expression& e);
    BoundNumber previous(const Expression& e);
    BoundNumber constant(double value, Dimension dimension);
    /// Computes constants now and everything else in the run.
    BoundNumber computed(const BoundNumber& a, const BoundNumber& b, Dimension dimension,
                         double (*compute)(double, double), int (Program::*place)(int, int));
    void unknown_name(const std::string& name, int column);
    void same_dimension(const BoundNumber& a, const BoundNumber& b, int column,
                        std::string_view verb);

    BoundCondition comparison(const Expression& e);
    BoundCondition band(const Expression& e);
    BoundCondition ordered(const BoundNumber& left, const BoundNumber& right, Comparison comparison,
                           const Decider& decider, double scale);
    BoundCondition combined(const BoundCondition& a, const BoundCondition& b, bool conjunction);
    BoundCondition connective(const Expression& e);
    BoundCondition state(const Expression& e);
    BoundCondition boolean(const Expression& e);
    BoundCondition held(const Expression& e);
    BoundCondition lately(const Expression& e);
    BoundCondition since(const Expression& e);
    BoundCondition quantified(const Expression& e);
    BoundCondition at_least(const Expression& e, const std::vector<BoundCondition>& members);
    int folded(std::vector<int> places, int (Program::*pair)(int, int));
    BoundCondition joined(const std::vector<BoundCondition>& members, bool conjunction);
    [[nodiscard]] const std::vector<std::string>* find_group(const std::string& group, int column);
    /// Calls `bind` with each member of a group in turn.
    template <class Bound>
    std::vector<Bound> for_members(const std::string& group, int column, const Expression& e,
                                   Bound (Binder::*bind)(const Expression&));
    BoundCondition happened(const Expression& e);
    [[nodiscard]] bool means_no(const Expression& e);

    Program& program_;
    const Scope& scope_;
    Uses& uses_;
    Instances instances_;  ///< the scope's, and members of the groups that we are inside of
    std::vector<int> means_;
    Duration looks_back_{};
    std::optional<Complaint> wrong_;
};

}  // namespace islandbench::acceptance::language
