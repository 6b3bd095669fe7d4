#include "acceptance/language/expression_parser.hpp"

#include <array>
#include <utility>

#include "acceptance/language/tree.hpp"

namespace islandbench::acceptance::language {
namespace {

/// Deeper than any person writes; keeps hostile texts off the stack.
constexpr int deepest = 100;

bool is_open_timed(const Expression& e) {
    const bool timed = e.form == Form::held || e.form == Form::lately || e.form == Form::since;
    return timed && !e.parenthesised;
}

std::string_view words_of(const Expression& timed) {
    return timed.form == Form::held     ? "held for"
           : timed.form == Form::lately ? "within the last"
                                        : "since";
}

Comparison comparison_of(const Token& token) {
    if (token.text == "<") return Comparison::less;
    if (token.text == "<=") return Comparison::less_equal;
    if (token.text == ">") return Comparison::greater;
    return Comparison::greater_equal;
}

bool points_up(Comparison c) {
    return c == Comparison::less || c == Comparison::less_equal;
}

}  // namespace

ExpressionParser::Nesting::Nesting(ExpressionParser& parser) : parser_(parser) {
    if (++parser_.depth_ > deepest)
        parser_.fail(parser_.peek().column, "this is nested too deeply");
}

const Token& ExpressionParser::peek(std::size_t ahead) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
}

Token ExpressionParser::take() {
    const Token token = peek();
    if (at_ + 1 < tokens_.size()) ++at_;
    return token;
}

void ExpressionParser::fail(int column, std::string message) {
    if (!wrong_) wrong_ = Complaint{column, std::move(message)};
    at_ = tokens_.size() - 1;
}

bool ExpressionParser::at_words(std::initializer_list<std::string_view> words) const {
    std::size_t ahead = 0;
    for (const std::string_view word : words) {
        if (!peek(ahead++).is(word)) return false;
    }
    return true;
}

bool ExpressionParser::accept(std::string_view text) {
    return accept_words({text});
}

bool ExpressionParser::accept_words(std::initializer_list<std::string_view> words) {
    if (failed() || !at_words(words)) return false;
    at_ += words.size();
    return true;
}

void ExpressionParser::expect(std::string_view text) {
    if (accept(text)) return;
    fail(peek().column, "expected \"" + std::string(text) + "\", found " + describe(peek()));
}

std::string ExpressionParser::name(std::string_view what) {
    const Token& token = peek();
    if (token.kind != TokenKind::word || is_keyword(token.text)) {
        fail(token.column, "expected " + std::string(what) + ", found " + describe(token));
        return {};
    }
    return take().text;
}

void ExpressionParser::expect_end() {
    if (!failed() && peek().kind != TokenKind::end) {
        fail(peek().column, "unexpected " + describe(peek()));
    }
}

Expression ExpressionParser::condition() {
    const Nesting nesting(*this);
    if (at("every") || at("any") || at_words({"at", "least"})) return quantified();
    Expression left = connective();
    const int column = peek().column;
    if (!accept("implies")) return left;
    Expression whole = pair_of(Form::implication, column, std::move(left), connective());
    if (at("implies")) fail(peek().column, "\"implies\" may stand once; use parentheses");
    return whole;
}

/// "a and b and c", or "a or b": both in one need parentheses, because people read them both ways.
Expression ExpressionParser::connective() {
    Expression first = negation();
    const bool conjunction = at("and");
    if (!conjunction && !at("or")) return first;
    const std::string_view word = conjunction ? "and" : "or";
    const std::string_view other = conjunction ? "or" : "and";
    Expression whole = node(conjunction ? Form::conjunction : Form::disjunction, peek().column);
    whole.parts.push_back(std::move(first));
    while (accept(word)) whole.parts.push_back(negation());
    if (at(other)) fail(peek().column, "\"and\" and \"or\" together need parentheses");
    if (is_open_timed(whole.parts.back())) {
        fail(whole.parts.back().column, "does \"" + std::string(words_of(whole.parts.back())) +
                                            "\" belong to the last part or to all? use "
                                            "parentheses");
    }
    return whole;
}

Expression ExpressionParser::negation() {
    const int column = peek().column;
    if (!accept("not")) return timed();
    const Nesting nesting(*this);
    Expression operand = negation();
    if (is_open_timed(operand)) {
        fail(operand.column, "does \"not\" belong inside \"" + std::string(words_of(operand)) +
                                 "\" or around it? use parentheses");
    }
    return single_of(Form::negation, column, std::move(operand));
}

bool ExpressionParser::at_held() const {
    if (at_words({"held", "for"})) return true;
    return for_means_held_ && at("for") && !peek(1).is("at") && !peek(1).is("more");
}

Expression ExpressionParser::timed() {
    Expression subject = comparison();
    for (int links = 0; !failed(); ++links) {
        if (links > deepest) fail(peek().column, "this is nested too deeply");
        const int column = peek().column;
        if (at_held()) {
            accept("held");
            accept("for");
            subject = pair_of(Form::held, column, std::move(subject), sum());
        } else if (accept_words({"within", "the", "last"})) {
            subject = pair_of(Form::lately, column, std::move(subject), sum());
        } else if (accept("since")) {
            subject = pair_of(Form::since, column, std::move(subject), occasion());
        } else {
            break;
        }
    }
    return subject;
}

/// "every home: C", "any home: C", "at least 2 of home: C": as far as the text or the parenthesis
/// goes.
Expression ExpressionParser::quantified() {
    const int column = peek().column;
    Expression whole = node(Form::every, column);
    if (accept("any")) {
        whole.form = Form::any;
    } else if (accept_words({"at", "least"})) {
        whole.form = Form::at_least;
        whole.parts.push_back(sum());
        expect("of");
    } else {
        accept("every");
    }
    whole.name = name("a group, such as home");
    expect(":");
    whole.parts.push_back(condition());
    return whole;
}

bool ExpressionParser::at_comparison() const {
    return at("<") || at("<=") || at(">") || at(">=");
}

Expression ExpressionParser::comparison() {
    Expression left = sum();
    const int column = peek().column;
    if (at_comparison()) return compared(std::move(left));
    if (accept("is")) {
        Expression test = state_test(std::move(left), Form::is);
        test.column = column;
        return test;
    }
    if (accept("becomes")) {
        Expression test = state_test(std::move(left), Form::becomes);
        test.column = column;
        return test;
    }
    return left;
}

Expression ExpressionParser::compared(Expression left) {
    const Token first = take();
    Expression whole = pair_of(Form::comparison, first.column, std::move(left), sum());
    whole.comparisons.push_back(comparison_of(first));
    if (!at_comparison()) return whole;
    const Token second = take();
    whole.form = Form::band;
    whole.comparisons.push_back(comparison_of(second));
    whole.parts.push_back(sum());
    if (points_up(whole.comparisons[0]) != points_up(whole.comparisons[1])) {
        fail(second.column, "a band points one way: 49 Hz <= f <= 51 Hz");
    }
    if (at_comparison()) fail(peek().column, "a band has two limits");
    return whole;
}

Expression ExpressionParser::state_test(Expression subject, Form form) {
    static constexpr std::array<std::pair<std::string_view, State>, 6> words{
        {{"true", State::yes},
         {"false", State::no},
         {"open", State::open},
         {"closed", State::closed},
         {"known", State::known},
         {"missing", State::missing}}};
    const std::size_t count = form == Form::is ? words.size() : 4;
    Expression test = single_of(form, peek().column, std::move(subject));
    for (std::size_t i = 0; i < count; ++i) {
        if (!accept(words[i].first)) continue;
        test.state = words[i].second;
        return test;
    }
    fail(peek().column, std::string("expected true, false, open, closed") +
                            (form == Form::is ? ", known or missing" : "") + ", found " +
                            describe(peek()));
    return test;
}

Expression ExpressionParser::sum() {
    const Nesting nesting(*this);
    Expression left = term();
    while (!failed() && (at("+") || at("-"))) {
        const Token sign = take();
        left = pair_of(sign.text == "+" ? Form::add : Form::subtract, sign.column, std::move(left),
                       term());
    }
    return left;
}

Expression ExpressionParser::term() {
    Expression left = unary();
    while (!failed() && (at("*") || at("/"))) {
        const Token sign = take();
        left = pair_of(sign.text == "*" ? Form::multiply : Form::divide, sign.column,
                       std::move(left), unary());
    }
    return left;
}

Expression ExpressionParser::unary() {
    const int column = peek().column;
    if (!accept("-")) return primary();
    const Nesting nesting(*this);
    return single_of(Form::negate, column, unary());
}

}  // namespace islandbench::acceptance::language
