#include "acceptance/verdict_builder.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "acceptance/wording.hpp"
#include "base/unit_text.hpp"

namespace islandbench::acceptance {
namespace {

using language::ClaimKind;
using language::Requirement;
using language::Tally;

/// How far the run has taken a claim.
enum class Stage {
    untouched,  ///< no event opened it, or its window was never there
    vacuous,    ///< it was open, but what its implication speaks of never was so
    tested,
};

Stage stage_of(const CompiledFormula& formula, const Tally& tally) {
    if (!tally.opened) return Stage::untouched;
    if (tally.tested) return Stage::tested;
    const bool window_was_there =
        formula.claim.kind != ClaimKind::window || tally.judged > Duration::zero();
    return window_was_there ? Stage::vacuous : Stage::untouched;
}

/// Does every member of its group wait for an event of its own, such as silent.{home}?
bool is_of_one_member(const language::ClaimText& claim) {
    const std::string& event = claim.kind != ClaimKind::window ? claim.event.event
                               : claim.window.from             ? claim.window.from->event
                                                               : std::string{};
    return event.find('{') != std::string::npos;
}

/// One instance of one formula, judged.
struct Judged {
    const CompiledFormula* formula = nullptr;
    const CompiledInstance* instance = nullptr;
    const Tally* tally = nullptr;
    Stage stage = Stage::untouched;
    Outcome outcome = Outcome::inconclusive;
    bool counts = true;  ///< false: enough others decide

    /// Smaller is nearer to the limit. Without a number, a fail is as bad as can be and a pass as
    /// good; one that was not even tested tells least.
    [[nodiscard]] double closeness() const {
        if (tally->closest.exists && !std::isnan(tally->closest.share)) {
            const double far = std::numeric_limits<double>::max();
            return std::clamp(tally->closest.share, -far, far);
        }
        const double farthest = std::numeric_limits<double>::infinity();
        return outcome == Outcome::fail ? -farthest : farthest;
    }
};

class Builder {
  public:
    Builder(const CompiledCriterion& criterion, const language::Engine& engine, Ended how)
        : criterion_(criterion), engine_(engine), how_(how) {
        triggered_ = criterion.triggers.empty();
        for (const language::MonitorRef trigger : criterion.triggers) {
            triggered_ = triggered_ || engine.tally(trigger).tested;
        }
        for (const CompiledFormula& formula : criterion.formulas) judge(formula, judged_);
    }

    [[nodiscard]] Outcome outcome() const {
        if (criterion_.is_broken) return Outcome::error;
        if (judged_.empty()) return Outcome::inconclusive;
        Outcome worst = Outcome::pass;
        for (const Judged& one : judged_) {
            if (one.counts) worst = worse(worst, one.outcome);
        }
        return worst;
    }

    [[nodiscard]] Verdict build(const Figures& figures) const {
        Verdict verdict = heading(figures);
        verdict.outcome = outcome();
        if (criterion_.is_broken) {
            verdict.reason = "its text could not be compiled against this run";
            return verdict;
        }
        if (judged_.empty()) {
            verdict.reason = "nothing in this site to judge";
            return verdict;
        }
        decide(verdict);
        devices(verdict);
        notes(verdict, figures);
        verdict.limit_verified = verdict.outcome != Outcome::pass || is_verified(figures);
        return verdict;
    }

  private:
    void judge(const CompiledFormula& formula, std::vector<Judged>& into) const {
        bool any_tested = false;
        for (const CompiledInstance& instance : formula.instances) {
            const Tally& tally = engine_.tally(instance.placed.monitor);
            any_tested = any_tested || stage_of(formula, tally) == Stage::tested;
        }
        for (const CompiledInstance& instance : formula.instances) {
            const Tally& tally = engine_.tally(instance.placed.monitor);
            Judged one{&formula, &instance, &tally, stage_of(formula, tally)};
            one.outcome = outcome_of(one, any_tested);
            into.push_back(one);
        }
        if (formula.enough > 0) choose_last_wanted(formula.enough, into);
    }

    /// Where so many are enough, the last one that is wanted decides: of the best so many, the
    /// worst.
    static void choose_last_wanted(std::size_t enough, std::vector<Judged>& into) {
        std::vector<Judged*> members;
        for (Judged& one : into) {
            if (one.formula == into.back().formula) members.push_back(&one);
        }
        std::stable_sort(members.begin(), members.end(), [](const Judged* a, const Judged* b) {
            if (a->outcome != b->outcome) return a->outcome < b->outcome;
            return a->closeness() > b->closeness();
        });
        for (std::size_t i = 0; i < members.size(); ++i) members[i]->counts = i + 1 == enough;
    }

    [[nodiscard]] Outcome outcome_of(const Judged& one, bool formula_tested) const {
        const Tally& tally = *one.tally;
        if (tally.violated) return Outcome::fail;
        if (!triggered_ || tally.crowded || tally.undecided || tally.too_short) {
            return Outcome::inconclusive;
        }
        if (tally.cut) return how_ == Ended::broken ? Outcome::error : Outcome::inconclusive;
        if (one.stage == Stage::tested) return Outcome::pass;
        // What nobody has tested is green only where its author has said what makes the criterion
        // apply, or where the same sentence was tested on another instance: one for which what
        // its implication speaks of was so, or to which its event happened.
        const bool may_differ = one.stage == Stage::vacuous || is_of_one_member(one.formula->claim);
        const bool forgiven = !criterion_.triggers.empty() || (may_differ && formula_tested);
        return forgiven ? Outcome::pass : Outcome::inconclusive;
    }

    [[nodiscard]] Verdict heading(const Figures& figures) const {
        const CriterionSpec& spec = criterion_.spec;
        Verdict verdict;
        verdict.id = spec.id;
        verdict.title = spec.title;
        verdict.clause = spec.clause;
        verdict.basis = spec.basis;
        verdict.severity = spec.severity;
        verdict.source = spec.source;
        verdict.certainty = spec.certainty;
        for (const std::string& name : criterion_.uses.figures) {
            verdict.certainty = std::max(verdict.certainty, figures.find(name)->certainty);
        }
        for (const CompiledFormula& formula : criterion_.formulas) {
            verdict.formulas.push_back(formula.text);
        }
        if (verdict.formulas.empty()) verdict.formulas = spec.formulas;
        for (const std::string& name : criterion_.uses.signals) verdict.signals.push_back(name);
        return verdict;
    }

    [[nodiscard]] bool is_verified(const Figures& figures) const {
        const CriterionSpec& spec = criterion_.spec;
        // What keeps people alive is not lifted by an agreement.
        const bool may_agree = spec.severity != Severity::s0;
        bool verified =
            !is_unsure(spec.certainty) || (may_agree && !figures.agreed_by(spec.id).empty());
        for (const std::string& name : criterion_.uses.figures) {
            const Figure& figure = *figures.find(name);
            verified =
                verified && (!is_unsure(figure.certainty) || (may_agree && figure.is_verified()));
        }
        return verified;
    }

    static std::optional<Margin> margin_of(const Judged& one, const language::Program& program) {
        const language::Closest& closest = one.tally->closest;
        const bool decided = one.outcome == Outcome::pass || one.outcome == Outcome::fail;
        if (!decided || !closest.exists || !std::isfinite(closest.margin)) return std::nullopt;
        Dimension dimension = Dimension::time;
        if (one.formula->claim.requirement == Requirement::share) dimension = Dimension::ratio;
        if (closest.by >= 0) dimension = program.decider(closest.by).dimension;
        return Margin{closest.margin, dimension, closest.share};
    }

    [[nodiscard]] std::string reason_of(const Judged& one) const {
        const Tally& tally = *one.tally;
        if (one.outcome == Outcome::fail ||
            (one.outcome == Outcome::pass && one.stage == Stage::tested)) {
            return measured_text(*one.formula, *one.instance, tally, engine_.program);
        }
        if (!triggered_) return never_triggered();
        if (one.outcome == Outcome::pass) {
            return "not tested: " + trigger_text(*one.formula, *one.instance, tally);
        }
        return doubt_text(*one.formula, *one.instance, tally, engine_.program, how_);
    }

    [[nodiscard]] std::string never_triggered() const {
        std::string list;
        for (const std::string& one : criterion_.spec.triggered_by) {
            list += (list.empty() ? "" : ", ") + one;
        }
        return "never triggered: not in this run: " + list;
    }

    /// The one that the verdict is about: of those that came out worst, the nearest to its limit.
    [[nodiscard]] const Judged& deciding(const std::vector<const Judged*>& among) const {
        const Judged* best = among.front();
        for (const Judged* one : among) {
            const bool is_worse = one->outcome > best->outcome;
            const bool is_closer =
                one->outcome == best->outcome && one->closeness() < best->closeness();
            if (is_worse || is_closer) best = one;
        }
        return *best;
    }

    /// The device that decides: the one that is judged, or of several judged together the nearest
    /// to its limit.
    [[nodiscard]] std::string responsible(const Judged& one) const {
        const language::Closest& closest = one.tally->closest;
        if (!one.instance->device.empty() || !closest.exists || closest.by < 0) {
            return one.instance->device;
        }
        return engine_.program.decider(closest.by).device;
    }

    /// "2 of 3, 3 asked for; "
    [[nodiscard]] std::string members_text(const Judged& one) const {
        int good = 0, all = 0;
        for (const Judged& other : judged_) {
            if (other.formula != one.formula) continue;
            ++all;
            good += other.outcome == Outcome::pass ? 1 : 0;
        }
        return std::to_string(good) + " of " + std::to_string(all) + " hold, " +
               std::to_string(one.formula->enough) + " asked for; ";
    }

    static std::optional<Instant> first_violation(const std::vector<const Judged*>& among) {
        std::optional<Instant> first;
        for (const Judged* one : among) {
            if (one->tally->violated) first = std::min(first.value_or(never), one->tally->first);
        }
        return first;
    }

    void decide(Verdict& verdict) const {
        std::vector<const Judged*> all;
        for (const Judged& one : judged_) {
            if (one.counts) all.push_back(&one);
        }
        const Judged& one = deciding(all);
        verdict.device = responsible(one);
        verdict.margin = margin_of(one, engine_.program);
        verdict.reason = reason_of(one);
        if (!verdict.device.empty()) verdict.reason = verdict.device + ": " + verdict.reason;
        if (one.formula->enough > 0) verdict.reason = members_text(one) + verdict.reason;
        if (one.tally->closest.exists) verdict.worst = one.tally->closest.at;
        verdict.first = first_violation(all);
        if (one.outcome == Outcome::fail && !verdict.worst) verdict.worst = one.tally->first;
    }

    void devices(Verdict& verdict) const {
        std::vector<std::string> names;
        for (const Judged& one : judged_) {
            const std::string& name = one.instance->device;
            const bool is_new = std::find(names.begin(), names.end(), name) == names.end();
            if (!name.empty() && is_new) names.push_back(name);
        }
        for (const std::string& name : names) verdict.devices.push_back(device(name));
    }

    [[nodiscard]] DeviceVerdict device(const std::string& name) const {
        std::vector<const Judged*> own;
        for (const Judged& one : judged_) {
            if (one.instance->device == name) own.push_back(&one);
        }
        const Judged& one = deciding(own);
        DeviceVerdict verdict;
        verdict.device = name;
        verdict.outcome = one.outcome;
        verdict.margin = margin_of(one, engine_.program);
        verdict.reason = reason_of(one);
        if (one.tally->closest.exists) verdict.worst = one.tally->closest.at;
        verdict.first = first_violation(own);
        return verdict;
    }

    static void note(Verdict& verdict, const std::string& text) {
        auto& notes = verdict.notes;
        if (std::find(notes.begin(), notes.end(), text) == notes.end()) notes.push_back(text);
    }

    void notes(Verdict& verdict, const Figures& figures) const {
        for (const std::string& text : criterion_.spec.notes) note(verdict, text);
        for (const std::string& name : criterion_.uses.figures) {
            const Figure& figure = *figures.find(name);
            if (!figure.note.empty()) note(verdict, figure.note);
            if (!figure.agreed_by.empty()) note(verdict, name + ": agreed by " + figure.agreed_by);
        }
        if (const std::string who = figures.agreed_by(criterion_.spec.id); !who.empty()) {
            note(verdict, "its own figures: agreed by " + who);
        }
        for (const CompiledFormula& formula : criterion_.formulas) {
            if (formula.instances.empty()) {
                note(verdict, "no " + formula.empty_group + " in this site: " + formula.text);
            }
        }
        for (const CompiledFormula& formula : criterion_.formulas) untested_note(verdict, formula);
        for (const Judged& one : judged_) window_notes(verdict, one);
        for (const CompiledFormula& target : criterion_.targets) target_note(verdict, target);
        if (how_ == Ended::interrupted) note(verdict, "the run was interrupted");
        if (how_ == Ended::broken) note(verdict, "the bench broke off the run");
    }

    /// A sentence that was tested on some of its instances says nothing about the others.
    void untested_note(Verdict& verdict, const CompiledFormula& formula) const {
        std::string untested;
        bool any_tested = false;
        for (const Judged& one : judged_) {
            if (one.formula != &formula) continue;
            if (one.stage == Stage::tested) {
                any_tested = true;
            } else if (!one.instance->device.empty()) {
                untested += (untested.empty() ? "" : ", ") + one.instance->device;
            }
        }
        if (any_tested && !untested.empty()) note(verdict, "not tested at " + untested);
    }

    void window_notes(Verdict& verdict, const Judged& one) const {
        const Tally& tally = *one.tally;
        if (tally.ran_out) {
            note(verdict, "the run ended " + format_duration(tally.shortest) +
                              " into this window: " + one.formula->text);
        }
        if (one.stage == Stage::tested && tally.shortest < one.instance->placed.mean_window) {
            note(verdict, "short window: mean over at most " + format_duration(tally.shortest));
        }
        const bool decided = one.outcome == Outcome::pass || one.outcome == Outcome::fail;
        if (decided && tally.without_value > Duration::zero()) {
            note(verdict,
                 "without a value for " + format_duration(tally.without_value) +
                     ", which could not change the verdict: " + one.instance->placed.condition);
        }
        if (triggered_ && one.outcome == Outcome::pass && one.stage == Stage::untouched) {
            note(verdict, "not tested in this run: " + one.formula->text);
        }
    }

    void target_note(Verdict& verdict, const CompiledFormula& target) const {
        std::vector<Judged> judged;
        judge(target, judged);
        if (judged.empty()) return;
        std::vector<const Judged*> all;
        for (const Judged& one : judged) {
            if (one.counts) all.push_back(&one);
        }
        const Judged& one = deciding(all);
        if (one.outcome == Outcome::inconclusive) return;
        const std::string measured =
            measured_text(target, *one.instance, *one.tally, engine_.program);
        note(verdict,
             std::string(one.outcome == Outcome::pass ? "target held: " : "target missed: ") +
                 target.text + " (" + measured + ")");
    }

    const CompiledCriterion& criterion_;
    const language::Engine& engine_;
    Ended how_;
    bool triggered_ = true;
    std::vector<Judged> judged_;
};

}  // namespace

Outcome outcome_of(const CompiledCriterion& criterion, const language::Engine& engine, Ended how) {
    return Builder(criterion, engine, how).outcome();
}

Verdict verdict_of(const CompiledCriterion& criterion, const language::Engine& engine,
                   const Figures& figures, Ended how) {
    return Builder(criterion, engine, how).build(figures);
}

}  // namespace islandbench::acceptance
