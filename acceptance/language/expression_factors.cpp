#include <array>
#include <utility>

#include "acceptance/language/expression_parser.hpp"
#include "acceptance/language/tree.hpp"

/// The part of ExpressionParser that reads what binds strongest: numbers, names, parentheses and
/// everything that looks like a function.
namespace islandbench::acceptance::language {
namespace {

constexpr std::array<std::pair<std::string_view, Form>, 10> functions{{{"abs", Form::absolute},
                                                                       {"min", Form::minimum},
                                                                       {"max", Form::maximum},
                                                                       {"previous", Form::previous},
                                                                       {"mean", Form::mean},
                                                                       {"change", Form::change},
                                                                       {"slope", Form::slope},
                                                                       {"highest", Form::highest},
                                                                       {"lowest", Form::lowest},
                                                                       {"spread", Form::spread}}};

constexpr std::array<std::pair<std::string_view, Form>, 3> counters{
    {{"count", Form::count}, {"share", Form::share}, {"time", Form::lasting}}};

}  // namespace

Expression ExpressionParser::primary() {
    const Token& token = peek();
    const int column = token.column;
    if (token.kind == TokenKind::number) {
        const Token number = take();
        Expression made = node(Form::number, column);
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
    for (const auto& [word, form] : functions) {
        if (accept(word)) return function(form);
    }
    for (const auto& [word, form] : counters) {
        if (accept_words({word, "of"})) return over_window(form, column);
    }
    Expression made = node(accept("after") ? Form::happened : Form::name, column);
    made.name = name(made.form == Form::name ? "a signal, a figure or a number" : "an event");
    return made;
}

Expression ExpressionParser::function(Form form) {
    Expression call = node(form, peek().column);
    expect("(");
    if (is_over_group(form)) {
        call.name = name("a group, such as home");
        expect(":");
    }
    call.parts.push_back(sum());
    if (form == Form::mean) {
        call = mean_rest(std::move(call));
    } else if (form == Form::change || form == Form::slope) {
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

/// What stands behind "count of", "share of" or "time of".
Expression ExpressionParser::over_window(Form form, int column) {
    Expression subject = occasion();
    expect("in");
    return pair_of(form, column, std::move(subject), sum());
}

/// An event or a condition: "reclosed", "truth.grid.ok", "(truth.home1.v < 195 V)". Which of the
/// two a bare name is, is known once names are looked up.
Expression ExpressionParser::occasion() {
    const int column = peek().column;
    if (accept("(")) {
        Expression inner = condition();
        expect(")");
        inner.parenthesised = true;
        return inner;
    }
    Expression made = node(Form::name, column);
    made.name = name("an event, a signal or a condition in parentheses");
    return made;
}

}  // namespace islandbench::acceptance::language
