#include "acceptance/judge.hpp"

#include <algorithm>

#include "acceptance/compiled.hpp"
#include "acceptance/verdict_builder.hpp"
#include "acceptance/wording.hpp"
#include "base/assert.hpp"

namespace islandbench::acceptance {

struct Judge::State {
    State(const Signals& s, const Figures& f) : signals(s), figures(f) {}

    const Signals& signals;
    Figures figures;
    language::Engine engine;
    std::vector<CompiledCriterion> criteria;
    bool finished = false;
    bool ran_back = false;  ///< time did, which makes every verdict an error
    Instant back_from{}, back_to{};
};

Judge::Judge(std::vector<CriterionSpec> criteria, const Signals& signals, const Figures& figures,
             const Groups& groups, Diagnostics& diagnostics)
    : state_(std::make_unique<State>(signals, figures)) {
    for (CriterionSpec& spec : criteria) {
        state_->criteria.push_back(
            compile(std::move(spec), signals, figures, groups, state_->engine, diagnostics));
    }
    state_->engine.prepare();
}

Judge::~Judge() = default;
Judge::Judge(Judge&& other) noexcept = default;
Judge& Judge::operator=(Judge&& other) noexcept = default;

void Judge::step(Instant now) noexcept {
    State& s = *state_;
    IB_ASSERT(!s.finished);
    if (s.engine.started() && now < s.engine.now()) {
        if (!s.ran_back) s.back_from = s.engine.now(), s.back_to = now;
        s.ran_back = true;
        return;
    }
    s.engine.sample(now, s.signals);
}

std::vector<Verdict> Judge::finish(Instant end, Ended how) {
    State& s = *state_;
    IB_ASSERT(!s.finished);
    s.finished = true;
    if (s.engine.started()) end = std::max(end, s.engine.now());
    s.engine.finish(
        end, how == Ended::completed ? language::Ending::completed : language::Ending::stopped);
    std::vector<Verdict> verdicts;
    for (const CompiledCriterion& criterion : s.criteria) {
        Verdict verdict = verdict_of(criterion, s.engine, s.figures, how);
        if (s.ran_back) {
            verdict.outcome = Outcome::error;
            verdict.reason =
                "time ran back from " + moment_text(s.back_from) + " to " + moment_text(s.back_to);
        }
        verdicts.push_back(std::move(verdict));
    }
    return verdicts;
}

std::vector<Standing> Judge::standings() const {
    std::vector<Standing> standings;
    if (state_->engine.started()) state_->engine.catch_up();
    for (const CompiledCriterion& criterion : state_->criteria) {
        const Outcome so_far = outcome_of(criterion, state_->engine, Ended::completed);
        standings.push_back({criterion.spec.id, state_->ran_back ? Outcome::error : so_far});
    }
    return standings;
}

void check_agreed(const Site& site, const Figures& figures, const Catalogue& catalogue,
                  Diagnostics& diagnostics) {
    std::vector<std::string> known = figures.names();
    for (const CriterionSpec& one : catalogue.criteria) known.push_back(one.id);
    for (const auto& [name, who] : site.agreed) {
        const std::string path = site.place.path + ".agreed." + name;
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            diagnostics.add({site.place.file, site.place.line, path,
                             "no figure and no criterion of that name" + suggestion(name, known)});
        } else if (who.empty()) {
            diagnostics.add({site.place.file, site.place.line, path, "who agreed it?"});
        }
    }
}

}  // namespace islandbench::acceptance
