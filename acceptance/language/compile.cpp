#include "acceptance/language/compile.hpp"

#include <algorithm>

namespace islandbench::acceptance::language {
namespace {

/// Places one claim.
class ClaimBinder {
  public:
    ClaimBinder(const ClaimText& text, const Scope& scope, Uses& uses, Engine& engine)
        : text_(text), scope_(scope), engine_(engine), binder_(engine.program, scope, uses) {}

    Parsed<PlacedClaim> run() {
        split_implication();
        refuse_implication_of_worst();
        // First, for while it is not so nobody looks at the margin of what it implies.
        if (antecedent_ != nullptr) applies_ = binder_.condition(*antecedent_);
        const BoundCondition condition = subject();
        check(condition);
        PlacedClaim placed;
        placed.condition = binder_.text(text_.condition);
        if (antecedent_ != nullptr) placed.antecedent = binder_.text(*antecedent_);
        placed.monitor = monitor(condition);
        if (text_.whenever && !on_event_) placed.antecedent = binder_.text(*text_.whenever);
        for (const int mean : binder_.means()) {
            placed.mean_window =
                std::max(placed.mean_window, engine_.program.mean_at(mean).window());
        }
        if (binder_.failed()) return tl::unexpected(binder_.wrong());
        return placed;
    }

  private:
    /// What is judged: the condition, or that of all members together where the worst one counts.
    BoundCondition subject() {
        const auto worst = this->worst();
        if (worst == text_.groups.end()) return binder_.condition(*consequent_);
        return binder_.about_every(*worst, *consequent_);
    }

    void refuse_implication_of_worst() {
        if (antecedent_ == nullptr || worst() == text_.groups.end()) return;
        binder_.fail(text_.condition.column,
                     "\"implies\" asks of each member for itself: write \"for every\"");
    }

    [[nodiscard]] std::vector<GroupText>::const_iterator worst() const {
        return std::find_if(text_.groups.begin(), text_.groups.end(), [](const GroupText& group) {
            return group.quantifier == Quantifier::worst;
        });
    }

    /// An implication is judged where its left side is so, and nowhere else.
    void split_implication() {
        consequent_ = &text_.condition;
        const bool every_moment = text_.kind != ClaimKind::deadline &&
                                  text_.kind < ClaimKind::response &&
                                  text_.requirement == Requirement::throughout;
        if (text_.condition.form != Form::implication || !every_moment) return;
        antecedent_ = &text_.condition.parts[0];
        consequent_ = &text_.condition.parts[1];
    }

    void check(const BoundCondition& condition) {
        if (binder_.failed()) return;
        if (!condition.names_signal) {
            binder_.fail(consequent_->column, "this condition names no signal");
        }
        if (antecedent_ != nullptr && !applies_.names_signal) {
            binder_.fail(antecedent_->column, "this condition names no signal");
        }
        if (condition.is_instant && text_.kind == ClaimKind::just_before) {
            binder_.fail(text_.condition.column, "nothing happens just before an event");
        }
        const bool asks_for_time = text_.requirement > Requirement::sometime;
        const bool needs_duration = asks_for_time || text_.hold || text_.kind == ClaimKind::waiting;
        if (condition.is_instant && needs_duration) {
            binder_.fail(text_.condition.column,
                         "what is so at one moment only has no duration and no share of time");
        }
    }

    MonitorRef monitor(const BoundCondition& condition) {
        switch (text_.kind) {
            case ClaimKind::window: return window(condition);
            case ClaimKind::deadline: return deadline(condition);
            case ClaimKind::response: return response(condition);
            case ClaimKind::waiting: return waiting(condition);
            case ClaimKind::moment:
            case ClaimKind::just_before: break;
        }
        return moment(condition);
    }

    int event(const Bound& bound) {
        const SignalId counter = binder_.event(bound.event, bound.column);
        return binder_.failed() ? 0 : engine_.events.watch(counter, scope_.signals);
    }

    Duration offset(const Bound& bound) {
        return bound.offset ? binder_.duration(*bound.offset) : Duration::zero();
    }

    WindowRule rule(const WindowText& text) {
        WindowRule rule;
        if (!text.from) return rule;
        rule.from = event(*text.from);
        rule.from_offset = offset(*text.from);
        rule.until = event(*text.until);
        rule.until_offset = offset(*text.until);
        if (rule.has_fixed_length() && rule.until_offset <= rule.from_offset) {
            binder_.fail(text.until->column, "this window ends before it begins");
        }
        return rule;
    }

    MonitorRef window(const BoundCondition& condition) {
        WindowClaim claim;
        claim.window = rule(text_.window);
        for (const WindowText& except : text_.except) claim.except.push_back(rule(except));
        claim.requirement = text_.requirement;
        claim.condition = condition.place;
        claim.antecedent = antecedent_ == nullptr ? -1 : applies_.place;
        claim.by_share = condition.unlike_units;
        claim.means = binder_.means();
        limit(claim);
        for (const int mean : claim.means) {
            claim.window.ready_after =
                std::max(claim.window.ready_after, engine_.program.mean_at(mean).ready_after());
        }
        claim.window.ready_after = std::max(claim.window.ready_after, binder_.looks_back());
        if (claim.window.has_fixed_length()) let_means_run(claim);
        return place(engine_.windows, claim, ClaimKind::window);
    }

    /// Windows of a fixed length may overlap, so a mean cannot start with each of them. It runs on
    /// instead, and is judged where it lies inside.
    void let_means_run(WindowClaim& claim) {
        for (const int mean : claim.means) {
            const SlidingMean& sliding = engine_.program.mean_at(mean);
            if (sliding.ready_after() == sliding.window()) continue;
            binder_.fail(text_.window.from->column,
                         "a mean that speaks early starts with its window, and these windows may "
                         "overlap: end them with another event, or leave out \"at least\"");
        }
        claim.means.clear();
    }

    void limit(WindowClaim& claim) {
        if (!text_.limit) return;
        if (claim.requirement == Requirement::share) {
            claim.share = binder_.share(*text_.limit);
        } else {
            claim.limit = binder_.duration(*text_.limit);
        }
    }

    MonitorRef deadline(const BoundCondition& condition) {
        DeadlineClaim claim;
        claim.event = event(text_.event);
        claim.condition = condition.place;
        claim.deadline = binder_.duration(*text_.deadline);
        if (text_.hold) claim.hold = binder_.duration(*text_.hold);
        return place(engine_.deadlines, claim, ClaimKind::deadline);
    }

    MonitorRef response(const BoundCondition& condition) {
        ResponseClaim claim;
        claim.trigger = trigger();
        claim.condition = condition.place;
        claim.deadline = binder_.duration(*text_.deadline);
        if (text_.hold) claim.hold = binder_.duration(*text_.hold);
        no_means();
        return place(engine_.responses, claim, text_.kind);
    }

    MonitorRef waiting(const BoundCondition& condition) {
        UntilClaim claim;
        claim.trigger = trigger();
        claim.condition = condition.place;
        claim.goal = binder_.occasion(*text_.goal).place;
        if (text_.deadline) claim.deadline = binder_.duration(*text_.deadline);
        claim.by_share = condition.unlike_units || claim.deadline;
        no_means();
        return place(engine_.untils, claim, text_.kind);
    }

    int trigger() {
        const BoundCondition trigger = binder_.occasion(*text_.whenever);
        if (!binder_.failed() && !trigger.names_signal) {
            binder_.fail(text_.whenever->column, "this condition names no signal");
        }
        on_event_ = trigger.is_event;
        return trigger.place;
    }

    /// A mean or change starts with the window of its claim, and here is none.
    void no_means() {
        if (binder_.failed() || (binder_.means().empty() && binder_.looks_back() == Duration{})) {
            return;
        }
        binder_.fail(text_.condition.column,
                     "mean, share, time, change and slope need a window: always, from ... until");
    }

    MonitorRef moment(const BoundCondition& condition) {
        MomentClaim claim;
        claim.event = event(text_.event);
        claim.condition = condition.place;
        claim.antecedent = antecedent_ == nullptr ? -1 : applies_.place;
        claim.by_share = condition.unlike_units;
        claim.before = text_.kind == ClaimKind::just_before;
        return place(claim.before ? engine_.before : engine_.moments, claim, text_.kind);
    }

    template <class Monitor, class Claim>
    MonitorRef place(std::vector<Monitor>& into, Claim& claim, ClaimKind kind) {
        if (binder_.failed()) return {};
        into.emplace_back(std::move(claim));
        return {kind, static_cast<int>(into.size()) - 1};
    }

    const ClaimText& text_;
    const Scope& scope_;
    Engine& engine_;
    Binder binder_;
    const Expression* antecedent_ = nullptr;
    const Expression* consequent_ = nullptr;
    BoundCondition applies_;
    bool on_event_ = false;  ///< "whenever EVENT:"
};

}  // namespace

Parsed<PlacedClaim> place_claim(const ClaimText& text, const Scope& scope, Uses& uses,
                                Engine& engine) {
    return ClaimBinder(text, scope, uses, engine).run();
}

Parsed<MonitorRef> place_trigger(const TriggerText& text, const Scope& scope, Uses& uses,
                                 Engine& engine) {
    if (text.event) {
        Binder binder(engine.program, scope, uses);
        const SignalId counter = binder.event(text.event->event, text.event->column);
        if (binder.failed()) return tl::unexpected(binder.wrong());
        MomentClaim claim;
        claim.event = engine.events.watch(counter, scope.signals);
        claim.condition = engine.program.is_known(engine.program.constant(1.0));
        engine.moments.emplace_back(claim);
        return MonitorRef{ClaimKind::moment, static_cast<int>(engine.moments.size()) - 1};
    }
    // "C implies C" is tested wherever C is so.
    ClaimText claim;
    claim.condition.form = Form::implication;
    claim.condition.parts = {*text.condition, *text.condition};
    const auto placed = place_claim(claim, scope, uses, engine);
    if (!placed) return tl::unexpected(placed.error());
    return placed->monitor;
}

}  // namespace islandbench::acceptance::language
