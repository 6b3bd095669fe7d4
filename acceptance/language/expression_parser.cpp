#include "acceptance/language/expression_parser.hpp"

#include <array>
#include <utility>

namespace islandbench::acceptance::language {
namespace {

/// Deeper than any person writes; keeps hostile texts off the stack.
constexpr int deepest = 60;

Expression make(Form form, int column, std::vector<Expression> parts = {}) {
    Expression made;
    made.form = form;
    made.column = column;
    made.parts = std::move(parts);
    return made;
}

Expression pair(Form form, int column, Expression left, Expression right) {
    std::vector<Expression> parts;
    parts.push_back(std::move(left));
    parts.push_back(std::move(right));
    return make(form, column, std::move(parts));
}

Expression single(Form form, int column, Expression part) {
    std::vector<Expression> parts;
    parts.push_back(std::move(part));
    return make(form, column, std::move(parts));
}

bool is_open_held(const Expression& e) {
    return e.form == Form::held && !e.parenthesised;
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

/// Counts how deep we are for as long as it lives.
class ExpressionParser::Nesting {
  public:
    explicit Nesting(ExpressionParser& parser) : parser_(parser) {
        if (++parser_.depth_ > deepest) {
            parser_.fail(parser_.peek().column, "this is nested too deeply");
        }
    }
    ~Nesting() { --parser_.depth_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;

  private:
    ExpressionParser& parser_;
};

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
    Expression left = connective();
    const int column = peek().column;
    if (!accept("implies")) return left;
    Expression whole = pair(Form::implication, column, std::move(left), connective());
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
    Expression whole = make(conjunction ? Form::conjunction : Form::disjunction, peek().column);
    whole.parts.push_back(std::move(first));
    while (accept(word)) whole.parts.push_back(negation());
    if (at(other)) fail(peek().column, "\"and\" and \"or\" together need parentheses");
    if (is_open_held(whole.parts.back())) {
        fail(whole.parts.back().column,
             "does \"held for\" belong to the last part or to all? use parentheses");
    }
    return whole;
}

Expression ExpressionParser::negation() {
    const int column = peek().column;
    if (!accept("not")) return timed();
    const Nesting nesting(*this);
    Expression operand = negation();
    if (is_open_held(operand)) {
        fail(operand.column,
             "does \"not\" belong inside \"held for\" or around it? "
             "use parentheses");
    }
    return single(Form::negation, column, std::move(operand));
}

bool ExpressionParser::at_held() const {
    if (at_words({"held", "for"})) return true;
    return for_means_held_ && at("for") && !peek(1).is("at") && !peek(1).is("more");
}

Expression ExpressionParser::timed() {
    Expression subject = comparison();
    while (!failed() && at_held()) {
        const int column = peek().column;
        accept("held");
        accept("for");
        subject = pair(Form::held, column, std::move(subject), sum());
    }
    return subject;
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
    Expression whole = pair(Form::comparison, first.column, std::move(left), sum());
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
    Expression test = single(form, peek().column, std::move(subject));
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
    Expression left = term();
    while (!failed() && (at("+") || at("-"))) {
        const Token sign = take();
        left = pair(sign.text == "+" ? Form::add : Form::subtract, sign.column, std::move(left),
                    term());
    }
    return left;
}

Expression ExpressionParser::term() {
    Expression left = unary();
    while (!failed() && (at("*") || at("/"))) {
        const Token sign = take();
        left = pair(sign.text == "*" ? Form::multiply : Form::divide, sign.column, std::move(left),
                    unary());
    }
    return left;
}

Expression ExpressionParser::unary() {
    const int column = peek().column;
    if (!accept("-")) return primary();
    const Nesting nesting(*this);
    return single(Form::negate, column, unary());
}

Expression ExpressionParser::primary() {
    const Token& token = peek();
    const int column = token.column;
    if (token.kind == TokenKind::number) {
        const Token number = take();
        Expression made = make(Form::number, column);
        made.value = number.value;
        made.dimension = number.dimension;
        made.name = number.text;
        return made;
    }
    if (accept("(")) {
        Expression inner = condition();
        expect(")");
        inner.parenthesised = true;
        return inner;
    }
    if (accept("abs")) return function(Form::absolute);
    if (accept("min")) return function(Form::minimum);
    if (accept("max")) return function(Form::maximum);
    if (accept("previous")) return function(Form::previous);
    if (accept("mean")) return function(Form::mean);
    if (accept("change")) return function(Form::change);
    Expression made = make(accept("after") ? Form::happened : Form::name, column);
    made.name = name(made.form == Form::name ? "a signal, a figure or a number" : "an event");
    return made;
}

Expression ExpressionParser::function(Form form) {
    Expression call = make(form, peek().column);
    expect("(");
    call.parts.push_back(sum());
    if (form == Form::mean) {
        call = mean_rest(std::move(call));
    } else if (form == Form::change) {
        expect(",");
        call.parts.push_back(sum());
    } else if (form == Form::minimum || form == Form::maximum) {
        if (!at(",")) fail(peek().column, "min and max compare two numbers or more");
        while (accept(",")) call.parts.push_back(sum());
    }
    expect(")");
    return call;
}

Expression ExpressionParser::mean_rest(Expression mean) {
    expect(",");
    mean.parts.push_back(sum());
    if (accept(",")) {
        expect("at");
        expect("least");
        mean.parts.push_back(sum());
    }
    return mean;
}

}  // namespace islandbench::acceptance::language
