#include "acceptance/language/parser.hpp"

#include "acceptance/language/expression_parser.hpp"

namespace islandbench::acceptance::language {
namespace {

GroupText group_name(ExpressionParser& in) {
    GroupText group;
    group.column = in.peek().column;
    group.name = in.name("a group, such as home");
    return group;
}

/// "for any home:", once for each group.
std::vector<GroupText> any_groups(ExpressionParser& in) {
    std::vector<GroupText> found;
    while (in.accept_words({"for", "any"})) {
        found.push_back(group_name(in));
        in.expect(":");
    }
    return found;
}

/// "for every home:", "for the worst home:", "for at least 95 % of homes:"
std::vector<GroupText> quantifiers(ExpressionParser& in) {
    std::vector<GroupText> found;
    while (in.accept("for")) {
        Quantifier quantifier = Quantifier::every;
        std::optional<Expression> least;
        if (in.accept_words({"at", "least"})) {
            quantifier = Quantifier::at_least;
            least = in.number();
            in.expect("of");
        } else if (in.accept_words({"the", "worst"})) {
            quantifier = Quantifier::worst;
        } else {
            in.expect("every");
        }
        found.push_back(group_name(in));
        found.back().quantifier = quantifier;
        found.back().least = std::move(least);
        in.expect(":");
    }
    return found;
}

Bound event(ExpressionParser& in) {
    Bound bound;
    bound.column = in.peek().column;
    bound.event = in.name("an event, such as outage");
    return bound;
}

/// "outage", or "outage + 2 s".
Bound bound(ExpressionParser& in) {
    Bound bound = event(in);
    if (in.accept("+")) bound.offset = in.number();
    return bound;
}

WindowText from_until(ExpressionParser& in) {
    WindowText window;
    in.expect("from");
    window.from = bound(in);
    in.expect("until");
    window.until = bound(in);
    return window;
}

/// What stands behind "never C": nothing, or "for more than D [in total]".
void never_rest(ExpressionParser& in, ClaimText& claim) {
    const int column = claim.condition.column;
    if (!in.accept_words({"for", "more", "than"})) {
        Expression inverted;
        inverted.form = Form::negation;
        inverted.column = column;
        inverted.parts.push_back(std::move(claim.condition));
        claim.condition = std::move(inverted);
        return;
    }
    claim.limit = in.number();
    claim.requirement =
        in.accept_words({"in", "total"}) ? Requirement::total : Requirement::longest;
}

/// What a condition must do in its window.
void requirement(ExpressionParser& in, ClaimText& claim) {
    if (in.accept_words({"for", "at", "least"})) {
        claim.requirement = Requirement::share;
        claim.limit = in.number();
        for (const char* word : {"of", "the", "time"}) in.expect(word);
    } else if (in.accept_words({"lasts", "at", "most"})) {
        claim.limit = in.number();
        claim.requirement =
            in.accept_words({"in", "total"}) ? Requirement::total : Requirement::longest;
    }
}

void body(ExpressionParser& in, ClaimText& claim) {
    if (in.accept("eventually")) {
        claim.requirement = Requirement::sometime;
        claim.condition = in.condition();
        return;
    }
    const bool never = in.accept("never");
    claim.condition = in.condition();
    if (never) {
        never_rest(in, claim);
    } else {
        requirement(in, claim);
    }
}

void window_claim(ExpressionParser& in, ClaimText& claim) {
    claim.window = from_until(in);
    while (in.accept(",")) {
        in.expect("except");
        claim.except.push_back(from_until(in));
    }
    in.expect(":");
    body(in, claim);
}

void deadline_claim(ExpressionParser& in, ClaimText& claim) {
    claim.kind = ClaimKind::deadline;
    claim.deadline = in.number();
    in.expect("after");
    claim.event = event(in);
    in.expect(":");
    claim.condition = in.condition();
    if (in.accept("for")) claim.hold = in.number();
}

void moment_claim(ExpressionParser& in, ClaimText& claim, ClaimKind kind) {
    claim.kind = kind;
    claim.event = event(in);
    in.expect(":");
    claim.condition = in.condition();
}

/// "whenever A: within D: C for H", or "whenever A: B until C within D".
void whenever_claim(ExpressionParser& in, ClaimText& claim) {
    claim.whenever = in.condition();
    in.expect(":");
    if (in.accept("within")) {
        claim.kind = ClaimKind::response;
        claim.deadline = in.number();
        in.expect(":");
        claim.condition = in.condition();
        if (in.accept("for")) claim.hold = in.number();
        return;
    }
    claim.kind = ClaimKind::waiting;
    claim.condition = in.condition();
    in.expect("until");
    claim.goal = in.occasion();
    if (in.accept("within")) claim.deadline = in.number();
}

ClaimText claim(ExpressionParser& in) {
    ClaimText claim;
    claim.groups = quantifiers(in);
    const bool quantified = in.at("every") || in.at("any") || in.at_words({"at", "least"});
    if (in.accept("always")) {
        in.expect(":");
        body(in, claim);
    } else if (in.accept("eventually")) {
        in.expect(":");
        claim.requirement = Requirement::sometime;
        claim.condition = in.condition();
    } else if (in.accept("never")) {
        in.accept(":");
        claim.condition = in.condition();
        never_rest(in, claim);
    } else if (in.at("from")) {
        window_claim(in, claim);
    } else if (in.accept("within")) {
        deadline_claim(in, claim);
    } else if (in.accept("whenever")) {
        whenever_claim(in, claim);
    } else if (!quantified && in.accept("at")) {
        moment_claim(in, claim, ClaimKind::moment);
    } else if (in.accept("before")) {
        moment_claim(in, claim, ClaimKind::just_before);
    } else if (in.peek().kind == TokenKind::end || (!quantified && in.peek(1).is(":"))) {
        in.fail(in.peek().column,
                "a claim starts with always, never, eventually, from, within, whenever, at, "
                "before or with what is always so, not with " +
                    describe(in.peek()));
    } else {
        body(in, claim);
    }
    return claim;
}

TriggerText trigger(ExpressionParser& in) {
    TriggerText trigger;
    trigger.groups = any_groups(in);
    const bool one_word = in.peek().kind == TokenKind::word && in.peek(1).kind == TokenKind::end;
    if (trigger.groups.empty() && one_word) {
        trigger.event = event(in);
    } else {
        trigger.condition = in.condition();
    }
    return trigger;
}

template <class Rule>
auto parse(std::string_view text, Rule rule)
    -> Parsed<decltype(rule(std::declval<ExpressionParser&>()))> {
    auto tokens = tokenize(text);
    if (!tokens) return tl::unexpected(tokens.error());
    ExpressionParser in(std::move(*tokens));
    auto read = rule(in);
    in.expect_end();
    if (in.failed()) return tl::unexpected(in.wrong());
    return read;
}

}  // namespace

Parsed<ClaimText> parse_claim(std::string_view text) {
    return parse(text, [](ExpressionParser& in) { return claim(in); });
}

Parsed<TriggerText> parse_trigger(std::string_view text) {
    return parse(text, [](ExpressionParser& in) { return trigger(in); });
}

Parsed<Expression> parse_condition(std::string_view text) {
    return parse(text, [](ExpressionParser& in) {
        in.let_for_mean_held();
        return in.condition();
    });
}

}  // namespace islandbench::acceptance::language
