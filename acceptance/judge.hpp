#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "acceptance/catalogue.hpp"
#include "acceptance/figures.hpp"
#include "acceptance/verdict.hpp"
#include "base/diagnostics.hpp"
#include "base/signals.hpp"
#include "base/time.hpp"

namespace islandbench::acceptance {

/// How a run ended.
enum class Ended {
    completed,    ///< the whole story was told
    interrupted,  ///< somebody stopped it: what was still open is inconclusive
    broken,       ///< the bench could not go on: what was still open is an error
};

/// A criterion while the run goes on.
struct Standing {
    std::string_view id;
    Outcome so_far = Outcome::inconclusive;  ///< inconclusive until its trigger has come
};

/// Judges a run while it happens. It reads signals and influences nothing.
///
///     Diagnostics problems;
///     const Catalogue catalogue = read_catalogue(catalogue_text, "pilot.json", problems);
///     const GridCode code = read_grid_code(code_text, "gb_g98_g99a_lv.json", problems);
///     const Selection chosen = select(catalogue, scenario.criteria, scenario.place, problems);
///     check_agreed(site, figures, catalogue, problems);
///
///     Signals signals;  // with every signal and event of the run, before the judge is made
///     const Figures figures = figures_of(code, site, scenario.observation);
///     Judge judge(chosen.judged, signals, figures, groups_of(site), problems);
///     if (!problems.empty()) return usage_error(problems);  // exit code 2, everything at once
///
///     while (running) {             // at every plant boundary, settling (t < 0) included
///         plant.step();
///         taps.set(signals);        // all values of this moment first,
///         judge.step(clock.now());  // then the judge: once per moment, time never runs back
///         show(judge.standings());  // now and then; allocates
///     }
///     const RunVerdict verdict = combine(judge.finish(clock.now(), Ended::completed));
///     return exit_code(verdict, strict);  // report: chosen.not_selected belongs in it
///
/// A value holds until the next step; after 2 s without a step nobody knows it any more. Nothing is
/// judged before the story starts (t = 0), but what was held before then counts as held.
class Judge {
  public:
    /// Looks up every name in every formula. What does not fit becomes a diagnostic with file,
    /// line, path and column, and the criterion's verdict an error. `signals` must outlive the
    /// judge.
    Judge(std::vector<CriterionSpec> criteria, const Signals& signals, const Figures& figures,
          const Groups& groups, Diagnostics& diagnostics);
    Judge(std::vector<CriterionSpec> criteria, Signals&& signals, const Figures& figures,
          const Groups& groups, Diagnostics& diagnostics) = delete;
    ~Judge();
    Judge(Judge&& other) noexcept;
    Judge& operator=(Judge&& other) noexcept;

    /// Takes the values that the signals have at `now`. Neither allocates nor waits.
    void step(Instant now) noexcept;

    /// Ends the run at `end` (or at the last step, if that is later) and says what came of every
    /// criterion, in their order. Once only, and no step after it.
    std::vector<Verdict> finish(Instant end, Ended how);

    /// How every criterion stands by now.
    [[nodiscard]] std::vector<Standing> standings() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// What a site says that it has agreed must be a figure or a criterion: a misspelt name would leave
/// its limit unverified without a word.
void check_agreed(const Site& site, const Figures& figures, const Catalogue& catalogue,
                  Diagnostics& diagnostics);

}  // namespace islandbench::acceptance
