#include "acceptance/language/token.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/diagnostics.hpp"
#include "base/unit_text.hpp"

namespace islandbench::acceptance::language {
namespace {

using namespace std::string_view_literals;

constexpr std::array keywords{
    "for"sv,     "every"sv,    "any"sv,       "always"sv, "never"sv,  "from"sv,     "until"sv,
    "within"sv,  "after"sv,    "at"sv,        "before"sv, "held"sv,   "lasts"sv,    "most"sv,
    "least"sv,   "more"sv,     "than"sv,      "of"sv,     "the"sv,    "time"sv,     "in"sv,
    "total"sv,   "except"sv,   "and"sv,       "or"sv,     "not"sv,    "implies"sv,  "is"sv,
    "becomes"sv, "true"sv,     "false"sv,     "open"sv,   "closed"sv, "known"sv,    "missing"sv,
    "abs"sv,     "min"sv,      "max"sv,       "mean"sv,   "change"sv, "previous"sv, "slope"sv,
    "count"sv,   "share"sv,    "highest"sv,   "lowest"sv, "spread"sv, "since"sv,    "last"sv,
    "worst"sv,   "whenever"sv, "eventually"sv};

/// Units that a wrong one may have meant.
const std::vector<std::string> common_units{
    "W",  "kW",  "var", "kvar", "VA",  "kVA",  "Wh",  "kWh",  "Ah",    "V",
    "kV", "A",   "mA",  "Hz",   "mHz", "Hz/s", "V/s", "kW/s", "%/min", "s",
    "ms", "min", "h",   "deg",  "%",   "pp",   "pu",  "m",    "ohm"};

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '{';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool continues_word(char c) {
    return is_letter(c) || is_digit(c) || c == '.' || c == '}';
}

/// Dividing by 100 rounds once where multiplying by 0.01 rounds twice: 95 % is 0.95.
double scaled(double number, double scale) {
    return scale < 1.0 ? number / std::round(1.0 / scale) : number * scale;
}

class Lexer {
  public:
    explicit Lexer(std::string_view text) : text_(text) {}

    Parsed<std::vector<Token>> run() {
        if (text_.size() > longest_text) {
            return complaint(static_cast<int>(longest_text), "the text is too long");
        }
        std::vector<Token> tokens;
        while (true) {
            skip_blanks();
            Parsed<Token> token = next();
            if (!token) return tl::unexpected(token.error());
            const bool last = token->kind == TokenKind::end;
            tokens.push_back(std::move(*token));
            if (last) return tokens;
        }
    }

  private:
    [[nodiscard]] bool done() const { return at_ >= text_.size(); }
    [[nodiscard]] char here() const { return done() ? '\0' : text_[at_]; }
    [[nodiscard]] int column() const { return static_cast<int>(at_) + 1; }

    void skip_blanks() {
        while (here() == ' ' || here() == '\t' || here() == '\n' || here() == '\r') ++at_;
    }

    Parsed<Token> next() {
        const int column = this->column();
        if (done()) return Token{TokenKind::end, "", 0.0, Dimension::none, column};
        const char c = here();
        if (is_digit(c) || c == '.') return number();
        if (is_letter(c)) return Token{TokenKind::word, word(), 0.0, Dimension::none, column};
        for (const std::string_view symbol :
             {"<=", ">=", "<", ">", "+", "-", "*", "/", "(", ")", ":", ","}) {
            if (!text_.substr(at_).starts_with(symbol)) continue;
            at_ += symbol.size();
            return Token{TokenKind::symbol, std::string(symbol), 0.0, Dimension::none, column};
        }
        return complaint(column, unexpected_character());
    }

    [[nodiscard]] std::string unexpected_character() const {
        const char c = here();
        if (c == '=') return "\"=\" is no comparison here: write <=, >= or \"is\"";
        if (c == '%') return "\"%\" stands behind a number";
        if (c < ' ' || c > '~') return "a character that is not plain text";
        return "unexpected \"" + std::string(1, c) + "\"";
    }

    std::string word() {
        const std::size_t start = at_;
        while (!done() && continues_word(here())) ++at_;
        return std::string(text_.substr(start, at_ - start));
    }

    Parsed<Token> number() {
        Token token{TokenKind::number, "", 0.0, Dimension::none, column()};
        const std::size_t start = at_;
        const char* const from = text_.data() + at_;
        const auto [end, status] = std::from_chars(from, text_.data() + text_.size(), token.value);
        if (status == std::errc::result_out_of_range) {
            return complaint(token.column, "this number is too large or too small");
        }
        if (status != std::errc{}) return complaint(token.column, "expected a number");
        at_ += static_cast<std::size_t>(end - from);
        if (auto unit = read_unit(token); !unit) return tl::unexpected(unit.error());
        token.text = std::string(text_.substr(start, at_ - start));
        return token;
    }

    Parsed<bool> read_unit(Token& number) {
        const std::size_t behind = at_;
        skip_blanks();
        const int column = this->column();
        const std::string symbol = unit_symbol_here();
        const bool adjacent = at_ == behind;
        if (symbol == "pp") {  // percentage points: a difference of two shares
            number.value = scaled(number.value, 0.01);
            number.dimension = Dimension::ratio;
            at_ += symbol.size();
            return true;
        }
        if (const auto unit = parse_unit(symbol); unit && !symbol.empty()) {
            number.value = scaled(number.value, unit->scale);
            number.dimension = unit->dimension;
            at_ += symbol.size();
            return true;
        }
        const bool no_unit_meant = symbol.empty() || (!adjacent && is_keyword(symbol));
        if (!no_unit_meant) {
            return complaint(column,
                             "unknown unit \"" + symbol + "\"" + suggestion(symbol, common_units));
        }
        at_ = behind;
        return true;
    }

    /// The unit that starts here, with its denominator if that is written without blanks.
    [[nodiscard]] std::string unit_symbol_here() const {
        std::size_t end = at_;
        const auto take_word = [&] {
            while (end < text_.size() && continues_word(text_[end])) ++end;
        };
        if (!is_letter(here()) && here() != '%') return "";
        if (here() == '%') {
            ++end;
        } else {
            take_word();
        }
        const std::string simple(text_.substr(at_, end - at_));
        if (end < text_.size() && text_[end] == '/') {
            ++end;
            take_word();
            std::string compound(text_.substr(at_, end - at_));
            if (parse_unit(compound)) return compound;
        }
        return simple;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

Parsed<std::vector<Token>> tokenize(std::string_view text) {
    return Lexer(text).run();
}

bool is_keyword(std::string_view word) noexcept {
    return std::find(keywords.begin(), keywords.end(), word) != keywords.end();
}

std::string describe(const Token& token) {
    if (token.kind == TokenKind::end) return "the end of the text";
    return "\"" + token.text + "\"";
}

}  // namespace islandbench::acceptance::language
