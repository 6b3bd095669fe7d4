#include "acceptance/wording.hpp"

#include <algorithm>
#include <cmath>

#include "acceptance/language/render.hpp"
#include "base/unit_text.hpp"

namespace islandbench::acceptance {
namespace {

using language::ClaimKind;
using language::Closest;
using language::Requirement;
using language::Tally;

std::string seconds_text(double seconds) {
    return format_duration(from_seconds(seconds));
}

/// A claim about every moment, or about one.
std::string value_text(const CompiledInstance& instance, const Tally& tally,
                       const language::Program& program) {
    const Closest& closest = tally.closest;
    if (closest.by < 0) {
        if (!tally.violated) return "held throughout";
        return "not so at " + moment_text(tally.first) + ": " + instance.placed.condition;
    }
    const language::Decider& decider = program.decider(closest.by);
    const std::string observed = format_measure(closest.observed, decider.dimension);
    const std::string limit = format_measure(closest.limit, decider.dimension);
    const bool is_held = decider.held >= 0;
    std::string text = decider.subject + (is_held ? " had held for " : " was ") + observed +
                       " at " + moment_text(closest.at) + (is_held ? ", asked for " : ", limit ") +
                       limit;
    if (tally.violated && tally.first != closest.at) {
        text += "; first broken at " + moment_text(tally.first);
    }
    return text;
}

/// An event with the instance filled in.
std::string named(const CompiledFormula& formula, const CompiledInstance& instance,
                  const std::string& event) {
    language::Instances members;
    std::size_t at = 0;
    for (const language::GroupText& group : formula.claim.groups) {  // device: "home1/former"
        if (group.quantifier == language::Quantifier::worst) continue;
        const std::size_t end = std::min(instance.device.find('/', at), instance.device.size());
        members[group.name] = instance.device.substr(at, end - at);
        at = std::min(end + 1, instance.device.size());
    }
    return language::fill_in(event, 1, members).value_or(event);
}

std::string deadline_text(const CompiledFormula& formula, const CompiledInstance& instance,
                          const Tally& tally) {
    const std::string event = named(formula, instance, formula.claim.event.event);
    const std::string took = seconds_text(tally.closest.observed);
    const std::string limit = ", asked for within " + seconds_text(tally.closest.limit) + ": ";
    const std::string met =
        tally.never_met ? "not in the " + took + " after " + event : took + " after " + event;
    return met + limit + instance.placed.condition;
}

/// Answers to what may be so at any moment: how long the one that took longest was waited for.
std::string waiting_text(const CompiledFormula& formula, const CompiledInstance& instance,
                         const Tally& tally) {
    if (!formula.claim.deadline || !std::isfinite(tally.closest.margin)) {
        return tally.violated
                   ? "not so at " + moment_text(tally.first) + ": " + instance.placed.condition
                   : "held throughout";
    }
    const std::string took = seconds_text(tally.closest.observed);
    return (tally.never_met ? "waited in vain for " : "waited for ") + took + " up to " +
           moment_text(tally.closest.at) + ", asked for within " +
           seconds_text(tally.closest.limit) + ": " + instance.placed.condition;
}

std::string requirement_text(const CompiledInstance& instance, const Tally& tally,
                             Requirement requirement) {
    const Closest& closest = tally.closest;
    const std::string of = ": " + instance.placed.condition;
    if (requirement == Requirement::share) {
        return format_measure(closest.observed, Dimension::ratio) + " of the time, at least " +
               format_measure(closest.limit, Dimension::ratio) + of;
    }
    const bool total = requirement == Requirement::total;
    return seconds_text(closest.observed) + (total ? " in total" : " at a stretch") + ", at most " +
           seconds_text(closest.limit) + of;
}

}  // namespace

std::string moment_text(Instant at) {
    return at == story_start ? "0 s" : format_duration(at - story_start);
}

std::string measured_text(const CompiledFormula& formula, const CompiledInstance& instance,
                          const Tally& tally, const language::Program& program) {
    if (!tally.closest.exists) {
        // A limit on a time is broken while its window is still open.
        if (tally.violated) {
            return "broken at " + moment_text(tally.first) + ": " + instance.placed.condition;
        }
        return "held throughout";
    }
    if (formula.claim.kind == ClaimKind::deadline) return deadline_text(formula, instance, tally);
    if (formula.claim.kind >= ClaimKind::response && tally.closest.by < 0) {
        return waiting_text(formula, instance, tally);
    }
    if (formula.claim.requirement > Requirement::sometime) {
        return requirement_text(instance, tally, formula.claim.requirement);
    }
    return value_text(instance, tally, program);
}

namespace {

/// Why nobody knows: "no value at 2 s".
std::string unknown_text(const Tally& tally, const language::Program& program) {
    const std::string at = moment_text(tally.no_value_at);
    switch (tally.doubt) {
        case language::Doubt::missing: return "no value at " + at;
        case language::Doubt::late: return "late at " + at + ": no sample for 2 s";
        case language::Doubt::stale: return "stale at " + at + ": the device was not heard";
        case language::Doubt::several: return "not known at " + at;
        case language::Doubt::uncertain: break;
    }
    const language::Closest& unsure = tally.unsure_at;
    if (!unsure.exists) return "within uncertainty at " + at;
    const language::Decider& decider = program.decider(unsure.by);
    const auto text = [&](double value) { return format_measure(value, decider.dimension); };
    return "within uncertainty: " + decider.subject + " was " + text(unsure.observed) + " at " +
           moment_text(unsure.at) + ", limit " + text(unsure.limit) + ", known to " +
           text(program.uncertainty(unsure.by));
}

}  // namespace

std::string doubt_text(const CompiledFormula& formula, const CompiledInstance& instance,
                       const Tally& tally, const language::Program& program, Ended how) {
    const std::string of = ": " + instance.placed.condition;
    if (tally.crowded) return "more windows at once than are followed" + of;
    if (tally.undecided) {
        std::string text = unknown_text(tally, program);
        if (tally.without_value > Duration::zero()) {
            text += ", " + format_duration(tally.without_value) + " in all";
        }
        return text + of;
    }
    if (tally.too_short) {
        return "a window of " + format_duration(tally.shortest) +
               " is too short for its mean or change" + of;
    }
    if (tally.cut) {
        const char* end = how == Ended::completed     ? "the run ended"
                          : how == Ended::interrupted ? "the run was interrupted"
                                                      : "the bench broke off";
        return std::string(end) + " before this was decided" + of;
    }
    return "never triggered: " + trigger_text(formula, instance, tally);
}

std::string trigger_text(const CompiledFormula& formula, const CompiledInstance& instance,
                         const Tally& tally) {
    const language::ClaimText& claim = formula.claim;
    if (tally.opened && !instance.placed.antecedent.empty()) {
        return instance.placed.antecedent + " was never so";
    }
    if (claim.kind >= ClaimKind::response) {
        return "no " + named(formula, instance, claim.whenever->name) + " in this run";
    }
    if (tally.opened) return "its window closed before it opened";
    if (claim.kind != ClaimKind::window) {
        return "no " + named(formula, instance, claim.event.event) + " in this run";
    }
    if (claim.window.from) {
        return "no " + named(formula, instance, claim.window.from->event) + " in this run";
    }
    return "nothing was recorded";
}

}  // namespace islandbench::acceptance
