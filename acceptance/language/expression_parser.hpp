#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "acceptance/language/syntax.hpp"
#include "acceptance/language/token.hpp"

namespace islandbench::acceptance::language {

/// Recursive descent over the tokens of one text. The first thing wrong is kept and everything
/// behind it is skipped, so that no rule needs to look at errors.
class ExpressionParser {
  public:
    explicit ExpressionParser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

    /// In a condition that stands alone, "C for D" is "C held for D".
    void let_for_mean_held() { for_means_held_ = true; }

    /// The loosest rule: implies, then and/or, not, held for, comparisons.
    Expression condition();
    /// Arithmetic only: a duration, a share, a number.
    Expression number() { return sum(); }
    /// An event or a condition, in one word or in parentheses.
    Expression occasion();

    [[nodiscard]] const Token& peek(std::size_t ahead = 0) const;
    [[nodiscard]] bool at(std::string_view text) const { return peek().is(text); }
    /// The next tokens are these words.
    [[nodiscard]] bool at_words(std::initializer_list<std::string_view> words) const;
    bool accept(std::string_view text);
    bool accept_words(std::initializer_list<std::string_view> words);
    void expect(std::string_view text);
    /// A name that is not a word of the grammar; `what` for the message.
    std::string name(std::string_view what);

    void fail(int column, std::string message);
    [[nodiscard]] bool failed() const noexcept { return wrong_.has_value(); }
    [[nodiscard]] const Complaint& wrong() const { return *wrong_; }
    /// Nothing may stand behind what was read.
    void expect_end();

  private:
    /// Counts how deep we are for as long as it lives.
    class Nesting {
      public:
        explicit Nesting(ExpressionParser& parser);
        ~Nesting() { --parser_.depth_; }
        Nesting(const Nesting&) = delete;
        Nesting& operator=(const Nesting&) = delete;

      private:
        ExpressionParser& parser_;
    };

    Token take();
    Expression connective();
    Expression negation();
    Expression timed();
    Expression comparison();
    Expression sum();
    Expression term();
    Expression unary();
    Expression primary();
    Expression quantified();
    Expression function(Form form);
    Expression over_window(Form form, int column);
    Expression mean_rest(Expression mean);
    Expression state_test(Expression subject, Form form);
    Expression compared(Expression left);
    [[nodiscard]] bool at_comparison() const;
    [[nodiscard]] bool at_held() const;

    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    int depth_ = 0;
    bool for_means_held_ = false;
    std::optional<Complaint> wrong_;
};

}  // namespace islandbench::acceptance::language
