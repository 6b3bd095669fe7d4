#include "acceptance/language/parser.hpp"

#include "acceptance/language/expression_parser.hpp"

namespace islandbench::acceptance::language {
namespace {

std::vector<GroupText> groups(ExpressionParser& in, std::string_view quantifier) {
    std::vector<GroupText> found;
    while (in.at_words({"for", quantifier})) {
        in.accept_words({"for", quantifier});
        GroupText group;
        group.column = in.peek().column;
        group.name = in.name("a group, such as home");
        found.push_back(std::move(group));
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

ClaimText claim(ExpressionParser& in) {
    ClaimText claim;
    claim.groups = groups(in, "every");
    if (in.accept("always")) {
        in.expect(":");
        body(in, claim);
    } else if (in.accept("never")) {
        in.accept(":");
        claim.condition = in.condition();
        never_rest(in, claim);
    } else if (in.at("from")) {
        window_claim(in, claim);
    } else if (in.accept("within")) {
        deadline_claim(in, claim);
    } else if (in.accept("at")) {
        moment_claim(in, claim, ClaimKind::moment);
    } else if (in.accept("before")) {
        moment_claim(in, claim, ClaimKind::just_before);
    } else {
        in.fail(in.peek().column,
                "a claim starts with always, never, from, within, at or before, not with " +
                    describe(in.peek()));
    }
    return claim;
}

TriggerText trigger(ExpressionParser& in) {
    TriggerText trigger;
    trigger.groups = groups(in, "any");
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
